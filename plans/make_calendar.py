"""Write plans/calendar.csv, one row a day. A developer's script: `python -m plans.make_calendar`.

Workdays come from the State Council notices in `chinesecalendar`. A year without a notice falls
back to weekdays minus the statutory holidays (as of 2024; no bridged weekends are guessed),
is_official = 0.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from lunardate import LunarDate

from plans.comparable import NEW_YEARS, comparable_day

FIRST, LAST = date(2014, 1, 1), date(2030, 12, 31)
CSV_PATH = Path(__file__).parent / "calendar.csv"
COLUMNS = (
    "date",
    "year",
    "month",
    "quarter",
    "day_of_year",
    "weekday",
    "iso_week",
    "week_start",
    "is_workday",
    "holiday",
    "is_official",
    "cny_offset",
    "comparable_on",
)
HOLIDAYS_ZH = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
CNY_NEAR = range(-30, 41)  # offsets that are written down
WEEKEND = {6, 7}


def _lunar(year: int, month: int, day: int) -> date:
    found: date = LunarDate(year, month, day).to_solar_date()
    return found


def cny_offset(day: date) -> int | None:
    """Return the days since the nearest Chinese New Year (negative.

    Before it), None outside -30..+40.
    """
    offsets = [(day - NEW_YEARS[year]).days for year in (day.year - 1, day.year, day.year + 1)]
    nearest = min(offsets, key=abs)
    return nearest if nearest in CNY_NEAR else None


def official_day(day: date) -> tuple[bool, str] | None:
    """Return (is a workday, Chinese holiday name or empty), None when no State Council notice is known."""
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return not is_off, HOLIDAYS_ZH[name] if is_off and name else ""


def statutory_holidays(year: int) -> dict[date, str]:
    """Return the holidays fixed by law for a year whose notice is not out yet."""
    new_year = NEW_YEARS[year]
    # solar term formula of the 21st century
    qingming = int((year % 100) * 0.2422 + 4.81) - (year % 100) // 4
    days = {date(year, 1, 1): "元旦", date(year, 4, qingming): "清明"}
    days |= {new_year + timedelta(days=n): "春节" for n in (-1, 0, 1, 2)}
    days |= {date(year, 5, n): "劳动节" for n in (1, 2)}
    days |= {_lunar(year, 5, 5): "端午", _lunar(year, 8, 15): "中秋"}
    return days | {date(year, 10, n): "国庆节" for n in (1, 2, 3)}


def row(day: date) -> tuple[object, ...]:
    """Return the row of one day, in the order of COLUMNS."""
    iso = day.isocalendar()
    official = official_day(day)
    holiday = "" if official else statutory_holidays(day.year).get(day, "")
    is_workday, holiday = official or (iso.weekday not in WEEKEND and not holiday, holiday)
    offset = cny_offset(day)
    return (
        day,
        day.year,
        day.month,
        (day.month + 2) // 3,
        day.timetuple().tm_yday,
        iso.weekday,
        f"{iso.year}-W{iso.week:02}",
        day - timedelta(days=iso.weekday - 1),
        int(is_workday),
        holiday,
        int(official is not None),
        "" if offset is None else offset,
        comparable_day(day),
    )


def days(first: date, last: date) -> Iterator[date]:
    """Yield every day from `first` to `last`, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def write(path: Path) -> None:
    """Write the whole calendar to `path`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(row(day) for day in days(FIRST, LAST))


if __name__ == "__main__":
    write(CSV_PATH)
