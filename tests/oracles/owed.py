"""Oracle of what is owed: owed; and of the tables beside the targets: target_piece, target_year."""

from __future__ import annotations

import calendar
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from tests.oracles.accounts import account_daily
from tests.oracles.ledgers import activity, portal_month, training
from tests.oracles.targets import events, target_progress
from tests.oracles.works import article, publications, video

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

KEYS = {
    "owed": ["owner", "export", "period"],
    "delivery": ["owner", "export", "period"],
    "target_piece": ["target_id", "due_on"],
    "target_year": ["plan_year", "target_id"],
}
# platform -> export, what covers it, whether each day must be there, days until the platform
# forgets
OF_ACCOUNTS: dict[str, tuple[tuple[str, str, bool, int | None], ...]] = {
    "wechat": (
        ("wechat_user_growth", "followers", True, None),
        ("wechat_content", "reads", True, 60),
        ("wechat_articles", "articles", False, None),
    ),
    "channels": (
        ("channels_followers", "followers", True, None),
        ("channels_videos", "works", False, None),
    ),
}
DAY = pd.Timedelta(days=1)


def _known(truth: Truth, asked: Asked) -> dict[tuple[str, str], set[pd.Timestamp]]:
    """The days on which an owner's kind of figure is known."""
    found: dict[tuple[str, str], set[pd.Timestamp]] = {}

    def add(frame: pd.DataFrame, owner: str, day: str, measure: str) -> None:
        for name, date in frame[[owner, day]].dropna().itertuples(index=False):
            found.setdefault((name, measure), set()).add(pd.Timestamp(date))

    daily = account_daily(truth, asked)
    has_total = daily["followers"].notna().groupby(daily["account_id"]).transform("any")
    add(daily[daily["followers"].notna() | (daily["net_followers"].notna() & ~has_total)],
        "account_id", "date", "followers")  # fmt: skip
    add(daily[daily["reads"].notna() | daily["readers"].notna()], "account_id", "date", "reads")
    add(article(truth, asked), "account_id", "published_on", "articles")
    add(video(truth, asked), "account_id", "published_on", "works")
    add(activity(truth, asked), "unit", "started_on", "activity")
    add(publications(truth, asked), "unit", "published_on", "report")
    add(training(truth, asked).assign(owner="office"), "owner", "started_on", "training")
    if truth.has("portal_month"):
        add(portal_month(truth, asked).assign(owner="office"), "owner", "month", "portal")
    return found


def owed(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.owed: periods over by the day in which something is missing."""
    names = ["owner", "export", "period", "first_on", "last_on", "days_missing", "due_on", "lost_on",
        "state"]  # fmt: skip
    rows = [row for row in _periods(truth, asked) if row["state"] != "delivered"]
    return pd.DataFrame(rows, columns=names)


def delivery(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.delivery: every period over by the day, delivered or not."""
    names = ["owner", "export", "period", "days_known", "state"]
    return pd.DataFrame(_periods(truth, asked), columns=names)


def _periods(truth: Truth, asked: Asked) -> list[dict[str, Any]]:
    known = _known(truth, asked)
    first = asked.as_of.replace(day=1) - DAY
    start = min(asked.start, first.replace(day=1))
    rows: list[dict[str, Any]] = []
    for account in truth.accounts:
        days = [
            day
            for (owner, _), found in known.items()
            if owner == account.account_id
            for day in found
        ]
        since = min(days, default=start)
        for export, measure, daily, window in OF_ACCOUNTS.get(account.platform, ()):
            mine = known.get((account.account_id, measure), set())
            rows += _lacking(
                asked,
                account.account_id,
                export,
                mine,
                since,
                months=1,
                within=5,
                window=window,
                daily=daily,
            )
    for unit in truth.plan["units"]:
        for export, measure in (("ledger_activity", "activity"), ("ledger_report", "report")):
            rows += _lacking(asked, unit["name"], export, known.get((unit["name"], measure), set()),
                start, months=1, within=5, window=None, daily=False)  # fmt: skip
    for export, measure, months in (
        ("ledger_training", "training", 3),
        ("ledger_portal_month", "portal", 1),
    ):
        rows += _lacking(asked, "office", export, known.get(("office", measure), set()), start,
            months=months, within=10, window=None, daily=False)  # fmt: skip
    return rows


def _lacking(
    asked: Asked, owner: str, export: str, known: set[pd.Timestamp], since: pd.Timestamp, *,
    months: int, within: int,
    window: int | None, daily: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    found = []
    for first in pd.date_range(
        since.replace(day=1) - pd.DateOffset(months=2), asked.as_of, freq="MS"
    ):
        last_month = first.month + months - 1
        if (first.month - 1) % months:
            continue
        last = pd.Timestamp(first.year, last_month, calendar.monthrange(first.year, last_month)[1])
        if last > asked.as_of or last < since:
            continue
        days = pd.date_range(max(first, since), last)
        missing = [day for day in days if day not in known]
        known_days = len(days) - len(missing)
        period = f"{first.year}-Q{(first.month + 2) // 3}" if months == 3 else f"{first:%Y-%m}"
        if not missing or (not daily and known_days):
            found.append({"owner": owner, "export": export, "period": period,
                "days_known": known_days, "state": "delivered"})  # fmt: skip
            continue
        due = last + within * DAY
        left = (due - asked.as_of).days
        lost = window is not None and asked.as_of > missing[-1] + window * DAY
        found.append({
            "owner": owner, "export": export,
            "period": period, "days_known": known_days,
            "first_on": missing[0], "last_on": missing[-1], "days_missing": len(missing),
            "due_on": due,
            "lost_on": None if window is None else missing[0] + window * DAY,
            "state": "lost" if lost else "late" if left < 0 else "due_soon" if left <= 7
            else "owed",
        })  # fmt: skip
    return found


def target_piece(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.target_piece: the quarters or months of a planned count, what each wants and has."""
    counted = events(truth, asked)
    rows: list[dict[str, Any]] = []
    for target in truth.plan["targets"]:
        if target["pace"] not in ("quarters", "scheduled"):
            continue
        days, before, start = counted[target["id"]], 0, asked.start
        have = None if days is None else int(days.between(asked.start, asked.upto).sum())
        for month, share in _shares(truth, target).items():
            end = pd.Timestamp(asked.year, month, 1) + pd.offsets.MonthEnd(0)
            upto = math.ceil(round(target["target"] * share, 6))
            wanted = upto - before
            held = None if days is None else int(days.between(start, min(end, asked.upto)).sum())
            quarterly = target["pace"] == "quarters"
            done = None if held is None or have is None else min(held,
                wanted) if quarterly else max(0, min(wanted, have - before))  # fmt: skip
            rows.append({"target_id": target["id"], "due_on": end, "wanted": wanted,
                "events": held if quarterly else None,
                         "done": done, "is_over": end <= asked.upto})  # fmt: skip
            before, start = upto, end + DAY
    return pd.DataFrame(rows)


def _shares(truth: Truth, target: dict[str, Any]) -> dict[int, float]:
    """Which share of the year is due by each month's end."""
    if target["pace"] == "quarters":
        return {3: 0.25, 6: 0.5, 9: 0.75, 12: 1.0}
    spans = [
        p["months"] for p in truth.plan["projects"] if target.get("project") in (None, p["id"])
    ]
    shares = {m: sum(1 / len(s) / len(spans) for s in spans if m in s) for m in range(1, 13)}
    return {m: sum(shares[n] for n in range(1, m + 1)) for m in range(1, 13) if shares[m]}


def target_year(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.target_year under a pinned plan: that year's verdicts."""
    shown = ["plan_year", "target_id", "baseline", "target", "actual", "growth_pct", "progress_pct",
        "status", "days_covered", "days_expected"]  # fmt: skip
    return target_progress(truth, asked)[shown]
