"""What a workbook does to its text beyond the text: hidden, filtered, crossed out, raised.

In .xlsx and .xls alike; the right reading is written out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xlsxwriter
import xlwt

from collectors.layout import load_layouts
from collectors.read.read_file import read_file
from pipeline.config.checkout import LAYOUT_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from collectors.model import Block

LAYOUTS = load_layouts(LAYOUT_FOLDER)
HEAD = ["活动名称", "活动日期", "主办单位", "参与人数", "地点"]
# a cell is its text, or runs of (text, look)
Cell = str | list[tuple[str, str]]
LOOKS = {"": {}, "crossed": {"font_strikeout": True}, "raised": {"font_script": 1}}
OLD = {"": "", "crossed": "font: struck_out on", "raised": "font: escapement superscript"}

in_both = pytest.mark.parametrize("suffix", [".xlsx", ".xls"])


def write_new(path: Path, lines: list[list[Cell]], rows: list[int], columns: list[int]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        looks = {name: book.add_format(look) for name, look in LOOKS.items()}
        for r, c, cell in cells_of(lines):
            if len(cell) == 1:
                sheet.write_string(r, c, cell[0][0], looks[cell[0][1]])
            else:
                sheet.write_rich_string(r, c, *(x for text, k in cell for x in (looks[k], text)))
        for row in rows:
            sheet.set_row(row, None, None, {"hidden": True})
        for column in columns:
            sheet.set_column(column, column, 8, None, {"hidden": True})


def write_old(path: Path, lines: list[list[Cell]], rows: list[int], columns: list[int]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    styles = {name: xlwt.easyxf(look) for name, look in OLD.items()}
    for r, c, cell in cells_of(lines):
        if len(cell) == 1:
            sheet.write(r, c, cell[0][0], styles[cell[0][1]])
        else:
            sheet.write_rich_text(r, c, [(text, styles[k].font) for text, k in cell])
    for row in rows:
        sheet.row(row).hidden = True
    for column in columns:
        sheet.col(column).hidden = True
    book.save(str(path))


def cells_of(lines: list[list[Cell]]) -> Iterator[tuple[int, int, list[tuple[str, str]]]]:
    for r, line in enumerate(lines):
        for c, cell in enumerate(line):
            yield r, c, [(cell, "")] if isinstance(cell, str) else cell


def read(
    path: Path, *lines: list[Cell], rows: tuple[int, ...] = (), columns: tuple[int, ...] = ()
) -> Block:
    head: list[Cell] = [*HEAD]
    write = write_new if path.suffix == ".xlsx" else write_old
    write(path, [head, *lines], [*rows], [*columns])
    (block,) = read_file(path, LAYOUTS, "ledger").blocks
    return block


def column(block: Block, name: str) -> list[str | None]:
    return [row[block.columns.index(name)] for row in block.rows]


def told(block: Block) -> list[str]:
    return [one.reason.split("；")[0] for one in block.broken]


def line(name: Cell, figure: Cell = "5", place: Cell = "广场") -> list[Cell]:
    return [name, "2023-06-01", "市局", figure, place]


@in_both
def test_hidden_rows_count_and_are_told(tmp_path: Path, suffix: str) -> None:
    """Also those that a filter leaves out: Excel hides them."""
    lines = [line(name) for name in "甲乙丙丁戊"]
    block = read(tmp_path / f"f{suffix}", *lines, rows=(2, 4, 5))
    assert column(block, "name") == ["甲", "乙", "丙", "丁", "戊"]
    assert told(block) == ["第3、5-6行是隐藏的（或被筛选掉），也已读取"]


@in_both
def test_hidden_rows_without_records_are_not_told(tmp_path: Path, suffix: str) -> None:
    block = read(tmp_path / f"f{suffix}", line("甲"), ["合计", "", "", "5", ""], rows=(2, 9))
    assert column(block, "name") == ["甲"]
    assert not told(block)


@in_both
def test_hidden_columns_count_and_are_told(tmp_path: Path, suffix: str) -> None:
    block = read(tmp_path / f"f{suffix}", line("甲"), columns=(3, 7))
    assert column(block, "participants") == ["5"]
    assert told(block) == ["D列“参与人数”是隐藏的，也已读取"]


@in_both
def test_a_row_whose_name_is_crossed_out_does_not_count(tmp_path: Path, suffix: str) -> None:
    block = read(tmp_path / f"f{suffix}", line([("甲", "crossed")]), line("乙"))
    assert column(block, "name") == ["乙"]
    assert told(block) == ["A2“甲”划了删除线，这一行没有计入"]
    assert not block.broken[0].is_fatal


@in_both
def test_a_figure_that_is_crossed_out_is_not_read(tmp_path: Path, suffix: str) -> None:
    block = read(tmp_path / f"f{suffix}", line("甲", [("500", "crossed")]))
    assert column(block, "participants") == [None]
    assert told(block) == ["D2“500”划了删除线，没有读取"]


@in_both
def test_what_is_left_of_a_text_crossed_out_in_part(tmp_path: Path, suffix: str) -> None:
    block = read(
        tmp_path / f"f{suffix}",
        line([("甲", "crossed"), ("乙", "")], [("100", "crossed"), ("120", "")]),
    )
    assert (column(block, "name"), column(block, "participants")) == (["乙"], ["120"])
    assert not told(block)


@in_both
def test_a_footnote_is_no_digit(tmp_path: Path, suffix: str) -> None:
    """Landing tells 1200^1."""
    block = read(tmp_path / f"f{suffix}", line("甲", [("1200", ""), ("1", "raised")]))
    assert column(block, "participants") == ["1200^1"]
