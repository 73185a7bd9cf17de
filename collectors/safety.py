"""Look into a workbook's zip before any parser sees it (reliability.md S1-S3)."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from collectors.model import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

MAX_ENTRIES = 2_000
MAX_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_CELLS = 20_000_000
_CHUNK = 1 << 20
_CELL = re.compile(rb'<(?:c|dimension)\b[^>]*?\br(?:ef)?="(?:[A-Z]+[0-9]+:)?([A-Z]{1,4})([0-9]{1,8})"')


def check_workbook(path: Path) -> None:
    """Refuse bombs and XML that declares entities; Unreadable says which member and why."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MAX_ENTRIES:
            raise _refused(f"{len(members)} 个部件 / {len(members)} parts")
        total = 0
        for member in members:
            total = _check_member(archive, member, total)


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, total: int) -> int:
    """Inflate one member in chunks, counting real bytes; return the new total."""
    is_sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    size, tail, widest, lowest = 0, b"", 0, 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if total + size > MAX_BYTES or (size > _CHUNK and size > MAX_RATIO * max(member.compress_size, 1)):
                raise _refused(f"{member.filename} 解压后过大 / inflates too far")
            window = tail + chunk
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise _refused(f"{member.filename} 含 DOCTYPE / declares a DOCTYPE")
            if is_sheet:
                widest, lowest = _extent(window, widest, lowest)
            tail = window[-64:]
    if widest * lowest > MAX_CELLS:
        raise _refused(f"{member.filename} 范围达 {lowest} 行 × {widest} 列 / spans {lowest} x {widest} cells")
    return total + size


def _extent(window: bytes, widest: int, lowest: int) -> tuple[int, int]:
    for letters, digits in _CELL.findall(window):
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        widest, lowest = max(widest, number), max(lowest, int(digits))
    return widest, lowest


def _refused(what: str) -> Unreadable:
    zh, _, en = what.partition(" / ")
    return Unreadable(f"工作簿结构异常（{zh}），为安全起见不打开。请在 Excel 中另存后再放入。",
                      f"Unsafe workbook: {en or zh}. Save it anew in Excel and drop that file.")  # fmt: skip
