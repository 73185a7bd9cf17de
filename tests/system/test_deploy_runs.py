"""What deploy/ describes runs.

The container's wheel carries the whole product, nginx stands before a real desk.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import trustme

from tests.support.desk import PASSWORD, Client, add_people, serving
from tests.support.homes import CHECKOUT, growth_html, make_home

CONTAINERFILE = (CHECKOUT / "deploy" / "Containerfile").read_text("utf-8")
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
NAME = "publicity.example.gov.cn"
ENGINE = next(
    (
        name
        for name in ("podman", "docker")
        if shutil.which(name) and not subprocess.run(
            [name, "info"], capture_output=True, check=False,
        ).returncode
    ),
    None,
)  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the Containerfile's first stage: what it copies, the wheel it builds.

    Returns the unpacked wheel.
    """
    source, out = tmp_path_factory.mktemp("src"), tmp_path_factory.mktemp("wheel")
    for words in re.findall(
        r"^COPY (?!--from)(.+)$", CONTAINERFILE.split("\nFROM ")[1], re.MULTILINE
    ):
        *names, target = words.split()
        for name in names:
            if (CHECKOUT / name).is_dir():
                shutil.copytree(
                    CHECKOUT / name, source / target, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(CHECKOUT / name, source)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--wheel-dir",
        str(out),
        ".",
    ]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"no wheel can be built here: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(out.glob("*.whl"))) as archive:
        archive.extractall(out / "unpacked")
    return out / "unpacked"


def test_the_wheel_carries_every_file_beside_the_code(wheel: Path) -> None:
    rooms = ("pipeline", "collectors", "reports", "web", "transforms", "plans")
    ours = {
        str(path.relative_to(CHECKOUT))
        for room in rooms
        for path in (CHECKOUT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".md", ".pyc")
        if not path.name.startswith(".")  # made on this machine, by `make setup`
    }
    carried = {str(path.relative_to(wheel)) for path in wheel.rglob("*") if path.is_file()}
    assert sorted(ours - carried) == []
    assert "schedules.py" in carried


def test_the_wheel_alone_runs_a_night_the_desk_and_the_timetable(
    wheel: Path, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "home")
    page = growth_html(("2023-01-01", "5", "1", "4", "104"))  # 100 before, 5 come, 1 goes
    (home / "inbox" / "main-wechat" / "user_analysis.xls").write_text(page, "utf-8")
    env = {**os.environ, "PYTHONPATH": str(wheel)}

    def python(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=wheel,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    assert python("-c", "import pipeline; print(pipeline.__file__)").stdout.startswith(str(wheel))
    night = python("-m", "pipeline", "--home", str(home), "run", "--as-of", "2023-01-31")
    # 3: published, and someone should look at the other account
    assert night.returncode in (0, 3), night.stderr
    found = python(
        "-m",
        "pipeline",
        "--home",
        str(home),
        "sql",
        "select max(followers) from mart.account_daily",
    )
    assert "104" in found.stdout, found.stdout + found.stderr
    assert python("-m", "schedules", "--help").returncode == 0
    command = [sys.executable, "-u", "-m", "pipeline", "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=wheel, env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            base = process.stdout.readline().split()[0].rstrip("/")
            for path in ("/", "/owed", "/static/desk.css", "/static/upload.js"):
                assert requests.get(base + path, timeout=20).status_code == 200, path
        finally:
            process.terminate()
            process.wait(20)


@pytest.mark.skipif(ENGINE is None, reason="neither podman nor docker runs here")
def test_the_image_builds_and_starts() -> None:
    assert ENGINE is not None
    file = str(CHECKOUT / "deploy" / "Containerfile")
    built = subprocess.run(
        [ENGINE, "build", "-q", "-f", file, str(CHECKOUT)],
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode and not os.environ.get("CI"):
        pytest.skip(f"the base image is not to be had: {built.stderr[-200:]}")
    assert built.returncode == 0, built.stderr
    image = built.stdout.split()[-1]
    done = subprocess.run(
        [ENGINE, "run", "--rm", image, "pipeline", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "serve" in done.stdout, done.stderr


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def nginx_config(folder: Path, tls: int, plain: int, desk: int) -> Path:
    """Write the example with a certificate, ports and paths of this test, within the frame that
    Debian gives it.
    """
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(folder / "tls.crt")
    issued.private_key_pem.write_to_path(folder / "tls.key")
    text = (CHECKOUT / "deploy" / "nginx.conf").read_text("utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        (NAME, "localhost"), ("/etc/publicity", str(folder)),
        ("127.0.0.1:8080", f"127.0.0.1:{desk}"),
    ):  # fmt: skip
        assert old in text, old
        text = text.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    frame = (
        f"pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ access_log off; "
        f"{temporary}\n{text}}}"
    )
    (folder / "nginx.conf").write_text(frame, "utf-8")
    return folder / "nginx.conf"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Run the desk behind nginx with the options of its unit; gives address and authority."""
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)  # its workers run as another user
    home = make_home(folder / "home")
    add_people(home)
    tls, plain, desk = free_port(), free_port(), free_port()
    config = nginx_config(folder, tls, plain, desk)
    with serving(home, "--port", str(desk), "--proxy", "127.0.0.1", "--allow-host", "localhost"):
        command = [
            str(NGINX),
            "-c",
            str(config),
            "-e",
            str(folder / "error.log"),
            "-g",
            "daemon off;",
        ]
        with subprocess.Popen(command) as process:
            try:
                wait_for(tls)
                yield f"https://localhost:{tls}", folder / "ca.pem"
            finally:
                process.terminate()
                process.wait(20)


def wait_for(port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nginx does not listen")


@pytest.mark.skipif(NGINX is None and not os.environ.get("CI"), reason="no nginx here")
def test_a_file_is_handed_in_through_nginx(proxied: tuple[str, Path], tmp_path: Path) -> None:
    base, authority = proxied
    web = requests.Session()
    web.trust_env, web.verify = False, str(authority)  # the machine may name another bundle
    headers = {"Accept": "application/json", "Origin": base}
    answer = web.post(
        f"{base}/login", data={"user": "office1", "password": PASSWORD}, headers=headers, timeout=20
    )
    assert answer.status_code == 200, answer.text
    assert "secure" in answer.headers["Set-Cookie"].lower(), (
        "the desk knows that the page came over TLS"
    )
    client = Client(base, web, answer.json()["csrf_token"])
    export = tmp_path / "user_analysis.xls"
    export.write_text(growth_html(("2023-01-01", "5", "1", "4", "104")), "utf-8")
    assert client.hand_in(export)["rows"] == 1


@pytest.mark.skipif(NGINX is None and not os.environ.get("CI"), reason="no nginx here")
def test_nginx_refuses_what_is_too_long_and_foreign_origins(proxied: tuple[str, Path]) -> None:
    base, authority = proxied
    long = requests.Request("POST", f"{base}/api/files", data=b"x").prepare()
    long.headers["Content-Length"] = str((1100 << 20) + 1)
    assert requests.Session().send(long, timeout=20, verify=str(authority)).status_code == 413
    foreign = {"Origin": "https://elsewhere.example"}
    answer = requests.post(
        f"{base}/login", data={}, headers=foreign, timeout=20, verify=str(authority)
    )
    assert answer.status_code == 403
