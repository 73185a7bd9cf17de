"""How long the command line takes to say what it can do."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.bench.measure import Findings, Line, seconds
from pipeline.config.checkout import CHECKOUT


def starting() -> Findings:
    """Start the command line, and Python alone, five times each; the best counts."""
    ours, bare = _best("-m", "pipeline", "--help"), _best("-c", "0")
    return Findings(
        [Line("`python -m pipeline --help`", ours, "bare Python", bare, seconds_at_most=0.3)]
    )


def _best(*words: str) -> float:
    command = [sys.executable, *words]
    return min(
        seconds(lambda: subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True))
        for _ in range(5)
    )
