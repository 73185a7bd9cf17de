"""The rivals' own environment and how a script is run in it.

No telemetry, no network, nothing of the product on the path.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline.config.checkout import CHECKOUT

HERE = Path(__file__).resolve().parent
BIN = CHECKOUT / ".venv-rivals" / "bin"
QUIET = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "SCHEMA__NAMING": "direct",  # its own rule would make one column of all Chinese labels
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
    "DBT_VERSION_CHECK": "0",
    "DBT_USE_COLORS": "0",
    "DO_NOT_TRACK": "1",
}


def is_there() -> bool:
    """Whether `make rivals` has been run."""
    return (BIN / "dbt").exists()


def run_script(name: str, *words: str | Path, folder: Path) -> dict[str, Any]:
    """Run `benchmarks/rivals/<name>.py` with the rivals' Python in `folder`.

    Returns the JSON of its last line.
    """
    return _last_line(
        run([str(BIN / "python"), str(HERE / f"{name}.py"), *map(str, words)], folder)
    )


def run_plain(name: str, *words: str | Path, folder: Path) -> dict[str, Any]:
    """Run a script of this folder that needs DuckDB alone, with our own Python."""
    return _last_line(run([sys.executable, str(HERE / f"{name}.py"), *map(str, words)], folder))


def run(command: list[str], folder: Path) -> str:
    """Run a command to its end; SystemExit with the end of its output when it fails."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env = {**own, **QUIET, "HOME": str(folder), "DLT_DATA_DIR": str(folder / "dlt")}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-3000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def _last_line(output: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return found
