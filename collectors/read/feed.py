"""RSS and Atom documents as a grid under the news labels; text stays as the feed has it, only HTML marks go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.model import Grid, Unreadable
from collectors.read.limits import require_few_tags

if TYPE_CHECKING:
    from bs4 import Tag

_DECLARATION = re.compile("<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MARKED = re.compile("[<&]")  # anything else is the same with and without a look for marks
LABELS = ["标题", "链接", "发布时间", "摘要", "来源网站", "id"]


def feed_grid(text: str) -> Grid:
    """Return one row an entry; broken XML inside is read as far as it goes, entities are never expanded; a feed cut off is refused."""
    from bs4 import BeautifulSoup

    if _DECLARATION.search(text):
        raise Unreadable(
            "订阅源含 DOCTYPE 声明，为安全起见不读取。", "The feed declares a DOCTYPE; it is not read, for safety."
        )
    require_few_tags(text)
    soup = BeautifulSoup(text, "xml")
    root = next((tag.name for tag in soup.find_all(limit=1)), "")
    if root not in ("rss", "feed", "RDF"):
        raise Unreadable(f"这是 XML（{root or '无根元素'}），不是 RSS/Atom 订阅源；若是 Excel 2003 XML，请另存为 .xlsx 后再放入。",
                         f"XML ({root or 'no root'}), no RSS or Atom feed. If Excel wrote it, save it as .xlsx.")  # fmt: skip
    if not re.search(rf"</(\w+:)?{root}\s*>\s*(<!--.*?-->\s*)*$", text[-10_000:], re.DOTALL):
        raise Unreadable("订阅源不完整（没有结束标签），可能下载中断。请重新下载。",
                         f"The feed is cut off: </{root}> is missing. Download it again.")  # fmt: skip
    entries = soup.find_all(["item", "entry"])
    return Grid("feed", [list(LABELS), *([_plain(entry, name) for name in LABELS] for entry in entries)])


def _plain(entry: Tag, label: str) -> str | None:
    match label:
        case "标题":
            return _text(entry, "title")
        case "链接":
            link = entry.find("link")
            return (str(link.get("href") or "") or link.get_text(strip=True) or None) if link else None
        case "发布时间":
            return _text(entry, "pubDate", "published", "updated")
        case "摘要":
            return _text(entry, "description", "content", "summary")
        case "来源网站":
            return _text(entry, "source", "Source")
        case _:
            return None


def _text(entry: Tag, *names: str) -> str | None:
    from bs4 import BeautifulSoup

    for name in names:
        found = entry.find(name)
        if found and found.get_text(strip=True):
            text = found.get_text()
            return (BeautifulSoup(text, "lxml").get_text() if _MARKED.search(text) else text).strip()
    return None
