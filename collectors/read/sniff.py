"""Decide what a file is by its bytes, never by its suffix."""

from __future__ import annotations

import codecs
import re
import zipfile
from typing import TYPE_CHECKING

from collectors.read.archive import members
from collectors.read.foreign import refuse_foreign, refuse_ole2, refuse_parts
from collectors.read.package import Package
from collectors.read.zip_safety import check_workbook
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_BIFF8 = bytes.fromhex("0908100000060500")  # BOF of a book
_FILEPASS = 0x2F
_UNFINISHED = (".crdownload", ".part", ".tmp", ".download")
_HTML = frozenset(
    [
        "html",
        "head",
        "body",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "div",
        "meta",
        "style",
        "script",
        "title",
        "link",
        "base",
        "p",
        "br",
        "b",
        "span",
        "center",
        "font",
        "form",
        "section",
        "article",
        "header",
        "main",
        "h1",
        "ul",
    ]
)
_FEEDS = frozenset({"rss", "feed", "rdf", "channel"})
_BEFORE_ROOT = re.compile(
    r"\s*(?:<!--.*?-->|<\?.*?\?>|<!doctype(?!\s+html)[^>\[]*(?:\[.*?\]\s*)?>)",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"\s*<(!doctype\s+html|[a-zA-Z_][\w.:-]*)", re.IGNORECASE)


def sniff(path: Path, data: bytes) -> str:
    """Return the container: xls, xlsx, html, feed, json or text.

    Unreadable when it is none that can be read.
    """
    name = path.name.lower()
    if name.endswith(_UNFINISHED) or name.startswith("~$"):
        raise Unreadable(
            "下载未完成的文件或 Office 锁文件，请等下载完成后放入正式文件。",
            "An unfinished download or an Office lock file. Drop the finished file.",
        )
    if not data:
        raise Unreadable(
            "空文件（0 字节），请重新下载。", "An empty file (0 bytes). Download it again."
        )
    if data.startswith(OLE2):
        return _ole2(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(path, data)
    refuse_foreign(data)
    head = _head(data)
    return _marked_up(head) or ("json" if head.lstrip().startswith(("{", "[")) else "text")


def _marked_up(head: str) -> str | None:
    """Return html or feed by the first element, whatever is inside it.

    None for what begins with no tag.
    """
    has_prolog = head.lstrip().startswith("<?xml")
    place = 0
    while found := _BEFORE_ROOT.match(head, place):
        place = found.end()
    root = _ROOT.match(head, place)
    if not root:
        return "feed" if has_prolog else None
    name = root[1].lower().rpartition(":")[2]
    if name in _FEEDS:
        return "feed"
    if name in _HTML or name.startswith("!doctype"):
        return "html"
    return (
        "feed"
        if has_prolog
        else "html"
        if re.search("<(html|body|table)[ >]", head, re.IGNORECASE)
        else None
    )


def _head(data: bytes) -> str:
    """Return the first signs.

    Every mark we look for is ASCII, so the encoding matters for UTF-16 only.
    """
    start = data[:8192]
    note = re.match(rb"(?:\s*+<!--(?:[\x20-\x2c\x2e-\x7e\s]|-(?!->))*+-->)++\s*+", start)
    if note and start[note.end() :].startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start[note.end() :]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        big = start.startswith(codecs.BOM_UTF16_BE)
        return start[3 if big else 2 :: 2].decode("latin-1")
    return start.replace(codecs.BOM_UTF8, b"").decode("latin-1")


def _ole2(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data or _has_filepass(data):
        raise Unreadable(
            "工作簿有密码保护，请去掉密码另存后再放入。",
            "The workbook is password-protected. Save it without a password.",
        )
    refuse_ole2(data)
    return "xls"


def _has_filepass(data: bytes) -> bool:
    """Return whether an .xls has a password.

    The record FILEPASS is among the first of its book ([MS-XLS] 2.1.7.20.1).
    """
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


def _zip(path: Path, data: bytes) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            is_marked = names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 200  # noqa: PLR2004
            mimetype = archive.read("mimetype") if is_marked else b""
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise Unreadable(
            "压缩结构损坏的文件（可能下载中断），请重新下载。",
            f"A damaged zip container ({error}), perhaps cut off. Download it again.",
        ) from error
    refuse_parts(names, mimetype)
    if "xl/workbook.xml" in names:
        return "xlsx"  # it is looked into when it is opened
    check_workbook(path)
    if Package(data).workbook:
        return "xlsx"
    for _ in members(path):  # what could not be unpacked says why
        pass
    raise Unreadable(
        "这是压缩包里的压缩包，或没有放进账号的收件夹，没有解开；请解压后把里面的导出文件放入。",
        "A zip archive within an archive, or outside an account's folder. "
        "Unpack it and drop the exports inside.",
    )
