"""Reading by columns gives what reading cell by cell gives: same cells, same rows, same refusals."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.layout import Layout, load_layouts
from collectors.match.recognise import recognise
from collectors.model import Grid, ReadResult, Row, Sheets
from collectors.read import cells as cells_module
from collectors.read import columnar, delimited, workbook, zip_safety
from collectors.read.columnar import folded
from collectors.read.delimited import by_columns, by_rows
from collectors.read.open import open_sheets
from collectors.read.workbook_fast import quick_grid
from collectors.unreadable import Unreadable

OWN = """[own]
title = "自定"
sources = ["account"]
[[own.tables]]
table = "own_table"
key = ["day"]
totals = ["本周"]
columns = [{ name = "place", labels = ["地点"], kind = "text", expected = true },
    { name = "day", labels = ["日期"], kind = "date" },
    { name = "sheet", sheet_name = true, kind = "text" }]
"""
quiet = settings(
    max_examples=200, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let columns pay from two rows, and in texts begin after two, so that small examples reach them."""
    for module in (columnar, delimited, workbook):
        monkeypatch.setattr(module, "WORTH_IT", 2)
    monkeypatch.setattr(delimited, "HEAD", 2)


@pytest.fixture
def own(tmp_path: Path) -> dict[str, Layout]:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    return load_layouts(tmp_path)


cell = st.text(st.sampled_from("ab1 中　\"'\t\ufeff\u2028"), max_size=4)
line_end = st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a text whose lines are mostly of one width and end alike."""
    width = draw(st.integers(1, 3))
    end = draw(line_end)
    kinds: list[st.SearchStrategy[str]] = [st.text(st.sampled_from("ab1 中　\t"), max_size=3), cell]
    cells = kinds[draw(st.integers(0, 1))]
    lines = [
        ",".join(draw(st.lists(cells, min_size=width, max_size=width)))
        for _ in range(draw(st.integers(0, 9)))
    ]
    is_mended: bool = draw(st.booleans())
    if lines and not is_mended:
        lines.insert(draw(st.integers(0, len(lines))), draw(cell))
    return end.join(lines) + draw(st.sampled_from(["", end, end + end]))


@quiet
@given(texts(), st.sampled_from(",;\t"))
def test_a_text_by_columns_is_the_text_by_rows(text: str, sign: str) -> None:
    quick = by_columns(text, sign)
    if quick is not None:
        assert without_blank_end(quick.rows) == without_blank_end(by_rows(text, sign).rows)


def without_blank_end(rows: list[Row]) -> list[Row]:
    """A blank line has no cells or empty ones: both are no data."""
    found = [row if any(row) else [] for row in rows]
    while found and not found[-1]:
        found.pop()
    return found


def test_a_plain_text_goes_by_columns_and_others_do_not() -> None:
    text = "甲,乙\r\n1,2\r\n,4\r\n 5,\r\n\r\n7,8\r\n"
    quick = by_columns(text, ",")
    assert quick is not None
    assert quick.body is not None
    assert quick.body.to_pydict() == {"0": [None, " 5", None, "7"], "1": ["4", None, None, "8"]}
    for other in (
        text + "1\r\n",
        text + '"1",2\r\n',
        text.replace("\r\n7", "\r7"),
        text + "1,2,3\r\n",
    ):
        assert by_columns(other, ",") is None


ABOVE: dict[int, list[Row]] = {
    width: [["甲", str(n), None][:width] for n in range(1, columnar.HEAD)] for width in (2, 3)
}
places = st.sampled_from(
    [
        "市局", "合计", "合 计：", "合计:", "⼩计", "小\u200b计", "本周", "本 周", "地点",
        "统计局", "㈱", "　", " ", "", "x", "1", "平均",
    ]
)  # fmt: skip
days = st.sampled_from(["2026-01-01", "日期", "", "　", "合计"])
rows = st.lists(st.tuples(places, days, st.sampled_from(["", "", "旁注"])), min_size=4, max_size=12)


@quiet
@given(rows, st.sampled_from(["text", "xlsx"]), st.booleans())
def test_rows_taken_by_columns_are_those_taken_one_by_one(
    own: dict[str, Layout], rows: list[tuple[str, ...]], container: str, unknown: bool
) -> None:
    width = 3 if unknown else 2
    labels: Row = ["地点", "日期", "别的"]
    lines: list[Row] = [
        labels[:width],
        *ABOVE[width],
        *([cell or None for cell in row[:width]] for row in rows),
    ]

    def read(grid: Grid) -> ReadResult | str:
        try:
            return recognise(Sheets(container, None, [grid]), own, "x")
        except Unreadable as refusal:
            return refusal.reason_en

    by_row, by_column = read(Grid("s", [*lines])), read(folded(Grid("s", [*lines])))
    if isinstance(by_row, str) or isinstance(by_column, str):
        assert by_row == by_column
        return
    (one,), (other,) = by_row.blocks, by_column.blocks
    assert other.data.to_pydict() == one.data.to_pydict()
    assert (other.broken, by_column.notes) == (one.broken, by_row.notes)


def test_odd_rows_of_a_body_are_seen(own: dict[str, Layout]) -> None:
    """By hand.

    Row 1 header, then data, total in disguise, blank, header again, a place that only sounds like a
    total.
    """
    lines: list[Row] = [
        ["地点", "日期"], *ABOVE[2], ["乙", "2"], ["⼩ 计：", "3"], [None, None], ["地点", "日期"],
        ["统计局", "4"], [None, "5"],
    ]  # fmt: skip
    grid = folded(Grid("s", lines))
    assert grid.body is not None
    block = recognise(Sheets("text", None, [grid]), own, "x").blocks[0]
    assert grid.body is not None, "nothing turned it back into rows"
    assert block.rows[62:] == [
        ["甲", "63", "s"],
        ["乙", "2", "s"],
        ["统计局", "4", "s"],
        [None, "5", "s"],
    ]
    assert block.row_numbers == [*range(2, 66), 69, 70]


def test_every_sign_that_may_hide_an_ideograph_is_declared() -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    hiding = [
        sign
        for sign in map(chr, range(0x110000))
        if not ("\u4e00" <= sign <= "\u9fff" or "\ud800" <= sign <= "\udfff") and any(
            "\u4e00" <= part <= "\u9fff" for part in unicodedata.normalize("NFKC", sign)
        )
    ]  # fmt: skip
    assert len(hiding) > 1000
    assert pc.all(pc.match_substring_regex(pa.array(hiding), f"[{columnar._HIDDEN}]")).as_py()


values = st.one_of(
    st.text(st.sampled_from("a 1中"), max_size=3),
    st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**60), 2**60).map(float),
    st.integers(), st.booleans(), st.none(), st.dates(), st.datetimes(),
    st.timedeltas(dt.timedelta(0), dt.timedelta(99)),
)  # fmt: skip
whole = st.lists(st.integers(-(2**53) - 2, 2**53 + 2).map(float), min_size=1)


@quiet
@given(st.one_of(whole, st.lists(values, min_size=1), st.lists(st.text(max_size=2), min_size=1)))
def test_a_column_of_cells_is_each_cells_text(cells: list[object]) -> None:
    assert workbook._column(tuple(cells)).to_pylist() == [
        cells_module.cell_text(value) for value in cells
    ]


def test_figures_of_a_column() -> None:
    found = workbook._column((1.0, -0.0, 2.0**53, -7.0)).to_pylist()
    assert found == ["1", "0", "9007199254740992", "-7"]
    assert workbook._column((1.0, 2.0**53 + 2)).to_pylist() == ["1", "9007199254740994.0"]


parts = st.sampled_from(
    [
        b'<c r="A1"/>', b'<c r="ZZ99999">', b'<c r="XFD1048576"/>', b'<c  r="B2"/>',
        b'<c s="1" r="C3"/>', b'<x:c r="D4"/>', b"<cols/>",
        b'<c r="a9"/>', b'<c r="ABCDE1"/>', b'<c r="A123456789"/>', b"<c/>", b"text",
        b'<dimension ref="A1:H9"/>', b"<c r='E5'/>", b'<c r="7"/>',
    ]
)  # fmt: skip


@quiet
@given(st.lists(parts, max_size=8).map(b"".join))
def test_cells_are_found_as_the_careful_look_finds_them(xml: bytes) -> None:
    quick = zip_safety._plain_extent(xml + bytes(zip_safety._REACH + 1))
    assert (
        quick is None
        or quick[0] * quick[1] >= zip_safety._extent(xml)[0] * zip_safety._extent(xml)[1]
    )
    if xml.count(b"<c") == xml.count(b'<c r="A1"') and b":c" not in xml and b"dimension" not in xml:
        assert quick == zip_safety._extent(xml)


kinds_of_cell = st.one_of(
    st.text(st.sampled_from("a 1中\n"), max_size=4),
    st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(-(2**53), 2**53),
    st.booleans(), st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2050, 1, 1)), st.none(),
)  # fmt: skip
one_kind = st.sampled_from(
    [
        st.text("ab中 1", max_size=3),
        st.integers(-999, 10**15),
        st.floats(-1e20, 1e20),
        kinds_of_cell,
    ]
)
labels = st.sampled_from(
    ["标题", "数", " 标题 ", "标题", "ID", "true", "2023", "数_1", "标题_1", ""]
)


@st.composite
def sheets(draw: st.DrawFn) -> list[list[object]]:
    """Draw a header and columns, most of one kind of cell, some with holes."""
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    columns_: list[list[object]] = []
    for _ in range(width):
        cells: st.SearchStrategy[object] = draw(one_kind)
        holed: st.SearchStrategy[object] = st.one_of(cells, cells, st.none())
        columns_.append([draw(labels), *draw(st.lists(holed, min_size=height, max_size=height))])
    rows_: list[list[object]] = [list(row) for row in zip(*columns_, strict=True)]
    return draw(st.sampled_from([rows_, rows_, rows_, [[], *rows_]]))


@quiet
@given(sheets())
def test_a_plain_sheet_read_at_once_is_the_sheet_read_by_cells(
    tmp_path: Path, cells: list[list[object]]
) -> None:
    import xlsxwriter

    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(
        path, {"strings_to_urls": False, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
    ) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(cells):
            for place, value in enumerate(row):
                sheet.write_string(number, place, value) if isinstance(value, str) else sheet.write(
                    number, place, value
                )
    quick = quick_grid(path.read_bytes())
    if quick is not None:
        (careful,) = workbook.sheet_grids(path.read_bytes())
        assert without_blank_end(quick.rows) == without_blank_end(careful.rows)


def test_a_plain_sheet_is_read_at_once(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "x.xlsx"
    rows = [
        ["标题", "数", "长数"],
        *([f"文{n}", n / 2, 2.0**53 + 2] for n in range(100)),
        ["", 3, None],
    ]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("甲")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    grid = quick_grid(path.read_bytes())
    assert grid is not None
    assert (grid.sheet, grid.hidden, len(grid.head)) == ("甲", False, columnar.HEAD)
    assert grid.rows[:4] == [
        ["标题", "数", "长数"],
        *([f"文{n}", t, "9007199254740994.0"] for n, t in enumerate(["0", "0.5", "1"])),
    ]
    assert grid.rows[101] == [None, "3", None]


@pytest.mark.parametrize("odd", [False, True])
def test_silent_cells_of_a_big_sheet_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, odd: bool
) -> None:
    """An error and a formula without a result are seen before the quick reader, which would give
    nothing for them.
    """
    import xlsxwriter

    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("甲")
        for number, row in enumerate(
            [["标题", "数", "率"], *([f"文{n}", n, n / 2] for n in range(1000))]
        ):
            sheet.write_row(number, 0, row)
        if odd:
            sheet.write_formula(700, 1, "=1/0", None, "#DIV/0!")
            sheet.write_formula(701, 2, "=B2-C2", None, "")
    monkeypatch.setattr(workbook, "QUICK_BYTES", 1)
    taken: list[bool] = []

    def watched(data: bytes) -> Grid | None:
        grid = quick_grid(data)
        taken.append(grid is not None)
        return grid

    monkeypatch.setattr(workbook, "quick_grid", watched)
    (grid,) = open_sheets(path).grids
    assert taken == ([] if odd else [True])
    assert len(grid.rows) == 1001
    assert grid.rows[699:702] == [
        ["文698", "698", "349"],
        ["文699", "#DIV/0!" if odd else "699", "349.5"],
        ["文700", "700", "=B2-C2" if odd else "350"],
    ]
