"""Tables of a platform's page-export as the parser meets their rows, without a tree of the page.

The parser is the one that BeautifulSoup uses, so the rows are the same. What is no plain table gives
None: the page's tree is then read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping

# text, columns it covers, rows it covers, address behind it
Cell = tuple[str | None, int, int, str | None]
Line = list[Cell]

MAX_SPAN = 1_000
_BLANKS = " \n\t\f\r"
_AROUND = frozenset({"html", "body", "div", "center", "form", "span", "font"})
_GROUPS = frozenset({"table", "thead", "tbody", "tfoot"})
_CELLS = frozenset({"td", "th"})
_PARENTS = {
    **dict.fromkeys(("thead", "tbody", "tfoot", "colgroup", "caption"), frozenset({"table"})),
    "col": frozenset({"table", "colgroup"}),
    "tr": _GROUPS,
    **dict.fromkeys(_CELLS, frozenset({"tr"})),
}


def bare_tables(text: str) -> list[list[Line]] | None:
    """Return every table's lines; None when a table holds more than rows of cells of text."""
    from lxml import etree

    parser = etree.HTMLParser(target=_Tables(), recover=True, huge_tree=False)
    try:
        parser.feed(text.removeprefix("\N{BYTE ORDER MARK}"))
        found: list[list[Line]] = parser.close()
    except (_NotBareError, LookupError, UnicodeError, etree.LxmlError):
        return None
    return found


def span(value: str | None) -> int:
    """Return how many columns or rows a cell covers; nonsense counts as one, as in browsers."""
    digits = (value or "").strip()
    return min(max(int(digits), 1), MAX_SPAN) if digits.isascii() and digits.isdigit() else 1


def _spans(attributes: Mapping[str, str]) -> tuple[int, int]:
    return span(attributes.get("colspan")), span(attributes.get("rowspan"))


class _NotBareError(Exception):
    """There is more in the page than this reads."""


class _Tables:
    """Takes what lxml's parser meets, in its order."""

    def __init__(self) -> None:
        self._found: list[list[Line]] = []
        self._open: list[str] = []  # elements that have begun and not ended
        self._tables = 0  # of these
        self._pieces: list[str] | None = None  # of the open cell
        self._spans = (1, 1)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an element's beginning."""
        if tag == "table":
            if self._tables or not _AROUND.issuperset(self._open):
                self._give_up()
            self._tables = 1
            self._found.append([])
        elif self._tables:
            if self._open[-1] not in _PARENTS.get(tag, ()):
                self._give_up()
            if tag == "tr":
                self._found[-1].append([])
            elif tag in _CELLS:
                self._pieces = []
                self._spans = _spans(attributes) if attributes else (1, 1)
        self._open.append(tag)

    def end(self, tag: str) -> None:
        """Take an element's end."""
        if not self._open or self._open.pop() != tag:
            self._give_up()
        if self._pieces is not None:
            text = "".join(self._pieces)
            if text and not text.strip(_BLANKS):
                text = "\n" if "\n" in text else " "
            self._found[-1][-1].append((text or None, *self._spans, None))
            self._pieces = None
        elif tag == "table":
            self._tables = 0

    def data(self, text: str) -> None:
        """Take text; text beside cells is none of a table's."""
        if self._pieces is not None:
            self._pieces.append(text)

    def comment(self, _: str) -> None:
        """Leave a cell's comment to the page's tree."""
        if self._pieces is not None:
            self._give_up()

    def pi(self, *_: str) -> None:
        """Leave a cell's processing instruction to the page's tree."""
        self.comment("")

    def close(self) -> list[list[Line]]:
        """Return the tables."""
        return self._found

    def _give_up(self) -> NoReturn:
        raise _NotBareError
