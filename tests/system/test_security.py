"""The threats of docs/reliability.md that no other file shows.

The network, analysts' SQL, secrets in failing nights, misleading sites, formulas.
"""

from __future__ import annotations

import csv
import io
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.fetch.http import Limits, WebError
from collectors.fetch.polite import Manners, Visitor, is_public
from conftest import ForeignHostError
from pipeline.config.home import Home
from pipeline.export.query_formats import write_csv
from pipeline.warehouse.publish import open_published
from tests.support.homes import CHECKOUT, CONFIG, growth_html, make_home, pipeline, rows, run
from tests.support.servers import running
from tests.support.servers.wechat import SECRET

# --- S12: the network
# -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_the_guard_lets_no_test_out(
    family: socket.AddressFamily, request: pytest.FixtureRequest
) -> None:
    # for documentation: nobody's
    address = "192.0.2.1" if family == socket.AF_INET else "2001:db8::1"
    with socket.socket(family) as way, pytest.raises(ForeignHostError):
        way.connect((address, 80))
    with pytest.raises(ForeignHostError):
        socket.getaddrinfo("example.org", 80)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way, pytest.raises(ForeignHostError):
        way.sendto(b"x", (address if family == socket.AF_INET else "192.0.2.2", 53))
    tried = request.getfixturevalue("no_network")
    assert len(tried) == 3
    tried.clear()  # meant: the guard itself was tried


# --- S11: analysts' SQL
# -----------------------------------------------------------------------------------------------

ESCAPES = (
    "copy (select 1) to '{out}'", "copy mart.account_daily to '{out}' (format parquet)",
    "export database '{out}'", "import database '{out}'",
    "attach '{out}' as other", "attach '{home}/warehouse.duckdb' as again",
    "create table mart.evil as select 1",
    "create temp macro f() as 1; copy (select f()) to '{out}'",
    "select * from read_csv('{home}/pipeline.toml')", "select * from '{home}/pipeline.toml'",
    "select * from read_text('{home}/*')", "select * from read_blob('/etc/passwd')",
    "select * from glob('/etc/*')", "select * from read_parquet('http://127.0.0.1:9/x')",
    "select * from sniff_csv('/etc/passwd')", "select * from read_json('/etc/passwd')",
    "install httpfs", "load httpfs", "install '{home}/x.duckdb_extension'",
    "set enable_external_access = true", "set lock_configuration = false",
    "set global allow_unsigned_extensions = true", "reset lock_configuration",
    "set memory_limit = '1TB'", "set temp_directory = '{home}'",
    "pragma enable_profiling = 'json'",
    "pragma profiling_output = '{out}'", "set secret_directory = '{home}'",
    "create secret s (type http)", "create persistent secret s (type http)",
    "insert into mart.account_daily select * from mart.account_daily",
    "update ops.run set exit_code = 0", "delete from raw.wechat_user_growth",
    "drop table mart.account_daily",
    "truncate mart.account_daily", "alter table mart.account_daily add column x int",
    "comment on table mart.account_daily is 'x'", "detach warehouse; attach '{out}'",
    "select getenv('HOME')", "checkpoint; copy (select 1) to '{out}'",
    "vacuum; copy (select 1) to '{out}'",
    "call pragma_database_size(); copy (select 1) to '{out}'",
    "copy (select 1) to '{home}/warehouse.duckdb' (use_tmp_file false)",
    "copy (select 1) to '{home}/warehouse.duckdb.wal'",
    "attach '{home}/warehouse.duckdb' as again (read_only)",
    "select * from read_blob('{home}/warehouse.duckdb')",
    "copy (select 1) to '{home}/warehouse.duckdb.wal.checkpoint'",
    "from read_duckdb('{home}/warehouse.duckdb', table_name = 'run')",
    "explain analyze copy (select 1) to '{out}'",
    "prepare p as copy (select 1) to '{out}'; execute p",
    "begin; drop table mart.account_daily; commit",
)  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("home"))
    (home / "inbox" / "main-wechat" / "g.xls").write_text(
        growth_html(("2023-01-01", "1", "0", "1", "100")), "utf-8"
    )
    run(home, "2023-01-31")
    return home


@pytest.mark.parametrize("query", ESCAPES)
def test_no_query_leaves_the_warehouse(published: Path, tmp_path: Path, query: str) -> None:
    before = (published / "warehouse.duckdb").read_bytes()
    out = tmp_path / "out"
    with open_published(Home(published)) as con, pytest.raises(duckdb.Error):
        con.execute(query.format(out=out, home=published))
    assert not out.exists()
    assert [path.name for path in published.glob("*.duckdb*")] == ["warehouse.duckdb"]
    assert (published / "warehouse.duckdb").read_bytes() == before


@pytest.mark.parametrize("query", ["copy (select 1) to '.tmp/x.csv'", "attach '.tmp/x.duckdb' as x",
    "from read_text('.tmp/spilled')", "from glob('.tmp/*')"])  # fmt: skip
def test_no_query_reaches_the_folder_that_duckdb_would_spill_into(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """DuckDB excepts it from `enable_external_access = false`, as it does the attached file.

    Another query may have left rows there.
    """
    (tmp_path / ".tmp").mkdir()
    (tmp_path / ".tmp" / "spilled").write_text("rows of another query", "utf-8")
    monkeypatch.chdir(tmp_path)
    with open_published(Home(published)) as con, pytest.raises(duckdb.PermissionException):
        con.execute(query)
    assert [path.name for path in (tmp_path / ".tmp").iterdir()] == ["spilled"]


def test_a_query_takes_at_most_half_of_the_memory(published: Path) -> None:
    with duckdb.connect() as free, open_published(Home(published)) as con:
        free.execute("set memory_limit = '50%'")
        half = free.execute("select current_setting('memory_limit')").fetchone()
        assert con.execute("select current_setting('memory_limit')").fetchone() == half
        with pytest.raises(duckdb.InvalidInputException):
            con.execute("set memory_limit = '90%'")


def test_the_shell_has_no_dot_command_that_leads_out(published: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = [
        f".shell touch {out}", f".system touch {out}", f".output {out}", f".read {out}",
        f".open {out}", "select 41 + 1 as answer", ".quit",
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--home", str(published), "shell"], cwd=CHECKOUT,
        input="\n".join(words) + "\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.count("error: query failed") == 5
    assert "42" in done.stdout
    assert not out.exists()


# --- S4: formulas
# -----------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    text=st.text(max_size=20),
    sign=st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "\n="]),
)
def test_no_cell_of_a_csv_begins_like_a_formula(text: str, sign: str) -> None:
    stream = io.StringIO(newline="")
    write_csv(stream, ["name"], [(sign + text,)])
    cell = next(iter(list(csv.reader(io.StringIO(stream.getvalue(), newline="")))[1:]), [""])[0:1]
    assert not (
        cell and cell[0].startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    )
    if cell and not (sign + text).startswith(
        ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    ):
        assert cell[0] == sign + text, "what is harmless stays as it is"


# --- S7: sites that mislead
# -------------------------------------------------------------------------------------------


def visitor(resolve: Any, *hosts: str, intranet: bool = False) -> Visitor:
    limits = Limits(call_seconds=2, total_seconds=10, tries=1, pause_seconds=0)
    return Visitor(Manners(frozenset(hosts), intranet, 0), limits, resolve)


def test_a_name_that_changes_its_answer_is_checked_at_every_connection() -> None:
    """DNS rebinding: a public address for the first look-up, this machine for the next.

    No answer is used unchecked.
    """
    answers = iter(["192.0.2.1", "127.0.0.1"])

    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 0))]

    # 192.0.2.0/24 is no public address either: both are refused, each by its own check
    for _ in range(2):
        with pytest.raises(WebError, match="内部地址"):
            visitor(resolve, "site.example").get("https://site.example/")


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))
            for address in ("93.184.216.34", "10.0.0.7")
        ]

    with pytest.raises(WebError, match=r"10\.0\.0\.7"):
        visitor(resolve, "site.example").get("https://site.example/")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.7", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "0.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
     "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
     "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1",
     "2002:7f00:1::", "2001:db8::1", "5f00::1"],
)  # fmt: skip
def test_an_address_that_is_no_public_host_is_refused(address: str) -> None:
    with pytest.raises(WebError, match="内部地址"):
        visitor(
            lambda *_, **__: [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, 0))],
            "site.example",
        ).get("https://site.example/")  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "240e:1::1", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"],
)
def test_public_addresses_are_visited(address: str) -> None:
    assert is_public(address)


REDIRECTS = {
    "http://evil.example/": "不在允许的网站之列", "//evil.example/x": "不在允许的网站之列",
    "file:///etc/passwd": "不在允许的网站之列",
    "http://user:pw@site.invalid/": "不在允许的网站之列",
    "gopher://site.invalid/": "不在允许的网站之列", "/again": "转向超过",
}  # fmt: skip


@pytest.mark.parametrize("location", REDIRECTS)
def test_a_redirect_leads_nowhere_else(location: str) -> None:
    with redirecting(location) as port, pytest.raises(WebError, match=REDIRECTS[location]):
        visitor(
            lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))],
            "site.invalid", intranet=True,
        ).get(f"http://site.invalid:{port}/")  # fmt: skip


class redirecting:  # noqa: N801 - used like a function
    """A server on loopback that answers every request but robots.txt with a redirect."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._server = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self._server.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                way, _ = self._server.accept()
            except OSError:
                return
            with way:
                head = way.recv(4096)
                where = f"Location: {self._location}\r\n" if b"robots.txt" not in head else ""
                code = "302 Found" if where else "404 Not Found"
                way.sendall(
                    f"HTTP/1.1 {code}\r\n{where}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
                )


# --- S8: secrets
# ------------------------------------------------------------------------------------------------------

PASSWORD = "correct-horse-battery-staple"
ENV = {**os.environ, "WECHAT_SECRET_MAIN_WECHAT": SECRET, "PIPELINE_MAIL_PASSWORD": PASSWORD}
FETCH = (
    '[[fetch]]\nuse = "wechat_api"\nsource = "main-wechat"\noptions = {{ app_id = "one", '
    'base_url = "{}", pause_seconds = "0.01", ready_hour = "0", article_days = "0", read_days = '
    '"0" }}\n'
)
MAIL = (
    '[mail]\nfrom = "a@example.org"\nto = ["b@example.org"]\noperators = ["c@example.org"]\n'
    'host = "127.0.0.1"\nport = 9\nuser = "u"\n'
)


def everything(home: Path) -> bytes:
    return b"".join(
        path.read_bytes() for path in home.rglob("*") if path.is_file() and not path.is_symlink()
    )


def tables(home: Path) -> str:
    names = rows(
        home,
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where schema_name in ('ops', 'raw', 'staging', 'mart')",
    )
    return "".join(str(rows(home, f"select to_json(t) from {name} as t")) for (name,) in names)


@pytest.mark.parametrize("mode", ["ip", "echo", "nobody"])
def test_no_secret_stands_anywhere_after_a_night_that_failed(tmp_path: Path, mode: str) -> None:
    """Fetching fails in three ways, the mail finds no server, the next night its configuration
    broken: all is told, no secret with it.
    """
    (tmp_path / "server").mkdir()
    with running("wechat", str(tmp_path / "server"), f"one={mode}") as port:
        address = f"http://127.0.0.1:{port if mode != 'nobody' else 9}"
        home = make_home(tmp_path / "home", CONFIG + FETCH.format(address) + MAIL)
        (home / "layouts").mkdir()
        told = ""
        for words in (
            ("run", "--json"),
            ("run",),
            ("report", "alerts", "--send"),
            ("status",),
            ("mail", "list"),
        ):
            done = pipeline(home, *words, env=ENV)
            told += done.stdout + done.stderr
        (home / "layouts" / "x.toml").write_text("broken =", "utf-8")
        done = pipeline(home, "run", env=ENV)
        told += done.stdout + done.stderr
        assert done.returncode == 2
    kept = everything(home)
    assert rows(home, "select count(*) > 0 from ops.fetch_log where status <> 'fetched'") == [
        (True,)
    ]
    told += tables(home)  # the file itself may be compressed
    for secret in (SECRET, PASSWORD, "one.token", "access_token="):
        assert secret not in told, secret
        assert secret.encode() not in kept, secret


def test_no_secret_stands_in_a_command_line(tmp_path: Path) -> None:
    """What the job and its reading child are called with is seen by every user of the machine."""
    home = make_home(tmp_path / "home", CONFIG + MAIL)
    seen: set[bytes] = set()
    with subprocess.Popen([sys.executable, "-m", "pipeline", "--home", str(home), "run"],
        cwd=CHECKOUT, env=ENV, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL) as job:  # fmt: skip
        while job.poll() is None:
            for place in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(place.read_bytes())
                except OSError:
                    continue
            time.sleep(0.05)
    assert any(b"multiprocessing" in line or b"pipeline" in line for line in seen)
    assert not any(SECRET.encode() in line or PASSWORD.encode() in line for line in seen)


def test_nothing_that_a_night_or_a_backup_makes_is_for_everybody(tmp_path: Path) -> None:
    """Folders 0750 and files 0640 under an open umask.

    Sealed files (0444, the contract's mode) are behind such folders.
    """
    home = tmp_path / "home"
    add = ("accounts", "add", "main-wechat", "--name", "示例城管", "--platform", "wechat", "--main")
    before = os.umask(0)
    try:
        assert pipeline(home, *add).returncode == 0
        page = growth_html(("2023-06-01", "10", "0", "10", "1010"))
        (home / "inbox" / "main-wechat" / "a.xls").write_text(page, "utf-8")
        run(home, "2023-06-01")
        assert pipeline(home, "backup").returncode == 0
    finally:
        os.umask(before)
    made = [
        path
        for path in (home, *home.rglob("*"))
        if path.is_dir() or stat.S_IMODE(path.stat().st_mode) & 0o222
    ]
    dropped = {path for path in made if path.name == "a.xls"}
    open_to_all = [
        path for path in made if path not in dropped and stat.S_IMODE(path.stat().st_mode) & 0o027
    ]
    assert open_to_all == []
    assert stat.S_IMODE(home.stat().st_mode) == 0o750
