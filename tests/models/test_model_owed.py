"""What is owed: which days of which export, until when; worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.models import FullBench, d, days, pick

EXPECTED = (
    "owner_kind owner owner_zh unit export export_zh measure is_daily every within_days "
    "window_days since how_zh"
)
MODELS = ("staging.delivered_day", "staging.expected_period", "mart.owed")
SHOWN = "owner export period first_on last_on days_missing due_on lost_on state"


def expect(bench: FullBench, owner: str, measure: str, **changed: Any) -> None:
    """Expect a daily export each month within 5 days, kept for 60, unless `changed`."""
    row = (
        "account",
        owner,
        owner,
        "甲",
        f"x_{measure}",
        "导出",
        measure,
        True,
        "month",
        5,
        60,
        None,
        "点导出",
    )
    bench.put("raw.expected_export", dict(zip(EXPECTED.split(), row, strict=True)) | changed)


def read_on(bench: FullBench, account: str, *dates: Any) -> None:
    bench.lines(
        "mart.account_daily", "account_id date reads", *((account, day, 1) for day in dates)
    )


@pytest.mark.parametrize("year", [2023, 2024])
def test_a_removed_month_and_a_gap_are_owed_day_by_day(year: int) -> None:
    bench = FullBench(as_of=d(f"{year}-06-30"), year=year)
    expect(bench, "a", "reads")
    known = {*days(d(f"{year - 1}-12-20"), d(f"{year}-06-30"))}
    known -= {*days(d(f"{year}-05-01"), d(f"{year}-05-31")), d(f"{year}-01-03"), d(f"{year}-01-09")}
    read_on(bench, "a", *known)
    assert pick(bench.run(*MODELS), SHOWN) == [
        # two days of January: 3 January + 60 days is 4 March, in 2024 3 March; on 30 June
        # nobody can fetch them
        (
            "a", "x_reads", f"{year}-01", d(f"{year}-01-03"), d(f"{year}-01-09"), 2,
            d(f"{year}-02-05"), d(f"{year}-03-{4 if year == 2023 else 3:02d}"), "lost",
        ),
        # 1 May + 60 days; the end of May can be fetched until 30 July, and 5 June has passed
        (
            "a", "x_reads", f"{year}-05", d(f"{year}-05-01"), d(f"{year}-05-31"), 31,
            d(f"{year}-06-05"), d(f"{year}-06-30"), "late",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(("as_of", "state"), [
    ("2023-06-29", None),  # June goes on
    ("2023-06-30", "due_soon"), ("2023-07-05", "due_soon"), ("2023-07-06", "late"),
    ("2023-08-29", "late"), ("2023-08-30", "lost"),
])  # fmt: skip
def test_the_life_of_an_owed_month(as_of: str, state: str | None) -> None:
    bench = FullBench(as_of=d(as_of))
    expect(bench, "a", "reads")
    read_on(bench, "a", d("2023-05-31"))
    june = [row["state"] for row in bench.run(*MODELS) if row["period"] == "2023-06"]
    assert june == ([state] if state else [])  # due on 5 July; 30 June + 60 days = 29 August


def test_owners_that_never_delivered_and_what_is_older_than_a_year() -> None:
    bench = FullBench(as_of=d("2023-02-28"))
    expect(bench, "never", "reads", window_days=None)
    expect(bench, "old", "reads", window_days=None)
    read_on(bench, "old", d("2021-12-31"), *days(d("2022-02-01"), d("2023-02-28")))
    expect(bench, "late", "reads", window_days=None, since=d("2023-02-10"))
    found = pick(bench.run(*MODELS), "owner period days_missing state")
    assert found == [
        ("late", "2023-02", 19, "due_soon"),  # from the day on which pipeline.toml lets it begin
        ("never", "2023-01", 31, "late"), ("never", "2023-02", 28, "due_soon"),
        ("old", "2022-01", 31, "late"),
    ]  # fmt: skip


def test_ledgers_of_units_until_they_say_there_is_nothing() -> None:
    bench = FullBench(as_of=d("2023-04-01"))
    unit = {"owner_kind": "unit", "is_daily": False, "window_days": None}
    expect(bench, "甲", "activity", **unit)
    expect(bench, "乙", "activity", **unit, every="quarter")
    bench.lines("mart.activity", "activity_id unit started_on", ("1", "甲", d("2023-02-14")))
    decision = "position kind subject value is_current"
    bench.lines(
        "staging.decision", decision, (1, "none", "甲|x_activity|2023-01", "none", True),
        (2, "none", "甲|x_activity|2023-03", None, True),
        (3, "none", "丙|x_activity|2023-03", "none", True),
    )  # fmt: skip
    # 甲: January was said to be empty, February has a row, March's word was taken back
    assert pick(bench.run(*MODELS), "owner period days_missing due_on state") == [
        ("乙", "2023-Q1", 90, d("2023-04-05"), "due_soon"),
        ("甲", "2023-03", 31, d("2023-04-05"), "due_soon"),
    ]  # fmt: skip


def test_january_still_shows_december() -> None:
    bench = FullBench(as_of=d("2024-01-04"), year=2024)
    expect(bench, "甲", "activity", owner_kind="unit", is_daily=False, window_days=None)
    assert pick(bench.run(*MODELS), "period state") == [("2023-12", "due_soon")]


def test_alerts_name_account_export_and_days() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    owed = (
        "owner_kind owner owner_zh export export_zh period first_on last_on days_missing due_on "
        "lost_on state"
    )
    bench.lines(
        "mart.owed", owed,
        (
            "account", "a", "甲号", "r", "内容分析", "2023-04", d("2023-04-03"), d("2023-04-05"),
            3, d("2023-05-05"), d("2023-06-02"), "lost",
        ),
        (
            "account", "a", "甲号", "r", "内容分析", "2023-05", d("2023-05-01"), d("2023-05-31"),
            31, d("2023-06-05"), d("2023-06-30"), "late",
        ),
        (
            "account", "b", "乙号", "r", "内容分析", "2022-03", d("2022-03-01"), d("2022-03-01"),
            1, d("2022-04-05"), d("2022-04-30"), "lost",
        ),
        (
            "account", "c", "丙号", "f", "用户增长", "2023-06", d("2023-06-01"), d("2023-06-30"),
            30, d("2023-07-05"), None, "due_soon",
        ),
        (
            "unit", "黄浦", "黄浦", "l", "台账", "2023-04", d("2023-04-01"), d("2023-04-30"), 30,
            d("2023-05-05"), None, "late",
        ),
        (
            "unit", "黄浦", "黄浦", "l", "台账", "2023-05", d("2023-05-01"), d("2023-05-31"), 31,
            d("2023-06-05"), None, "late",
        ),
        (
            "unit", "静安", "静安", "l", "台账", "2023-05", d("2023-05-01"), d("2023-05-31"), 31,
            d("2023-06-05"), None, "late",
        ),
    )  # fmt: skip
    expect(bench, "d", "reads", owner_zh="丁号")
    bench.lines("staging.delivered_day", "owner measure date", ("d", "reads", d("2023-06-19")))
    assert pick(bench.run("staging.owed_alert"), "rule subject value cause_zh") == [
        (
            "owed_export", "a/r", "缺34天",
            "“甲号”内容分析缺4月3日至5月31日共34天，请尽快导出，6月30日起平台逐日查不到",
        ),
        ("owed_export", "b/r", "缺1天", "“乙号”内容分析缺2022年3月1日共1天，平台已查不到"),
        ("owed_ledger", "l", "2个单位", "台账未报：静安2023-05、黄浦2023-04至2023-05共2期"),
        (
            "stale_source", "d", "数据到 2023-06-19",
            "“丁号”导出数据到6月19日，已11天没有新数据，情况待核实",
        ),
    ]  # fmt: skip
