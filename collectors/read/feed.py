"""RSS, Atom and RDF feeds as a grid under the news labels, read by feedparser behind our own bounds.

A feed that declares entities or is cut off is refused before feedparser sees it. Text keeps what
the feed says; only HTML marks go.
A moment with a zone is given in UTC; one without is a Beijing wall clock, as Chinese sites write
it; a day stays a day.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from collectors.model import Grid
from collectors.read.limits import require_few_tags
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from time import struct_time

LABELS = ["标题", "链接", "发布时间", "摘要", "来源网站", "作者"]
_OPAQUE = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)  # what is in it declares nothing
_DECLARATION = re.compile("<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")
_ROOT = re.compile(r"<([a-zA-Z_][\w.-]*:)?(rss|feed|rdf|channel)\b", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<([a-zA-Z_][\w.:-]*)")
_MARKED = re.compile("[<&]")  # anything else is the same with and without a look for marks
_CLOCK = re.compile(r"\d[:.]\d\d|T\d\d|\d{1,2}[时点]|^\d{10,14}$")
_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d|\d {0,9}(?:UTC|UT|GMT|[ECMP][SD]T|[A-IK-Z]))$")
_NOT_ITS_OWN = re.compile(r"[\u4e00-\u9fff]|\bCST$")
_MARKUP = ("text/html", "application/xhtml+xml")


def feed_grid(text: str) -> Grid:
    """Return one row for each entry; broken XML inside an entry is read as far as possible.

    A feed that ends too early is refused.
    """
    bare = _OPAQUE.sub("", text)
    if _DECLARATION.search(bare):
        raise Unreadable(
            "订阅源含 DOCTYPE 声明，为安全起见不读取。",
            "The feed declares a DOCTYPE; it is not read, for safety.",
        )
    require_few_tags(text)
    root = _ROOT.search(bare)
    first = _FIRST_TAG.search(bare)
    if root is None or first is None or root.start() != first.start():
        name = first[1] if first else "无根元素"
        raise Unreadable(
            (
                f"这是 XML（{name}），不是 RSS/Atom 订阅源；若是 Excel 2003 XML，请另存为 .xlsx "
                "后再放入。"
            ),
            f"XML ({name}), no RSS or Atom feed. If Excel wrote it, save it as .xlsx.",
        )
    if not re.search(rf"</{re.escape(root[1] or '')}{root[2]}\s*(?:>|$)", bare):
        raise Unreadable(
            "订阅源不完整（没有结束标签），可能下载中断。请重新下载。",
            f"The feed is cut off: </{root[2]}> is missing. Download it again.",
        )
    entries, site = _entries(text)
    rows = ([_cell(entry, name, site) for name in LABELS] for entry in entries)
    return Grid("feed", [list(LABELS), *rows])


def _entries(text: str) -> tuple[list[Any], str]:
    """Return the entries, and the address of the site, from which theirs may start."""
    import feedparser

    data = (
        '<?xml version="1.0" encoding="utf-8"?>' + _PROLOG.sub("", text, count=1).lstrip()
    ).encode()
    feed = feedparser.parse(io.BytesIO(data))
    return list(feed.entries), str(dict.get(feed.feed, "link") or "")


def _cell(entry: Any, label: str, site: str) -> str | None:  # noqa: ANN401 - feedparser has no types
    match label:
        case "标题":
            return _text(dict.get(entry, "title_detail"))
        case "链接":
            link = dict.get(entry, "link") or next(
                (link.get("href") for link in dict.get(entry, "links") or []), None
            )
            return urljoin(site, link) if link else None
        case "发布时间":
            return _moment(entry)
        case "摘要":
            details = [dict.get(entry, "summary_detail"), *(dict.get(entry, "content") or [])]
            return next((text for detail in details if (text := _text(detail))), None)
        case "来源网站":
            source = dict.get(entry, "source") or {}
            return source.get("title") or next(
                (str(v) for k, v in entry.items() if k.endswith("_source") and v), None
            )
        case _:
            return dict.get(entry, "author") or None


def _moment(entry: Any) -> str | None:  # noqa: ANN401
    """Return the first moment the entry has; one that feedparser cannot read as the feed writes it."""
    for name in ("published", "updated", "created"):
        if text := str(dict.get(entry, name) or "").strip():
            return _read_moment(text, dict.get(entry, f"{name}_parsed"))
    return None


def _read_moment(text: str, parsed: struct_time | None) -> str:
    """Return a moment as feedparser reads it; what it takes for another one as the feed writes it.

    2023年6月30日 is no November to us, and CST is Shanghai's or Chicago's time.
    """
    if parsed is None or _NOT_ITS_OWN.search(text):
        return text
    day = f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}"
    if not _CLOCK.search(text):
        return day
    clock = f"{parsed.tm_hour:02}:{parsed.tm_min:02}:{parsed.tm_sec:02}"
    return f"{day}T{clock}Z" if _ZONE.search(text.rstrip()) else f"{day} {clock}"


def _text(detail: Any) -> str | None:  # noqa: ANN401
    """Return a text without its marks, where the feed says or shows that it has any."""
    from bs4 import BeautifulSoup

    value = str((detail or {}).get("value") or "")
    if (detail or {}).get("type") in _MARKUP and _MARKED.search(value):
        soup = BeautifulSoup(value, "lxml")
        for hidden in soup(["script", "style"]):
            hidden.decompose()
        value = soup.get_text()
    return value.strip() or None
