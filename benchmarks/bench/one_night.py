"""One night in a process of its own: `python -m benchmarks.bench.one_night HOME AS_OF`.

Prints seconds, rows and the peak of memory as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.bench.measure import peak_mb
from pipeline.config.home import Home
from pipeline.run.night import run_night
from pipeline.run.run_config import RunConfig
from pipeline.warehouse import publish

if TYPE_CHECKING:
    from collections.abc import Callable


class Watch:
    """Adds up the seconds of steps and of calls.

    A step lasts until the next one of the night; a call is one that the watch is put around.
    """

    def __init__(self) -> None:
        self._spent: dict[str, float] = defaultdict(float)
        self._name, self._since = "start", time.perf_counter()

    def step(self, name: str) -> None:
        """Close the step before, begin this one."""
        now = time.perf_counter()
        self._spent[self._name] += now - self._since
        self._name, self._since = name, now

    def around(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        """Return `call` as a step of its own within the one that goes on."""

        def timed(*words: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the call takes
            outer = self._name
            self.step(name)
            try:
                return call(*words, **named)
            finally:
                self.step(outer)

        return timed

    def done(self) -> dict[str, float]:
        """Close the last step; return all."""
        self.step("end")
        return dict(self._spent)


def grouped(spent: dict[str, float]) -> dict[str, float]:
    """Add the steps up.

    Copying the file (there and, with its sync, back), computing models, reading and landing, the
    rest.
    """
    groups = {"copying": 0.0, "computing": 0.0, "landing": 0.0, "other": 0.0}
    for name, value in spent.items():
        if name in ("file copy", "publish"):
            groups["copying"] += value
        elif name.startswith(("staging.", "mart.", "transform")):
            groups["computing"] += value
        elif name == "land" or "/" in name:
            groups["landing"] += value
        else:
            groups["other"] += value
    return groups


def main(root: Path, as_of: date) -> None:
    """Run the night; SystemExit when it fails."""
    watch, home = Watch(), Home(root)
    publish.start_build = watch.around(publish.start_build, "file copy")
    result = run_night(RunConfig.prepare(home, as_of), watch.step)
    if result.exit_code == 1:
        raise SystemExit(result.message)
    told = {
        **grouped(watch.done()), "rows": result.rows("loaded"), "files": result.count("loaded"),
        "restated": result.restatements,
        "peak_mb": peak_mb(), "warehouse_mb": home.warehouse.stat().st_size / 1e6,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
