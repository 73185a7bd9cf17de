"""Answers given on the desk reach the next night; reports leave the desk for a real SMTP server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.nights.test_mail import server, taken
from tests.support.desk import Client, add_people, eventually, log_in, serving
from tests.support.homes import make_home, pipeline, rows
from tests.support.nights import drop_table, night
from tests.support.report_home import WEEK, home_with_mail, reported_home

HEAD = ["活动名称", "开始日期", "主办单位", "单位", "参与人数"]
FIRST = ["01-05 活动一", "03-08 活动二", "05-09 活动三", "06-20 夏季普法"]
LATER = [
    "01-05 活动一",
    "02-02 丙",
    "04-04 丁",
    "06-06 戊",
    "06-07 己",
]  # one of four is still there
REPORTS = [
    ["报道标题", "媒体名称", "发表日期", "倾向"],
    ["示例城管开展夏季垃圾分类宣传活动", "甲报", "2023-06-20", "正面"],
    ["示例城管开展夏季垃圾分类宣传行动", "乙报", "2023-06-21", "正面"],
]


def events(lines: list[str]) -> list[list[str]]:
    parts = [line.split() for line in lines]
    return [HEAD, *([name, f"2023-{day}", "宣传处", "某某处", "50"] for day, name in parts)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("answers") / "home")
    drop_table(home, "ledger", "活动台账.xlsx", events(FIRST))
    drop_table(home, "ledger", "报道.xlsx", REPORTS)
    (home / "inbox" / "ledger" / "菜单.csv").write_text("菜名,价格\n红烧肉,18\n", "utf-8")
    night(home, "2023-06-30", 3)  # a unit nobody knows
    drop_table(home, "ledger", "活动台账.xlsx", events(LATER), 1_700_000_100)
    night(home, "2023-06-30", 3)
    add_people(home)
    return home


@pytest.fixture(scope="module")
def base(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


def taken_back(office: Client, undo: dict[str, Any], kind: str) -> None:
    """Take an answer back: what it was about waits again; a second time there is nothing to."""
    assert office.get("/api/todo").json()[kind] == []
    assert office.call(undo["method"], undo["path"], json=undo["body"]).status_code == 200
    assert len(office.get("/api/todo").json()[kind]) == 1
    assert office.call(undo["method"], undo["path"], json=undo["body"]).status_code == 409


def test_a_file_let_in_waits_again(home: Path, base: str) -> None:
    """One that a night refused leaves the inbox again; one that it held has not left held/."""
    office = log_in(base, "office1")
    files = {one["name"]: one for one in office.get("/api/todo").json()["held"]}
    assert set(files) == {"菜单.csv", "活动台账.xlsx"}
    for name, decision, folder in (
        ("菜单.csv", {"decision": "release"}, "inbox/ledger"),
        ("菜单.csv", {"decision": "reassign", "source": "黄浦区"}, "inbox/黄浦区"),
        ("活动台账.xlsx", {"decision": "release"}, "held/ledger"),
    ):
        path = f"/api/held/{files[name]['sha256']}"
        given = office.post(path, json=decision).json()
        assert (home / folder / name).is_file()
        waiting = [one["name"] for one in office.get("/api/todo").json()["held"]]
        assert waiting == [other for other in files if other != name]
        undone = office.call("POST", given["undo"]["path"], json=given["undo"]["body"])
        assert undone.json()["said_zh"] == "已撤销，重新等待判定。"
        assert {one["name"] for one in office.get("/api/todo").json()["held"]} == set(files)
        again = office.call("POST", given["undo"]["path"], json=given["undo"]["body"])
        assert again.status_code == 404, "once"
    assert not list((home / "inbox").rglob("*.csv"))
    assert (home / "held" / "ledger" / "活动台账.xlsx").is_file()
    (note,) = (home / "quarantine").glob("菜单.csv.reason.txt")
    assert "菜单.csv（inbox/ledger）" in note.read_text("utf-8")


def test_names_stories_and_editions_are_settled_by_a_click(home: Path, base: str) -> None:
    """Four activities of an unknown unit and two stories; the later ledger of five rows waits."""
    office, viewer = log_in(base, "office1"), log_in(base, "leader")
    todo = office.get("/api/todo").json()
    assert rows(home, "select count(*), count(unit) from mart.activity") == [(4, 0)]
    (edition,) = todo["editions"]
    path = f"/api/editions/{edition['sha256']}"
    assert viewer.post(path, json={"answer": "edition"}).status_code == 403
    assert office.post(path, json={"answer": "both"}).status_code == 422
    assert office.post(f"/api/editions/{'0' * 64}", json={"answer": "edition"}).status_code == 404
    given = office.post(path, json={"answer": "pieces"}).json()
    assert given["said_zh"] == "已按两份相加，不会重复计数。"
    taken_back(office, given["undo"], "editions")
    assert office.post(path, json={"answer": "edition"}).json()["said_zh"] == "已以新的为准。"

    assert [one["name"] for one in todo["units"]] == ["某某处"]
    assert office.post("/api/units", json={"name": "某某处", "unit": "火星"}).status_code == 422
    given = office.post("/api/units", json={"name": "某某处", "unit": "静安区"}).json()
    taken_back(office, given["undo"], "units")
    assert office.post("/api/units", json={"name": "某某处", "unit": "黄浦区"}).status_code == 200

    (pair,) = todo["stories"]
    ids = {name: pair[name] for name in ("story_id", "other_story_id")}
    assert office.post("/api/stories", json={**ids, "same": "ja"}).status_code == 422
    unknown = {"story_id": "x", "other_story_id": "y", "same": True}
    assert office.post("/api/stories", json=unknown).status_code == 404
    for same in (False, True):
        given = office.post("/api/stories", json={**ids, "same": same}).json()
        taken_back(office, given["undo"], "stories")
    assert office.post("/api/stories", json={**ids, "same": True}).status_code == 200

    after = office.get("/api/todo").json()
    assert [after[kind] for kind in ("editions", "units", "stories")] == [[], [], []]
    night(home, "2023-06-30")
    assert rows(home, "select count(*), count(unit), min(unit) from mart.activity") == [
        (5, 5, "黄浦区")
    ]
    assert rows(home, "select count(*) from mart.story") == [(1,)]
    assert rows(home, "select count(*) from mart.mention") == [(2,)], "each paper counts still"


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reported_home(tmp_path_factory.mktemp("reported") / "home")


def sent(office: Client) -> dict[str, Any]:
    """Send the week's report from the desk; returns the run's end."""
    answer = office.post(f"/api/reports/weekly-{WEEK}/send", json={})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = eventually(
        lambda: (state := office.get("/api/runs").json()) and not state["running"] and state, 180
    )
    return found


def mails(office: Client) -> dict[str, str]:
    found = office.get(f"/api/reports/weekly-{WEEK}/recipients").json()["mails"]
    return {one["recipient"]: one["state"] for one in found}


def test_a_report_leaves_the_desk_once_with_its_commentary(reported: Path, tmp_path: Path) -> None:
    with server("accept", tmp_path / "in") as port:
        home = home_with_mail(reported, tmp_path / "home", port)
        add_people(home)
        with serving(home) as base:
            office, leader = log_in(base, "office1"), log_in(base, "leader")
            note = {"note": "本周重点是垃圾分类。"}
            assert (
                office.call("PUT", f"/api/reports/weekly-{WEEK}/note", json=note).status_code == 200
            )
            assert leader.post(f"/api/reports/weekly-{WEEK}/send", json={}).status_code == 403
            assert office.post("/api/reports/weekly-nonsense/send", json={}).status_code == 404
            assert sent(office)["exit_code"] == 0
            assert mails(office) == {"a@example.org": "sent", "refused@example.org": "sent"}
            assert sent(office)["exit_code"] == 0
            page = office.page(f"/reports/weekly/{WEEK}").text
            assert "a@example.org" in page
        received = taken(tmp_path / "in")
    assert sorted(str(mail["To"]) for mail in received) == [
        "a@example.org", "refused@example.org"
    ], "each once, though sent twice"  # fmt: skip
    body = received[0].get_body(("plain",))
    assert body is not None
    assert "本周重点是垃圾分类。" in body.get_content()


def test_a_mail_of_unknown_fate_is_settled_on_the_desk(reported: Path, tmp_path: Path) -> None:
    with server("drop", tmp_path / "in") as port:
        home = home_with_mail(reported, tmp_path / "home", port)
        add_people(home)
        with serving(home) as base:
            office = log_in(base, "office1")
            sent(office)
            assert set(mails(office).values()) == {"unknown"}
            first, second = office.get("/api/todo").json()["mails"]
            for message, answer, status in (
                (first["message_id"], "?", 422),
                ("x", "sent", 404),
                (first["message_id"], "sent", 200),
                (first["message_id"], None, 200),  # taken back
                (first["message_id"], "sent", 200),
                (second["message_id"], "not_sent", 200),
            ):
                body = {"answer": answer} if answer else {"undo": True}
                given = office.post(f"/api/mails/{message}", json=body)
                assert given.status_code == status
            assert office.get("/api/todo").json()["mails"] == []
            assert mails(office)[second["recipient"]] == "queued"
    with server("accept", tmp_path / "again") as port:
        config = home / "pipeline.toml"
        text = config.read_text("utf-8")
        old = next(line for line in text.splitlines() if line.startswith("port = "))
        config.write_text(text.replace(old, f"port = {port}"), "utf-8")
        assert pipeline(home, "mail", "flush").returncode == 0
        assert [mail["To"] for mail in taken(tmp_path / "again")] == [second["recipient"]]


def test_the_desks_state_is_in_the_backup(reported: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(reported, tmp_path / "home"))
    add_people(home)
    with serving(home) as base:
        log_in(base, "office1")
        done = pipeline(home, "backup", "--to", str(tmp_path / "safe"))
        assert done.returncode == 0, done.stderr
    kept = Path(done.stdout.strip())
    assert (kept / "desk" / "desk.sqlite").stat().st_mode & 0o777 == 0o600
    assert "login" in (kept / "desk" / "changes.jsonl").read_text("utf-8")
    assert not list(kept.glob("desk/*-wal"))
    assert pipeline(tmp_path / "new", "restore", str(kept)).returncode == 0
    with serving(tmp_path / "new") as base:
        assert log_in(base, "office1").page("/board").status_code == 200
