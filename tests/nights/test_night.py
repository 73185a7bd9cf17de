"""Whole nights on small homes: bad input, order, supersession, as-of.

Figures worked out by hand.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.homes import (
    FOLLOWERS,
    drop_growth,
    growth_html,
    make_home,
    rows,
    run,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two accounts."""
    return make_home(tmp_path / "home")


def test_each_bad_row_is_named_and_the_good_rows_load(home: Path) -> None:
    drop_growth(
        home, "a.xls",
        ("2023-01-01", "1", "0", "1", "1.2万"),  # row 4: loads, 12000
        ("2023-01-02", "２", "０", "２", "12,002"),  # row 5: loads, full-width digits and a comma
        ("2023-01-03", "x1", "0", "1", "12003"),  # row 6: loads, 新关注人数 unreadable
        ("2099-01-01", "1", "0", "1", "9"),  # row 7: in the future
        ("", "1", "0", "1", "9"),  # row 8: no date
        ("2023-01-04", "1", "0", "1", "12004"),  # rows 9 and 10: the same twice
        ("2023-01-04", "1", "0", "1", "12004"),
        ("2023-01-05", "1", "0", "1", "5"),  # rows 11 and 12: which is right?
        ("2023-01-05", "1", "0", "1", "6"),
        ("2023-02-30", "1", "1", "1", "1"),  # row 13: no such day
    )  # fmt: skip
    result = run(home, "2023-01-31", code=3)
    assert result["rows"] == {
        "total": 10,
        "loaded": 4,
        "rejected": 5,
        "duplicate": 1,
        "unreadable": 1,
    }
    assert rows(home, FOLLOWERS) == [
        ("2023-01-01", 12000),
        ("2023-01-02", 12002),
        ("2023-01-03", 12003),
        ("2023-01-04", 12004),
    ]
    rejected = rows(
        home, "select row_number, column_name, value, reason from ops.rejected_row order by 1"
    )
    assert [(row, column, value) for row, column, value, _ in rejected] == [
        (7, "时间", "2099-01-01"), (8, "时间", None), (11, "时间", "2023-01-05"),
        (12, "时间", "2023-01-05"), (13, "时间", "2023-02-30"),
    ]  # fmt: skip
    assert rejected[0][3].startswith("A7“2099-01-01”晚于读取当天")
    assert rejected[1][3] == "A8为空，“时间”必填，请填写后重新提交"
    assert (
        rejected[2][3]
        == "A11“2023-01-05”在本文件中出现不止一次（按时间），而数据不同，请只保留正确的一行"
    )
    assert rejected[4][3] == "A13“2023-02-30”不是可以识别的日期，请写成2023-07-15"
    assert rows(home, "select row_number, column_name, value from ops.unreadable_value") == [
        (6, "新关注人数", "x1")
    ]
    assert rows(home, "select new_followers from mart.account_daily where date = '2023-01-03'") == [
        (None,)
    ]


BAD_FILES = {
    "empty.xls": (b"", "空文件"),
    "x.xls.crdownload": (b"abc", "下载未完成"),
    "login.xls": (
        "<html><head><title>登录</title></head><body>请登录</body></html>".encode(),
        "登录页",
    ),
    "norows.xls": (growth_html().encode(), "没有任何数据行"),
    "nolabel.xls": (
        growth_html(("2023-01-01", "1", "0", "1", "5")).replace("累积关注人数", "别的").encode(),
        "缺少表头：累积关注人数",
    ),
    "bytes.dat": (bytes(range(256)) * 9, "空字节"),
    "archive.zip": (b"PK\x03\x04broken", "压缩"),
}


def test_bad_files_are_quarantined_with_reasons_and_stop_nobody(home: Path) -> None:
    drop_growth(home, "good.xls", ("2023-01-01", "1", "0", "1", "100"))
    for name, (content, _) in BAD_FILES.items():
        (home / "inbox" / "main-wechat" / name).write_bytes(content)
    drop_growth(home, "shared.xls", ("2023-01-01", "1", "0", "1", "5"), folder="ledger")
    result = run(home, "2023-01-31", code=3)
    assert result["files"] == {
        "loaded": 1,
        "duplicate": 0,
        "quarantined": len(BAD_FILES) + 1,
        "growing": 0,
    }
    for name, (content, words) in BAD_FILES.items():
        assert (home / "quarantine" / name).read_bytes() == content
        assert words in (home / "quarantine" / f"{name}.reason.txt").read_text("utf-8")
    assert "不该放在 inbox/ledger" in (home / "quarantine" / "shared.xls.reason.txt").read_text(
        "utf-8"
    )
    assert [p for p in (home / "inbox").rglob("*") if p.is_file()] == []
    assert rows(home, FOLLOWERS) == [("2023-01-01", 100)]


def test_a_file_in_the_wrong_folder_is_held_and_moves_no_figure(home: Path) -> None:
    drop_growth(
        home,
        "jan.xls",
        ("2023-01-01", "1", "0", "1", "90000"),
        ("2023-01-02", "1", "0", "1", "90001"),
    )
    assert run(home, "2023-01-31")["held"] == []
    before = rows(home, FOLLOWERS)
    # 90,001 followers do not become 31,000 in a day
    drop_growth(home, "feb.xls", ("2023-01-03", "1", "0", "1", "31000"))
    assert len(run(home, "2023-01-31", code=3)["held"]) == 1
    assert rows(home, FOLLOWERS) == before
    assert run(home, "2023-01-31")["held"] == []  # asked once, on the night it arrived


def test_same_bytes_again_change_nothing(home: Path) -> None:
    path = drop_growth(home, "a.xls", ("2023-01-01", "1", "0", "1", "100"))
    shutil.copyfile(path, path.with_name("b.xls"))
    first = run(home, "2023-01-31")
    assert first["files"] == {"loaded": 1, "duplicate": 1, "quarantined": 0, "growing": 0}
    drop_growth(home, "c.xls", ("2023-01-01", "1", "0", "1", "100"))
    again = run(home, "2023-01-31")
    assert again["summary"].startswith("no new file")
    assert rows(home, "select count(*) from raw.wechat_follower_daily") == [(1,)]
    assert rows(home, "select original_name, status from ops.file order by 1") == [
        ("a.xls", "loaded"),
        ("b.xls", "duplicate"),
        ("c.xls", "duplicate"),
    ]


def test_within_a_night_the_file_modified_later_wins_whatever_its_name(home: Path) -> None:
    drop_growth(home, "z-old.xls", ("2023-01-01", "1", "0", "1", "100"), at=1_000)
    drop_growth(home, "a-new.xls", ("2023-01-01", "1", "0", "1", "101"), at=2_000)
    result = run(home, "2023-01-31")
    assert rows(home, FOLLOWERS) == [("2023-01-01", 101)]
    assert result["restatements"] == 1
    assert rows(home, "select column_name, old_value, new_value from ops.restatement") == [
        ("followers", "100", "101")
    ]
    assert rows(
        home,
        "select column_name, first_on::varchar, last_on::varchar, changed_values "
        "from ops.restatement_by_column",
    ) == [("followers", "2023-01-01", "2023-01-01", 1)]


def test_a_missing_value_in_a_newer_file_does_not_wipe_a_known_one(home: Path) -> None:
    drop_growth(home, "a.xls", ("2023-01-01", "3", "1", "2", "100"), at=1_000)
    drop_growth(home, "b.xls", ("2023-01-01", "-", "-", "-", "100"), at=2_000)
    run(home, "2023-01-31")
    assert rows(
        home, "select followers, new_followers, lost_followers from mart.account_daily"
    ) == [(100, 3, 1)]


def test_as_of_gives_back_what_was_known_that_day(home: Path) -> None:
    drop_growth(
        home,
        "june.xls",
        ("2023-06-29", "1", "0", "1", "100"),
        ("2023-06-30", "1", "0", "1", "101"),
        at=2_000,
    )
    run(home, "2023-06-30")
    first = rows(home, FOLLOWERS)
    # a later night restates June with a file modified earlier: the later night wins all the same
    drop_growth(
        home,
        "july.xls",
        ("2023-06-30", "1", "0", "1", "111"),
        ("2023-07-01", "1", "0", "1", "112"),
        at=1_000,
    )
    run(home, "2023-07-31")
    assert rows(home, FOLLOWERS) == [("2023-06-29", 100), ("2023-06-30", 111), ("2023-07-01", 112)]
    run(home, "2023-06-30")
    assert rows(home, FOLLOWERS) == first


def test_no_ledger_and_last_years_ledger_are_no_data(home: Path) -> None:
    drop_growth(
        home, "a.xls", ("2022-12-30", "1", "0", "1", "100"), ("2023-03-01", "9", "0", "9", "115")
    )
    book = "活动名称,开始日期,主办单位\n去年的活动,2022-05-01,示例科\n"
    (home / "inbox" / "ledger" / "activities.csv").write_bytes(book.encode("gb18030"))
    run(home, "2023-03-31")
    found = {
        row[0]: row[1:]
        for row in rows(home, "select target_id, actual, target, status from mart.target_progress")
    }
    assert found["activities"] == (None, 80, "no_data")  # its only row is of 2022
    assert found["livestreams"] == (None, 5, "no_data")
    assert found["wechat_reads"] == (None, None, "no_data")
    # 100 x 1.2 = 120; 115 is 15 of the wanted 20
    assert found["wechat_followers"][:2] == (115, pytest.approx(120))
    assert rows(
        home,
        (
            "select growth_pct, progress_pct, days_covered, days_expected from "
            "mart.target_progress where target_id = 'wechat_followers'"
        ),
    ) == [(pytest.approx(15), pytest.approx(75), 1, 90)]


def test_projects_of_the_same_name_are_told_apart_by_month(home: Path) -> None:
    book = "活动名称,开始日期,主办单位,宣传项目\n" + "".join(
        f"测评发布{month}月,2023-{month:02d}-10,示例科,发布社会公众满意度测评\n"
        for month in (1, 7, 9)
    )
    (home / "inbox" / "ledger" / "a.csv").write_text(book, "utf-8")
    run(home, "2023-12-31")
    found = rows(
        home,
        (
            "select a.name, p.time_zh from mart.activity as a join raw.plan_project as p using "
            "(project_id) order by a.started_on"
        ),
    )
    assert [(name, time.replace(" ", "")) for name, time in found] == [
        ("测评发布1月", "1月"),
        ("测评发布7月", "7月"),
        ("测评发布9月", "1月"),
    ]
