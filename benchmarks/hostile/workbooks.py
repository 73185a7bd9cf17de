"""Workbooks: bombs, traps, damage, and the odd but honest."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

import xlsxwriter
import xlwt

from benchmarks.hostile.case import LABELS, ROW, Case, Size, cut

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "xl/worksheets/sheet1.xml"
_CORNER = "A1:XFD1048576"


def cells(number: int, values: tuple[str, ...]) -> str:
    """Return one <row> of inline strings."""
    marked = (
        f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for i, text in enumerate(values)
    )
    return f'<row r="{number}">{"".join(marked)}</row>'


GOOD = cells(1, LABELS) + cells(2, ROW)


def sheet(rows: str = GOOD, before: str = "", after: str = "", head: str = "") -> str:
    """Return a worksheet's XML."""
    return f"{head}<worksheet {_MAIN}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def parts(
    xml: str | None = None, *, book: str = "", state: str = "", properties: str = ""
) -> dict[str, str | bytes]:
    """Return the parts of a minimal workbook of one sheet."""
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="'
            'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
        ),
        "_rels/.rels": _relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _relations(("r1", "worksheet", "worksheets/sheet1.xml")),
        "xl/workbook.xml": (
            f'<workbook {_MAIN} xmlns:r="{_REL}">{properties}<sheets>'
            f'<sheet name="甲" sheetId="1" r:id="r1"{state}/></sheets>{book}</workbook>'
        ),
        _SHEET: sheet() if xml is None else xml,
    }


def _relations(*named: tuple[str, str, str]) -> str:
    """Return the XML of relationships, each of an id, a kind and a target."""
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="{name}" Type="{_REL}/{kind}" Target="{target}"/>'
            for name, kind, target in named
        )
        + "</Relationships>"
    )


def book(given: dict[str, str | bytes]) -> Callable[[Path], None]:
    """Return a maker of a workbook with these parts."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in given.items():
                archive.writestr(name, content)

    return make


def _bomb(size: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts().items():
                if name != _SHEET:
                    archive.writestr(name, content)
            with archive.open(_SHEET, "w", force_zip64=True) as stream:
                stream.write(sheet("").partition("</sheetData>")[0].encode())
                for _ in range(size >> 20):
                    stream.write(b" " * (1 << 20))
                stream.write(f"{GOOD}</sheetData></worksheet>".encode())

    return make


def _zip_of(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _overlapping(path: Path) -> None:
    """Let fifty entries of the directory name the same bytes: fifty times the content of one."""
    book(parts())(path)
    data = path.read_bytes()
    end = data.rindex(b"PK\5\6")
    start = struct.unpack("<L", data[end + 16 : end + 20])[0]
    entry = data[data.rindex(b"PK\1\2", 0, end) : end]
    directory = data[start:end] + entry * 50
    tail = bytearray(data[end:])
    struct.pack_into("<HHLL", tail, 8, len(parts()) + 50, len(parts()) + 50, len(directory), start)
    path.write_bytes(data[:start] + directory + tail)


def _twice(path: Path) -> None:
    """Two parts of one name: one reader takes the first, another the last."""
    other = sheet(cells(1, LABELS) + cells(2, ("2026-07-13", "1", "1", "0", "1")))
    local, directory = io.BytesIO(), parts()
    with zipfile.ZipFile(local, "w") as archive:
        for name, content in directory.items():
            archive.writestr(name, content)
        archive.writestr("xl/worksheets/sheet2.xml", other)
    path.write_bytes(local.getvalue().replace(b"sheet2.xml", b"sheet1.xml"))


def _biff(rows: int = 1) -> bytes:
    made = xlwt.Workbook()
    page = made.add_sheet("甲")
    for number, row in enumerate((LABELS, *[ROW] * rows)):
        for column, text in enumerate(row):
            page.write(number, column, text)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _patched(old: bytes, new: bytes, where: int = 0) -> Callable[[Path], None]:
    """Return a maker of an .xls with bytes replaced at their first place from `where` on."""

    def make(path: Path) -> None:
        data = _biff()
        at = data.index(old, where)
        path.write_bytes(data[:at] + new + data[at + len(old) :])

    return make


def _filepass(path: Path) -> None:
    """Put the record that says “encrypted” in the place of one that says nothing."""
    data = bytearray(_biff())
    at = data.index(bytes.fromhex("0908100000060500")) + 20  # the record right behind BOF
    data[at : at + 2] = b"\x2f\x00"
    path.write_bytes(data)


def _encrypted(path: Path) -> None:
    """Write what Excel makes of a workbook with a password.

    An OLE2 container with one encrypted stream.
    """
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack(
            "<HBBLLL", 2 * len(name) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child,
        ) + bytes(36) + struct.pack("<LQ", start, size)
        for name, kind, child, start, size in (
            ("Root Entry", 5, 1, 0xFFFFFFFE, 0), ("EncryptionInfo", 2, 0xFFFFFFFF, 2, 4096),
            ("EncryptedPackage", 2, 0xFFFFFFFF, 10, 4096),
        )
    ).ljust(512, b"\0")  # fmt: skip
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *(i + 1 if i % 8 != 1 else 0xFFFFFFFE for i in range(2, 18))]
    fat = struct.pack(f"<{len(chain)}L", *chain).ljust(512, b"\xff")
    head = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack(
        "<HHHHH6xLLLLLLLLL", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0,
    )  # fmt: skip
    path.write_bytes(
        (head + struct.pack("<L", 0)).ljust(512, b"\xff") + fat + entries + bytes(16 * 512)
    )


def _written(
    fill: Callable[[xlsxwriter.Workbook], None], **options: object
) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with xlsxwriter.Workbook(path, options) as made:
            fill(made)

    return make


def _day_of_1904(made: xlsxwriter.Workbook) -> None:
    import datetime as dt

    page = made.add_worksheet()
    page.write_row(0, 0, LABELS)
    page.write_datetime(
        1, 0, dt.datetime.fromisoformat(ROW[0]), made.add_format({"num_format": "yyyy-mm-dd"})
    )
    page.write_row(1, 1, [int(text) for text in ROW[1:]])


def _formulas_with_results(made: xlsxwriter.Workbook) -> None:
    page = made.add_worksheet()
    page.write_row(0, 0, LABELS)
    page.write_row(1, 0, ROW)
    page.write_formula(1, 3, "=B2-C2", None, 71)


def _many_sheets(count: int) -> dict[str, str | bytes]:
    """Return sheets each of just under the permitted number of cells: together too many."""
    given = parts()
    wide = sheet(cells(1, LABELS) + f'<row r="1000"><c r="XFD1000"><v>{1}</v></c></row>')
    names = range(1, count + 1)
    given |= {f"xl/worksheets/sheet{n}.xml": wide for n in names}
    given["xl/_rels/workbook.xml.rels"] = _relations(
        *((f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in names)
    )
    given["xl/workbook.xml"] = f'<workbook {_MAIN} xmlns:r="{_REL}"><sheets>' + "".join(
        f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in names
    ) + "</sheets></workbook>"  # fmt: skip
    return given


def _ranges() -> dict[str, dict[str, str | bytes]]:
    """Ranges of the whole sheet that are no cells: they must cost nothing."""
    # beside its like
    rule = f'<cfRule type="expression" priority="1"><formula>A1</formula></cfRule>'  # noqa: F541
    with_shared = cells(1, LABELS) + cells(2, ROW).replace(
        "</row>", f'<c r="F2"><f t="shared" ref="{_CORNER}" si="0">A1</f><v>7</v></c></row>',
    )  # fmt: skip
    return {
        "a shared formula over the whole sheet": parts(sheet(with_shared)),
        "a merged range over the whole sheet": parts(
            sheet(after='<mergeCells><mergeCell ref="G1:XFD1048576"/></mergeCells>')
        ),
        "a defined name over the whole sheet": parts(
            book='<definedNames><definedName name="n">甲!$A$1:$XFD$1048576</definedName></definedNames>'
        ),
        "a hyperlink over the whole sheet": parts(
            sheet(after=f'<hyperlinks><hyperlink ref="{_CORNER}" location="x"/></hyperlinks>')
        ),
        "a conditional format over the whole sheet": parts(
            sheet(after=f'<conditionalFormatting sqref="{_CORNER}">{rule}</conditionalFormatting>')
        ),
    }  # fmt: skip


def workbook_cases(size: Size) -> list[Case]:
    """Return the workbooks of the corpus."""
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    outside = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    last = f'r="E2" t="inlineStr"><is><t>{ROW[4]}</t></is>'
    deep = "".join("<a>" * size.levels + "</a>" * size.levels)
    bomb = min(300 << 20, size.text_bytes)
    return [
        Case("zip bomb", _bomb(bomb), words="inflates"),
        Case(
            "zip bomb inside a workbook",
            book({**parts(), "xl/media/a.zip": _zip_of(a=bytes(bomb >> 2))}), rows=1,
        ),
        Case(
            "zip of zips",
            lambda path: _write(
                path, _zip_of(**{"a.zip": _zip_of(**{"b.zip": _zip_of(c=bytes(bomb >> 2))})}),
            ),
            words="zip archive",
        ),
        Case("overlapping zip entries", _overlapping, words="twice"),
        Case("two parts of one name", _twice, words="twice"),
        Case(
            "3,000 parts", book({**parts(), **{f"x/{n}": b"" for n in range(3000)}}), words="parts",
        ),
        Case(
            "names that climb out of the archive",
            book({**parts(), "../../../../tmp/evil": b"x", "/etc/evil": b"x", "C:\\evil": b"x"}),
            rows=1,
        ),
        Case("cells in the two corners", book(parts(sheet(corners))), words="1048576"),
        Case("a hundred sheets just below the bound", book(_many_sheets(100)), words="cells"),
        *(Case(name, book(given), rows=1) for name, given in _ranges().items()),
        Case("billion laughs", book(parts(sheet(head=laughs))), words="DOCTYPE"),
        Case("external entity", book(parts(sheet(head=outside))), words="DOCTYPE"),
        Case("deeply nested XML in a sheet", book(parts(sheet(after=deep)))),
        Case("days counted from 1904", _written(_day_of_1904, date_1904=True), rows=1),
        Case("formulas with their results", _written(_formulas_with_results), rows=1),
        Case(
            "formulas without results",
            book(parts(sheet(GOOD.replace(last, 'r="E2"><f>1+1</f>')))), rows=1,
        ),
        Case(
            "error cells", book(parts(sheet(GOOD.replace(last, 'r="E2" t="e"><v>#DIV/0!</v>')))),
            rows=1,
        ),
        Case("hidden sheet", book(parts(state=' state="hidden"')), rows=1),
        Case("very hidden sheet", book(parts(state=' state="veryHidden"')), rows=1),
        Case(
            "workbook with macros",
            book({**parts(), "xl/vbaProject.bin": bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)}),
            rows=1,
        ),
        Case("encrypted workbook", _encrypted, words="password"),
        Case("encrypted .xls", _filepass, words="password"),
        Case(
            ".xls with a record longer than the file",
            _patched(b"\x42\x00\x02\x00", b"\x42\x00\xff\xff", 512),
        ),
        Case(".xls with sectors of 2^31 bytes", _patched(b"\xfe\xff\x09\x00", b"\xfe\xff\x1f\x00")),
        Case(
            ".xls that claims 2^32 sectors",
            lambda path: _write(path, _biff()[:44] + b"\xff" * 4 + _biff()[48:]),
        ),
        Case(".xls whose sectors run in a ring", _ring),
        *(
            Case(f"{kind} cut at {k}/16", cut(make, k), words="")
            for k in range(1, 16)
            for kind, make in (
                ("xlsx", book(parts())), (".xls", lambda path: _write(path, _biff(200))),
            )
        ),
    ]  # fmt: skip


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _ring(path: Path) -> None:
    data = bytearray(_biff(200))
    table = 512 * (struct.unpack_from("<L", data, 76)[0] + 1)
    struct.pack_into("<L", data, table + 4, 0)  # sector 1 leads back to sector 0
    path.write_bytes(data)
