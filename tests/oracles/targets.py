"""Oracle of the plan's targets.

target_progress and alert_condition; the curves stand in target_curves.py.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from tests.oracles.accounts import account_daily, account_health, reads_metric
from tests.oracles.forecasts import Flow, flow_chance, forecast, phi, small_count
from tests.oracles.ledgers import (
    activity,
    incident,
    live_session,
    new_media_product,
    portal_interview,
    training,
)
from tests.oracles.pulses import follower_pulse, mention_pulse
from tests.oracles.truth import Asked, comparable, remembered
from tests.oracles.works import article, publications, ten_w_article

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracles.truth import Truth

KEYS = {
    "target_progress": ["target_id"],
    "alert_condition": ["rule", "subject"],
}
PROGRESS = [
    "target_id",
    "kind",
    "plan_year",
    "baseline",
    "target",
    "actual",
    "growth_pct",
    "progress_pct",
    "expected_by_now",
    "pace_index",
    "forecast",
    "forecast_low",
    "forecast_high",
    "linear_forecast",
    "chance",
    "required_growth_pct",
    "status",
    "days_covered",
    "days_expected",
]
Figures = dict[str, Any]
ALERTS = (
    "(select a.rule, coalesce(i.title, a.subject) as subject from mart.alert_condition as a "
    "left join mart.incident as i on i.incident_id = a.subject where a.rule not in "
    "('owed_export', 'stale_source'))"
)


# target -> the files that could tell of it, the table of its events, and their day
DAYS = ("published_on", "started_on", "started_at", "held_on", "day", "date")
EVENTS: dict[str, tuple[tuple[str, ...], Callable[[Truth, Asked], pd.DataFrame], str]] = {
    "articles_10w": (
        ("product", "report", "news", "articles", "articles_people", "single"), ten_w_article,
        "published_on",
    ),
    "positive_reports": (
        ("report", "news"), lambda t, a: publications(t, a).query("is_positive_report"),
        "published_on",
    ),
    "activities": (("activity",), activity, "started_on"),
    "livestreams": (("live",), live_session, "started_on"),
    "new_media_products": (("product",), new_media_product, "published_on"),
    "portal_interviews": (("interview",), portal_interview, "held_on"),
    "training_sessions": (("training",), training, "started_on"),
}  # fmt: skip


def events(truth: Truth, asked: Asked) -> dict[str, pd.Series | None]:
    """The days of every counted event, of all years, by target.

    None where no file has a row of the plan's year.
    """
    return {
        target: made(truth, asked)[day] if _came(truth, asked, kinds) else None
        for target, (kinds, made, day) in EVENTS.items()
    }


def _came(truth: Truth, asked: Asked, kinds: tuple[str, ...]) -> bool:
    """Whether a file of these kinds has a row of the plan's year.

    Last year's ledgers say nothing about this.
    """
    frame = truth.frame(*kinds)
    return any(
        pd.to_datetime(frame[name]).dt.normalize().between(asked.start, asked.upto).any()
        for name in DAYS
        if name in frame
    )


@remembered
def target_progress(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.target_progress without its texts."""
    counted = events(truth, asked)
    length = (asked.end - asked.start).days + 1
    elapsed = ((asked.upto - asked.start).days + 1) / length
    rows = []
    for target in truth.plan["targets"]:
        figures = (
            _followers(truth, asked, target)
            if target["id"] == "wechat_followers"
            else _reads(truth, asked, target)
            if target["id"] == "wechat_reads"
            else None
        )
        figures = figures or _count(truth, asked, target, counted[target["id"]], elapsed)
        rows.append(
            _paced(
                {
                    "due": due(target, truth, asked, counted.get(target["id"])),
                    "pace": target["pace"],
                    "target_id": target["id"],
                    "kind": target["kind"],
                    "plan_year": asked.year,
                    "days_expected": len(asked.days),
                    **figures,
                },
                elapsed,
            )
        )
    return pd.DataFrame(rows, columns=PROGRESS)


Due = tuple[float, float, bool]


def due(target: Figures, truth: Truth, asked: Asked, days: pd.Series | None) -> Due | None:
    """Of a count due by quarter or month.

    How many by now, how many of these are done, and whether all of the year is.
    """
    if target["pace"] == "quarters":
        cumulated = {3 * q: math.ceil(target["target"] * q / 4) for q in (1, 2, 3, 4)}
    elif target["pace"] == "scheduled":
        projects = truth.plan["projects"]
        spans = [p["months"] for p in projects if target.get("project") in (None, p["id"])]
        spans = [target["months"]] if "months" in target else spans
        shares = {m: sum(1 / len(s) / len(spans) for s in spans if m in s) for m in range(1, 13)}
        cumulated = {
            m: math.ceil(round(target["target"] * sum(shares[n] for n in range(1, m + 1)), 6))
            for m in shares
        }
    else:
        return None
    ends = {
        month: pd.Timestamp(asked.year, month, 1) + pd.offsets.MonthEnd(0) for month in cumulated
    }
    by_now = max((cumulated[month] for month, end in ends.items() if end <= asked.upto), default=0)
    if target["pace"] == "scheduled" or days is None:
        return by_now, math.nan, True
    done, complete, start, before = 0, True, asked.start, 0
    for month, end in ends.items():
        held = int(days.between(start, min(end, asked.upto)).sum())
        wanted = cumulated[month] - before
        done += min(held, wanted) if end <= asked.upto else 0
        complete &= held >= wanted
        start, before = end + pd.Timedelta(days=1), cumulated[month]
    return by_now, done, complete


def _followers(truth: Truth, asked: Asked, target: Figures) -> Figures:
    level = (
        account_daily(truth, asked)
        .query("account_id == @truth.main")
        .set_index("date")["followers"]
        .dropna()
        .sort_index()
    )
    before = level[pd.Timestamp(asked.year - 1, 1, 1) : asked.start - pd.Timedelta(days=1)]
    now = level[asked.start : asked.upto]
    actual = float(now.iloc[-1]) if len(now) else None
    if not len(before):
        return {
            "baseline": None,
            "target": None,
            "actual": actual,
            "growth_pct": None,
            "days_covered": len(now),
        }
    baseline = float(before.iloc[-1])
    wanted = baseline * (1 + target["growth_pct"] / 100)
    new, lost = forecast(truth, asked, "new_followers"), forecast(truth, asked, "lost_followers")
    figures: Figures = {
        "baseline": baseline,
        "target": wanted,
        "actual": actual,
        "growth_pct": actual and 100 * (actual / baseline - 1),
        "days_covered": len(now),
        "is_thin": not len(now) or now.index[-1] < asked.upto - pd.Timedelta(days=14),
    }
    if (
        actual is None
        or new is None
        or lost is None
        or new.remaining is None
        or lost.remaining is None
    ):
        reached = actual is not None and actual >= wanted  # that needs no forecast
        return figures | ({"chance": 1.0} if reached else {})
    expected = actual + new.remaining - lost.remaining
    below, above = math.hypot(new.below, lost.above), math.hypot(new.above, lost.below)
    band = {
        "forecast": expected,
        "forecast_low": expected - below,
        "forecast_high": expected + above,
    }
    return figures | band | {
        "chance": _level_chance(actual, expected, wanted, above if expected < wanted else below),
        "required_growth_pct": 100 * (
            (wanted - actual + lost.remaining) / new.remainder - 1
        ) if new.is_usable and new.remainder else None,
    }  # fmt: skip


def _level_chance(actual: float, expected: float, target: float, half: float) -> float:
    if actual >= target:
        return 1.0
    return phi(1.2816 * (expected - target) / half) if half > 0 else float(expected >= target)


def _flow_band(flow: Flow | None, target: float) -> Figures:
    if flow is None:
        return {}
    need = (
        100 * ((target - flow.to_date) / flow.remainder - 1)
        if flow.is_usable and flow.remainder
        else None
    )
    band = {}
    if flow.remaining is not None:
        expected = flow.to_date + flow.remaining
        band = {
            "forecast": expected,
            "forecast_low": expected - flow.below,
            "forecast_high": expected + flow.above,
        }
    return {
        **band,
        "chance": flow_chance(flow, target),
        "required_growth_pct": need,
        "share": flow.base_share,
    }


def _reads(truth: Truth, asked: Asked, target: Figures) -> Figures:
    daily = account_daily(truth, asked).query("account_id == @truth.main").set_index("date")
    reads = daily[reads_metric(truth, asked)].dropna()
    now = reads.reindex(asked.days).dropna()
    then = pd.Series({day: reads.get(comparable(day)) for day in now.index}, dtype=float)
    before = reads[reads.index.year == asked.year - 1]  # type: ignore[attr-defined]
    if not len(before):
        return {
            "baseline": None, "target": None, "actual": float(now.sum()) if len(now) else None,
            "growth_pct": None, "days_covered": len(now),
        }  # fmt: skip
    baseline = float(before.sum())
    wanted = baseline * (1 + target["growth_pct"] / 100)
    mapped = {comparable(day) for day in pd.date_range(asked.start, asked.end)}
    thin = {
        "is_thin": len(now) < 0.8 * len(asked.days),
        "is_base_thin": len(mapped & set(reads.index)) < 0.8 * len(mapped),
    }
    both = then.notna()
    growth = 100 * (now[both].sum() / then[both].sum() - 1) if both.any() else None
    return {
        "baseline": baseline, "target": wanted, "actual": float(now.sum()) if len(now) else None,
        "growth_pct": growth, "days_covered": len(now), **thin,
        **_flow_band(forecast(truth, asked, "reads"), wanted),
    }  # fmt: skip


def _count(
    truth: Truth, asked: Asked, target: Figures, days: pd.Series | None, elapsed: float
) -> Figures:
    if days is None:
        return {"baseline": None, "target": float(target["target"]), "actual": None}
    done, wanted = float(days.between(asked.start, asked.upto).sum()), float(target["target"])
    figures: Figures = {"baseline": None, "target": wanted, "actual": done}
    if target["method"] == "flow":
        return figures | _flow_band(forecast(truth, asked, target["id"]), wanted)
    if target["method"] == "gamma_poisson":
        reads = forecast(truth, asked, "reads") if target["id"] == "articles_10w" else None
        share = reads.base_share if reads else None
        articles = article(truth, asked)["published_on"] if target["id"] == "articles_10w" else days
        if done or articles.between(asked.start, asked.upto).any():
            return figures | small_count(
                days, asked, wanted, min(max(elapsed if share is None else share, 0.001), 1.0)
            )
    return figures


def _paced(row: Figures, elapsed: float) -> Figures:
    due, pace, thin = row.pop("due"), row.pop("pace"), row.pop("is_thin", False)
    if row.pop("is_base_thin", False):
        row["target"] = None
    actual, target, base = row["actual"], row["target"], row["baseline"]
    stock = row["kind"] == "stock_growth"
    share = row.pop("share", None)
    forecasts = (
        "forecast",
        "forecast_low",
        "forecast_high",
        "linear_forecast",
        "chance",
        "required_growth_pct",
    )
    if target is None:
        return {k: v for k, v in row.items() if k not in forecasts} | {
            "status": "no_data" if actual is None else "no_baseline"
        }
    row["expected_by_now"] = (
        due[0]
        if due
        else base + (target - base) * elapsed
        if stock
        else target * (share if pace == "comparable" and share is not None else elapsed)
    )
    if actual is None:
        return row | {"status": "no_data"}
    row["progress_pct"] = (
        100 * (actual - base) / (target - base) if stock else 100 * actual / target
    )
    line = row["expected_by_now"] - (base if stock else 0)
    done = due[1] if due and pace == "quarters" else actual - (base if stock else 0)
    row["pace_index"] = done / line if line else None
    row["linear_forecast"] = base + (actual - base) / elapsed if stock else actual / elapsed
    row.setdefault("forecast", row["linear_forecast"])
    row["status"] = _status(row, due, thin=thin, is_over=elapsed == 1)
    if row["status"] == "incomplete":
        return {k: v for k, v in row.items() if k not in forecasts}
    return row


def _status(row: Figures, due: Due | None, *, thin: bool, is_over: bool) -> str:
    if row["actual"] >= row["target"] and (due is None or due[2]):
        return "met"
    if thin or is_over:
        return "incomplete" if thin else "behind"
    few = row["kind"] == "count" and row["expected_by_now"] < 1
    pace = 1 if row["pace_index"] is None or few else row["pace_index"]
    likely = None if due else row.get("chance")
    if pace < 0.9 or (likely is not None and likely < 0.3):
        return "behind"
    return "at_risk" if pace < 0.97 and (likely or 0) < 0.7 else "on_track"


def alert_condition(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.alert_condition: rules and subjects.

    An incident is named by its title, for its id is opaque.
    """
    health = account_health(truth, asked)
    rows = [
        ("account_silent", name)
        for name in health.loc[health["verdict"].isin(["warn", "alarm", "veto"]), "account_id"]
    ]
    progress = target_progress(truth, asked)
    rows += [
        ("target_behind", name)
        for name in progress.loc[progress["status"] == "behind", "target_id"]
    ]
    years = {asked.as_of.year} | ({asked.as_of.year + 1} if asked.as_of.month == 12 else set())
    rows += [("no_plan", str(year)) for year in years - {2023, truth.year}]
    pulse = {row["tone_group"]: row for row in mention_pulse(truth, asked).to_dict("records")}
    if "负面" in pulse and pulse["负面"]["recent"] > max(1, pulse["负面"]["earlier_per_week"]):
        rows.append(("negative_mentions", "mentions"))
    overall = pulse["全部"]["verdict"] if "全部" in pulse else None
    rows += [(f"mention_{overall}", "mentions")] if overall in ("spike", "silence") else []
    dropped = follower_pulse(truth, asked).query("verdict == 'drop'")
    rows += [("follower_drop", name) for name in dropped["account_id"]]
    judged = incident(truth, asked)
    open_late = judged[(judged["verdict"] == "超时") & judged["used_hours"].isna()]
    return pd.DataFrame(
        [*rows, *(("incident_overdue", title) for title in open_late["title"])],
        columns=["rule", "subject"],
    )
