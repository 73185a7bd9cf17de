"""我的密码: change one's own password; all other sessions of this user end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from web.access import passwords
from web.access.guard import EVERYBODY, Ask, route
from web.access.sessions import COOKIE, LASTS
from web.frame import page
from web.refusal import Refusal
from web.respond import Json, wants_json

if TYPE_CHECKING:
    from starlette.responses import Response


def show(ask: Ask) -> Response:
    """Show the form."""
    return page(ask, "password.html", title="我的密码", problem="")


async def change(ask: Ask) -> Response:
    """Check the old password, store the new one, begin a new session here."""
    try:
        async with passwords.TURNS:
            token = await run_in_threadpool(_changed, ask)
    except Refusal as refusal:
        if wants_json(ask.request.scope):
            raise
        return await run_in_threadpool(
            page, ask, "password.html", refusal.status, title="我的密码", problem=refusal.error_zh
        )
    answer: Response = (
        Json({"ok": True})
        if wants_json(ask.request.scope)
        else RedirectResponse("/?said=password", 303)
    )
    secure = ask.request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, token, max_age=LASTS, path="/", httponly=True, samesite="lax", secure=secure
    )
    return answer


def _changed(ask: Ask) -> str:
    desk, name = ask.desk, ask.person.name
    key = f"name {name}"
    desk.throttle.require_open(key)
    if not passwords.is_right(desk.users.get(name), str(ask.data.get("old", ""))):
        desk.throttle.wrong(key)
        raise Refusal(403, "现在的密码不正确，请再输一次。", "the present password is wrong")
    user = desk.users.set_hash(name, passwords.hash_password(name, passwords.typed_twice(ask.data)))
    desk.note(name, "password", "")
    return desk.sessions.begin(user)


ROUTES = [
    route("/password", show, roles=EVERYBODY),
    route("/password", change, roles=EVERYBODY, method="POST"),
]
