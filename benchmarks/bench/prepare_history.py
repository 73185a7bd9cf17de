"""A home with a history, made in a process of its own.

`python -m benchmarks.bench.prepare_history HOME ROWS READ_DAYS`; prints the rows of raw.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from benchmarks.history import Mix, grow, make_home
from pipeline.run.night import run_night
from pipeline.run.run_config import RunConfig


def main(folder: Path, rows: int, read_days: int) -> None:
    """Make the home, run an empty night so that all tables stand, add the history to raw.

    Nothing of it is computed yet.
    """
    mix = Mix(read_days)
    home = make_home(folder, rows, mix)
    result = run_night(RunConfig.prepare(home, date(2023, 1, 1)), lambda _: None)
    if result.exit_code == 1:
        raise SystemExit(result.message)
    sys.stdout.write(json.dumps({"rows": grow(home, rows, mix)}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
