"""计划: targets and projects of the year.

Next year's plan out of this year's, checked before it is saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.access.guard import ADMIN, Ask, route
from web.frame import page
from web.refusal import Refusal
from web.respond import Json
from web.tasks import plan_draft

if TYPE_CHECKING:
    from starlette.responses import Response


def show(ask: Ask) -> Response:
    """Show the plan with the state of its projects."""
    states: dict[str, Any] = {}
    try:
        states = {
            row["project_id"]: row
            for row in ask.desk.figures.rows("select * from mart.project_progress")
        }
    except Refusal:
        states = {}
    plan = ask.desk.plan
    following = ask.desk.home.root / "plans" / f"{plan.year + 1}.toml"
    return page(
        ask, "plan.html", title="计划", plan=plan, states=states, has_next=following.is_file()
    )


def show_new(ask: Ask) -> Response:
    """Show the form of next year's plan, filled from this year's."""
    plan = ask.desk.plan
    draft = plan_draft.begin(ask.desk.home, plan.year + 1).unwrap()
    return page(ask, "plan_new.html", title="新建计划", plan=plan, draft=draft)


def check(ask: Ask) -> Response:
    """Answer with what must be mended, and what deserves a look."""
    home = ask.desk.home
    draft = plan_draft.draft(home, ask.data)
    return Json(
        {"problems_zh": plan_draft.problems(draft), "remarks_zh": plan_draft.remarks(home, draft)}
    )


def save(ask: Ask) -> Response:
    """Save a plan that has no problems."""
    draft = plan_draft.draft(ask.desk.home, ask.data)
    found = plan_draft.problems(draft)
    if found:
        raise Refusal(422, "；".join(found), "the plan is not whole")
    ask.desk.note(ask.person.name, "save plan", plan_draft.save(ask.desk.home, draft))
    year = draft.unwrap()["year"]
    return Json({"year": year, "said_zh": f"已保存{year}年计划。"}, 201)


ROUTES = [
    route("/plan", show, roles=ADMIN),
    route("/plan/new", show_new, roles=ADMIN),
    route("/api/plans/check", check, roles=ADMIN, method="POST"),
    route("/api/plans", save, roles=ADMIN, method="POST"),
]
