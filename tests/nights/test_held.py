"""A file that would break what is known is held before it counts.

No headline figure moves on it, both files are named.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.config.home import Home
from pipeline.run.files import decide, list_files
from pipeline.run.run_config import NightResult
from tests.support.homes import CONFIG, drop_growth, growth_html, make_home, pipeline, rows
from tests.support.nights import drop_table, night

WITH_TOUTIAO = f"""{CONFIG}[[accounts]]
id = "tt"
name = "示例头条"
platform = "toutiao"
"""
FOLLOWERS = (
    "select count(*), max(followers), max(date) from mart.account_daily where account_id = "
    "'main-wechat' and followers is not null"
)
TARGET = "select actual from mart.target_progress where target_id = 'wechat_followers'"
WORKS = [
    "标题", "发布时间", "ID", "链接", "展现量", "粉丝展现量", "播放量", "粉丝播放量", "点击率",
    "平均播放完成率", "平均播放时长", "点赞量", "评论量", "转发量", "分享量", "收藏量",
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = make_home(tmp_path / "home", WITH_TOUTIAO)
    (folder / "inbox" / "tt").mkdir()
    return folder


def growth(  # noqa: PLR0917 - a line a file
    home: Path,
    folder: str,
    name: str,
    first: str,
    days: int,
    start: int,
    step: int = 10,
    at: int = 0,
) -> None:
    """Drop an export whose followers grow by `step` a day from `start` (the figure of the day before) on."""
    lines = []
    for n in range(days):
        day = date.fromisoformat(first) + timedelta(days=n)
        lines.append((str(day), str(step + 3), "3", str(step), str(start + step * (n + 1))))
    path = home / "inbox" / folder / name
    path.write_text(growth_html(*lines), "utf-8")
    if at:
        os.utime(path, (at, at))


def works(home: Path, name: str, *lines: tuple[str, str, int]) -> None:
    """Drop a Toutiao export of works: id, day, plays."""
    cells = [
        [
            f"短视频{n}", f"{day} 12:34", work, "", "1000", "10", str(plays), "5", "0.05", "16.55",
            "12", "1", "0", "0", "0", "0",
        ]
        for n, (work, day, plays) in enumerate(lines, 1)
    ]  # fmt: skip
    drop_table(home, "tt", name, [WORKS, *cells])


def asked(result: NightResult) -> list[tuple[str, str, str, str]]:
    return [
        (q["rule"], q["outcome"], q["original_name"], q["other_name"]) for q in result.questions
    ]


def test_followers_that_do_not_continue_the_accounts_own_are_held(home: Path) -> None:
    growth(home, "main-wechat", "a.xls", "2023-01-01", 31, 100_000)
    night(home, "2023-01-31")
    before = rows(home, FOLLOWERS), rows(home, TARGET)
    # 5,010 on 1 February; 100,310 the day before
    growth(home, "main-wechat", "b.xls", "2023-02-01", 28, 5_000)
    result = night(home, "2023-02-28", code=3)
    assert asked(result) == [("follower_jump", "held", "b.xls", "a.xls")]
    assert "2023-02-01 为 5010，按已有数据应在 100320 左右" in result.questions[0]["reason"]
    assert (rows(home, FOLLOWERS), rows(home, TARGET)) == before
    assert "b.xls" in pipeline(home, "status").stdout
    growth(home, "main-wechat", "c.xls", "2023-02-01", 28, 100_310)  # the right one
    night(home, "2023-03-01")
    assert rows(home, FOLLOWERS) == [(59, 100_590, date(2023, 2, 28))]


@pytest.mark.parametrize(
    ("first", "days", "start", "is_held"),
    [
        ("2023-02-01", 5, 100_310, False),  # continues
        ("2023-02-01", 5, 100_811, False),  # 501 off: within 0.5 % of 100,310
        ("2023-02-01", 5, 100_812, True),  # 502 off
        ("2023-02-11", 5, 105_000, False),  # 11 days later: 11 times 501 may have come in between
        ("2023-02-11", 5, 200_000, True),
        ("2022-12-01", 31, 99_690, False),  # before what is known: 31 December is 100,000
        ("2022-12-01", 31, 20_000, True),
        ("2023-01-10", 10, 100_090, False),  # the same days again
        ("2023-01-10", 10, 50_000, True),  # the same days, wildly different
    ],
)
def test_what_is_a_jump(home: Path, first: str, days: int, start: int, is_held: bool) -> None:
    growth(home, "main-wechat", "a.xls", "2023-01-01", 31, 100_000)
    growth(home, "main-wechat", "b.xls", first, days, start, at=2_000_000_000)
    result = night(home, "2023-02-28", code=3 if is_held else 0)
    assert [one.status for one in result.outcomes if one.file.name == "b.xls"] == [
        "held" if is_held else "loaded"
    ]


def test_a_sudden_rise_that_the_export_explains_is_not_held(home: Path) -> None:
    """20,000 new followers in a day: the export's own net figure says so."""
    growth(home, "main-wechat", "a.xls", "2023-01-01", 31, 100_000)
    growth(home, "main-wechat", "b.xls", "2023-02-01", 1, 100_310, step=20_000, at=2_000_000_000)
    night(home, "2023-02-28")
    assert rows(home, FOLLOWERS) == [(32, 120_310, date(2023, 2, 1))]


@pytest.mark.parametrize("last", ["0", "10"])
def test_a_day_that_breaks_off_inside_a_file_is_held(home: Path, last: str) -> None:
    """The last day shows 0 before the platform has computed it, or the first digits of 1027."""
    days = (("2023-06-01", "10", "1", "9", "1009"), ("2023-06-02", "20", "2", "18", last))
    drop_growth(home, "a.xls", *days)
    result = night(home, "2023-06-03", code=3)
    assert [(q["rule"], q["outcome"], q["other_name"]) for q in result.questions] == [
        ("follower_gap", "held", None)
    ]
    assert f"2023-06-02 为 {last}，按前一天应在 1027 左右" in result.questions[0]["reason"]
    assert rows(home, FOLLOWERS) == [(0, None, None)]


def test_a_held_file_is_taken_in_when_released(home: Path) -> None:
    growth(home, "main-wechat", "a.xls", "2023-01-01", 31, 100_000)
    night(home, "2023-01-31")
    growth(home, "main-wechat", "b.xls", "2023-02-01", 28, 5_000)
    night(home, "2023-02-28", code=3)
    (held,) = [one for one in list_files(Home(home)) if one.status == "held"]
    decide(Home(home), "release", held.sha256, by="张三")
    # killed, the next night goes on
    for moment in ("transform", "publish: renamed", f"moved {held.sha256}.xls"):
        pipeline(home, "run", "--as-of", "2023-03-01", env={**os.environ, "FAILPOINT_KILL": moment})
    night(home, "2023-03-01")
    assert rows(home, FOLLOWERS) == [(59, 100_310, date(2023, 2, 28))]
    assert rows(
        home,
        "select max_by(followers, date) from mart.account_daily where account_id = 'main-wechat'",
    ) == [(5280,)]  # fmt: skip
    assert rows(
        home,
        "select status, count(*) from ops.file where load_seq is not null or status = 'held' group by 1",
    ) == [("loaded", 2)]  # fmt: skip
    assert [path for path in (home / "held").rglob("*") if path.is_file()] == []


def test_the_history_of_another_account_is_held_and_reassigned(home: Path) -> None:
    growth(home, "side-wechat", "s.xls", "2023-01-01", 31, 5_000)
    night(home, "2023-01-31")
    growth(home, "main-wechat", "m.xls", "2023-01-01", 32, 5_000)  # a day longer, else the same
    result = night(home, "2023-02-01", code=3)
    assert asked(result) == [("other_account", "held", "m.xls", "s.xls")]
    assert "示例支队" in result.questions[0]["reason"]
    assert "31 天数字" in result.questions[0]["reason"]
    assert rows(home, FOLLOWERS) == [(0, None, None)]
    (held,) = [one for one in list_files(Home(home)) if one.status == "held"]
    decide(Home(home), "reassign", held.sha256, by="张三", to="side-wechat")
    night(home, "2023-02-02")
    side = FOLLOWERS.replace("main-wechat", "side-wechat")
    assert rows(home, side) == [(32, 5_320, date(2023, 2, 1))]


def test_two_wrong_files_of_one_night_are_both_held(home: Path) -> None:
    """The second continues the first: it is compared with what was known before tonight as well."""
    growth(home, "main-wechat", "a.xls", "2023-01-01", 31, 100_000)
    night(home, "2023-01-31")
    growth(home, "main-wechat", "b.xls", "2023-02-01", 28, 5_000, at=1_900_000_000)
    growth(home, "main-wechat", "c.xls", "2023-03-01", 31, 5_280, at=1_900_000_100)
    result = night(home, "2023-03-31", code=3)
    assert {q["original_name"] for q in result.questions} == {"b.xls", "c.xls"}


def test_an_old_export_saved_again_does_not_overwrite_newer_values(home: Path) -> None:
    growth(home, "main-wechat", "jan.xls", "2023-01-01", 10, 100_000)
    night(home, "2023-01-11")
    growth(home, "main-wechat", "newer.xls", "2023-01-01", 12, 100_002)  # each day 2 more: restated
    night(home, "2023-01-13")
    cells = [["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"]]
    cells += [[f"2023-01-{n:02}", "13", "3", "10", str(100_000 + 10 * n)] for n in range(1, 11)]
    drop_table(home, "main-wechat", "jan-again.xlsx", cells)
    result = night(home, "2023-01-20", code=3)
    assert asked(result) == [("old_export", "held", "jan-again.xlsx", "newer.xls")]
    assert "“jan.xls”" in result.questions[0]["reason"]
    assert rows(home, FOLLOWERS) == [(12, 100_122, date(2023, 1, 12))]


def test_two_old_exports_of_one_night_are_both_held(home: Path) -> None:
    """The second disagrees with the first, which is held itself, and with newer files all the same."""
    growth(home, "main-wechat", "a.xls", "2023-01-01", 4, 100_000, at=1_700_000_001)
    growth(home, "main-wechat", "b.xls", "2023-01-03", 4, 100_021, at=1_700_000_002)
    growth(home, "main-wechat", "c.xls", "2023-01-05", 4, 100_042, at=1_700_000_003)
    night(home, "2023-01-31")
    before = rows(home, FOLLOWERS)
    growth(home, "main-wechat", "a2.xls", "2023-01-02", 3, 100_010, at=1_700_000_004)
    growth(home, "main-wechat", "b2.xls", "2023-01-03", 3, 100_021, at=1_700_000_005)
    result = night(home, "2023-02-01", code=3)
    assert {one.file.name: one.status for one in result.outcomes} == {
        "a2.xls": "held",
        "b2.xls": "held",
    }
    assert sorted(asked(result)) == [
        ("old_export", "held", "a2.xls", "b.xls"),
        ("old_export", "held", "b2.xls", "c.xls"),
    ]
    assert rows(home, FOLLOWERS) == before


def test_a_lower_total_counts_and_is_told(home: Path) -> None:
    works(
        home,
        "a.xlsx",
        ("7240010000000007123", "2023-06-01", 100),
        ("7240020000000007123", "2023-06-02", 200),
    )
    night(home, "2023-06-10")
    works(
        home,
        "b.xlsx",
        ("7240010000000007123", "2023-06-01", 90),
        ("7240020000000007123", "2023-06-02", 210),
    )
    result = night(home, "2023-06-11", code=3)
    assert asked(result) == [("lowered_total", "told", "b.xlsx", "a.xlsx")]
    assert "由 100 变为 90" in result.questions[0]["reason"]
    assert rows(home, "select plays from mart.video order by published_at") == [(90,), (210,)]


def test_ids_that_excel_rounded_are_no_second_works(home: Path) -> None:
    works(
        home,
        "a.xlsx",
        ("7240010000000007123", "2023-06-01", 100),
        ("7240020000000007123", "2023-06-02", 200),
    )
    night(home, "2023-06-10")
    works(
        home,
        "b.xlsx",
        ("7240010000000000000", "2023-06-01", 100),
        ("7240020000000000000", "2023-06-02", 200),
    )
    night(home, "2023-06-11", code=3)
    assert rows(home, "select count(*), sum(plays) from mart.video") == [(2, 300)]


def test_held_bytes_handed_in_again_are_one_entry(home: Path) -> None:
    """Under another name, twice in one night, and when they are taken in at last."""
    growth(home, "main-wechat", "jan.xls", "2023-01-01", 10, 100_000, at=1_700_000_000)
    night(home, "2023-01-10")
    for name in ("jump.xls", "jump-again.xls"):
        growth(home, "main-wechat", name, "2023-01-11", 5, 900_000, at=1_700_000_100)
    night(home, "2023-01-15", code=3)
    growth(home, "main-wechat", "jump-late.xls", "2023-01-11", 5, 900_000, at=1_700_000_200)
    result = night(home, "2023-01-16", code=3)
    assert [(o.file.name, o.status) for o in result.outcomes] == [("jump-late.xls", "held")]
    entries = "select original_name, status from ops.file where load_seq is null or status = 'held'"
    (entry,) = rows(home, entries)
    assert entry[1] == "held"
    assert [p.name for p in (home / "held").rglob("*") if p.is_file() and p.suffix == ".xls"] == [
        entry[0]
    ]
    assert not [p for p in (home / "inbox").rglob("*") if p.is_file()]
    (file,) = [one for one in list_files(Home(home)) if one.state == "held"]
    decide(Home(home), "release", file.sha256, by="王")
    night(home, "2023-01-17", code=3)
    assert rows(home, "select status, count(*) from ops.file group by all") == [("loaded", 2)]
