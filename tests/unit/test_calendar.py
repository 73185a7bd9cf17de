"""plans/calendar.csv against a second library, the published New Years, and days worked out by hand."""

import csv
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from lunardate import LunarDate

from plans.comparable import NEW_YEARS, comparable_day
from plans.make_calendar import CSV_PATH, write

ROWS = {row["date"]: row for row in csv.DictReader(CSV_PATH.read_text("utf-8").splitlines())}

CHINESE_NEW_YEARS = [  # as published, 2018 to 2027
    date(2018, 2, 16),
    date(2019, 2, 5),
    date(2020, 1, 25),
    date(2021, 2, 12),
    date(2022, 2, 1),
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
]

COMPARABLE = {
    # Chinese New Year: 2022-02-01, 2023-01-22. Window of 2023: -5..+20 days = 01-17..02-11.
    "2023-01-16": "2022-01-17",  # the day before the window: 364 days back, Monday to Monday
    "2023-01-17": "2022-01-27",  # offset -5: 1 February less five days
    "2023-01-22": "2022-02-01",  # New Year's Day to New Year's Day
    "2023-02-11": "2022-02-21",  # offset +20
    "2023-02-12": "2022-02-13",  # the day after the window: Sunday to Sunday
    "2023-01-01": "2022-01-02",  # Sunday to Sunday
    "2023-06-30": "2022-07-01",  # Friday to Friday
    "2023-09-30": "2022-10-01",  # before the fixed week: Saturday to Saturday
    "2023-10-01": "2022-10-01",  # the fixed week, same date
    "2023-10-07": "2022-10-07",
    "2023-10-08": "2022-10-09",  # after it: Sunday to Sunday
    # Leap year, New Year 2024-02-10 against 2023-01-22: the window ends on 1 March (offset +20).
    "2024-02-29": "2023-02-10",  # offset +19
    "2024-03-01": "2023-02-11",
    "2024-03-02": "2023-03-04",  # Saturday to Saturday, over 29 February
    "2025-02-28": "2024-03-01",  # New Year 2025-01-29, window to 02-18; Friday to Friday
}


def test_every_day_from_2014_to_2030_stands_once_in_order() -> None:
    first = date(2014, 1, 1)
    expected = [
        (first + timedelta(days=n)).isoformat()
        for n in range((date(2030, 12, 31) - first).days + 1)
    ]
    assert list(ROWS) == expected


@pytest.mark.parametrize("year", range(2014, 2027))
def test_workdays_equal_a_second_library(year: int) -> None:
    other = holidays.country_holidays("CN", years=[year - 1, year, year + 1])
    differing = [
        day
        for day, row in ROWS.items()
        if row["year"] == str(year)
        and (row["is_workday"] == "1") != other.is_working_day(date.fromisoformat(day))
    ]
    assert differing == []


@pytest.mark.parametrize(("year", "workdays"), [(2022, 249), (2023, 249), (2024, 251)])
def test_workdays_of_a_year(year: int, workdays: int) -> None:
    assert (
        sum(row["is_workday"] == "1" for row in ROWS.values() if row["year"] == str(year))
        == workdays
    )


@pytest.mark.parametrize("new_year", CHINESE_NEW_YEARS, ids=str)
def test_offsets_count_from_the_published_new_year(new_year: date) -> None:
    offsets = {
        n: ROWS[(new_year + timedelta(days=n)).isoformat()]["cny_offset"] for n in range(-31, 42)
    }
    assert offsets == {n: str(n) if -30 <= n <= 40 else "" for n in range(-31, 42)}


@pytest.mark.parametrize(("day", "base"), COMPARABLE.items())
def test_comparable_days_worked_out_by_hand(day: str, base: str) -> None:
    assert ROWS[day]["comparable_on"] == base
    assert comparable_day(date.fromisoformat(day)).isoformat() == base


def test_parts_of_a_date() -> None:
    row = ROWS["2023-01-01"]  # a Sunday, which ISO counts to the last week of 2022
    assert (row["year"], row["month"], row["quarter"], row["day_of_year"]) == (
        "2023",
        "1",
        "1",
        "1",
    )
    assert (row["weekday"], row["iso_week"], row["week_start"]) == ("7", "2022-W52", "2022-12-26")
    assert (row["is_workday"], row["holiday"], row["is_official"]) == ("0", "元旦", "1")
    assert ROWS["2023-12-31"]["quarter"] == "4"
    assert ROWS["2024-12-31"]["day_of_year"] == "366"


def test_a_make_up_workday_is_a_workday_without_a_holiday_name() -> None:
    row = ROWS["2023-01-28"]  # Saturday, worked for the Spring Festival by the notice of 2022
    assert (row["weekday"], row["is_workday"], row["holiday"]) == ("6", "1", "")


def test_a_year_without_a_notice_falls_back_to_weekdays_and_the_law() -> None:
    assert {
        row["is_official"] for row in ROWS.values() if row["year"] in {"2014", "2023", "2026"}
    } == {"1"}
    assert {
        row["is_official"] for row in ROWS.values() if row["year"] in {"2028", "2029", "2030"}
    } == {"0"}
    # New Year 2028 is Wednesday 26 January; Sunday 30 and Monday 31 January are ordinary days.
    assert [ROWS[f"2028-01-{d}"]["is_workday"] for d in range(24, 32)] == list("10000001")
    assert ROWS["2028-01-25"]["holiday"] == "春节"
    assert ROWS["2028-05-03"]["is_workday"] == "1"
    assert ROWS["2028-05-01"]["holiday"] == "劳动节"


def test_the_script_writes_the_committed_file(tmp_path: Path) -> None:
    write(tmp_path / "calendar.csv")
    assert (tmp_path / "calendar.csv").read_bytes() == CSV_PATH.read_bytes()
    assert CSV_PATH.stat().st_size < 400_000


@pytest.mark.parametrize(
    ("day", "base"),
    [
        # 364 days before would be 1 January 2023, a day of the same year
        ("2023-12-31", "2022-12-31"),
        ("2023-12-30", "2022-12-31"),  # Saturday to Saturday
        ("2024-12-31", "2023-12-31"),
        ("2024-12-30", "2023-12-30"),  # a leap year: 364 days before would be 1 January 2024
        ("2024-12-29", "2023-12-31"),  # Sunday to Sunday
    ],
)
def test_the_last_days_of_a_year_compare_with_the_same_date(day: str, base: str) -> None:
    assert ROWS[day]["comparable_on"] == base


def test_every_day_compares_with_a_day_of_the_year_before() -> None:
    assert [
        day for day, row in ROWS.items() if int(row["comparable_on"][:4]) != int(day[:4]) - 1
    ] == []


@pytest.mark.parametrize("year", [*NEW_YEARS])
def test_stored_new_years_equal_two_libraries(year: int) -> None:
    assert LunarDate(year, 1, 1).to_solar_date() == NEW_YEARS[year]
    assert (
        "Chinese New Year"
        in holidays.country_holidays("CN", years=year, language="en_US")[NEW_YEARS[year]]
    )


def test_a_year_without_a_stored_new_year_compares_by_weeks() -> None:
    assert comparable_day(date(1990, 1, 27)) == date(1989, 1, 28)  # New Year's Day 1990, not stored
