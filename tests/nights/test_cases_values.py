"""Cases of values and keys through whole nights.

The files of tests/data/cases, the right figures written out.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.support.homes import CHECKOUT, make_home, rows, run

CASES = CHECKOUT / "tests" / "data" / "cases"
ACCOUNTS = {"a": "wechat", "tt": "toutiao", "d": "douyin", "ch": "channels"}
CONFIG = 'plan = "2023"\n' + "".join(
    f'[[accounts]]\nid = "{key}"\nname = "测试{key}"\nplatform = "{platform}"\n'
    for key, platform in ACCOUNTS.items()
)
WORKS = "select count(*), sum(plays) from mart.video"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = make_home(tmp_path / "home", CONFIG)
    for account in ACCOUNTS:
        (home / "inbox" / account).mkdir()
    return home


def put(home: Path, folder: str, *names: str) -> None:
    for name in names:
        shutil.copy(CASES / name, home / "inbox" / folder)


def ledger(home: Path, name: str, *lines: str, folder: str = "ledger") -> None:
    (home / "inbox" / folder / name).write_text("\n".join(lines) + "\n", "utf-8-sig")


def told(home: Path) -> list[str]:
    found = rows(
        home,
        (
            "select reason from ops.rejected_row union all select reason from "
            "ops.unreadable_value order by 1"
        ),
    )
    return [reason for (reason,) in found]


def clock(column: str) -> str:
    return f"strftime({column} at time zone 'Asia/Shanghai', '%m-%d %H:%M:%S')"


def test_clocks_of_incidents(home: Path) -> None:
    put(home, "ledger", "tables/02b_incident_clock.csv")
    run(home, "2023-12-31", code=3)
    query = (
        f"select title, {clock('found_at')}, {clock('answered_at')}, round(used_hours, 2) from "
        "mart.incident order by incident_no"
    )
    assert rows(home, query) == [
        ("甲事件", "06-01 10:00:00", "06-01 15:05:00", 5.08),
        ("乙事件", "06-02 14:30:00", "06-02 20:15:00", 5.75),
        ("丙事件", "06-03 15:00:00", "06-03 19:30:00", 4.5),
        ("丁事件", "06-04 09:10:00", None, None),
        ("戊事件", "06-04 00:10:00", "06-04 15:05:00", 14.92),
    ]  # fmt: skip
    # April or June?
    assert told(home) == ["G5“6/4/2023 3:05 PM”不是可以识别的日期，请写成2023-07-15 19:00"]


def test_zones_parts_of_the_day_and_routes(home: Path) -> None:
    put(home, "news", "csv/tz.csv", "csv/months_as_days.csv")
    run(home, "2023-12-31", code=3)
    assert dict(rows(home, f"select title, {clock('published_at')} from mart.mention")) == {
        "零时区一": "07-01 04:00:00", "零时区五": "07-01 04:00:00", "下午二": "06-30 20:00:00",
        "晚上三": "06-30 20:12:15",
        "上午四": "06-30 00:30:00", "路由六": "06-30 10:00:00", "路由七": "06-30 11:00:00",
        "晚八点": "06-30 20:00:00",
    }  # fmt: skip
    assert [reason.split("“")[1].split("”")[0] for reason in told(home)] == [
        "2023年1-6月",
        "2023年10-12月",
        "2023/1/2/3",
    ]


def test_ranges_of_days(home: Path) -> None:
    put(home, "ledger", "tables/16_ranges.xlsx")
    run(home, "2023-12-31", code=3)
    found = rows(home, "select name, started_on, ended_on from mart.activity")
    assert {name: (f"{first:%m-%d}", last and f"{last:%y-%m-%d}") for name, first,
        last in found} == {
        "甲": ("06-28", "23-07-02"), "乙": ("06-05", "23-06-07"), "丙": ("06-10", "23-06-11"),
        "丁": ("06-10", "23-06-12"),
        "戊": ("06-12", "23-06-12"), "庚": ("06-20", "23-06-22"), "癸": ("12-28", "24-01-03"),
    }  # fmt: skip
    assert len(told(home)) == 3  # 6月中旬, 6/25, 6-26


def test_date_and_time_in_two_columns(home: Path) -> None:
    put(home, "ledger", "tables/12_date_and_time_columns.xlsx")
    run(home, "2023-12-31")
    assert rows(
        home, f"select title, {clock('started_at')} from mart.live_session order by 1",
    ) == [("夏令热线", "06-05 19:00:00"), ("普法", "06-06 14:30:00"),]  # fmt: skip


def test_a_duration_of_two_meanings_is_set_aside(home: Path) -> None:
    put(home, "ledger", "tables/15_duration.csv")
    run(home, "2023-12-31", code=3)
    assert rows(home, "select duration_seconds from mart.live_session") == [(None,)]
    assert told(home) == ["E2“1:30”分不清是时、分还是秒，请写成90分钟或1:30:00"]


def test_a_live_announced_and_begun_is_one(home: Path) -> None:
    put(home, "ch", "tables/02_live_api.json")
    put(home, "ledger", "tables/02_live_ledger.xlsx")
    run(home, "2023-12-31")
    assert rows(home, f"select title, {clock('started_at')} from mart.live_session") == [
        ("局长直播间", "06-05 19:00:00")
    ]


@pytest.mark.parametrize(
    ("begun", "lives"), [("19:03", 1), ("18:52", 1), ("19:00:12", 1), ("19:16", 2), ("7:00", 2)]
)
def test_lives_within_a_quarter_of_an_hour(home: Path, begun: str, lives: int) -> None:
    head = "直播名称,平台,账号名称,开播时间,观看人数"
    ledger(home, "预告.csv", head, "甲,视频号,测试ch,2023-06-05 19:00,10")
    ledger(home, "总结.csv", head, f"甲,视频号,测试ch,2023-06-05 {begun},20")
    run(home, "2023-12-31")
    assert rows(home, "select count(*) from mart.live_session") == [(lives,)]


def test_two_lives_of_one_file_stay_two(home: Path) -> None:
    head = "直播名称,平台,账号名称,开播时间,观看人数"
    ledger(
        home,
        "一.csv",
        head,
        "上,视频号,测试ch,2023-06-05 19:00,10",
        "下,视频号,测试ch,2023-06-05 19:10,20",
    )
    ledger(home, "二.csv", head, "上,视频号,测试ch,2023-06-05 19:00:30,30")
    run(home, "2023-12-31")
    assert rows(home, "select count(*), sum(viewers) from mart.live_session") == [(2, 50)]


def test_ids_in_fifteen_digits_are_the_same_works(home: Path) -> None:
    put(home, "tt", "tables/04b_toutiao_original.xlsx", "tables/04b_toutiao_resaved.csv")
    run(home, "2023-12-31", code=3)
    assert rows(home, WORKS) == [(5, 1500)]
    assert len(told(home)) == 5


def test_two_works_behind_one_rounded_id(home: Path) -> None:
    put(home, "tt", "tables/04_toutiao_june.csv")
    run(home, "2023-06-30", code=3)
    put(home, "tt", "tables/04_toutiao_july.csv")
    run(home, "2023-07-31", code=3)
    assert rows(home, WORKS) == [(2, 1000)]


def test_rounded_ids_are_named_with_the_remedy(home: Path) -> None:
    put(home, "tt", "tables/04c_toutiao_sci.csv")
    run(home, "2023-12-31", code=3)
    assert rows(home, WORKS) == [(5, 1500)]
    assert all(
        "Excel四舍五入" in reason and "不要用Excel打开后另存" in reason for reason in told(home)
    )


def test_seconds_lost_make_no_second_work(home: Path) -> None:
    put(home, "d", "tables/05_douyin.xlsx", "tables/05_douyin_resaved.csv")
    run(home, "2023-12-31")
    assert rows(home, WORKS) == [(3, 9000)]


DOUYIN = (
    "作品名称,发布时间,体裁,审核状态,播放量,完播率,5s完播率,2s跳出率,平均播放时长,点赞量,分享量,"
    "评论量"
)


def test_an_edited_caption_is_the_same_work_and_two_of_one_minute_are_two(home: Path) -> None:
    more = "视频,公开,{},1%,1%,1%,3,1,1,1"
    ledger(home, "1.csv", DOUYIN, f"旧文案,2023-06-01 09:00:10,{more.format(10)}", folder="d")
    ledger(home, "2.csv", DOUYIN, f"新文案,2023-06-01 09:00,{more.format(20)}", folder="d")
    ledger(
        home, "3.csv", DOUYIN, f"甲,2023-06-02 09:00:10,{more.format(1)}",
        f"乙,2023-06-02 09:00:20,{more.format(2)}", folder="d",
    )  # fmt: skip
    ledger(home, "4.csv", DOUYIN, f"甲,2023-06-02 09:00,{more.format(3)}", folder="d")
    run(home, "2023-12-31")
    assert rows(home, "select title, plays from mart.video order by 1") == [
        ("乙", 2),
        ("新文案", 20),
        ("甲", 3),
    ]


def test_a_day_without_a_year_is_named_with_its_cell(home: Path) -> None:
    ledger(home, "活动.csv", "活动名称,活动日期,主办单位", "甲,7月15日,市局")
    run(home, "2023-12-31", code=3)
    (reason,) = told(home)
    assert reason.startswith("B2“7月15日”缺少年份，请写成2")
    assert reason.endswith("-07-15")


NEWS = "标题,链接,发布时间,媒体名称,情感倾向,作者,转载来源"


def test_one_address_is_one_publication_and_a_persons_tone_wins(home: Path) -> None:
    ledger(
        home, "厂商.csv", NEWS,
        "甲标题,https://m.xinmin.example.cn/1?utm_source=x,2023-06-01 09:30,新民网,正面,记者,他报",
        "甲标题（改）,https://xinmin.example.cn/1,2023-06-01 10:00,xinmin.example.cn,正面,,",
        folder="news",
    )  # fmt: skip
    ledger(
        home, "报道.csv", "报道标题,媒体名称,发表日期,报道链接,倾向",
        "甲标题,新民晚报,2023-06-01,http://www.xinmin.example.cn/1#top,负面",
    )  # fmt: skip
    run(home, "2023-12-31")
    query = (
        "select media_name, tone, tone_source, is_positive_report, author, has_clock, "
        f"{clock('published_at')} from mart.mention"
    )
    assert rows(home, query) == [
        ("新民晚报", "负面", "person", False, "记者", True, "06-01 10:00:00")
    ]
    assert rows(home, "select max(published_on) from mart.mention") == [(date(2023, 6, 1),)]
