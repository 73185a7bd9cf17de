"""Decide what a file is by its bytes, never by its suffix; decode text strictly."""

from __future__ import annotations

import codecs
import re
import zipfile
from typing import TYPE_CHECKING

from collectors.model import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_BIFF8 = bytes.fromhex("0908100000060500")  # BOF of a book
_FILEPASS = 0x2F
_UNFINISHED = (".crdownload", ".part", ".tmp", ".download")
_HTML = ("<html", "<!doctype html", "<table", "<head", "<body", "<div", "<meta", "<style", "<script", "<title", "<tr")
_FEED = ("<?xml", "<rss", "<feed")
_UTF8_WORDS = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}")  # two Chinese characters of UTF-8 in a row
_PIECE = re.compile(rb'[^\r\n\t,;"<>]+')
_COMMENTS = re.compile(r"^(?:\s*<!--.*?-->)+", re.DOTALL)


def sniff(path: Path, data: bytes) -> str:
    """Return the container: xls, xlsx, html, feed, json or text; Unreadable when it is none that can be read."""
    name = path.name.lower()
    if name.endswith(_UNFINISHED) or name.startswith("~$"):
        raise Unreadable("下载未完成的文件或 Office 锁文件，请等下载完成后放入正式文件。",
                         "An unfinished download or an Office lock file. Drop the finished file.")  # fmt: skip
    if not data:
        raise Unreadable("空文件（0 字节），请重新下载。", "An empty file (0 bytes). Download it again.")
    if data.startswith(OLE2):
        return _ole2(data)
    if data.startswith(b"PK"):
        return _zip(path)
    head = _COMMENTS.sub("", _head(data)).lstrip().lower()
    if head.startswith(_HTML):
        return "html"
    if head.startswith(_FEED):
        return "feed" if "<html" not in head else "html"
    return "json" if head.startswith(("{", "[")) else "text"


def _head(data: bytes) -> str:
    """Return the first signs; every mark we look for is ASCII, so the encoding matters for UTF-16 only."""
    start = data[:4096]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        big = start.startswith(codecs.BOM_UTF16_BE)
        return start[3 if big else 2 :: 2].decode("latin-1")
    return start.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _ole2(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data or _has_filepass(data):
        raise Unreadable("工作簿有密码保护，请去掉密码另存后再放入。",
                         "The workbook is password-protected. Save it without a password.")  # fmt: skip
    return "xls"


def _has_filepass(data: bytes) -> bool:
    """Tell an .xls with a password: the record FILEPASS stands among the first of its book ([MS-XLS] 2.1.7.20.1)."""
    place = data.find(_BIFF8)
    for _ in range(8) if place >= 0 else ():
        kind, length = (
            int.from_bytes(data[place : place + 2], "little"),
            int.from_bytes(data[place + 2 : place + 4], "little"),
        )
        if kind == _FILEPASS:
            return True
        place += 4 + length
    return False


def _zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise Unreadable("压缩结构损坏的文件（可能下载中断），请重新下载。",
                         f"A damaged zip container ({error}), perhaps cut off. Download it again.") from error  # fmt: skip
    if "xl/workbook.xml" not in names:
        raise Unreadable("这是压缩包，不是 Excel 工作簿；请解压后把里面的导出文件放入。",
                         "A zip archive, not a workbook. Unpack it and drop the exports inside.")  # fmt: skip
    return "xlsx"


def decode(data: bytes) -> tuple[str, str]:
    """Return (text, encoding): BOM, then strict UTF-8, then strict GB18030; Unreadable otherwise."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, "utf-16")
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data, "utf-8-sig")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        _refuse_nul(text)
        if encoding == "gb18030":
            _refuse_mixture(data)
        return text, encoding
    raise _undecodable("utf-8, gb18030")


def _refuse_mixture(data: bytes) -> None:
    """Refuse GB18030 with cells of UTF-8, which read as GB18030 would be nonsense: no cell of GB18030 is by chance whole UTF-8 with two such characters."""
    for found in _UTF8_WORDS.finditer(data):
        start = found.start()
        before = max(data.rfind(sign, 0, start) for sign in (b"\n", b"\r", b"\t", b",", b";", b'"', b"<", b">"))
        piece = _PIECE.match(data, before + 1)
        if piece and _is_utf8(piece[0]):
            number = data.count(b"\n", 0, start) + 1
            raise Unreadable(f"同一文件里混有两种编码：第 {number} 行是 UTF-8，其余是 GB18030。请统一另存为 UTF-8 CSV。",
                             f"Two encodings in one file: line {number} is UTF-8, the rest GB18030. Save it as UTF-8 CSV.")  # fmt: skip


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _strict(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(encoding) from error
    _refuse_nul(text)
    return text, encoding


def _refuse_nul(text: str) -> None:
    if "\x00" in text:
        raise Unreadable("文本中有空字节（NUL），文件不是正常的表格，请重新导出。",
                         "NUL bytes in the text: no ordinary table. Export it again.")  # fmt: skip


def _undecodable(tried: str) -> Unreadable:
    return Unreadable(f"文本编码无法识别（试过 {tried}），请另存为 UTF-8 CSV 后再放入。",
                      f"Text in no known encoding (tried {tried}). Save it as UTF-8 CSV.")  # fmt: skip
