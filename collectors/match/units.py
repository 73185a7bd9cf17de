"""Find units that a table's title or remarks name for its figures.

Also find labels that may be a metric in a dress nobody knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.match.dress import stem, undressed, unit_of
from collectors.model import cell_at
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collectors.layout import Column, Layout
    from collectors.model import Grid, Placed, Row

_FIGURES = ("count", "net")
_SHORT = re.compile("[^/]{1,4}[数量次]")  # 人数 of 参与人数
_FEW = 2  # cells of a remark
_REMARKS_WITHIN = 12  # rows at the end of a sheet that may hold remarks
_STATEMENT = re.compile(r"([\u4e00-\u9fff]{0,4})单位(?:均?为|均以|[:=(\[【]) *([^)\]】。;|]+)")
# 阅读量以万计, 阅读量:万, and a lone （万）
_OTHERS = re.compile(
    r"(?:^|[,。;:(])([\u4e00-\u9fff]{0,12}?)均?(?:以|:)([百千]?[万千亿](?:人次|人|次)?)"
    r"(?:为单位|计数?|计算|$|[),。;])|^()[(\[【]([百千]?[万千亿](?:人次|人|次)?)[)\]】]$"
)
_FOR_ALL = re.compile("(以[上下])?(各项|所有|全部)?(数据|数字|数量|数值|各列|数)?")
# Nobody counts these by ten thousands: a unit in the title is not theirs.
_ITEMS = re.compile("排名|名次|篇|(发布|发博|原创|单位|报送|录用|媒体|提问|答复|转载|文章)数")


def title_scales(texts: list[str]) -> set[str]:
    """Return the scales that titles and remarks name: 单位：万次 gives 万, 单位：人 gives ''.

    An organisation (单位：宣传处) is no unit.
    """
    found: set[str] = set()
    for text in texts:
        for statement in _STATEMENT.finditer(plain_label(text)):
            units = [
                unit_of(part) for part in re.split("[、,/和及]", re.sub("计$", "", statement[2]))
            ]
            if units[0] is not None:
                found |= {unit[0] for unit in units if unit is not None}
                found |= (
                    set() if statement[1] in ("", "计量", "数据", "统计", "计数", "数量") else {""}
                )
        for one in _OTHERS.finditer(plain_label(text)):
            scale = (unit_of(one[2] or one[4]) or ("",))[0]
            if "单位" not in (one[1] or ""):
                found |= {scale} if _FOR_ALL.fullmatch(one[1] or "") else {scale, ""}
    return found


def unit_suffixes(grid: Grid, layout: Layout, place: Placed, header: Row) -> dict[str, str]:
    """Return the unit of each column's figures.

    The unit of its own label, else the one that the title names for all.
    """
    if place.section_row is not None:
        return {}
    columns = [
        column
        for column in place.table.columns
        if column.kind in _FIGURES and column.name in place.cells
    ]
    bare = [
        column
        for column in columns
        if not _has_unit(str(cell_at(header, place.cells[column.name]) or ""))
        and not _ITEMS.search(column.labels[0])
    ]
    scales = title_scales(_texts(grid, layout, place)) if bare else set()
    if len(scales) > 1:
        raise Unreadable(
            (
                f"工作表“{grid.sheet}”的标题或说明写了不止一种单位，不知道各列用哪一种。"
                "请在各列表头注明单位（如“阅读量（万）”）后重新提交。"
            ),
            f"Sheet {grid.sheet} names several units for its figures. Put each column's unit into its label.",
        )
    scale = "".join(scales)
    return ({column.name: scale for column in bare} if scale else {}) | place.suffixes


def _texts(grid: Grid, layout: Layout, place: Placed) -> list[str]:
    """Return the texts of a sheet that may name a unit.

    They are the sheet's name, the titles above the table, and in what people fill in the remarks
    below it.
    """
    above = [cell for texts in place.titles_in(grid) for cell in texts if _may_name(cell)]
    below: list[str] = []
    if "ledger" in layout.sources:
        rows = grid.rows[place.data_row : place.end_row]
        below = [
            cell
            for row in rows[-_REMARKS_WITHIN:]
            for cell in row
            if cell and _may_name(cell) and len(row) - row.count(None) <= _FEW
        ]
    return [grid.sheet, *above, *below]


def _may_name(text: str) -> bool:
    return "单位" in text or any(sign in text for sign in "万千亿")


def _has_unit(label: str) -> bool:
    dress = undressed(label)
    return bool(dress.scale or dress.counted or dress.time or dress.is_percent)


def label_of(place: Placed, name: str) -> str:
    """Return a column's first label."""
    return next(column.labels[0] for column in place.table.columns if column.name == name)


def near_columns(place: Placed, label: str) -> list[Column]:
    """Return the columns without a cell that the label may be: figures, and words of a closed list."""
    bases = undressed(label).bases
    free = [column for column in place.table.columns if column.name not in place.cells]
    return [column for column in free if any(_is_near(column, base) for base in bases)]


def _is_near(column: Column, base: str) -> bool:
    """Return whether a label holds a figure's name, or that of a column with a closed list of words."""
    if column.kind == "text":
        return bool(column.one_of) and column.plain_labels[0] in base
    return column.kind in (*_FIGURES, "rate", "percent", "seconds") and any(
        (len(stem(w)) > 1 and stem(w) in base) or (_SHORT.fullmatch(base) and w.endswith(base))
        for w in column.plain_labels
    )


def is_near_metric(place: Placed, label: str) -> bool:
    """Return whether a label without a column may be a metric that the table lacks."""
    return place.section_row is None and bool(near_columns(place, label))
