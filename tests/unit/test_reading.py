"""The reading core: containers, headers, blocks, refusals.

Fixtures are made here in the true formats.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from collectors.layout import Layout, load_layouts, plain_label
from collectors.model import Block, ReadResult
from collectors.read.read_file import read_file
from collectors.read.worker_pool import Reader
from collectors.unreadable import Unreadable
from collectors.written import WrittenError
from pipeline.config.checkout import LAYOUT_FOLDER
from tests.support.homes import growth_html

LAYOUTS = load_layouts(LAYOUT_FOLDER)
GROWTH = ["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"]


def read(path: Path) -> ReadResult:
    return read_file(path, LAYOUTS)


def dicts(block: Block) -> list[dict[str, str | None]]:
    return [dict(zip(block.columns, row, strict=True)) for row in block.rows]


def biff(path: Path, rows: list[list[Any]]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("New Sheet1")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)
    book.save(str(path))
    return path


def refusal(path: Path) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(path)
    return caught.value


def test_growth_html_under_xls(tmp_path: Path) -> None:
    path = tmp_path / "anything.bin"
    path.write_text("\ufeff" + growth_html(("2026-07-13", "92", "-", "71", "83285")), "utf-8")
    result = read(path)
    assert (result.layouts, result.container, result.encoding) == (
        ["wechat_user_growth"],
        "html",
        "utf-8-sig",
    )
    assert result.blocks[0].row_numbers == [4]  # title, header, empty <tr>, data
    assert dicts(result.blocks[0]) == [
        {
            "date": "2026-07-13",
            "new_followers": "92",
            "lost_followers": "-",
            "net_followers": "71",
            "followers": "83285",
        }
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_growth_resaved_as_text(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "x.csv"
    lines = [["用户增长", "", "", "", ""], GROWTH, ["2026/8/12", "28", "31", "-3", "84571"]]
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    block = read(path).blocks[0]
    assert (block.rows, block.row_numbers) == ([["2026/8/12", "28", "31", "-3", "84571"]], [3])


def test_growth_resaved_as_xlsx_keeps_dates_and_integers(tmp_path: Path) -> None:
    from datetime import date

    book = openpyxl.Workbook()
    assert book.active
    for row in ([], ["用户增长"], GROWTH, [date(2026, 7, 13), 92, 21, 71, 83285]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    block = read(tmp_path / "x.xlsx").blocks[0]
    assert block.rows == [["2026-07-13", "92", "21", "71", "83285"]]


def test_three_tables_side_by_side_of_different_lengths(tmp_path: Path) -> None:
    title = "数据趋势概况(2026.08.08-2026.08.09)"
    source = "数据来源概况(2026.08.08-2026.08.09)"
    path = biff(
        tmp_path / "t.xls",
        [
            [],
            [None, title, None, None, None, title, None, None, None, None, None, source],
            [
                None, "日期", "渠道", "阅读人数", None, "日期", "分享人数", "跳转阅读原文人数",
                "微信收藏人数", "发表篇数", None,
                "传播渠道", "发表日期", "内容标题", "阅读人数", "阅读人数占比",
            ],
            [
                None, "2026-08-08", "全部", 957, None, "2026-08-08", 28, 7, 11, 2, None, "全部",
                20240319.0, "旧文章", 41, 0.93,
            ],
            [None, "2026-08-08", "推荐", None],
            [None, "2026-08-09", "全部", 597],
        ],
    )  # fmt: skip
    result = read(path)
    found = {block.declaration.table: block for block in result.blocks}
    assert found["wechat_channel_daily"].rows[0][:2] == ["2026-08-08", "全部"]
    assert [row["readers"] for row in dicts(found["wechat_channel_daily"])] == ["957", None, "597"]
    assert [row["published"] for row in dicts(found["wechat_share_daily"])] == ["2"]
    assert dicts(found["wechat_article_source"]) == [
        {
            "period": "2026.08.08-2026.08.09",
            "channel": "全部",
            "published_on": "20240319",
            "title": "旧文章",
            "readers": "41",
            "reader_share_rate": "0.93",
        }
    ]


def test_title_text_inside_the_header_row(tmp_path: Path) -> None:
    labels = [
        "内容标题",
        "发表日期",
        "阅读人数",
        "分享人数",
        "阅读后关注人数",
        "送达人数",
        "送达完成率",
        "阅读完成率",
        "内容url",
    ]
    row = ["标题", "20260812", 322, 5, 12, 0, 0, 0.53, "http://mp.weixin.qq.com/s?mid=1&idx=2"]
    result = read(biff(tmp_path / "t.xls", [["数据来源概况", *labels], [None, *row]]))
    assert result.layouts == ["wechat_articles"]
    assert dicts(result.blocks[0])[0]["url"] == "http://mp.weixin.qq.com/s?mid=1&idx=2"


def test_single_article_sections(tmp_path: Path) -> None:
    path = biff(
        tmp_path / "s.xls",
        [
            [None, "门责自律"], [None, "数据概况"], [None, "阅读(人)", 1011],
            [None, "阅读后关注（人）", 5], [],
            [None, "阅读转化"], [None, "送达人数", 83655], [], [None, "推荐转化"],
            [None, "阅读次数", 43], [],
            [None, "数据趋势明细"], [None, "日期", "传播渠道", "阅读人数", "分享人数"],
            [None, "2026-08-08", "全部", 612, 38], [],
            [None, "性别分布"], [None, "性别", "占比"], [None, "未知", "0.90%"],
        ],
    )  # fmt: skip
    result = read(path)
    figures = [
        row
        for block in result.blocks
        if block.declaration.table == "wechat_single_article_figure"
        for row in block.rows
    ]
    assert figures == [
        ["门责自律", "数据概况", "阅读(人)", "1011"],
        ["门责自律", "数据概况", "阅读后关注（人）", "5"],
        ["门责自律", "阅读转化", "送达人数", "83655"], ["门责自律", "推荐转化", "阅读次数", "43"],
    ]  # fmt: skip
    assert dicts(result.blocks[-1]) == [
        {
            "article_title": "门责自律",
            "section": "性别分布",
            "bucket": "未知",
            "people": None,
            "share_rate": "0.90%",
        }
    ]


def test_every_cell_a_header_cell(tmp_path: Path) -> None:
    rows = (["常读用户数"], ["时间", "常读用户数", "常读用户比例"], ["2026-02", "12651", "14.56%"])
    html = (
        "<html><table><thead>"
        + "".join("<tr>" + "".join(f"<th>{c}</th>" for c in row) + "</tr>" for row in rows)
        + "</thead></table></html>"
    )
    (tmp_path / "x.xls").write_text(html, "utf-8")
    assert read(tmp_path / "x.xls").blocks[0].rows == [["2026-02", "12651", "14.56%"]]


def test_unknown_columns_are_kept_and_named(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        ",".join([*GROWTH, "新列"]) + "\n2026-01-01,1,0,1,5,甲\n", "utf-8"
    )
    result = read(tmp_path / "x.csv")
    assert [json.loads(extra or "{}") for extra in result.blocks[0].extras] == [{"新列": "甲"}]
    assert any("新列" in note for note in result.notes)


def test_a_line_of_the_wrong_width_is_kept_as_broken(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        ",".join(GROWTH) + "\n2026-01-01,1,0,1,5\n2026-01-02,1\n2026-01-03,1,0,1,5,,x\n", "utf-8"
    )
    block = read(tmp_path / "x.csv").blocks[0]
    assert block.row_numbers == [2]
    assert [broken.row_number for broken in block.broken] == [3, 4]


def test_ledgers_of_two_kinds_in_one_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first
    first.title = "七月"
    for row in (["宣传活动台账（2026年）"], ["活动名称", "开始日期", "主办单位", "参与人数"],
        ["进社区", "7月15日", "甲科", 20],
                ["进校园", "7月16日", None, 30], ["合计", None, None, 50],
                ["填表人：示例员"]):  # fmt: skip
        first.append(row)
    first.merge_cells("A1:D1")
    first.merge_cells("C3:C4")
    first["A3"].hyperlink = "https://www.example.cn/a"
    second = book.create_sheet("培训")
    for row in (
        ["培训名称", "培训日期", "主办单位", "参训人数"],
        ["舆情应对", "2026-07-22", "乙科", 46],
    ):
        second.append(row)
    book.create_sheet("示例").append(["活动名称", "开始日期", "主办单位"])
    book.save(tmp_path / "x.xlsx")
    result = read(tmp_path / "x.xlsx")
    assert result.layouts == ["ledger_activity", "ledger_training"]
    block = result.blocks[0]
    assert block.default_year == 2026
    found = [(row["name"], row["host"], row["url"]) for row in dicts(block)]
    assert found == [("进社区", "甲科", "https://www.example.cn/a"), ("进校园", "甲科", None)]
    assert any("第 6 行" in note for note in result.notes)


def test_refusals_say_what_it_is(tmp_path: Path) -> None:
    cases: dict[str, tuple[bytes, str]] = {
        "a.xls": (b"", "0 字节"),
        "b.xlsx.crdownload": (b"PK", "下载未完成"),
        "~$c.xlsx": (b"x", "锁文件"),
        "d.xls": (b"<html><title>T</title><body>x</body></html>", "登录页"),
        "e.csv": (b"\xff\xff\xff", "编码"),
        "f.csv": ("时间\x00".encode(), "空字节"),
        "g.json": (b"{}", "JSON"),
    }
    for name, (content, words) in cases.items():
        (tmp_path / name).write_bytes(content)
        found = refusal(tmp_path / name)
        assert words in found.reason_zh
        assert found.reason_en
    with zipfile.ZipFile(tmp_path / "h.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    assert "压缩包" in refusal(tmp_path / "h.zip").reason_zh


def test_nearest_layout_and_missing_labels_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("时间,新关注人数,净增关注人数\n2026-01-01,1,1\n", "utf-8")
    found = refusal(tmp_path / "x.csv")
    assert "取消关注人数、累积关注人数" in found.reason_zh
    assert "wechat_user_growth" in found.reason_en


def workbook_with(tmp_path: Path, name: str, sheet_xml: bytes) -> Path:
    """Return a workbook whose first sheet is replaced."""
    book = openpyxl.Workbook()
    book.save(tmp_path / "plain.xlsx")
    path = tmp_path / name
    with (
        zipfile.ZipFile(tmp_path / "plain.xlsx") as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for item in source.namelist():
            target.writestr(
                item, sheet_xml if item == "xl/worksheets/sheet1.xml" else source.read(item)
            )
    return path


def test_bombs_are_refused_before_any_parser_sees_them(tmp_path: Path) -> None:
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    wide = (
        head
        + b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row></sheetData></worksheet>'
    )
    assert "1048576" in refusal(workbook_with(tmp_path, "wide.xlsx", wide)).reason_en
    assert (
        "inflates"
        in refusal(
            workbook_with(
                tmp_path, "big.xlsx", head + b" " * (8 << 20) + b"</sheetData></worksheet>"
            )
        ).reason_en
    )
    laughs = b'<!DOCTYPE x [<!ENTITY a "b">]>' + head + b"</sheetData></worksheet>"
    assert "DOCTYPE" in refusal(workbook_with(tmp_path, "laughs.xlsx", laughs)).reason_en


def kill_when_opened(pipe: Path, reader: Reader) -> None:
    """Kill the child once it has opened the pipe, and the one that tries again.

    Opening for writing waits for the other end.
    """
    killed = None
    for _ in range(2):
        while (pid := reader._first.pid) in (None, killed):
            time.sleep(0.01)
        assert pid
        with pipe.open("wb"):
            os.kill(pid, signal.SIGKILL)
        killed = pid


def test_a_parser_that_dies_or_hangs_costs_one_file(tmp_path: Path) -> None:
    good = tmp_path / "good.xls"
    good.write_text(growth_html(("2026-07-13", "1", "0", "1", "5")), "utf-8")
    pipe = tmp_path / "endless.xls"
    os.mkfifo(pipe)  # opening it blocks: a parser that hangs
    with Reader(LAYOUTS, timeout=10) as reader:
        assert reader.read(good).row_count == 1
        killer = threading.Thread(target=kill_when_opened, args=(pipe, reader))
        killer.start()
        with pytest.raises(Unreadable, match="崩溃"):
            reader.read(pipe)
        killer.join()
        assert reader.read(good).row_count == 1
        reader._first.timeout = 1
        with pytest.raises(Unreadable, match="没有读完"):
            reader.read(pipe)
        reader._first.timeout = 10
        assert reader.read(good).row_count == 1


def test_labels_are_compared_without_width_blanks_or_case() -> None:
    assert plain_label(" 阅读（ 人）\u200b") == plain_label("阅读(人)") == "阅读(人)"
    assert plain_label("内容URL") == "内容url"


def test_own_layouts_override_and_wrong_ones_are_named(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[my_layout]\ntitle = "自定"\nsources = ["account"]\n[[my_layout.tables]]\ntable = '
        '"my_table"\nkey = ["day"]\n'
        'columns = [{ name = "day", labels = ["哪天"], kind = "date", required = true }]\n',
        "utf-8",
    )  # fmt: skip
    layouts: dict[str, Layout] = load_layouts(LAYOUT_FOLDER, tmp_path)
    (tmp_path / "x.csv").write_text("哪天\n2026-01-01\n", "utf-8")
    assert read_file(tmp_path / "x.csv", layouts).blocks[0].rows == [["2026-01-01"]]
    own.write_text(own.read_text("utf-8").replace('kind = "date"', 'kind = "dates"'), "utf-8")
    with pytest.raises(WrittenError, match="my_layout"):
        load_layouts(tmp_path)


def test_a_full_date_in_the_files_name_is_no_year_for_its_rows(tmp_path: Path) -> None:
    text = "活动名称,开始日期,主办单位\n年末活动,12月30日,甲科\n"
    for name, year in {
        "台账20240105.csv": None,
        "台账2024-01-05.csv": None,
        "2023年台账.csv": 2023,
        "活动2023.csv": 2023,
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
        assert read(tmp_path / name).blocks[0].default_year == year, name


def test_a_sheet_nobody_knows_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first
    for row in (["活动名称", "开始日期", "主办单位"], ["进社区", "2026-07-15", "甲科"]):
        first.append(row)
    book.create_sheet("别的").append(["甲", "乙"])
    book.save(tmp_path / "x.xlsx")
    assert read(tmp_path / "x.xlsx").unread_sheets == ["别的"]
