"""Texts, pages, JSON and feeds.

Floods, depths, tricks of encoding, and files that are something else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.hostile.case import LABELS, ROW, Case, Size, cut, delimited, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_MB = 1 << 20
_FEED = '<rss version="2.0"><channel>{}</channel></rss>'
_ITEM = "<item><title>甲</title><link>https://example.org/1</link><pubDate>2026-07-13</pubDate><source>示例报</source></item>"


def written(*pieces: str | bytes, encoding: str = "utf-8") -> Callable[[Path], None]:
    """Return a maker of a file of these pieces."""

    def make(path: Path) -> None:
        path.write_bytes(
            b"".join(p if isinstance(p, bytes) else p.encode(encoding) for p in pieces)
        )

    return make


def flood(head: str, piece: str, size: int, tail: str = "") -> Callable[[Path], None]:
    """Return a maker that repeats a piece up to `size` bytes, a megabyte at a time."""

    def make(path: Path) -> None:
        block = (piece * (min(_MB, size) // len(piece) + 1)).encode()
        with path.open("wb") as stream:
            stream.write(head.encode())
            for _ in range(max(size // len(block), 1)):
                stream.write(block)
            stream.write(tail.encode())

    return make


def sparse(size: int) -> Callable[[Path], None]:
    """Return a maker of a file that says it has so many bytes and takes none."""

    def make(path: Path) -> None:
        with path.open("wb") as stream:
            stream.truncate(size)

    return make


def _records(**more: object) -> str:
    return json.dumps(
        {
            "list": [
                {
                    "ref_date": "2026-07-13", "user_source": 0, "new_user": 92, "cancel_user": 21,
                    **more,
                }
            ]
        },
        ensure_ascii=False,
    )  # fmt: skip


def _text(size: Size) -> Iterator[Case]:
    million = 1_000_000
    yield Case(
        "a line of a million columns",
        written(",".join(LABELS), "," * million, "\n", ",".join(ROW), "\n"),
        words="cells",
    )
    yield Case("one endless line", flood(delimited(), "9", size.text_bytes))
    yield Case("one endless quoted cell", flood(delimited() + '"', "9,\n", size.text_bytes))
    yield Case("nothing but blanks", flood("", " ", size.blank_bytes), words="")
    yield Case("nothing but line breaks", flood("", "\n", size.blank_bytes), words="")
    yield Case("nothing but commas", flood("", ",,,,\n", size.blank_bytes), words="")
    yield Case("nothing but quotes", flood("", '"', size.blank_bytes), words="")
    yield Case("a sparse file of holes", sparse(size.sparse_bytes), words="")
    yield Case("NUL bytes", written(delimited(), b"\0\0\0"), words="NUL")
    yield Case(
        "GB18030 with a line of UTF-8",
        written(delimited().encode("gb18030"), "说明文字,1,1,1,1\n"),
        words="encodings",
    )
    yield Case(
        "UTF-8 with a line of GB18030",
        written(delimited(), "说明".encode("gb18030"), ",1,1,1,1\n"),
        words="",
    )
    yield Case("UTF-16 with a BOM", written(delimited(), encoding="utf-16"), rows=1)
    yield Case("UTF-16 without a BOM", written(delimited(), encoding="utf-16-le"), rows=1)
    yield Case("UTF-32", written(delimited(), encoding="utf-32"), rows=1)
    yield Case("UTF-7", written(delimited(), encoding="utf-7"), words="header")
    yield Case("a BOM and nothing else", written(b"\xef\xbb\xbf"), words="")
    yield Case("empty file", written(b""), words="empty")
    yield Case("PDF", written("%PDF-1.7\n", bytes(range(256))), words="")
    yield Case("PNG", written(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", bytes(range(256))), words="")
    yield Case("EXE", written(b"MZ\x90\0", bytes(range(256)) * 4), words="")
    yield Case(
        "right to left and control signs",
        written(delimited(("2026-07-13", "\u202e29", "\x1b[31m21", "71", "83285"))),
        rows=1,
    )


def _pages(size: Size) -> Iterator[Case]:
    span = "<td {}=1000000000>甲</td>"
    wide = "".join(f"<tr>{'<td colspan=1000 rowspan=1000>x</td>' * 50}</tr>" for _ in range(200))
    yield Case(
        "page of very many rows",
        flood(
            "<table>" + "".join(f"<td>{label}</td>" for label in LABELS),
            "<tr><td>1<td>2<td>3<td>4<td>5",
            size.rows * 25,
            "</table>",
        ),
    )
    yield Case(
        "colspan of a thousand million",
        written(table(before=f"<table><tr>{span.format('colspan')}</tr></table>")),
        rows=1,
    )
    yield Case(
        "rowspan of a thousand million",
        written(table(before=f"<table><tr>{span.format('rowspan')}</tr></table>")),
        rows=1,
    )
    yield Case("spans on spans", written(table(before=f"<table>{wide}</table>")), words="cells")
    yield Case(
        "deeply nested elements", written("<div>" * size.levels, table(), "</div>" * size.levels)
    )
    yield Case("deeply nested tables", written("<table><tr><td>" * size.levels, table()))
    yield Case(
        "an attribute of megabytes",
        written(f"<html><body title='{'x' * min(size.blank_bytes, 20 * _MB)}'>", table()),
    )
    yield Case("a comment that never ends", written("<!--" * 1000, table()), words="")
    yield Case(
        "page with a DOCTYPE of entities",
        written('<!DOCTYPE html [<!ENTITY a "b">]>', table()),
        rows=1,
    )
    yield Case(
        "a title that goes on and on",
        written(f"<html><title>{'登' * 100_000}\x1b[2J</title><body>x</body></html>"),
        words="login",
    )


def _json(size: Size) -> Iterator[Case]:
    yield Case("deeply nested lists", written("[" * size.levels, "]" * size.levels), words="JSON")
    yield Case(
        "deeply nested objects",
        written('{"a":' * size.levels, "1", "}" * size.levels),
        words="JSON",
    )
    yield Case(
        "an integer of a million digits",
        written('{"list":[{"ref_date":"2026-07-13","new_user":', "9" * 1_000_000, "}]}"),
    )
    yield Case(
        "the same key twice",
        written(
            '{"list":[{"ref_date":"2026-07-13","user_source":0,"new_user":1,"new_user":2,'
            '"cancel_user":0}]}'
        ),
        words="twice",
    )
    yield Case("half a surrogate pair", written(_records().replace("2026", "\\ud83d2026")))
    yield Case("NUL as an escape", written(_records().replace("2026", "\\u00002026")))
    yield Case(
        "NaN and Infinity",
        written(
            '{"list":[{"ref_date":NaN,"user_source":Infinity,"new_user":-Infinity,'
            '"cancel_user":0}]}'
        ),
        words="",
    )
    yield Case(
        "a wide record above a long list",
        written(
            "{",
            ",".join(f'"k{n}":"{n}"' for n in range(2000)),
            ',"list":[',
            ",".join(["{}"] * (size.rows // 2)),
            "]}",
        ),
        words="",
    )


def _feeds(size: Size) -> Iterator[Case]:
    laughs = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'
    yield Case(
        "feed of very many items",
        flood("<rss><channel>", _ITEM, size.rows * 100, "</channel></rss>"),
    )
    yield Case(
        "feed with billion laughs",
        written(laughs, _FEED.format("<item><title>&c;</title></item>")),
        words="DOCTYPE",
    )
    yield Case(
        "feed with a DOCTYPE in another case",
        written(laughs.replace("DOCTYPE", "doctype"), _FEED.format(_ITEM)),
    )
    yield Case(
        "feed in UTF-16 with an external entity",
        written(
            '<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd">',
            _FEED.format(""),
            encoding="utf-16",
        ),
        words="DOCTYPE",
    )
    yield Case(
        "deeply nested feed", written("<rss>", "<a>" * size.levels, "</a>" * size.levels, "</rss>")
    )


def text_cases(size: Size) -> list[Case]:
    """Return the texts of the corpus."""
    whole = {
        "page": written(table(*[ROW] * 40)), "JSON": written(_records(a="甲" * 200)),
        "feed": written(_FEED.format(_ITEM * 20)),
    }  # fmt: skip
    cuts = [
        Case(f"{kind} cut at {k}/16", cut(make, k), words="")
        for kind, make in whole.items()
        for k in range(1, 16)
    ]
    return [*_text(size), *_pages(size), *_json(size), *_feeds(size), *cuts]
