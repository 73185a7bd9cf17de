"""Oracle of mart.target_evidence and its sums: the line of the file behind every figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tests.oracles.truth import newest
from tests.oracles.works import TONES, publications

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

KEYS = {
    "target_evidence": ["target_id", "original_name", "row_number"],
    "target_evidence_by_file": ["target_id", "original_name"],
    "target_evidence_total": ["target_id"],
}


def target_evidence(truth: Truth, asked: Asked) -> pd.DataFrame:
    """File and line (as Excel counts) behind each target, from the base year's first day on."""
    parts = [
        *_daily(truth, "wechat_followers", "growth", "followers"),
        *_daily(truth, "wechat_reads", "content", "reads"),
        _viral(truth),
        _of_newest(truth, "product", ["name", "day"], "day", "articles_10w").query(
            "reads > 100000"
        ),
        *_reports(truth, asked),
        _of_newest(truth, "activity", ["name", "started_on", "host"], "started_on", "activities"),
        _of_newest(
            truth, "live", ["platform", "account_name", "started_at"], "started_at", "livestreams"
        ),
        _of_newest(truth, "product", ["name", "day"], "day", "new_media_products"),
        _of_newest(
            truth, "interview", ["topic", "portal", "held_on"], "held_on", "portal_interviews"
        ),
        _of_newest(truth, "training", ["name", "started_on"], "started_on", "training_sessions"),
    ]
    found = pd.concat([part[["target_id", "file", "line", "date"]] for part in parts])
    found["date"] = found["date"].dt.normalize()
    found = found[found["date"].between(pd.Timestamp(asked.year - 1, 1, 1), asked.upto)]
    found["in_plan_year"] = found["date"] >= asked.start
    return found.rename(columns={"file": "original_name", "line": "row_number"})


def target_evidence_by_file(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Lines of each file that count for a target, and their first and last day."""
    found = target_evidence(truth, asked)
    found["old"] = ~found["in_plan_year"]
    return found.groupby(["target_id", "original_name"], as_index=False).agg(
        rows_in_plan_year=("in_plan_year", "sum"), rows_in_base_year=("old", "sum"),
        first_on=("date", "min"), last_on=("date", "max"),
    )  # fmt: skip


def target_evidence_total(truth: Truth, asked: Asked) -> pd.DataFrame:
    """First and last day of the plan's year; the number of things has tests of its own."""
    found = target_evidence(truth, asked)
    found["day"] = found["date"].where(found["in_plan_year"])
    return found.groupby("target_id", as_index=False).agg(
        first_on=("day", "min"), last_on=("day", "max")
    )


def _daily(truth: Truth, target: str, kind: str, metric: str) -> list[pd.DataFrame]:
    frame = truth.frame(kind)
    if "channel" in frame:
        frame = frame[frame["channel"] == "全部"]
    frame = frame[(frame["source"] == truth.main) & frame[metric].notna()]
    return [newest(frame, ["date"]).assign(target_id=target)]


def _viral(truth: Truth) -> pd.DataFrame:
    frame = truth.frame("articles", "articles_people")
    reads = frame["reads"].where(frame["kind"] == "articles").fillna(frame["readers"])
    return (
        frame[reads > 100_000]
        .assign(target_id="articles_10w")
        .rename(columns={"published_on": "date"})
    )


def _reports(truth: Truth, asked: Asked) -> list[pd.DataFrame]:
    frame = truth.frame("report", "news")
    frame = newest(frame[frame["pub"].notna()], ["seq", "pub"]).rename(columns={"day": "date"})
    positive = set(publications(truth, asked).query("is_positive_report")["pub"])
    assert positive <= set(frame["pub"].astype(str))
    assert set(frame["tone_raw"].dropna()) - set(TONES), "the vendor's own labels are among them"
    return [
        frame[frame["pub"].astype(str).isin(positive)].assign(target_id="positive_reports"),
        frame[frame["reads"] > 100_000].assign(target_id="articles_10w"),
    ]


def _of_newest(truth: Truth, kind: str, key: list[str], day: str, target: str) -> pd.DataFrame:
    frame = newest(truth.frame(kind), key)
    return frame.assign(target_id=target, date=pd.to_datetime(frame[day]))
