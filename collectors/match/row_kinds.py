"""What a row below a header is: a record, or a blank, a sum, a remark, an example, a word that there is none.

In exports a row is blank, a sum, a note or the header again; only people write the others, in ledgers.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.match.rivals import DAYS, FIGURES
from collectors.model import NOTHING, BrokenRow, cell_at
from collectors.read.cells import address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from collectors.model import Grid, Placed, Row

TOTALS = ("合计", "小计", "总计", "累计", "共计", "平均", "日均", "月均", "均值", "平均值", "汇总")
# 合计, 本月合计, 合计（30天）
_TOTAL = re.compile(rf"(?:[本当上全][日周月季年]|全部)?(?:{'|'.join(TOTALS)})(?:\(.{{0,12}}\))?:?")
# What platforms and vendors write below their figures; one that may name a unit, or say that rows are
# missing, is no such line.
FOOTNOTES = (
    "注:", "注1", "备注:", "说明:", "数据来源", "数据说明", "数据截至", "数据更新", "统计口径",
    "统计时间", "导出时间", "以上数据", "*", "※",
)  # fmt: skip
_MATTERS = re.compile(r"[百千万亿]|仅|部分|不[全完]|截断|超出|最多|前\d+")
NOTED = {
    "note": "按表下说明跳过",
    "total": "是合计行，没有计入",
    "example": "是填写示例，没有计入",
}
_WORDS = "合计|小计|总计|共计|累计|总数|总和|平均|均值"
_SUM = re.compile(f"[^，。！？]{{0,6}}(?:{_WORDS}):?")  # 黄浦区小计, 共计
# 本月合计(2场), 1-6月累计:, 平均150, 共2场, =SUM(D2:D9): of a row without a record's other cells
_SUM_LIKE = re.compile(
    rf"[^，。！？,]{{0,8}}(?:{_WORDS})(?:数|值|人数|人次|场次)?[:(]?.{{0,12}}"
    r"|共\d+[个次场条篇件项期起].{0,12}|=(?:sum|subtotal)\(.*"
)
_REMARKS = (
    "填表人", "审核人", "制表人", "填报人:", "说明:", "注:", "备注:", "填表日期", "填表说明",
)  # fmt: skip
_STAMP = re.compile(
    r"(?:(?:单位|部门|分管|主管|科室|主要)?(?:领导|负责人)|填表|填报|制表|审核|复核|审批|审签|签发|签字|签名|联系|经办|报送"
    r"|统计|校对)[^:]{0,8}(?::|\((?:盖章|签字|签名|公章)\)).*|(?:日期|电话|手机|传真|邮箱|时间|单位|部门|盖章):.*"
)
# 续表, 附件1, 第1页, 以下空白, ----, ※…, 2.数据截至…, a long sentence
_BELOW = re.compile(
    r"续表.*|附[件表]\d*[:.].*|第\d+页.*|\W*(?:以下)?(?:空白|无正文)\W*|\W{2,}|[*※★☆▲#①-⑩].+"
    r"|\((?:盖章|公章|以下空白|注).*\)|\(?[\d一二三四五六七八九十]{1,2}(?:[.、)]|\)[.、]?)\D.+"
    r"|(?:注|说明|备注|附注|数据来源|统计口径|注意|本表):?.{2,}|.{30,}|.*[;。]"
)
_NOT_READ = "本行不读取"  # marks the example row of our templates
_EXAMPLE = re.compile(r"(?:填写|填报)?(?:示例|样例|范例|例|例如|举例)(?:\d|行)?:?")
_EXAMPLE_NAME = re.compile(r"(?:示例|样例|范例|例):.+|.+[(【\[](?:示例|样例|范例|例)[)】\]]")
_VOIDED = "取消|作废|停办|未举办|未举行|未开展|未成行|延期|推迟|改期|暂缓|顺延"
_VOID_NAME = re.compile(
    rf".*[(【\[](?:已|因[^)】\]]*)?(?:{_VOIDED})[^)】\]]{{0,12}}[)】\]].{{0,2}}|.*[-—:]已?(?:{_VOIDED})"
    rf"|[(【\[]?已?(?:{_VOIDED})[)】\]:].+"
)
_EVENT = "活动|直播|培训|访谈|本次|本场|该场|该次|本行|此行|该行|此"
_VOID_REMARK = re.compile(
    rf"(?:{_EVENT})*(?:因[^。;]{{1,16}}?)?,?(?:{_EVENT})*(?:已|被|临时|现|后)*"
    rf"(?:{_VOIDED}|不计入?|重复)(?:举办|举行|开展|进行|{_EVENT})?(?:[至到].{{1,10}})?[。.!]?"
)
_NONE = re.compile(
    r"(?:\d{2,4}年)?(?:\d{1,2}月份?|第?[一二三四\d]季度|[本当该此上下](?:月份?|季度|期|年度?|周|单位|区|阶段|半年))*(?:暂时?|均|尚|都)?"
    r"(?:无|没有|未)(?:开展|举办|发生|组织|举行|收到|发现|进行)?(?:任何|相关)*(?:宣传|负面|涉及?本?单位|专题|新媒体|网络|媒体)*"
    r"(?:活动|直播|培训|产品|作品|访谈|舆情|报道|事项|数据|情况|内容|投稿|填报|上报)+(?:情况|记录|数据)?[。.!]?|零报告.{0,6}"
)
_ADDED = frozenset({"count", "net", "number"})
_FEW, _SOME = 3, 8  # cells of a remark; of a line of signatures
_SHORT = 12  # signs of a name or a day beside a signature
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
TOLD = {
    "sum": (
        "像是合计行，没有读取；如果是一条记录，请改名后重新提交。"
        "/ the row looks like a total: rename it if it is a record"
    ),
    "none": (
        "是说没有可填的，没有读取；本期没有的请报零报告（在“应报”页面），不必填行。"
        "/ the row says that there is none: report zero (owed --none) instead"
    ),
    "struck": (
        "划了删除线，这一行没有计入；没有作废的请去掉删除线后重新提交，作废的请删除该行。"
        "/ crossed out, and not counted: take the line off the text if the row is valid"
    ),
    "void": (
        "写明已取消、延期、作废或重复，这一行没有计入；已经举办的请改写后重新提交，否则请删除该行。"
        "/ said to be cancelled, put off or void, and not counted: rewrite the row if it took place"
    ),
}


def verdict(row: Row, place: Placed, header: Row, totals: Sequence[str], *, is_ledger: bool) -> str:
    """Distinguish a data row (`row`) from blank rows, totals, headers and what else people write."""
    if not any(shown(cell_at(row, index)) for index in place.cells.values()):
        return "blank"
    cells = [cell_at(row, index) for index in place.span]
    first = plain_label(next(str(cell) for cell in cells if shown(cell)))
    if first in totals or _TOTAL.fullmatch(first):
        return "total"
    named = [plain_label(cell) for index in place.named_by if (cell := cell_at(row, index))]
    if any(map(_TOTAL.fullmatch, named)):
        return "total"
    if _is_header(cells, [cell_at(header, index) for index in place.span], first):
        return "header"
    if is_ledger:
        return _of_ledger(row, place, first, named)
    is_note = first.startswith(FOOTNOTES) and not _MATTERS.search(first)
    return "note" if is_note and sum(map(shown, cells)) == 1 else "row"


def _is_header(cells: Row, labels: Row, first: str) -> bool:
    """Return whether a row is the header again, also behind the mark of a file joined to another."""
    if cells == labels:
        return True
    begins = next((label for label in labels if label), "")
    return first == plain_label(begins) and [plain_label(cell or "") for cell in cells] == [
        plain_label(label or "") for label in labels
    ]


def _of_ledger(row: Row, place: Placed, first: str, named: list[str]) -> str:
    filled = [
        plain_label(cell) for index in place.span if (cell := cell_at(row, index)) and shown(cell)
    ]
    is_record = _is_record(row, place)
    checks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("note", lambda: _NOT_READ in first),
        ("example", lambda: _is_example(row, place, first, named)),
        ("none", lambda: _says_none(row, place)),
        ("sum", lambda: is_record and any(map(_SUM.fullmatch, named))),
        ("total", lambda: not is_record and any(map(_SUM_LIKE.fullmatch, filled))),
        ("note", lambda: not is_record and len(filled) == 1 and _BELOW.fullmatch(first)),
        ("note", lambda: _is_remark(first, filled)),
        ("void", lambda: void_cell(row, place) is not None),
    )
    return next((kind for kind, holds in checks if holds()), "row")


def _is_remark(first: str, filled: list[str]) -> bool:
    """Return whether it is a remark of few cells, or a line of signatures with their names and days."""
    if first.startswith(_REMARKS) and len(filled) <= _FEW:
        return True
    is_signed = len(filled) <= _SOME and _STAMP.fullmatch(first)
    return bool(is_signed) and all(
        _STAMP.fullmatch(one) or (len(one) <= _SHORT and not _PLAIN.fullmatch(one))
        for one in filled
    )


def _is_example(row: Row, place: Placed, first: str, named: list[str]) -> bool:
    """Return whether a row is an example: 示例 where numbers are, 示例：门责进社区, 门责进社区（示例）.

    A record may be named 示例 and nothing else.
    """
    if any(map(_EXAMPLE_NAME.fullmatch, named)):
        return True
    is_named = first in named and _is_record(row, place)
    return bool(_EXAMPLE.fullmatch(first)) and not is_named


def _is_record(row: Row, place: Placed) -> bool:
    """Return whether two of the words and days that a record must have are filled, or its only one."""
    must = [c for c in place.table.columns if c.required and c.kind not in FIGURES]
    texts = (plain_label(cell_at(row, place.cells.get(column.name)) or "") for column in must)
    filled = [text for text in texts if text not in NOTHING and not _SUM_LIKE.fullmatch(text)]
    return len(filled) >= min(2, len(must))


def _says_none(row: Row, place: Placed) -> bool:
    """Return whether a row says that there is none: 无 in all its cells, or 本月无活动 alone."""
    texts = [plain_label(cell_at(row, index) or "") for index in place.cells.values()]
    words = [text for text in texts if text not in NOTHING]
    if len(words) < 2:  # noqa: PLR2004 - one cell says it, or none says anything
        return bool(_NONE.fullmatch(words[0])) if words else any(t not in ("", "0") for t in texts)
    # 黄浦区 | 无 | 无 | 0: who has none, and that
    cells = {
        c: plain_label(cell_at(row, place.cells.get(c.name)) or "") for c in place.table.columns
    }
    names = [text for c, text in cells.items() if c.required and c.kind in ("text", "caption")]
    others = [text for c, text in cells.items() if c.kind in DAYS | FIGURES]
    return bool(names) and names[0] in NOTHING - {"", "0"} and all(t in NOTHING for t in others)


def void_cell(row: Row, place: Placed) -> int | None:
    """Return the cell that says that the event was cancelled, put off or listed twice."""
    for column in place.table.columns:
        index = place.cells.get(column.name)
        is_name, is_remark = index in place.named_by, column.name == "remark"
        text = plain_label(cell_at(row, index) or "") if is_name or is_remark else ""
        if (is_name and _VOID_NAME.fullmatch(text)) or (is_remark and _VOID_REMARK.fullmatch(text)):
            return index
    return None


def struck_cell(grid: Grid, index: int, place: Placed) -> int | None:
    """Return the first crossed out cell of those that a record must have or is known by."""
    if not grid.struck:
        return None
    must = (c for c in place.table.columns if c.required or c.name in place.table.key)
    cells = sorted(place.cells[column.name] for column in must if column.name in place.cells)
    return next((cell for cell in cells if (index, cell) in grid.struck), None)


def adds_up(row: Row, place: Placed, above: Iterable[Row]) -> bool:
    """Return whether a row is nothing but figures, each the sum of those above it."""
    filled = {i for i in place.cells.values() if shown(cell_at(row, i))}
    added = {
        place.cells.get(column.name) for column in place.table.columns if column.kind in _ADDED
    }
    if not filled or not filled <= added:
        return False
    rows = list(above)
    if len(rows) < 2:  # noqa: PLR2004 - one record that says the same is no sum
        return False
    for index in filled:
        figures = [_figure(cell_at(one, index)) for one in rows]
        known = [figure for figure in figures if figure is not None]
        if len(known) < len(figures) or not known or _figure(cell_at(row, index)) != sum(known):
            return False
    return True


def _figure(cell: str | None) -> float | None:
    text = unicodedata.normalize("NFKC", cell or "0").replace(",", "").strip() or "0"
    return float(text) if _PLAIN.fullmatch(text) else None


def told(kind: str, grid: Grid, index: int, row: Row, place: Placed) -> BrokenRow:
    """Report a row that is left out, with the cell that says so.

    A sum that is filled like a record may be one; the others lose nothing.
    """
    column = next(
        (
            i
            for i in place.named_by
            if kind == "sum" and _SUM.fullmatch(plain_label(cell_at(row, i) or ""))
        ),
        void_cell(row, place) if kind == "void" else struck_cell(grid, index, place),
    )
    if column is None:
        column = next(i for i in sorted(place.cells.values()) if shown(cell_at(row, i)))
    value = str(cell_at(row, column))
    reason = f"{address(index, column)}“{value}”{TOLD[kind]}"
    return BrokenRow(grid.sheet, index + 1, "", value, reason, is_fatal=kind == "sum")


def shown(cell: str | None) -> bool:
    """Return whether a cell shows anything."""
    return bool(cell and cell.strip())
