"""Whole nights against a real server that plays a government site.

What is fetched, how politely, and what is refused.
"""

from __future__ import annotations

import contextlib
import socket
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from collectors.fetch.http import Limits, WebError
from collectors.fetch.polite import Manners, Visitor
from collectors.fetch.sites import fetch
from collectors.fetch.types import Fetched, Request, Trouble
from tests.support.homes import CONFIG, make_home, pipeline, rows
from tests.support.servers import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEIJING = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 7, 20, 12, tzinfo=BEIJING)
FAST = {
    "intranet": "true",
    "pause_seconds": "0",
    "retry_seconds": "0.01",
    "call_seconds": "5",
    "days": "3660",
}


@contextlib.contextmanager
def server(folder: Path, robots: str = "") -> Iterator[str]:
    folder.mkdir(exist_ok=True)
    if robots:
        (folder / "robots.txt").write_text(robots, "utf-8")
    with running("site", str(folder)) as port:
        yield f"http://127.0.0.1:{port}"


def visits(folder: Path) -> list[str]:
    return [line.split()[0] for line in (folder / "visits.txt").read_text("utf-8").splitlines()]


def ask(url: str, have: frozenset[str] = frozenset(), **options: str) -> list[Fetched | Trouble]:
    return list(fetch(Request("news", NOON, have.__contains__, {**FAST, "url": url, **options})))


def troubles(found: list[Fetched | Trouble]) -> dict[str, tuple[bool, str]]:
    return {
        one.item.rpartition("/")[2]: (one.transient, one.reason)
        for one in found
        if isinstance(one, Trouble)
    }


def test_a_night_fetches_a_site_and_the_next_one_only_asks_whether_it_has_changed(
    tmp_path: Path,
) -> None:
    with server(tmp_path / "site") as address:
        options = ", ".join(
            f'{name} = "{value}"'
            for name, value in {**FAST, "url": f"{address}/lists/a,old"}.items()
        )
        entry = f'[[fetch]]\nuse = "sites"\nsource = "news"\noptions = {{ {options} }}\n'
        feed = entry.replace("/lists/a,old", "/feed")
        home = make_home(tmp_path / "home", CONFIG + entry + feed)
        first = pipeline(home, "run")
        assert first.returncode == 0, first.stdout + first.stderr
        query = (
            "select title, media_name, published_at, published_basis from mart.mention order by "
            "title"
        )
        quarter_to = datetime(2026, 7, 14, 16, 8, tzinfo=BEIJING)
        assert rows(home, query) == [
            ("a.html 的完整标题", "示例市城管执法局", quarter_to, "页面标注"),
            ("old.html 的完整标题", "示例市城管执法局", quarter_to, "页面标注"),  # in GB18030
            ("门责制示范路", "示例网", datetime(2026, 7, 14, 16, tzinfo=BEIJING), "导出"),
        ]
        # two articles, the list, the feed; each file says where it came from
        log = (
            "select count(*), count(address), count(validator) from ops.fetch_log where status "
            "= 'fetched'"
        )
        assert rows(home, log) == [(4, 4, 2)]
        before = len(visits(tmp_path / "site"))
        assert pipeline(home, "run").returncode == 0
        assert visits(tmp_path / "site")[before:] == [
            "/robots.txt",
            "/lists/a,old",
            "/robots.txt",
            "/feed",
        ]
        assert rows(home, log) == [(4, 4, 2)]
        last = (tmp_path / "site" / "visits.txt").read_text("utf-8").splitlines()[-3]
        assert last.split()[1] == '"/lists/a,old"', "it was asked with what it had said"
    # what was archived explains itself: rebuilt, it gives the same
    assert pipeline(home, "rebuild").returncode == 0
    assert len(rows(home, query)) == 3


def test_one_bad_article_stops_no_other_and_the_list_is_looked_at_again(tmp_path: Path) -> None:
    with server(tmp_path / "site") as address:
        found = ask(
            f"{address}/lists/shaky,down,gone,captcha,away,moved,cut,drip,huge,b",
            call_seconds="1", max_bytes="200000",
        )  # fmt: skip
        told = troubles(found)
    names = [one.name for one in found if isinstance(one, Fetched)]
    assert len(names) == 4  # shaky, moved, b, and the list
    assert [one.validator for one in found if isinstance(one, Fetched)] == [None] * 4, (
        "not all of it was fetched"
    )
    assert {name: transient for name, (transient, _) in told.items()} == {
        "down.html": True, "captcha.html": True, "cut.html": True, "drip.html": True,
        "gone.html": False, "away.html": False, "huge.html": False,
    }  # fmt: skip
    for name, words in {"down": "503", "gone": "404", "captcha": "验证", "away": "evil.example",
        "huge": "200000", "drip": "1 秒"}.items():  # fmt: skip
        assert words in told[f"{name}.html"][1], told
    tried = visits(tmp_path / "site")
    assert tried.count("/channel_8/20260714/down.html") == 3
    assert tried.count("/channel_8/20260714/gone.html") == 1


def test_the_list_has_more_pages_and_known_articles_are_left(tmp_path: Path) -> None:
    with server(tmp_path / "site") as address:
        once = ask(f"{address}/lists/first,a", pages="3", articles="false")
        assert [one.address for one in once if isinstance(one, Fetched)] == [
            f"{address}/lists/first,a", f"{address}/lists/20260714/z.html",
        ]  # fmt: skip
        both = [one.name for one in ask(f"{address}/lists/a,b") if isinstance(one, Fetched)]
        again = [
            one.name
            for one in ask(f"{address}/lists/a,b", frozenset(both[:1]))
            if isinstance(one, Fetched)
        ]
        assert again == both[1:]
        assert both[0].startswith("127.0.0.1-2026-07-14-")
        # the list only: the article is six days old
        assert ask(f"{address}/lists/a", days="5")[0].source == "news"
        assert len(ask(f"{address}/lists/a", days="5")) == 1
        limited = ask(f"{address}/lists/a,b,c", limit="2")
        assert [type(one).__name__ for one in limited] == [
            "Fetched",
            "Fetched",
            "Trouble",
            "Fetched",
        ]


def test_what_time_leaves_over_comes_the_next_time(tmp_path: Path) -> None:
    with server(tmp_path / "site") as address:
        (trouble,) = ask(f"{address}/lists/a", total_seconds="0.000001")
    assert isinstance(trouble, Trouble)
    assert (trouble.transient, "留待下次" in trouble.reason) == (True, True)


def test_robots_are_obeyed(tmp_path: Path) -> None:
    with server(
        tmp_path / "site", "User-agent: *\nDisallow: /channel_8/20260714/secret\nCrawl-delay: 0\n"
    ) as address:
        told = troubles(ask(f"{address}/lists/secret,open"))
        assert list(told) == ["secret.html"]
        assert "robots.txt" in told["secret.html"][1]
        assert "/channel_8/20260714/secret.html" not in visits(tmp_path / "site")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": "ftp://example.cn/"}, "options.url"),
        ({"url": "https://example.cn/", "page": "1"}, "options.page"),
        ({"url": "https://example.cn/", "pages": "0"}, "options.pages"),
    ],
)
def test_wrong_options_are_told(options: dict[str, str], words: str) -> None:
    (trouble,) = fetch(Request("news", NOON, lambda _: False, options))
    assert isinstance(trouble, Trouble)
    assert words in trouble.reason


def visitor(*hosts: str, resolve: Any = None, intranet: bool = False) -> Visitor:
    limits = Limits(call_seconds=1, total_seconds=5, tries=1, pause_seconds=0)
    return Visitor(Manners(frozenset(hosts), intranet, 0), limits, resolve or socket.getaddrinfo)


@pytest.mark.parametrize("address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1",
        "fd00::1", "::ffff:10.0.0.1"])  # fmt: skip
def test_a_name_that_leads_into_the_private_network_is_refused(address: str) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    with pytest.raises(WebError, match="内部地址"):
        visitor("site.example", resolve=resolve).get("https://site.example/")


def test_the_connection_goes_to_the_address_that_was_checked(tmp_path: Path) -> None:
    asked: list[str] = []

    def resolve(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    with server(tmp_path / "site") as address:
        port = address.rpartition(":")[2]
        page = visitor("site.invalid", resolve=resolve, intranet=True).get(
            f"http://site.invalid:{port}/lists/a"
        )
    assert page is not None, "no DNS knows site.invalid"
    assert asked == ["site.invalid"] * 2  # robots.txt and the page
    assert (tmp_path / "site" / "visits.txt").read_text("utf-8").split()[
        -1
    ] == f"site.invalid:{port}"


@pytest.mark.parametrize("url", ["https://other.example/", "https://user:pw@site.example/",
    "file:///etc/passwd", "https://site.example.evil.cn/"])  # fmt: skip
def test_undeclared_hosts_are_refused(url: str) -> None:
    with pytest.raises(WebError, match="不在允许的网站之列"):
        visitor("site.example").get(url)


def test_plain_http_becomes_https_outside_the_intranet() -> None:
    assert visitor("site.example").allowed("http://site.example/a#top") == "https://site.example/a"
