"""One article saved from a site we know nothing of.

A 公众号 article, a page that declares itself one, or plain prose (GNE finds its parts).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from collectors.read.page_parts import (
    DATE,
    date_lines,
    declared_date,
    declares_article,
    json_ld,
    meta,
    without_sides,
)

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

Parts = dict[str, str | None]
_BEIJING = timezone(timedelta(hours=8))
_SCRIPT = r"""\b{}\s*[=:]\s*(?:htmlDecode\()?["']([^"'\n]{{1,300}})["']"""
_UNIX = re.compile(
    r"""\b(?:ct|oriCreateTime|publish_time|create_time)\s*[=:]\s*["']?(1[0-9]{9})\b"""
)
_CREATED = re.compile(
    r"""\b(?:createTime|publish_time)\s*[=:]\s*["'](20\d\d-\d\d-\d\d \d\d:\d\d)"""
)
_SOURCE = re.compile(r"(?:信息|稿件|文章)?(?:来源|来自|出处)[:：]\s*([^\s|　,，]{2,40})")
_PROSE, _LONG, _LINKED, _NEAR = 80, 300, 0.4, 3
_WORDED = re.compile(r"来源|来自|发布|作者|编辑|记者|时间|日期|\d{1,2}:\d{2}")
_CHANGED = re.compile(r"(?:更新|修改|编辑|采集|打印|下载)(?:时间|日期|于)?[\s:：]*$")
_SITE_TAIL = re.compile(r"\s{0,9}(?:[-_|]{1,9}\s{0,9}[^-_|]{2,16}){1,3}$")


def wechat_article(soup: BeautifulSoup, text: str) -> Parts | None:
    """Return a 公众号 article as a browser saved it: title, account, moment of publication.

    None for any other page.
    """
    body = soup.select_one("#js_content, #js_article, #img-content, .rich_media_content")
    if body is None or not re.search("rich_media|mp\\.weixin\\.qq\\.com|mmbiz", text):
        return None
    title = (
        meta(soup, "og:title", "twitter:title")
        or _text(soup.select_one("#activity-name, .rich_media_title"))
        or _scripted(text, "msg_title")
    )
    account = (
        _scripted(text, "nickname")
        or _text(soup.select_one("#js_name, .profile_nickname, .wx_follow_nickname"))
        or meta(soup, "og:article:author")
    )
    found, created = _UNIX.search(text), _CREATED.search(text)
    moment = (
        datetime.fromtimestamp(int(found[1]), UTC)
        .astimezone(_BEIJING)
        .strftime("%Y-%m-%d %H:%M:%S")
        if found
        else None
    )
    shown = _text(soup.select_one("#publish_time"))
    link = meta(soup, "og:url") or _scripted(text, "msg_link")
    return {
        "标题": title, "来源网站": account, "作者": meta(soup, "author"), "正文": _text(body),
        "媒体类型": "微信公众号",
        "链接": link.replace("\\x26amp;", "&").replace("&amp;", "&") if link else None,
        "发布时间": moment or (created[1] if created else None) or shown,
        "发布时间依据": "页面标注",
    }  # fmt: skip


def _scripted(text: str, name: str) -> str | None:
    found = re.search(_SCRIPT.format(name), text)
    return found[1].strip() or None if found else None


def any_article(
    soup: BeautifulSoup, site: str | None, *, among_links: bool = False
) -> Parts | None:
    """Return an article's parts by what the page declares and by GNE.

    None for a page that is no prose.

    `among_links`: most of the page is links with dates; then only a long text is an article.
    """
    pruned = without_sides(soup)
    found = next(
        (
            parts
            for page in (pruned, soup)
            if _is_prose(parts := _extracted(page), long=among_links)
        ),
        {},
    )
    content = str(found.get("content") or "")
    if not found and not declares_article(soup):
        return None
    ld = json_ld(soup)
    title = str(ld.get("headline") or "") or meta(soup, "og:title") or _text(soup.find("h1"))
    title = title or _SITE_TAIL.sub("", str(found.get("title") or "") or (_text(soup.title) or ""))
    if not title:
        return None
    lines = _own_lines(soup, pruned, content)
    declared = declared_date(soup)
    publisher = ld.get("publisher") or {}
    medium = site or (publisher.get("name") if isinstance(publisher, dict) else None)
    source = re.sub("^来源[:：]", "", meta(soup, "ContentSource", "source") or "")
    source = source or next((match[1] for line in lines if (match := _SOURCE.search(line))), "")
    return {
        "标题": title, "来源网站": medium or source or None,
        "发布时间": declared or _date_of(lines) or _found_date(soup, pruned, content),
        "发布时间依据": "页面标注" if declared else "页面日期",
        "原发网站": source if medium and source != medium else None, "正文": content or None,
    }  # fmt: skip


def _own_lines(soup: BeautifulSoup, pruned: BeautifulSoup, content: str) -> list[str]:
    """Return the date lines of the article, those that name a source, an author or a clock first.

    Sentences of its text are none.
    """
    bare = re.sub(r"\s", "", content)
    near = (
        date_lines(pruned, pruned.find("h1"), None)
        + date_lines(soup, soup.find("h1"), None)[:_NEAR]
    )
    outside = [line for line in near if re.sub(r"\s", "", line) not in bare]
    return sorted(outside, key=lambda line: not _WORDED.search(line))


def _date_of(lines: list[str]) -> str | None:
    """Return the first day of the lines with a word; one of a later change only for want of others."""
    found = [
        (bool(_CHANGED.search(line[: match.start()])), match[0])
        for line in lines
        if _WORDED.search(line)
        for match in DATE.finditer(line)
    ]
    return min(found, key=lambda one: one[0])[1] if found else None


def _found_date(soup: BeautifulSoup, pruned: BeautifulSoup, content: str) -> str | None:
    """Return the date GNE finds, where it is neither in a side column nor in the text."""
    day = str(_extracted(soup).get("publish_time") or "")
    visible = " ".join(
        text
        for text in soup.find_all(string=True)
        if text.parent and text.parent.name not in ("script", "textarea")
    )
    own = " ".join(
        text for text in pruned.find_all(string=True) if not text.find_parent(["a", "li"])
    )
    return day if day and day not in content and (day in own or day not in visible) else None


def _extracted(soup: BeautifulSoup) -> dict[str, Any]:
    """Return what GNE finds; nothing where it gives up."""
    from gne import GeneralNewsExtractor

    try:
        return dict(GeneralNewsExtractor().extract(str(soup), with_body_html=True))
    except ImportError:
        raise
    # its own errors and lxml's: then the page is no article for us
    except Exception:  # noqa: BLE001
        return {}


def _is_prose(parts: dict[str, Any], *, long: bool) -> bool:
    """Distinguish sentences from a list of links."""
    from bs4 import BeautifulSoup

    text = re.sub(r"\s", "", str(parts.get("content") or ""))
    body = BeautifulSoup(str(parts.get("body_html") or ""), "lxml")
    linked = sum(len(link.get_text(strip=True)) for link in body.find_all("a"))
    most, sentences = (_LONG, 4) if long else (_PROSE, 1)
    return (
        len(text) >= most
        and len(re.findall("[。！？；]", text)) >= sentences
        and linked < _LINKED * len(text)
    )


def _text(tag: Tag | None) -> str | None:
    return " ".join(tag.get_text(" ").split()) or None if tag else None
