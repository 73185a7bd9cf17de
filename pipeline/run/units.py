"""Names of units that the plan does not know, and the decision which unit a name means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.base.errors import ConfigError
from pipeline.config.decisions import append_decision
from pipeline.warehouse.publish import open_published
from pipeline.warehouse.rows import fetch_dicts

if TYPE_CHECKING:
    from pipeline.config.home import Home


def unknown_units(home: Home) -> list[dict[str, Any]]:
    """Return the rows of mart.unknown_unit, the most frequent name first."""
    with open_published(home) as con:
        return fetch_dicts(con, "select * from mart.unknown_unit order by ledger_rows desc, name")


def map_unit(home: Home, name: str, unit: str | None, *, by: str, note: str = "") -> None:
    """Note which unit a name means (None takes it back).

    ConfigError lists the plan's units when it has no such unit.
    """
    with open_published(home) as con:
        units = [known for (known,) in con.execute("select unit from raw.unit").fetchall()]
    if unit is not None and unit not in units:
        raise ConfigError(
            f"计划里没有单位“{unit}” / the plan has no unit {unit!r}. It has: {'、'.join(units)}."
        )
    append_decision(home, "unit", name.strip(), unit, by=by, note=note)
