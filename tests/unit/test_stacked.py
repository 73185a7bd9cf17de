"""Several tables on one sheet, in every container.

Below, beside, with titles and units of their own; what fits nothing is refused.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.layout import load_layouts
from collectors.model import Block
from collectors.read.read_file import read_file
from collectors.unreadable import Unreadable
from pipeline.config.checkout import LAYOUT_FOLDER
from tests.support.containers import CONTAINERS, Cells, write_file

LAYOUTS = load_layouts(LAYOUT_FOLDER)
ACTIVITY = ["活动名称", "活动日期", "主办单位", "参与人数"]
TRAINING = ["培训名称", "培训日期", "主办单位", "参训人数", "学时"]


def blocks(path: Path, cells: Cells, container: str) -> list[Block]:
    write_file(path, {"台账": cells}, container)
    return read_file(path, LAYOUTS, "ledger").blocks


def figures(found: list[Block]) -> dict[str, list[str | None]]:
    return {
        block.layout: [row[block.columns.index("participants")] for row in block.rows]
        for block in found
    }


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("gap", [0, 1, 3])
def test_a_table_below_another(tmp_path: Path, container: str, gap: int) -> None:
    cells = [
        [*ACTIVITY, ""], ["甲", "2023-06-01", "宣传处", "50", ""],
        ["乙", "2023-06-02", "宣传处", "80", ""],
        *([[""] * 5] * gap), ["二、专题培训", "", "", "", ""], TRAINING,
        ["丙", "2023-06-12", "宣传处", "40", "2"],
    ]  # fmt: skip
    assert figures(blocks(tmp_path / "f", cells, container)) == {
        "ledger_activity": ["50", "80"],
        "ledger_training": ["40"],
    }


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("title", [[], [["二、专题培训", "", "", "", ""]], [[""] * 5, ["培训"]]])
def test_a_row_of_one_cell_above_a_second_header_is_a_row(
    tmp_path: Path, container: str, title: Cells
) -> None:
    """Its other cells were left empty: it is read, and refused for what it lacks."""
    cells = [
        [*ACTIVITY, ""], ["甲", "2023-06-01", "宣传处", "50", ""], ["乙进社区", "", "", "", ""],
        *title, TRAINING, ["丙", "2023-06-12", "宣传处", "40", "2"],
    ]  # fmt: skip
    found = blocks(tmp_path / "f", cells, container)
    names = {block.layout: [row[block.columns.index("name")] for row in block.rows]
        for block in found}  # fmt: skip
    assert names == {"ledger_activity": ["甲", "乙进社区"], "ledger_training": ["丙"]}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("gap", [[], [""]])
def test_a_table_beside_another(tmp_path: Path, container: str, gap: list[str]) -> None:
    cells = [
        [*ACTIVITY, *gap, *TRAINING],
        ["甲", "2023-06-01", "宣传处", "50", *gap, "丙", "2023-06-12", "宣传处", "40", "2"],
    ]
    assert figures(blocks(tmp_path / "f", cells, container)) == {
        "ledger_activity": ["50"],
        "ledger_training": ["40"],
    }


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_same_table_twice_side_by_side(tmp_path: Path, container: str) -> None:
    cells = [
        [*ACTIVITY, *ACTIVITY],
        ["甲", "2023-06-01", "宣传处", "50", "乙", "2023-07-01", "宣传处", "70"],
    ]
    found = blocks(tmp_path / "f", cells, container)
    assert sorted(
        str(row[block.columns.index("participants")]) for block in found for row in block.rows
    ) == [
        "50",
        "70",
    ]


@pytest.mark.parametrize("container", ["xlsx", "xls", "csv/gb18030"])
def test_each_table_has_its_own_year_and_unit(tmp_path: Path, container: str) -> None:
    cells = [
        ["2023年活动", "", "", ""], ACTIVITY, ["甲", "6月1日", "宣传处", "50"], ["", "", "", ""],
        ["2024年活动（单位：万人）", "", "", ""], ACTIVITY, ["乙", "6月2日", "宣传处", "8"],
    ]  # fmt: skip
    first, second = blocks(tmp_path / "f", cells, container)
    assert (first.default_year, second.default_year) == (2023, 2024)
    assert [block.rows[0][block.columns.index("participants")] for block in (first, second)] == [
        "50",
        "8万",
    ]


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_second_header_that_fits_nothing_is_refused_with_its_row(
    tmp_path: Path, container: str
) -> None:
    cells = [
        ACTIVITY,
        ["甲", "2023-06-01", "宣传处", "50"],
        ["培训名称", "参训人数", "地点", "备注"],
        ["丙", "40", "室", ""],
    ]
    with pytest.raises(Unreadable, match="第3行"):
        blocks(tmp_path / "f", cells, container)
