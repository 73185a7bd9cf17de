"""Judge a file's rows as the night would: the same SQL, on a database in memory.

Then compare them with what is known.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.config.checkout import TRANSFORMS
from pipeline.config.plans.years import plan_for
from pipeline.ingest.files.places import several_accounts
from pipeline.ingest.land import Incoming, RowCounts, land
from pipeline.ingest.load import keep_broken_rows
from pipeline.ingest.raw_tables import create_raw_tables, label_of
from pipeline.ingest.reasons import column_letters
from pipeline.models.build import load_functions
from pipeline.warehouse.ddl import create_commented
from pipeline.warehouse.publish import NO_EXTENSIONS, Config
from pipeline.warehouse.rows import fetch_dicts
from web.uploads.compare import WAREHOUSE, compare
from web.uploads.reasons import reason_zh
from web.uploads.values import days_of, read_values
from web.uploads.warnings import warnings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

    from collectors.layout import Table
    from collectors.model import Block, ReadResult
    from pipeline.config.home import Home

_OPS = TRANSFORMS.parent / "pipeline" / "warehouse" / "ops.sql"
_MOST_CELLS, _MOST_ROWS = (
    5_000,
    2_000,
)  # kept to be corrected; a file worse than that is mended as a whole
_MOST_SIGNS = 4_000_000
_RUN = "receipt"
# the second goes through the expanded macros once more and finds nothing to do: half of the planning
_CONFIG: Config = {**NO_EXTENSIONS, "disabled_optimizers": "in_clause"}


class Bench:
    """A database on memory with the night's macros and tables; whatever a file leaves in it is undone."""

    def __init__(self) -> None:
        self._ready: tuple[str, duckdb.DuckDBPyConnection] | None = None

    def make_ready(self, timezone: str) -> None:
        """Make the database while nobody waits."""
        if self._ready is None or self._ready[0] != timezone:
            self.close()
            self._ready = timezone, _memory(timezone)

    @contextmanager
    def clean(self, timezone: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give the database to one file; after an error the next file gets another."""
        self.make_ready(timezone)
        assert self._ready is not None  # noqa: S101 - made ready
        (_, con), self._ready = self._ready, None
        try:
            con.begin()
            yield con
            con.rollback()
            con.execute(f"detach database if exists {WAREHOUSE}")
        except BaseException:
            con.close()
            raise
        self._ready = timezone, con

    def close(self) -> None:
        """Throw the database away."""
        if self._ready is not None:
            self._ready[1].close()
        self._ready = None


def judge(home: Home, result: ReadResult, request: dict[str, Any], bench: Bench) -> dict[str, Any]:
    """Return the receipt.

    Layouts, days, rows, refused cells, and how the figures agree with each account's history.
    """
    settings, today = home.settings(), date.fromisoformat(request["today"])
    with bench.clean(settings.timezone) as con:
        tables = {block.declaration.table: block.declaration for block in result.blocks}
        create_raw_tables(con, [block.declaration for block in result.blocks])
        counts = _land(con, result, today, plan_for(home, settings, today).year)
        blocks = [read_values(con, table) for table in tables.values()]
        first, last = days_of(con, blocks)
        cells = _refused(con, result.blocks)
        answer = {
            "status": "ready",
            "layouts": result.layouts,
            "rows": counts.total,
            "rows_good": counts.loaded,
            "rows_refused": counts.rejected,
            "rows_double": counts.duplicate,
            "first_on": first,
            "last_on": last,
            "refused": cells[:_MOST_CELLS],
            "refused_more": max(0, len(cells) - _MOST_CELLS),
            "labels": _labels(tables),
            "unread_sheets": list(result.unread_sheets),
            "warnings": [*_several(result), *warnings(con, blocks)],
            "rows_to_mend": len({(cell["sheet"], cell["row_number"]) for cell in cells}),
            "broken_rows": _broken(con, tables),
        }
        matches = compare(home, con, blocks, request["sources"], (first, last))
        return {**answer, "matches": matches}


def _several(result: ReadResult) -> list[str]:
    """Report that the file holds figures of several accounts: the night will refuse it."""
    refusal = several_accounts(result.accounts)
    return [refusal.reason_zh] if refusal else []


def _memory(timezone: str) -> duckdb.DuckDBPyConnection:
    import duckdb

    con = duckdb.connect(config={**_CONFIG, "memory_limit": "800MB", "threads": 1})
    con.execute("create schema raw; create schema ops")
    create_commented(con, _OPS.read_text("utf-8"))
    load_functions(con, TRANSFORMS, timezone)
    return con


def _land(con: duckdb.DuckDBPyConnection, result: ReadResult, today: date, year: int) -> RowCounts:
    """Land every block under the number of its place in the file."""
    total = RowCounts()
    for number, block in enumerate(result.blocks, 1):
        incoming = Incoming("receipt", "", number, block.declaration, block)
        for tally in land(con, [incoming], _RUN, today, year).values():
            total += tally
    total += keep_broken_rows(con, "", result, _RUN)
    return total


def _refused(con: duckdb.DuckDBPyConnection, blocks: list[Block]) -> list[dict[str, Any]]:
    """Return every refused cell.

    Each has its address, its column as the file heads it, and the remedy in Chinese.
    """
    places = {
        (block.sheet, label_of(column)): block.cells.get(column.name)
        for block in blocks
        for column in block.declaration.columns
    }
    found = fetch_dicts(
        con,
        """
        select sheet, row_number, column_name, value, reason, true as is_row_lost from ops.rejected_row
        union all select sheet, row_number, column_name, value, reason, false from ops.unreadable_value
        order by all""",
    )
    cells = []
    for row in found:
        index = places.get((row["sheet"], row["column_name"]))
        cells.append({
            "sheet": row["sheet"],
            "cell": f"{column_letters(index)}{row['row_number']}" if index is not None
            else f"第{row['row_number']}行",
            "column": row["column_name"],
            "value": row["value"],
            "reason_zh": reason_zh(row["reason"]),
            "is_row_lost": row["is_row_lost"],
            "row_number": row["row_number"],
        })  # fmt: skip
    return cells


def _broken(con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> list[dict[str, Any]]:
    """Return the refused rows, and the rows that were loaded without an unreadable cell."""
    kept = " ".join(
        f"""union all select r.sheet, r.row_number, cast(to_json(r) as varchar) from raw.{name} as r
            where (r.sheet, r.row_number) in (select (u.sheet, u.row_number)
                from ops.unreadable_value as u)"""
        for name in tables
    )
    lost = "select sheet, row_number, row_text from ops.rejected_row"
    return fetch_dicts(
        con,
        f"""
        select * from ({lost} {kept})
        qualify sum(length(row_text)) over (order by sheet, row_number) <= {_MOST_SIGNS}
        order by all limit {_MOST_ROWS}""",
    )


def _labels(tables: dict[str, Table]) -> dict[str, str]:
    return {column.name: label_of(column) for table in tables.values() for column in table.columns}
