"""Whole nights against a real server that plays the WeChat API.

What arrives, what is told, what is never told.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from collectors.fetch.types import Fetched, Request, Trouble
from collectors.fetch.wechat_api import fetch
from tests.support.homes import CONFIG, make_home, pipeline, rows
from tests.support.servers import running
from tests.support.servers.wechat import SECRET

BEIJING = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 10, 12, tzinfo=BEIJING)
ENV = {**os.environ, "WECHAT_SECRET_MAIN_WECHAT": SECRET, "WECHAT_SECRET_SIDE_WECHAT": SECRET}


@contextlib.contextmanager
def server(folder: Path, **modes: str) -> Iterator[str]:
    """Run the server; gives its address. The calls it got stand in <folder>/calls.txt."""
    folder.mkdir(exist_ok=True)
    words = [f"{app}={mode}" for app, mode in modes.items()]
    with running("wechat", str(folder), *words) as port:
        yield f"http://127.0.0.1:{port}"


def calls(folder: Path) -> Counter[str]:
    """Count the calls by `app endpoint`."""
    lines = (folder / "calls.txt").read_text("utf-8").splitlines()
    return Counter(" ".join(line.split()[:2]) for line in lines)


def entry(source: str, app: str, address: str, article_days: int = 0, read_days: int = 0) -> str:
    options = (
        f'app_id = "{app}", read_days = "{read_days}", article_days = "{article_days}", '
        f'base_url = "{address}", pause_seconds = "0.01", ready_hour = "0"'
    )
    return f'[[fetch]]\nuse = "wechat_api"\nsource = "{source}"\noptions = {{ {options} }}\n'


def night(home: Path, code: int) -> str:
    done = pipeline(home, "run", "--json", env=ENV)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def ask(
    address: str, monkeypatch: pytest.MonkeyPatch, now: datetime = NOON, **options: str
) -> list[Fetched | Trouble]:
    monkeypatch.setenv("WECHAT_SECRET_MAIN_WECHAT", SECRET)
    given = {
        "app_id": "one",
        "base_url": address,
        "article_days": "0",
        "read_days": "0",
        "pause_seconds": "0.01",
        **options,
    }
    return list(fetch(Request("main-wechat", now, lambda _name: False, given)))


def test_two_accounts_one_over_its_quota_and_the_secret_nowhere(tmp_path: Path) -> None:
    with server(tmp_path / "calls", one="quota") as address:
        home = make_home(
            tmp_path / "home",
            CONFIG + entry("main-wechat", "one", address) + entry("side-wechat", "two", address),
        )
        told = night(home, code=3)
        # two's week: 7 rows a day, 5 + 2 = 7 new, 1 + 0 = 1 lost, 6 net, 1000 followers
        query = (
            "select account_id, count(*), min(new_followers), max(new_followers), "
            "max(lost_followers), max(net_followers), max(followers) from "
            "staging.follower_daily group by 1 order by 1"
        )
        # one got its first call (new, lost, net) and no further one
        assert rows(home, query) == [
            ("main-wechat", 7, 7, 7, 1, 6, None),
            ("side-wechat", 7, 7, 7, 1, 6, 1000),
        ]
        query = (
            "select min(readers), max(readers), max(sharers), max(published), count(*) from "
            "staging.channel_daily where account_id = 'side-wechat' and channel = '全部'"
        )
        assert rows(home, query) == [(40, 40, 4, 1, 7)]
        held = (
            "select source, status, contains(reason, '45009') from ops.fetch_log where status "
            "<> 'fetched'"
        )
        assert rows(home, held) == [("main-wechat", "held", True)]
        before = calls(tmp_path / "calls")
        assert before["one getbizsummary"] == 0
        # the same day again: the account that is held is not asked, the other has everything;
        # neither calls
        told += night(home, code=3)
        assert calls(tmp_path / "calls") == before
        assert rows(home, "select count(*) from ops.fetch_log where status = 'held'") == [(2,)]
    everything = told.encode() + b"".join(
        path.read_bytes() for path in home.rglob("*") if path.is_file()
    )
    assert b"wechat_follower_source_daily" in everything  # the warehouse is among what was searched
    assert SECRET.encode() not in everything
    assert b"one.token" not in everything
    assert b"two.token" not in everything


def test_what_is_not_ready_comes_with_the_next_run(tmp_path: Path) -> None:
    with server(tmp_path / "calls", one="delay") as address:
        home = make_home(tmp_path / "home", CONFIG + entry("main-wechat", "one", address))
        assert "is_delay" in night(home, code=3)
        assert rows(home, "select count(*) from raw.wechat_channel_daily") == [(0,)]
        night(home, code=0)
        # 7 days of two channels; only the call that was not ready was made again
        assert rows(home, "select count(*) from raw.wechat_channel_daily") == [(14,)]
        assert calls(tmp_path / "calls") == {
            "one stable_token": 2, "one getusersummary": 1, "one getusercumulate": 1,
            "one getbizsummary": 2,
        }  # fmt: skip
        night(home, code=0)
        assert calls(tmp_path / "calls").total() == 6
    # an archived answer ends in .json, as the notes beside the files do
    built = pipeline(home, "rebuild")
    assert built.returncode == 0, built.stderr
    assert rows(home, "select count(*) from raw.wechat_channel_daily") == [(14,)]


def test_articles_come_by_day_of_publishing_with_the_last_of_their_cumulative_figures(
    tmp_path: Path,
) -> None:
    with server(tmp_path / "calls") as address:
        home = make_home(
            tmp_path / "home", CONFIG + entry("main-wechat", "one", address, article_days=4)
        )
        night(home, code=0)
        assert calls(tmp_path / "calls")["one getarticletotaldetail"] == 4
    # an article stands on every even day: as many as there are even days among the four up to
    # yesterday
    yesterday = datetime.now(BEIJING).date() - timedelta(days=1)
    days = [day for day in (yesterday - timedelta(days=n) for n in range(4)) if day.day % 2 == 0]
    query = (
        "select article_id, title, published_on, readers, sharers, reads, finish_rate, "
        "window_days from mart.article order by 1"
    )
    # 30 then 50 are cumulative: 50, not 80; 次数 are not told by the API
    assert rows(home, query) == [
        (f"{d:%Y%m%d}_1", f"文章{d.day}", d, 50, 2, None, 0.5, 30) for d in sorted(days)
    ]
    assert rows(
        home,
        "select count(*), sum(cast(jump_rate as double)) from raw.wechat_api_article_jump",
    ) == [(2 * len(days), 0.5 * len(days))]


def test_what_was_read_and_shared_each_day(tmp_path: Path) -> None:
    with server(tmp_path / "calls") as address:
        home = make_home(
            tmp_path / "home", CONFIG + entry("main-wechat", "one", address, read_days=2)
        )
        night(home, code=0)
    query = "select article_id, readers, sharers, title from mart.article_daily order by date"
    assert rows(home, query) == [("9_1", 16, 3, None)] * 2
    assert rows(home, "select count(*) from raw.wechat_api_article_read_channel") == [(2,)]


CHANNELS = """
plan = "2023"
[[accounts]]
id = "video"
name = "示例城管"
platform = "channels"
[[fetch]]
use = "channels_api"
source = "video"
"""


def test_lives_and_followers_of_a_video_account(tmp_path: Path) -> None:
    with server(tmp_path / "calls") as address:
        options = (
            f'options = {{ app_id = "three", base_url = "{address}", pause_seconds = "0.01" }}\n'
        )
        home = make_home(tmp_path / "home", CHANNELS + options)
        env = {**ENV, "WECHAT_SECRET_VIDEO": SECRET}
        for _ in range(2):
            done = pipeline(home, "run", env=env)
            assert done.returncode == 0, done.stdout + done.stderr
        assert calls(tmp_path / "calls") == {
            "three stable_token": 1, "three get_finder_attr_by_appid": 1,
            "three get_finder_live_data_list": 2,
        }  # fmt: skip
    # 1784199600 is 2026-07-16 19:00 in Beijing, the other a week later
    query = (
        "select title, account_name, started_at, duration_seconds, viewers, followers_gained "
        "from mart.live_session order by started_at"
    )
    first, second = (datetime(2026, 7, day, 19, tzinfo=BEIJING) for day in (16, 23))
    assert rows(home, query) == [
        ("示例城管 2026-07-16 直播", "示例城管", first, 5400.0, 4891, 24),
        ("示例城管 2026-07-23 直播", "示例城管", second, 5400.0, 4891, 24),
    ]  # fmt: skip
    now = datetime.now(BEIJING)
    day = (now - timedelta(hours=12)).date()
    # taken after noon it is today's, and figures end yesterday
    known = [(5330,)] if day < now.date() else []
    assert (
        rows(home, "select followers from mart.account_daily where account_id = 'video'") == known
    )


def test_a_night_that_dies_after_fetching_asks_for_nothing_again(tmp_path: Path) -> None:
    with server(tmp_path / "calls") as address:
        home = make_home(tmp_path / "home", CONFIG + entry("main-wechat", "one", address))
        assert pipeline(home, "run", env={**ENV, "FAILPOINT_KILL": "land"}).returncode == 137
        assert not (home / "warehouse.duckdb").exists()
        night(home, code=0)
        # a token and three calls, all before the crash
        assert calls(tmp_path / "calls").total() == 4
        assert rows(home, "select files_loaded from ops.run") == [(3,)]


def spans(found: list[Fetched | Trouble]) -> list[str]:
    return [one.name for one in found if isinstance(one, Fetched)]


def test_each_endpoint_gets_its_own_spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(tmp_path) as address:
        names = spans(ask(address, monkeypatch, days="10"))
        # 10 days up to yesterday, 9 March: 28 February to 9 March; 7 days a call for followers, 30
        # for the summary
        assert names == [
            "getusersummary_2026-02-28_2026-03-06_fetched_2026-03-10.json",
            "getusersummary_2026-03-07_2026-03-09_fetched_2026-03-10.json",
            "getusercumulate_2026-02-28_2026-03-06_fetched_2026-03-10.json",
            "getusercumulate_2026-03-07_2026-03-09_fetched_2026-03-10.json",
            "getbizsummary_2026-02-28_2026-03-09_fetched_2026-03-10.json",
        ]
        # at 07:59 in Beijing (23:59 UTC of the 9th) yesterday is not complete: the day before it is
        # the last
        early = datetime(2026, 3, 9, 23, 59, tzinfo=ZoneInfo("UTC"))
        names = spans(ask(address, monkeypatch, early, days="1"))
        assert names[0] == "getusersummary_2026-03-08_2026-03-08_fetched_2026-03-10.json"
        # content figures begin on 2025-11-01
        november = datetime(2025, 11, 3, 12, tzinfo=BEIJING)
        assert (
            spans(ask(address, monkeypatch, november))[-1]
            == "getbizsummary_2025-11-01_2025-11-02_fetched_2025-11-03.json"
        )


@pytest.mark.parametrize("mode", ["expired", "shaky"])
def test_what_passes_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    with server(tmp_path, one=mode) as address:
        assert len(spans(ask(address, monkeypatch))) == 3
    # expired: one data call is made twice, with a second token. shaky: HTTP 500, then busy, then
    # right
    tokens, data = {"expired": (2, 4), "shaky": (1, 5)}[mode]
    assert calls(tmp_path)["one stable_token"] == tokens
    assert calls(tmp_path).total() - tokens == data


@pytest.mark.parametrize(
    ("mode", "words", "again"),
    [
        ("ip", ["40164", "203.0.113.21", "IP 白名单"], (False, 1)),
        ("secret", ["40125", "•••"], (False, 1)),
        ("refused", ["40001", "AppSecret"], (False, 4)),  # token, call, new token, call
        ("redirect", ["elsewhere.example", "拒绝"], (False, 2)),
        ("cut", ["没有收到完整答复"], (True, 4)),  # token, three tries
        ("drip", ["0.5 秒内"], (True, 4)),
        ("huge", ["超过 100000 字节"], (False, 2)),
        ("echo", ["带有凭证"], (False, 2)),
    ],
)
def test_what_stops_an_account_is_told_once_with_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    words: list[str],
    again: tuple[bool, int],
) -> None:
    with server(tmp_path, one=mode) as address:
        (trouble,) = ask(
            address, monkeypatch, call_seconds="0.5" if mode == "drip" else "20", max_bytes="100000"
        )
    assert isinstance(trouble, Trouble)
    assert all(word in trouble.reason for word in words), trouble.reason
    assert SECRET not in trouble.reason
    assert "token-" not in trouble.reason
    assert (trouble.transient, calls(tmp_path).total()) == again


def test_a_wrong_span_stops_only_its_own_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(tmp_path, one="span") as address:
        trouble, *rest = ask(address, monkeypatch)
    assert isinstance(trouble, Trouble)
    assert "61501" in trouble.reason
    assert len(spans(rest)) == 2


def test_a_busy_platform_is_asked_three_times_a_call_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(tmp_path, one="busy") as address:
        found = ask(address, monkeypatch)
    assert [
        isinstance(one, Trouble) and one.transient and "答复 -1" in one.reason for one in found
    ] == [True] * 3
    assert calls(tmp_path).total() == 1 + 3 * 3  # a token, three calls of three tries


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"base_url": "http://api.example.org"}, "https"),
        ({"app_secret": "X-SECRET-X"}, "app_secret"),
        ({"days": "0"}, "options.days"),
    ],
)
def test_a_wrong_configuration_names_the_option_and_asks_nobody(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], word: str
) -> None:
    (trouble,) = ask("http://127.0.0.1:9", monkeypatch, **options)
    assert isinstance(trouble, Trouble)
    assert word in trouble.reason
    assert "X-SECRET-X" not in trouble.reason


def test_without_a_secret_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WECHAT_SECRET_MAIN_WECHAT", raising=False)
    (trouble,) = fetch(Request("main-wechat", NOON, lambda _name: False, {"app_id": "one"}))
    assert isinstance(trouble, Trouble)
    assert "WECHAT_SECRET_MAIN_WECHAT" in trouble.reason
