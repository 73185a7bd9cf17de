"""Files through the desk, against the running server: receipt, hand in, night, states.

What is doubtful, refused, too big, cut off, hostile.
"""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.support.desk import Client, add_people, eventually, log_in, serving
from tests.support.desk_files import BAD, CONFIG, GOOD, LEDGER, days, write
from tests.support.homes import make_home, rows, run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten days of two accounts, 1 to 10 June: 甲号 up to 50,100, 乙号 up to 9,100."""
    home = make_home(tmp_path_factory.mktemp("desk") / "home", CONFIG)
    for account, start in (("a-wechat", 50_000), ("b-wechat", 9_000)):
        (home / "inbox" / account).mkdir(exist_ok=True)
        (home / "inbox" / account / "growth.xls").write_text(
            days(date(2023, 6, 1), 10, start), "utf-8"
        )
    run(home, "2023-06-11")
    add_people(home)
    return home


@pytest.fixture(scope="module")
def base(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


@pytest.fixture
def unit(base: str) -> Client:
    return log_in(base, "unit_a")


@pytest.fixture
def office(base: str) -> Client:
    return log_in(base, "office1")


def test_what_continues_is_ready_and_waits_in_the_inbox(
    home: Path, unit: Client, tmp_path: Path
) -> None:
    # 8 to 14 June: three days known and the same, four new
    receipt = unit.hand_in(write(tmp_path, "growth.xls", days(date(2023, 6, 8), 7, 50_070)))
    assert (receipt["status"], receipt["source"], receipt["rows"]) == ("ready", "a-wechat", 7)
    assert (receipt["first_on"], receipt["last_on"]) == ("2023-06-08", "2023-06-14")
    assert (receipt["new_days"], receipt["known_values"], receipt["changed_values"]) == (4, 3, 0)
    assert receipt["sources"][0]["reason_zh"] == "3条已有数字与这份一致"
    sha = receipt["sha256"]
    sent = unit.post(f"/api/files/{sha}/submit", json={})
    assert (sent.status_code, sent.json()["state"]) == (200, "waiting")
    assert [path.name for path in (home / "inbox" / "a-wechat").iterdir()] == ["growth.xls"]
    assert unit.post(f"/api/files/{sha}/submit", json={}).status_code == 409, "once"
    assert unit.call("DELETE", f"/api/files/{sha}").json() == {"state": "withdrawn"}
    assert list((home / "inbox" / "a-wechat").iterdir()) == [], "taken back"
    assert unit.post(f"/api/files/{sha}/submit", json={"source": "a-wechat"}).status_code == 200
    run(home, "2023-06-15")
    (state,) = [one for one in unit.get("/api/files").json() if one["sha256"] == sha]
    assert state["state"] == "loaded"
    assert unit.call("DELETE", f"/api/files/{sha}").status_code == 409, "the night has it"
    again = unit.hand_in(tmp_path / "growth.xls")
    assert again["status"] == "duplicate"
    assert rows(
        home, "select max(followers) from mart.account_daily where account_id = 'a-wechat'"
    ) == [(50_140,)]


def test_changed_values_are_shown_from_and_to(unit: Client, tmp_path: Path) -> None:
    text = days(date(2023, 6, 1), 10, 50_000).replace("<td>50020</td>", "<td>50021</td>")
    receipt = unit.hand_in(write(tmp_path, "growth.xls", text))
    assert (receipt["status"], receipt["changed_values"], receipt["new_days"]) == ("ready", 1, 0)
    assert receipt["changes"] == [
        {"key": "2023-06-02", "column": "累积关注人数", "old": "50020", "new": "50021"}
    ]


def test_another_accounts_history_is_held_and_named_to_the_office_only(
    unit: Client, office: Client, tmp_path: Path
) -> None:
    path = write(tmp_path, "growth.xls", days(date(2023, 6, 1), 12, 9_000))
    receipt = unit.hand_in(path)
    assert (receipt["status"], receipt["source"]) == ("held", None)
    assert "与甲号以往的数字接不上" in receipt["reason_zh"]
    assert "乙号" not in str(receipt)
    sha = receipt["sha256"]
    assert unit.post(f"/api/files/{sha}/submit", json={"source": "a-wechat"}).status_code == 422
    assert unit.post(f"/api/files/{sha}/submit", json={"source": "b-wechat"}).status_code == 403
    assert (
        unit.post(f"/api/files/{sha}/submit", json={"source": "a-wechat", "ask": True}).json()[
            "state"
        ]
        == "held"
    )
    (waiting,) = [one for one in office.get("/api/todo").json()["held"] if one["sha256"] == sha]
    assert (waiting["best"], waiting["by"], waiting["unit"]) == ("b-wechat", "unit_a", "黄浦区")
    assert (
        office.post(
            f"/api/held/{sha}", json={"decision": "withdraw", "note": "请重新导出"}
        ).status_code
        == 200
    )
    (back,) = [one for one in unit.get("/api/files").json() if one["sha256"] == sha]
    assert (back["state"], back["state_reason_zh"]) == ("returned", "请重新导出")
    assert "请重新导出" in office.page("/runs").text, "among the files sent back"
    address, again = f"/api/held/{sha}", {"decision": "restore"}
    assert unit.post(address, json=again).status_code == 403
    assert office.post(address, json=again).json()["said_zh"] == "已恢复，重新等待判定。"
    assert office.post(address, json=again).status_code == 404, "once"
    (back,) = [one for one in unit.get("/api/files").json() if one["sha256"] == sha]
    assert (back["state"], back["state_reason_zh"]) == ("held", None)
    answer = office.post(address, json={"decision": "withdraw"}).json()
    assert answer["undo"] == {"method": "POST", "path": address, "body": again}


def test_a_file_of_nothing_but_errors_keeps_the_pages_light(unit: Client, tmp_path: Path) -> None:
    """3,000 rows, each without a day: 500 cells are shown, 2,000 rows come as a workbook."""
    lines = [f"第{number}场,进社区,某日,广场,黄浦区,30" for number in range(3_000)]
    receipt = unit.hand_in(write(tmp_path, "全错.csv", LEDGER + "\n".join(lines) + "\n"))
    assert (receipt["rows"], receipt["rows_refused"], receipt["rows_to_mend"]) == (3000, 3000, 3000)
    assert (len(receipt["refused"]), receipt["refused_more"]) == (500, 2500)
    address = f"/api/files/{receipt['sha256']}"
    book = openpyxl.load_workbook(io.BytesIO(unit.get(f"{address}/refused.xlsx").content))
    sheet = book.worksheets[0]
    assert sheet.max_row == 1 + 2_000 + 1
    last, note = list(sheet.iter_rows(min_row=2_001, values_only=True))
    assert last[0] == "第1999场"
    assert last[-1], "the reason stands beside the last row too"
    assert note[-1] == "另有1000行没有列在这里：请在原文件中改好，整份重交。"
    unit.post(f"{address}/submit", json={"source": "黄浦区", "rows": "good"})
    (listed,) = [one for one in unit.get("/api/files").json() if one["name"] == "全错.csv"]
    assert (len(listed["refused"]), listed["refused_more"]) == (50, 2950), "among many: the first"
    assert unit.call("DELETE", address).status_code == 200


@pytest.mark.parametrize(("ids", "said"), [
    (("1.23E+15", "export/Uz7", "12345678901234567"), ("1个", "1.23E+15")),
    (("14123456789012300", "14123456789012345"), ("1个", "14123456789012300")),
    (("1412345678901230", "1512345678901230"), ("2个", "1412345678901230")),  # all end in 0
    (("1412345678901230", "1512345678901237"), ()),  # one of two does by chance
    (("", "export/Uz8"), ()),
])  # fmt: skip
def test_ids_that_excel_rounded_are_a_warning(
    office: Client, tmp_path: Path, ids: tuple[str, ...], said: tuple[str, ...]
) -> None:
    heads = "视频描述,视频ID,发布时间,完播率,平均播放时长,播放量,推荐,喜欢,评论量,分享量,关注量"
    heads += ",转发聊天和朋友圈"
    lines = [
        f"第{n}条,{one},2023-06-0{n} 10:00,10%,8,100,1,2,3,4,5,6" for n, one in enumerate(ids, 1)
    ]
    receipt = office.hand_in(write(tmp_path, "视频.csv", "\n".join([heads, *lines, ""])))
    assert receipt["layout"] == "channels_videos", receipt["reason_zh"]
    assert len(receipt["warnings_zh"]) == bool(said)
    for word in said:
        assert word in receipt["warnings_zh"][0]


def test_a_jump_of_the_level_is_held(unit: Client, tmp_path: Path) -> None:
    # no day is known; 甲号 stood near 50,000, the file begins at 80,010
    receipt = unit.hand_in(write(tmp_path, "growth.xls", days(date(2023, 7, 1), 5, 80_000)))
    assert receipt["status"] == "held"
    assert "文件里是80,010" in receipt["reason_zh"]


def test_the_office_gives_a_held_file_to_its_right_owner(
    home: Path, unit: Client, office: Client, tmp_path: Path
) -> None:
    receipt = unit.hand_in(write(tmp_path, "growth.xls", days(date(2023, 6, 1), 13, 9_000)))
    sha = receipt["sha256"]
    unit.post(f"/api/files/{sha}/submit", json={"ask": True})
    answer = office.post(f"/api/held/{sha}", json={"decision": "reassign", "source": "b-wechat"})
    assert answer.status_code == 200, answer.text
    (path,) = (home / "inbox" / "b-wechat").iterdir()
    assert path.name == "growth.xls"
    undo = answer.json()["undo"]
    assert office.post(undo["path"], json=undo["body"]).json()["said_zh"] == (
        "已撤销，重新等待判定。"
    )
    assert not path.exists()
    (back,) = [one for one in unit.get("/api/files").json() if one["sha256"] == sha]
    assert (back["state"], back["source"]) == ("held", None)
    assert office.post(f"/api/held/{sha}", json={"decision": "release", "source": "a-wechat"}).ok
    (path,) = (home / "inbox" / "a-wechat").glob("growth*")
    path.unlink()
    assert office.post(undo["path"], json=undo["body"]).status_code == 409, "it is gone"


def test_three_wrong_cells_have_address_value_and_remedy(office: Client, tmp_path: Path) -> None:
    receipt = office.hand_in(write(tmp_path, "活动台账.csv", BAD))
    assert (receipt["status"], receipt["layout_zh"], receipt["rows"]) == (
        "ready",
        "宣传活动台账",
        5,
    )
    cells = {cell["cell"]: cell for cell in receipt["refused"]}
    assert set(cells) == {"C4", "A5", "F6"}  # line 1 is the head: the third row is line 4
    assert (cells["C4"]["column"], cells["C4"]["value"]) == ("开始日期", "5月3日")
    assert "年" in cells["C4"]["reason_zh"]
    assert "必填" in cells["A5"]["reason_zh"]
    assert "数字" in cells["F6"]["reason_zh"]
    # the row with an unreadable count is loaded without it; two rows are lost
    assert receipt["rows_refused"] == 2
    book = openpyxl.load_workbook(
        io.BytesIO(office.get(f"/api/files/{receipt['sha256']}/refused.xlsx").content)
    )
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:6] == ["活动名称", "活动类型", "开始日期", "地点", "主办单位", "参与人数"]
    assert [cell.value for cell in sheet[2]][2] == "5月3日"
    # the row that was kept stands there too: its unreadable count waits to be corrected
    assert (sheet.max_row, receipt["rows_to_mend"]) == (4, 3)
    assert [cell.value for cell in sheet[4]][:6] == [
        "人数是字", "进社区", "2023-05-05", "广场", "黄浦区", "许多"
    ]  # fmt: skip


def test_the_corrected_workbook_goes_back_in(office: Client, tmp_path: Path) -> None:
    receipt = office.hand_in(write(tmp_path, "活动台账2.csv", BAD.replace("进社区一", "进社区三")))
    content = office.get(f"/api/files/{receipt['sha256']}/refused.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    sheet["C2"].value, sheet["A3"].value, sheet["F4"].value = "2023-05-03", "补上的名称", "70"
    book.save(tmp_path / "改好.xlsx")
    again = office.hand_in(tmp_path / "改好.xlsx")
    assert (again["status"], again["rows"], again["refused"]) == ("ready", 3, [])


def test_a_text_longer_than_a_cell_is_told_beside_its_row(office: Client, tmp_path: Path) -> None:
    long = "长" * 40_000
    receipt = office.hand_in(
        write(tmp_path, "长台账.csv", LEDGER + f"{long},进社区,不是日期,广场,宣传处,3\n")
    )
    book = openpyxl.load_workbook(
        io.BytesIO(office.get(f"/api/files/{receipt['sha256']}/refused.xlsx").content)
    )
    row = [cell.value for cell in book.worksheets[0][2]]
    assert len(row[0]) == 32_000
    assert "原文40,000字，超出Excel单元格，此处截断，请在原文件中改" in row[-1]


def test_nothing_in_the_workbook_runs(office: Client, tmp_path: Path) -> None:
    formula = '"=HYPERLINK(""http://evil"",""x"")"'
    receipt = office.hand_in(
        write(tmp_path, "台账.csv", LEDGER + f"{formula},进社区,不是日期,@cmd,＝1+1,3\n")
    )
    book = openpyxl.load_workbook(
        io.BytesIO(office.get(f"/api/files/{receipt['sha256']}/refused.xlsx").content)
    )
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)


def test_rows_wait_to_be_corrected_until_a_later_file(office: Client, tmp_path: Path) -> None:
    receipt = office.hand_in(write(tmp_path, "台账甲.csv", BAD.replace("广场", "公园")))
    sha = receipt["sha256"]
    assert (
        office.post(
            f"/api/files/{sha}/submit", json={"source": "ledger", "rows": "good"}
        ).status_code
        == 200
    )
    assert sha in {one["sha256"] for one in office.get("/api/todo").json()["rows"]}
    assert office.call("DELETE", f"/api/rows/{sha}").status_code == 200
    assert sha not in {one["sha256"] for one in office.get("/api/todo").json()["rows"]}
    office.call("DELETE", f"/api/files/{sha}")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("食堂菜单.csv", "菜名,价格\n红烧肉,18\n".encode()),
        ("空.xlsx", b""),
        ("坏.xlsx", b"PK\x03\x04 not a zip"),
        ("图.png", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_what_is_no_export_is_refused_in_chinese(
    unit: Client, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    receipt = unit.hand_in(path)
    assert receipt["status"] == "refused"
    assert any("\u4e00" <= sign <= "\u9fff" for sign in receipt["reason_zh"])
    assert unit.post(f"/api/files/{receipt['sha256']}/submit", json={}).status_code == 422
    assert unit.call("DELETE", f"/api/files/{receipt['sha256']}").json() == {"state": "cancelled"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"), ("..\\..\\win.ini", "win.ini"),
        ("/etc/shadow", "shadow"), (".hidden.csv", "hidden.csv"),
        ("a\x00b.csv", None), ("\u202egpj.exe", None), ("<img src=x onerror=alert(1)>.csv", None),
        ("长" * 300 + ".csv", None), ("CON", "CON"), ("..", "文件"),
    ],
)  # fmt: skip
def test_names_are_display_only(home: Path, office: Client, sent: str, kept: str | None) -> None:
    answer = office.post(
        "/api/files",
        files={"file": (sent, GOOD.replace("广场", sent[:9].replace("\x00", "")).encode())},
    )
    assert answer.status_code == 200
    receipt = answer.json()[0]
    assert kept in (None, receipt["name"])
    assert not set(receipt["name"]) & set('/\\<>"\x00\u202e')
    assert len(receipt["name"].encode()) <= 200
    put = office.post(f"/api/files/{receipt['sha256']}/submit", json={"source": "ledger"})
    assert put.status_code == 200, put.text
    inside = {path.resolve().parent for path in (home / "inbox").rglob("*") if path.is_file()}
    assert inside <= {(home / "inbox" / "ledger").resolve()}
    assert office.call("DELETE", f"/api/files/{receipt['sha256']}").status_code == 200
    assert not any(path.is_file() for path in (home / "inbox").rglob("*"))


def test_two_files_of_one_name_wait_side_by_side(
    home: Path, office: Client, tmp_path: Path
) -> None:
    for place in ("东门", "西门"):
        receipt = office.hand_in(write(tmp_path, "台账.csv", GOOD.replace("广场", place)))
        assert (
            office.post(
                f"/api/files/{receipt['sha256']}/submit", json={"source": "ledger"}
            ).status_code
            == 200
        )
    assert sorted(path.name for path in (home / "inbox" / "ledger").iterdir()) == [
        "台账 (2).csv",
        "台账.csv",
    ]
    for path in (home / "inbox" / "ledger").iterdir():
        path.unlink()


def test_no_multipart_no_files_no_token(base: str, unit: Client) -> None:
    assert unit.post("/api/files", json={}).status_code == 415
    assert (
        unit.post(
            "/api/files", data=b"x", headers={"Content-Type": "multipart/form-data"}
        ).status_code
        == 415
    )
    broken = unit.post(
        "/api/files",
        data=b"--b\r\nnonsense",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert broken.status_code == 400
    bare = Client(base, unit.web, "")
    assert bare.post("/api/files", files={"file": ("a.csv", b"x")}).status_code == 403


def test_a_cut_off_upload_leaves_nothing(home: Path, base: str, unit: Client) -> None:
    host, port = base.removeprefix("http://").split(":")
    cookie = unit.web.cookies["desk_session"]
    with socket.create_connection((host, int(port)), 20) as line:
        head = (
            f"POST /api/files HTTP/1.1\r\nHost: {host}\r\nCookie: desk_session={cookie}\r\n"
            f"X-CSRF-Token: {unit.token}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
            '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
            "half a line"
        )
        line.sendall(head.encode())
        threading.Event().wait(0.5)
    assert eventually(lambda: not any((home / "desk" / "incoming").iterdir()))


def test_more_than_the_limit_is_refused_and_nothing_stays(home: Path, unit: Client) -> None:
    def body() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        for _ in range(257):
            yield b"0" * (1 << 20)

    answer = unit.post(
        "/api/files", data=body(), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 413, "told while we still sent"
    assert "256 MB" in answer.json()["error_zh"]
    assert not any((home / "desk" / "incoming").iterdir())
    assert unit.get("/api/me").status_code == 200
