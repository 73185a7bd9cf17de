"""Parts of an Open XML workbook, found by their relations.

No name, folder or letter case of a part is assumed.

Parsers look for `xl/workbook.xml` and its neighbours by name. `with_usual_names` gives them a copy
in which the parts have those names.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

WORKBOOK = "xl/workbook.xml"
_USUAL = {"styles": "xl/styles.xml", "sharedStrings": "xl/sharedStrings.xml"}
_RELATIONS = (
    "<Relationships "
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TRUE = ("1", "true", "on")


class Package:
    """The parts of one workbook; names are compared with forward slashes and without case."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.members = {_plain(name): name for name in self.archive.namelist()}

    def __contains__(self, part: str) -> bool:
        return _plain(part) in self.members

    def read(self, part: str) -> bytes:
        """Return a part's bytes."""
        return self.archive.read(self.members[_plain(part)])

    def tree(self, part: str) -> etree._Element:
        """Return a part's root element."""
        from lxml import etree

        return etree.fromstring(
            self.read(part), etree.XMLParser(resolve_entities=False, huge_tree=True)
        )

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """Return (id, kind, target) of each relation of a part.

        Targets inside the package as whole names.
        """
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self:
            return []
        found = []
        for node in self.tree(rels):
            target = str(node.get("Target") or "")
            if str(node.get("TargetMode") or "") != "External":
                target = posixpath.normpath(
                    posixpath.join("/", folder, target.replace("\\", "/"))
                ).lstrip("/")
            found.append(
                (str(node.get("Id")), str(node.get("Type") or "").rpartition("/")[2], target)
            )
        return found

    @cached_property
    def workbook(self) -> str | None:
        """The part that lists the sheets; None when this is no workbook."""
        named = [
            target
            for _, kind, target in self.relations("")
            if kind == "officeDocument" and target in self
        ]
        return named[0] if named else WORKBOOK if WORKBOOK in self else None

    @cached_property
    def book(self) -> etree._Element:
        """The root element of the workbook part."""
        return self.tree(self.workbook or WORKBOOK)

    @cached_property
    def sheets(self) -> dict[str, str]:
        """Each sheet's name and the part that holds it."""
        targets = {key: target for key, _, target in self.relations(self.workbook or WORKBOOK)}
        return {
            str(node.get("name")): targets.get(_relation_id(node), "")
            for node in self.book.iter("{*}sheet")
        }

    @cached_property
    def is_1904(self) -> bool:
        """Return whether days are counted from 1904."""
        return any(
            str(node.get("date1904")).lower() in _TRUE for node in self.book.iter("{*}workbookPr")
        )

    def only(self, kind: str) -> str | None:
        """Return the workbook's one part of a kind (styles, sharedStrings)."""
        return next(
            (t for _, k, t in self.relations(self.workbook or WORKBOOK) if k == kind and t in self),
            None,
        )

    def links(self, part: str) -> list[tuple[str, str]]:
        """Return (cell, address) of each cell of a sheet with an address behind it."""
        targets = {key: target for key, kind, target in self.relations(part) if kind == "hyperlink"}
        found = [
            (str(n.get("ref")), targets.get(_relation_id(n)))
            for n in self.tree(part).iter("{*}hyperlink")
        ]
        return [(cell.partition(":")[0], address) for cell, address in found if address]


def with_usual_names(data: bytes, package: Package) -> bytes:
    """Return the workbook's bytes with its parts under their usual names.

    The same bytes when they have them.
    """
    renamed = _renamed(package)
    if all(
        part == usual and package.members[_plain(part)] == usual for part, usual in renamed.items()
    ):
        return data
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as copy:
        for part, usual in renamed.items():
            content = (
                _relations_xml(package, renamed)
                if usual == _rels_of(WORKBOOK)
                else package.read(part)
            )
            copy.writestr(usual, content)
            if usual.startswith("xl/worksheets/") and (rels := _rels_of(part)) in package:
                copy.writestr(_rels_of(usual), package.read(rels))
        for extra in ("[Content_Types].xml", "_rels/.rels"):
            if extra in package:
                copy.writestr(extra, package.read(extra))
    return stream.getvalue()


def _renamed(package: Package) -> dict[str, str]:
    """Return each part a parser needs and the name it is looked for under."""
    book = package.workbook or WORKBOOK
    found = {book: WORKBOOK, _rels_of(book): _rels_of(WORKBOOK)}
    for number, part in enumerate(dict.fromkeys(package.sheets.values()), 1):
        if part in package:
            usual = re.fullmatch(r"xl/(work|chart|dialog)sheets/[^/\\]+\.xml", part)
            found[part] = part if usual else f"xl/worksheets/odd{number}.xml"
    found |= {named: usual for kind, usual in _USUAL.items() if (named := package.only(kind))}
    return {part: usual for part, usual in found.items() if part in package}


def _relations_xml(package: Package, renamed: dict[str, str]) -> str:
    lines = [
        f'<Relationship Id="{key}" Type="{_KIND}{kind}" Target="/{renamed[target]}"/>'
        for key, kind, target in package.relations(package.workbook or WORKBOOK)
        if target in renamed
    ]
    return _RELATIONS.format("".join(lines))


def _rels_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _relation_id(node: etree._Element) -> str:
    """Return r:id, whatever namespace the edition of the standard gives it."""
    return next(
        (
            str(value)
            for name, value in node.attrib.items()
            if str(name).endswith("relationships}id")
        ),
        "",
    )
