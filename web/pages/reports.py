"""报告: each period's report with preview, commentary, sending, and who got it."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

from starlette.responses import FileResponse, RedirectResponse

from pipeline.mail.outbox import Outbox
from reports import period as periods
from reports.notes import read_notes
from web.access.guard import OFFICE, Ask, route
from web.frame import page
from web.refusal import Refusal, not_found
from web.respond import Json

if TYPE_CHECKING:
    from starlette.responses import Response

    from reports.period import Period

_READERS = ("viewer", "office", "admin")
_KINDS = {"weekly": "week", "monthly": "month", "yearend": "year"}
_WORDS = {"weekly": "周报", "monthly": "月报", "yearend": "年终"}
_LONGEST_NOTE = 2_000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}\.(html|png|xlsx|docx)")
_PREVIEW = (
    "sandbox allow-same-origin; default-src 'none'; img-src 'self' data:; style-src "
    "'unsafe-inline'; frame-ancestors 'self'"
)


def read(kind: str, name: str) -> Period:
    """Return the period an address names; Refusal 404 when there is none."""
    if kind not in _KINDS:
        raise not_found()
    try:
        return periods.read(kind, name)
    except periods.PeriodError as error:
        raise not_found() from error


def _of(ask: Ask) -> Period:
    kind, _, name = str(ask.path["report"]).partition("-")
    return read(kind, name)


def known(ask: Ask) -> list[dict[str, Any]]:
    """Return the reports that were made and those still to make, newest first.

    Still to make are the last whole week and month that were not made yet.
    """
    output, found = ask.desk.home.output, {}
    for kind in _KINDS:
        for path in output.glob(f"{kind}/*/index.html"):
            try:
                found[kind, path.parent.name] = periods.read(kind, path.parent.name)
            except periods.PeriodError:
                continue
    row = ask.desk.figures.one("select plan_as_of, plan_year from ops.context")
    for kind in ("weekly", "monthly") if ask.person.role != "viewer" else ():
        if row is None:
            break
        last = periods.last(kind, row["plan_as_of"], row["plan_year"])
        found.setdefault((kind, last.id), last)
    sent = _sent(ask)
    return [
        {
            "kind": kind, "id": name, "kind_zh": _WORDS[kind], "sent": sent.get((kind, name), []),
            "is_made": (output / kind / name / "index.html").is_file(),
        }
        for kind in _KINDS
        for name in sorted((name for known, name in found if known == kind), reverse=True)
    ]  # fmt: skip


def _sent(ask: Ask) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the outbox's mails by report and period."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    if (ask.desk.home.root / "outbox.sqlite").exists():
        with closing(Outbox(ask.desk.home)) as box:
            for row in box.rows():
                found.setdefault((row["report_id"], row["period"]), []).append(row)
    return found


def show(ask: Ask) -> Response:
    """Lead to the newest report."""
    found = known(ask)
    if not found:
        return page(ask, "reports.html", title="报告", reports=[], one=None)
    newest = next((one for one in found if one["kind"] == "weekly"), found[0])
    return RedirectResponse(f"/reports/{newest['kind']}/{newest['id']}", 303)


def show_one(ask: Ask) -> Response:
    """Show a report: commentary, sending, preview."""
    period = read(ask.path["kind"], ask.path["name"])
    found = known(ask)
    one = next((row for row in found if (row["kind"], row["id"]) == (period.kind, period.id)), None)
    if one is None:
        raise not_found()
    folder = ask.desk.home.output / period.kind / period.id
    mail = ask.desk.settings.mail
    note = ask.desk.decided.last("note", f"{period.kind}/{period.id}")
    return page(
        ask, "reports.html", title="报告", reports=found, one=one, period=period,
        files=sorted(path.name for path in folder.glob("*.*")),
        note=note.value if note else "",
        older=[
            line
            for line in read_notes(ask.desk.home, period)
            if not note or line not in (note.value or "")
        ],
        can_send=bool(mail and mail.host),
        recipients=list(mail.to) if mail else [], waiting=_waiting(ask),
    )  # fmt: skip


def _waiting(ask: Ask) -> int:
    """Return how many files wait for a decision: a report may be sent all the same, but says so."""
    held = ask.desk.figures.rows("select sha256 from ops.file where status = 'held'")
    return len(held) + len(ask.desk.files.waiting())


def show_file(ask: Ask) -> Response:
    """Answer with a file of a report; a page is shown without scripts."""
    period, name = read(ask.path["kind"], ask.path["name"]), ask.path["file"]
    path = ask.desk.home.output / period.kind / period.id / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise not_found()
    if name.endswith(".html"):
        return FileResponse(
            path,
            media_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": _PREVIEW},
        )
    is_shown = name.endswith(".png")
    return FileResponse(
        path,
        filename=None if is_shown else f"{period.report_zh}{period.id}.{name.rpartition('.')[2]}",
    )


def note(ask: Ask) -> Response:
    """Keep the commentary of a report; an empty one takes it back."""
    period, text = _of(ask), ask.text("note", _LONGEST_NOTE) or ask.text("text", _LONGEST_NOTE)
    ask.desk.decided.decide(ask.person, "note", f"{period.kind}/{period.id}", text or None)
    return Json({"note": text, "said_zh": "已存。"})


def make(ask: Ask) -> Response:
    """Make a report's preview anew, as the shell would."""
    period = _of(ask)
    run = ask.desk.runs.start("report", period.kind, f"--{_KINDS[period.kind]}", period.id)
    return Json({"run": run, "said_zh": "正在生成。"})


def send(ask: Ask) -> Response:
    """Send a report, as the shell would: once to each recipient."""
    period, mail = _of(ask), ask.desk.settings.mail
    if mail is None or not mail.host:
        raise Refusal(
            409,
            "还没有设邮件服务器，请管理员在 pipeline.toml 的 [mail] 里填 host。",
            "no mail server is configured",
        )
    run = ask.desk.runs.start(
        "report", period.kind, f"--{_KINDS[period.kind]}", period.id, "--send"
    )
    ask.desk.note(ask.person.name, "send", f"{period.kind}/{period.id}")
    return Json({"run": run, "said_zh": "正在发送。"})


def recipients(ask: Ask) -> Response:
    """Answer with who is to get a report, and what became of each mail."""
    period, mail = _of(ask), ask.desk.settings.mail
    rows = _sent(ask).get((period.kind, period.id), [])
    return Json(
        {
            "to": list(mail.to) if mail else [],
            "mails": [
                {name: row[name] for name in ("recipient", "revision", "state", "smtp_reply")}
                for row in rows
            ],
        }
    )


ROUTES = [
    route("/reports", show, roles=_READERS),
    route("/reports/{kind}/{name}", show_one, roles=_READERS),
    route("/reports/{kind}/{name}/{file}", show_file, roles=_READERS),
    route("/api/reports/{report}/note", note, roles=OFFICE, method="PUT"),
    route("/api/reports/{report}/make", make, roles=OFFICE, method="POST"),
    route("/api/reports/{report}/send", send, roles=OFFICE, method="POST"),
    route("/api/reports/{report}/recipients", recipients, roles=_READERS),
]
