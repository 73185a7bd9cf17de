"""The addresses that are checked from outside: who may, which status, which names the JSON has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.desk import PEOPLE, Client, add_people, log_in, serving
from tests.support.desk_files import BAD, CONFIG, days, write
from tests.support.homes import make_home, run
from web.store import Store

NOBODY = "0" * 64
ALL = ("admin", "office", "unit", "viewer")
HANDS_IN, OFFICE, READS = (
    ("admin", "office", "unit"),
    ("admin", "office"),
    ("admin", "office", "viewer"),
)
# method, address, body, who may, and what those get who may
ADDRESSES: list[tuple[str, str, dict[str, Any] | None, tuple[str, ...], int]] = [
    ("GET", "/api/me", None, ALL, 200),
    ("GET", "/api/targets", None, ALL, 200),
    ("GET", "/api/targets/wechat_followers/evidence", None, ALL, 200),
    ("GET", "/api/targets/nothing/evidence", None, ALL, 404),
    ("GET", "/api/files", None, HANDS_IN, 200),
    ("GET", "/api/owed", None, HANDS_IN, 200),
    ("GET", "/api/todo", None, HANDS_IN, 200),
    ("GET", f"/api/files/{NOBODY}/refused.xlsx", None, HANDS_IN, 404),
    ("GET", "/api/query?sql=select 1 as one", None, READS, 200),
    ("GET", "/api/query?sql=drop table mart.owed", None, READS, 422),
    ("GET", "/api/runs", None, OFFICE, 200),
    ("GET", f"/api/held/{NOBODY}/file", None, OFFICE, 404),
    ("GET", "/api/reports/nothing/recipients", None, READS, 404),
    ("POST", f"/api/files/{NOBODY}/submit", {}, HANDS_IN, 404),
    ("POST", "/api/owed/none", {}, HANDS_IN, 422),
    ("POST", f"/api/rows/{NOBODY}", {"undo": True, "source": "黄浦区"}, HANDS_IN, 409),
    ("POST", f"/api/returned/{NOBODY}", {}, HANDS_IN, 404),
    ("DELETE", f"/api/files/{NOBODY}", None, HANDS_IN, 404),
    ("POST", "/api/reviews/nothing", {"tone": "好"}, OFFICE, 422),
    ("POST", "/api/reviews/nothing", {}, OFFICE, 422),
    ("POST", "/api/reviews/nothing", {"tone": None}, OFFICE, 404),
    ("POST", f"/api/held/{NOBODY}", {"decision": "burn"}, OFFICE, 422),
    ("POST", f"/api/held/{NOBODY}", {"decision": "withdraw"}, OFFICE, 404),
    ("POST", f"/api/held/{NOBODY}", {"decision": "restore"}, OFFICE, 404),
    ("POST", f"/api/editions/{NOBODY}", {"answer": "edition"}, OFFICE, 404),
    ("POST", f"/api/editions/{NOBODY}", {"undo": True}, OFFICE, 409),
    ("POST", "/api/units", {}, OFFICE, 422),
    ("POST", "/api/units", {"name": "x" * 3_000}, OFFICE, 422),
    ("POST", "/api/units", {"name": "某处", "undo": True}, OFFICE, 409),
    ("POST", "/api/stories", {}, OFFICE, 422),
    ("POST", "/api/stories", {"story_id": "a", "other_story_id": "b", "same": True}, OFFICE, 404),
    ("POST", "/api/alerts/nothing", {}, OFFICE, 404),
    ("POST", "/api/mails/nothing", {"answer": "sent"}, OFFICE, 404),
    ("PUT", "/api/reports/nothing/note", {"note": "x"}, OFFICE, 404),
    ("POST", "/api/reports/nothing/send", {}, OFFICE, 404),
    ("POST", "/api/users", {}, ("admin",), 422),
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("contract") / "home", CONFIG)
    (home / "inbox" / "a-wechat").mkdir(exist_ok=True)
    write(home / "inbox" / "a-wechat", "growth.xls", days(date(2023, 6, 1), 10, 50_000))
    run(home, "2023-06-11")
    add_people(home)
    return home


@pytest.fixture(scope="module")
def base(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def people(base: str) -> dict[str, Client]:
    return {role: log_in(base, name) for name, (role, _) in PEOPLE.items() if name != "unit_b"}


def is_refusal(answer: requests.Response) -> bool:
    found = answer.json()
    return set(found) == {"error_zh", "error"} and all(found.values())


@pytest.mark.parametrize(("method", "address", "body", "who", "status"), ADDRESSES)
def test_who_may_and_what_they_get(  # noqa: PLR0917 - a line of the table
    base: str, people: dict[str, Client], method: str, address: str, body: Any,
    who: tuple[str, ...], status: int,
) -> None:  # fmt: skip
    nobody = requests.request(method, base + address, json=body, timeout=60)
    assert nobody.status_code == 401
    assert is_refusal(nobody)
    for role, client in people.items():
        answer = client.call(method, address, json=body)
        assert answer.status_code == (status if role in who else 403), role
        assert answer.status_code < 400 or is_refusal(answer)
        if method != "GET":
            forged = client.call(method, address, json=body, headers={"X-CSRF-Token": "x"})
            assert forged.status_code == 403


@pytest.mark.parametrize(("sent", "status"), [
    ({"data": "{", "headers": {"Content-Type": "application/json"}}, 400),
    ({"data": '{"name": "\\ud800"}', "headers": {"Content-Type": "application/json"}}, 400),
    ({"data": '{"name": NaN}', "headers": {"Content-Type": "application/json"}}, 400),
    ({"json": [1]}, 422),
    ({"data": "<a/>", "headers": {"Content-Type": "text/xml"}}, 415),
    ({"json": {"name": "x" * (2 << 20)}}, 413),
])  # fmt: skip
def test_bodies_that_are_none(people: dict[str, Client], sent: dict[str, Any], status: int) -> None:
    sent = {**sent, "headers": {**sent.get("headers", {}), "X-CSRF-Token": people["office"].token}}
    answer = people["office"].post("/api/units", **sent)
    assert answer.status_code == status
    assert is_refusal(answer)


def test_uploads_that_are_none(people: dict[str, Client]) -> None:
    unit = people["unit"]
    assert unit.post("/api/files", json={}).status_code == 415
    assert unit.post("/api/files", files={"other": (None, "no file")}).status_code == 422
    (empty,) = unit.post("/api/files", files={"file": ("空.csv", b"")}).json()
    assert empty["status"] == "refused"
    assert empty["reason_zh"]


def in_parts(count: int, part: bytes) -> Iterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    yield from [part] * count
    yield b"\r\n--b--\r\n"


def test_bodies_that_are_too_big_are_told_so(people: dict[str, Client]) -> None:
    """257 MB in one file, 51 files, 21 fields: each sender hears the reason."""
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    big = people["unit"].post("/api/files", data=in_parts(257, b"0" * (1 << 20)), headers=kind)
    many = people["unit"].post(
        "/api/files", files=[("file", (f"{n}.csv", b"x")) for n in range(51)]
    )
    fields = {f"f{n}": (None, "") for n in range(21)}
    odd = people["unit"].post("/api/files", files={**fields, "file": ("a.csv", b"x")})
    for answer, word in ((big, "256 MB"), (many, "50份"), (odd, "表单太长")):
        assert (answer.status_code, word in answer.json()["error_zh"]) == (413, True), word
        assert is_refusal(answer)
    assert "a.csv" not in {one["name"] for one in people["unit"].get("/api/files").json()}


def test_a_note_is_put_read_and_taken_back(home: Path, people: dict[str, Client]) -> None:
    address = "/api/reports/weekly-2023-W23/note"
    given = people["office"].call("PUT", address, json={"note": "本周重点是垃圾分类。"})
    assert given.json() == {"note": "本周重点是垃圾分类。", "said_zh": "已存。"}
    assert "本周重点是垃圾分类。" in people["office"].page("/reports/weekly/2023-W23").text
    assert '"subject":"weekly/2023-W23"' in (home / "decisions.jsonl").read_text("utf-8")
    assert people["office"].call("PUT", address, json={"note": ""}).status_code == 200
    assert "本周重点是垃圾分类。" not in people["office"].page("/reports/weekly/2023-W23").text
    too_long = people["office"].call("PUT", address, json={"note": "长" * 2_001})
    assert (too_long.status_code, is_refusal(too_long)) == (422, True)


WITHOUT_A_NIGHT: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/api/targets", None), ("GET", "/api/targets/wechat_followers/evidence", None),
    ("GET", "/api/owed", None), ("GET", "/api/todo", None), ("GET", "/owed.xlsx", None),
    ("GET", "/api/query?sql=select 1", None), ("GET", f"/api/held/{NOBODY}/file", None),
    ("POST", "/api/owed/none",
        {"owner": "黄浦区", "export": "ledger_activity", "period": "2023-05"}),
    ("POST", "/api/reviews/x", {"tone": "正面"}),
    ("POST", f"/api/held/{NOBODY}", {"decision": "release"}),
    ("POST", f"/api/editions/{NOBODY}", {"answer": "pieces"}),
    ("POST", f"/api/editions/{NOBODY}", {"undo": True}),
    ("POST", "/api/stories", {"story_id": "a", "other_story_id": "b", "same": True}),
    ("POST", "/api/alerts/x", {}),
]  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The office at the desk of a home in which no night ever ran; unit_b has used up its day."""
    home = make_home(tmp_path_factory.mktemp("empty") / "home", CONFIG)
    add_people(home)
    Store(home / "desk").write(
        "insert into day_count values ('unit_b', ?, 2000, 0)", [f"{datetime.now(UTC):%Y-%m-%d}"]
    )
    with serving(home) as address:
        yield log_in(address, "office1")


@pytest.mark.parametrize(("method", "address", "body"), WITHOUT_A_NIGHT)
def test_before_the_first_night_it_says_so(
    empty: Client, method: str, address: str, body: Any
) -> None:
    answer = empty.call(method, address, json=body)
    assert answer.status_code == 503
    if address.startswith("/api/"):
        assert answer.json() == {
            "error_zh": "还没有数据：第一次夜间运行之后，这里才有内容。",
            "error": "no night has been published yet",
        }


def test_files_are_taken_before_the_first_night_and_a_day_has_an_end(
    empty: Client, tmp_path: Path
) -> None:
    receipt = empty.hand_in(write(tmp_path, "五月.csv", BAD))
    assert (receipt["status"], receipt["rows"]) == ("ready", 5)
    full = log_in(empty.base, "unit_b").post("/api/files", files={"file": ("a.csv", b"x")})
    assert (full.status_code, is_refusal(full)) == (413, True)
    assert "每日上限" in full.json()["error_zh"]


def test_a_receipt_has_the_names_of_the_contract(people: dict[str, Client], tmp_path: Path) -> None:
    receipt = people["unit"].hand_in(write(tmp_path, "五月.csv", BAD))
    wanted = "sha256 name status layout layout_zh source sources first_on last_on rows new_days "
    wanted += "changed_values refused warnings_zh reason_zh"
    assert set(wanted.split()) <= set(receipt)
    assert {"sheet", "cell", "column", "value", "reason_zh"} <= set(receipt["refused"][0])
    assert {"source", "name", "reason_zh"} <= set(receipt["sources"][0])
    me = people["unit"].get("/api/me").json()
    assert (me["user"], me["role"], me["unit"]) == ("unit_a", "unit", "黄浦区")
    assert me["csrf_token"] == people["unit"].token
