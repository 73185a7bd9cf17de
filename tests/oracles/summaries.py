"""Oracle of the tables that only add up others.

Mention_by_level, mention_by_type, mention_monthly, mention_total, target_monthly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tests.oracles.target_curves import target_daily
from tests.oracles.targets import target_progress
from tests.oracles.works import publications

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

KEYS = {
    "mention_by_level": ["media_level"],
    "mention_by_type": ["media_type"],
    "mention_monthly": ["month_start"],
    "mention_total": ["scope"],
    "target_monthly": ["target_id", "month_start"],
}
COUNTS = {"正面": "positive", "中性": "neutral", "负面": "negative"}


def _counted(truth: Truth, asked: Asked, key: str, by: pd.Series) -> pd.DataFrame:
    """Publications of the plan's year by what `by` says of them.

    One without a tone waits for a person.
    """
    rows = []
    for value, group in _of_year(truth, asked).groupby(by):
        positive = group[group["tone"] == "正面"]
        tones = {name: int((group["tone"] == tone).sum()) for tone, name in COUNTS.items()}
        rows.append(
            {
                key: value, **tones, "waiting": int(group["tone"].isna().sum()),
                "mentions": len(group),
                "stories": group["story"].nunique(),
                "positive_stories": positive["story"].nunique(),
            }
        )  # fmt: skip
    names = [key, *COUNTS.values(), "waiting", "mentions", "stories", "positive_stories"]
    return pd.DataFrame(rows, columns=names)


def _of_year(truth: Truth, asked: Asked) -> pd.DataFrame:
    found = publications(truth, asked)
    return found[found["published_on"].between(asked.start, asked.upto)]


def mention_by_level(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.mention_by_level; no medium of these worlds is in the list of levels."""
    return _counted(
        truth, asked, "media_level", _of_year(truth, asked)["media_level"].fillna("未填")
    )


def mention_by_type(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.mention_by_type."""
    return _counted(truth, asked, "media_type", _of_year(truth, asked)["media_type"].fillna("未填"))


def mention_monthly(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.mention_monthly; a month without a publication has no row."""
    days = _of_year(truth, asked)["published_on"]
    return _counted(truth, asked, "month_start", days.dt.to_period("M").dt.to_timestamp())


def mention_total(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.mention_total; without a publication there is no row."""
    found = _of_year(truth, asked)
    return _counted(truth, asked, "scope", pd.Series("year", index=found.index))


def target_monthly(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.target_monthly.

    The last known day of each month, and the change since the month known before it.
    """
    rows = []
    progress = target_progress(truth, asked).set_index("target_id")
    start = progress["baseline"].where(progress["kind"] == "stock_growth", 0.0).to_dict()
    days = target_daily(truth, asked).dropna(subset="actual").sort_values("date")
    for target, group in days.groupby("target_id"):
        before = start[str(target)]
        changes: dict[pd.Period, float] = {}
        for month, known in group.groupby(group["date"].dt.to_period("M")):
            last = known.iloc[-1]
            changes[month] = last["actual"] - before
            before = last["actual"]
            rows.append(
                {
                    "target_id": target, "month_start": month.to_timestamp(),
                    "known_on": last["date"], "actual": last["actual"],
                    "change": changes[month], "previous_change": changes.get(month - 1),
                }
            )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["target_id", "month_start", "known_on", "actual", "change", "previous_change"],
    )
