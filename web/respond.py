"""Answers: pages from templates, JSON, refusals as either."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response

from web.words import FILTERS

if TYPE_CHECKING:
    from starlette.types import Scope

    from web.refusal import Refusal

UNAUTHORIZED = 401
_HERE = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates: everything is escaped, a missing value is an error."""
    env = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= FILTERS
    return env


# what the template shows
def html(template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    """Return a page."""
    return HTMLResponse(environment().get_template(template).render(**values), status)


class Json(Response):
    """JSON with days and moments as ISO text."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - any JSON value
        """Return the bytes; NaN is no JSON."""
        return json.dumps(content, ensure_ascii=False, allow_nan=False, default=_plain).encode(
            "utf-8", "replace"
        )


def wants_json(scope: Scope) -> bool:
    """Return whether the answer should be JSON.

    Every /api address, and whoever accepts JSON and no page.
    """
    accept = Headers(scope=scope).get("accept", "")
    return scope["path"].startswith("/api/") or (
        "application/json" in accept and "text/html" not in accept
    )


# what the frame shows
def refusal_response(scope: Scope, refusal: Refusal, **frame: Any) -> Response:  # noqa: ANN401
    """Return a refusal as JSON or as a page; a page that needs a login leads to the form."""
    if wants_json(scope):
        answer: Response = Json(
            {"error_zh": refusal.error_zh, "error": str(refusal)}, refusal.status
        )
    elif refusal.status == UNAUTHORIZED and scope["method"] == "GET":
        query = scope.get("query_string", b"").decode("latin-1")
        after = quote(scope["path"] + (f"?{query}" if query else ""), safe="")
        answer = RedirectResponse(f"/login?next={after}", 303)
    else:
        answer = html(
            "refusal.html",
            refusal.status,
            refusal=refusal,
            title="无法完成",
            **{"person": None, "nav": [], **frame},
        )
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _plain(value: Any) -> Any:  # noqa: ANN401 - what json cannot write
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)
