"""Write paragraphs, tables and page numbers of an official Chinese document.

The form is 公文, GB/T 9704-2012. python-docx writes it; it has no types.
"""
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from datetime import datetime

BODY, HEAD, TITLE, LEAD, DIGITS = (
    "仿宋_GB2312",
    "黑体",
    "方正小标宋简体",
    "楷体_GB2312",
    "Times New Roman",
)
# what Word and LibreOffice take where a font is not installed
_INSTEAD = {BODY: "仿宋", HEAD: "SimHei", TITLE: "小标宋", LEAD: "楷体", "宋体": "SimSun"}
_BLOCK = 156  # mm, the width of the text
_SIZE, _PITCH = 16, 28  # points: 三号, 22 lines a page
_SHORT = 14  # rows; a table up to this stays on one page
Node = Any  # an object of python-docx or lxml


@dataclass(frozen=True)
class Form:
    """Format of a paragraph.

    Pitch in points (0: as its content needs), space before and after, whether the next one stays on its
    page.
    """

    line: float = _PITCH
    indent: bool = True
    align: Any = ALIGN.JUSTIFY
    before: float = 0
    after: float = 0
    keep: bool = False


class Paper:
    """A document under construction; each method adds one thing at its end."""

    def __init__(self, title: str, made_at: datetime) -> None:
        self.doc: Any = Document()
        section = self.doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(28)  # the page number is 7 mm under the text
        self.doc.settings.odd_and_even_pages_header_footer = True
        _page_number(section.footer, ALIGN.RIGHT)
        _page_number(section.even_page_footer, ALIGN.LEFT)
        properties = self.doc.core_properties
        properties.title, properties.author = title, ""
        properties.created = properties.modified = made_at.replace(tzinfo=None)

    def title(self, text: str) -> None:
        """Add a line of the title."""
        _write(
            _layout(self.doc.add_paragraph(), Form(36, indent=False, align=ALIGN.CENTER)),
            text,
            TITLE,
            22,
        )

    def under_title(self, text: str) -> None:
        """Add the line in brackets under the title."""
        _write(
            _layout(self.doc.add_paragraph(), Form(indent=False, align=ALIGN.CENTER, after=6)),
            text,
            LEAD,
        )

    def heading(self, text: str) -> None:
        """Add 一、…, on the same page as what follows."""
        _write(_layout(self.doc.add_paragraph(), Form(keep=True)), text, HEAD)

    def body(self, text: str, lead: str = "", *, keep: bool = False) -> None:
        """Add a paragraph that begins with `lead` in the other face.

        `keep` puts the next paragraph on the same page.
        """
        paragraph = _layout(self.doc.add_paragraph(), Form(keep=keep))
        if lead:
            _write(paragraph, lead, LEAD)
        _write(paragraph, text, BODY)

    def caption(self, text: str) -> None:
        """Add a table's or picture's caption, on the same page as what follows."""
        _write(
            _layout(
                self.doc.add_paragraph(),
                Form(22, indent=False, align=ALIGN.CENTER, before=6, after=2, keep=True),
            ),
            text,
            HEAD,
            12,
        )

    def remark(self, text: str) -> None:
        """Add a small line under a table."""
        _write(
            _layout(
                self.doc.add_paragraph(),
                Form(18, indent=False, align=ALIGN.LEFT, before=3, after=6),
            ),
            text,
            BODY,
            10.5,
        )

    def signature(self, lines: list[str]) -> None:
        """Add who issues it and when, to the right."""
        for place, line in enumerate(lines):
            paragraph = _layout(
                self.doc.add_paragraph(),
                Form(
                    indent=False, align=ALIGN.RIGHT, before=0 if place else _PITCH, keep=place == 0
                ),
            )
            paragraph.paragraph_format.right_indent = Pt(4 * _SIZE if place else 2 * _SIZE)
            _write(paragraph, line, BODY)

    def picture(self, png: bytes, alt: str) -> None:
        """Add a picture over the whole width with its words for readers who cannot see it."""
        paragraph = _layout(
            self.doc.add_paragraph(), Form(0, indent=False, align=ALIGN.CENTER, before=6, keep=True)
        )
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Mm(_BLOCK - 1))
        shape._inline.docPr.set("descr", alt)  # noqa: SLF001 - python-docx has no other way

    def table(
        self,
        heads: list[str],
        rows: list[list[str]],
        columns: list[tuple[float, str]],
        colours: list[str] | None = None,
    ) -> None:
        """Add a table.

        A column is its width (scaled to the text's) and l, c or r; `colours` are the last
        column's, one a row.
        """
        scale = _BLOCK / sum(width for width, _ in columns)
        table = self.doc.add_table(rows=1, cols=len(heads))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        _rules(table)
        for column, (width, _) in zip(table.columns, columns, strict=True):
            column.width = Mm(width * scale)
        _fill(
            table.rows[0],
            heads,
            [(width * scale, "c") for width, _ in columns],
            is_head=True,
            keep=True,
        )
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
        for place, cells in enumerate(rows):
            row, keep = table.add_row(), len(rows) <= _SHORT and place < len(rows) - 1
            _fill(row, cells, [(width * scale, side) for width, side in columns], keep=keep)
            if colours:
                row.cells[-1].paragraphs[0].runs[0].font.color.rgb = RGBColor.from_string(
                    colours[place]
                )
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001

    def save(self) -> bytes:
        """Return the document with the fonts' fallbacks named."""
        _name_fallbacks(self.doc)
        stream = io.BytesIO()
        self.doc.save(stream)
        return stream.getvalue()


def clean(text: str) -> str:
    """Drop control characters, which XML cannot hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n")


def _write(paragraph: Node, text: str, face: str, size: float = _SIZE) -> Node:
    run = paragraph.add_run(clean(text))
    run.font.size, run.font.name = Pt(size), DIGITS
    fonts = run._element.get_or_add_rPr().find(qn("w:rFonts"))  # noqa: SLF001
    for name, value in (
        ("ascii", DIGITS),
        ("hAnsi", DIGITS),
        ("eastAsia", face),
        ("hint", "eastAsia"),
    ):
        fonts.set(qn(f"w:{name}"), value)
    return run


def _layout(paragraph: Node, form: Form) -> Node:
    """Set spacing, alignment and a first line two characters in.

    No space is put between Chinese and digits.
    """
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after = Pt(form.before), Pt(form.after)
    layout.widow_control, layout.keep_with_next = True, form.keep
    if form.line:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(form.line)
    paragraph.alignment = form.align
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN"):
        later = (
            "w:bidi",
            "w:adjustRightInd",
            "w:snapToGrid",
            "w:spacing",
            "w:ind",
            "w:contextualSpacing",
            "w:jc",
            "w:rPr",
        )
        properties.insert_element_before(_element(tag, val="0"), *later)
    if form.indent:
        properties.get_or_add_ind().set(qn("w:firstLineChars"), "200")
        properties.get_or_add_ind().set(qn("w:firstLine"), "640")
    return paragraph


def _page_number(footer: Node, align: Node) -> None:
    """Write — 1 — on the outer side, one character in."""
    paragraph = footer.paragraphs[0]
    paragraph.alignment = align
    side = "left_indent" if align == ALIGN.LEFT else "right_indent"
    setattr(paragraph.paragraph_format, side, Pt(14))
    _write(paragraph, "— ", "宋体", 14)
    for kind in ("begin", "", "end"):
        run = _write(paragraph, "", "宋体", 14)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = "PAGE"
        run._r.append(element)  # noqa: SLF001
    _write(paragraph, " —", "宋体", 14)


def _insert(parent: Node, element: Node, *later: str) -> None:
    """Insert a child before those the schema wants after it; Word complains of a wrong order."""
    names = [qn(name) for name in later]
    following = next((child for child in parent if child.tag in names), None)
    if following is None:
        parent.append(element)
    else:
        following.addprevious(element)


def _element(tag: str, **attributes: str) -> Node:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _rules(table: Node) -> None:
    """Give a table thick rules above and below, thin ones between, fixed widths and narrow margins."""
    properties = table._tbl.tblPr  # noqa: SLF001
    borders = OxmlElement("w:tblBorders")
    for side, size, colour in (
        ("top", "12", "404040"),
        ("bottom", "12", "404040"),
        ("insideH", "4", "A0A0A0"),
    ):
        borders.append(_element(f"w:{side}", val="single", sz=size, color=colour))
    _insert(properties, borders, "w:tblLayout", "w:tblCellMar", "w:tblLook")
    for old in properties.findall(qn("w:tblLayout")):
        properties.remove(old)
    _insert(properties, _element("w:tblLayout", type="fixed"), "w:tblCellMar", "w:tblLook")
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="50", type="dxa"))
    _insert(properties, margins, "w:tblLook")


def _fill(
    row: Node,
    cells: list[str],
    columns: list[tuple[float, str]],
    *,
    is_head: bool = False,
    keep: bool = False,
) -> None:
    sides = {"l": ALIGN.LEFT, "c": ALIGN.CENTER, "r": ALIGN.RIGHT}
    for cell, text, (width, side) in zip(row.cells, cells, columns, strict=True):
        cell.width, cell.vertical_alignment = Mm(width), WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = _layout(
            cell.paragraphs[0], Form(18, indent=False, align=sides[side], keep=keep)
        )
        _write(paragraph, text, HEAD if is_head else BODY, 10.5)
        properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001
        _insert(properties, OxmlElement("w:noWrap"), "w:tcMar", "w:vAlign")
        if is_head:
            _insert(
                properties,
                _element("w:shd", val="clear", fill="EEF1F4"),
                "w:noWrap",
                "w:tcMar",
                "w:vAlign",
            )


def _name_fallbacks(doc: Node) -> None:
    """Name in the font table what to take where a font of the standard is not installed."""
    from lxml import etree

    part = next(
        (part for part in doc.part.package.iter_parts() if part.partname.endswith("fontTable.xml")),
        None,
    )
    if part is None:
        return
    tree = etree.fromstring(part.blob)
    for name, instead in _INSTEAD.items():
        font = etree.SubElement(tree, qn("w:font"), {qn("w:name"): name})
        etree.SubElement(font, qn("w:altName"), {qn("w:val"): instead})
    part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001
