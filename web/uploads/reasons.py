"""Why a cell is refused, in the words of staff.

What the night says, without the address and value that the page shows beside it.
"""

from __future__ import annotations

import re

_CJK = re.compile(r"[\u4e00-\u9fff]")
_ADDRESS = re.compile(r"^[A-Z]{1,3}\d+(“[^”]*”)?")


def reason_zh(reason: str) -> str:
    """Return the remedy.

    What nights before November 2026 wrote in English only says to correct the cell.
    """
    if not _CJK.search(reason):
        return "请改正后重新提交"
    return _ADDRESS.sub("", reason).partition("/ ")[0].strip()
