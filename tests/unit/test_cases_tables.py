"""Workbooks and texts that were read wrong, as files: what each row must say (tests/data/cases)."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.layout import load_layouts
from collectors.model import ReadResult
from collectors.read.delimited import delimited_grid
from collectors.read.encoding import decode
from collectors.read.open import open_sheets
from collectors.read.read_file import read_file
from collectors.unreadable import Unreadable
from pipeline.config.checkout import LAYOUT_FOLDER

CASES = Path(__file__).parents[1] / "data" / "cases"
LAYOUTS = load_layouts(LAYOUT_FOLDER)


def read(name: str, place: str) -> ReadResult:
    return read_file(CASES / name, LAYOUTS, place)


def column(name: str, place: str, column_name: str) -> list[str | None]:
    """Return one column of a file of one block."""
    (block,) = read(name, place).blocks
    return [row[block.columns.index(column_name)] for row in block.rows]


def test_a_day_typed_as_a_number_is_what_the_sheet_shows() -> None:
    """The cells hold 6.8, 6.9, 6.1, 6.11, 6.2, 6.3, 12.1, 12.31 under the format 0.00."""
    shown = ["6.8", "6.9", "6.10", "6.11", "6.20", "6.30", "12.10", "12.31"]
    assert column("tables/01_decimal_date.xlsx", "ledger", "started_on") == shown


@pytest.mark.parametrize(
    ("name", "reads", "likes"),
    [
        ("03_title_unit.xlsx", ["12万", "3.5万"], [None, None]),
        ("03b_header_unit.xlsx", ["12万", "3.5万"], ["1,234", "200"]),
    ],
)
def test_a_unit_outside_the_cell_stands_behind_the_figure(
    name: str, reads: list[str], likes: list[str | None]
) -> None:
    assert column(f"tables/{name}", "ledger", "reads_or_plays") == reads
    assert column(f"tables/{name}", "ledger", "likes") == likes


@pytest.mark.parametrize("name", ["07_backslash.xlsx", "07b_workbook2.xlsx"])
def test_parts_under_odd_names_are_found(name: str) -> None:
    assert column(f"tables/{name}", "account", "followers") == [
        "1015",
        "1030",
        "1045",
        "1060",
        "1075",
    ]


@pytest.mark.parametrize("name", ["09_strict.xlsx", "09_transitional.xlsx"])
def test_strict_open_xml_is_read_like_the_ordinary(name: str) -> None:
    """D2 shows 查看 and has an address behind it; E4 is a formula that nobody computed."""
    assert column(f"tables/{name}", "ledger", "url") == ["https://m.example.cn/1", None, None]
    assert column(f"tables/{name}", "ledger", "reads") == ["1000", "2000", "=E2+E3"]


@pytest.mark.parametrize("name", ["09b_link_strict.xlsx", "09b_link_transitional.xlsx"])
def test_links_behind_titles_are_kept(name: str) -> None:
    assert column(f"tables/{name}", "ledger", "url") == [
        f"https://m.example.cn/{n}" for n in (1, 2, 3)
    ]
    assert column(f"tables/{name}", "ledger", "reads")[2] == "=D2+D3"


def test_serials_of_a_1904_workbook_are_its_days() -> None:
    """A3:A7 are date cells, A8 is the number 43621: 43621 days after 1904-01-01."""
    assert column("tables/11_mac1904.xlsx", "account", "date") == [
        f"2023-06-0{n}" for n in range(1, 7)
    ]


def test_a_day_and_its_clock_in_two_columns_are_one_moment() -> None:
    moments = ["2023-06-05 19:00:00", "2023-06-06 14:30:00"]
    assert column("tables/12_date_and_time_columns.xlsx", "ledger", "started_at") == moments


def test_an_exporter_names_the_medium_and_the_reads() -> None:
    assert column("tables/13_exporter.xlsx", "news", "media_name") == ["上海发布"] * 3
    assert column("tables/13_exporter.xlsx", "news", "reads") == ["100001", "2000", "2000"]


@pytest.mark.parametrize("name", ["error_cell.xls", "error_cell.xlsx"])
def test_an_error_is_told_in_both_kinds_of_workbook(name: str) -> None:
    assert column(f"tables/{name}", "news", "reads") == ["5", "#DIV/0!"]


def test_date_formats_of_old_workbooks() -> None:
    """Every cell holds 45107.854…: days show as days, figures as they are.

    The last but one is an error.
    """
    (grid,) = open_sheets(CASES / "tables" / "formats.xls").grids
    shown = {row[0]: row[1] for row in grid.rows if row[0]}
    day = "2023-06-30 20:30:00"
    expected = dict.fromkeys(['yyyy"年"m"月"d"日"', 'm"月"d"日"', "yyyy-mm-dd", "h:mm:ss"], day)
    figure = "45107.854166666664"
    expected |= dict.fromkeys(['"第"0"期"', '0"天"', "General"], figure)
    expected |= {"0%": "4510785.4166666664%", "[h]:mm": "1082588:30:00"}
    assert {name: shown[name] for name in expected} == expected


def test_chinese_builtin_date_formats() -> None:
    """Formats 14-22, 27-36, 45-47, 50-58 show days and clocks; 27 and more are Chinese."""
    (grid,) = open_sheets(CASES / "tables" / "builtin_zh_formats.xlsx").grids
    shown = {str(row[0]): str(row[1]) for row in grid.rows}
    for number in [*range(14, 18), 22, *range(27, 32), 36, *range(50, 53), 54, 57, 58]:
        assert shown[str(number)].startswith("2023-06-30"), number


@pytest.mark.parametrize(
    ("name", "words"),
    [("10_用户增长.ods", "这是WPS/LibreOffice的.ods表格，请另存为.xlsx后重新提交"),
        ("10_数据.xlsb", ".xlsb"), ("10_月报.docx", "Word 文档"),
     ("10_简报.pdf", "PDF"), ("10_截图.png", "图片"), ("10_导出.rar", "RAR 压缩包，请解压")],
)  # fmt: skip
def test_a_file_that_is_no_table_is_named_with_its_remedy(name: str, words: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(f"tables/{name}", "account")
    assert words in refusal.value.reason_zh


ROWS = {
    "mac_cr.csv": [["标题", "链接"], ["A", "u"], ["B", "v"]],
    "sep_line.csv": [["标题", "链接"], ["A", "u"]],
    "semi_dec.csv": [["标题", "比例"], ["A", "1,5"], ["B", "2,5"]],
    "quote_mid.csv": [["标题", "链接"], ['他说"好"了', "u"], ["ab", "v"]],
    "space_quote.csv": [["标题", "链接"], ["A", "u,v"]],
    "pipe.csv": [["标题", "链接", "时间"], ["A", "u", "1"], ["B", "v", "2"]],
    "gbk_rare.csv": [["标题", "链接"], ["㐀𠮷镕", "u"]],
    "gb18030.csv": [["标题", "链接"], ["城管", "u"]],
    "hz.csv": [["标题", "链接"], ["城管执法", "u"]],
    "utf16le_nobom.txt": [["标题", "链接"], ["城管", "u"]],
    "utf16be_nobom.txt": [["标题", "链接"], ["城管", "u"]],
    "utf32.txt": [["标题", "链接"], ["城管", "u"]],
    "bom_in_middle.csv": [["标题", "链接"], ["A", "u"]],
    "ctrl_z.csv": [["标题", "链接"], ["A", "u"]],
    "eq.csv": [["标题", "编号"], ["0012", "0034"]],
    "backslash.csv": [["标题", "链接"], ['A "q" b', "u"], ["C", "v"]],
    "nel.csv": [["标题", "链接"], ["A\x85b", "u"], ["C\u2028d", "v"]],
    "ff.csv": [["标题", "链接"], ["A\x0cb", "u"], ["\x0bC", "v"]],
    "utf8_in_short_gbk.csv": [["标题", "阅读"], ["城管", "1"]],
}


@pytest.mark.parametrize("name", ROWS)
def test_texts_in_every_dress(name: str) -> None:
    text, _ = decode((CASES / "csv" / name).read_bytes())
    assert [row for row in delimited_grid(text).rows if row] == ROWS[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [("big5.csv", "Big5"), ("big5_en_header.csv", "第 2 行"), ("iso2022cn.csv", "ISO-2022"),
        ("utf8_trunc.csv", "第 2 行"),
     ("utf8_bad_byte.csv", "第 3 行"), ("cp1252.csv", "编码")],
)  # fmt: skip
def test_texts_in_another_encoding_or_damaged_are_refused(name: str, words: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        decode((CASES / "csv" / name).read_bytes())
    assert words in refusal.value.reason_zh


def test_a_second_header_in_another_order_is_read_by_its_own_labels() -> None:
    blocks = read("tables/06_appended.csv", "news").blocks
    reads = [row[block.columns.index("reads")] for block in blocks for row in block.rows]
    assert reads == ["100"] * 6


@pytest.mark.parametrize("name", ["06b_stacked.xlsx", "06c_stacked_equal.xlsx"])
def test_two_ledgers_on_one_sheet_are_two(name: str) -> None:
    found = {
        block.layout: [row[0] for row in block.rows]
        for block in read(f"tables/{name}", "ledger").blocks
    }
    assert found == {
        "ledger_activity": ["进社区", "进校园"],
        "ledger_training": ["新闻发言人培训", "写作培训"],
    }
    assert {block.default_year for block in read(f"tables/{name}", "ledger").blocks} == {2023}


def test_renamed_labels_are_paired_with_those_of_the_account_s_platform() -> None:
    with pytest.raises(Unreadable) as refusal:
        read("tables/14_renamed.xls", "account/wechat")
    assert "公众号 用户增长" in refusal.value.reason_zh
    assert "表头“新增关注用户数”应为“新关注人数”" in refusal.value.reason_zh
    assert "请改正后重新提交" in refusal.value.reason_zh
