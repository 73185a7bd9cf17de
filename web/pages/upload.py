"""交数据: upload, receipt, hand in, take back; what was handed in and what became of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pipeline.base.failpoints import failpoint
from web.access.guard import HANDS_IN, Ask, route
from web.frame import page
from web.refusal import Refusal
from web.respond import Json
from web.tasks.corrections import flawed_file
from web.uploads import receipts
from web.uploads.checker import WORKERS
from web.uploads.multipart import receive
from web.uploads.refused_xlsx import refused_xlsx
from web.uploads.submit import state, submit, take_back

if TYPE_CHECKING:
    from web.uploads.multipart import Received

_CHECKING = asyncio.Semaphore(WORKERS)
_WAIT_SECONDS = 120
_HELD_ZH = "与以往的数字接不上，待宣传处判定，判定前不计入。"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(ask: Ask) -> Response:
    """Show the page: drop zone, open receipts, what was handed in."""
    found = listed(ask)
    return page(
        ask, "upload.html", title="交数据",
        open=[one for one in found if one["state"] == "received"],
        sent=[one for one in found if one["state"] != "received"],
    )  # fmt: skip


async def upload(ask: Ask) -> Response:
    """Take files in and answer with a receipt each."""
    desk, person = ask.desk, ask.person
    room = await run_in_threadpool(desk.quota.room, person)
    got = await receive(ask.request, desk.files.incoming, room)
    if not got.files:
        raise Refusal(422, "请先选文件。", "the form has no file")
    try:
        await run_in_threadpool(room.keep)
        answers = [await _checked(ask, file, got.fields.get("source")) for file in got.files]
    finally:
        got.discard()
    return Json(answers)


async def _checked(ask: Ask, file: Received, source: str | None) -> dict[str, Any]:
    """Return a file's receipt; who waits for a checking process takes no thread from the pages."""
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            await _CHECKING.acquire()
    except TimeoutError as error:
        zh = "正在检查的文件太多，请过几分钟再交。"
        raise Refusal(503, zh, "all checking processes are busy", retry_after=60) from error
    try:
        return await run_in_threadpool(_receipt, ask, file, source)
    finally:
        _CHECKING.release()


def _receipt(ask: Ask, file: Received, source: str | None) -> dict[str, Any]:
    desk, person = ask.desk, ask.person
    settings = desk.settings
    request = {
        "path": str(file.path), "name": file.name, "today": settings.today().isoformat(),
        "sources": [
            *(account.id for account in settings.accounts), "ledger", "news", *desk.units(),
        ],
    }  # fmt: skip
    failpoint("desk: received")
    receipt = desk.checker.check(request)
    failpoint("desk: checked")
    kept = desk.files.keep(person, file, receipt)
    failpoint("desk: noted")
    if source and kept["state"] == "received":
        allowed = {one["source"] for one in receipts.view(desk, person, kept)["sources"]}
        desk.files.update(kept, source=source if source in allowed else None)
        kept = desk.files.find(person, file.sha256)
    desk.note(person.name, "upload", file.sha256)
    return _one(ask, kept)


def _one(ask: Ask, found: dict[str, Any]) -> dict[str, Any]:
    return _with_state(ask, found, ask.desk.arrivals.of([found["sha256"]]))


def _with_state(
    ask: Ask, found: dict[str, Any], arrivals: dict[tuple[str, str], dict[str, Any]]
) -> dict[str, Any]:
    extra = {"at": found["at"], "submitted_at": found["submitted_at"]}
    extra |= {"by": found["owner"], "unit": found["unit"]} if ask.person.sees_all else {}
    became = state(ask.desk, found, arrivals)
    if became["state"] == "held" and became["state_reason_zh"] and not ask.person.sees_all:
        became["state_reason_zh"] = (
            _HELD_ZH  # the night's own words may name another unit's account
        )
    return {**receipts.view(ask.desk, ask.person, found, arrivals), **extra, **became}


def listed(ask: Ask) -> list[dict[str, Any]]:
    """Return the uploads that a person may see, with their state."""
    found = ask.desk.files.all(ask.person)
    arrivals = ask.desk.arrivals.of(one["sha256"] for one in found)
    shown = (ask.desk.files.whole(one) if one["state"] == "received" else one for one in found)
    return [_with_state(ask, one, arrivals) for one in shown]


def list_files(ask: Ask) -> Response:
    """Answer with one's own files."""
    return Json(listed(ask))


def hand_in(ask: Ask) -> Response:
    """Hand a checked file in."""
    return Json(_one(ask, submit(ask.desk, ask.person, ask.path["sha256"], ask.data)))


def undo(ask: Ask) -> Response:
    """Take a file back."""
    return Json({"state": take_back(ask.desk, ask.person, ask.path["sha256"])})


def refused(ask: Ask) -> Response:
    """Answer with the refused rows as a workbook to correct."""
    found = flawed_file(ask.desk, ask.person, ask.path["sha256"])
    stem = found["name"].rpartition(".")[0] or found["name"]
    return workbook(refused_xlsx(found["receipt"]), f"{stem}-待改{found['count']}行.xlsx")


def workbook(content: bytes, name: str) -> Response:
    """Return a workbook to download."""
    return Response(
        content,
        media_type=XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )


ROUTES = [
    route("/upload", show, roles=HANDS_IN),
    route("/api/files", list_files, roles=HANDS_IN),
    route("/api/files", upload, roles=HANDS_IN, method="POST", stream=True),
    route("/api/files/{sha256}/submit", hand_in, roles=HANDS_IN, method="POST"),
    route("/api/files/{sha256}/refused.xlsx", refused, roles=HANDS_IN),
    route("/api/files/{sha256}", undo, roles=HANDS_IN, method="DELETE"),
]
