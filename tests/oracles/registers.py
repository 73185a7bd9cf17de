"""Oracle of what is registered: account, calendar, unknown_unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tests.oracles.accounts import account_daily
from tests.oracles.truth import NEW_YEAR, comparable, monday
from tests.oracles.works import article, video

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

KEYS = {
    "account": ["account_id"],
    "calendar": ["date"],
    "plan_annotation": ["from_on", "to_on"],
    "unknown_unit": ["name"],
}
CALENDAR = pd.date_range("2014-01-01", "2030-12-31")
OF_UNITS = ("activity", "product", "training", "interview", "live", "incident", "report")


def account(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.account: every registered account, and the first and last day of each kind of figure."""
    daily = account_daily(truth, asked).rename(columns={"date": "day"})
    reads = daily[daily["reads"].notna() | daily["readers"].notna()]
    parts = {
        "followers": daily[daily["followers"].notna()], "reads": reads,
        "articles": article(truth, asked).assign(day=lambda f: f["published_on"]),
        "videos": video(truth, asked).assign(day=lambda f: f["published_on"]),
    }  # fmt: skip
    rows = []
    for one in truth.accounts:
        row = {
            "account_id": one.account_id, "id": one.account_id, "name": one.name,
            "platform": one.platform, "unit": one.unit, "is_main": one.is_main,
        }  # fmt: skip
        for name, part in parts.items():
            days = pd.to_datetime(part.loc[part["account_id"] == one.account_id, "day"])
            row |= {f"{name}_first_on": days.min(), f"{name}_last_on": days.max()}
        rows.append(row)
    return pd.DataFrame(rows)


def plan_annotation(truth: Truth, _asked: Asked) -> pd.DataFrame:
    """mart.plan_annotation: the spans that the plan names."""
    spans = [
        (pd.Timestamp(a["from"]), pd.Timestamp(a["to"]), a["affects_base"], a["reason_zh"])
        for a in truth.plan["annotations"]
    ]
    return pd.DataFrame(spans, columns=["from_on", "to_on", "affects_base", "reason_zh"])


def calendar(_truth: Truth, _asked: Asked) -> pd.DataFrame:
    """mart.calendar without its holidays, which tests/unit/test_calendar.py compares with the State
    Council's notices.
    """
    day = pd.Series(CALENDAR)
    offset = day.map(
        lambda d: min(((d.date() - new_year).days for new_year in NEW_YEAR.values()), key=abs)
    )
    return pd.DataFrame(
        {
            "date": day, "year": day.dt.year, "month": day.dt.month, "quarter": day.dt.quarter,
            "weekday": day.dt.day_of_week + 1,
            "iso_week": day.dt.strftime("%G-W%V"), "week_start": monday(day),
            "cny_offset": offset.where(offset.between(-30, 40)),
            "comparable_on": day.map(comparable),
        }
    )  # fmt: skip


def unknown_unit(truth: Truth, _asked: Asked) -> pd.DataFrame:
    """mart.unknown_unit: what a ledger's column of the unit says and the plan does not know."""
    frame = truth.frame(*OF_UNITS)
    frame = frame[frame["unit_text"].notna() & ~frame["unit_text"].isin(list(truth.units))]
    by = frame.sort_values("seq").groupby("unit_text")
    found = by.agg(
        ledger_rows=("unit_text", "size"),
        files=("seq", "nunique"),
        file=("file", "last"),
        source=("source", "last"),
        since=("known_on", "min"),
    )
    return found.rename_axis("name").reset_index()
