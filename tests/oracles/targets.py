"""Oracle of the plan's targets: target_progress, target_daily, target_weekly, target_evidence, alert_condition."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tests.oracles.accounts import account_daily, account_health, data_freshness, reads_metric
from tests.oracles.forecasts import Flow, flow_chance, forecast, phi, small_count
from tests.oracles.ledgers import activity, incident, live_session, new_media_product, portal_interview, training
from tests.oracles.pulses import follower_pulse, mention_pulse
from tests.oracles.truth import comparable, monday, remembered
from tests.oracles.works import article, publications, ten_w_article

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracles.truth import Asked, Truth

KEYS = {
    "target_progress": ["target_id"],
    "target_daily": ["target_id", "date"],
    "target_weekly": ["target_id", "week_start"],
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
ALERTS = "(select a.rule, coalesce(i.title, a.subject) as subject from mart.alert_condition as a left join mart.incident as i on i.incident_id = a.subject)"


# target -> the files that could tell of it, the table of its events, and their day
EVENTS: dict[str, tuple[tuple[str, ...], Callable[[Truth, Asked], pd.DataFrame], str]] = {
    "articles_10w": (("product", "report"), ten_w_article, "published_on"),
    "positive_reports": (("report", "news"), lambda t, a: publications(t, a).query("is_positive_report"), "published_on"),
    "activities": (("activity",), activity, "started_on"),
    "livestreams": (("live",), live_session, "started_on"),
    "new_media_products": (("product",), new_media_product, "published_on"),
    "portal_interviews": (("interview",), portal_interview, "held_on"),
    "training_sessions": (("training",), training, "started_on"),
}  # fmt: skip


def events(truth: Truth, asked: Asked) -> dict[str, pd.Series | None]:
    """The days of every counted event, of all years, by target; None where no file could tell (never so in the worlds of the tests)."""
    return {
        target: made(truth, asked)[day] if truth.has(*kinds) else None for target, (kinds, made, day) in EVENTS.items()
    }


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
        return {"baseline": None, "target": None, "actual": actual, "growth_pct": None, "days_covered": len(now)}
    baseline = float(before.iloc[-1])
    wanted = baseline * (1 + target["growth_pct"] / 100)
    new, lost = forecast(truth, asked, "new_followers"), forecast(truth, asked, "lost_followers")
    figures: Figures = {
        "baseline": baseline,
        "target": wanted,
        "actual": actual,
        "growth_pct": actual and 100 * (actual / baseline - 1),
        "days_covered": len(now),
    }
    if actual is None or new is None or lost is None or new.remaining is None or lost.remaining is None:
        return figures
    expected = actual + new.remaining - lost.remaining
    below, above = math.hypot(new.below, lost.above), math.hypot(new.above, lost.below)
    band = {"forecast": expected, "forecast_low": expected - below, "forecast_high": expected + above}
    return figures | band | {
        "chance": _level_chance(actual, expected, wanted, above if expected < wanted else below),
        "required_growth_pct": 100 * ((wanted - actual + lost.remaining) / new.remainder - 1) if new.is_usable and new.remainder else None}  # fmt: skip


def _level_chance(actual: float, expected: float, target: float, half: float) -> float:
    if actual >= target:
        return 1.0
    return phi(1.2816 * (expected - target) / half) if half > 0 else float(expected >= target)


def _flow_band(flow: Flow | None, target: float) -> Figures:
    if flow is None:
        return {}
    need = 100 * ((target - flow.to_date) / flow.remainder - 1) if flow.is_usable and flow.remainder else None
    band = {}
    if flow.remaining is not None:
        expected = flow.to_date + flow.remaining
        band = {"forecast": expected, "forecast_low": expected - flow.below, "forecast_high": expected + flow.above}
    return {**band, "chance": flow_chance(flow, target), "required_growth_pct": need, "share": flow.base_share}


def _reads(truth: Truth, asked: Asked, target: Figures) -> Figures:
    daily = account_daily(truth, asked).query("account_id == @truth.main").set_index("date")
    reads = daily[reads_metric(truth, asked)].dropna()
    now = reads.reindex(asked.days).dropna()
    then = pd.Series({day: reads.get(comparable(day)) for day in now.index}, dtype=float)
    before = reads[reads.index.year == asked.year - 1]  # type: ignore[attr-defined]
    if not len(before):
        return {"baseline": None, "target": None, "actual": float(now.sum()) if len(now) else None, "growth_pct": None, "days_covered": len(now)}  # fmt: skip
    baseline = float(before.sum())
    wanted = baseline * (1 + target["growth_pct"] / 100)
    both = then.notna()
    growth = 100 * (now[both].sum() / then[both].sum() - 1) if both.any() else None
    return {"baseline": baseline, "target": wanted, "actual": float(now.sum()) if len(now) else None, "growth_pct": growth, "days_covered": len(now),
            **_flow_band(forecast(truth, asked, "reads"), wanted)}  # fmt: skip


def _count(truth: Truth, asked: Asked, target: Figures, days: pd.Series | None, elapsed: float) -> Figures:
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
            return figures | small_count(days, asked, wanted, min(max(elapsed if share is None else share, 0.001), 1.0))
    return figures


def _paced(row: Figures, elapsed: float) -> Figures:
    actual, target, base = row["actual"], row["target"], row["baseline"]
    stock = row["kind"] == "stock_growth"
    quarters = math.floor(elapsed * 4 + 0.001) / 4 if row["target_id"] == "training_sessions" else elapsed
    share = row.pop("share", None)
    if row["target"] is None:
        linear = row["actual"] and row["kind"] != "stock_growth"
        line = {"linear_forecast": row["actual"] / elapsed, "forecast": row["actual"] / elapsed} if linear else {}
        return row | line | {"status": "no_data" if row["actual"] is None else "no_baseline"}
    row["expected_by_now"] = (
        base + (target - base) * elapsed if stock else target * (quarters if share is None else share)
    )
    if actual is None:
        return row | {"status": "no_data"}
    row["progress_pct"] = 100 * (actual - base) / (target - base) if stock else 100 * actual / target
    line = row["expected_by_now"] - (base if stock else 0)
    row["pace_index"] = (actual - (base if stock else 0)) / line if line else None
    row["linear_forecast"] = base + (actual - base) / elapsed if stock else actual / elapsed
    row.setdefault("forecast", row["linear_forecast"])
    return row | {"status": _status(row)}


def _status(row: Figures) -> str:
    if row["actual"] >= row["target"]:
        return "met"
    pace = 1 if row["pace_index"] is None else row["pace_index"]
    likely = row.get("chance")
    if pace < 0.9 or (likely is not None and likely < 0.3):
        return "behind"
    return "at_risk" if pace < 0.97 and (likely or 0) < 0.7 else "on_track"


@remembered
def target_daily(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.target_daily: to date, the line, and the way to the forecast along the base's remaining days."""
    year = pd.date_range(asked.start, asked.end)
    elapsed = pd.Series(np.arange(1, len(year) + 1) / len(year), index=year)
    counted = events(truth, asked)
    daily = account_daily(truth, asked).query("account_id == @truth.main").set_index("date")
    parts = []
    for row in target_progress(truth, asked).replace({np.nan: None}).to_dict("records"):
        name = row["target_id"]
        flow = (
            forecast(truth, asked, "reads" if name == "wechat_reads" else name)
            if name in ("wechat_reads", "positive_reports")
            else None
        )
        if name == "wechat_followers":
            actual = daily["followers"].reindex(year)
        elif name == "wechat_reads":
            actual = daily[reads_metric(truth, asked)].reindex(year).cumsum().ffill()
        else:
            days = counted[name]
            if days is None:
                days = pd.Series(dtype="datetime64[ns]")
            actual = (
                days[days.between(asked.start, asked.upto)]
                .value_counts()
                .reindex(year, fill_value=0)
                .cumsum()
                .astype(float)
            )
        linear = (
            pd.Series(math.nan, index=year)
            if row["target"] is None
            else row["baseline"] + (row["target"] - row["baseline"]) * elapsed
            if row["kind"] == "stock_growth"
            else row["target"] * elapsed
        )
        share = None if flow is None or flow.base_share is None else flow.base.cumsum() / flow.base.sum()
        pace = linear if share is None else row["target"] * share
        travelled = _travelled(asked, year, None if share is None or flow is None else flow.base.cumsum())
        part = pd.DataFrame(
            {
                "target_id": name,
                "date": year,
                "actual": actual.where((year <= asked.upto) & (row["actual"] is not None)).to_numpy(),
                "pace": pace.to_numpy(),
                "linear_pace": linear.to_numpy(),
            }
        )
        for column in ("forecast", "forecast_low", "forecast_high"):
            known = row[column] is not None and row["actual"] is not None
            part[column] = (row["actual"] + (row[column] - row["actual"]) * travelled).to_numpy() if known else None
        parts.append(part.astype(dict.fromkeys(("forecast", "forecast_low", "forecast_high"), float)))
    return pd.concat(parts, ignore_index=True)


def _travelled(asked: Asked, year: pd.DatetimeIndex, base: pd.Series | None) -> pd.Series:
    """How much of the way from today to the year's end lies behind each day to come."""
    way: pd.Series
    if base is not None and base.iloc[-1] > base[asked.upto]:
        way = (base - base[asked.upto]) / (base.iloc[-1] - base[asked.upto])
    else:
        rest = (asked.end - asked.upto).days
        way = pd.Series((year - asked.upto).days / rest if rest else np.nan, index=year)
    ahead: pd.Series = way.where(year >= asked.upto)
    return ahead


def target_weekly(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.target_weekly: the last known day of each week, and the change since the week before."""
    day = target_daily(truth, asked).dropna(subset="actual")
    day["week_start"] = monday(day["date"])
    week = (
        day.sort_values("date")
        .groupby(["target_id", "week_start"], as_index=False)
        .agg(known_on=("date", "last"), actual=("actual", "last"), pace=("pace", "last"))
    )
    before = week.assign(week_start=week["week_start"] + pd.Timedelta(days=7)).rename(
        columns={"actual": "previous_actual"}
    )[["target_id", "week_start", "previous_actual"]]
    week = week.merge(before, how="left", on=["target_id", "week_start"])
    week["change"], week["iso_week"] = (
        week["actual"] - week["previous_actual"],
        week["week_start"].dt.strftime("%G-W%V"),
    )
    return week


def alert_condition(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.alert_condition: rules and subjects; an incident is named by its title, for its id is opaque."""
    health = account_health(truth, asked)
    rows = [
        ("account_silent", name) for name in health.loc[health["verdict"].isin(["warn", "alarm", "veto"]), "account_id"]
    ]
    progress = target_progress(truth, asked)
    rows += [("target_behind", name) for name in progress.loc[progress["status"] == "behind", "target_id"]]
    fresh = data_freshness(truth, asked).query(
        "source in @accounts", local_dict={"accounts": [a.account_id for a in truth.accounts]}
    )
    newest = fresh.groupby("source")["last_date"].transform("max")
    late = fresh[(fresh["last_date"] == newest) & fresh["days_behind"].between(31, 365)]
    rows += [
        ("export_window", f"{source}/{layout}") for source, layout in zip(late["source"], late["layout"], strict=True)
    ]
    behind = (asked.as_of - fresh.groupby("source")["last_date"].max()).dt.days
    rows += [("stale_source", source) for source in behind[behind.between(11, 30)].index]
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
        [*rows, *(("incident_overdue", title) for title in open_late["title"])], columns=["rule", "subject"]
    )
