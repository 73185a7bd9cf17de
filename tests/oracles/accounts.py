"""Oracle of what is measured daily.

Account_daily, account_channel_daily, account_weekly, account_health, data_gap, data_freshness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tests.oracles.truth import NEW_YEAR, comparable, current, monday, remembered

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

DAY = pd.Timedelta(days=1)
KEYS = {
    "account_channel_daily": ["account_id", "date", "channel"],
    "account_daily": ["account_id", "date"],
    "account_weekly": ["account_id", "week_start"],
    "account_health": ["account_id"],
    "data_gap": ["account_id", "metric", "gap_from"],
    "data_freshness": ["source", "layout"],
}


def channels(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Current figures by account, day and channel; 其它 is an older spelling of 其他."""
    frame = truth.frame("content").rename(columns={"source": "account_id"})
    frame["channel"] = frame["channel"].replace("其它", "其他")
    return current(frame[frame["date"] <= asked.as_of], ["account_id", "date", "channel"])


def account_channel_daily(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.account_channel_daily."""
    frame = channels(truth, asked)
    frame = frame.rename(columns={"favorites": "favorite_times", "favoriters": "favorites"})
    frame["is_provisional"] = frame["date"] > asked.as_of - 3 * DAY
    return frame[
        [
            "account_id",
            "date",
            "channel",
            "reads",
            "readers",
            "shares",
            "sharers",
            "favorites",
            "favorite_times",
            "is_provisional",
        ]
    ]


def followers(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Current followers by account and day; net from new and lost where the file has none."""
    frame = truth.frame("growth", "channels_growth").rename(columns={"source": "account_id"})
    frame = current(frame[frame["date"] <= asked.as_of], ["account_id", "date"])
    frame["net"] = frame["net"].fillna(frame["new"] - frame["lost"])
    return frame.rename(
        columns={"new": "new_followers", "lost": "lost_followers", "net": "net_followers"}
    )


@remembered
def account_daily(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.account_daily (no platform of these worlds has plays a day)."""
    total = (
        account_channel_daily(truth, asked)
        .query("channel == '全部'")
        .drop(columns=["channel", "is_provisional"])
    )
    posts = channels(truth, asked).query("channel == '全部'")[["account_id", "date", "published"]]
    level = followers(truth, asked)[
        ["account_id", "date", "followers", "new_followers", "lost_followers", "net_followers"]
    ]
    frame = level.merge(total, how="outer", on=["account_id", "date"]).merge(
        posts, how="left", on=["account_id", "date"]
    )
    frame["is_provisional"] = frame["date"] > asked.as_of - 3 * DAY
    return frame


def reads_metric(truth: Truth, asked: Asked) -> str:
    """The metric both years have.

    Reads, unless clearly fewer comparable days have them than have readers.
    """
    daily = (
        account_daily(truth, asked)
        .query("account_id == @truth.main")
        .set_index("date")[["reads", "readers"]]
    )
    now = daily[asked.start : asked.upto]
    then = daily.reindex([comparable(day) for day in now.index])
    reads, readers = (
        (now[name].notna().to_numpy() & then[name].notna().to_numpy()).sum() for name in daily
    )
    if reads and reads >= 0.9 * readers:
        return "reads"
    return (
        "readers"
        if readers or (now["readers"].notna().any() and not now["reads"].notna().any())
        else "reads"
    )


def account_weekly(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.account_weekly.

    Complete weeks against the week before, comparable days against last year's.
    """
    day = account_daily(truth, asked).sort_values("date")
    base = day[["account_id", "date", "reads", "readers"]].rename(
        columns={"date": "on", "reads": "base_reads", "readers": "base_readers"}
    )
    day["on"] = day["date"].map(lambda d: comparable(d) if d.year > min(NEW_YEAR) else pd.NaT)
    day = day.merge(base, how="left", on=["account_id", "on"])
    day["week_start"] = monday(day["date"])
    for name in ("reads", "readers"):
        both = day[name].notna() & day[f"base_{name}"].notna()
        day[f"{name}_days"] = day[name].notna().astype(int)
        day[f"now_{name}"], day[f"base_{name}"] = (
            day[name].where(both),
            day[f"base_{name}"].where(both),
        )
    by = day.groupby(["account_id", "week_start"])
    week = by.agg({"followers": "last", "reads_days": "sum", "readers_days": "sum"})
    for name in (
        "new_followers",
        "lost_followers",
        "net_followers",
        "reads",
        "readers",
        "shares",
        "base_reads",
        "base_readers",
        "now_reads",
        "now_readers",
    ):
        week[name] = by[name].sum(min_count=1)
    week = week.reset_index()
    last = week.assign(week_start=week["week_start"] + 7 * DAY)[
        ["account_id", "week_start", "reads", "readers", "reads_days", "readers_days"]
    ]
    week = week.merge(last, how="left", on=["account_id", "week_start"], suffixes=("", "_before"))
    for name in ("reads", "readers"):
        whole = (week[f"{name}_days"] == 7) & (week[f"{name}_days_before"] == 7)
        week[f"{name}_wow_pct"] = (100 * (week[name] / week[f"{name}_before"] - 1)).where(whole)
        week[f"{name}_yoy_pct"] = 100 * (
            week[f"now_{name}"] / week[f"base_{name}"].replace(0, np.nan) - 1
        )
    week["iso_week"] = week["week_start"].dt.strftime("%G-W%V")
    week = week.rename(
        columns={"reads_before": "previous_reads", "readers_before": "previous_readers"}
    )
    return week.drop(
        columns=["now_reads", "now_readers", "reads_days_before", "readers_days_before"]
    )


def account_health(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.account_health: silence counted only where the data are no more than seven days old."""
    posts = truth.frame("articles", "articles_people", "videos")[
        ["source", "published_on"]
    ].set_axis(["account_id", "date"], axis=1)
    daily = account_daily(truth, asked)
    posts = pd.concat([posts, daily.loc[daily["published"] > 0, ["account_id", "date"]]])
    posts = posts[posts["date"] <= asked.as_of]
    by_list = truth.frame("articles", "articles_people", "videos").groupby(
        ["source", "seq"], as_index=False
    )
    lists: pd.DataFrame = by_list.agg(
        account_id=("source", "first"),
        last=("published_on", "max"),
        written_on=("written_on", "max"),
    )
    recent = pd.to_datetime(lists["written_on"]) - lists["last"] <= 92 * DAY
    lists["date"] = lists["last"].where(
        ~recent, lists["last"].combine(pd.to_datetime(lists["written_on"]) - DAY, max)
    )
    seen = pd.concat(
        [
            posts,
            lists[["account_id", "date"]],
            daily.loc[daily["published"].notna(), ["account_id", "date"]],
        ]
    )
    seen = seen[seen["date"] <= asked.as_of]
    rows = []
    for account in truth.accounts:
        last = posts.loc[posts["account_id"] == account.account_id, "date"].max()
        until = seen.loc[seen["account_id"] == account.account_id, "date"].max()
        fresh = pd.notna(until) and (asked.as_of - until).days <= 7
        silent = (asked.as_of - last).days if fresh and pd.notna(last) else None
        verdict = (
            "no_data"
            if not fresh
            else "veto"
            if silent is None or silent >= 14
            else "alarm"
            if silent >= 10
            else "warn"
            if silent >= 7
            else "ok"
        )
        rows.append(
            (
                account.account_id,
                account.name,
                account.platform,
                account.unit,
                last,
                until,
                silent,
                verdict,
            )
        )
    return pd.DataFrame(
        rows,
        columns=[
            "account_id",
            "name",
            "platform",
            "unit",
            "last_post_on",
            "data_until",
            "days_since_post",
            "verdict",
        ],
    )


def data_gap(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.data_gap: runs of days without a figure between an account's first and last."""
    daily = account_daily(truth, asked)
    daily["reads"] = daily["reads"].fillna(daily["readers"])
    rows = []
    for (account, metric), known in (
        (key, daily.loc[(daily["account_id"] == key[0]) & daily[key[1]].notna(), "date"])
        for key in _series(daily)
    ):
        if known.empty:
            continue
        missing = pd.date_range(known.min(), known.max()).difference(pd.DatetimeIndex(known))
        runs = (missing.to_series().diff() != DAY).cumsum()
        rows += [
            (account, metric, run.min(), run.max(), len(run))
            for _, run in missing.to_series().groupby(runs)
        ]
    return pd.DataFrame(rows, columns=["account_id", "metric", "gap_from", "gap_to", "days"])


def _series(daily: pd.DataFrame) -> list[tuple[str, str]]:
    return [
        (account, metric)
        for account in daily["account_id"].unique()
        for metric in ("followers", "reads")
    ]


LAYOUTS = {
    "growth": "wechat_user_growth", "content": "wechat_content_daily_old",
    "articles": "wechat_articles_old", "articles_people": "wechat_articles",
    "videos": "channels_videos", "channels_growth": "channels_followers", "news": "news_items",
    "activity": "ledger_activity", "live": "ledger_live",
    "product": "ledger_product", "training": "ledger_training", "interview": "ledger_interview",
    "incident": "ledger_incident",
    "portal_month": "ledger_portal_month", "satisfaction": "ledger_satisfaction",
    "report": "ledger_report",
}  # fmt: skip
DATED = ("growth", "channels_growth", "content", "articles", "articles_people", "videos")


def data_freshness(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.data_freshness: how far the figures of each folder and layout reach.

    Ledgers have no such day.
    """
    frame = truth.frame(*LAYOUTS)
    moment = frame["date"].fillna(frame["published_on"]).where(frame["kind"].isin(DATED))
    frame["last_date"] = moment.where(moment <= asked.as_of)
    frame["layout"] = frame["kind"].map(LAYOUTS)
    by = frame.groupby(["source", "layout"], as_index=False).agg(
        last_date=("last_date", "max"), files=("file", "nunique")
    )
    by["days_behind"] = (asked.as_of - by["last_date"]).dt.days
    return by
