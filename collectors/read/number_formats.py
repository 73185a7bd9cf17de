"""What a number format shows that the number itself does not say: 6.10, 16.55%, 00123, 12万, 90分钟.

The figure stays exact: digits that a format hides are read, digits and units that it shows are
added. A format that scales by a comma (0.0,"万") shows another figure than the cell holds; the
cell's own is read.
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
_MONTHS = frozenset({17, 27, 36, 50, 52, 57})  # built-in formats of Chinese Excel: 2023年6月
_MONTH_DAYS = frozenset({16, 28, 29, 51, 53, 54, 58})  # 6月1日
_UNIT = re.compile(
    r"(百万|千万|[万千亿wWkK])?(?:人次|[人次粉个条篇场家份部件户位名期项])?(\+)?|%|分钟|分|小时|时|秒|min|h|s"
)
# a literal that changes the figure and is no unit: it is shown with the figure, and told there
_MEANS = re.compile("[百万千亿负减降跌↓▼]|^[mM]$")
_DECORATION = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours, conditions and locales, gaps, fillers
# a format has at most 255 signs, and a bounded repeat keeps a long one cheap
_DIGITS = re.compile(r"([#0?,]{0,254}[#0?]|(?=\.[#0?]))(?:\.([0?#]+))?(,*)")  # also #.00 and .00
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|!(.)')
_HIDDEN = {ord(sign): 0xE000 + place for place, sign in enumerate("#0?.,%")}
_SHOWN = {hidden: chr(sign) for sign, hidden in _HIDDEN.items()}


@dataclass(frozen=True)
class Shown:
    """A number format.

    Decimals and whole digits it fills up, whether as a percentage, what stands behind and before it;
    whether it shows of a day only the month, or no year.
    """

    decimals: int = 0
    digits: int = 0
    is_percent: bool = False
    unit: str = ""
    before: str = ""
    is_month: bool = False
    is_yearless: bool = False

    @property
    def says_more(self) -> bool:
        """Return whether any number is shown as more than its value.

        Decimals alone matter only where a number is a day.
        """
        is_day = self.is_month or self.is_yearless
        return self.is_percent or is_day or bool(self.unit or self.before or self.digits)

    def month(self, day: str | None) -> str | None:
        """Return the month of its first day: who typed 2023年6月 meant no day."""
        is_first = self.is_month and day and re.fullmatch(r"\d{4}-\d{2}-01", day)
        return day[:7] if day and is_first else None

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
        behind = "%" if self.is_percent else self.unit
        return self.before + whole + (f".{part}" if part else "") + behind


def shown_by(number: int, code: str | None) -> Shown | None:
    """Return what a format adds; None for General, days and formats that add nothing."""
    if number in _MONTHS or number in _MONTH_DAYS:
        return Shown(is_month=number in _MONTHS, is_yearless=number in _MONTH_DAYS)
    positive = (code or _BUILTIN.get(number, "")).split(";")[0]
    positive = positive.replace("General", "0").replace("G/通用格式", "0")
    plain = _DECORATION.sub("", positive)
    bare = _LITERAL.sub("", plain)
    digits = _DIGITS.search(bare)
    signs = set(bare.lower()) - set("./,: -")
    if signs == {"y", "m"} or {"m", "d"} <= signs <= set("mdhs"):
        return Shown(is_month="y" in signs, is_yearless="y" not in signs)
    if not digits or re.search(r"[ymdhsgbeYMDHSGBE@/]", bare) or re.search(r"\[[<>=]", positive):
        return None
    before, middle, behind = _literals(plain)
    if digits[3] or "." in middle or "," in middle:  # 0.0,"万" and 0!.0,"万"
        return None
    is_percent = "%" in bare
    before, unit = ("", "") if is_percent else _unit(before, behind)
    zeros = 0 if "," in digits[1] or "#" in digits[1] else digits[1].count("0")
    decimals = len((digits[2] or "").rstrip("#"))
    shown = Shown(decimals, zeros if zeros > 1 else 0, is_percent, unit, before)
    return None if shown == Shown() else shown


def _literals(plain: str) -> tuple[str, str, str]:
    """Return what a format writes before, among and behind a number's digits."""
    marked = _LITERAL.sub(
        lambda found: (found[1] or found[2] or found[3] or "").translate(_HIDDEN), plain
    )
    places = [place for place, sign in enumerate(marked) if sign in "#0?"]
    first, last = places[0], places[-1]
    middle = "".join(_SHOWN.get(ord(sign), "") for sign in marked[first:last])
    return (
        marked[:first].translate(_SHOWN).strip(" ,.¥￥$"),
        middle,
        marked[last + 1 :].translate(_SHOWN).strip(" ,."),
    )


def _unit(before: str, behind: str) -> tuple[str, str]:
    """Return what of a format's literals belongs to the figure: 万 of 万人, 万+; nothing of 元, 第…期."""
    found = _UNIT.fullmatch(behind.replace("％", "%").replace("＋", "+"))
    if not _MEANS.search(before) and found:
        is_counted = found[1] or found[2] or found[0][:1] in "人次粉个条篇场家份部件户位名期项"
        return "", (found[1] or "") + (found[2] or "") if is_counted else found[0]
    is_told = _MEANS.search(before) or _MEANS.search(behind)
    return (before, behind) if is_told else ("", "")
