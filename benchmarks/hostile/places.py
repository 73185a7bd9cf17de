"""What may lie in an inbox besides honest files.

Odd names, links, pipes, sockets, devices, folders.
"""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

from benchmarks.hostile.case import delimited

ODD_NAMES = (
    b"new\nline.csv", b"bell\x07 and \x1b[2Jescape.csv", "\u202elsx.gpj.csv".encode(),
    "长" .encode() * 83 + b".csv",
    b"\xce\xc4\xbc\xfe in GBK.csv", b"\xff\xfe\xfd", b"suffix." + b"s" * 240, b"-rf",
    b"$(reboot);`id`.csv", b"'\" or 1=1 --.csv",
    b"a.csv.reason.txt", b"x..csv..csv", b"%s%n{0}.csv", b"COM1.csv", b" ", b"~",
    b"sub\\folder.csv",
)  # fmt: skip


def plant_odd_names(folder: Path) -> int:
    """Write a good file under each odd name, a day each; return how many."""
    for number, name in enumerate(ODD_NAMES, 1):
        row = (f"2026-03-{number:02}", "2", "1", "1", str(1000 + number))
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(delimited(row), "utf-8")
    return len(ODD_NAMES)


def plant_bad_odd_names(folder: Path) -> int:
    """Write a file without meaning under each odd name, all different; return how many."""
    for number, name in enumerate(ODD_NAMES):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(
            f"no table {number}\n", "utf-8"
        )
    return len(ODD_NAMES)


def plant_no_files(folder: Path, outside: Path) -> dict[str, str]:
    """Put links, a pipe, a socket and, for root, devices.

    Return each name with a word of the reason to refuse it.
    """
    (folder / "link.csv").symlink_to(outside)
    (folder / "dangling.csv").symlink_to(folder / "nowhere")
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "folder link.csv").symlink_to(outside.parent)
    planted = dict.fromkeys(("link.csv", "dangling.csv", "loop.csv", "folder link.csv"), "link")
    os.mkfifo(folder / "pipe.csv")
    planted["pipe.csv"] = "pipe"
    here = Path.cwd()
    os.chdir(folder)  # a socket's path may have 107 bytes only
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.csv")
    finally:
        os.chdir(here)
    planted["socket.csv"] = "socket"
    if os.geteuid() == 0:
        # /dev/zero: reading it never ends
        os.mknod(folder / "zero.csv", stat.S_IFCHR | 0o666, os.makedev(1, 5))
        planted["zero.csv"] = "device"
    return planted
