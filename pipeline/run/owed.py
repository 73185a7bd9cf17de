"""零报告: a person's word that an account or unit has nothing to hand in for a period."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError
from pipeline.config.decisions import append_decision
from pipeline.warehouse.publish import open_published

if TYPE_CHECKING:
    from pipeline.config.decisions import Decision
    from pipeline.config.home import Home

_PERIODS = {
    "month": r"\d{4}-(0[1-9]|1[0-2])",
    "quarter": r"\d{4}-Q[1-4]",
    "half_year": r"\d{4}-H[12]",
    "year": r"\d{4}",
}


# a person's words
def report_none(  # noqa: PLR0913
    home: Home, owner: str, export: str, period: str, *, by: str, takes_back: bool = False
) -> Decision:
    """Note that `owner` has nothing of `export` for `period` (or takes that back), from the next night on.

    ConfigError when nothing like it is expected, when figures of every day are, or when the period
    is not one of its kind.
    """
    with open_published(home) as con:
        rows = con.execute(
            "select every, is_daily from raw.expected_export where owner = ? and export = ?",
            [owner, export],
        ).fetchall()
    if not rows:
        raise ConfigError(
            f"没有这一项应报 / nothing like {owner} {export} is expected. `python -m "
            "pipeline owed` lists it."
        )
    every, is_daily = rows[0]
    if is_daily:
        raise ConfigError(
            f"{export} 每天都有数字，不能零报告 / has a figure for every day: hand in the export."
        )
    if not re.fullmatch(_PERIODS[every], period):
        raise ConfigError(
            f"期间 {period!r} 应写成 2023-10、2023-Q3、2023-H1 或 2023 / not a period of "
            f"{export} ({every})."
        )
    value = None if takes_back else "none"
    return append_decision(home, "none", f"{owner}|{export}|{period}", value, by=by)
