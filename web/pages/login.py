"""Log in and out; choose a password by a link; who am I."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from web.access import passwords
from web.access.guard import EVERYBODY, Ask, find_person, read_body, route
from web.access.sessions import COOKIE, LASTS
from web.refusal import Refusal
from web.respond import Json, html, wants_json

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.access.users import User
    from web.desk import Desk


async def show_login(request: Request) -> Response:
    """Show the form, or redirect a person who is logged in already."""
    after = local_path(request.query_params.get("next", "/"))
    person = find_person(request)
    if person is not None and not person.is_visitor:
        return RedirectResponse(after, 303)
    return html(
        "login.html",
        title="登录",
        after=after,
        problem="",
        user="",
        is_empty=not _desk(request).users.all(),
    )


async def login(request: Request) -> Response:
    """Check name and password; a new session for every login."""
    desk, data = _desk(request), await read_body(request)
    name, password = str(data.get("user", ""))[:100], str(data.get("password", ""))
    after = local_path(str(data.get("next", "/")))
    address = request.client.host if request.client else "?"
    try:
        async with passwords.TURNS:
            user = await run_in_threadpool(_checked, desk, name, password, address)
    except Refusal as refusal:
        if wants_json(request.scope):
            raise
        return _again(refusal, name, after, desk)
    return _enter(request, desk, user, after)


def _checked(desk: Desk, name: str, password: str, address: str) -> User:
    keys = (f"name {name}", f"address {address}")
    desk.throttle.require_open(*keys)
    user = desk.users.get(name)
    if not passwords.is_right(user, password) or user is None:
        left = desk.throttle.wrong(*keys)
        more = f"还可再试{left}次。" if left else "请稍后再试。"
        raise Refusal(
            401, f"用户名或密码不正确，{more}忘记密码请联系宣传处重设。", "wrong user or password"
        )
    desk.throttle.right(keys[0])
    return user


def _again(refusal: Refusal, name: str, after: str, desk: Desk) -> Response:
    answer = html(
        "login.html", refusal.status, title="登录", after=after, problem=refusal.error_zh,
        user=name,
        is_empty=not desk.users.all(),
    )  # fmt: skip
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _enter(request: Request, desk: Desk, user: User, after: str) -> Response:
    """Answer with a new session; the one the browser brought ends."""
    old = request.cookies.get(COOKIE)
    if old:
        desk.sessions.end(old)
    token = desk.sessions.begin(user)
    desk.note(user.name, "login", "")
    person = desk.sessions.find(token)
    answer: Response = RedirectResponse(after, 303)
    if wants_json(request.scope) and person is not None:
        answer = Json(
            {"user": user.name, "role": user.role, "unit": user.unit, "csrf_token": person.csrf}
        )
    answer.set_cookie(
        COOKIE,
        token,
        max_age=LASTS,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def logout(ask: Ask) -> Response:
    """End this session."""
    ask.desk.sessions.end(ask.request.cookies.get(COOKIE, ""))
    answer: Response = (
        Json({"ok": True}) if wants_json(ask.request.scope) else RedirectResponse("/login", 303)
    )
    answer.delete_cookie(COOKIE, path="/")
    return answer


def me(ask: Ask) -> Response:
    """Say who is logged in, with the token that changes need."""
    person = ask.person
    return Json(
        {"user": person.name, "role": person.role, "unit": person.unit, "csrf_token": person.csrf}
    )


async def show_set(request: Request) -> Response:
    """Show the form that a one-time link opens."""
    desk, token = _desk(request), request.query_params.get("token", "")
    user = passwords.read_link(desk.home, desk.users, token)
    return html("set_password.html", title="设密码", token=token, user=user, problem="")


async def set_password(request: Request) -> Response:
    """Store the password chosen by link and log in."""
    desk, data = _desk(request), await read_body(request)
    token = str(data.get("token") or request.query_params.get("token", ""))
    user = passwords.read_link(desk.home, desk.users, token)
    try:
        hashed = await run_in_threadpool(
            passwords.hash_password, user.name, passwords.typed_twice(data)
        )
    except Refusal as refusal:
        if wants_json(request.scope):
            raise
        return html(
            "set_password.html",
            refusal.status,
            title="设密码",
            token=token,
            user=user,
            problem=refusal.error_zh,
        )
    return _enter(request, desk, desk.users.set_hash(user.name, hashed), "/")


def local_path(given: str) -> str:
    """Return a path of this desk to go on to.

    Anything that could lead elsewhere becomes the front page.
    """
    is_local = (
        given.startswith("/")
        and not given.startswith(("//", "/\\"))
        and given.isprintable()
        and "\\" not in given
    )
    return given if is_local and not given.startswith(("/login", "/api/")) else "/"


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


ROUTES = [
    Route("/login", show_login, methods=["GET"]),
    Route("/login", login, methods=["POST"]),
    Route("/set-password", show_set, methods=["GET"]),
    Route("/set-password", set_password, methods=["POST"]),
    route("/logout", logout, roles=EVERYBODY, method="POST"),
    route("/api/me", me, roles=EVERYBODY),
]
