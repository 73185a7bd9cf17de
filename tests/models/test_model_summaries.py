"""Marts that summarise others for reports and analysts.

Accounts, the calendar, mentions by level, targets by month. Worked out by hand.
"""

from __future__ import annotations

from tests.support.models import FullBench, d, pick


def test_account_has_the_first_and_the_last_day_of_each_kind_of_figure() -> None:
    bench = FullBench()
    bench.lines(
        "raw.account",
        "account_id name platform unit is_main",
        ("m", "甲", "p", "局", True),
        ("n", "乙", "q", "局", False),
    )
    bench.lines("raw.platform", "platform name_zh live_zh", ("p", "平台", "直播"))
    bench.lines(
        "mart.account_daily", "account_id date followers reads readers",
        ("m", d("2023-01-01"), 5, None, None),
        ("m", d("2023-01-02"), None, None, 7), ("m", d("2023-01-03"), None, 8, None),
        ("m", d("2023-01-04"), None, None, None),
    )  # fmt: skip
    bench.lines(
        "mart.article",
        "account_id article_id published_on",
        ("m", "1", d("2023-02-01")),
        ("m", "2", d("2023-02-03")),
    )
    bench.lines("mart.video", "account_id video_id published_on", ("n", "1", d("2023-03-01")))
    columns = (
        "id account_id platform_zh is_main followers_first_on followers_last_on reads_first_on "
        "reads_last_on articles_first_on articles_last_on videos_last_on"
    )
    assert pick(bench.run("mart.account"), columns) == [
        (
            "m", "m", "平台", True, d("2023-01-01"), d("2023-01-01"), d("2023-01-02"),
            d("2023-01-03"), d("2023-02-01"), d("2023-02-03"), None,
        ),
        ("n", "n", "q", False, None, None, None, None, None, None, d("2023-03-01")),
    ]  # fmt: skip


def test_calendar_says_workdays_holidays_and_comparable_days() -> None:
    rows = {row["date"]: row for row in FullBench().run("mart.calendar")}
    day = rows[d("2023-10-01")]  # a Sunday, National Day
    assert (day["weekday"], day["is_workday"], day["holiday"], day["iso_week"]) == (
        7,
        False,
        "国庆节",
        "2023-W39",
    )
    assert rows[d("2023-10-07")]["is_workday"] is True  # a Saturday worked in exchange
    assert rows[d("2023-12-31")]["comparable_on"] == d("2022-12-31")


MENTION = "mention_id media_level media_type published_on story_id tone is_positive_report"
MENTIONS = (
    ("1", "市级", "报纸", d("2023-01-05"), "s", "正面", True),
    ("2", "市级", "网站", d("2023-01-06"), "s", "正面", True),
    ("3", "市级", "网站", d("2023-02-01"), "t", "中性", False),
    ("4", None, None, d("2023-02-02"), "u", None, False),
    ("5", "区级", "网站", d("2023-06-30"), "v", "负面", False),
    ("6", "区级", "网站", d("2023-07-01"), "w", "正面", True),  # after the day
    ("7", "区级", "网站", d("2022-12-31"), "x", "正面", True),  # last year's
)
COUNTS = "positive neutral negative waiting mentions stories positive_stories"


def test_mentions_are_summarised_by_one_definition_of_tone() -> None:
    bench = FullBench()
    bench.lines("mart.mention", MENTION, *MENTIONS)
    assert len(bench.run("staging.mention_tone")) == 5
    assert pick(bench.run("mart.mention_by_level"), f"media_level {COUNTS}") == [
        ("区级", 0, 0, 1, 0, 1, 1, 0), ("市级", 2, 1, 0, 0, 3, 2, 1),
        ("未填", 0, 0, 0, 1, 1, 1, 0),
    ]  # fmt: skip
    assert pick(bench.run("mart.mention_by_type"), f"media_type {COUNTS}") == [
        ("报纸", 1, 0, 0, 0, 1, 1, 1), ("未填", 0, 0, 0, 1, 1, 1, 0),
        ("网站", 1, 1, 1, 0, 3, 3, 1),
    ]  # fmt: skip
    assert pick(bench.run("mart.mention_monthly"), "month_start positive mentions") == [
        (d("2023-01-01"), 2, 2), (d("2023-02-01"), 0, 2), (d("2023-06-01"), 0, 1),
    ]  # fmt: skip
    assert pick(bench.run("mart.mention_total"), f"scope {COUNTS}") == [
        ("year", 2, 1, 1, 1, 5, 4, 1)
    ]


def test_spans_out_of_the_ordinary_are_the_plans() -> None:
    bench = FullBench()
    span = {"from_on": d("2022-04-01"), "to_on": d("2022-05-31"), "reason_zh": "全域静态管理"}
    bench.put("raw.plan_annotation", span | {"affects_base": False})
    assert bench.run("mart.plan_annotation") == [span | {"affects_base": False}]


def test_no_mention_at_all_is_no_row_and_no_zero() -> None:
    bench = FullBench()
    assert bench.run("staging.mention_tone", "mart.mention_total") == []


def test_a_targets_month_is_what_it_gained_since_the_last_figure_before() -> None:
    bench = FullBench()
    bench.lines(
        "mart.target_progress",
        "target_id kind baseline",
        ("f", "stock_growth", 100.0),
        ("c", "count", None),
    )
    days = "target_id date actual"
    bench.lines(
        "mart.target_daily", days, ("f", d("2023-01-20"), 105.0), ("f", d("2023-01-31"), 110.0),
        ("f", d("2023-02-28"), 108.0),
        ("f", d("2023-03-31"), None), ("f", d("2023-04-30"), 120.0), ("c", d("2023-01-31"), 3.0),
        ("c", d("2023-02-28"), 7.0),
    )  # fmt: skip
    columns = "target_id month_start known_on actual change previous_change"
    assert pick(bench.run("mart.target_monthly"), columns) == [
        ("c", d("2023-01-01"), d("2023-01-31"), 3, 3, None),  # counts begin at 0
        ("c", d("2023-02-01"), d("2023-02-28"), 7, 4, 3),
        ("f", d("2023-01-01"), d("2023-01-31"), 110, 10, None),  # followers begin at the baseline
        ("f", d("2023-02-01"), d("2023-02-28"), 108, -2, 10),
        ("f", d("2023-04-01"), d("2023-04-30"), 120, 12, None),  # nothing is known of March
    ]  # fmt: skip


def test_an_article_knows_its_place_in_the_push_and_its_hour() -> None:
    bench = FullBench()
    bench.files(1, 2)
    link = "https://mp.weixin.qq.com/s?__biz=x&mid=22&idx={}"
    same = {"source": "a", "sheet": "s", "readers": "5"}
    bench.lines(
        "raw.wechat_article", "load_seq row_number title published_on url",
        (1, 1, "甲", "2023-06-01 18:05", link.format(1)),
        (1, 2, "乙", "2023-06-01", link.format(2)),
        (2, 1, "甲", "2023-06-01", link.format(1)), (2, 2, "丙", "2023-06-02", None), **same,
    )  # fmt: skip
    bench.run("staging.article_row", "staging.article_version", "staging.article")
    assert pick(bench.run("mart.article"), "title position hour") == [
        ("丙", None, None),
        ("乙", 2, None),
        ("甲", 1, 18),
    ]
