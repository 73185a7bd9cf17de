"""report.docx: the same story as the mail, for an office to edit and forward."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.charts.catalog import Picture

_FONT = "微软雅黑"


def document(story: dict[str, Any], pictures: list[Picture], made_at: Any) -> bytes:  # noqa: ANN401 - a datetime
    """Return the report as a Word document: headings, tables, charts with their words."""
    import docx
    from docx.shared import Cm

    paper = docx.Document()
    _chinese(paper)
    paper.core_properties.title = story["title"]
    paper.core_properties.created = paper.core_properties.modified = made_at.replace(tzinfo=None)
    paper.add_heading(story["title"], 0)
    paper.add_paragraph(story["verdict"])
    for note in story["commentary"]:
        paper.add_paragraph(note, style="Intense Quote")
    _table(paper, "年度指标", ("指标", "实际", "变化", "目标", "进度", "全年预测", "状态"),
           [(k["name"], k["actual"], k["change"], k["target"], k["progress"], k["forecast"], k["status"]) for k in story["kpis"]])  # fmt: skip
    _list(paper, f"{story['period'].name_zh}变化", story["changes"])
    _list(paper, "需要关注", story["alerts"])
    _table(paper, "阅读最高的文章", ("标题", "账号", "发表", "阅读", "分享"),
           [(a["title"], a["account"], a["on"], a["reads"], a["shares"]) for a in story["top"]])  # fmt: skip
    _list(paper, "10W+ 作品", story["ten_w"])
    _table(paper, "各单位", ("名次", "单位", "正面报道", "活动"),
           [(u["place"], u["name"], u["reports"], u["activities"]) for u in story["units"]])  # fmt: skip
    for title, name in (("已有佐证的项目", "done"), ("逾期的项目", "overdue"), ("14 天内到期的项目", "soon")):
        _list(paper, title, story["calendar"][name])
    _list(paper, f"{story['period'].name_zh}活动", story["activities"])
    _table(paper, "舆情", ("舆情", "级别", "发现", "用时／时限", "判定", "状态"),
           [(i["title"], i["level"], i["found"], i["clock"], i["verdict"], i["state"]) for i in story["incidents"]])  # fmt: skip
    paper.add_heading("图表", 1)
    for picture in pictures:
        paper.add_picture(io.BytesIO(picture.png), width=Cm(15))
        paper.add_paragraph(picture.alt, style="Caption")
    _list(paper, "数据说明", story["notes"])
    _list(paper, "口径", story["definitions"])
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _chinese(paper: Any) -> None:  # noqa: ANN401 - python-docx is untyped
    """Set a Chinese font for all styles that have one; Word falls back where the machine lacks it."""
    from docx.oxml.ns import qn

    for style in paper.styles:
        if getattr(style, "font", None) is not None:
            style.font.name = _FONT
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)


def _table(paper: Any, title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:  # noqa: ANN401
    paper.add_heading(title, 1)
    if not rows:
        paper.add_paragraph("无数据。")
        return
    table = paper.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)


def _list(paper: Any, title: str, items: list[str]) -> None:  # noqa: ANN401
    if items:
        paper.add_heading(title, 1)
        for item in items:
            paper.add_paragraph(_clean(item), style="List Bullet")


def _clean(text: str) -> str:
    """Drop control characters, which XML cannot hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n")
