"""The frame around every page: navigation by role, counts, who is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.base.errors import PipelineError
from web.refusal import Refusal
from web.respond import html
from web.tasks.gather import total
from web.tasks.owed import owed_rows, still_due

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.access.guard import Ask
    from web.access.sessions import Person
    from web.desk import Desk

_NAV = {
    "home": ("/", "首页", ("viewer", "unit", "office", "admin")),
    "upload": ("/upload", "交数据", ("unit", "office", "admin")),
    "owed": ("/owed", "应报", ("unit", "office", "admin")),
    "todo": ("/todo", "待办", ("unit", "office", "admin")),
    "board": ("/board", "看板", ("viewer", "unit", "office", "admin")),
    "query": ("/query", "查数", ("viewer", "office", "admin")),
    "reports": ("/reports", "报告", ("viewer", "office", "admin")),
    "runs": ("/runs", "运行", ("office", "admin")),
    "plan": ("/plan", "计划", ("admin",)),
    "users": ("/users", "用户", ("admin",)),
}


# what the template shows
def page(ask: Ask, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
    """Return a page inside the frame."""
    here = template.removesuffix(".html").partition("_")[0]
    nav = navigation(ask.person, here, counts(ask.desk, ask.person))
    return html(template, status, person=ask.person, nav=nav, **values)


def counts(desk: Desk, person: Person) -> dict[str, int]:
    """Return how much waits for a person, by page; nothing while the figures cannot be read."""
    if person.role == "viewer":
        return {}
    try:
        return {
            "owed": len(still_due(owed_rows(desk, person))),
            "todo": total(desk, person),
        }
    except (Refusal, PipelineError):
        return {}


def navigation(
    person: Person | None, here: str = "", counts: dict[str, int] | None = None
) -> list[dict[str, Any]]:
    """Return the entries of the top line that a person's role may open."""
    return [
        {"path": path, "word": word, "is_here": name == here, "count": (counts or {}).get(name, 0)}
        for name, (path, word, roles) in _NAV.items()
        if person is not None and person.role in roles
    ]
