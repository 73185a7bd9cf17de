"""Write so that a power cut loses nothing: content is fsynced, and the folder of its name.

Each function returns when its work is on disk.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


_CANNOT = frozenset({errno.EINVAL, errno.ENOTSUP})  # some network shares have no fsync for folders


def sync(*paths: Path) -> None:
    """Put the content of files, or the names in folders, on disk.

    OSError when the disk does not take them.
    """
    for path in dict.fromkeys(paths):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in _CANNOT or not path.is_dir():
                raise
        finally:
            os.close(handle)


def sync_with_parents(folders: Iterable[Path], top: Path) -> None:
    """Put the names in folders on disk, and their own names up to `top`.

    A folder just made is gone with its content otherwise.
    """
    wanted = {
        above
        for folder in folders
        for above in (folder, *folder.parents)
        if above.is_relative_to(top)
    }
    sync(*sorted(wanted, key=lambda path: len(path.parts), reverse=True))


def write_atomic(path: Path, content: bytes) -> None:
    """Write so that the file is there whole or not at all.

    Syncing the folder makes its name survive a power cut too.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:  # a full disk: half a file would keep it full
        with suppress(OSError):
            temporary.unlink()
        raise
    temporary.replace(path)
