"""The desk answers others while some clients are slow, idle, endless or hostile.

Broken figures are a sentence.
"""

from __future__ import annotations

import io
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import openpyxl
import pytest
import requests

from pipeline.config.home import Home
from pipeline.ingest.inbox import sha256_of
from tests.support.desk import Client, add_people, eventually, log_in, serving
from tests.support.desk_files import IMPLAUSIBLE, LEDGER
from tests.support.homes import make_home, pipeline, run
from tests.support.report_home import HOSTILE, reported_home
from web.queries.queries import Queries
from web.refusal import Refusal
from web.serving.server import Binding, _listen

ROW = "第{0}场,进社区,2023-05-0{0},广场,黄浦区,{1}\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = reported_home(tmp_path_factory.mktemp("holds") / "home")
    add_people(home)
    return home


@pytest.fixture(scope="module")
def base(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


def connect(base: str) -> socket.socket:
    host, port = base.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), 20)


def test_a_thousand_idle_connections_and_slow_heads_block_nobody(base: str) -> None:
    with ExitStack() as open_lines:
        for number in range(1000):
            line = open_lines.enter_context(connect(base))
            if number % 2:
                line.sendall(b"GET / HTTP/1.1\r\nHost: local")  # and never the rest
        for _ in range(5):
            assert requests.get(f"{base}/healthz", timeout=20).status_code == 200


def test_small_answers_leave_at_once() -> None:
    """Asyncio sends them without waiting for the client's word only where the protocol is named."""
    with _listen(Binding(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_body_that_trickles_blocks_nobody(base: str) -> None:
    with ExitStack() as open_lines:
        for _ in range(60):  # more than there are threads
            line = open_lines.enter_context(connect(base))
            line.sendall(
                b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 1000\r\n\r\n{"
            )
        assert requests.get(f"{base}/healthz", timeout=20).status_code == 200
        assert log_in(base, "boss").get("/api/targets").status_code == 200


def test_a_head_too_big_is_refused(base: str) -> None:
    with connect(base) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ")
        answer = b""
        try:
            for _ in range(100):
                line.sendall(b"a" * 100_000)
        except OSError:
            pass  # it hung up
        with suppress(OSError):
            answer = line.recv(100)
    assert not answer or b" 400 " in answer
    assert requests.get(f"{base}/healthz", timeout=20).status_code == 200


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400), ("application/json", b"[1]", 422),
        ("application/json", b"[" * 100_000, 400), ("text/plain", b"x", 415),
        ("application/json", b'{"a":"' + b"x" * (2 << 20) + b'"}', 413),
        ("application/x-www-form-urlencoded", b"a=1&" * 5_000, 400),
    ],
)  # fmt: skip
def test_bodies_that_cannot_be_are_refused(base: str, kind: str, body: bytes, status: int) -> None:
    office = log_in(base, "office1")
    answer = office.post("/api/units", data=body, headers={"Content-Type": kind})
    assert answer.status_code == status


@pytest.fixture
def leader(base: str) -> Client:
    return log_in(base, "leader")


def test_hostile_titles_are_text_everywhere(leader: Client) -> None:
    page = leader.page("/targets/new_media_products").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    csv = leader.get(
        "/api/query", params={"sql": "select name from mart.new_media_product", "format": "csv"}
    ).content.decode("utf-8-sig")
    assert not any(line.lstrip('"').startswith("=") for line in csv.splitlines())
    found = leader.get(
        "/api/query", params={"sql": "select name from mart.new_media_product"}
    ).json()
    assert [HOSTILE[0]] in found["rows"]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/passwd')", "copy (select 1) to '/tmp/x'",
        "attach '/tmp/x.db'", "install httpfs", "set memory_limit='9GB'",
        "create table x as select 1", "delete from mart.article", "select getenv('HOME')",
        "select * from '/etc/passwd'", "", "selec 1",
    ],
)  # fmt: skip
def test_queries_read_the_warehouse_and_nothing_else(leader: Client, sql: str) -> None:
    answer = leader.get("/api/query", params={"sql": sql})
    assert answer.status_code == 422, answer.text
    assert answer.json()["error_zh"]


def test_queries_have_limits_of_rows_and_time(leader: Client) -> None:
    many = leader.get("/api/query", params={"sql": "select * from range(20000)"}).json()
    assert (len(many["rows"]), many["cut"]) == (10_000, True)
    endless = (
        "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3"
    )
    answer = leader.get("/api/query", params={"sql": endless})
    assert (answer.status_code, "超过10秒" in answer.json()["error_zh"]) == (422, True)


@pytest.mark.parametrize(("sql", "said"), [
    ("select " + "(" * 1_500, "括号套得太深"),  # the parser would take a minute
    # one value: no query of DuckDB's is interrupted within it
    ("select length(repeat('x', 1000000000)), repeat('y', 1000000000)", "内存太多"),
    ("select list(range) from range(1000000000)", "请缩小范围"),
])  # fmt: skip
def test_a_query_that_cannot_be_interrupted_is_ended(leader: Client, sql: str, said: str) -> None:
    answer = leader.get("/api/query", params={"sql": sql})
    assert (answer.status_code, said in answer.json()["error_zh"]) == (422, True)
    again = leader.get("/api/query", params={"sql": "select 1"}).json()
    assert again.get("rows") == [[1]], again


def test_a_query_that_took_all_memory_leaves_nothing_to_the_next_one(home: Path) -> None:
    with closing(Queries(Home(home))) as queries:
        queries.answer("select 1", "json")
        (child,) = [one for one in queries._free.queue if one._process]
        with pytest.raises(Refusal, match="memory") as refused:
            queries.answer(
                "select length(repeat('x', 1000000000)), repeat('y', 1000000000)", "json"
            )
        assert refused.value.status == 422
        assert child._process is None
        assert b"[[1]]" in queries.answer("select 1", "json")
        assert child._process is not None


def test_what_a_cell_cannot_hold_is_told_in_the_workbook(leader: Client) -> None:
    """Excel takes 32,767 characters, 15 digits, and no NaN."""
    sql = "select repeat('长', 40000) as a, 'nan'::double as b, 4611686018427387904 as c, 7 as d"
    answer = leader.get("/api/query", params={"sql": sql, "format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    head, row = book["data"].iter_rows(values_only=True)
    assert head == ("a", "b", "c", "d")
    assert len(str(row[0])) == 32_767
    assert row[1:] == ("nan", "4611686018427387904", 7)
    said = [str(line) for (line,) in book["说明"].iter_rows(values_only=True)]
    assert [line.partition("：")[0] for line in said] == [
        "data 第2行“a”", "data 第2行“b”", "data 第2行“c”",
    ]  # fmt: skip
    owed = leader.get("/owed.xlsx")
    assert owed.status_code == 403


def test_what_is_owed_as_a_workbook(base: str) -> None:
    office = log_in(base, "office1")
    book = openpyxl.load_workbook(io.BytesIO(office.get("/owed.xlsx").content))
    head, *rows = book["应报"].iter_rows(values_only=True)
    assert head[:4] == ("单位", "数据", "时段", "缺几天")
    owed = office.get("/api/owed").json()
    assert len(rows) == len(owed if isinstance(owed, list) else owed["rows"])


def test_badge_headings_and_reminder_count_what_can_still_be_brought(base: str) -> None:
    """What a platform has lost is a number of its own, on the same line."""
    office = log_in(base, "office1")
    states = [row["state"] for row in office.get("/api/owed").json()]
    lost, due = states.count("lost"), len(states) - states.count("lost")
    assert lost, "the home has lost some"
    assert due, "and owes some"
    text = office.page("/owed").text
    assert f"未办</span>{due}</span>" in text, "the badge"
    assert f"<h2>还差{due}项" in text
    assert f"还差{due}项，涉及" in text
    assert f"另有{lost}项平台已查不到、补不回来（已失）。" in text
    reminder = text.partition('id="reminder"')[2].partition("</textarea>")[0]
    assert reminder.count("。") == due, "a line for each"


def test_a_missing_or_broken_warehouse_is_a_sentence(home: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(home, tmp_path / "home"))
    with serving(copy) as base:
        office = log_in(base, "office1")
        for content in (None, b"no database"):
            (copy / "warehouse.duckdb").unlink(missing_ok=True)
            if content:
                (copy / "warehouse.duckdb").write_bytes(content)
            for path in ("/", "/upload", "/runs", "/users", "/password", "/plan"):
                assert office.page(path).status_code in (200, 403), path
            for path in ("/board", "/owed", "/todo", "/targets/wechat_reads", "/query", "/reports"):
                page = office.page(path)
                assert page.status_code == 503, path
                assert "数据" in page.text
            assert office.get("/api/targets").status_code == 503
        shutil.copyfile(home / "warehouse.duckdb", tmp_path / "new")
        (tmp_path / "new").replace(copy / "warehouse.duckdb")
        assert office.page("/board").status_code == 200, "the next night is seen without a restart"


def test_a_run_started_on_the_desk_is_the_shells_run(home: Path, base: str) -> None:
    office = log_in(base, "office1")
    started = office.post("/api/runs", json={})
    assert started.status_code == 202
    assert office.post("/api/runs", json={}).status_code == 409, "one at a time"
    ended = eventually(
        lambda: (state := office.get("/api/runs").json()) and not state["running"] and state, 120
    )
    assert ended["exit_code"] in (0, 3)
    assert ended["log"].strip()
    assert not any((home / "desk" / "incoming").iterdir())


def test_many_at_once_get_their_answers(base: str) -> None:
    people = [log_in(base, name) for name in ("boss", "office1", "leader", "unit_a", "unit_b")]
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda who=who, path=path: statuses.append(who.page(path).status_code)
        )
        for who in people
        for path in ("/", "/board", "/api/me", "/password")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert statuses == [200] * 20


def test_a_failed_night_names_its_file_and_runs_again_without_it(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (home / "transforms").mkdir()
    (home / "transforms" / "size.sql").write_text(IMPLAUSIBLE, "utf-8")
    (home / "inbox" / "ledger" / "四月.csv").write_text(LEDGER + ROW.format(1, 30), "utf-8")
    run(home, "2023-06-11")
    (home / "inbox" / "ledger" / "五月.csv").write_text(LEDGER + ROW.format(2, 7654321), "utf-8")
    assert pipeline(home, "run", "--as-of", "2023-06-11").returncode == 1
    add_people(home)
    with serving(home) as base:
        office, unit = log_in(base, "office1"), log_in(base, "unit_a")
        for path in ("/", "/runs"):
            page = office.page(path).text
            assert "“五月.csv”第2行的“参与人数”是“7654321”，不合规定。" in page, path
            assert "拿出来并重新运行" in page
        assert 'id="start"' not in office.page("/runs").text, "not while the cause waits"
        sha = sha256_of(home / "inbox" / "ledger" / "五月.csv")
        assert unit.post("/api/runs", json={"without": sha}).status_code == 403
        assert office.post("/api/runs", json={"without": "0" * 64}).status_code == 404
        assert office.post("/api/runs", json={"without": sha}).status_code == 202
        ended = eventually(
            lambda: (state := office.get("/api/runs").json()) and not state["running"] and state,
            120,
        )
        assert ended["exit_code"] in (0, 3), ended["log"]
        page = office.page("/runs").text
        assert "没有成功，数据没有丢" not in page
        assert 'id="start"' in page
        assert not (home / "inbox" / "ledger" / "五月.csv").exists()
