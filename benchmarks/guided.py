"""Coverage-guided fuzzing of the text readers with atheris, where it is installed.

Nothing else needs it.

`python -m benchmarks.guided ROUNDS SEED` fuzzes in this process until a promise breaks (exit code
77) or the rounds are done.
Workbooks are left out: their parser is no Python, and it may take the whole process with it.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config.checkout import LAYOUT_FOLDER

if TYPE_CHECKING:
    from benchmarks.fuzz import Group

_BINARY = (b"PK", bytes.fromhex("D0CF11E0"))


def guided(rounds: int, seed: int) -> Group:
    """Run the rounds in a process of its own; what it reports of a broken promise is told."""
    from benchmarks.fuzz import Group

    group = Group("text, guided by coverage")
    if importlib.util.find_spec("atheris") is None:
        group.broken.append("atheris is not installed: pip install atheris, or leave out --atheris")
        return group
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.guided", str(rounds), str(seed)], capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    group.tried = rounds
    group.seconds = (time.monotonic() - began) / max(rounds, 1)
    if done.returncode:
        group.broken.append((done.stdout + done.stderr)[-2000:])
    return group


def main() -> None:
    """Fuzz in this process."""
    import atheris

    # only what is imported here for the first time
    with atheris.instrument_imports(include=["collectors"]):
        from benchmarks.mutate import good
        from benchmarks.verdict import broken_promises
        from collectors.layout import load_layouts
        from collectors.read.read_file import read_file

    layouts = load_layouts(LAYOUT_FOLDER)
    rounds, seed = sys.argv[1:3]
    with tempfile.TemporaryDirectory(prefix="guided-") as name:
        folder = Path(name)
        for kind in ("csv", "html", "page", "json", "feed"):
            (folder / kind).write_bytes(good(kind))
        path = folder.parent / f"{folder.name}-input"

        def one(data: bytes) -> None:
            if data.startswith(_BINARY):
                return
            path.write_bytes(data)
            if problems := broken_promises(lambda at: read_file(at, layouts), path):
                raise AssertionError(problems)

        atheris.Setup(
            [
                sys.argv[0],
                f"-runs={rounds}",
                f"-seed={seed}",
                "-max_len=4096",
                "-rss_limit_mb=0",
                str(folder),
            ],
            one,
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
