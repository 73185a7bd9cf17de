"""Land what a reader found.

Judge each row by its declaration, keep the good in raw.*, name the others in ops.*.

Nothing is converted here: raw holds the file's text. The macros of transforms/macros.sql only
judge.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from pipeline.ingest.raw_tables import META
from pipeline.ingest.reasons import column_letters
from pipeline.ingest.validate import faults_sql, problems_sql, suspects_sql, verdicts_sql

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb
    import pyarrow as pa

    from collectors.layout import Table
    from collectors.model import Block


@dataclass(frozen=True)
class Incoming:
    """One block of one file on its way into raw.<table>."""

    source: str
    sha256: str
    load_seq: int
    table: Table
    block: Block


@dataclass
class RowCounts:
    """Rows of one file: total = loaded + rejected + duplicate."""

    total: int = 0
    loaded: int = 0
    rejected: int = 0
    duplicate: int = 0
    unreadable: int = 0

    def __iadd__(self, other: RowCounts) -> Self:
        """Add another block's rows."""
        for name in ("total", "loaded", "rejected", "duplicate", "unreadable"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def land(
    con: duckdb.DuckDBPyConnection,
    blocks: Sequence[Incoming],
    run_id: str,
    today: date,
    year: int | None = None,
) -> dict[int, RowCounts]:
    """Land blocks that share one table declaration; returns the tally of each load_seq.

    Rows in the usual spellings whose key comes once have no problem, and go straight into raw. The
    others are judged; a reason that names a day without its year proposes `year`.
    """
    table = blocks[0].table
    con.register("incoming_arrow", _arrow(blocks))
    con.register("incoming_cells", _cells(blocks))
    tallies: dict[int, RowCounts] = defaultdict(RowCounts)
    for incoming in blocks:
        tallies[incoming.load_seq] += RowCounts(
            total=incoming.block.row_count, loaded=incoming.block.row_count
        )
    good = "true"
    con.execute(f"create or replace temp table suspects as {suspects_sql(table, today)}")
    if con.execute("select 1 from suspects limit 1").fetchone():
        _judge(con, table, today, year or today.year)
        _keep_problems(con, run_id)
        _take_off(con, tallies)
        good = "ordinal not in (select ordinal from judged where verdict <> 'load')"
    listed = ", ".join(f'"{name}"' for name in [*META, *(column.name for column in table.columns)])
    con.execute(
        f"insert into raw.{table.table} ({listed}) select {listed} from incoming_arrow where {good}"
    )
    con.unregister("incoming_arrow")
    con.unregister("incoming_cells")
    return tallies


def _judge(con: duckdb.DuckDBPyConnection, table: Table, today: date, year: int) -> None:
    """Make `judged` of the suspects, step by step: what nobody needs is not planned."""
    con.execute(
        "create or replace temp table suspect as from incoming_arrow semi join suspects using (ordinal)"
    )
    con.execute(f"create or replace temp table fault as {faults_sql(table, today)}")
    unreadable = con.execute(
        "select distinct kind from fault where fault = 'unreadable'"
    ).fetchall()
    problems = problems_sql([kind for (kind,) in unreadable], today, year)
    con.execute(f"create or replace temp table problem as {problems}")
    con.execute(f"create or replace temp table judged as {verdicts_sql(table)}")


def _take_off(con: duckdb.DuckDBPyConnection, tallies: dict[int, RowCounts]) -> None:
    """Move from loaded what the judging refused."""
    found = con.execute(
        """
        select load_seq, -count(*) filter (where verdict <> 'load'),
            count(*) filter (where verdict = 'reject'),
            count(*) filter (where verdict = 'duplicate'),
            coalesce(sum(len(problems)) filter (where verdict = 'load'), 0)
        from judged group by load_seq
        """
    ).fetchall()
    for load_seq, *counts in found:
        tallies[load_seq] += RowCounts(0, *counts)


def _arrow(blocks: Sequence[Incoming]) -> pa.Table:
    """Return all rows with where they come from; `ordinal` counts them."""
    import pyarrow as pa

    parts = []
    for place, incoming in enumerate(blocks):
        block, count = incoming.block, incoming.block.row_count
        data: dict[str, Any] = {
            "source": pa.repeat(incoming.source, count),
            "sha256": pa.repeat(incoming.sha256, count),
            "sheet": pa.repeat(block.sheet, count),
            "row_number": block.data["row_number"],
            "load_seq": pa.repeat(pa.scalar(incoming.load_seq, pa.int64()), count),
            "default_year": pa.repeat(pa.scalar(block.default_year, pa.int32()), count),
            "extra": block.data["extra"],
            "block": pa.repeat(place, count),
        }
        data |= {name: block.data[name] for name in block.columns}
        parts.append(pa.table(data))
    table = pa.concat_tables(parts)
    return table.append_column("ordinal", pa.array(range(1, table.num_rows + 1), pa.int64()))


def _cells(blocks: Sequence[Incoming]) -> pa.Table:
    """Return which column of the sheet serves which declared column in each block.

    Letters, as Excel shows them.
    """
    import pyarrow as pa

    cells = [
        {"block": place, "name": name, "letters": column_letters(index)}
        for place, incoming in enumerate(blocks)
        for name, index in incoming.block.cells.items()
    ]
    return pa.Table.from_pylist(
        cells, pa.schema({"block": pa.int64(), "name": pa.string(), "letters": pa.string()})
    )


# C12“7月15日” + reason; without a cell: 第12行“活动日期”“7月15日” + reason. English beside it.
_REASON = """
    coalesce(c.letters || cast(f.row_number as varchar),
        '第' || cast(f.row_number as varchar) || '行“' || f.p.column_name || '”')
        || case when trim(coalesce(f.p.value, '')) = '' then '' else '“' || left(f.p.value, 60) || '”' end
        || f.p.reason,
    f.p.reason_en
"""


def _keep_problems(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    con.execute(
        f"""
        insert into ops.rejected_row (sha256, sheet, row_number, column_name, value, row_text, run_id,
            reason, reason_en)
        select f.sha256, f.sheet, f.row_number, f.p.column_name, f.p.value, f.row_text, $run, {_REASON}
        from (
            select j.block, j.sha256, j.sheet, j.row_number,
                list_filter(j.problems, lambda q: q.fatal)[1] as p,
                cast(to_json(j) as varchar) as row_text
            from judged as j where j.verdict = 'reject'
        ) as f left join incoming_cells as c on c.block = f.block and c.name = f.p.name
        """,
        {"run": run_id},
    )
    con.execute(
        f"""
        insert into ops.unreadable_value (sha256, sheet, row_number, column_name, value, run_id, reason,
            reason_en)
        select f.sha256, f.sheet, f.row_number, f.p.column_name, f.p.value, $run, {_REASON}
        from (select block, sha256, sheet, row_number, unnest(problems) as p from judged
            where verdict = 'load') as f
        left join incoming_cells as c on c.block = f.block and c.name = f.p.name
        """,
        {"run": run_id},
    )
