"""Fetch a site's list page and its articles, or a feed, as files for the inbox.

`webpage.py` and `feed.py` read them. A site is declared in pipeline.toml. The page is saved as it
was sent. Comments before it say from where and when it was fetched, and which selectors the site
has, so that a fetched page is read the same way as one that a person saved.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from pydantic import BaseModel, ConfigDict, Field

from collectors.fetch.http import Limits, WebError
from collectors.fetch.options import read_options
from collectors.fetch.polite import Answer, Manners, Visitor
from collectors.fetch.types import Fetched, Trouble
from collectors.read.encoding import decode
from collectors.read.webpage import Page, links, page_grid, url_day
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.fetch.types import Request

_NO_PAGE = re.compile(r"\.(pdf|docx?|xlsx?|zip|mp4)$", re.IGNORECASE)
_SHOWN = ("标题", "链接", "发布时间")
_OWN = ("title", "date", "source", "body", "links")


class Options(BaseModel):
    """`options` of a `[[fetch]]` entry: `url` is the list page or feed.

    The defaults of the others fit Shanghai's government sites.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: Annotated[str, Field(pattern=r"^https?://[^/\s]+")]
    hosts: str = ""  # more hosts that links may lead to, with commas
    pages: Annotated[int, Field(ge=1, le=50)] = 1
    next_page: str = ""  # page n of the list, e.g. index_{n}.html; without it the link of `next`
    next: str = "a.next, a[rel=next]"
    articles: bool = True
    # older articles, by the day in their address, are left
    days: Annotated[int, Field(ge=1, le=3660)] = 30
    limit: Annotated[int, Field(ge=1, le=1000)] = 50  # articles a night
    title: str = ""  # the site's own CSS selectors, where the usual ones do not do
    date: str = ""
    source: str = ""
    body: str = ""
    links: str = ""
    intranet: bool = False  # private addresses and plain HTTP are allowed
    pause_seconds: Annotated[float, Field(ge=0)] = 2
    retry_seconds: Annotated[float, Field(ge=0)] = 2
    call_seconds: Annotated[float, Field(gt=0)] = 20
    total_seconds: Annotated[float, Field(gt=0)] = 600
    max_bytes: Annotated[int, Field(gt=0)] = 10_000_000

    def own_selectors(self) -> dict[str, str]:
        """Return the selectors that were given."""
        return {name: value for name in _OWN if (value := getattr(self, name))}

    def visitor(self) -> Visitor:
        """Return who visits the site."""
        hosts = {
            urlsplit(self.url).hostname or "",
            *(host.strip().lower() for host in self.hosts.split(",")),
        } - {""}
        limits = Limits(
            self.call_seconds, self.total_seconds, self.max_bytes, pause_seconds=self.retry_seconds
        )
        return Visitor(Manners(frozenset(hosts), self.intranet, self.pause_seconds), limits)


def fetch(request: Request) -> Iterator[Fetched | Trouble]:
    """Yield the articles that were not fetched before, then the list that named them when it has changed."""
    try:
        options = read_options(Options, request)
    except WebError as error:
        yield Trouble(request.source, "sites", transient=error.transient, reason=error.reason)
        return
    yield from Site(request, options).fetch()


class Site:
    """One site's night."""

    def __init__(self, request: Request, options: Options) -> None:
        self.request, self.options, self.visitor = request, options, options.visitor()
        self._articles = 0

    def fetch(self) -> Iterator[Fetched | Trouble]:
        """Follow the list's pages."""
        url: str | None = self.options.url
        for number in range(1, self.options.pages + 1):
            if url is None:
                return
            try:
                answer = self.visitor.get(url, self.request.validators.get(url) or None)
                if answer is None:
                    return  # not changed, and all its articles were fetched
                text, _ = decode(answer.content)
            except (WebError, Unreadable) as error:
                yield self._trouble(url, error)
                return
            if re.match(r"\s*(<\?xml|<rss|<feed)", text):
                yield from self._feed(url, answer)
                return
            page = self._page(text, answer.url)
            yield from self._list(url, answer, page)
            url = self._next(page, number + 1)

    def _feed(self, url: str, answer: Answer) -> Iterator[Fetched]:
        name = f"{self._host(url)}-feed-{_digest(answer.content)}.xml"
        if not self.request.have(name):
            yield Fetched(self.request.source, name, answer.content, url, answer.validator)

    def _list(self, url: str, answer: Answer, page: Page) -> Iterator[Fetched | Trouble]:
        """Fetch the articles first: a list is marked as seen only when nothing on it is missing."""
        rows = links(page)
        if not rows:
            text = (
                "页面上没有带日期的文章链接（可能是验证页、登录页或网站改版）。"
                "请在浏览器中查看，必要时设 options.links。"
            )
            yield self._trouble(url, WebError(text, transient=False))
            return
        complete = True
        for address in [row["链接"] for row in rows if row["链接"] and self.options.articles]:
            for found in self._article(str(address)):
                complete &= isinstance(found, Fetched)
                yield found
        name = (
            f"{self._host(url)}"
            f"-list-{_digest(repr([[row[name] for name in _SHOWN] for row in rows]).encode())}"
            ".html"
        )
        if any(row["发布时间"] for row in rows) and not self.request.have(name):
            content = self._front(answer.url).encode() + answer.content
            yield Fetched(
                self.request.source, name, content, url, answer.validator if complete else None
            )

    def _article(self, url: str) -> Iterator[Fetched | Trouble]:
        """Fetch one article, unless it is had already, too old, or no web page.

        Where it is no web page, the list's row gives it.
        """
        day = url_day(url)
        oldest = self.request.now.date() - timedelta(days=self.options.days)
        name = f"{self._host(url)}-{day or 'undated'}-{_digest(url.encode())}.html"
        if (
            (day and date.fromisoformat(day) < oldest)
            or _NO_PAGE.search(url)
            or self.request.have(name)
        ):
            return
        try:
            if content := self._article_page(url):
                yield Fetched(self.request.source, name, content, url)
        except (WebError, Unreadable) as error:
            yield self._trouble(url, error)

    def _article_page(self, url: str) -> bytes | None:
        """Return an article's page with our comments in front, None for a PDF.

        WebError for a page that is no article.
        """
        if self._articles >= self.options.limit:
            raise WebError(
                f"今晚已采 {self.options.limit} 篇，其余留待下次（options.limit）。", transient=True
            )
        self._articles += 1
        answer = self.visitor.get(url)
        if answer is None or answer.content.startswith(b"%PDF"):
            return None
        text, _ = decode(answer.content)
        page = self._page(text, answer.url)
        grid = page_grid(page.soup, self._front(answer.url))
        if grid is None or grid.sheet != "article":
            reason = (
                "不是文章页（可能是验证页或网站改版），未入库。系统下次会再取；若一直如此，"
                "请设 options.title、body。"
            )
            raise WebError(reason, transient=True)
        return self._front(answer.url).encode() + answer.content

    def _page(self, text: str, url: str) -> Page:
        soup = BeautifulSoup(text, "lxml")
        return Page.of(soup, self._front(url))

    def _front(self, url: str) -> str:
        """Return the comments before a page."""
        own = json.dumps(self.options.own_selectors(), ensure_ascii=False)
        moment = self.request.now.replace(microsecond=0).isoformat()
        selectors = f"<!-- selectors {own} -->\n" if own != "{}" else ""
        return (
            f"<!-- saved from url=({len(url):04}){url} -->\n<!-- fetched {moment} -->\n{selectors}"
        )

    def _next(self, page: Page, number: int) -> str | None:
        if self.options.next_page:
            return page.address(self.options.next_page.replace("{n}", str(number)))
        link = page.soup.select_one(self.options.next)
        return page.address(str(link.get("href") or "")) if link and link.get("href") else None

    def _trouble(self, url: str, error: WebError | Unreadable) -> Trouble:
        if isinstance(error, WebError):
            return Trouble(self.request.source, url, error.transient, error.reason)
        return Trouble(self.request.source, url, transient=False, reason=error.reason_zh)

    @staticmethod
    def _host(url: str) -> str:
        return re.sub(r"[^a-z0-9.]", "_", urlsplit(url).hostname or "site")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
