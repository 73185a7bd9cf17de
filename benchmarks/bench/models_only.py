"""All models with checks and comments, in a process of its own.

`python -m benchmarks.bench.models_only DATABASE`.

The database has raw and the night's context. Prints for each model its seconds, rows and peak of
memory as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.bench.measure import forget_peak, peak_mb
from benchmarks.bench.one_night import Watch
from pipeline.config.checkout import TRANSFORMS
from pipeline.models import build, checks
from pipeline.models.folder import load_models
from pipeline.warehouse import publish


def main(database: Path) -> None:
    """Build all models; SystemExit when a check fails: then something else was measured than meant."""
    models, watch, peaks = load_models(TRANSFORMS), Watch(), [0.0]

    def step(name: str) -> None:
        peaks.append(peak_mb())
        forget_peak()
        watch.step(name)

    with publish.open_build(database) as con:
        build.load_functions(con, TRANSFORMS)
        results = build.build_models(con, models, TRANSFORMS, step)
        step("end")
        checks.require_passed(results)
        rows = {
            model.table: (con.execute(f"select count(*) from {model.table}").fetchone() or (0,))[0]
            for model in models
        }
    spent = watch.done()
    told = {
        model.table: {"seconds": spent[model.table], "rows": rows[model.table], "peak_mb": peak}
        for model, peak in zip(models, peaks[2:], strict=True)
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
