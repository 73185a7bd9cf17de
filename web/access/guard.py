"""The check in front of every address.

Who requests, whether the role may, whether the change really comes from our page.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from web.access.sessions import COOKIE, VISITOR, Person
from web.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from web.desk import Desk

    Handler = Callable[["Ask"], Any]

EVERYBODY = ("viewer", "unit", "office", "admin")
HANDS_IN = ("unit", "office", "admin")
OFFICE = ("office", "admin")
ADMIN = ("admin",)
BODY_LIMIT = 1 << 20
BODY_SECONDS = 20
_SAFE = ("GET", "HEAD")


@dataclass
class Ask:
    """A request that passed the check: who asks, and its small body as names and values."""

    request: Request
    desk: Desk
    person: Person
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> dict[str, Any]:
        """Values out of the address."""
        return dict(self.request.path_params)

    def text(self, name: str, longest: int = 2_000) -> str:
        """Return a text field of the body, '' when it is missing.

        Refusal 422 when it is no text or too long.
        """
        value = self.data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest:
            raise Refusal(
                422,
                f"“{name}”应为不超过{longest}字的文字。",
                f"{name} must be text of at most {longest} signs",
            )
        return value.strip()


def route(
    path: str,
    handler: Handler,
    *,
    roles: tuple[str, ...],
    method: str = "GET",
    stream: bool = False,
) -> Route:
    """Return a route behind the check; with `stream` the handler reads the body itself."""

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        person = find_person(request)
        if person is None:
            raise Refusal(401, "请先登录。", "log in first")
        if person.role not in roles:
            raise Refusal(403, "您的身份不能使用这一页。", f"role {person.role} may not use this")
        ask = Ask(request, desk, person)
        if request.method not in _SAFE:
            if person.is_visitor:
                raise Refusal(
                    403,
                    FIRST_USER_ZH,
                    "no user yet: everything can be read, nothing changed; `users add`",
                )
            ask.data = {} if stream else await read_body(request)
            require_token(request, person, ask.data)
        return await call(handler, ask)

    return Route(path, endpoint, methods=[method], name=f"{method} {path}")


FIRST_USER_ZH = (
    "还没有用户，只能看、不能改。请在服务器上运行 python -m pipeline users add 名字 --role "
    "admin 建第一个用户。"
)


def find_person(request: Request) -> Person | None:
    """Return who asks: of the session cookie, or the visitor of a loopback desk that has no users."""
    desk: Desk = request.app.state.desk
    token = request.cookies.get(COOKIE)
    found = desk.sessions.find(token) if token else None
    return found or (VISITOR if desk.is_open and not desk.users.all() else None)


def require_token(request: Request, person: Person, data: dict[str, Any]) -> None:
    """Raise Refusal 403 unless header or form carries this session's token."""
    given = request.headers.get("x-csrf-token") or data.get("csrf_token") or ""
    if not secrets.compare_digest(str(given).encode(), person.csrf.encode()):
        raise Refusal(403, "页面已过期，请刷新后再试。", "the CSRF token is missing or wrong")


async def call(handler: Handler, ask: Ask) -> Response:
    """Run a handler: a coroutine here, anything else in a thread."""
    if inspect.iscoroutinefunction(handler):
        answer: Response = await handler(ask)
    else:
        answer = await run_in_threadpool(handler, ask)
    return answer


async def read_body(request: Request) -> dict[str, Any]:
    """Return a small body of JSON or of a form.

    Refusal when it is too big, too slow or of another kind.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        raw = await asyncio.wait_for(_collect(request), BODY_SECONDS)
    except TimeoutError as error:
        raise Refusal(
            408, "网络太慢，没有收全，请再试。", "the body did not arrive in time"
        ) from error
    if not raw:
        return {}
    if kind == "application/json":
        return _object(raw)
    if kind == "application/x-www-form-urlencoded":
        try:
            return dict(parse_qsl(raw.decode("utf-8"), keep_blank_values=True, max_num_fields=1000))
        except ValueError as error:
            raise Refusal(400, "表单读不出来。", "the form cannot be read") from error
    raise Refusal(
        415, "请以JSON或表单提交。", f"content type {kind or 'missing'}: send JSON or a form"
    )


async def _collect(request: Request) -> bytes:
    parts = bytearray()
    async for chunk in request.stream():
        parts += chunk
        if len(parts) > BODY_LIMIT:
            raise Refusal(413, "内容太长。", f"the body has more than {BODY_LIMIT} bytes")
    return bytes(parts)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # half a sign (\ud800) cannot be stored
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "JSON读不出来。", "not valid JSON") from error
    if not isinstance(found, dict):
        raise Refusal(422, "JSON应为一个对象。", "the JSON must be an object")
    return found
