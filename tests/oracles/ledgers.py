"""Oracle of the hand-kept ledgers: each event once, as its newest row says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from tests.oracles.truth import current, newest

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

KEYS = {
    "vanished_row": ["ledger", "title", "held_on"],
    "activity": ["name", "started_on"],
    "live_session": ["title", "platform"],
    "new_media_product": ["name", "published_on"],
    "training": ["name"],
    "portal_interview": ["topic"],
    "incident": ["title"],
    "incident_year": ["year"],
    "portal_month": ["month", "portal", "unit_name"],
    "satisfaction": ["period", "survey_name", "subject", "indicator"],
}


def project_of(truth: Truth, name: str | None, month: int) -> str | None:
    """The project that a ledger names; of namesakes the one due in that month, else the first."""
    named = [project for project in truth.plan["projects"] if project["name_zh"] == name]
    due = [project for project in named if month in project["months"]]
    return str((due or named)[0]["id"]) if named else None


def _unit(truth: Truth, frame: pd.DataFrame) -> pd.Series:
    return frame["unit_text"].map(truth.units)


def activity(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.activity."""
    frame = newest(truth.frame("activity"), ["name", "started_on", "host"])
    frame = frame[frame["started_on"] <= asked.as_of].copy()
    frame["unit_text"] = frame["unit_text"].fillna(frame["host"])
    frame["unit"] = _unit(truth, frame)
    frame["ended_on"] = frame["ended_on"].fillna(frame["started_on"])
    frame["project_id"] = [
        project_of(truth, name, day.month)
        for name, day in zip(frame["project"], frame["started_on"], strict=True)
    ]
    return frame[
        [
            "name",
            "started_on",
            "ended_on",
            "host",
            "participants",
            "unit_text",
            "unit",
            "project_id",
        ]
    ]


def live_session(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.live_session: columns are filled from earlier rows."""
    frame = truth.frame("live")
    owners = {account.account_id: account.unit for account in truth.accounts}
    frame["unit_text"] = frame["unit_text"].fillna(frame["source"].map(owners))
    frame = current(frame, ["platform", "account_name", "started_at"])
    frame["started_on"] = frame["started_at"].dt.normalize()
    frame = frame[frame["started_on"] <= asked.as_of].rename(
        columns={"seconds": "duration_seconds"}
    )
    frame["started_at"] = frame["started_at"].dt.tz_localize("Asia/Shanghai")
    frame["unit"] = _unit(truth, frame)
    return frame[
        [
            "title",
            "platform",
            "account_name",
            "started_at",
            "started_on",
            "duration_seconds",
            "viewers",
            "cheers",
            "unit",
        ]
    ]


def new_media_product(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.new_media_product."""
    frame = newest(truth.frame("product"), ["name", "day"])
    frame = frame[frame["day"] <= asked.as_of].rename(
        columns={
            "day": "published_on",
            "type": "product_type",
            "reads": "reads_or_plays",
            "capped": "reads_is_capped",
        }
    )
    frame["project_id"] = [
        project_of(truth, name, day.month)
        for name, day in zip(frame["project"], frame["published_on"], strict=True)
    ]
    frame["is_10w"] = (frame["reads_or_plays"] > 100_000).where(
        frame["reads_or_plays"].notna(), None
    )
    frame["unit"] = _unit(truth, frame)
    return frame[
        [
            "name",
            "published_on",
            "product_type",
            "platform",
            "account_name",
            "url",
            "reads_or_plays",
            "reads_is_capped",
            "is_10w",
            "unit",
            "project_id",
        ]
    ]


def training(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.training."""
    frame = newest(truth.frame("training"), ["name", "started_on"])
    frame = frame[frame["started_on"] <= asked.as_of].copy()
    frame["ended_on"], frame["quarter"], frame["unit"] = (
        frame["started_on"],
        frame["started_on"].dt.quarter,
        _unit(truth, frame),
    )
    return frame[
        ["name", "started_on", "ended_on", "quarter", "host", "participants", "hours", "unit"]
    ]


def portal_interview(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.portal_interview."""
    frame = newest(truth.frame("interview"), ["topic", "portal", "held_on"])
    frame = frame[frame["held_on"] <= asked.as_of].rename(
        columns={"live": "answered_live", "later": "answered_later"}
    )
    frame["unit"] = _unit(truth, frame)
    return frame[
        [
            "topic",
            "held_on",
            "portal",
            "guests",
            "questions",
            "answered_live",
            "answered_later",
            "unit",
        ]
    ]


def incident(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.incident: every clock starts when the incident was found.

    A day without an hour cannot be judged.
    """
    frame = newest(truth.frame("incident"), ["no", "title"])
    now = asked.as_of + pd.Timedelta(days=1)
    rows = [
        _judged(row, now) for row in frame.to_dict("records") if pd.Timestamp(row["found_at"]) < now
    ]
    found = pd.DataFrame(rows)
    found["unit"] = found["unit_text"].map(truth.units)
    return found.drop(columns="unit_text")


def incident_year(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.incident_year: what was found until the plan's day, by year."""
    frame = newest(truth.frame("incident"), ["no", "title"])
    now = asked.as_of + pd.Timedelta(days=1)
    rows = [
        {
            "year": pd.Timestamp(row["found_at"]).year,
            "verdict": _judged(row, now)["verdict"],
            "is_open": _moment(row["closed_at"]) is None,
        }
        for row in frame.to_dict("records")
        if pd.Timestamp(row["found_at"]).normalize() <= asked.upto
    ]
    found = pd.DataFrame(rows, columns=["year", "verdict", "is_open"])
    found["on_time"], found["late"] = found["verdict"] == "按时", found["verdict"] == "超时"
    found["still_open"] = found["is_open"] & (found["verdict"] != "不适用")
    return found.groupby("year", as_index=False).agg(
        incidents=("verdict", "size"), on_time=("on_time", "sum"), late=("late", "sum"),
        still_open=("still_open", "sum"),
    )  # fmt: skip


def _judged(row: dict[Any, Any], now: pd.Timestamp) -> dict[str, Any]:
    found = pd.Timestamp(row["found_at"])
    answered, press, closed = (
        _moment(row[name]) for name in ("answered_at", "press_at", "closed_at")
    )
    grave = row["level"] in ("特别重大", "重大") and row["emergency"] == "是"
    limit, alarm = (5 if grave else 48), row["state"] == "误报"
    hours = _hours(found, answered)
    age = (now - found) / pd.Timedelta(hours=1)
    exact = _has_hour(row["found_at"]) and (answered is None or _has_hour(row["answered_at"]))
    state = (
        row["state"]
        if isinstance(row["state"], str)
        else ("已办结" if closed is not None else "已回应" if answered is not None else "待研判")
    )
    open_verdict = "超时" if age > limit else "未到期"
    verdict = (
        "不适用"
        if alarm
        else "待核实"
        if answered is None and state in ("已回应", "已办结")
        else "不能判定"
        if not exact
        else open_verdict
        if hours is None
        else "按时"
        if hours <= limit
        else "超时"
    )
    press_hours = _hours(found, press)
    late = age > 24 if press_hours is None else press_hours > 24
    calm = not grave or alarm
    press_verdict = (
        "不适用"
        if calm
        else "不能判定"
        if not _has_hour(row["found_at"])
        else "超时"
        if late
        else "未到期"
        if press_hours is None
        else "按时"
    )
    ordered = answered is None or (found <= answered and (closed is None or answered <= closed))
    return {
        "title": row["title"], "incident_no": row["no"], "level": row["level"],
        "is_emergency": row["emergency"] == "是", "limit_hours": limit, "state": state,
        "answer_time_is_missing": verdict == "待核实",
        "used_hours": hours if exact else None, "verdict": verdict, "press_verdict": press_verdict,
        "is_in_order": ordered, "unit_text": row["unit_text"],
    }  # fmt: skip


def _hours(found: pd.Timestamp, moment: pd.Timestamp | None) -> float | None:
    return None if moment is None else (moment - found) / pd.Timedelta(hours=1)


def _moment(value: Any) -> pd.Timestamp | None:
    return None if value is None or value is pd.NaT else pd.Timestamp(value)


def _has_hour(value: object) -> bool:
    return hasattr(value, "hour")


def portal_month(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.portal_month."""
    frame = newest(truth.frame("portal_month"), ["month", "portal", "unit_name"])
    frame = frame[frame["month"] <= asked.as_of].copy()
    frame["acceptance_rate"] = frame["accepted"] / frame["submitted"].where(frame["submitted"] > 0)
    frame["unit"] = frame["unit_name"].map(truth.units)
    return frame[
        ["month", "portal", "unit_name", "submitted", "accepted", "acceptance_rate", "rank", "unit"]
    ]


def satisfaction(truth: Truth, _asked: Asked) -> pd.DataFrame:
    """mart.satisfaction: a score written with % is a share."""
    frame = newest(
        truth.frame("satisfaction"), ["period", "survey", "subject", "indicator"]
    ).rename(columns={"survey": "survey_name"})
    text = frame["score"].astype(str)
    share = text.str.endswith("%")
    frame["score"] = pd.to_numeric(text.where(~share), errors="coerce")
    stated = pd.to_numeric(frame["satisfied"].str.rstrip("%"), errors="coerce")
    frame["satisfied_pct"] = stated.fillna(
        pd.to_numeric(text.where(share).str.rstrip("%"), errors="coerce")
    )
    frame["full_score"] = 100
    return frame[
        ["period", "survey_name", "subject", "indicator", "score", "full_score", "satisfied_pct"]
    ]


def vanished_row(_truth: Truth, _asked: Asked) -> pd.DataFrame:
    """Neither world hands in a ledger of the same name twice."""
    return pd.DataFrame(columns=["ledger", "title", "held_on"])
