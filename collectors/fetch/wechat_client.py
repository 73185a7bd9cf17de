"""Call the official WeChat API: token, limits, error codes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from collectors.fetch.http import Limits, Web, WebError
from collectors.fetch.wechat_errors import RULES, UNKNOWN, Reach, Rule

if TYPE_CHECKING:
    from datetime import date

    from collectors.fetch.types import Request


@dataclass(frozen=True)
class Endpoint:
    """One datacube call.

    Its longest span in days, the first day it has data of, and whether a span may rightly be empty.
    """

    name: str
    max_days: int
    since: date
    may_be_empty: bool = False


class Common(BaseModel):
    """Options of every fetcher of the official API."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    app_id: Annotated[str, Field(min_length=1)]
    base_url: str = "https://api.weixin.qq.com"
    days: Annotated[int, Field(ge=1, le=366)] = 7
    call_seconds: Annotated[float, Field(gt=0)] = 20
    total_seconds: Annotated[float, Field(gt=0)] = 300
    pause_seconds: Annotated[float, Field(ge=0)] = 2
    max_bytes: Annotated[int, Field(gt=0)] = 10_000_000


class RefusedError(Exception):
    """No data from a call; `stops` says how far that reaches."""

    def __init__(self, reason: str, *, transient: bool, stops: Reach) -> None:
        super().__init__(reason)
        self.reason = reason
        self.transient = transient
        self.stops = stops


class ApiAccount:
    """One 公众号 and its access token, which is fetched when first needed and renewed once at most."""

    def __init__(self, web: Web, app_id: str, secret: str) -> None:
        self._web = web
        self._app_id = app_id
        self._secret = secret
        self._token: str | None = None
        self._may_renew = True

    def answer(self, endpoint: Endpoint, first: date, last: date) -> bytes | None:
        """Return the answer for both days inclusive, as sent; None when nothing was published.

        RefusedError when it is not complete.
        """
        body = {"begin_date": first.isoformat(), "end_date": last.isoformat()}
        content, document = self.call(f"/datacube/{endpoint.name}", body)
        if document.get("is_delay"):
            raise RefusedError(
                "平台标明数据尚未算完（is_delay），未入库。系统下次会再取。",
                transient=True,
                stops="call",
            )
        if document.get("list") == [] and endpoint.may_be_empty:
            return None
        if not document.get("list"):
            raise RefusedError(
                "答复里没有任何记录；没有记录不等于零，未入库。系统下次会再取。",
                transient=True,
                stops="call",
            )
        return content

    def call(self, path: str, body: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
        """Return an answer as sent and parsed, with a token renewed once.

        RefusedError for an error answer.
        """
        while True:
            self._token = self._token or self._new_token()
            content, document = self._ask(path, body, {"access_token": self._token})
            rule = _rule(document)
            if rule is None:
                self._require_no_secret(content)
                return content, document
            if rule.again != "renew" or not self._may_renew:
                raise self._refused(document, rule)
            self._token, self._may_renew = None, False

    def _require_no_secret(self, content: bytes) -> None:
        text = content.decode("utf-8", "replace")
        if self._redacted(text) != text:
            raise RefusedError(
                "答复里带有凭证，已丢弃。请把这一行告诉开发者。", transient=False, stops="account"
            )

    def _new_token(self) -> str:
        # stable_token, not token: each call of the other one breaks every other program that shares
        # the account.
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._secret,
            "force_refresh": False,
        }
        _, document = self._ask("/cgi-bin/stable_token", body, None)
        if rule := _rule(document):
            raise self._refused(document, rule)
        token = document.get("access_token")
        if not isinstance(token, str) or not token:
            raise RefusedError(
                "凭证接口的答复里没有凭证。请检查 base_url。", transient=False, stops="account"
            )
        return token

    # any JSON object
    def _ask(
        self,
        path: str,
        body: Any,  # noqa: ANN401
        query: dict[str, str] | None,
    ) -> tuple[bytes, dict[str, Any]]:
        """Call until there is a whole JSON answer that does not say “busy”, or tries and time are used up."""
        tried = 1
        while True:
            try:
                content = self._web.post(path, body, query)
                document = self._document(content)
                rule = _rule(document)
                if rule is None or rule.again != "retry" or not self._web.pause(tried):
                    return content, document
            except WebError as error:
                if not error.transient or not self._web.pause(tried):
                    raise RefusedError(
                        error.reason, transient=error.transient, stops="account"
                    ) from None
            tried += 1

    def _document(self, content: bytes) -> dict[str, Any]:
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise WebError(
                "答复不是完整的 JSON。请检查网络和 base_url；系统下次会再取。", transient=True
            )
        return document

    def _refused(self, document: dict[str, Any], rule: Rule) -> RefusedError:
        text = self._redacted(str(document.get("errmsg", "")))[:300]
        reason = f"微信接口答复 {document['errcode']}（{text}）。{rule.advice}"
        return RefusedError(reason, transient=rule.transient, stops=rule.stops)

    def _redacted(self, text: str) -> str:
        for secret in (self._secret, self._token):
            text = text.replace(secret, "•••") if secret else text
        return text


def account_of(request: Request, options: Common) -> ApiAccount:
    """Return the account to call; WebError when its secret is not in the environment."""
    limits = Limits(
        options.call_seconds,
        options.total_seconds,
        options.max_bytes,
        pause_seconds=options.pause_seconds,
    )
    return ApiAccount(Web(options.base_url, limits), options.app_id, _secret(request.source))


def _secret(source: str) -> str:
    name = f"WECHAT_SECRET_{source.upper().replace('-', '_')}"
    secret = os.environ.get(name, "").strip()
    if not secret:
        raise WebError(
            f"环境变量 {name} 没有设置，无法采集 {source}。请设为该公众号的 AppSecret。",
            transient=False,
        )
    return secret


def _rule(document: dict[str, Any]) -> Rule | None:
    """Return what to do about an error answer.

    None for data (a datacube answer has no errcode, others say 0).
    """
    code = document.get("errcode", 0)
    return RULES.get(code, UNKNOWN) if code != 0 else None
