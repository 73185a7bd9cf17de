"""The desk's doors, against the running server.

Users, sessions, tokens, hosts, origins, guessing, what is open without a login.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup

from tests.support.desk import PASSWORD, Client, add_people, log_in, raw_status, serving
from tests.support.homes import make_home, pipeline
from web.pages import ROUTES

EVERYWHERE = "0.0.0.0"  # noqa: S104 - refused


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("desk") / "home")
    add_people(home)
    return home


@pytest.fixture(scope="module")
def base(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


def login(base: str, user: str, password: str, **headers: str) -> requests.Response:
    return requests.post(
        f"{base}/login",
        data={"user": user, "password": password},
        headers=headers,
        timeout=60,
        allow_redirects=False,
    )


def test_a_link_chooses_a_password_once(home: Path, base: str) -> None:
    done = pipeline(home, "users", "add", "newcomer", "--role", "unit", "--unit", "黄浦区")
    link = done.stdout.strip()
    assert link.startswith(f"{base}/set-password?token="), "the link leads to where the desk runs"
    web = requests.Session()
    form = BeautifulSoup(web.get(link, timeout=20).text, "lxml").select_one("form")
    assert form is not None
    data = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
    data |= {"password": "短", "password2": "短"}
    assert web.post(f"{base}{form['action']}", data=data, timeout=20).status_code == 422
    data |= {"password": PASSWORD, "password2": PASSWORD}
    assert (
        web.post(
            f"{base}{form['action']}", data=data, timeout=20, allow_redirects=False
        ).status_code
        == 303
    )
    me = web.get(f"{base}/api/me", timeout=20).json()
    assert (me["user"], me["role"], me["unit"]) == ("newcomer", "unit", "黄浦区")
    assert requests.get(link, timeout=20).status_code == 403, "a link works once"
    assert requests.get(link[:-3] + "AAA", timeout=20).status_code == 403


def test_the_users_file_is_private_and_holds_no_password(home: Path) -> None:
    assert stat.S_IMODE((home / "users.toml").stat().st_mode) == 0o600
    text = (home / "users.toml").read_text("utf-8")
    assert "$argon2id$" in text
    assert PASSWORD not in text


def test_a_session_is_new_hidden_and_ends(home: Path, base: str) -> None:
    web = requests.Session()
    web.cookies.set("desk_session", "chosen-by-somebody-else")
    answer = web.post(
        f"{base}/login",
        data={"user": "boss", "password": PASSWORD},
        timeout=20,
        allow_redirects=False,
    )
    cookie = answer.headers["Set-Cookie"]
    assert "chosen-by-somebody-else" not in cookie
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    client = log_in(base, "boss")
    token = client.web.cookies["desk_session"]
    assert token.encode() not in (home / "desk" / "desk.sqlite").read_bytes(), (
        "only the digest is stored"
    )
    assert client.post("/logout").status_code == 200
    stolen = requests.get(f"{base}/api/me", cookies={"desk_session": token}, timeout=20)
    assert stolen.status_code == 401


def test_a_changed_password_and_a_disabled_user_end_every_session(home: Path, base: str) -> None:
    pipeline(home, "users", "add", "changing", "--role", "viewer")
    link = pipeline(home, "users", "reset", "changing").stdout.strip()
    token = link.partition("token=")[2]
    requests.post(f"{base}/set-password", data={"token": token, "password": PASSWORD}, timeout=20)
    here, there = log_in(base, "changing"), log_in(base, "changing")
    changed = here.post(
        "/password",
        json={
            "old": PASSWORD,
            "password": "另一条足够长的新口令2",
            "password2": "另一条足够长的新口令2",
        },
    )
    assert changed.status_code == 200, changed.text
    assert here.get("/api/me").status_code == 200
    assert there.get("/api/me").status_code == 401
    assert pipeline(home, "users", "disable", "changing").returncode == 0
    assert here.get("/api/me").status_code == 401
    assert login(base, "changing", "另一条足够长的新口令2").status_code == 401


def test_every_address_asks_for_a_login(base: str) -> None:
    for found in ROUTES:
        if found.path in ("/login", "/set-password"):
            continue
        path = re.sub(r"\{[^}]*\}", "x", found.path)
        for method in found.methods - {"HEAD"}:
            answer = requests.request(
                method,
                base + path,
                headers={"Accept": "application/json"},
                timeout=20,
                allow_redirects=False,
            )
            assert answer.status_code == 401, (method, path)
            assert set(answer.json()) == {"error_zh", "error"}
    page = requests.get(
        f"{base}/password?a=b", headers={"Accept": "text/html"}, timeout=20, allow_redirects=False
    )
    assert (page.status_code, page.headers["Location"]) == (303, "/login?next=%2Fpassword%3Fa%3Db")
    assert requests.get(f"{base}/healthz", timeout=20).status_code == 200


def test_no_change_without_the_token(base: str) -> None:
    client = log_in(base, "office1")
    wrong = Client(base, client.web, "wrong")
    for found in ROUTES:
        for method in found.methods & {"POST", "PUT", "DELETE"}:
            if found.path in ("/login", "/set-password"):
                continue
            path = re.sub(r"\{[^}]*\}", "x", found.path)
            assert wrong.call(method, path, json={}).status_code == 403, (method, path)
    assert client.get("/api/me").status_code == 200, "not even the logout worked"


@pytest.mark.parametrize(
    "origin", ["https://evil.example.org", "null", "http://127.0.0.1.evil.example.org"]
)
def test_no_change_from_a_foreign_page(base: str, origin: str) -> None:
    assert login(base, "boss", PASSWORD, Origin=origin).status_code == 403
    client = log_in(base, "office1")
    assert client.post("/logout", headers={"Origin": origin}).status_code == 403
    assert client.post("/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/logout", headers={"Origin": base}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example.org",
        "127.0.0.1.evil.example.org",
        "localhost@evil.example.org",
        "[",
        "",
        "127.0.0.1:x:y",
    ],
)
def test_foreign_hosts_are_refused(base: str, host: str) -> None:
    assert raw_status(base, "/login", f"Host: {host}") == 400


def test_two_hosts_or_none_are_refused(base: str) -> None:
    assert raw_status(base, "/login", "Host: localhost", "Host: evil.example.org") == 400
    assert raw_status(base, "/login") == 400


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example.org",
        "https://evil.example.org",
        "/\\evil.example.org",
        "\\\\evil",
        "/\t/evil.example.org",
        "javascript:alert(1)",
        "/login",
    ],
)
def test_a_login_leads_nowhere_else(base: str, target: str) -> None:
    answer = requests.post(
        f"{base}/login",
        data={"user": "boss", "password": PASSWORD, "next": target},
        timeout=20,
        allow_redirects=False,
    )
    assert answer.headers["Location"] == "/"


def test_guessing_slows_a_name_and_an_address(home: Path) -> None:
    with serving(home) as base:
        for left in (4, 3, 2, 1):
            answer = login(base, "leader", "wrong", Accept="application/json")
            assert answer.status_code == 401
            assert f"还可再试{left}次" in answer.json()["error_zh"]
        assert login(base, "leader", "wrong").status_code == 401
        locked = login(base, "leader", PASSWORD)
        assert locked.status_code == 429
        assert int(locked.headers["Retry-After"]) > 0
        assert login(base, "unit_a", PASSWORD).status_code == 429, "the same address, another name"


def test_guessing_at_once_is_no_way_round(home: Path) -> None:
    """Two passwords are tried at a time: after the fifth wrong one at most one more is under way."""
    with serving(home) as base, ThreadPoolExecutor(20) as threads:
        answers = [threads.submit(login, base, "leader", f"wrong {n}") for n in range(20)]
        statuses = [one.result().status_code for one in answers]
    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= 6


def test_unknown_and_known_names_are_answered_alike(home: Path) -> None:
    with serving(home) as base:
        first, second = (
            login(base, name, "wrong", Accept="application/json") for name in ("nobody", "boss")
        )
        assert first.status_code == second.status_code == 401
        assert first.json()["error_zh"].replace("4", "3") == second.json()["error_zh"]


def test_headers_hold_the_browser_to_our_files(base: str) -> None:
    client = log_in(base, "boss")
    for path in ("/login", "/password", "/nothing", "/static/desk.css"):
        headers = client.page(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    for path in ("/login", "/password"):
        page = client.page(path).text
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]*src=)", page)
        assert not re.search(r" on[a-z]+=", page)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../desk.py",
        "/static/..%2fdesk.py",
        "/static/%2e%2e/desk.py",
        "/static//etc/passwd",
        "/static/%00",
    ],
)
def test_static_files_are_only_ours(base: str, path: str) -> None:
    assert raw_status(base, path, "Host: localhost") == 404


def test_a_loopback_desk_without_users_shows_everything_and_changes_nothing(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    with serving(home) as base:
        me = requests.get(f"{base}/api/me", timeout=20)
        assert me.json()["user"] == ""
        page = requests.get(f"{base}/password", timeout=20).text
        assert "users add" in page
        answer = requests.post(
            f"{base}/password", json={}, headers={"X-CSRF-Token": ""}, timeout=20
        )
        assert answer.status_code == 403
        add_people(home)
        assert requests.get(f"{base}/api/me", timeout=20).status_code == 401, (
            "with a first user the door is shut"
        )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--host", EVERYWHERE), "--tls-cert"),
        (("--host", EVERYWHERE, "--proxy", "10.0.0.1"), "users add"),
        (("--proxy", "127.0.0.1", "--allow-host", "desk.example.org"), "users add"),
        (("--tls-cert", "x.pem"), "go together"),
        (("--tls-cert", "x.pem", "--tls-key", "y.pem"), "does not exist"),
    ],
)
def test_beyond_loopback_it_demands_tls_and_users(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = pipeline(make_home(tmp_path / "home"), "serve", "--port", "0", *words)
    assert done.returncode == 2
    assert told in done.stderr


def test_beyond_loopback_it_demands_a_name(home: Path) -> None:
    done = pipeline(home, "serve", "--host", EVERYWHERE, "--port", "0", "--proxy", "10.0.0.1")
    assert done.returncode == 2
    assert "--allow-host" in done.stderr


def test_a_taken_port_is_told(home: Path, base: str) -> None:
    done = pipeline(home, "serve", "--port", base.rpartition(":")[2])
    assert done.returncode == 1
    assert "cannot be had" in done.stderr


def test_users_are_checked(home: Path) -> None:
    for words, told in (
        (("add", "boss", "--role", "admin"), "exists already"),
        (("add", "x y", "--role", "admin"), "without blanks"),
        (("add", "x", "--role", "king"), "none of"),
        (("add", "x", "--role", "unit"), "--unit"),
        (("add", "x", "--role", "unit", "--unit", "火星区"), "not in the plan"),
        (("disable", "nobody"), "no user"),
    ):
        done = pipeline(home, "users", *words)
        assert done.returncode == 2, words
        assert told in done.stderr
    assert "leader" in pipeline(home, "users", "list").stdout


def test_tls_of_its_own_marks_the_cookie_secure(home: Path, tmp_path: Path) -> None:
    import trustme

    authority = trustme.CA()
    pair = authority.issue_cert("localhost", "127.0.0.1")
    certificate, key, ca = (tmp_path / name for name in ("cert.pem", "key.pem", "ca.pem"))
    for index, blob in enumerate(pair.cert_chain_pems):
        blob.write_to_path(certificate, append=index > 0)
    pair.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(ca)
    with serving(home, "--tls-cert", str(certificate), "--tls-key", str(key)) as base:
        assert base.startswith("https://")
        answer = requests.post(
            f"{base}/login",
            data={"user": "boss", "password": PASSWORD},
            verify=str(ca),
            timeout=20,
            allow_redirects=False,
        )
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "Strict-Transport-Security" in answer.headers


def test_the_key_of_password_links_is_nobody_elses(home: Path) -> None:
    done = pipeline(home, "users", "add", "keyholder", "--role", "viewer")
    assert done.returncode == 0, done.stderr
    assert (home / "desk" / "key").stat().st_mode & 0o077 == 0
