"""Rows of a ledger that are no records, and cells that say something by another cell.

Sums in any words, signatures and remarks, examples, 本月无活动, cancelled events, 同上, two columns of
days. The right reading is written out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from collectors.layout import load_layouts
from collectors.read.read_file import read_file
from pipeline.config.checkout import LAYOUT_FOLDER
from tests.support.containers import Cells, write_file

if TYPE_CHECKING:
    from pathlib import Path

    from collectors.model import ReadResult

LAYOUTS = load_layouts(LAYOUT_FOLDER)
HEAD = ["活动名称", "活动日期", "主办单位", "参与人数", "备注"]
ROWS = [["甲", "2023-06-01", "市局", "100", ""], ["乙", "2023-06-02", "市局", "200", ""]]

in_every_container = pytest.mark.parametrize("container", ["xlsx", "xls", "csv/gb18030"])


def read(path: Path, cells: Cells, container: str = "xlsx") -> ReadResult:
    write_file(path, {"Sheet1": cells}, container)
    return read_file(path, LAYOUTS, "ledger")


def column(result: ReadResult, name: str) -> list[str | None]:
    (block,) = result.blocks
    return [row[block.columns.index(name)] for row in block.rows]


def told(result: ReadResult) -> list[str]:
    return [one.reason.split("；")[0] for block in result.blocks for one in block.broken]


@in_every_container
@pytest.mark.parametrize(
    "row",
    [
        ["共计", "", "", "300"],
        ["本月合计", "", "", "300"],
        ["总数", "", "", "300"],
        ["", "", "累计", "300"],
        ["", "1-6月合计", "", "300"],
        ["合计（2场）", "", "", "300"],
        ["总计：2场", "", "", ""],
        ["共2场", "", "", "300人"],
        ["", "", "", "平均150"],
        ["", "", "", "300"],
        ["小 计", "", "", "300"],
    ],
)
def test_a_sum_in_any_words_is_left_out(tmp_path: Path, container: str, row: list[str]) -> None:
    result = read(tmp_path / "f", [HEAD, *ROWS, [*row, ""]], container)
    assert column(result, "participants") == ["100", "200"]
    assert not told(result)
    assert [note.split(" ", 1)[1] for note in result.notes] == ["第 4 行是合计行，没有计入"]


@in_every_container
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "", "", "301", ""], None),  # no sum: landing tells that its name is missing
        (["累计积分兑换", "2023-06-03", "市局", "300", ""], None),  # a record
        (["6月合计", "2023-06-30", "市局", "300", ""], "A4“6月合计”像是合计行，没有读取"),
    ],
)
def test_what_may_be_a_record_is_kept_or_told(
    tmp_path: Path, container: str, row: list[str], reason: str | None
) -> None:
    result = read(tmp_path / "f", [HEAD, *ROWS, row], container)
    assert told(result) == ([reason] if reason else [])
    assert len(column(result, "name")) == (2 if reason else 3)


@in_every_container
def test_signatures_and_remarks_below_the_table(tmp_path: Path, container: str) -> None:
    below = [
        ["单位负责人：", "", "填表人：张三", "日期：2023年6月30日", ""],
        ["审批：", "", "复核：李四", "", ""],
        ["联系人：王五 电话 021-1234"],
        ["填报单位（盖章）：黄浦区城管执法局"],
        ["2.数据截至6月30日"],
        ["*为重点活动"],
        ["数据来源：宣传科"],
        ["第1页 共2页"],
        ["—以下无正文—"],
        ["………"],
    ]
    result = read(tmp_path / "f", [HEAD, *ROWS, *below], container)
    assert column(result, "name") == ["甲", "乙"]
    assert not told(result)
    assert [note.split(" ", 1)[1] for note in result.notes] == [
        f"第 {n} 行按表下说明跳过" for n in range(4, 14)
    ]


@in_every_container
@pytest.mark.parametrize("mark", [["例", "甲"], ["1", "进社区宣传（示例）"], ["1", "示例：进社区"]])
def test_an_example_is_no_record(tmp_path: Path, container: str, mark: list[str]) -> None:
    cells = [["序号", *HEAD], [*mark, *ROWS[0][1:]], ["1", *ROWS[1]]]
    assert column(read(tmp_path / "f", cells, container), "name") == ["乙"]


@in_every_container
@pytest.mark.parametrize(
    "row",
    [["无", "无", "无", "0", ""], ["/", "/", "/", "/", "/"], ["本月无活动"], ["6月未开展宣传活动"],
     ["零报告"], ["暂无", "", "", "", ""]],
)  # fmt: skip
def test_a_row_that_says_that_there_is_none(tmp_path: Path, container: str, row: list[str]) -> None:
    result = read(tmp_path / "f", [HEAD, row], container)
    assert not column(result, "name")
    assert told(result) == [f"A2“{row[0]}”是说没有可填的，没有读取"]


@in_every_container
@pytest.mark.parametrize(
    ("name", "remark", "cell"),
    [
        ("乙（取消）", "", "A2“乙（取消）”"),
        ("乙【延期至7月】", "", "A2“乙【延期至7月】”"),
        ("乙", "已取消", "E2“已取消”"),
        ("乙", "因疫情延期至7月", "E2“因疫情延期至7月”"),
        ("乙", "本次活动作废。", "E2“本次活动作废。”"),
        ("取消门前三包宣传", "取消了抽奖环节", None),
    ],
)
def test_an_event_that_did_not_take_place(
    tmp_path: Path, container: str, name: str, remark: str, cell: str | None
) -> None:
    cells = [HEAD, [name, "2023-06-02", "市局", "200", remark], ROWS[0]]
    result = read(tmp_path / "f", cells, container)
    assert column(result, "name") == (["甲"] if cell else [name, "甲"])
    assert told(result) == ([f"{cell}写明已取消、延期、作废或重复，这一行没有计入"] if cell else [])


@in_every_container
def test_ditto_is_what_stands_above(tmp_path: Path, container: str) -> None:
    cells = [HEAD, ROWS[0], ["乙", "同上", "〃", "同上", ""], ["丙", "〃", "″", "5", ""]]
    result = read(tmp_path / "f", cells, container)
    assert column(result, "started_on") == ["2023-06-01"] * 3
    assert column(result, "host") == ["市局"] * 3
    assert column(result, "participants") == ["100", "同上", "5"]  # landing tells the figure


@in_every_container
def test_two_columns_of_days(tmp_path: Path, container: str) -> None:
    cells = [
        [*HEAD, "日期"],
        [*ROWS[0], "2023-06-05"],
        ["乙", "6月1日", "市局", "1", "", "2023年6月1日"],
        ["丙", "", "市局", "1", "", "6月3日"],
        ["丁", "6月1日", "市局", "1", "", "14:00-16:00"],
        ["戊", "6月1日", "市局", "1", "", ""],
    ]
    result = read(tmp_path / "f", cells, container)
    assert column(result, "started_on") == ["2023-06-01", "6月1日", "6月3日", "6月1日", "6月1日"]
    assert told(result) == ["B2“2023-06-01”与F2“2023-06-05”都是日期而不相同，按B2计"]


@in_every_container
def test_a_clock_in_the_column_that_is_named_first(tmp_path: Path, container: str) -> None:
    head = ["培训名称", "时间", "日期", "主办单位", "参训人数"]
    cells = [head, ["甲", "14:00-16:00", "2023-06-01", "市局", "30"]]
    assert column(read(tmp_path / "f", cells, container), "started_on") == ["2023-06-01"]


@in_every_container
def test_words_of_another_label_fill_what_must_be_there(tmp_path: Path, container: str) -> None:
    cells = [[*HEAD, "牵头部门"], [*ROWS[0], "宣传处"], ["乙", "2023-06-02", "", "1", "", "宣传处"]]
    assert column(read(tmp_path / "f", cells, container), "host") == ["市局", "宣传处"]


@in_every_container
@pytest.mark.parametrize(
    ("titles", "days", "expected"),
    [
        # who fills in December's table in January
        ([["2023年12月活动台账"], ["填报日期：2024年1月5日"]], ["12月28日"], 2023),
        ([["活动台账", "填报时间：2023年6月30日"]], ["6月28日", "5.3"], 2023),
        ([["活动台账", "填报时间：2024年1月5日"]], ["12月28日"], None),
        ([["2023年度活动台账", "截至2023年6月30日"]], ["6月28日"], 2023),
        ([["统计时间：2022年1月1日至2023年6月30日"]], ["6月28日"], None),
    ],
)
def test_the_day_of_filling_in_is_not_the_year_of_the_rows(
    tmp_path: Path, container: str, titles: Cells, days: list[str], expected: int | None
) -> None:
    lines = [["甲", day, "市局", "1", ""] for day in days]
    (block,) = read(tmp_path / "f", [*titles, HEAD, *lines], container).blocks
    assert block.default_year == expected


@in_every_container
@pytest.mark.parametrize(
    "title",
    [
        ["填报单位：黄浦区"],
        ["填报单位（盖章）：黄浦区 填报人：张三"],
        ["填报单位：", "黄浦区", "填报日期：2023年6月30日"],
        ["单位", "黄浦区"],
    ],
)
def test_the_unit_that_the_title_names(tmp_path: Path, container: str, title: list[str]) -> None:
    cells = [["2023年活动台账"], title, HEAD, *ROWS]
    assert column(read(tmp_path / "f", cells, container), "unit") == ["黄浦区", "黄浦区"]


@in_every_container
@pytest.mark.parametrize(
    "title",
    [["单位：万人次"], ["单位：场次、人"], ["填报单位："], ["主办单位：市局"], ["单位：人"]],
)
def test_titles_that_name_no_unit(tmp_path: Path, container: str, title: list[str]) -> None:
    cells = [title, ["2023年活动台账"], HEAD, *ROWS]
    assert column(read(tmp_path / "f", cells, container), "unit") == [None, None]


@in_every_container
def test_the_units_own_column_goes_before_the_title(tmp_path: Path, container: str) -> None:
    cells = [["填报单位：市局"], [*HEAD, "单位"], [*ROWS[0], "黄浦区"]]
    assert column(read(tmp_path / "f", cells, container), "unit") == ["黄浦区"]


@in_every_container
def test_a_unit_that_has_none(tmp_path: Path, container: str) -> None:
    cells = [["单位", *HEAD], ["黄浦区", "无", "无", "市局", "0", ""], ["徐汇区", *ROWS[0]]]
    result = read(tmp_path / "f", cells, container)
    assert column(result, "unit") == ["徐汇区"]
    assert told(result) == ["A2“黄浦区”是说没有可填的，没有读取"]
