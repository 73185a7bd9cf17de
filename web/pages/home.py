"""首页: the verdict, what this person must do today, how last night went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.access.guard import EVERYBODY, Ask, route
from web.frame import page
from web.pages.upload import listed
from web.refusal import Refusal
from web.runs import is_running
from web.targets import context, counts, pressing, targets
from web.tasks.failed import failed_night
from web.tasks.gather import gather
from web.tasks.owed import owed_rows, still_due
from web.words import day, span

if TYPE_CHECKING:
    from datetime import date

    from starlette.responses import Response

    Items = list[dict[str, Any]]

_MOST = 5
_FORGETS_WITHIN = 14  # days


def show(ask: Ask) -> Response:
    """Show the front page of a person's role."""
    if ask.person.role == "unit":
        return page(ask, "home_unit.html", title="首页", **_unit(ask))
    try:
        found: dict[str, Any] = {"problem": "", **_figures(ask)}
    except Refusal as refusal:
        found = {
            "problem": refusal.error_zh,
            "targets": [],
            "counts": [],
            "context": None,
            "pressing": [],
        }
    if ask.person.role == "viewer":
        return page(ask, "home_viewer.html", title="首页", reports=_reports(ask), **found)
    duties = [] if found["problem"] else office_duties(ask)
    return page(
        ask, "home_office.html", title="首页", duties=duties[:_MOST],
        more=max(0, len(duties) - _MOST),
        run=_last_run(ask), running=is_running(ask.desk.home),
        failed=None if found["problem"] else failed_night(ask.desk), **found,
    )  # fmt: skip


def _figures(ask: Ask) -> dict[str, Any]:
    figures = ask.desk.figures
    items, known = targets(figures), context(figures)
    return {
        "targets": items,
        "counts": counts(items),
        "context": known,
        "pressing": pressing(items),
    }


def _last_run(ask: Ask) -> dict[str, Any] | None:
    try:
        return ask.desk.figures.one("select * from ops.run order by run_id desc limit 1")
    except Refusal:
        return None


def _reports(ask: Ask) -> Items:
    output = ask.desk.home.output
    found = (
        sorted(output.glob("weekly/*/index.html"), reverse=True)[:1]
        + sorted(output.glob("monthly/*/index.html"), reverse=True)[:1]
    )
    return [{"kind": path.parent.parent.name, "id": path.parent.name} for path in found]


def office_duties(ask: Ask) -> Items:
    """Return what the office must do, in the order of what it would cost to leave it."""
    todo = gather(ask.desk, ask.person)
    owed = owed_rows(ask.desk, ask.person)
    today = ask.desk.settings.today()
    wrong = [
        _duty(f"判定“{one['name']}”", one["reason_zh"], "/todo#held", "去判定")
        for one in todo["held"]
    ]
    wrong += [
        _duty(f"“{one['original_name']}”是替换还是补充", one["reason"], "/todo#editions", "去判定")
        for one in todo["editions"]
    ]
    rest = [
        (
            len(todo["rows"]),
            "份文件有待改的行",
            "其余各行已收下，这些行暂不计入。",
            "/todo#rows",
            "去改正",
        ),
        (
            len(todo["reviews"]),
            "条报道倾向待核定",
            "核定前不计入正面宣传报道。",
            "/todo#tone",
            "去核定",
        ),
        (len(todo["units"]), "个单位名待对应", "对应前不归入任何单位。", "/todo#unit", "去对应"),
        (len(todo["stories"]), "组相近标题", "是不是同一条新闻。", "/todo#alike", "去看"),
        (
            len(todo["alerts"]),
            "条提醒",
            todo["alerts"][0]["cause_zh"] if todo["alerts"] else "",
            "/todo#alert",
            "去看",
        ),
        (len(todo["mails"]), "封邮件结果不明", "请先问收件人。", "/todo#mail", "去问明"),
    ]
    return (
        wrong
        + _urging(owed, today)
        + [
            _duty(f"{count}{what}", why, path, word)
            for count, what, why, path, word in rest
            if count
        ]
    )


def _urging(owed: Items, today: date) -> Items:
    """Return what the office must press for.

    Data that a platform soon deletes has a line each; all other data share one line.
    """
    urgent = [row for row in owed if _is_urgent(row, today)]
    rest = [row for row in still_due(owed) if not _is_urgent(row, today)]
    found = owed_duties(urgent, today)
    if rest:
        units = len({row["unit"] for row in rest})
        late = sum(row["state"] == "late" for row in rest)
        why = f"其中{late}项已过应交日。" if late else ""
        found.append(_duty(f"催报：{units}个单位还差{len(rest)}项", why, "/owed", "去催报"))
    return found


def _is_urgent(row: dict[str, Any], today: date) -> bool:
    return (
        row["state"] != "lost"
        and row["lost_on"] is not None
        and (row["lost_on"] - today).days <= _FORGETS_WITHIN
    )


def owed_duties(owed: Items, today: date) -> Items:
    """Return what is owed as duties.

    First what a platform will soon forget, then by the day it is due.
    """
    # rows to mend are duties of their own
    rows = [row for row in owed if row["state"] not in ("lost", "partial")]
    rows.sort(
        key=lambda row: (
            not _is_urgent(row, today),
            row["lost_on"] if _is_urgent(row, today) else row["due_on"] or today,
        )
    )
    found = []
    for row in rows:
        lost = f"{day(row['lost_on'])}后平台查不到，无法补回。" if row["lost_on"] else ""
        due = ""
        if row["due_on"]:
            is_late = row["state"] == "late"
            due = f"应于{day(row['due_on'])}前交{'，已逾期' if is_late else ''}。"
        name = f"{row['owner_zh']}“{row['export_zh']}”，{span(row['first_on'], row['last_on'])}"
        found.append({**_duty(f"交{name}", due + lost, "/upload", "交数据"), "owed": row})
    return found


def _duty(what: str, why: str, path: str, word: str) -> dict[str, Any]:
    return {"what": what, "why": why, "path": path, "word": word, "owed": None}


def _unit(ask: Ask) -> dict[str, Any]:
    """Return what a unit's front page shows.

    Its duties, what it handed in, its own line of the league.
    """
    problem, duties, league, known = "", [], None, None
    try:
        duties = owed_duties(owed_rows(ask.desk, ask.person), ask.desk.settings.today())
        league = ask.desk.figures.one(
            "select * from mart.unit_league where unit = ?", ask.person.unit
        )
        known = context(ask.desk.figures)
    except Refusal as refusal:
        problem = refusal.error_zh
    todo = gather(ask.desk, ask.person)
    duties += [
        _duty(
            f"改正“{one['name']}”中的{one['rows_to_mend']}行",
            "其余各行已收下，没有收下的行、读不出的格暂不计入。",
            "/todo",
            "去改正",
        )
        for one in todo["rows"]
    ]
    duties += [
        _duty(f"“{one['name']}”已退回", one["reason_zh"], "/todo", "去看")
        for one in todo["returned"]
    ]
    recent = [one for one in listed(ask) if one["state"] != "received"][:_MOST]
    return {
        "problem": problem, "duties": duties[:_MOST], "more": max(0, len(duties) - _MOST),
        "total": len(duties),
        "recent": recent, "league": league, "context": known,
    }  # fmt: skip


ROUTES = [route("/", show, roles=EVERYBODY)]
