"""运行: nights and what they did, the timetable, run now, the log of a running command."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.schedule.jobs import trigger, with_settings
from schedules import TIMETABLE
from web.access.guard import OFFICE, Ask, route
from web.frame import page
from web.refusal import Refusal
from web.respond import Json
from web.runs import is_running
from web.tasks.failed import failed_night, take_out
from web.tasks.taken_out import taken_out
from web.uploads import sources

if TYPE_CHECKING:
    from starlette.responses import Response

_RUNS = "select * from ops.run order by run_id desc limit 20"
_FILES = """
    select original_name, source, layout, status, rows_loaded, rows_rejected, reason, ingested_at
    from ops.file
    where run_id = (select max(run_id) from ops.file)
    order by status <> 'quarantined', original_name limit 200"""
_FRESH = "select * from mart.data_freshness order by days_behind desc nulls first, source, layout"
_JOBS = {
    "nightly": "夜间入库", "morning": "上午补收", "weekly": "周报", "monthly": "月报",
    "yearend": "年终报告", "mail": "补发邮件", "backup": "备份", "scrub": "查验存档",
}  # fmt: skip


def show(ask: Ask) -> Response:
    """Show nights, files of the last one, freshness, the timetable."""
    problem, runs, files, fresh, out = "", [], [], [], []
    try:
        figures = ask.desk.figures
        runs, files, fresh = figures.rows(_RUNS), figures.rows(_FILES), figures.rows(_FRESH)
        out = taken_out(ask.desk)
    except Refusal as refusal:
        problem = refusal.error_zh
    jobs = _timetable(ask)
    coming = [job["next"] for job in jobs if job["next"] and job["is_run"]]
    names = sources.names(ask.desk.settings)
    titles = {name: layout.title for name, layout in ask.desk.layouts.items()}
    return page(
        ask, "runs.html", title="运行", problem=problem, runs=runs, files=files, fresh=fresh,
        out=out, jobs=jobs, next=min(coming, default=None), names=names, titles=titles,
        live=_live(ask), failed=None if problem else failed_night(ask.desk),
    )  # fmt: skip


def _timetable(ask: Ask) -> list[dict[str, Any]]:
    settings = ask.desk.settings
    zone = ZoneInfo(settings.timezone)
    found = []
    for job in with_settings(TIMETABLE, settings.schedule):
        rule = trigger(job, zone)
        upcoming = rule.get_next_fire_time(None, datetime.now(zone)) if rule else None
        found.append(
            {
                "name": _JOBS.get(job.name, job.name),
                "next": upcoming,
                "is_run": ("run",) in [words[:1] for words in job.commands],
            }
        )
    return found


def _live(ask: Ask) -> dict[str, Any]:
    name = ask.desk.runs.newest()
    running, code = ask.desk.runs.state(name) if name else (False, None)
    return {
        "run": name, "running": running, "exit_code": code,
        "night_running": is_running(ask.desk.home),
        "log": ask.desk.runs.text(name) if name else "",
    }  # fmt: skip


def live(ask: Ask) -> Response:
    """Answer with the newest command's output and whether it still runs."""
    return Json(_live(ask))


def start(ask: Ask) -> Response:
    """Start a night now, as the shell would; `without` takes a file of the failed night out before."""
    if is_running(ask.desk.home):
        raise Refusal(409, "正在入库，请等它结束。", "a run is under way")
    without = ask.text("without", 64)
    if without:
        take_out(ask, without)
    run = ask.desk.runs.start("run")
    ask.desk.note(ask.person.name, "run", run)
    return Json({"run": run, "said_zh": "已开始。"}, 202)


ROUTES = [
    route("/runs", show, roles=OFFICE),
    route("/api/runs", live, roles=OFFICE),
    route("/api/runs", start, roles=OFFICE, method="POST"),
]
