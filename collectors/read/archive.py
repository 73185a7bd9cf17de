"""Plain zip archives of exports: which files are in one, under the bounds of `zip_safety`.

What is no such archive gives nothing.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

from collectors.read.foreign import refuse_parts
from collectors.read.package import Package
from collectors.read.zip_safety import MAX_BYTES, MAX_RATIO
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_FILES = 500
_CHUNK = 1 << 20
_UTF8, _ENCRYPTED = 0x800, 0x1
_OF_THE_SYSTEM = ("__macosx/", "thumbs.db", "desktop.ini")


def is_archive(path: Path) -> bool:
    """Return whether a zip is a plain archive, no workbook or document of another program."""
    try:
        with path.open("rb") as stream:
            if stream.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
                return False
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            is_marked = names[:1] == ["mimetype"]
            refuse_parts(
                names,
                archive.read("mimetype")[:200]
                if is_marked and archive.getinfo("mimetype").file_size < _CHUNK
                else b"",
            )
            return (
                "[Content_Types].xml" not in names and Package(path.read_bytes()).workbook is None
            )
    except (
        Unreadable,
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ):
        return False


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of each file.

    Unreadable for too many, too large, too packed, encrypted or damaged ones.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if _is_file(info)]
            if not found:
                raise _refused("里面没有文件", "it is empty")
            if len(found) > MAX_FILES:
                raise _refused(
                    f"里面有 {len(found)} 个文件，超过上限 {MAX_FILES} 个",
                    f"{len(found)} files, more than {MAX_FILES}",
                )
            if any(info.flag_bits & _ENCRYPTED for info in found):
                raise _refused("有密码", "it is encrypted")
            left = MAX_BYTES
            for info in found:
                content = _content(archive, info, left)
                left -= len(content)
                yield _name(info), content
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise _refused("内容损坏", f"it is damaged ({error})") from error


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """Inflate one file in chunks, counting real bytes."""
    parts: list[bytes] = []
    size = 0
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > left or (size > _CHUNK and size > MAX_RATIO * max(info.compress_size, 1)):
                raise _refused("解压后过大", "it inflates too far")
            parts.append(chunk)
    return b"".join(parts)


def _is_file(info: zipfile.ZipInfo) -> bool:
    name = info.filename.replace("\\", "/").lower()
    last = name.rpartition("/")[2]
    return (
        not info.is_dir()
        and not last.startswith(".")
        and not name.startswith(_OF_THE_SYSTEM[0])
        and last not in _OF_THE_SYSTEM
    )


def _name(info: zipfile.ZipInfo) -> str:
    """Return a file's name; programs on Chinese Windows write it in GBK without saying so."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _refused(zh: str, en: str) -> Unreadable:
    return Unreadable(
        f"这是压缩包，{zh}，没有解开；请解压后把里面的导出文件放入。",
        f"A zip archive that is not unpacked: {en}. Unpack it and drop the exports inside.",
    )  # fmt: skip
