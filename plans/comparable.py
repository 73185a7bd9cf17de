"""Which day of the year before a day is compared with. Standard library only.

Also used where no calendar library is.
"""

from __future__ import annotations

from datetime import date, timedelta

# Chinese New Year, checked against two libraries in the tests.
NEW_YEARS = {
    year: date(year, month, day)
    for year, month, day in (
        (1996, 2, 19), (1997, 2, 7), (1998, 1, 28), (1999, 2, 16), (2000, 2, 5), (2001, 1, 24),
        (2002, 2, 12), (2003, 2, 1),
        (2004, 1, 22), (2005, 2, 9), (2006, 1, 29), (2007, 2, 18), (2008, 2, 7), (2009, 1, 26),
        (2010, 2, 14), (2011, 2, 3),
        (2012, 1, 23), (2013, 2, 10), (2014, 1, 31), (2015, 2, 19), (2016, 2, 8), (2017, 1, 28),
        (2018, 2, 16), (2019, 2, 5),
        (2020, 1, 25), (2021, 2, 12), (2022, 2, 1), (2023, 1, 22), (2024, 2, 10), (2025, 1, 29),
        (2026, 2, 17), (2027, 2, 6),
        (2028, 1, 26), (2029, 2, 13), (2030, 2, 3), (2031, 1, 23), (2032, 2, 11), (2033, 1, 31),
        (2034, 2, 19), (2035, 2, 8),
    )
}  # fmt: skip
WINDOW = range(-5, 21)  # days around Chinese New Year that are compared by offset
NATIONAL_WEEK = {(10, day) for day in range(1, 8)}
YEAR_OF_WEEKS = timedelta(days=364)


def comparable_day(day: date) -> date:
    """Return the day of the year before that `day` is compared with.

    a. −5 to +20 days from Chinese New Year: the same offset; b. 1 to 7 October: the same date;
    c. 31 December, and 30 December of a leap year (364 days before is still the same year): the
    same date;
    d. otherwise 364 days before, the same weekday.
    """
    if day.year in NEW_YEARS and day.year - 1 in NEW_YEARS:
        offset = day - NEW_YEARS[day.year]
        if offset.days in WINDOW:
            return NEW_YEARS[day.year - 1] + offset
    before = day - YEAR_OF_WEEKS
    if (day.month, day.day) in NATIONAL_WEEK or before.year == day.year:
        return day.replace(year=day.year - 1)
    return before
