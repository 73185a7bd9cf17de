"""What a night cannot read is told with where, what and how to mend it; the rest goes on."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.containers import write_file
from tests.support.homes import CHECKOUT, make_home, pipeline, rows, run
from tests.support.nights import drop_table, night

REPORT = ["报道标题", "媒体名称", "发表日期", "报道链接"]
ACTIVITY = ["活动名称", "活动日期", "主办单位", "参与人数"]
TRAINING = ["培训名称", "培训日期", "主办单位", "参训人数"]


def test_cells_that_nobody_can_read_are_told_in_one_night(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    drop_table(home, "ledger", "报道.xlsx", [
        REPORT,
        ["夜查", "示例报", "2023-06-01", "见附件"],
        ["晨检", "示例报", "2023-06-02", "无"],
        ["午巡", "示例报", "2023-06-03", "原文 https://a.cn/3"],
        ["夜巡", "示例报", "2023-06-04~2023-06-05", "https://a.cn/4"],
        ["零日", "示例报", "1900-01-01", "https://a.cn/5"],
    ])  # fmt: skip
    drop_table(home, "ledger", "活动.xlsx", [ACTIVITY, ["甲", "6月1日", "科", "5"]])
    drop_table(home, "ledger", "两个表.xlsx", [
        ACTIVITY, ["乙", "2023-06-02", "科", "6"], ["丙", "", "", ""],
        TRAINING, ["丁", "2023-06-03", "科", "7"],
    ])  # fmt: skip
    incident = ["编号", "舆情标题", "来源平台", "发现时间", "级别", "首次回应时间"]
    drop_table(home, "ledger", "舆情.xlsx", [
        incident, ["1", "甲", "微博", "2023-06-01 08:00", "一般", "6/1/2023 3:05 PM"],
    ])  # fmt: skip
    night(home, "2024-02-01", code=3)
    told = "select value, reason from ops.{} order by reason"
    assert rows(home, told.format("unreadable_value")) == [
        ("见附件", "D2“见附件”不是网址，请填写以http开头的完整链接，没有链接请留空"),
        ("6/1/2023 3:05 PM",
            "F2“6/1/2023 3:05 PM”不是可以识别的日期，请写成2023-07-15 19:00"),
    ]  # fmt: skip
    # the plan is that of 2023, whatever the year of the machine and of the night
    assert rows(home, told.format("rejected_row")) == [
        ("6月1日", "B2“6月1日”缺少年份，请写成2023-06-01"),
        (None, "B3为空，“开始日期”必填，请填写后重新提交"),
        ("2023-06-04~2023-06-05", "C5“2023-06-04~2023-06-05”是一段日期，请只写一天，如2023-07-15"),
        ("1900-01-01", "C6“1900-01-01”早于1990年，请核对日期（Excel把0显示为1900年）"),
    ]
    assert rows(home, "select title, url from mart.mention order by published_on") == [
        ("夜查", None), ("晨检", None), ("午巡", "https://a.cn/3"),
    ]  # fmt: skip
    assert rows(home, "select name from mart.activity union all select name from mart.training") == [
        ("乙",), ("丁",),
    ]  # fmt: skip
    assert rows(home, "select verdict, state from mart.incident") == [("待核实", "待核实")]
    status = pipeline(home, "status").stdout
    for line in (
        "拒收行  ledger/活动.xlsx",
        "拒收行  ledger/两个表.xlsx",
        "读不出  ledger/报道.xlsx",
    ):
        assert sum(line in shown for shown in status.splitlines()) == 1, status


def test_a_missing_package_stops_the_night_and_blames_no_file(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    write_file(home / "inbox" / "ledger" / "活动.xlsx", {"s": [ACTIVITY]}, "xlsx")
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    # what an interrupted upgrade leaves: the package is not there
    (hidden / "python_calamine.py").write_text("raise ModuleNotFoundError('python_calamine')\n")
    path = os.pathsep.join([str(hidden), str(CHECKOUT)])
    done = pipeline(home, "run", "--as-of", "2023-06-30", "--json",
        env=os.environ | {"PYTHONPATH": path})  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert "python_calamine" in done.stdout + done.stderr
    assert [file.name for file in (home / "inbox").rglob("*.xlsx")] == ["活动.xlsx"]
    assert not list((home / "quarantine").rglob("*.txt"))
    # installed again, the night takes the file: a table without a row is told
    run(home, "2023-06-30", code=3)
