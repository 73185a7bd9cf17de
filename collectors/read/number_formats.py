"""What a number format adds to a number that the number alone does not say.

6.10, 16.55%, 00123, 12万, 90分钟.

A figure stays exact: digits that a format hides are kept, digits and units that it shows are added.
Formats that scale by a comma
(0.0,"万") show another figure than the cell holds; the cell's own is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_BUILTIN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    39: "#,##0.00",
    40: "#,##0.00",
}
_UNITS = ("万", "千", "亿", "w", "W", "k", "K", "%", "％", "分钟", "分", "小时", "时", "秒", "s")
_DECORATION = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours, conditions and locales, gaps, fillers
# a format has at most 255 signs, and a bounded repeat keeps a long one cheap
_DIGITS = re.compile(r"([#0?,]{0,254}[#0?]|(?=\.[#0?]))(?:\.([0?#]+))?(,*)")  # also #.00 and .00
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|!(.)')


@dataclass(frozen=True)
class Shown:
    """How a format shows a number.

    Decimals and whole digits it fills up, whether as a percentage, the unit behind it.
    """

    decimals: int = 0
    digits: int = 0
    is_percent: bool = False
    unit: str = ""

    @property
    def says_more(self) -> bool:
        """Tell whether any number is shown as more than its value.

        Decimals alone matter only where a number is a day.
        """
        return self.is_percent or bool(self.unit or self.digits)

    def text(self, value: str) -> str:
        """Return the number's text with what the format adds."""
        number = Decimal(value)
        if self.is_percent:
            number *= 100
        text = format(number.normalize(), "f")
        whole, _, part = text.partition(".")
        if self.digits > 1 and not part and number >= 0:
            whole = whole.zfill(self.digits)
        if part:
            part = part.ljust(self.decimals, "0")
        return whole + (f".{part}" if part else "") + ("%" if self.is_percent else self.unit)


def shown_by(number: int, code: str | None) -> Shown | None:
    """Return what a format adds; None for General, dates and formats that add nothing."""
    positive = (code or _BUILTIN.get(number, "")).split(";")[0]
    positive = positive.replace("General", "0").replace("G/通用格式", "0")
    plain = _DECORATION.sub("", positive)
    literals = "".join(
        found[1] or found[2] or found[3] or "" for found in _LITERAL.finditer(plain)
    ).strip()
    bare = _LITERAL.sub("", plain)
    digits = _DIGITS.search(bare)
    if not digits or re.search(r"[ymdhsgbeYMDHSGBE@/]", bare) or re.search(r"\[[<>=]", positive):
        return None
    rest = bare[: digits.start()] + bare[digits.end() :]
    is_scaled = bool(digits[3])
    is_percent = "%" in rest
    unit = (
        literals
        if literals in _UNITS and not is_scaled
        else next((u for u in _UNITS if rest.strip() == u != "%"), "")
    )
    zeros = 0 if "," in digits[1] or "#" in digits[1] else digits[1].count("0")
    shown = Shown(
        len((digits[2] or "").rstrip("#")),
        zeros if zeros > 1 else 0,
        is_percent,
        "" if is_scaled else unit.replace("％", "%"),
    )
    return None if is_scaled or shown == Shown() else shown
