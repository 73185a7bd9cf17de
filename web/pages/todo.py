"""待办: what waits for this person, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import FileResponse

from web.access.guard import HANDS_IN, OFFICE, Ask, route
from web.frame import page
from web.refusal import Refusal, not_found
from web.respond import Json
from web.tasks import answers, waiting
from web.tasks.corrections import flawed_file
from web.tasks.gather import gather
from web.tasks.night_rows import sources_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response


def show(ask: Ask) -> Response:
    """Show the page."""
    found = gather(ask.desk, ask.person)
    template = "todo_office.html" if ask.person.sees_all else "todo_unit.html"
    return page(
        ask,
        template,
        title="待办",
        todo=found,
        total=sum(map(len, found.values())),
        units=ask.desk.units(),
    )


def todo(ask: Ask) -> Response:
    """Answer with everything that waits."""
    return Json(gather(ask.desk, ask.person))


def answering(answer: Callable[[Ask], dict[str, Any]]) -> Callable[[Ask], Response]:
    """Return a handler that gives an answer's words back."""
    return lambda ask: Json(answer(ask))


def drop_rows(ask: Ask) -> Response:
    """Give refused rows up: nobody has to hand them in again."""
    sha256 = ask.path["sha256"]
    file = flawed_file(ask.desk, ask.person, sha256)
    if not file["is_whole"]:
        raise Refusal(403, "这份台账是各单位合用的，请宣传处放弃。", "a ledger of several units")
    subject = f"{sha256}|{file['source']}"
    ask.desk.decided.decide(ask.person, "rows", subject, "dropped")
    ask.desk.note(ask.person.name, "drop rows", sha256)
    back = answers.undo(f"/api/rows/{sha256}", source=file["source"])
    return Json({"said_zh": "已放弃，不再提示。", "undo": back})


def keep_rows(ask: Ask) -> Response:
    """Require refused rows again that somebody of one's own gave up."""
    sha256, source = ask.path["sha256"], ask.text("source", 100)
    allowed = sources_of(ask.desk, ask.person)
    if allowed is not None and source not in allowed:
        raise not_found()
    if not answers.takes_back(ask, "rows", f"{sha256}|{source}"):
        raise Refusal(422, "只能撤销。", "undo must be true")
    ask.desk.note(ask.person.name, "keep rows", sha256)
    return Json({"said_zh": answers.UNDONE})


def seen(ask: Ask) -> Response:
    """Put a returned file away, or out again."""
    sha256, is_seen = ask.path["sha256"], ask.request.method == "DELETE"
    ask.desk.files.update(ask.desk.files.find(ask.person, sha256), seen=int(is_seen))
    if not is_seen:
        return Json({"said_zh": answers.UNDONE})
    return Json({"said_zh": "已收起。", "undo": answers.undo(f"/api/returned/{sha256}")})


def held_file(ask: Ask) -> Response:
    """Answer with the bytes of a file that waits, for the office to look at."""
    sha256 = ask.path["sha256"]
    item = next(
        (one for one in waiting.held(ask.desk, ask.person) if one["sha256"] == sha256), None
    )
    path = (
        ask.desk.files.path(sha256)
        if item and item["from"] == "desk"
        else answers.quarantined_path(ask.desk.home.quarantine, sha256)
    )
    if item is None or path is None or not path.is_file():
        raise not_found()
    return FileResponse(path, media_type="application/octet-stream", filename=item["name"])


ROUTES = [
    route("/todo", show, roles=HANDS_IN),
    route("/api/todo", todo, roles=HANDS_IN),
    route("/api/rows/{sha256}", drop_rows, roles=HANDS_IN, method="DELETE"),
    route("/api/rows/{sha256}", keep_rows, roles=HANDS_IN, method="POST"),
    route("/api/returned/{sha256}", seen, roles=HANDS_IN, method="DELETE"),
    route("/api/returned/{sha256}", seen, roles=HANDS_IN, method="POST"),
    route("/api/held/{sha256}/file", held_file, roles=OFFICE),
    route("/api/reviews/{mention_id}", answering(answers.tone), roles=OFFICE, method="POST"),
    route("/api/held/{sha256}", answering(answers.held), roles=OFFICE, method="POST"),
    route("/api/editions/{sha256}", answering(answers.edition), roles=OFFICE, method="POST"),
    route("/api/units", answering(answers.unit), roles=OFFICE, method="POST"),
    route("/api/stories", answering(answers.story), roles=OFFICE, method="POST"),
    route("/api/alerts/{alert_id}", answering(answers.alert), roles=OFFICE, method="POST"),
    route("/api/mails/{message_id}", answering(answers.mail), roles=OFFICE, method="POST"),
]
