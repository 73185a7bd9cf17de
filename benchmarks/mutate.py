"""Spoil good files: by bytes, and by the structure of their container; always the same for a seed."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import xlwt

from benchmarks.hostile.case import LABELS, ROW, delimited, table
from benchmarks.hostile.workbooks import parts

if TYPE_CHECKING:
    from random import Random

KINDS = ("xlsx", "xls", "csv", "html", "page", "json", "feed")
_ROWS = tuple(
    (f"2026-07-{day:02}", str(day), "1", str(day - 1), str(1000 + day)) for day in range(1, 13)
)
_NASTY_TEXT = (
    "\x00", "\ufeff", "\u202e", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "<",
    "&#0;", "&#xD800;", '"', "\r", "]]>", "<!--", "{", "9" * 400, "1e999", "=1+1", "，",
    "\U0010ffff", "<table>", "</tr>", "rowspan=99999",
)  # fmt: skip
_NASTY_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    1e308,
    "",
    "\x00",
    "\ud800",
    [],
    {},
    [[]],
    [{}],
    [1, "a", {}],
    {"a": {"b": [{"c": 1}]}},
)
_NASTY_NUMBERS = (
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x80",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x00",
    b"\xfe\xff\xff\xff",
)


def good(kind: str) -> bytes:  # noqa: PLR0911 - one a kind
    """Return a good file of each kind: one that is read without a complaint."""
    match kind:
        case "xlsx":
            return _zipped(parts())
        case "xls":
            return _biff()
        case "csv":
            return delimited(*_ROWS).encode()
        case "html":
            return table(*_ROWS).encode()
        case "page":
            links = "".join(
                (
                    f'<li><a href="/t202607{day:02}_1.html" title="标题{day}">标</a> '
                    f"2026-07-{day:02}</li>"
                )
                for day in range(1, 9)
            )
            return (
                "<!-- saved from url=(0030)https://www.example.org/list/ -->\n"
                f'<html><meta name="SiteName" content="示例"><body><ul>{links}</ul></body></html>'
            ).encode()
        case "json":
            record = {"ref_date": "2026-07-13", "user_source": 0, "new_user": 92, "cancel_user": 21}
            return json.dumps(
                {"list": [record | {"ref_date": row[0]} for row in _ROWS]}, ensure_ascii=False
            ).encode()
        case _:
            item = "<item><title>甲</title><link>https://example.org/1</link><pubDate>2026-07-13</pubDate><source>示例报</source></item>"
            return f'<?xml version="1.0"?><rss version="2.0"><channel>{item * 6}</channel></rss>'.encode()


def spoiled(kind: str, rng: Random) -> bytes:
    """Return a good file with one to four faults, of its bytes or of its structure."""
    if kind == "xlsx" and rng.random() < 0.7:
        return _spoiled_parts(rng)
    if kind == "json" and rng.random() < 0.5:
        return _spoiled_json(rng)
    data = bytearray(good(kind))
    for _ in range(rng.randint(1, 4)):
        _spoil(data, kind, rng)
    return bytes(data)


def _spoil(data: bytearray, kind: str, rng: Random) -> None:
    """Change, cut, repeat or exchange a few bytes; texts also get what a reader may stumble over."""
    place, other = (rng.randrange(len(data) + 1) for _ in range(2))
    match rng.randrange(7):
        case 0 if data:
            data[place % len(data)] = rng.randrange(256)
        case 1:
            del data[place:]
        case 2:
            del data[place : place + rng.randint(1, 40)]
        case 3:
            data[place:place] = data[other : other + 200] * rng.randint(1, 5)
        case 4:
            data[place : place + 4] = rng.choice(_NASTY_NUMBERS)
        case 5:
            data[place:place] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
        case _:
            text = rng.choice(_NASTY_TEXT).encode(
                "latin-1" if kind == "xls" else "utf-8", "replace"
            )
            data[place:place] = text


def _spoiled_parts(rng: Random) -> bytes:
    """Spoil, drop or rename a part of a workbook; the zip itself is whole."""
    given = {
        name: bytearray(text.encode() if isinstance(text, str) else text)
        for name, text in parts().items()
    }
    for _ in range(rng.randint(1, 3)):
        name = rng.choice(sorted(given))
        if rng.random() < 0.8:
            _spoil(given[name], "xlsx", rng)
        else:
            given[name + rng.choice(("", "x", "/"))] = given.pop(name)
    return _zipped({name: bytes(content) for name, content in given.items()})


def _spoiled_json(rng: Random) -> bytes:
    """Put nasty values and keys into the records."""
    document = json.loads(good("json"))
    for _ in range(rng.randint(1, 4)):
        record = rng.choice(document["list"])
        if isinstance(record, dict):
            key = rng.choice([*record, "list", "x" * 300, "a.b", "^ref_date", "\ud800"])
            record[key] = rng.choice(_NASTY_VALUES)
    return json.dumps(document, ensure_ascii=rng.random() < 0.9).encode("utf-8", "surrogatepass")


def _zipped(given: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in given.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _biff() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    for number, row in enumerate((LABELS, ROW, *_ROWS)):
        for column, text in enumerate(row):
            sheet.write(number, column, int(text) if text.isdigit() else text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
