"""Find which declared layout a file has, by its header labels and by nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.match.extract import extract_block
from collectors.match.header import Head, Miss, match_layout
from collectors.match.hidden import hidden_parts, hidden_sheet
from collectors.match.nearest import Nearest
from collectors.match.stacked import all_tables, score, topmost
from collectors.model import Block, Placed, ReadResult, Unrecognised
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collectors.layout import Layout
    from collectors.model import Grid, Sheets

_TITLES_WITHIN = 40
_NO_DATA_SHEETS = ("示例", "模板", "说明", "填写说明", "填表说明", "字典")


def recognise(sheets: Sheets, layouts: dict[str, Layout], file_name: str) -> ReadResult:
    """Match every sheet.

    Unreadable names the nearest layout and its missing labels when nothing fits.
    """
    blocks: list[Block] = []
    notes: list[str] = []
    unread: list[str] = []
    misses: list[Miss] = []
    for grid in sheets.grids:
        if grid.is_empty or plain_label(grid.sheet) in _NO_DATA_SHEETS:
            continue
        found = _match_sheet(grid, layouts, misses)
        if found is None:
            unread.append(grid.sheet)
            continue
        _refuse_known(found[0])
        for layout, placed in all_tables(grid, layouts, found):
            _refuse_known(layout)
            for place in placed:
                block, block_notes = extract_block(sheets.container, grid, layout, place, file_name)
                if grid.hidden and block.row_count:
                    block.broken.append(hidden_sheet(block, place))
                block.broken.extend(hidden_parts(grid, block, place))
                blocks.append(block)
                notes += block_notes
    if not blocks:
        raise _unrecognised(sheets, misses, unread)
    if not any(block.row_count or block.broken for block in blocks):
        titles = "、".join(dict.fromkeys(layouts[block.layout].title for block in blocks))
        raise _empty(titles, layouts[blocks[0].layout])
    return ReadResult(sheets.container, sheets.encoding, blocks, notes, unread)


def _empty(titles: str, layout: Layout) -> Unreadable:
    """Refuse a table without rows; people may mean by it that there is none."""
    if "ledger" in layout.sources:
        return Unreadable(
            f"识别为“{titles}”，但没有任何数据行。本期没有的请报零报告（在“应报”页面），"
            "否则请填写后重新提交。",
            f"Recognised as {layout.id}, but there are no data rows. Report zero, or fill it in.",
        )
    return Unreadable(
        f"识别为“{titles}”，但没有任何数据行。请确认导出的时间范围后重新下载。",
        f"Recognised as {layout.id}, but there are no data rows. Export it again.",
    )


def _match_sheet(
    grid: Grid, layouts: dict[str, Layout], misses: list[Miss]
) -> tuple[Layout, list[Placed]] | None:
    scored: list[tuple[int, Layout, list[Placed]]] = []
    rows = grid.first(_depth(grid, layouts))
    head = Head([[plain_label(cell) if cell else "" for cell in row] for row in rows])
    for layout in layouts.values():
        placed = match_layout(head, layout, misses)
        if placed:
            scored.append((score(placed), layout, placed))
    if not scored:
        return None
    best = max(reached for reached, _, _ in scored)
    winners = [(layout, placed) for reached, layout, placed in scored if reached == best]
    top = min(placed[0].header_row for _, placed in winners)
    winners = [(layout, placed) for layout, placed in winners if placed[0].header_row == top]
    if len(winners) > 1:
        names = "、".join(f"“{layout.title}”" for layout, _ in winners)
        ids = ", ".join(layout.id for layout, _ in winners)
        raise Unreadable(
            f"工作表“{grid.sheet}”同时符合 {names}，无法判断。请按模板的表头填写。",
            f"Sheet {grid.sheet} fits {ids} equally well. Use a template's labels.",
        )
    return (
        winners[0]
        if winners[0][1][0].section_row is not None
        else topmost(grid, layouts, winners[0])
    )


def _refuse_known(layout: Layout) -> None:
    """Refuse a layout that is known and not loaded."""
    if layout.refuse:
        raise Unreadable(
            f"这是“{layout.title}”：{layout.refuse}",
            f"This is {layout.id}, known and not loaded: {layout.refuse}",
        )


def _depth(grid: Grid, layouts: dict[str, Layout]) -> int:
    """Return how many rows may hold a header.

    Few, unless the sheet has a declared section title.
    """
    within = max(
        (table.header_within for layout in layouts.values() for table in layout.tables), default=10
    )
    titles = {plain_label(title) for layout in layouts.values() for title in layout.section_titles}
    has_sections = any(
        plain_label(cell) in titles for row in grid.first(_TITLES_WITHIN) for cell in row if cell
    )
    return sys.maxsize if has_sections else within + 1


def _unrecognised(sheets: Sheets, misses: list[Miss], unread: list[str]) -> Unrecognised:
    if not unread:
        return Unrecognised(
            "工作表都是空的，或名为“示例”“模板”“说明”而不读取。请把数据放在另外命名的工作表中。",
            "All sheets are empty or named 示例, 模板, 说明, which are not read. "
            "Put the data on another sheet.",
        )
    loaded = [miss for miss in misses if not miss.layout.refuse] or misses
    nearest = max(
        (Nearest.of(miss) for miss in loaded), key=lambda near: near.closeness, default=None
    )
    if nearest is not None and nearest.miss.found + len(nearest.renamed):
        return Unrecognised(*nearest.reasons())
    if sheets.container == "html":
        return Unrecognised(
            (
                "这是网页，其中的表格没有任何已知版式的表头；很可能是登录页或普通网页。"
                "请登录后重新下载导出文件。"
            ),
            "A web page whose tables have no known header, probably a login page. Log in and download again.",
        )  # fmt: skip
    return Unrecognised(
        "没有任何已知版式的表头。请核对是否放错文件；新的版式可用 layouts/*.toml 声明。",
        "No header of any known layout. Wrong file? A new layout can be declared in layouts/*.toml.",
    )  # fmt: skip
