"""Marts on small ledgers and exports, through whole nights; figures worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import xlwt

from tests.support.homes import growth_html, make_home, rows, run

CONTENT = [
    "日期",
    "阅读次数",
    "阅读人数",
    "分享次数",
    "分享人数",
    "阅读原文次数",
    "阅读原文人数",
    "收藏次数",
    "收藏人数",
    "群发篇数",
    "渠道",
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def ledger(home: Path, name: str, text: str) -> None:
    (home / "inbox" / "ledger" / name).write_text(text, "utf-8")


def content(
    home: Path,
    figures: dict[date, int],
    posts: frozenset[date] = frozenset(),
    folder: str = "main-wechat",
) -> None:
    """Drop a 内容分析 export: one 全部 row a day; readers are half the reads."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("New Sheet1")
    lines: list[list[int | str]] = [
        [int(f"{day:%Y%m%d}"), reads, reads // 2, 0, 0, 0, 0, 0, 0, int(day in posts), "全部"]
        for day, reads in figures.items()
    ]
    for r, line in enumerate([list[int | str](CONTENT), *lines]):
        for c, value in enumerate(line):
            sheet.write(r, c, value)
    book.save(str(home / "inbox" / folder / f"content{min(figures)}.xls"))


def every(first: date, last: date, reads: int) -> dict[date, int]:
    return {first + timedelta(days=i): reads for i in range((last - first).days + 1)}


def test_incident_clocks(home: Path) -> None:
    ledger(home, "i.csv",
        """编号,舆情标题,来源平台,发现时间,级别,涉突发事件,首次回应时间,发布会时间,状态
1,一般按时,平台,2023-06-01 08:00,一般,否,2023-06-03 08:00,,
2,一般超时,平台,2023-06-01 08:00,一般,否,2023-06-03 08:01,,
3,重大突发按时,平台,2023-06-01 08:00,重大,是,2023-06-01 12:30,2023-06-02 09:00,
4,重大不涉突发,平台,2023-06-01 08:00,重大,否,2023-06-02 08:00,,
5,没有钟点,平台,2023-06-01,一般,否,2023-06-02 08:00,,
6,还在时限内,平台,2023-06-29 23:00,一般,否,,,
7,没有回应,平台,2023-06-27 08:00,一般,否,,,
8,误报,平台,2023-06-01 08:00,一般,否,,,误报
""")  # fmt: skip
    # 1: exactly 48 h; 2: one minute more; 3: 4.5 h of 5, press conference after 25 h of 24; 6: 25 h
    # old at the end of 30 June; 7: 88 h
    run(home, "2023-06-30")
    found = {
        row[0]: row[1:]
        for row in rows(
            home,
            (
                "select incident_no, limit_hours, used_hours, verdict, press_verdict, state "
                "from mart.incident"
            ),
        )
    }
    assert found == {
        "1": (48, 48.0, "按时", "不适用", "已回应"),
        "2": (48, pytest.approx(48 + 1 / 60), "超时", "不适用", "已回应"),
        "3": (5, 4.5, "按时", "超时", "已回应"), "4": (48, 24.0, "按时", "不适用", "已回应"),
        "5": (48, None, "不能判定", "不适用", "已回应"),
        "6": (48, None, "未到期", "不适用", "待研判"), "7": (48, None, "超时", "不适用", "待研判"),
        "8": (48, None, "不适用", "不适用", "误报"),
    }  # fmt: skip


def test_incidents_out_of_order_warn(home: Path) -> None:
    ledger(
        home,
        "i.csv",
        (
            "舆情标题,来源平台,发现时间,级别,首次回应时间\n先答后问,平台,2023-06-02 08:00,一般,"
            "2023-06-01 08:00\n"
        ),
    )
    assert len(run(home, "2023-06-30", code=3)["warnings"]) == 1


def test_account_health_counts_from_the_last_post_and_says_no_data(home: Path) -> None:
    # main: data to 30 June, last post 19 June: 11 days. side: data end on 10 June: no verdict
    content(
        home,
        every(date(2023, 6, 1), date(2023, 6, 30), 100),
        frozenset({date(2023, 6, 5), date(2023, 6, 19)}),
    )
    content(
        home,
        every(date(2023, 6, 1), date(2023, 6, 10), 100),
        frozenset({date(2023, 6, 9)}),
        folder="side-wechat",
    )
    run(home, "2023-06-30")
    assert rows(
        home,
        (
            "select account_id, last_post_on, days_since_post, verdict from mart.account_health "
            "order by 1"
        ),
    ) == [
        ("main-wechat", date(2023, 6, 19), 11, "alarm"),
        ("side-wechat", date(2023, 6, 9), None, "no_data"),
    ]


def test_weeks_compare_only_what_is_comparable(home: Path) -> None:
    # week of Monday 12 June 2023: 7 x 120; the week before 7 x 100; the week after lacks a day. The
    # base weeks of 2022: 80 a day,
    # Tuesday 14 June 2022 missing: it drops out of both sides of the week of 13 June 2023's Tuesday
    this_year = every(date(2023, 6, 5), date(2023, 6, 11), 100) | every(
        date(2023, 6, 12), date(2023, 6, 18), 120
    )
    this_year |= every(date(2023, 6, 19), date(2023, 6, 24), 150)
    base = every(date(2022, 6, 6), date(2022, 6, 26), 80)
    del base[date(2022, 6, 14)]
    content(home, base)
    content(home, this_year)
    run(home, "2023-06-25")
    found = rows(
        home,
        (
            "select iso_week, reads, reads_days, previous_reads, reads_wow_pct, base_reads, "
            "reads_yoy_pct from mart.account_weekly where week_start >= '2023-06-05' order by 1"
        ),
    )
    assert found == [
        ("2023-W23", 700, 7, None, None, 560, pytest.approx(25.0)),
        # 6 x 120 against 6 x 80
        ("2023-W24", 840, 7, 700, pytest.approx(20.0), 480, pytest.approx(50.0)),
        ("2023-W25", 900, 6, 840, None, 480, pytest.approx(87.5)),  # 6 x 150 against 6 x 80
    ]


def test_projects_by_ledger_name_by_keyword_and_by_month(home: Path) -> None:
    ledger(home, "a.csv", """活动名称,开始日期,主办单位,宣传项目
公众开放日主场,2023-07-15,办公室,
公众开放日彩排,2023-05-20,办公室,
随便一场,2023-06-01,办公室,“夏令热线”专项行动
""")  # fmt: skip
    run(home, "2023-07-20")
    query = """select p.name_zh, p.activities, p.is_done, p.is_overdue, p.is_due_soon
        from mart.project_progress as p
        where p.name_zh like '%公众开放日%' or p.name_zh like '%夏令热线%'
            or p.name_zh like '%开展媒体栏目合作%' order by p.position"""
    assert rows(home, query) == [
        ("开展媒体栏目合作", 0, False, True, False),  # April, nothing seen
        # July's by keyword; May's is not in its month
        ("第八届“7·15公众开放日”品牌活动", 1, True, False, False),
        ("“夏令热线”专项行动", 1, True, False, False),  # named in the ledger, whatever its month
    ]
    assert rows(home, "select count(*) from mart.project_progress") == [(37,)]


def test_unit_league_leaves_out_what_never_came(home: Path) -> None:
    ledger(
        home,
        "a.csv",
        (
            "活动名称,开始日期,主办单位,单位\n甲,2023-03-01,某科,黄浦区\n乙,2023-03-02,某科,"
            "黄浦城管\n丙,2023-03-03,某科,静安区\n"
        ),
    )
    run(home, "2023-06-30")
    found = rows(
        home,
        (
            "select unit, activities, activities_rank, positive_reports from mart.unit_league "
            "order by 3, 1 limit 3"
        ),
    )
    assert found[:2] == [("黄浦区", 2, 1, None), ("静安区", 1, 2, None)]
    assert found[2][1:] == (0, 3, None)


def test_mentions_count_publications_and_stories(home: Path) -> None:
    ledger(home, "r.csv", """报道标题,媒体名称,发表日期,报道链接,倾向
疏堵结合,示例日报,2023-03-01,https://a.example.cn/1.html,正面
疏堵结合（改）,示例日报,2023-03-01,http://www.a.example.cn/1.html?utm_source=x,正面
疏堵结合,示例晚报,2023-03-02,https://b.example.cn/9.html,正面
疏堵结合,示例电视,2023-03-02,,正面
疏堵结合,示例电视,2023-03-02,,正面
疏堵结合,示例日报,2023-05-01,https://a.example.cn/2.html,正面
待定的一篇,示例日报,2023-03-05,,
上海城管自己的,示例城管,2023-03-05,,正面
负面的一篇,示例晚报,2023-03-06,,负面
""")  # fmt: skip
    # positive publications: 日报 once (same address), 晚报, 电视 once (same title and day), 日报 in
    # May; the own account is no medium
    run(home, "2023-06-30")
    assert rows(
        home, "select count(*) filter (where is_positive_report), count(*) from mart.mention"
    ) == [(4, 6)]
    # 疏堵结合 in March is one story of three media, in May another one; plus the two single pieces
    assert rows(home, "select mentions from mart.story order by 1 desc") == [(3,), (1,), (1,), (1,)]
    assert rows(
        home, "select actual from mart.target_progress where target_id = 'positive_reports'"
    ) == [(4,)]


def test_readers_serve_both_years_where_the_platform_stopped_counting_reads(home: Path) -> None:
    """A plan whose base year has 次数 and 人数 but whose own year has 人数 only is measured on
    人数, and says so.
    """
    content(home, every(date(2022, 3, 1), date(2022, 3, 31), 200))  # readers 100 a day
    book = xlwt.Workbook()
    sheet = book.add_sheet("New Sheet1")
    days = list(every(date(2023, 3, 6), date(2023, 3, 12), 0))
    share = ["日期", "分享人数", "跳转阅读原文人数", "微信收藏人数", "发表篇数"]
    for c, label in enumerate(["日期", "渠道", "阅读人数", "", *share]):
        sheet.write(0, c, label)
    for r, day in enumerate(days, 1):
        for c, value in enumerate([day.isoformat(), "全部", 110, "", day.isoformat(), 1, 1, 1, 0]):
            sheet.write(r, c, value)
    book.save(str(home / "inbox" / "main-wechat" / "tendency.xls"))
    run(home, "2023-03-12")
    ((actual, growth, note),) = rows(
        home,
        (
            "select actual, growth_pct, note_zh from mart.target_progress where target_id = "
            "'wechat_reads'"
        ),
    )
    assert (actual, growth) == (770, pytest.approx(10.0))
    assert "阅读人数" in note


def test_followers_growth_export_is_one_line_a_day(home: Path) -> None:
    (home / "inbox" / "main-wechat" / "g.xls").write_text(
        growth_html(("2023-06-01", "5", "2", "-", "100")), "utf-8"
    )
    run(home, "2023-06-30")
    assert rows(home, "select net_followers from mart.account_daily") == [(3,)]  # 5 - 2, both known


def test_alerts_open_and_close_on_a_change_of_state_only(home: Path) -> None:
    # last post 1 June: silent for 29 days on 30 June (veto); a post on 2 July ends it
    content(home, every(date(2023, 6, 1), date(2023, 6, 30), 100), frozenset({date(2023, 6, 1)}))
    query = "select rule, subject, state from ops.alert where rule = 'account_silent'"
    run(home, "2023-06-30")
    assert rows(home, query) == [("account_silent", "main-wechat", "open")]
    assert run(home, "2023-06-30")["alerts_opened"] == 0
    content(home, every(date(2023, 7, 1), date(2023, 7, 3), 100), frozenset({date(2023, 7, 2)}))
    assert run(home, "2023-07-03")["alerts_opened"] == 0
    assert rows(home, query) == [("account_silent", "main-wechat", "closed")]


def test_an_unanswered_incident_and_a_lagging_export_alert(home: Path) -> None:
    ledger(home, "i.csv", "舆情标题,来源平台,发现时间,级别\n无人回应,平台,2023-06-01 08:00,一般\n")
    content(home, every(date(2023, 4, 1), date(2023, 4, 30), 100))
    run(home, "2023-06-10")
    found = {
        row[0]: row[1]
        for row in rows(home, "select rule, cause_zh from ops.alert where rule <> 'target_behind'")
    }
    told = rows(
        home,
        "select subject, cause_zh from ops.alert where subject like 'main-wechat/%' order by 1",
    )
    assert found.keys() == {"incident_overdue", "owed_export"}
    # 1 May + 60 days; of the other two exports nothing ever came, April and May have 61 days
    assert told[1:] == [
        (
            "main-wechat/wechat_content",
            "“示例城管”公众号内容分析缺5月1日至5月31日共31天，请尽快导出，6月30日起平台逐日查不到",
        ),
        (
            "main-wechat/wechat_user_growth",
            "“示例城管”公众号用户增长缺4月1日至5月31日共61天，请尽快导出",
        ),
    ]
