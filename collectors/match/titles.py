"""What the titles above a ledger say for all its rows: 填报单位：黄浦区, 填报人：张三."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.match.dress import unit_of

if TYPE_CHECKING:
    from collectors.layout import Column
    from collectors.model import Grid, Placed

_ABOVE = frozenset({"unit", "filled_by", "filled_on", "project"})
_SEALED = re.compile(r"\s*\([^()]{0,6}章\)\s*")
_NO_VALUE = re.compile(":|台账|表$|年")
_COUNTED = re.compile("[场次人个条篇件万千亿元、,/和及数]+")  # 单位：场次、人
_LONGEST = 30  # signs of a unit's or a person's name


def said_above(column: Column, grid: Grid, place: Placed) -> str | None:
    """Return what a title says for a column that the table lacks: 填报单位：黄浦区, in one cell or two."""
    if column.name not in _ABOVE or column.name in place.cells:
        return None
    found = {text for texts in place.titles_in(grid) for text in _said(column, texts)}
    return found.pop() if len(found) == 1 else None


def _said(column: Column, texts: list[str]) -> list[str]:
    plain = (_SEALED.sub("", unicodedata.normalize("NFKC", text)) for text in texts)
    words = [word for text in plain for word in re.split(r"[\s;]+", text) if word]
    found = []
    for word, behind in zip(words, [*words, ""][1:], strict=True):
        label, _, value = word.partition(":")
        said = value or ("" if _NO_VALUE.search(behind) else behind)
        is_name = said and len(said) <= _LONGEST and not _COUNTED.fullmatch(said)
        if plain_label(label) in column.plain_labels and is_name and unit_of(said) is None:
            found.append(said)
    return found
