"""Oracle of the plan's projects and the units: project_progress, unit_league, unit_weekly."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Any

import pandas as pd

from tests.oracles.accounts import account_daily
from tests.oracles.ledgers import (
    activity,
    live_session,
    new_media_product,
    portal_interview,
    portal_month,
    project_of,
    satisfaction,
    training,
)
from tests.oracles.targets import events
from tests.oracles.truth import monday, newest
from tests.oracles.works import article, publications

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

KEYS = {
    "project_progress": ["project_id"],
    "unit_league": ["unit"],
    "unit_weekly": ["unit", "week_start"],
}


def project_progress(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.project_progress.

    Evidence by the ledger's word, else by a keyword of the title in a month of the project.
    """
    events = _events(truth, asked)
    found = [_project(truth, event) for event in events]
    rows = []
    for project in truth.plan["projects"]:
        mine = [event for event, where in zip(events, found, strict=True) if where == project["id"]]
        months = project["months"]
        due = pd.Timestamp(asked.year, max(months), calendar.monthrange(asked.year, max(months))[1])
        kinds = [event["kind"] for event in mine]
        late = not mine and due < asked.as_of
        rows.append(
            {
                "project_id": project["id"], "name_zh": project["name_zh"], "months": len(months),
                "starts_on": pd.Timestamp(asked.year, min(months), 1), "due_on": due,
                "articles": kinds.count("article"), "mentions": kinds.count("mention"),
                "activities": kinds.count("activity"), "others": kinds.count("other"),
                "first_evidence_on": min((event["date"] for event in mine), default=None),
                "last_evidence_on": max((event["date"] for event in mine), default=None),
                "is_done": bool(mine), "is_overdue": late,
                "days_overdue": (asked.as_of - due).days if late else None,
                "is_due_soon": not mine and 1 <= (due - asked.as_of).days <= 14,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _events(truth: Truth, asked: Asked) -> list[dict[str, Any]]:
    portal, surveys = [], []
    if truth.has("portal_month"):
        portal = [
            portal_month(truth, asked)[["portal", "month"]].assign(
                kind="other", project=None, portal=lambda f: "门户网站信息录用 " + f["portal"]
            )
        ]
    if truth.has("satisfaction"):
        surveys = [_surveys(truth, asked)]
    parts = [
        *portal,
        *surveys,
        article(truth, asked)[["title", "published_on"]].assign(kind="article", project=None),
        publications(truth, asked)[["title", "published_on"]].assign(kind="mention", project=None),
        newest(truth.frame("activity"), ["name", "started_on", "host"])[
            ["name", "started_on", "project"]
        ].assign(kind="activity"),
        newest(truth.frame("product"), ["name", "day"])[["name", "day", "project"]].assign(
            kind="other"
        ),
        live_session(truth, asked)[["title", "started_on"]].assign(kind="other", project=None),
        training(truth, asked)[["name", "started_on"]].assign(
            kind="other", project=None, counts="sessions"
        ),
        newest(truth.frame("interview"), ["topic", "portal", "held_on"])[
            ["topic", "held_on"]
        ].assign(kind="other", project=None, counts="interviews"),
    ]
    names = {
        "name": "title",
        "published_on": "date",
        "started_on": "date",
        "day": "date",
        "topic": "title",
        "held_on": "date",
        "portal": "title",
        "month": "date",
    }
    frame = pd.concat([part.rename(columns=names).astype(object) for part in parts])
    frame["date"] = pd.to_datetime(frame["date"])
    return [
        {str(name): value for name, value in event.items()}
        for event in frame[frame["date"].between(asked.start, asked.upto)].to_dict("records")
    ]


def _surveys(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Results of a survey are published in the month after its period."""
    frame = satisfaction(truth, asked)[["period", "survey_name"]].assign(kind="other", project=None)
    year, first_half = frame["period"].str[:4].astype(int), frame["period"].str.contains("上半年")
    month = first_half.map({True: 7, False: 1})
    frame["date"] = pd.to_datetime(
        {"year": year + (~first_half).astype(int), "month": month, "day": 1}
    )
    frame["title"] = frame["period"] + frame["survey_name"]
    return frame[["title", "date", "kind", "project"]]


def _project(truth: Truth, event: dict[str, Any]) -> str | None:
    month = event["date"].month
    if isinstance(event["project"], str) and (named := project_of(truth, event["project"], month)):
        return named
    serves = {target["metric"]: target.get("project") for target in truth.plan["targets"]}.get(
        str(event.get("counts"))
    )
    if serves and month in next(p["months"] for p in truth.plan["projects"] if p["id"] == serves):
        return str(serves)
    return project_by_keyword(truth, event["title"], month)


def project_by_keyword(truth: Truth, title: str, month: int) -> str | None:
    """The first project of the month with a keyword in the title."""
    fitting = (
        p["id"]
        for p in truth.plan["projects"]
        if month in p["months"] and any(word in title for word in p["keywords"])
    )
    return next(fitting, None)


def unit_league(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.unit_league of the plan's year; what has no ledger at all is unknown."""
    units = pd.DataFrame(
        [(unit["name"], unit["kind"]) for unit in truth.plan["units"]], columns=["unit", "kind"]
    ).set_index("unit")
    press = _in_year(publications(truth, asked), "published_on", asked)
    done = _in_year(activity(truth, asked), "started_on", asked)
    reads = account_daily(truth, asked).merge(
        pd.DataFrame(
            [(a.account_id, a.unit) for a in truth.accounts], columns=["account_id", "unit"]
        )
    )
    reads = reads[reads["date"].between(asked.start, asked.upto)]
    toned = press[press["tone"].notna()].groupby("unit").size().reindex(units.index)
    units["positive_reports"] = press[press["is_positive_report"]].groupby("unit").size()
    units["activities"] = done.groupby("unit").size()
    units["new_media_products"] = (
        _in_year(new_media_product(truth, asked), "published_on", asked).groupby("unit").size()
    )
    units["livestreams"] = (
        _in_year(live_session(truth, asked), "started_on", asked).groupby("unit").size()
    )
    counts = ["positive_reports", "activities", "new_media_products", "livestreams"]
    units[counts] = units[counts].fillna(0)
    told = events(truth, asked)
    for name in counts:
        if told[name] is None:  # no ledger has a row of this year
            units[name] = None
    units["participants"] = done.groupby("unit")["participants"].sum(min_count=1)
    units["accounts"] = pd.Series([a.unit for a in truth.accounts]).value_counts()
    units["reads"] = reads.groupby("unit")["reads"].sum(min_count=1)
    units[counts] = units[counts].astype(float)
    units["positive_rate"] = (units["positive_reports"] / toned).where(toned >= 10)
    known = set(press["unit"].dropna()) | set(done["unit"].dropna()) | set(reads["unit"].dropna())
    for made, day in ((new_media_product, "published_on"), (live_session, "started_on"),
        (training, "started_on"), (portal_interview, "held_on")):  # fmt: skip
        known |= set(_in_year(made(truth, asked), day, asked)["unit"].dropna())
    units["has_reported"] = [unit in known for unit in units.index]
    for name in ("positive_reports", "activities"):
        units[f"{name}_rank"] = units[name].rank(method="min", ascending=False, na_option="bottom")
    return units.reset_index()


def _in_year(frame: pd.DataFrame, day: str, asked: Asked) -> pd.DataFrame:
    return frame[frame[day].between(asked.start, asked.upto)]


def unit_weekly(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.unit_weekly: positive reports of each week and to its end, and the rank that gives."""
    press = _in_year(publications(truth, asked).query("is_positive_report"), "published_on", asked)
    weeks_of = monday(press["published_on"])
    weeks = pd.date_range(
        asked.start - pd.Timedelta(days=asked.start.day_of_week), asked.upto, freq="7D"
    )
    units = [unit["name"] for unit in truth.plan["units"]]
    table = (
        pd.crosstab(weeks_of, press["unit"])
        .reindex(index=weeks, columns=units, fill_value=0)
        .rename_axis(index="week_start", columns="unit")
    )
    total = table.cumsum()
    rank = total.rank(axis=1, method="min", ascending=False)
    parts = {
        "positive_reports": table,
        "positive_reports_to_date": total,
        "position": rank,
        "places_gained": rank.shift() - rank,
    }
    found = pd.concat({name: part.stack() for name, part in parts.items()}, axis=1).reset_index()
    found["iso_week"] = found["week_start"].dt.strftime("%G-W%V")
    return found
