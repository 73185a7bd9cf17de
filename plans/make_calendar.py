"""Make plans/calendar.csv (development only): `python plans/make_calendar.py`.

Workdays and holidays are those of the State Council notices as the package chinesecalendar holds them; a year
whose notice is not out falls back to weekdays and is marked is_official = 0. Chinese New Year is from lunardate.
The comparable day is step 1 of docs/forecasting.md.
"""

from __future__ import annotations

import csv
import functools
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from lunardate import LunarDate

FIRST, LAST = date(2014, 1, 1), date(2030, 12, 31)
ZH = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "National Day": "国庆节", "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}  # fmt: skip


@functools.cache
def new_year(year: int) -> date:
    """Return the day of Chinese New Year."""
    return LunarDate(year, 1, 1).to_solar_date()


def comparable_on(day: date) -> date:
    """Return m(d): Chinese New Year window, National Day week, else the same weekday 52 weeks before."""
    offset = (day - new_year(day.year)).days
    if -5 <= offset <= 20:
        return new_year(day.year - 1) + timedelta(days=offset)
    if day.month == 10 and day.day <= 7:
        return day.replace(year=day.year - 1)
    return day - timedelta(days=364)


def row(day: date) -> list[object]:
    """Return one line of the calendar."""
    try:
        workday, (_, name) = chinese_calendar.is_workday(day), chinese_calendar.get_holiday_detail(day)
        official, holiday = 1, ZH.get(name or "", "") if not workday else ""
    except NotImplementedError:
        workday, holiday, official = day.weekday() < 5, "", 0
    offsets = [(day - new_year(year)).days for year in (day.year - 1, day.year, day.year + 1) if year <= LAST.year]
    near = min(offsets, key=abs)
    iso = day.isocalendar()
    return [
        day, day.year, day.month, (day.month + 2) // 3, day.timetuple().tm_yday, iso.weekday, f"{iso.year}-W{iso.week:02d}",
        day - timedelta(days=day.weekday()), int(workday), holiday, official,
        near if -30 <= near <= 40 else "", comparable_on(day),
    ]  # fmt: skip


def main() -> None:
    """Write the file."""
    header = ["date", "year", "month", "quarter", "day_of_year", "weekday", "iso_week", "week_start", "is_workday",
              "holiday", "is_official", "cny_offset", "comparable_on"]  # fmt: skip
    days = (FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1))
    with Path(__file__).with_name("calendar.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(row(day) for day in days)


if __name__ == "__main__":
    main()
