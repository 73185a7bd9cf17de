"""An analyst who looks at every table of the published file all the time.

`python -m benchmarks.torture.analyst HOME`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from benchmarks.invariants import fingerprint
from pipeline.config.checkout import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.torture.rounds import Bench


@contextmanager
def analyst(bench: Bench, home: Path, problems: list[str]) -> Iterator[None]:
    """Look at every table of the published file again and again.

    What was no known night's state each time goes to `problems`.
    """
    with subprocess.Popen([sys.executable, "-m", "benchmarks.torture.analyst", str(home)],
        cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
        looks = [
            json.loads(line) for line in process.communicate()[0].splitlines() if line.endswith("}")
        ]
    known = [
        {name: list(value) for name, value in state.items()}
        for state in (bench.before, bench.after)
    ]
    problems += [f"an analyst saw {look['broken']}" for look in looks if "broken" in look]
    problems += [
        "an analyst saw what is no night's state"
        for look in looks
        if "broken" not in look and look not in known
    ]
    if not looks:
        problems.append("the analyst saw nothing at all")


def look(home: Path) -> None:
    """Print the state of the published file, as JSON, for ever."""
    while True:
        try:
            print(json.dumps(fingerprint(home)), flush=True)
        except duckdb.Error as error:
            print(json.dumps({"broken": str(error)[:200]}), flush=True)
        time.sleep(0.05)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        look(Path(sys.argv[1]))
