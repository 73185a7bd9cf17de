"""A careful HTTP client for fetchers.

Every call is bounded in time, size and number of tries, and no error names an address.

No proxy or password from the machine's surroundings, no redirect (it would hand the token to
another host), TLS except to this machine.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_FIRST_FAULT = 500
_OK = 200
_CHUNK = 65536
T = TypeVar("T")


class WebError(Exception):
    """No whole answer; `reason` is Chinese, names no address with a token.

    `transient` means that asking again may help.
    """

    def __init__(self, reason: str, *, transient: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.transient = transient


@dataclass(frozen=True)
class Limits:
    """Bounds of one fetcher's night.

    Seconds a call, seconds altogether, bytes an answer, tries, first pause in seconds.
    """

    call_seconds: float = 20
    total_seconds: float = 300
    max_bytes: int = 10_000_000
    tries: int = 3
    pause_seconds: float = 2


class Web:
    """One server, called within `limits`; the clock starts when the object is made."""

    def __init__(self, base_url: str, limits: Limits) -> None:
        """Raise WebError for an address without TLS, unless it is this machine."""
        parts = urlsplit(base_url)
        if not parts.hostname or parts.scheme not in ("https", "http"):
            raise WebError(
                f"base_url 不是网址：{base_url}。请改正 pipeline.toml。", transient=False
            )
        if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
            raise WebError(
                f"base_url 必须用 https：{parts.hostname}。请改正 pipeline.toml。", transient=False
            )
        self.base_url = base_url.rstrip("/")
        self.limits = limits
        self._end = time.monotonic() + limits.total_seconds

    def post(
        self, path: str, body: Mapping[str, object], query: Mapping[str, str] | None = None
    ) -> bytes:
        """Return the answer's bytes, whole, as sent; WebError otherwise. One try: see `pause`."""
        seconds = min(self.limits.call_seconds, self._left())
        if seconds <= 0:
            raise WebError(
                f"采集超过总时限 {self.limits.total_seconds:g} 秒，其余留待下次。", transient=True
            )
        return bounded(lambda: self._try(path, body, query, seconds), seconds)

    def pause(self, tried: int) -> bool:
        """Wait before the next try, longer each time; False when no try or no time is left."""
        seconds = self.limits.pause_seconds * 3 ** (tried - 1)
        if tried >= self.limits.tries or seconds >= self._left():
            return False
        time.sleep(seconds)
        return True

    def _left(self) -> float:
        return self._end - time.monotonic()

    # requests' own
    def _try(self, path: str, body: Mapping[str, object], query: Any, seconds: float) -> bytes:  # noqa: ANN401
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                self.base_url + path, json=body, params=query, timeout=seconds, stream=True,
                allow_redirects=False, headers={"Accept-Encoding": "identity"},
            )  # fmt: skip
            with answer:
                return self._whole(answer)

    def _whole(self, answer: requests.Response) -> bytes:
        if answer.is_redirect or answer.is_permanent_redirect:
            host = urlsplit(answer.headers.get("location", "")).hostname
            raise WebError(
                f"服务器要求转到别处（{host}），已拒绝，以免泄露凭证。请检查 base_url 和网络。",
                transient=False,
            )
        if answer.status_code != _OK:
            transient = answer.status_code >= _FIRST_FAULT
            raise WebError(
                (
                    f"服务器答复 HTTP {answer.status_code}。系统下次会再取；若一直如此，请检查 "
                    "base_url。"
                ),
                transient=transient,
            )
        return whole_body(answer, self.limits.max_bytes)


def bounded(call: Callable[[], T], seconds: float) -> T:
    """Return what `call` returns within so many seconds, WebError otherwise.

    An exception's own text is never passed on: it holds the address.
    """
    found: list[T | WebError] = []

    def work() -> None:
        try:
            found.append(call())
        except WebError as error:
            found.append(error)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            text = f"没有收到完整答复（{type(error).__name__}）。请检查网络；系统下次会再取。"
            found.append(WebError(text, transient=True))

    # A thread, because a server that sends a byte now and then never runs into a socket's timeout.
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(seconds)
    if not found:
        raise WebError(f"{seconds:g} 秒内没有收到完整答复。系统下次会再取。", transient=True)
    if isinstance(found[0], WebError):
        raise found[0]
    return found[0]


def whole_body(answer: requests.Response, max_bytes: int) -> bytes:
    """Read a streamed answer; WebError when it is larger than `max_bytes`."""
    content = b""
    for chunk in answer.iter_content(_CHUNK):
        content += chunk
        if len(content) > max_bytes:
            raise WebError(
                f"答复超过 {max_bytes} 字节，已放弃。请把这一行告诉开发者。", transient=False
            )
    return content
