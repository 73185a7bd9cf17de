"""What the styles of a page say of its elements: not shown, or crossed out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import Tag

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_STRUCK = re.compile(r"line-through", re.IGNORECASE)
_WORDS = ("display", "visibility", "line-through")
_ANY = re.compile(rf"{_HIDDEN.pattern}|{_STRUCK.pattern}", re.IGNORECASE)
_SHEET = re.compile(r"<style\b[^<>]{0,200}>([^<]*(?:<!--)?[^<]*)", re.IGNORECASE)
# rules for print or other screens: they may hide what everybody sees
_ELSEWHERE = re.compile(
    r"@media\b[^{}]{0,500}\{(?:[^{}]{0,500}\{[^{}]{0,5000}\})*[^{}]{0,500}\}", re.IGNORECASE
)
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,5000})\}")
_CLASS = re.compile(r"\.([\w-]+)\s*(?:,|$)")
_CROSSED = frozenset({"del", "s", "strike"})


class Styles:
    """The styles of a page; false when nothing is hidden or crossed out by them.

    They are read in the element itself and, by its classes, in the page's style sheets, as Excel
    writes them.
    """

    def __init__(self, text: str) -> None:
        low = text.lower()  # most pages have none of the words, and looking for these is faster
        self._is_any = any(word in low for word in _WORDS) and bool(_ANY.search(text))
        sheets = " ".join(_SHEET.findall(text)) if self._is_any else ""
        rules = _RULE.findall(_ELSEWHERE.sub("", sheets))
        self._hidden, self._struck = (
            {name for chosen, rule in rules if look.search(rule) for name in _CLASS.findall(chosen.strip())}
            for look in (_HIDDEN, _STRUCK)
        )  # fmt: skip

    def __bool__(self) -> bool:
        return self._is_any

    def hides(self, element: Tag) -> bool:
        """Return whether a browser does not show the element."""
        return self._says(element, _HIDDEN, self._hidden)

    def strikes(self, element: Tag) -> bool:
        """Return whether the element's text is crossed out."""
        return element.name in _CROSSED or self._says(element, _STRUCK, self._struck)

    def _says(self, element: Tag, look: re.Pattern[str], classes: set[str]) -> bool:
        if not self._is_any:
            return False
        named = element.get("class") or ()
        return bool(look.search(str(element.get("style") or ""))) or not classes.isdisjoint(named)
