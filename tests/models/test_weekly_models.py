"""The two models of the weekly report, rows in and rows out, worked by hand."""

from __future__ import annotations

from datetime import date

from tests.support.models import Bench


def test_target_weekly_takes_the_last_known_day_of_each_week() -> None:
    bench = Bench()
    bench.table(
        "mart.target_daily",
        "target_id varchar, date date, actual double, pace double",
        [
            # Sunday of W22
            {"target_id": "t", "date": date(2023, 6, 4), "actual": 10.0, "pace": 9.0},
            # Friday of W23
            {"target_id": "t", "date": date(2023, 6, 9), "actual": 14.0, "pace": 11.0},
            # not known on Sunday
            {"target_id": "t", "date": date(2023, 6, 11), "actual": None, "pace": 12.0},
            # W24: nothing known, no row
            {"target_id": "t", "date": date(2023, 6, 12), "actual": None, "pace": 13.0},
        ],
    )
    got = {row["iso_week"]: row for row in bench.run("mart.target_weekly")}
    assert set(got) == {"2023-W22", "2023-W23"}
    assert got["2023-W22"]["change"] is None, "no week before it"
    w23 = got["2023-W23"]
    assert (w23["known_on"], w23["actual"], w23["pace"]) == (date(2023, 6, 9), 14.0, 11.0)
    assert (w23["previous_actual"], w23["change"]) == (10.0, 4.0)


MENTION = "mention_id varchar, unit varchar, is_positive_report boolean, published_on date"


def test_unit_weekly_counts_ranks_and_moves() -> None:
    bench = Bench()
    bench.context(date(2023, 1, 15))
    bench.table("raw.unit", "unit varchar, kind varchar", [{"unit": "甲"}, {"unit": "乙"}])
    reports = [
        # W01 (2–8 January): 甲 1, 乙 0. W02 (9–15): 乙 2, so 乙 2 and 甲 1. One report of 2022
        # and a neutral one do not count.
        ("a", "甲", True, date(2023, 1, 3)), ("b", "乙", True, date(2023, 1, 9)),
        ("c", "乙", True, date(2023, 1, 15)),
        ("d", "甲", False, date(2023, 1, 10)), ("e", "甲", True, date(2022, 12, 31)),
    ]  # fmt: skip
    names = ("mention_id", "unit", "is_positive_report", "published_on")
    bench.table(
        "mart.mention", MENTION, [dict(zip(names, report, strict=True)) for report in reports]
    )
    got = {(row["unit"], row["iso_week"]): row for row in bench.run("mart.unit_weekly")}
    assert {key: (r["positive_reports"], r["positive_reports_to_date"], r["position"],
        r["places_gained"]) for key, r in got.items()} == {
        ("甲", "2022-W52"): (0, 0, 1, None), ("乙", "2022-W52"): (0, 0, 1, None),
        ("甲", "2023-W01"): (1, 1, 1, 0), ("乙", "2023-W01"): (0, 0, 2, -1),
        ("甲", "2023-W02"): (0, 1, 2, -1), ("乙", "2023-W02"): (2, 2, 1, 1),
    }  # fmt: skip


def test_unit_weekly_is_empty_while_no_report_ever_came() -> None:
    bench = Bench()
    bench.context(date(2023, 1, 15))
    bench.table("raw.unit", "unit varchar, kind varchar", [{"unit": "甲"}])
    bench.table("mart.mention", MENTION, [])
    assert bench.run("mart.unit_weekly") == []
