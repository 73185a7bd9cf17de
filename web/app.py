"""The application: routes of all pages, answers to errors."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.base.errors import PipelineError, TransientError
from web.access.guard import find_person
from web.frame import navigation
from web.pages import ROUTES
from web.refusal import Refusal, not_found
from web.respond import Json, refusal_response
from web.serving.fence import Fence

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from web.desk import Desk

log = logging.getLogger(__name__)
_STATIC = Path(__file__).resolve().parent / "static"
_DAY = 24 * 3600
_WORDS = {
    404: ("没有这一页。", "not found"),
    405: ("这个地址不支持此操作。", "method not allowed"),
    400: ("请求读不懂。", "bad request"),
}


def create_app(desk: Desk, names: frozenset[str]) -> ASGIApp:
    """Return the application of one desk, answering to the host names given."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        desk.start()
        tidying = asyncio.create_task(_tidy_daily(desk))
        yield
        tidying.cancel()
        desk.close()

    app = Starlette(
        routes=[
            Route("/healthz", _health, name="health"),
            *ROUTES,
            Mount("/static", StaticFiles(directory=_STATIC), name="static"),
        ],
        exception_handlers={
            Refusal: _refused,
            HTTPException: _http,
            PipelineError: _failed,
            Exception: _crashed,
        },
        lifespan=lifespan,
    )
    app.state.desk = desk
    return Fence(app, names)  # outermost: answers to crashes have its headers too


async def _tidy_daily(desk: Desk) -> None:
    while True:
        await asyncio.sleep(_DAY)
        try:
            await run_in_threadpool(desk.tidy)
        except Exception:
            log.exception("tidying failed")


async def _health(_: Request) -> Response:
    return Json({"status": "ok"})


def _answer(request: Request, refusal: Refusal) -> Response:
    """Answer within the frame of whoever is logged in."""
    person = None
    with suppress(Exception):  # the refusal itself must reach the reader, whatever else is broken
        person = find_person(request)
    return refusal_response(request.scope, refusal, person=person, nav=navigation(person))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for it
    return _answer(request, error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    if error.status_code == 404:  # noqa: PLR2004
        return _answer(request, not_found())
    zh, en = _WORDS.get(error.status_code, ("请求读不懂。", error.detail))
    answer = _answer(request, Refusal(error.status_code, zh, en))
    answer.headers.update(error.headers or {})
    return answer


async def _failed(request: Request, error: Exception) -> Response:
    """Answer with the words of our own errors: they name what is wrong and what to do."""
    log.warning("request failed", extra={"path": request.url.path, "error": str(error)})
    if isinstance(error, TransientError):
        refusal = Refusal(503, "数据暂时读不出来，请几分钟后再试。", str(error), retry_after=60)
    else:
        refusal = Refusal(503, "设置或数据读不出来，请告知管理员。", str(error))
    return _answer(request, refusal)


async def _crashed(request: Request, error: Exception) -> Response:
    log.error("request crashed", exc_info=error, extra={"path": request.url.path})
    refusal = Refusal(500, "出错了，已记入日志；请告知管理员。", "internal error, see the log")
    return _answer(request, refusal)
