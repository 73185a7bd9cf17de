"""Parts of a web page that say what it is and when it was published.

What it declares of itself, its side columns, its date lines.
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup, Tag

DATE = re.compile(
    r"20\d{2} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2}日?(?:\s*\d{1,2}[:时]\d{2}(?:[:分]\d{2})?)?"
)
RELATIVE = re.compile(
    r"刚刚|\d{1,3}\s*(?:秒|分钟|小时|天|周)前|(?:今天|昨天|前天)(?:\s*\d{1,2}:\d{2})?"
)
_DATE_METAS = (
    "PubDate", "article:published_time", "publishdate", "og:published_time", "og:release_date",
    "weibo:article:create_at", "_pubtime",
    "pubtime", "apub:time", "bytedance:published_time", "datePublished", "DC.date.issued",
    "publish_time", "publication_date",
)  # fmt: skip
_ARTICLE_KINDS = ("article", "newsarticle", "reportagenewsarticle", "blogposting")
_SIDE = re.compile(
    r"(?:^|[-_ ])(?:side|aside|sidebar|related|relate|recommend|rec|hot|rank|ranking|"
    r"nav|menu|footer|foot|comment|comments|copyright|tuijian|right|top10|breadcrumb|crumb)(?:$|[-_ \d])|"
    r"side(?:bar|box)|xiangguan|相关|推荐|热",
    re.IGNORECASE,
)
_LONGEST_LINE = 150
_TODAY = re.compile("今天是|今日是|现在是")


def meta(soup: BeautifulSoup, *names: str) -> str | None:
    """Return the first filled meta value of these names.

    Case is not compared, as sites write them differently.
    """
    wanted = [name.lower() for name in names]
    found: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        key = str(tag.get("name") or tag.get("property") or tag.get("itemprop") or "").lower()
        value = str(tag.get("content") or "").strip()
        if key in wanted and value:
            found.setdefault(key, value)
    return next((found[name] for name in wanted if name in found), None)


def json_ld(soup: BeautifulSoup) -> dict[str, Any]:
    """Return the page's own description as an article (JSON-LD); empty when there is none."""
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            document = json.loads(script.get_text(), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(document):
            kinds = node.get("@type")
            if any(
                str(kind).lower() in _ARTICLE_KINDS
                for kind in (kinds if isinstance(kinds, list) else [kinds])
            ):
                return node
    return {}


def _nodes(document: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    if isinstance(document, list):
        for part in document[:50]:
            yield from _nodes(part)
    elif isinstance(document, dict):
        yield document
        yield from _nodes(document.get("@graph"))


def declares_article(soup: BeautifulSoup) -> bool:
    """Return whether the page says of itself that it is one article."""
    return (
        (meta(soup, "og:type") or "").lower() in ("article", "news", "news.article")
        or bool(meta(soup, "article:published_time", "og:release_date"))
        or bool(json_ld(soup))
    )


def declared_date(soup: BeautifulSoup) -> str | None:
    """Return the moment of publication that the page declares."""
    declared = meta(soup, *_DATE_METAS) or str(json_ld(soup).get("datePublished") or "")
    return declared or None


def without_sides(soup: BeautifulSoup, body: Tag | None = None) -> BeautifulSoup:
    """Return a copy without side columns, menus, scripts and lists of links.

    What holds the title or most of the text stays.
    """
    pruned = copy.copy(soup)
    whole = len(pruned.get_text())
    for tag in pruned.find_all(
        ["script", "style", "noscript", "nav", "aside", "footer", "iframe", "select"]
    ):
        tag.decompose()
    for tag in pruned.find_all(True):
        if tag.decomposed or tag.name in ("html", "body", "head", "title", "meta", "h1"):
            continue
        named = " ".join([*map(str, tag.get("class") or []), str(tag.get("id") or "")])
        if (
            named.strip()
            and _SIDE.search(named)
            and not tag.find("h1")
            and len(tag.get_text()) < whole / 2
            and not _holds(tag, body)
        ):
            tag.decompose()
    return pruned


def _holds(tag: Tag, body: Tag | None) -> bool:
    """Return whether a tag of the copy is, or holds, what is the body in the page."""
    if body is None:
        return False
    own = (body.name, body.get("id"), body.get("class"))
    return any(
        (t.name, t.get("id"), t.get("class")) == own for t in [tag, *tag.find_all(body.name)]
    )


def _may_tell(text: str | None) -> bool:
    text = text or ""
    return bool(
        DATE.search(text)
        or RELATIVE.fullmatch(text.strip())
        or re.search("(?:来源|来自|出处)[:：]", text)
    )


def date_lines(soup: BeautifulSoup, title: Tag | None, body: Tag | None) -> list[str]:
    """Return short texts with a date or a source, those after the title and nearest to it first.

    None of the body, a link or a list of links.
    """
    found: list[tuple[bool, int, str]] = []
    order = {id(tag): number for number, tag in enumerate(soup.find_all(True))}
    start = order.get(id(title if title is not None else body), 0)
    inside = {id(tag) for tag in body.find_all(True)} | {id(body)} if body is not None else set()
    for text in soup.find_all(string=_may_tell):
        tag = text.parent
        if (
            tag is None
            or id(tag) in inside
            or tag.find_parent(["a", "li", "head", "script"])
            or tag.name in ("a", "li", "title")
        ):
            continue
        around = tag.parent
        is_line = (
            around is not None
            and around.name not in ("body", "html")
            and not around.find(["h1", "h2", "ul", "ol", "table"])
        )
        line = (
            around.get_text(" ")
            if around is not None
            and is_line
            and not inside & {id(t) for t in around.find_all(True)}
            else ""
        )
        line = line if 0 < len(line) <= _LONGEST_LINE else tag.get_text(" ")
        place = order.get(id(tag), 0)
        if len(line) <= _LONGEST_LINE and not _TODAY.search(line):
            found.append((place < start, abs(place - start), line))
    return [line for _, _, line in sorted(found)]
