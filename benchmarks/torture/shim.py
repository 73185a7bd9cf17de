"""Compile and use shim.c.

Make one call of a night fail, note what it does to the disk, set its clock.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
KINDS = ("write", "sync", "rename", "open", "read", "unlink")


def compiled(folder: Path) -> Path | None:
    """Return the library, compiled into `folder`; None where there is no C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    library = folder / "shim.so"
    if compiler and not library.exists():
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True
        )
    return library if compiler else None


@dataclass(frozen=True)
class Shim:
    """What a process started with `env()` is watched by.

    Calls below `under` are counted in `folder`/control.
    """

    library: Path
    under: Path
    folder: Path

    def __post_init__(self) -> None:
        (self.folder / "keep").mkdir(parents=True, exist_ok=True)
        self.control.write_bytes(bytes(64))

    @property
    def control(self) -> Path:
        """The numbers shared with the processes."""
        return self.folder / "control"

    @property
    def trace(self) -> Path:
        """One line an operation."""
        return self.folder / "trace"

    def env(self, *, trace: bool = False, **fault: object) -> dict[str, str]:
        """Return the environment; fault: CALL, NTH, HOW, LAST of shim.c."""
        given = {"UNDER": self.under, "CONTROL": self.control, **fault}
        if trace:
            given |= {"TRACE": self.trace, "KEEP": self.folder / "keep"}
        return {
            **os.environ,
            "LD_PRELOAD": str(self.library),
            **{f"FAULT_{name}": str(value) for name, value in given.items()},
        }

    def calls(self) -> dict[str, int]:
        """Return how many calls of each kind were made so far."""
        return dict(zip(KINDS, struct.unpack("8q", self.control.read_bytes())[1:7], strict=True))

    def set_clock(self, seconds: int) -> None:
        """Set by how many seconds the clock is off, at once and also for running processes."""
        with self.control.open("r+b") as handle:
            handle.write(struct.pack("q", seconds))
