"""Unit A never sees, guesses or changes anything of unit B.

Every address, tried with B's names and ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from examples.home import make_home
from tests.support.desk import Client, add_people, log_in, serving
from tests.support.homes import run
from web.pages import ROUTES

NAMES = ("静安城管", "jingan-wechat", "静安区", "unit_b", "乙的台账")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example bureau: unit_a is 黄浦区, unit_b 静安区."""
    home = make_home(tmp_path_factory.mktemp("units") / "home")
    run(home, "2023-10-31", 3)
    add_people(home)
    return home


@pytest.fixture(scope="module")
def base(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def theirs(base: str, home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What B has: an upload, one handed in, one held by the office.

    And ids that only the office may use.
    """
    other, office = log_in(base, "unit_b"), log_in(base, "office1")
    folder = tmp_path_factory.mktemp("b")
    found = {}
    for key in ("open", "sent", "asked"):
        path = folder / f"乙的台账{key}.csv"
        path.write_text(
            (
                f"活动名称,开始日期,主办单位,参与人数\n{key},2023-10-01,静安区,30\n{key}二,"
                "没有日期,静安区,30\n"
            ),
            "utf-8",
        )
        found[key] = other.hand_in(path)["sha256"]
    assert (
        other.post(f"/api/files/{found['sent']}/submit", json={"source": "静安区"}).status_code
        == 200
    )
    assert (
        other.post(
            f"/api/files/{found['asked']}/submit", json={"source": "静安区", "ask": True}
        ).status_code
        == 200
    )
    todo = office.get("/api/todo").json()
    found |= {
        "mention_id": todo["reviews"][0]["mention_id"],
        "alert_id": todo["alerts"][0]["alert_id"],
    }
    assert (home / "inbox" / "静安区" / "乙的台账sent.csv").is_file()
    return found


@pytest.fixture
def mine(base: str) -> Client:
    return log_in(base, "unit_a")


def addresses(theirs: dict[str, str]) -> Iterator[tuple[str, str]]:
    values = {
        "sha256": [theirs["open"], theirs["sent"], theirs["asked"]],
        "mention_id": [theirs["mention_id"]], "alert_id": [theirs["alert_id"]],
        "name": ["unit_b", "2023-W43"], "target_id": ["wechat_followers", "positive_reports"],
        "report": ["weekly-2023-W43"], "kind": ["weekly"],
        "file": ["index.html"], "message_id": ["x"],
    }  # fmt: skip
    for route in ROUTES:
        paths = [route.path]
        for name in re.findall(r"\{(\w+)\}", route.path):
            paths = [path.replace(f"{{{name}}}", value) for path in paths for value in values[name]]
        for path in paths:
            for method in (route.methods or set()) - {"HEAD"}:
                yield method, path


def test_no_answer_names_the_other_unit(mine: Client, theirs: dict[str, str]) -> None:
    seen = 0
    for method, path in addresses(theirs):
        if method != "GET" or path in ("/login", "/set-password"):
            continue
        for accept in ("text/html", "application/json"):
            answer = mine.get(path, headers={"Accept": accept})
            told = [name for name in NAMES if name in answer.text]
            assert not told, (path, accept, told)
            seen += 1
    assert seen > 40


def test_no_change_reaches_the_other_unit(
    mine: Client, base: str, home: Path, theirs: dict[str, str]
) -> None:
    before = {
        path: path.stat().st_mtime_ns
        for path in home.rglob("*")
        if path.is_file() and "desk" not in path.parts and "log" not in path.parts
    }
    body: dict[str, Any] = {
        "source": "jingan-wechat", "ask": True, "owner": "静安区", "export": "ledger_activity",
        "period": "2023-10", "tone": "负面", "decision": "withdraw",
        "answer": "edition", "action": "disable", "role": "admin", "name": "intruder",
        "unit": "静安区", "note": "x", "year": 2024, "same": True,
    }  # fmt: skip
    for method, path in addresses(theirs):
        if method == "GET" or path in (
            "/login",
            "/set-password",
            "/logout",
            "/password",
            "/api/files",
        ):
            continue
        answer = mine.call(method, path, json=body)
        assert answer.status_code in (403, 404), (method, path, answer.status_code, answer.text)
    after = {
        path: path.stat().st_mtime_ns
        for path in home.rglob("*")
        if path.is_file() and "desk" not in path.parts and "log" not in path.parts
    }
    assert after == before
    other = log_in(base, "unit_b")
    states = {one["sha256"]: one["state"] for one in other.get("/api/files").json()}
    assert (states[theirs["open"]], states[theirs["sent"]], states[theirs["asked"]]) == (
        "received",
        "waiting",
        "held",
    )


def test_a_unit_hands_in_under_its_own_name_only(mine: Client, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text("活动名称,开始日期,主办单位\n一,2023-10-01,黄浦区\n", "utf-8")
    receipt = mine.hand_in(path)
    assert [one["source"] for one in receipt["sources"]] == ["黄浦区"]
    for source in (
        "静安区",
        "jingan-wechat",
        "shcg-wechat",
        "ledger",
        "news",
        "../ledger",
        "nothing",
    ):
        answer = mine.post(f"/api/files/{receipt['sha256']}/submit", json={"source": source})
        assert (answer.status_code, answer.json()["error_zh"]) == (
            403,
            "不能交到这个账号或单位名下。",
        )


def test_the_same_bytes_of_both_units_are_two_uploads(
    base: str, mine: Client, theirs: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "same.csv"
    path.write_text(
        (
            "活动名称,开始日期,主办单位,参与人数\nopen,2023-10-01,静安区,30\nopen二,没有日期,"
            "静安区,30\n"
        ),
        "utf-8",
    )
    receipt = mine.hand_in(path)
    assert receipt["sha256"] == theirs["open"]
    assert receipt["name"] == "same.csv"
    assert mine.call("DELETE", f"/api/files/{theirs['open']}").json() == {"state": "cancelled"}
    other = log_in(base, "unit_b")
    assert {one["sha256"]: one["state"] for one in other.get("/api/files").json()}[
        theirs["open"]
    ] == "received"


def test_owed_and_none_are_a_units_own(mine: Client, home: Path) -> None:
    owed = mine.get("/api/owed").json()
    assert {row["unit"] for row in owed} <= {"黄浦区"}
    before = len(owed)
    ledgers = [row for row in owed if row["owner_kind"] == "unit"]
    if ledgers:
        row = ledgers[0]
        given = {"owner": row["owner"], "export": row["export"], "period": row["period"]}
        assert mine.post("/api/owed/none", json=given).status_code == 200
        assert len(mine.get("/api/owed").json()) == before - 1
        assert f"{row['owner']}|{row['export']}|{row['period']}" in (
            home / "decisions.jsonl"
        ).read_text("utf-8")
        assert mine.post("/api/owed/none", json={**given, "undo": True}).status_code == 200
        assert len(mine.get("/api/owed").json()) == before
    assert (
        mine.post(
            "/api/owed/none",
            json={"owner": "静安区", "export": "ledger_activity", "period": "2023-10"},
        ).status_code
        == 403
    )


def test_the_night_takes_a_ledger_in_a_units_folder(
    base: str, home: Path, theirs: dict[str, str]
) -> None:
    run(home, "2023-10-31", 3)
    other = log_in(base, "unit_b")
    states = {one["sha256"]: one for one in other.get("/api/files").json()}
    assert states[theirs["sent"]]["state"] == "loaded"
    assert [one["rows_refused"] for one in other.get("/api/todo").json()["rows"]] == [1]


def test_a_viewer_reads_and_changes_nothing(base: str, theirs: dict[str, str]) -> None:
    leader = log_in(base, "leader")
    for method, path in addresses(theirs):
        if method == "GET" or path in ("/login", "/set-password", "/logout", "/password"):
            continue
        assert leader.call(method, path, json={}).status_code == 403, (method, path)
    assert leader.get("/api/targets").status_code == 200
    assert leader.get("/api/files").status_code == 403
