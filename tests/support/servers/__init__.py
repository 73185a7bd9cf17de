"""Servers that tests talk to, each a process of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from tests.support.homes import CHECKOUT


@contextlib.contextmanager
def running(name: str, *words: str) -> Iterator[int]:
    """Run `python -m tests.support.servers.<name>` with these words until the block ends.

    Gives its port on loopback.
    """
    command = [sys.executable, "-m", f"tests.support.servers.{name}", *words]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()
