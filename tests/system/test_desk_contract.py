"""The addresses that are checked from outside: who may, which status, which names the JSON has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.desk import PEOPLE, Client, add_people, log_in, serving
from tests.support.desk_files import BAD, CONFIG, days, write
from tests.support.homes import make_home, run

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
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = make_home(tmp_path_factory.mktemp("contract") / "home", CONFIG)
    (home / "inbox" / "a-wechat").mkdir(exist_ok=True)
    write(home / "inbox" / "a-wechat", "growth.xls", days(date(2023, 6, 1), 10, 50_000))
    run(home, "2023-06-11")
    add_people(home)
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
