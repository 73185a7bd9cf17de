"""Hostile files, made by code: each names what must become of it."""

from benchmarks.hostile.case import Case, Size
from benchmarks.hostile.texts import text_cases
from benchmarks.hostile.workbooks import workbook_cases

__all__ = ["Case", "Size", "all_cases"]


def all_cases(size: Size) -> list[Case]:
    """Return every file of the corpus; `size` says how large the large ones are."""
    return [*workbook_cases(size), *text_cases(size)]
