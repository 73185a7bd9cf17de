"""Start the real desk of a home on a port the system chooses; log in as a user."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from pipeline.config.home import Home
from tests.support.homes import CHECKOUT
from web.access.passwords import hash_password
from web.access.users import Users

PASSWORD = "苏州河畔的梧桐树 1843"
PEOPLE = {
    "boss": ("admin", ""), "office1": ("office", ""), "leader": ("viewer", ""),
    "unit_a": ("unit", "黄浦区"), "unit_b": ("unit", "静安区"),
}  # fmt: skip


def add_people(root: Path) -> None:
    """Add a user of each role, and of two units, all with PASSWORD."""
    users = Users(Home(root))
    hashed = hash_password("nobody", PASSWORD)
    for name, (role, unit) in PEOPLE.items():
        users.add(name, role, unit)
        users.set_hash(name, hashed)


@contextmanager
def serving(root: Path, *words: str) -> Iterator[str]:
    """Run `serve` on a free port; gives its address."""
    command = [
        sys.executable,
        "-u",
        "-m",
        "pipeline",
        "--home",
        str(root),
        "serve",
        "--port",
        "0",
        *words,
    ]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("http"), line
        try:
            yield line.split()[0].rstrip("/")
        finally:
            process.terminate()
            process.wait(20)


@dataclass
class Client:
    """A logged-in browser without pages: session cookie and token."""

    base: str
    web: requests.Session
    token: str = ""

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {
            "X-CSRF-Token": self.token,
            "Accept": "application/json",
            **more.pop("headers", {}),
        }
        return self.web.request(
            method, self.base + path, headers=headers, timeout=60, allow_redirects=False, **more
        )

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.call("GET", path, **more)

    def post(self, path: str, **more: Any) -> requests.Response:
        return self.call("POST", path, **more)

    def page(self, path: str) -> requests.Response:
        return self.get(path, headers={"Accept": "text/html"})

    def hand_in(self, path: Path, name: str | None = None) -> dict[str, Any]:
        with path.open("rb") as stream:
            answer = self.post("/api/files", files={"file": (name or path.name, stream)})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()[0]
        return found


def log_in(base: str, user: str, password: str = PASSWORD) -> Client:
    """Return a client with a session of the user."""
    web = requests.Session()
    answer = web.post(
        f"{base}/login",
        data={"user": user, "password": password},
        headers={"Accept": "application/json"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    return Client(base, web, answer.json()["csrf_token"])


def raw_status(base: str, path: str, *headers: str, method: str = "GET") -> int:
    """Send a request as it stands, with exactly these headers; returns the status."""
    with closing(
        http.client.HTTPConnection(base.removeprefix("http://"), timeout=20)
    ) as connection:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for line in headers:
            connection.putheader(*line.split(": ", 1))
        connection.endheaders()
        return connection.getresponse().status


def eventually(check: Any, seconds: float = 20) -> Any:
    """Return the first true answer; the last one when time is over."""
    end = time.monotonic() + seconds
    while True:
        found = check()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.1)
