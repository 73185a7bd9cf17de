"""Oracle of the marts that answer what works and how well it was foreseen.

Posts, tags, times, channels, months, WCI, scores, corrections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tests.oracles.accounts import account_channel_daily
from tests.oracles.forecasts import base_of, flagged, flow_series
from tests.oracles.plan import project_by_keyword
from tests.oracles.targets import target_progress
from tests.oracles.truth import comparable, monday, remembered
from tests.oracles.works import DAY, article, video

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

KEYS = {
    "breakout_post": ["account_id", "kind", "title", "published_on"],
    "tag_lift": ["account_id", "metric", "tag_kind", "tag"],
    "best_time": ["account_id", "metric", "weekday", "hour"],
    "channel_mix": ["account_id", "month", "metric", "channel"],
    "month_comparable": ["flow", "period_start"],
    "wci_weekly": ["account_id", "week_start"],
    "forecast_score": ["target_id", "month"],
    "correction": ["correction_id"],
}
ENOUGH, BREAKOUT_POSTS = 5, 8


@remembered
def posts(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Every article and video with the one figure it is compared by."""
    own = article(truth, asked)
    known = own.groupby("account_id")[["reads", "readers"]].count()
    by_reads = own["account_id"].map(known["reads"] >= known["readers"])
    own = own.assign(
        kind="article",
        metric=np.where(by_reads, "reads", "readers"),
        value=own["reads"].where(by_reads, own["readers"]),
        is_lower_bound=own["reads_is_capped"],
    )
    made = video(truth, asked)
    parts = [own]
    if len(made):
        parts.append(
            made.assign(kind="video", metric="plays", value=made["plays"], is_lower_bound=False)
        )
    kept = [
        "account_id",
        "kind",
        "title",
        "published_on",
        "metric",
        "value",
        "is_lower_bound",
        "is_provisional",
    ]
    found = pd.concat([part[kept] for part in parts], ignore_index=True)
    found["value"] = found["value"].astype(float)
    return found


def breakout_post(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Robust z of the logarithm against the account's posts of the 12 months before the quarter.

    3.5 and twice the median.
    """
    found = []
    for _, group in (
        posts(truth, asked).query("value > 0").groupby(["account_id", "kind", "metric"])
    ):
        for _, post in group[
            group["published_on"] >= pd.Timestamp(asked.year - 1, 1, 1)
        ].iterrows():
            quarter = post["published_on"].to_period("Q")
            others = group[
                group["published_on"].dt.to_period("Q").between(quarter - 4, quarter - 1)
            ]
            if len(others) < BREAKOUT_POSTS:
                continue
            logs = np.log(others["value"])
            spread = max(float((logs - logs.median()).abs().median()), 0.1)
            z = 0.6745 * (np.log(post["value"]) - logs.median()) / spread
            usual = others["value"].median()
            if z >= 3.5 and post["value"] >= 2 * usual:
                found.append(
                    {
                        **post, "median_value": usual, "posts": len(others),
                        "ratio": post["value"] / usual, "robust_z": z,
                    }
                )  # fmt: skip
    columns = [*posts(truth, asked).columns, "median_value", "posts", "ratio", "robust_z"]
    return pd.DataFrame(found, columns=columns)


def _recent(truth: Truth, asked: Asked) -> pd.DataFrame:
    found = posts(truth, asked)
    return found[
        (found["published_on"] > asked.as_of - 365 * DAY)
        & found["value"].notna()
        & ~found["is_provisional"]
    ]


def tag_lift(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Median with a tag over the median without."""
    recent = _recent(truth, asked)
    projects = truth.plan["projects"]
    of_project = pd.Series(
        [_project(truth, asked, post) for _, post in recent.iterrows()], index=recent.index
    )
    marks = {
        ("keyword", word): recent["title"].map(lambda title, word=word: word in title)
        for p in projects
        for word in p["keywords"]
    }  # fmt: skip
    marks |= {("project", p["name_zh"]): of_project == p["id"] for p in projects}
    found = []
    for (account, metric), group in recent.groupby(["account_id", "metric"]):
        for (kind, tag), mark in marks.items():
            has = mark[group.index].astype(bool)
            having, lacking = group["value"][has], group["value"][~has]
            if len(having):
                enough = len(having) >= ENOUGH and len(lacking) >= ENOUGH
                lift = 100 * (having.median() / lacking.median() - 1) if enough else None
                found.append(
                    {
                        "account_id": account, "metric": metric, "tag_kind": kind, "tag": tag,
                        "posts_with": len(having), "posts_without": len(lacking),
                        "median_with": having.median(), "median_without": lacking.median(),
                        "lift_pct": lift,
                    }
                )  # fmt: skip
    return pd.DataFrame(found)


def _project(truth: Truth, asked: Asked, post: pd.Series) -> str | None:
    if post["kind"] != "article" or not asked.start <= post["published_on"] <= asked.upto:
        return None
    return project_by_keyword(truth, post["title"], post["published_on"].month)


def best_time(truth: Truth, asked: Asked) -> pd.DataFrame:
    """No file of these worlds has a clock: hour is -1 throughout."""
    recent = _recent(truth, asked).assign(hour=-1)
    recent["weekday"] = recent["published_on"].dt.day_of_week + 1
    usual = (
        recent.groupby(["account_id", "metric"])["value"]
        .median()
        .rename("account_median")
        .reset_index()
    )
    cells = (
        recent.groupby(["account_id", "metric", "weekday", "hour"])["value"]
        .agg(["size", "median"])
        .reset_index()
    )
    found = cells.merge(usual, on=["account_id", "metric"]).rename(
        columns={"size": "posts", "median": "median_value"}
    )
    lift = 100 * (found["median_value"] / found["account_median"] - 1)
    return found.assign(lift_pct=lift.where(found["posts"] >= ENOUGH))


def channel_mix(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Each channel's share of 全部 on days that have both, by month."""
    long = account_channel_daily(truth, asked).melt(
        ["account_id", "date", "channel"], ["reads", "readers"], "metric", "value",
    ).dropna(subset="value")  # fmt: skip
    whole = (
        long[long["channel"] == "全部"].drop(columns="channel").rename(columns={"value": "total"})
    )
    both = long[long["channel"] != "全部"].merge(whole, on=["account_id", "date", "metric"])
    both["month"] = both["date"].dt.to_period("M")
    key = ["account_id", "month", "metric", "channel"]
    found = (
        both.groupby(key)
        .agg(value=("value", "sum"), total=("total", "sum"), days=("value", "size"))
        .reset_index()
    )
    found["share_pct"] = 100 * found["value"] / found["total"].where(found["total"] != 0)
    before = found[[*key, "share_pct"]].assign(month=found["month"] + 1).rename(
        columns={"share_pct": "previous_share_pct"}
    )  # fmt: skip
    found = found.merge(before, how="left", on=key)
    found["change_points"] = found["share_pct"] - found["previous_share_pct"]
    return found.assign(month=found["month"].dt.to_timestamp())


def month_comparable(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Plan's year by month, January and February as one, against comparable days and against the calendar."""
    found = []
    counts = {
        t["metric"]: t["id"]
        for t in truth.plan["targets"]
        if (t["kind"], t["method"]) == ("count", "flow")
    }
    for flow in ("reads", "new_followers", "lost_followers", *counts):
        known = flow_series(truth, asked, counts.get(flow, flow))
        base = base_of(truth, asked, known, asked.days)["base"]
        repaired = pd.Series(
            flagged(truth, pd.DatetimeIndex([comparable(day) for day in asked.days])),
            index=asked.days,
        )
        then = [
            None if (day.month, day.day) == (2, 29) else known.get(day.replace(year=asked.year - 1))
            for day in asked.days
        ]
        frame = pd.DataFrame(
            {
                "value": known.reindex(asked.days), "base": base, "repaired": repaired,
                "then": pd.Series(then, index=asked.days, dtype=float),
            }
        )  # fmt: skip
        frame["month"] = [1 if day.month == 2 else day.month for day in asked.days]
        for month in sorted(set(frame["month"])):
            group = frame[frame["month"] == month]
            if group["value"].notna().any():
                found.append(
                    {
                        "flow": flow,
                        "period_start": pd.Timestamp(asked.year, month, 1),
                        **_compared(group),
                    }
                )
    return pd.DataFrame(found)


def _compared(group: pd.DataFrame) -> dict[str, Any]:
    both, plain = group.dropna(subset=["value", "base"]), group.dropna(subset=["value", "then"])
    return {
        "last_on": group.index.max(), "value": group["value"].sum(),
        "days": group["value"].count(),
        "comparable_value": both["value"].sum() if len(both) else None,
        "comparable_base": both["base"].sum() if len(both) else None, "comparable_days": len(both),
        "repaired_days": int(both["repaired"].sum()),
        "growth_pct": _growth(both["value"], both["base"]),
        "calendar_growth_pct": _growth(plain["value"], plain["then"]),
    }  # fmt: skip


def _growth(now: pd.Series, then: pd.Series) -> float | None:
    return 100 * (now.sum() / then.sum() - 1) if then.sum() else None


def wci_weekly(truth: Truth, asked: Asked) -> pd.DataFrame:
    """These worlds have no page of a single article, so wows and likes are unknown and so is every
    index, with the reason.
    """
    frame = article(truth, asked)
    frame = frame[
        frame["account_id"].isin(
            [account.account_id for account in truth.accounts if account.platform == "wechat"]
        )
    ]
    frame["week_start"] = monday(frame["published_on"])
    frame = frame[frame["week_start"] + 6 * DAY <= asked.as_of]
    frame["is_estimate"] = frame["reads"].isna() | frame["shares"].isna()
    frame["reads"], frame["forwards"] = (
        frame["reads"].fillna(frame["readers"]),
        frame["shares"].fillna(frame["sharers"]),
    )
    found = frame.groupby(["account_id", "week_start"]).agg(
        articles=("title", "size"), reads=("reads", lambda x: x.sum(min_count=1)),
        forwards=("forwards", lambda x: x.sum(min_count=1)),
        is_estimate=("is_estimate", "any"), is_lower_bound=("reads_is_capped", "any"),
    ).reset_index()  # fmt: skip
    return found.assign(wci=None, wows=None, likes=None)


def forecast_score(truth: Truth, asked: Asked) -> pd.DataFrame:
    """After the year: what the one night of this world had foreseen, against what became of it."""
    columns = [
        "target_id",
        "month",
        "forecast",
        "linear_forecast",
        "chance",
        "actual",
        "error_pct",
        "in_band",
    ]
    if asked.as_of < asked.end:
        return pd.DataFrame(columns=columns)
    then = target_progress(truth, type(asked).of(truth.night, truth.year)).set_index("target_id")
    found = then[then["forecast"].notna()].copy()
    found["actual"] = target_progress(truth, asked).set_index("target_id")["actual"]
    found = found[found["actual"].notna()]
    found["error_pct"] = 100 * (found["forecast"] / found["actual"].where(found["actual"] != 0) - 1)
    inside = (found["forecast_low"] <= found["actual"]) & (
        found["actual"] <= found["forecast_high"]
    )
    found["in_band"] = inside.where(found["forecast_low"].notna())
    month = pd.Timestamp(truth.night.replace(day=1))
    return found.assign(month=month).reset_index()[columns]


def correction(_truth: Truth, _asked: Asked) -> pd.DataFrame:
    """Nothing is corrected in these worlds (tests/nights/test_corrections.py has some)."""
    return pd.DataFrame(columns=["correction_id", "outcome"])
