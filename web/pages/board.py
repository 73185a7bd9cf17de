"""看板 and 证据: the targets, and each figure back to its arithmetic, files and rows.

A unit sees its own line, no other name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.responses import FileResponse, HTMLResponse

from web.access.guard import EVERYBODY, Ask, route
from web.frame import page
from web.refusal import Refusal, not_found
from web.respond import Json
from web.targets import context, counts, pressing, targets

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.access.sessions import Person

_READERS = ("viewer", "office", "admin")
_ROWS_SHOWN = 12
_META = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')
_FILES = """
    select source, original_name, sha256, rows_in_plan_year as rows_in_year, first_on, last_on
    from mart.target_evidence_by_file where target_id = ? order by first_on, original_name"""
_ITEMS = """
    select date, title, value, source, original_name, sha256, sheet, row_number from mart.target_evidence
    where target_id = ? and in_plan_year order by date desc, original_name, row_number limit 500"""
_DAYS = """
    select d.date, d.new_followers, d.lost_followers, d.net_followers, d.followers, d.reads
    from mart.account_daily as d
    join mart.account as a using (account_id) cross join ops.context as c
    where a.is_main and d.date between c.year_start and c.plan_as_of order by d.date desc limit 7"""
_LEAGUE = (
    "select * from mart.unit_league order by positive_reports_rank nulls last, activities_rank "
    "nulls last, unit"
)
_PROJECTS = "select * from mart.project_progress order by position"


def board(ask: Ask) -> Response:
    """Show the targets with links to their evidence, the league, what is overdue."""
    figures, person = ask.desk.figures, ask.person
    items, known = targets(figures), context(figures)
    league = [
        row for row in figures.rows(_LEAGUE) if person.role != "unit" or row["unit"] == person.unit
    ]
    projects = figures.rows(_PROJECTS)
    return page(
        ask, "board.html", title="看板", targets=items, counts=counts(items), context=known,
        pressing=pressing(items),
        league=league, overdue=[row for row in projects if row["is_overdue"]],
        soon=[row for row in projects if row["is_due_soon"] and not row["is_done"]],
        done=sum(bool(row["is_done"]) for row in projects), projects=len(projects),
        has_full=person.role != "unit" and (ask.desk.home.output / "scoreboard.html").is_file(),
    )  # fmt: skip


def full(ask: Ask) -> Response:
    """Show the scoreboard page as the night wrote it, under its own policy.

    The policy names the hash of the page's script.
    """
    path = ask.desk.home.output / "scoreboard.html"
    if not path.is_file():
        raise Refusal(404, "还没有生成看板页。", "output/scoreboard.html does not exist")
    text = path.read_text("utf-8")
    policy = _META.search(text)
    own = (
        policy[1].replace("&#39;", "'").replace("&quot;", '"')
        if policy
        else "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    return HTMLResponse(text, headers={"Content-Security-Policy": f"{own}; frame-ancestors 'self'"})


# Figures
def evidence(desk_figures: Any, person: Person, target_id: str) -> dict[str, Any]:  # noqa: ANN401
    """Return a target with the files and rows behind it; a unit gets the arithmetic only."""
    target = next((row for row in targets(desk_figures) if row["target_id"] == target_id), None)
    if target is None:
        raise not_found()
    found: dict[str, Any] = {"target": target, "days": [], "files": [], "rows": []}
    if target["kind"] != "count":
        found["days"] = desk_figures.rows(_DAYS)
    if person.role != "unit":
        found["files"] = desk_figures.rows(_FILES, target_id)
        found["rows"] = desk_figures.rows(_ITEMS, target_id)
    return found


def show_evidence(ask: Ask) -> Response:
    """Show where a figure comes from."""
    found = evidence(ask.desk.figures, ask.person, ask.path["target_id"])
    return page(
        ask,
        "evidence.html",
        title=f"{found['target']['short']}从哪里来",
        context=context(ask.desk.figures),
        shown=_ROWS_SHOWN,
        **found,
    )


def list_targets(ask: Ask) -> Response:
    """Answer with the targets."""
    return Json(ask.desk.figures.rows("select * from mart.target_progress order by position"))


def evidence_json(ask: Ask) -> Response:
    """Answer with a target's evidence."""
    return Json(evidence(ask.desk.figures, ask.person, ask.path["target_id"]))


def original(ask: Ask) -> Response:
    """Answer with a file of the archive as it was handed in."""
    sha256 = ask.path["sha256"]
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise not_found()
    row = ask.desk.figures.one(
        "select original_name from ops.file where sha256 = ? and status = 'loaded' limit 1", sha256
    )
    folder = ask.desk.home.archive / sha256[:2]
    path = next((one for one in sorted(folder.glob(f"{sha256}*")) if one.suffix != ".json"), None)
    if row is None or path is None:
        raise not_found()
    return FileResponse(path, media_type="application/octet-stream", filename=row["original_name"])


ROUTES = [
    route("/board", board, roles=EVERYBODY),
    route("/board/full", full, roles=_READERS),
    route("/targets/{target_id}", show_evidence, roles=EVERYBODY),
    route("/files/{sha256}", original, roles=_READERS),
    route("/api/targets", list_targets, roles=EVERYBODY),
    route("/api/targets/{target_id}/evidence", evidence_json, roles=EVERYBODY),
]
