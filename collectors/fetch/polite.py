"""Visit public pages politely and safely.

Hosts that were declared, robots.txt, pauses, conditional requests, bounds on time and size.

A name is resolved once and the connection goes to that very address, so that no second answer of
the DNS leads elsewhere; addresses of
private networks are refused unless the site is declared as one of the intranet. Redirects are
followed to declared hosts only.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
from protego import Protego
from requests.adapters import HTTPAdapter

from collectors.fetch.http import Limits, WebError, bounded, whole_body

if TYPE_CHECKING:
    from collections.abc import Callable

AGENT = "PublicityPipeline/0.1 (official statistics; one visit a night)"
_ROBOT = "PublicityPipeline"  # what a robots.txt calls us
_REDIRECTS = 5
_NOT_MODIFIED, _MISSING, _BUSY, _FAULT = 304, 400, 429, 500
_LONGEST_PAUSE = 30.0
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")  # all that IANA has given out
_TUNNELS = ipaddress.ip_network("2002::/16")  # 6to4: a private IPv4 address may stand within
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # what DNS64 makes of a site that has IPv4 only
Resolve = Any  # socket.getaddrinfo, or a test's own


@dataclass(frozen=True)
class Answer:
    """A page as sent.

    Its address after redirects, its bytes, and what to say next time to learn that it has not
    changed.
    """

    url: str
    content: bytes
    validator: str | None


@dataclass(frozen=True)
class Manners:
    """Says which hosts may be visited, and how.

    How: whether they are in the intranet (private addresses, plain HTTP), and the seconds between
    two requests.
    """

    hosts: frozenset[str]
    intranet: bool = False
    pause_seconds: float = 2


def is_public(address: str) -> bool:
    """Return whether an address is one host of the public network.

    IPv4 within IPv6 is judged as the IPv4 it is.
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or (
            ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF) if found in _NAT64 else None
        )
        if inner is None and (found not in _PUBLIC_V6 or found in _TUNNELS):
            return False
        found = inner or found
    return found.is_global and not found.is_multicast


class _Pinned(HTTPAdapter):
    """Connects to one address, whatever the name says by now; TLS is checked against the name."""

    def __init__(self, host: str, address: str) -> None:
        self._host, self._address = host, address
        super().__init__()

    # requests' own
    def build_connection_pool_key_attributes(
        self,
        request: Any,  # noqa: ANN401
        verify: Any,  # noqa: ANN401
        cert: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(
            request, verify, cert
        )
        if host_params["scheme"] == "https":
            pool_kwargs.update({"server_hostname": self._host, "assert_hostname": self._host})  # type: ignore[misc]
        return {**host_params, "host": self._address}, pool_kwargs


class Visitor:
    """One fetcher's visits of one night; the clock starts when the object is made."""

    def __init__(
        self, manners: Manners, limits: Limits, resolve: Resolve = socket.getaddrinfo
    ) -> None:
        self.manners, self.limits, self._resolve = manners, limits, resolve
        self._end = time.monotonic() + limits.total_seconds
        self._next = 0.0
        self._robots: dict[str, Protego] = {}

    def get(self, url: str, validator: str | None = None) -> Answer | None:
        """Return the page, None when it has not changed since `validator`.

        WebError when it cannot or may not be had.
        """
        for _ in range(_REDIRECTS + 1):
            url = self.allowed(url)
            robots = self._rules(url)
            if not robots.can_fetch(url, _ROBOT):
                raise WebError(
                    f"robots.txt 不允许采集：{url}。请改为人工保存，或与网站联系。", transient=False
                )
            response, content = self._patiently(lambda at=url: self._once(at, validator))  # type: ignore[misc]
            if not response.is_redirect:
                break
            url = urljoin(url, response.headers.get("location", ""))
        else:
            raise WebError(
                f"转向超过 {_REDIRECTS} 次，已放弃：{url}。请检查网址。", transient=False
            )
        if response.status_code == _NOT_MODIFIED:
            return None
        if response.status_code >= _MISSING:
            raise WebError(
                f"服务器答复 HTTP {response.status_code}：{url}。请检查网址是否仍然有效。",
                transient=False,
            )
        return Answer(
            url, content, response.headers.get("etag") or response.headers.get("last-modified")
        )

    def allowed(self, url: str) -> str:
        """Return the address to visit, with TLS outside the intranet.

        WebError for a host that was not declared.
        """
        parts = urlsplit(url)
        if (
            parts.scheme not in ("http", "https")
            or parts.hostname not in self.manners.hosts
            or parts.username
        ):
            raise WebError(
                (
                    f"不在允许的网站之列，已拒绝：{parts.hostname or url}。确需采集请写入 "
                    "options.hosts。"
                ),
                transient=False,
            )
        if parts.scheme == "http" and not self.manners.intranet:
            parts = parts._replace(scheme="https", netloc=parts.hostname)
        return urlunsplit(parts._replace(fragment=""))

    def _patiently(
        self, call: Callable[[], tuple[requests.Response, bytes]]
    ) -> tuple[requests.Response, bytes]:
        """Try again what may help to try again.

        Faults of the server or the network, and “too many requests”.
        """
        for tried in range(1, self.limits.tries + 1):
            try:
                response, content = call()
                if response.status_code < _FAULT and response.status_code != _BUSY:
                    return response, content
                problem = WebError(
                    f"服务器答复 HTTP {response.status_code}。系统下次会再取。", transient=True
                )
            except WebError as error:
                if not error.transient:
                    raise
                problem = error
            if tried < self.limits.tries and self._left() > 0:
                time.sleep(min(self.limits.pause_seconds * 3 ** (tried - 1), self._left()))
        raise problem

    def _once(self, url: str, validator: str | None) -> tuple[requests.Response, bytes]:
        self._await_turn()
        seconds = min(self.limits.call_seconds, self._left())
        if seconds <= 0:
            raise WebError(
                f"采集超过总时限 {self.limits.total_seconds:g} 秒，其余留待下次。", transient=True
            )
        return bounded(lambda: self._request(url, validator, seconds), seconds)

    def _request(
        self, url: str, validator: str | None, seconds: float
    ) -> tuple[requests.Response, bytes]:
        parts = urlsplit(url)
        headers = {
            "User-Agent": AGENT,
            "Accept-Encoding": "identity",
            "Host": parts.netloc,
            "Connection": "close",
        }
        if validator:
            headers["If-None-Match" if '"' in validator else "If-Modified-Since"] = validator
        with requests.Session() as session:
            session.trust_env = False
            host = parts.hostname or ""
            session.mount(f"{parts.scheme}://", _Pinned(host, self._address(host)))
            with session.get(
                url, headers=headers, timeout=seconds, stream=True, allow_redirects=False
            ) as response:
                return response, whole_body(response, self.limits.max_bytes)

    def _address(self, host: str) -> str:
        """Resolve a name once; WebError for addresses of private networks, unless declared."""
        try:
            found = [
                str(entry[4][0]) for entry in self._resolve(host, None, type=socket.SOCK_STREAM)
            ]
        except OSError:
            raise WebError(
                f"找不到主机 {host}。请检查网络和域名；系统下次会再取。", transient=True
            ) from None
        for address in found:
            if not self.manners.intranet and not is_public(address):
                raise WebError(
                    (
                        f"{host} 指向内部地址 {address}，已拒绝。若确为内网网站，请设 "
                        "options.intranet。"
                    ),
                    transient=False,
                )
        return found[0]

    def _rules(self, url: str) -> Protego:
        """Return the site's robots.txt (RFC 9309: 4xx allows everything.

        An unreachable one lets nobody in, for now).
        """
        site = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        if site not in self._robots:
            self._robots[site] = Protego.parse(self._robots_text(f"{site}/robots.txt"))
        return self._robots[site]

    def _robots_text(self, url: str) -> str:
        """Return a robots.txt, following up to five redirects.

        After that many it counts as missing.
        """
        for _ in range(_REDIRECTS + 1):
            response, content = self._patiently(lambda at=url: self._once(at, None))  # type: ignore[misc]
            if not response.is_redirect:
                return content.decode("utf-8-sig", "replace") if response.ok else ""
            url = self.allowed(urljoin(url, response.headers.get("location", "")))
        return ""

    def _await_turn(self) -> None:
        """Keep the pause that we chose, or the longer one that the site demands."""
        asked = [float(rules.crawl_delay(_ROBOT) or 0) for rules in self._robots.values()]
        pause = max(
            [self.manners.pause_seconds, *(min(seconds, _LONGEST_PAUSE) for seconds in asked)]
        )
        time.sleep(max(0.0, min(self._next - time.monotonic(), self._left())))
        self._next = time.monotonic() + pause

    def _left(self) -> float:
        return self._end - time.monotonic()
