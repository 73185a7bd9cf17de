"""What came by the share, or was held by a night, on the desk of the unit it belongs to."""

from __future__ import annotations

import io
import os
from datetime import date
from pathlib import Path

import openpyxl

from pipeline.ingest.inbox import sha256_of
from tests.support.desk import add_people, log_in, serving
from tests.support.desk_files import BAD, CONFIG, days, write
from tests.support.homes import make_home, pipeline, rows, run


def test_what_came_by_share_is_corrected_and_taken_in_again_on_the_desk(tmp_path: Path) -> None:
    """A unit's ledger on the share with two lost rows and a lost cell, and a file nobody knows."""
    home = make_home(tmp_path / "home", CONFIG)
    (home / "inbox" / "黄浦区").mkdir()
    write(home / "inbox" / "黄浦区", "五月.csv", BAD)
    write(home / "inbox" / "ledger", "菜单.csv", "菜名,价格\n红烧肉,18\n")
    run(home, "2023-06-11", 3)
    add_people(home)
    with serving(home) as base:
        mine, other, office = (log_in(base, name) for name in ("unit_a", "unit_b", "office1"))
        (file,) = mine.get("/api/todo").json()["rows"]
        assert (file["name"], file["rows"], file["rows_refused"]) == ("五月.csv", 5, 2)
        assert (file["rows_to_mend"], len(file["cells"])) == (3, 3)
        address = f"/api/files/{file['sha256']}/refused.xlsx"
        sheet = openpyxl.load_workbook(io.BytesIO(mine.get(address).content)).worksheets[0]
        assert {row[2].value for row in sheet.iter_rows(min_row=2)} == {
            "2023-05-05", "2023-05-04", "5月3日"
        }  # fmt: skip
        assert other.get(address).status_code == 404
        assert other.get("/api/todo").json()["rows"] == []
        (owed,) = [
            row for row in mine.get("/api/owed").json()
            if (row["export"], row["period"]) == ("ledger_activity", "2023-05")
        ]  # fmt: skip
        assert (owed["state"], owed["rows_missing"], owed["days_missing"]) == ("partial", 2, 0)
        assert "缺2行" in mine.page("/owed").text
        assert other.call("DELETE", f"/api/rows/{file['sha256']}").status_code == 404
        assert mine.call("DELETE", f"/api/rows/{file['sha256']}").status_code == 200
        assert mine.get("/api/todo").json()["rows"] == []
        back = {"undo": True, "source": "黄浦区"}
        assert other.post(f"/api/rows/{file['sha256']}", json=back).status_code == 404
        assert mine.post(f"/api/rows/{file['sha256']}", json=back).status_code == 200
        assert mine.post(f"/api/rows/{file['sha256']}", json=back).status_code == 409, "once"
        assert len(mine.get("/api/todo").json()["rows"]) == 1
        assert mine.call("DELETE", f"/api/rows/{file['sha256']}").status_code == 200

        (menu,) = office.get("/api/todo").json()["held"]
        assert (menu["name"], menu["from"]) == ("菜单.csv", "quarantined")
        path = f"/api/held/{menu['sha256']}"
        assert office.post(path, json={"decision": "release"}).status_code == 200
        assert (home / "inbox" / "ledger" / "菜单.csv").is_file()
        assert list((home / "quarantine").iterdir()) == [], "moved, with its reason"
        assert office.get("/api/todo").json()["held"] == []
        run(home, "2023-06-11", 3)
        assert [one["name"] for one in office.get("/api/todo").json()["held"]] == ["菜单.csv"], (
            "refused again, it waits again"
        )
        assert not [one for one in mine.get("/api/owed").json() if one["state"] == "partial"], (
            "given up, the rows are not owed any more"
        )
        assert office.post(path, json={"decision": "withdraw"}).status_code == 200
        assert office.get("/api/todo").json()["held"] == []
        assert "菜单.csv" in office.page("/runs").text.partition('id="out"')[2]
        assert office.post(path, json={"decision": "restore"}).status_code == 200
        assert [one["name"] for one in office.get("/api/todo").json()["held"]] == ["菜单.csv"]
        assert 'id="out"' not in office.page("/runs").text


def test_a_wrong_file_is_taken_out_and_brought_back(tmp_path: Path) -> None:
    """Ten days up to 50,100 followers count, count nowhere, and count again."""
    home = make_home(tmp_path / "home", CONFIG)
    (home / "inbox" / "a-wechat").mkdir(exist_ok=True)
    path = write(home / "inbox" / "a-wechat", "growth.xls", days(date(2023, 6, 1), 10, 50_000))
    sha, query = sha256_of(path), "select max(followers) from mart.account_daily"
    run(home, "2023-06-11")
    assert rows(home, query) == [(50_100,)]
    assert pipeline(home, "files", "withdraw", sha, "--reason", "放错了").returncode == 0
    run(home, "2023-06-11")
    assert rows(home, query) == [(None,)]
    add_people(home)
    with serving(home) as base:
        office = log_in(base, "office1")
        assert "放错了" in office.page("/runs").text
        said = office.post(f"/api/held/{sha}", json={"decision": "restore"}).json()["said_zh"]
        assert said == "已恢复，下一次入库起照旧计入。"
        assert 'id="out"' not in office.page("/runs").text
    run(home, "2023-06-11")
    assert rows(home, query) == [(50_100,)]


def test_what_a_night_holds_names_no_other_account_to_a_unit(tmp_path: Path) -> None:
    """甲号 hands in days that 乙号 hands in the same day by the share: the night holds the later one."""
    home = make_home(tmp_path / "home", CONFIG)
    (home / "inbox" / "a-wechat").mkdir(exist_ok=True)
    write(home / "inbox" / "a-wechat", "growth.xls", days(date(2023, 5, 1), 5, 9_000))
    run(home, "2023-05-06")
    add_people(home)
    same = days(date(2023, 6, 1), 10, 9_000)
    (home / "inbox" / "b-wechat").mkdir(exist_ok=True)
    other = write(home / "inbox" / "b-wechat", "乙号导出.xls", same)
    os.utime(other, (1_685_000_000, 1_685_000_000))
    with serving(home) as base:
        mine, office = log_in(base, "unit_a"), log_in(base, "office1")
        receipt = mine.hand_in(write(tmp_path, "growth.xls", same.replace("用户增长", "用户增长 ")))
        sent = mine.post(f"/api/files/{receipt['sha256']}/submit", json={"source": "a-wechat"})
        assert sent.status_code == 200, sent.text
        run(home, "2023-06-11", 3)
        (seen,) = mine.get("/api/files").json()
        assert seen["state"] == "held"
        assert "乙号" in office.get("/api/files").json()[0]["state_reason_zh"]
        assert "乙号" not in mine.get("/api/files").text + mine.page("/upload").text
