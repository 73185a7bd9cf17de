"""Web pages that are no export: an article, a list of articles, a saved search page.

One row each under the news labels.

Comments in front of a page say where it was saved from, and when: browsers write `saved from
url=(0023)https://…`, our fetcher
also writes `fetched` and, for a site of its own make, `selectors`. A relative time (2小时前) is
kept as it is; SQL counts it from `采集时间`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from collectors.model import Grid
from collectors.read.page_article import any_article, wechat_article
from collectors.read.page_parts import (
    DATE,
    RELATIVE,
    date_lines,
    declared_date,
    meta,
    without_sides,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bs4 import BeautifulSoup, Tag

LABELS = (
    "标题",
    "链接",
    "发布时间",
    "发布时间依据",
    "采集时间",
    "来源网站",
    "媒体类型",
    "作者",
    "原发网站",
    "摘要",
    "正文",
)
Article = dict[str, str | None]

BODIES = (
    "#ivs_content, .Article_content, .TRS_Editor, .TRS_UEDITOR, #Zoom, #zoom, .article_con, "
    ".rm_txt_con, .con_txt, .news_con"
)
_DATE_LINES = "#ivs_date, .pubtime, .pub-time, .publish-time, .contArticle_author"
_SAVED = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->")
_FETCHED = re.compile(r"<!-- fetched (\S+) -->")
_SELECTORS = re.compile(r"<!-- selectors (\{.*?\}) -->")
_URL_DAYS = (
    re.compile(r"/(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/"),
    re.compile(r"/(20\d{2})-(\d{1,2})[/-](\d{1,2})/"),
    re.compile(r"/(20\d{2})/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"t(20\d{2})(\d{2})(\d{2})_"),
)
_SOURCE = re.compile(r"(?:信息)?来源[:：]\s*([^\s|　]{2,40})")
_UNIX = re.compile(r"timeConvert\('(\d{10})'\)")


@dataclass(frozen=True)
class Page:
    """Holds a parsed page, its address, when it was fetched, and its site's own selectors.

    The address is None when nobody noted it.
    """

    soup: BeautifulSoup
    url: str | None = None
    fetched: str | None = None
    selectors: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    @classmethod
    def of(cls, soup: BeautifulSoup, text: str) -> Page:
        """Read the comments in front of the page; a page may also name its own address."""
        head = text[:4000]
        saved, fetched, own = _SAVED.search(head), _FETCHED.search(head), _SELECTORS.search(head)
        url = (
            saved[1]
            if saved
            else _attribute(soup, 'link[rel="canonical"]', "href") or meta(soup, "og:url")
        )
        return cls(
            soup, url, fetched[1] if fetched else None, json.loads(own[1]) if own else {}, text
        )

    def address(self, href: str | None) -> str | None:
        """Return a link's whole address; None when the page's own is not known."""
        found = urljoin(self.url or "", (href or "").strip())
        return found if urlsplit(found).scheme in ("http", "https") else None

    @property
    def site(self) -> str | None:
        """Name of the site, else its host."""
        return (
            meta(self.soup, "SiteName")
            or meta(self.soup, "og:site_name")
            or urlsplit(self.url or "").hostname
        )

    def row(self, **cells: str | None) -> Article:
        """One row with what all rows of the page share."""
        return {"采集时间": self.fetched, **cells}


def page_grid(soup: BeautifulSoup, text: str) -> Grid | None:
    """Return the page's rows; None when it is none of the known kinds."""
    page = Page.of(soup, text)
    for kind, read in KINDS.items():
        if rows := read(page):
            return Grid(
                kind, [list(LABELS), *([row.get(label) for label in LABELS] for row in rows)]
            )
    return None


def _baidu(page: Page) -> list[Article]:
    """Read a saved Baidu News page: the real address is often in `mu`.

    Otherwise the link is a redirect, and stays.
    """
    items = page.soup.select("#content_left .result, #content_left .result-op")
    found = []
    for item in items:
        summary = item.select_one('[class^="content-right_"], .c-abstract')
        found.append(
            page.row(
                标题=_text(item.select_one("h3 a")),
                链接=str(item.get("mu") or "") or _attribute(item, "h3 a", "href"),
                发布时间=_text(item.select_one(".c-color-gray2")),
                发布时间依据="搜索结果",
                来源网站=_text(item.select_one(".c-color-gray")),
                摘要=_text(summary),
            )
        )
    return [row for row in found if row["标题"]]


def _sogou(page: Page) -> list[Article]:
    """Read a saved Sogou WeChat search: the time is a script's argument, the links expire."""
    found = []
    for item in page.soup.select("ul.news-list > li"):
        moment = _UNIX.search(str(item))
        found.append(
            page.row(
                标题=_text(item.select_one("h3 a")),
                链接=page.address(_attribute(item, "h3 a", "href")),
                发布时间=moment[1] if moment else None,
                发布时间依据="搜索结果",
                来源网站=_text(item.select_one("div a.account, div .all-time-y2, div.s-p a")),
                摘要=_text(item.select_one("p")),
            )
        )
    return [row for row in found if row["标题"] and row["发布时间"]]


def _article(page: Page) -> list[Article]:
    """One article; a page without a title or without a body that we know is none."""
    soup, own = page.soup, page.selectors
    body = soup.select_one(own.get("body", BODIES))
    title = (
        _chosen(page, "title") or meta(soup, "ArticleTitle") or _text(soup.select_one("#ivs_title"))
    )
    if own or body is not None:
        title = title or meta(soup, "og:title") or _text(soup.select_one("h1"))
    if not title or (body is None and not meta(soup, "ArticleTitle")):
        return []
    published, basis = page_date(page)
    source = _chosen(page, "source") or meta(soup, "ContentSource") or _named_source(soup)
    site = page.site
    return [
        page.row(
            标题=title, 链接=page.url, 发布时间=published, 发布时间依据=basis,
            来源网站=site or source,
            原发网站=source if site and source != site else None, 正文=_text(body),
        )
    ]  # fmt: skip


def _wechat(page: Page) -> list[Article]:
    """Read a 公众号 article as a browser saved it."""
    parts = wechat_article(page.soup, page.text)
    return (
        [page.row(**{**parts, "链接": page.url or parts["链接"]})]
        if parts and parts["标题"]
        else []
    )


def _declared(page: Page) -> list[Article]:
    """Read a page that declares itself an article, or is plain prose.

    It is no list, whatever links are beside it.
    """
    if page.selectors:
        return []
    parts = any_article(page.soup, page.site, among_links=_is_dated_list(page))
    if not parts:
        return []
    day = url_day(page.url or "")
    parts |= {"发布时间": parts["发布时间"] or day}
    return [page.row(链接=page.url, **parts)]


def _is_dated_list(page: Page) -> bool:
    """Recognise a page with many dated links and little else."""
    linked = sum(len(str(row["标题"])) for row in links(page) if row["发布时间"])
    return linked * 2 > len("".join(without_sides(page.soup).get_text().split()))


def _listing(page: Page) -> list[Article]:
    """Read a list page: every link with a day.

    A page with a heading and its own line of source and date is none.
    """
    is_article = page.soup.find("h1") and any(
        "来源" in line and DATE.search(line) for line in _lines_of(page.soup)
    )
    return [] if is_article or not page.site else [row for row in links(page) if row["发布时间"]]


def links(page: Page) -> list[Article]:
    """Return a list's links, each once.

    Those with a day (navigation has none), all that the site's own selector finds.

    The whole title is in @title, the visible text may be cut.
    """
    own = page.selectors.get("links")
    found: dict[str, Article] = {}
    for link in page.soup.select(own or "li a[href], td a[href]"):
        href = str(link.get("href") or "")
        title = str(link.get("title") or "").strip() or _text(link)
        day = url_day(href) or _item_date(link)
        if title and (day or own) and not href.lower().startswith(("javascript:", "#")):
            row = page.row(
                标题=title,
                链接=page.address(href),
                发布时间=day,
                发布时间依据="列表",
                来源网站=page.site,
            )
            found.setdefault(href, row)
    return list(found.values())


KINDS: dict[str, Callable[[Page], list[Article]]] = {
    "search": _baidu, "search_wechat": _sogou, "wechat_article": _wechat, "article": _article,
    "any_article": _declared, "list": _listing,
}  # fmt: skip


def page_date(page: Page) -> tuple[str | None, str | None]:
    """Return the publication date's text and which step gave it: meta, address, date line, markup.

    Never a date of the text or a sidebar.
    """
    soup = page.soup
    if own := _chosen(page, "date"):
        return _first_date(own), "站点声明"
    if value := declared_date(soup):
        return value, "页面标注"
    if day := url_day(page.url or ""):
        return day, "网址"
    for line in _lines_of(soup):
        if value := _first_date(line):
            return value, "页面日期"
    marked = _attribute(soup, "article time[datetime]", "datetime")
    return (marked, "页面标注") if marked else (None, None)


def _lines_of(soup: BeautifulSoup) -> list[str]:
    """Return the texts beside an article that may name its date and source, the surest first.

    Those of side columns are left out.
    """
    body = soup.select_one(BODIES)
    pruned = without_sides(soup, body)
    lines = [_text(tag) or "" for tag in pruned.select(_DATE_LINES)]
    near = date_lines(pruned, pruned.find("h1"), pruned.select_one(BODIES))
    return [*lines, *(line for line in near if "来源" in line or "发布" in line)]


def url_day(url: str) -> str | None:
    """Return the day an address holds, as YYYY-MM-DD."""
    for pattern in _URL_DAYS:
        if found := pattern.search(url):
            year, month, day = found.groups()
            return f"{year}-{int(month):02}-{int(day):02}"
    return None


def _item_date(link: Tag) -> str | None:
    item = link.find_parent(["li", "tr"])
    return _first_date(item.get_text(" ")) if item else None


def _first_date(text: str) -> str | None:
    found = DATE.search(text) or RELATIVE.search(text)
    return found[0] if found else None


def _named_source(soup: BeautifulSoup) -> str | None:
    return next((found[1] for line in _lines_of(soup) if (found := _SOURCE.search(line))), None)


def _chosen(page: Page, name: str) -> str | None:
    selector = page.selectors.get(name)
    return _text(page.soup.select_one(selector)) if selector else None


def _attribute(tag: Tag, selector: str, name: str) -> str | None:
    found = tag.select_one(selector)
    return str(found.get(name) or "") or None if found else None


def _text(tag: Tag | None) -> str | None:
    return " ".join(tag.get_text(" " if tag.name == "div" else "").split()) or None if tag else None
