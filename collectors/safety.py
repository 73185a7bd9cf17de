"""Look into a workbook's zip before any parser sees it (reliability.md S1-S3)."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.bounds import MAX_CELLS
from collectors.model import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

MAX_ENTRIES = 2_000
MAX_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
_CHUNK = 1 << 20
_TAIL = 512  # a tag or a mark that begins at the end of one chunk is whole in the next window
_CELL = re.compile(
    rb"""<(?:\w+:)?(?:c|dimension)\s[^<]*?\br(?:ef)?\s*=\s*["'](?:[A-Za-z]+[0-9]+:)?([A-Za-z]{1,4})([0-9]{1,8})["']"""
)
# An error (#DIV/0!), and a formula whose result nobody saved: see collectors/silent.py.
_SILENT = (b't="e"', b"t='e'", b"</f></c>", b"</f><v></v>", b"</f><v/>", b"</f><v />")
_DECLARATIONS = tuple(
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


@dataclass
class Found:
    """What the look brought: bytes, cells within the sheets' corners, and the parts with cells that a parser leaves empty."""

    size: int = 0
    cells: int = 0
    silent: list[str] = field(default_factory=list)


def check_workbook(path: Path) -> Found:
    """Refuse bombs, damage and XML that declares entities; Unreadable says which member and why."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_ENTRIES:
                raise _refused(f"{len(members)} 个部件 / {len(members)} parts")
            names = [member.filename for member in members]
            if len(set(names)) < len(names):  # one reader takes the first, another the last
                raise _refused("有同名部件 / a part stands twice in it")
            found = Found()
            for member in members:
                _check_member(archive, member, found)
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"工作簿的压缩内容损坏或加密（{error}），请重新下载。",
                         f"The workbook's zip content is damaged or encrypted ({error}). Download it again.") from error  # fmt: skip


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, found: Found) -> None:
    """Inflate one member in chunks, counting real bytes."""
    size, tail, widest, lowest, silent = 0, b"", 0, 0, False
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if found.size + size > MAX_BYTES or (size > _CHUNK and size > MAX_RATIO * max(member.compress_size, 1)):
                raise _refused(f"{member.filename} 解压后过大 / inflates too far")
            window = tail + chunk
            if any(mark in window for mark in _DECLARATIONS):
                raise _refused(f"{member.filename} 含 DOCTYPE / declares a DOCTYPE")
            widest, lowest = _extent(window, widest, lowest)  # a sheet may lie under any name
            silent = silent or any(mark in window for mark in _SILENT)
            tail = window[-_TAIL:]
    found.size += size
    found.cells += widest * lowest
    if found.cells > MAX_CELLS:
        raise _refused(f"{member.filename} 范围达 {lowest} 行 × {widest} 列 / spans {lowest} x {widest} cells")
    if silent:
        found.silent.append(member.filename)


def _extent(window: bytes, widest: int, lowest: int) -> tuple[int, int]:
    found = _CELL.findall(window)
    columns = {letters for letters, _ in found}  # few, while cells are many
    rows = {digits for _, digits in found}
    return max([widest, *map(_column, columns)]), max([lowest, *map(int, rows)])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _refused(what: str) -> Unreadable:
    zh, _, en = what.partition(" / ")
    return Unreadable(f"工作簿结构异常（{zh}），为安全起见不打开。请在 Excel 中另存后再放入。",
                      f"Unsafe workbook: {en or zh}. Save it anew in Excel and drop that file.")  # fmt: skip
