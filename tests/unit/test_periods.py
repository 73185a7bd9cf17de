"""Which week, month or year a report is about."""

from __future__ import annotations

from datetime import date

import pytest

from reports import period


@pytest.mark.parametrize(
    ("as_of", "week"),
    [(date(2023, 6, 11), "2023-W23"), (date(2023, 6, 12), "2023-W23"),
        (date(2023, 6, 17), "2023-W23"), (date(2023, 6, 18), "2023-W24"),
        (date(2023, 1, 7), "2022-W52")],
)  # fmt: skip
def test_last_whole_week(as_of: date, week: str) -> None:
    assert period.last_week(as_of).id == week


def test_periods() -> None:
    assert period.last_month(date(2023, 2, 28)).id == "2023-02"
    assert period.last_month(date(2023, 2, 27)).id == "2023-01"
    assert (period.month("2024-02").last, period.week("2020-W53").last) == (
        date(2024, 2, 29),
        date(2021, 1, 3),
    )
    for kind, text in (
        ("weekly", "2023-W54"),
        ("weekly", "W23"),
        ("monthly", "2023-13"),
        ("yearend", "23"),
    ):
        with pytest.raises(period.PeriodError):
            period.read(kind, text)
