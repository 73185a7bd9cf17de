"""Tables that a person reads at a glance and a parser misreads.

Sums among the records, a label twice, headers of two lines, units beside the table, cells whose
format says what their value does not. Each in every container; the right reading is written out.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
import xlwt

from collectors.layout import load_layouts
from collectors.read.open import open_sheets
from collectors.read.read_file import read_file
from collectors.unreadable import Unreadable
from pipeline.config.checkout import LAYOUT_FOLDER
from tests.support.containers import Cells, write_file

if TYPE_CHECKING:
    from pathlib import Path

    from collectors.model import Block

LAYOUTS = load_layouts(LAYOUT_FOLDER)
CONTAINERS = ("xlsx", "xls", "csv/utf-8-sig", "csv/gb18030", "html/utf-8")
ACTIVITY = ["活动名称", "活动日期", "主办单位"]
ROW = ["甲", "2023-06-01", "市局"]
MONTH = ["月份", "平台", "账号名称", "期末粉丝数", "发布数"]
PORTAL = ["月份", "录用平台", "单位", "报送数", "录用数"]

in_every_container = pytest.mark.parametrize("container", CONTAINERS)


def read(path: Path, cells: Cells, container: str, place: str = "ledger") -> Block:
    write_file(path, {"Sheet1": cells}, container)
    (block,) = read_file(path, LAYOUTS, place).blocks
    return block


def column(block: Block, name: str) -> list[str | None]:
    return [row[block.columns.index(name)] for row in block.rows]


def told(block: Block) -> list[str]:
    return [one.reason.split("；")[0] for one in block.broken]


@in_every_container
def test_a_sum_is_no_record_wherever_its_word_stands(tmp_path: Path, container: str) -> None:
    rows = [
        ["2023-06", "市府网", "黄浦区", "10", "5"],
        ["2023-06", "市府网", "合计", "20", "10"],
        ["2023-06", "市府网", "小计：", "20", "10"],
        ["2023-06", "市府网", "各区合计", "20", "10"],
        ["2023-07", "市府网", "黄浦区", "4", "3"],
    ]
    block = read(tmp_path / "f", [PORTAL, *rows], container)
    assert column(block, "accepted") == ["5", "3"]
    assert told(block) == ["C5“各区合计”像是合计行，没有读取"]


@in_every_container
@pytest.mark.parametrize("second", ["参与人数", "参加人数", "参与人数（万）"])
def test_a_figure_that_stands_in_two_columns(tmp_path: Path, container: str, second: str) -> None:
    rows = [[*ROW, "10", "30"], ["乙", *ROW[1:], "1,200", "1200"], ["丙", *ROW[1:], "7", ""],
            ["丁", *ROW[1:], "8", "0"], ["戊", *ROW[1:], "", "9"]]  # fmt: skip
    block = read(tmp_path / "f", [[*ACTIVITY, "参与人数", second], *rows], container)
    assert column(block, "participants") == [None, "1,200", "7", "8", None]
    assert told(block) == [
        "D2“10”与E2“30”是同一项而数据不同，都没有读取",
        "D6“”与E6“9”是同一项而数据不同，都没有读取",
    ]


@in_every_container
def test_a_header_of_two_lines_with_a_sum(tmp_path: Path, container: str) -> None:
    head = [[*ACTIVITY, "参与人数", "", ""], ["", "", "", "线上", "线下", "合计"]]
    block = read(tmp_path / "f", [*head, [*ROW, "10", "20", "30"]], container)
    assert column(block, "participants") == ["30"]
    assert not told(block)


@in_every_container
def test_a_header_of_two_lines_without_a_sum(tmp_path: Path, container: str) -> None:
    head = [[*ACTIVITY, "参与人数", ""], ["", "", "", "线上", "线下"]]
    block = read(tmp_path / "f", [*head, [*ROW, "10", "20"]], container)
    assert column(block, "participants") == [None]
    assert told(block) == [
        "表头“参与人数/线上”像是“参与人数”，但写法不能确定，这一列没有读取",
        "表头“参与人数/线下”像是“参与人数”，但写法不能确定，这一列没有读取",
    ]


@in_every_container
def test_groups_that_both_hold_the_figure(tmp_path: Path, container: str) -> None:
    head = [[*ACTIVITY, "线上", "", "线下", ""], ["", "", "", *["参与人数", "媒体报道篇数"] * 2]]
    block = read(tmp_path / "f", [*head, [*ROW, "10", "1", "20", "2"]], container)
    assert column(block, "participants") == [None]
    assert told(block) == [
        "D3“10”与F3“20”是同一项而数据不同，都没有读取",
        "E3“1”与G3“2”是同一项而数据不同，都没有读取",
    ]


@in_every_container
def test_a_line_of_units_below_the_header(tmp_path: Path, container: str) -> None:
    head = [[*ACTIVITY, "参与人数", "媒体报道篇数"], ["必填", "年月日", "", "（万人）", "篇"]]
    block = read(tmp_path / "f", [*head, [*ROW, "1.2", "3"]], container)
    assert column(block, "participants") == ["1.2万"]
    assert column(block, "media_reports") == ["3"]
    assert not told(block)


@in_every_container
@pytest.mark.parametrize(
    "title",
    [
        "单位：万",
        "（单位：万人次）",
        "（万）",
        "单位（万）",
        "注：以上数据以万计",
        "数据均以万为单位",
    ],
)
def test_a_unit_beside_the_table(tmp_path: Path, container: str, title: str) -> None:
    cells = [["2023年6月"], [title], MONTH, ["2023-06", "微博", "甲", "1.5", "10"]]
    block = read(tmp_path / "f", cells, container)
    assert column(block, "followers") == ["1.5万"]
    assert column(block, "posts") == ["10"]  # nobody counts posts by ten thousands


@in_every_container
@pytest.mark.parametrize("title", ["注：粉丝数以万计", "粉丝数：万", "粉丝数单位：万"])
def test_a_unit_of_one_column_is_asked_about(tmp_path: Path, container: str, title: str) -> None:
    cells = [[title], MONTH, ["2023-06", "微博", "甲", "15", "10"]]
    with pytest.raises(Unreadable, match=r"不止一种单位.*请在各列表头注明单位"):
        read(tmp_path / "f", cells, container)


@in_every_container
@pytest.mark.parametrize("title", ["填报单位：万里街道", "活动名称：万人健步走", "单位：千岛湖镇"])
def test_names_are_no_units(tmp_path: Path, container: str, title: str) -> None:
    block = read(tmp_path / "f", [[title], MONTH, ["2023-06", "微博", "甲", "15", "10"]], container)
    assert column(block, "followers") == ["15"]


@in_every_container
def test_a_clock_beside_its_day_that_is_none(tmp_path: Path, container: str) -> None:
    head = ["直播名称", "平台", "账号名称", "直播日期", "开始时间", "观看人数"]
    rows = [
        ["甲", "抖音", "a", "2023-06-01", "19:00", "5"],
        ["乙", "抖音", "a", "2023-06-02", "19:00-20:30", "5"],
        ["丙", "抖音", "a", "2023-06-03", "", "5"],
    ]
    block = read(tmp_path / "f", [head, *rows], container)
    assert column(block, "started_at") == ["2023-06-01 19:00", "2023-06-02", "2023-06-03"]
    assert told(block) == ["E3“19:00-20:30”不是可以识别的时刻，只读取了日期"]


@in_every_container
def test_a_rate_among_percentages_without_their_sign(tmp_path: Path, container: str) -> None:
    head = ["作品名称", "发布时间", "体裁", "播放量", "完播率", "5s完播率", "2s跳出率",
            "点赞量", "分享量", "评论量"]  # fmt: skip
    rows = [
        ["甲", "2023-06-01 10:00", "视频", "5", "16.55", "0.8", "30%", "1", "1", "1"],
        ["乙", "2023-06-02 10:00", "视频", "5", "0.8", "0.9", "0.3", "1", "1", "1"],
        ["丙", "2023-06-03 10:00", "视频", "5", "0", "1", "0.3", "1", "1", "1"],
    ]
    block = read(tmp_path / "f", [head, *rows], container, "account/douyin")
    # landing tells 16.55, which is no rate (docs/values.csv)
    assert column(block, "finish_rate") == ["16.55", None, "0"]
    assert column(block, "five_second_rate") == ["0.8", "0.9", "1"]
    assert told(block) == ["E3“0.8”所在的列还有大于1的数，分不清是比率还是百分数"]


def write_cell(path: Path, labels: list[str], values: list[object], place: int, code: str) -> None:
    """Write one row, one cell of which has a number format."""
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet, style = book.add_worksheet(), book.add_format({"num_format": code})
            sheet.write_row(0, 0, labels)
            for at, value in enumerate(values):
                sheet.write(1, at, value, style if at == place else None)
        return
    old = xlwt.Workbook(encoding="utf-8")
    sheet, style = old.add_sheet("s"), xlwt.easyxf(num_format_str=code)
    for at, label in enumerate(labels):
        sheet.write(0, at, label)
    for at, value in enumerate(values):
        sheet.write(1, at, value, style) if at == place else sheet.write(1, at, value)
    old.save(str(path))


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('0"万人"', "12万"), ('0"万次"', "12万"), ('"约"0"万"', "12万"), ('0"万+"', "12万+"),
        ('0"+"', "12+"), ('0"人"', "12"), ('"第"0"期"', "12"),
        ('0"h"', "12h"), ('0" min"', "12min"), ('0.0"元"', "12"),
        ('0"百"', "12百"), ('"净减"0', "净减12"), ('0!.0,"万"', "12"),
        ('0!.0000"万"', "12"),
    ],
)  # fmt: skip
def test_literals_of_a_number_format(tmp_path: Path, suffix: str, code: str, shown: str) -> None:
    path = tmp_path / f"f{suffix}"
    write_cell(path, MONTH, ["2023-06", "微博", "甲", 12.0, 10.0], 3, code)
    (block,) = read_file(path, LAYOUTS, "ledger").blocks
    assert column(block, "followers") == [shown]


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
@pytest.mark.parametrize("code", ['yyyy"年"m"月"', "mmm-yy", "yyyy-mm"])
def test_a_day_of_which_only_the_month_is_shown(tmp_path: Path, suffix: str, code: str) -> None:
    """Who types 2023年6月 gets the first of June; the second was typed as a day."""
    for day, text in ((date(2023, 6, 1), "2023-06"), (date(2023, 6, 2), "2023-06-02")):
        path = tmp_path / f"{day}{suffix}"
        write_cell(path, ACTIVITY, ["甲", day, "市局"], 1, code)
        (block,) = read_file(path, LAYOUTS, "ledger").blocks
        assert column(block, "started_on") == [text]


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
@pytest.mark.parametrize("code", ['m"月"d"日"', "d-mmm", "m/d"])
def test_a_year_that_excel_added_unseen(tmp_path: Path, suffix: str, code: str) -> None:
    """Who types 1-5 in January 2024 into the ledger of 2023 gets the fifth of January 2024."""
    path = tmp_path / f"2023年活动台账{suffix}"
    write_cell(path, ACTIVITY, ["甲", date(2024, 1, 5), "市局"], 1, code)
    (block,) = read_file(path, LAYOUTS, "ledger").blocks
    assert not block.rows
    assert [one.reason.split("（")[0] for one in block.broken] == [
        "B2“2024-01-05”在表中只显示月日，年份与标题的2023年不同"
    ]
    for name, day in (("2023年活动台账", date(2023, 1, 5)), ("活动台账", date(2024, 1, 5))):
        path = tmp_path / f"{name}{suffix}"
        write_cell(path, ACTIVITY, ["甲", day, "市局"], 1, code)
        (block,) = read_file(path, LAYOUTS, "ledger").blocks
        assert column(block, "started_on") == [f"{day}"]


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_october_typed_as_a_number(tmp_path: Path, suffix: str) -> None:
    values: list[object] = [2023.1, "市府网", "黄浦区", 10.0, 5.0]
    path = tmp_path / f"f{suffix}"
    write_cell(path, PORTAL, values, 0, "General")
    (block,) = read_file(path, LAYOUTS, "ledger").blocks
    assert not block.rows
    assert told(block) == ["A2“2023.1”是数字，分不清是2023年1月还是2023年10月"]
    write_cell(path, PORTAL, values, 0, "0.00")
    (block,) = read_file(path, LAYOUTS, "ledger").blocks
    assert column(block, "month") == ["2023.10"]


def test_rows_of_a_hidden_sheet_are_told(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, who in (("活动", "甲"), ("旧", "乙"), ("字典", "丙")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ACTIVITY if name != "字典" else ["类型"])
            sheet.write_row(1, 0, [who, *ROW[1:]] if name != "字典" else ["进社区"])
            if name != "活动":
                sheet.hide()
    first, second = read_file(path, LAYOUTS, "ledger").blocks
    assert (column(first, "name"), column(second, "name")) == (["甲"], ["乙"])
    assert (told(first), told(second)) == ([], ["工作表“旧”是隐藏的，其中1行也已读取"])


def test_a_big_sheet_of_percentages_stays_in_columns(tmp_path: Path) -> None:
    """A format in every row, and an error far below: shown, and still read by columns."""
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0.00%"})
        sheet.write_row(0, 0, ["时间", "比率", "人数"])
        for row in range(1, 1001):
            sheet.write_row(row, 0, [f"第{row}行"])
            sheet.write_number(row, 1, row / 10_000, percent)
            sheet.write_number(row, 2, row)
        sheet.write_formula(900, 2, "=1/0", None, "#DIV/0!")
    (grid,) = open_sheets(path).grids
    assert grid.body is not None
    assert grid.height == 1001
    assert grid.rows[655] == ["第655行", "6.55%", "655"]
    assert grid.rows[900] == ["第900行", "9%", "#DIV/0!"]


@pytest.mark.parametrize("container", ["xlsx", "html"])
def test_one_figure_merged_over_several_records(tmp_path: Path, container: str) -> None:
    """丙 goes over two rows itself: there the figure is its own."""
    path = tmp_path / "f"
    if container == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate([[*ACTIVITY, "参与人数", "佐证材料"], ROW, ["乙", *ROW[1:]]]):
                sheet.write_row(at, 0, row)
            sheet.merge_range(1, 3, 2, 3, "30")
            for at, value in enumerate(["丙", "2023-06-02", "市局", "7"]):
                sheet.merge_range(3, at, 4, at, value)
            sheet.write_column(3, 4, ["图一", "图二"])
    else:
        cell, high = "<td>{}</td>".format, '<td rowspan="2">{}</td>'.format
        lines = [
            "".join(map(cell, [*ACTIVITY, "参与人数", "佐证材料"])),
            "".join(map(cell, ROW)) + high("30") + cell(""),
            "".join(map(cell, ["乙", *ROW[1:]])) + cell(""),
            "".join(map(high, ["丙", "2023-06-02", "市局", "7"])) + cell("图一"),
            cell("图二"),
        ]
        path.write_text(f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>", "utf-8")
    (block,) = read_file(path, LAYOUTS, "ledger").blocks
    assert column(block, "name") == ["甲", "乙", "丙", "丙"]
    assert column(block, "participants") == ["30", None, "7", "7"]
    assert told(block) == ["D3“30”与上一行合并，是几行合在一起的数，只计在合并的第一行"]


@in_every_container
def test_a_short_label_of_a_figure_is_told(tmp_path: Path, container: str) -> None:
    block = read(tmp_path / "f", [[*ACTIVITY, "人数"], [*ROW, "10"]], container)
    assert column(block, "participants") == [None]
    assert told(block) == ["表头“人数”像是“参与人数”，但写法不能确定，这一列没有读取"]


def test_cells_of_a_page_as_a_browser_shows_them(tmp_path: Path) -> None:
    """Footnotes, unseen text and the address behind a word."""
    head = "".join(f"<td>{label}</td>" for label in [*ACTIVITY, "参与人数", "链接"])
    row = "<td>甲</td><td>2023-06-01</td><td>市局</td>"
    cells = (
        '<td>1<sup>2</sup></td><td><a href="http://example.com/1">查看</a></td>',
        '<td><span style="display: none">9</span>8</td><td>http://example.com/2</td>',
        '<td>7</td><td><a href="javascript:void(0)">查看</a></td>',
    )
    lines = "".join(f"<tr>{row}{one}</tr>" for one in cells)
    path = tmp_path / "f.xls"
    path.write_text(f"<table><tr>{head}</tr>{lines}</table>", "utf-8")
    (block,) = read_file(path, LAYOUTS, "ledger").blocks
    assert column(block, "participants") == ["1^2", "8", "7"]  # landing tells 1^2
    assert column(block, "url") == ["http://example.com/1", "http://example.com/2", "查看"]


@pytest.mark.parametrize("text", ["601,000\n605\n", "605\n601,000\n\n"])
def test_one_column_of_figures_with_thousands(tmp_path: Path, text: str) -> None:
    path = tmp_path / "f"
    path.write_text("finder_attr.fans_count\n" + text, "utf-8")
    (block,) = read_file(path, LAYOUTS, "account/channels").blocks
    assert sorted(map(str, column(block, "followers"))) == ["601,000", "605"]
    assert not block.broken
