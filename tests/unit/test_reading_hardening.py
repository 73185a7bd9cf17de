"""Files that are almost right.

Nothing may slip into a wrong column, day or section, and nothing may vanish unseen.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from collectors.layout import load_layouts
from collectors.model import Block, ReadResult
from collectors.read.open import open_sheets
from collectors.read.read_file import read_file
from collectors.written import WrittenError
from tests.unit.test_reading import GROWTH, biff, dicts, read, refusal, workbook_with

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"
CORNERS = (
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)


def by_table(result: ReadResult) -> dict[str, Block]:
    return {block.declaration.table: block for block in result.blocks}


def html(path: Path, rows: list[str], encoding: str = "utf-8", before: str = "") -> Path:
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    path.write_bytes(f"{before}<html><table>{body}</table></html>".encode(encoding))
    return path


def cells(*values: str) -> str:
    return "".join(f"<td>{value}</td>" for value in values)


def test_tables_side_by_side_without_a_gap_keep_their_own_dates(tmp_path: Path) -> None:
    path = biff(
        tmp_path / "t.xls",
        [
            [
                "日期", "渠道", "阅读人数", "日期", "分享人数", "跳转阅读原文人数", "微信收藏人数",
                "发表篇数",
                "传播渠道", "发表日期", "内容标题", "阅读人数", "阅读人数占比",
            ],
            [
                "2026-08-08", "全部", 957, "2026-08-08", 28, 7, 11, 2, "全部", "20240319",
                "旧文章", 41, 0.93,
            ],
            ["2026-08-08", "推荐", 5, "2026-08-09", 29, 6, 10, 1],
            ["2026-08-09", "全部", 597],
        ],
    )  # fmt: skip
    found = by_table(read(path))
    channel, share, source = (
        found[name]
        for name in ("wechat_channel_daily", "wechat_share_daily", "wechat_article_source")
    )
    assert channel.rows == [
        ["2026-08-08", "全部", "957"],
        ["2026-08-08", "推荐", "5"],
        ["2026-08-09", "全部", "597"],
    ]
    assert share.rows == [
        ["2026-08-08", "28", "7", "11", "2"],
        ["2026-08-09", "29", "6", "10", "1"],
    ]
    assert [row["readers"] for row in dicts(source)] == ["41"]
    assert {extra for block in (channel, share, source) for extra in block.extras} == {None}


def test_an_unknown_label_that_stands_twice_is_not_cut_off(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        ",".join([*GROWTH, "甲", "甲", "乙"]) + "\n2026-01-01,1,0,1,5,p,q,r\n", "utf-8"
    )
    extra = read(tmp_path / "x.csv").blocks[0].extras[0]
    assert extra is not None
    assert '"乙": "r"' in extra


SECTIONS: list[list[Any]] = [
    [None, "门责自律"], [None, "数据概况"], [None, "阅读（人）", 1011], [None, "阅读转化"],
    [None, "送达人数", 83655],
    [None, "推荐转化"], [None, "阅读次数", 43], [None, "数据趋势明细"],
    [None, "日期", "传播渠道", "阅读人数", "分享人数"],
    [None, "2026-08-08", "全部", 612, 38],
]  # fmt: skip


@pytest.mark.parametrize("blanks", ["none", "after every title"])
def test_sections_end_at_the_next_title_and_may_begin_with_a_blank_row(
    tmp_path: Path, blanks: str
) -> None:
    rows: list[list[Any]] = []
    for row in SECTIONS:
        is_title = len(row) == 2 and row[1] != "门责自律"
        rows += [[], row, []] if blanks != "none" and is_title else [row]
    result = read(biff(tmp_path / "s.xls", rows))
    figures = [
        block.rows
        for block in result.blocks
        if block.declaration.table == "wechat_single_article_figure"
    ]
    assert figures == [
        [["门责自律", "数据概况", "阅读（人）", "1011"]],
        [["门责自律", "阅读转化", "送达人数", "83655"]],
        [["门责自律", "推荐转化", "阅读次数", "43"]],
    ]
    assert [row["readers"] for row in dicts(by_table(result)["wechat_single_article_daily"])] == [
        "612"
    ]


def test_single_article_in_the_cishu_version(tmp_path: Path) -> None:
    rows = [
        row
        if row[1:2] != ["日期"]
        else [None, "日期", "传播渠道", "阅读人数", "阅读次数", "分享人数", "分享次数"]
        for row in SECTIONS
    ]
    rows[-1] = [None, "2025-09-05", "全部", 612, 700, 38, 41]
    daily = dicts(by_table(read(biff(tmp_path / "s.xls", rows)))["wechat_single_article_daily"])
    assert [
        (day["readers"], day["reads"], day["sharers"], day["shares"]) for day in daily
    ] == [("612", "700", "38", "41")]  # fmt: skip


def test_a_quote_that_never_closes_swallows_no_row_unseen(tmp_path: Path) -> None:
    text = ",".join(GROWTH) + '\n2026-01-01,1,0,1,5\n2026-01-02,1,0,1,"6\n2026-01-03,1,0,1,7\n'
    (tmp_path / "x.csv").write_text(text, "utf-8")
    assert "第 3 行" in refusal(tmp_path / "x.csv").reason_zh
    (tmp_path / "y.csv").write_text(text.replace('"6\n', '"6"\n'), "utf-8")
    assert read(tmp_path / "y.csv").row_count == 3


def test_newlines_inside_quotes_are_kept(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        '活动名称,开始日期,主办单位\n"第一行\n第二行, ""引""",2026-07-15,甲科\n', "utf-8"
    )
    block = read(tmp_path / "x.csv").blocks[0]
    assert (dicts(block)[0]["name"], block.row_numbers) == ('第一行\n第二行, "引"', [2])


def test_commas_in_prose_do_not_decide_the_delimiter(tmp_path: Path) -> None:
    lines = [f"a,b,c,d,e,f,g{day}\t2026-07-1{day}\t甲,乙,丙" for day in range(5)]
    (tmp_path / "x.tsv").write_text("\n".join(["活动名称\t开始日期\t主办单位", *lines]), "utf-8")
    found = [(row["name"], row["host"]) for row in dicts(read(tmp_path / "x.tsv").blocks[0])]
    assert found == [(f"a,b,c,d,e,f,g{day}", "甲,乙,丙") for day in range(5)]


def test_quoted_line_breaks_do_not_decide_the_delimiter(tmp_path: Path) -> None:
    # Under "," the three lines of tabs fall apart into nine, six of them with one comma: more, but
    # not more regular.
    rows = [f'2023-07-0{n}\t"甲\n乙,丙\n丁,戊{n}"\t示例局' for n in (1, 2, 3)]
    (tmp_path / "x").write_text("\n".join(["开始日期\t活动名称\t主办单位", *rows]), "utf-8")
    found = [(row["name"], row["host"]) for row in dicts(read(tmp_path / "x").blocks[0])]
    assert found == [(f"甲\n乙,丙\n丁,戊{n}", "示例局") for n in (1, 2, 3)]


def test_a_rowspan_in_the_data_moves_no_cell(tmp_path: Path) -> None:
    path = html(
        tmp_path / "x.xls",
        [
            # no empty <tr> follows
            "<td colspan=5>用户增长</td>", cells(*GROWTH).replace("<td>", "<td rowspan=2>"),
            "<td rowspan=2>2026-01-01</td>" + cells("1", "0", "1", "5"), cells("2", "0", "2", "7"),
        ],
    )  # fmt: skip
    block = read(path).blocks[0]
    assert block.rows == [["2026-01-01", "1", "0", "1", "5"], [None, "2", "0", "2", "7"]]


@pytest.mark.parametrize(
    ("encoding", "before"),
    [("utf-16", ""), ("utf-8", "<!-- saved from url -->\n"), ("utf-8", "<meta charset=utf-8>")],
)
def test_html_is_known_behind_utf16_comments_and_meta(
    tmp_path: Path, encoding: str, before: str
) -> None:
    path = html(
        tmp_path / "x.xls",
        [cells(*GROWTH), cells("2026-01-01", "1", "0", "1", "5")],
        encoding,
        before,
    )
    assert (read(path).container, read(path).blocks[0].rows) == (
        "html",
        [["2026-01-01", "1", "0", "1", "5"]],
    )


def test_a_login_form_in_a_table_and_excel_xml_are_called_what_they_are(tmp_path: Path) -> None:
    assert (
        "登录"
        in refusal(html(tmp_path / "login.xls", [cells("帐号", ""), cells("密码", "")])).reason_zh
    )
    (tmp_path / "x.xls").write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:x"><Worksheet/></Workbook>', "utf-8"
    )
    assert "Workbook" in refusal(tmp_path / "x.xls").reason_en


def test_a_workbook_of_examples_only_says_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active
    book.active.title = "示例"
    for row in (["活动名称", "开始日期", "主办单位"], ["进社区", "2026-07-15", "甲科"]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    assert "示例" in refusal(tmp_path / "x.xlsx").reason_zh


def test_merged_cells_fill_rows_but_make_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    for row in (["单位", "活动名称", "开始日期", "主办单位"], ["黄浦区", "甲", "2026-07-01", "科"],
        [None, "乙", "2026-07-02", "科"],
                [None, "小计：", 2], [None] * 4, [None] * 4,
                [None, "丙", "2026-07-03", "科"]):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A2:A6")  # the sixth row is prepared and empty, the seventh lies outside
    book.save(tmp_path / "x.xlsx")
    block = read(tmp_path / "x.xlsx").blocks[0]
    assert [(row["name"], row["unit"]) for row in dicts(block)] == [
        ("甲", "黄浦区"),
        ("乙", "黄浦区"),
        ("丙", None),
    ]
    assert block.row_numbers == [2, 3, 7]


def test_two_line_header_of_a_ledger(tmp_path: Path) -> None:
    path = biff(
        tmp_path / "x.xls",
        [
            ["活动名称", "时间地点", None, "主办单位"], [None, "开始日期", "地点", None],
            ["甲", "2026-07-01", "广场", "科"],
        ],
    )  # fmt: skip
    found = dicts(read(path).blocks[0])[0]
    assert (found["name"], found["started_on"], found["place"], found["host"]) == (
        "甲",
        "2026-07-01",
        "广场",
        "科",
    )


def test_cells_of_a_workbook_as_text(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [4912345678901234, 20260812.0, 0.1, True, "0012"])
        sheet.write_datetime(
            0, 5, dt.datetime(2026, 8, 12, 9, 29, 59),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )  # fmt: skip
        sheet.write_number(0, 6, 26 / 24, book.add_format({"num_format": "[h]:mm:ss"}))
    found = open_sheets(tmp_path / "x.xlsx").grids[0].rows[0]
    assert found == [
        "4912345678901234",
        "20260812",
        "0.1",
        "TRUE",
        "0012",
        "2026-08-12 09:29:59",
        "26:00:00",
    ]


@pytest.mark.parametrize(
    "rows",
    [CORNERS.lower(), CORNERS.replace('"', "'"), CORNERS.replace('r="', 'r = "')],
    ids=["lower", "quote", "gap"],
)
def test_corner_cells_are_seen_however_they_are_written(tmp_path: Path, rows: str) -> None:
    assert (
        "1048576"
        in refusal(workbook_with(tmp_path, "x.xlsx", (HEAD + rows + TAIL).encode())).reason_en
    )


def test_a_sheet_under_another_name_and_a_utf16_doctype_are_seen(tmp_path: Path) -> None:
    plain = workbook_with(tmp_path, "plain2.xlsx", (HEAD + TAIL).encode())
    extra = {
        "xl/other/data.bin": (HEAD + CORNERS + TAIL).encode(),
        "xl/u.xml": '<!DOCTYPE x [<!ENTITY a "b">]>'.encode("utf-16"),
    }  # fmt: skip
    for words, (name, content) in zip(("1048576", "DOCTYPE"), extra.items(), strict=True):
        path = tmp_path / f"{words}.xlsx"
        path.write_bytes(plain.read_bytes())
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, content)
        assert words in refusal(path).reason_en


def test_damaged_zip_content_is_called_damaged(tmp_path: Path) -> None:
    path = workbook_with(tmp_path, "x.xlsx", (HEAD + CORNERS + TAIL).encode())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    data = bytearray(path.read_bytes())
    data[start + 60 : start + 75] = b"\xff" * 15  # inside the member's compressed bytes
    path.write_bytes(data)
    assert "damaged" in refusal(path).reason_en


GOOD = (
    '[own]\ntitle = "自定"\nsources = ["account"]\n[[own.tables]]\ntable = "own_table"\nkey = '
    '["day"]\ncolumns = [{ name = "day", labels = ["哪天"], kind = "date" }, %s]\n'
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('stray = "x"\n', "stray: top level"),
        ('[own]\ntitle = "t"\nsources = ["acount"]\ntables = []\n', "sources"),
        (
            GOOD % '{ name = "place", labels = ["地"], kind = "texts" }',
            "own_table columns place kind",
        ),
        (
            GOOD % '{ name = "place", pattern = "(", kind = "text" }',
            "place pattern: pattern is no regular expression",
        ),
        (GOOD % '{ name = "place", pattern = "abc", kind = "text" }', "needs a group"),
        (GOOD % '{ name = "place", kind = "text" }', "column place needs labels"),
        (
            GOOD % '{ name = "place", labels = ["哪 天"], kind = "text" }',
            "both claim the label 哪天",
        ),
        (
            GOOD % '{ name = "place", labels = ["地"], required_unless = "x", kind = "text" }',
            "names no column: x",
        ),
        (GOOD.replace('["day"]', '["night"]') % "", "key column 'night'"),
        (
            '[common]\ncolumns = [{ name = "q", kind = "text" }]\n' + GOOD % "",
            "column q needs labels",
        ),
    ],
)
def test_a_wrong_declaration_says_where(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "own.toml").write_text(text, "utf-8")
    with pytest.raises(WrittenError) as caught:
        load_layouts(tmp_path)
    assert words in str(caught.value)
    assert "own.toml" in str(caught.value)


def test_a_label_claimed_by_a_table_is_taken_from_the_common_column(tmp_path: Path) -> None:
    common = '[common]\ncolumns = [{ name = "unit", labels = ["单位", "哪 天"], kind = "text" }]\n'
    (tmp_path / "own.toml").write_text(common + GOOD % "", "utf-8")
    (tmp_path / "x.csv").write_text("哪天,单位\n2026-01-01,甲\n", "utf-8")
    assert read_file(tmp_path / "x.csv", load_layouts(tmp_path)).blocks[0].rows == [
        ["2026-01-01", "甲"]
    ]
