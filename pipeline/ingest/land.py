"""Land what a reader found: judge each row by its declaration, keep the good in raw.*, name the others in ops.*.

Nothing is converted here: raw holds the file's text. The macros of transforms/macros.sql only judge.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from pipeline.warehouse.ddl import comment_on, ensure_table, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import duckdb

    from collectors.layout import Column, Table
    from collectors.model import Block

META = {
    "source": "收件夹：账号编号、news 或 ledger",
    "sha256": "来源文件",
    "sheet": "工作表",
    "row_number": "行号（与 Excel 显示一致）",
    "load_seq": "版本次序：越大越新",
    "default_year": "标题、工作表名或文件名中的年份",
    "extra": "未声明的列（JSON）",
}
_META_TYPES = {"row_number": "bigint", "load_seq": "bigint", "default_year": "integer"}

# kind -> SQL expression that is NULL when the text of {0} cannot be read
READERS = {
    "text": "to_text({0})",
    "caption": "to_caption({0})",
    "url": "canonical_url({0})",
    "count": "to_count({0})",
    "net": "to_net({0})",
    "number": "to_number({0})",
    "rate": "to_rate({0})",
    "percent": "to_percent({0})",
    "seconds": "to_duration({0})",
    "bool": "to_bool({0})",
    "date": "to_day({0}, default_year)",
    "datetime": "to_moment({0}, default_year)",
    # a moment, or a time relative to the page's saving, which stays text: 2小时前, 昨天 09:30
    "posted": "coalesce(cast(to_moment({0}, default_year) as varchar), case when is_relative({0}) then to_text({0}) end)",
    "month": "to_month({0}, default_year)",
}
# The same for judging, where only NULL or not matters: a moment is NULL when its day is, whatever its clock says.
CHECKS = {kind: expression.replace("to_moment(", "to_day(") for kind, expression in READERS.items()}
_JUDGED = frozenset(READERS) - {"text", "caption", "url"}
# What most cells look like: a condition under which the reader of that kind gives a value, and no day after today.
_DAY = "regexp_matches({0}, '^[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}( ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?$')"
_PAST = _DAY + " and try_cast(substr({0}, 1, 10) as date) is not null and substr({0}, 1, 10) <= '{today}'"
_NUMBER = "regexp_matches({0}, '^[0-9]{{1,15}}(\\.[0-9]{{1,9}})?$')"
_USUAL = {
    "count": "regexp_matches({0}, '^[0-9]{{1,15}}$')",
    "net": "regexp_matches({0}, '^-?[0-9]{{1,15}}$')",
    "number": _NUMBER,
    "percent": _NUMBER,
    "seconds": _NUMBER,
    "rate": "regexp_matches({0}, '^(0(\\.[0-9]{{1,9}})?|[0-9]{{1,2}}(\\.[0-9]{{1,9}})?%)$')",
    "bool": "{0} in ('是', '否')",
    "date": _PAST,
    "datetime": _PAST,
    "posted": _PAST,
    "month": _PAST,
}
_NOT_BLANK = r"[0-9\x{4e00}-\x{65df}\x{65e1}-\x{9fff}]"  # a digit, or an ideograph other than 无
# Cheap to compute, and the same wherever the key is the same: what may repeat is then looked at closely.
_COARSE = {kind: READERS[kind] for kind in ("text", "caption", "count", "date")}
_COARSE |= {"datetime": READERS["date"], "posted": READERS["date"]}
_NO_PROBLEM = "cast(null as struct(column_name varchar, value varchar, reason varchar, fatal boolean))"


@dataclass(frozen=True)
class Incoming:
    """One block of one file on its way into raw.<table>."""

    source: str
    sha256: str
    load_seq: int
    table: Table
    block: Block


@dataclass
class Tally:
    """Rows of one file: total = loaded + rejected + duplicate."""

    total: int = 0
    loaded: int = 0
    rejected: int = 0
    duplicate: int = 0
    unreadable: int = 0

    def __iadd__(self, other: Tally) -> Self:
        """Add another block's rows."""
        for name in ("total", "loaded", "rejected", "duplicate", "unreadable"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def create_raw_tables(con: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Create every declared raw table; columns are the union over the layouts that share it."""
    for name, notes in raw_columns(tables).items():
        kinds = {column: _META_TYPES.get(column, "varchar") for column in notes}
        ensure_table(con, f"raw.{name}", kinds)
        comment_on(con, f"raw.{name}", "原始数据，逐字照录，只增不改", notes)


def raw_columns(tables: Iterable[Table]) -> dict[str, dict[str, str]]:
    """Return the columns of every raw table with their comments: ours, then the union over the layouts that share it."""
    union: dict[str, dict[str, str]] = {}
    for table in tables:
        notes = union.setdefault(table.table, dict(META))
        for column in table.columns:
            notes.setdefault(column.name, label_of(column))
    return union


def label_of(column: Column) -> str:
    """Return the column's canonical label, or its name when it has none."""
    return column.labels[0] if column.labels else column.name


def land(con: duckdb.DuckDBPyConnection, blocks: Sequence[Incoming], run_id: str, today: date) -> dict[int, Tally]:
    """Land blocks that share one table declaration; returns the tally of each load_seq.

    Rows in the usual spellings whose key comes once have no problem, and go straight into raw. The others are judged.
    """
    table = blocks[0].table
    con.register("incoming_arrow", _arrow(blocks))
    tallies: dict[int, Tally] = defaultdict(Tally)
    for incoming in blocks:
        tallies[incoming.load_seq] += Tally(total=incoming.block.row_count, loaded=incoming.block.row_count)
    good = "true"
    con.execute(f"create or replace temp table odd as {_odd_sql(table, today)}")
    if con.execute("select 1 from odd limit 1").fetchone():
        con.execute(f"create or replace temp table judged as {_judging_sql(table, today)}")
        _keep_problems(con, run_id)
        _take_off(con, tallies)
        good = "ordinal not in (select ordinal from judged where fate <> 'load')"
    listed = ", ".join(f'"{name}"' for name in [*META, *(column.name for column in table.columns)])
    con.execute(f"insert into raw.{table.table} ({listed}) select {listed} from incoming_arrow where {good}")
    con.unregister("incoming_arrow")
    return tallies


def _take_off(con: duckdb.DuckDBPyConnection, tallies: dict[int, Tally]) -> None:
    """Move from loaded what the judging refused."""
    found = con.execute(
        """
        select load_seq, -count(*) filter (where fate <> 'load'), count(*) filter (where fate = 'reject'),
            count(*) filter (where fate = 'duplicate'), coalesce(sum(len(problems)) filter (where fate = 'load'), 0)
        from judged group by load_seq
        """
    ).fetchall()
    for load_seq, *counts in found:
        tallies[load_seq] += Tally(0, *counts)


def _arrow(blocks: Sequence[Incoming]) -> pa.Table:
    """Return all rows with where they come from; `ordinal` counts them."""
    parts = []
    for incoming in blocks:
        block, count = incoming.block, incoming.block.row_count
        data: dict[str, Any] = {
            "source": pa.repeat(incoming.source, count),
            "sha256": pa.repeat(incoming.sha256, count),
            "sheet": pa.repeat(block.sheet, count),
            "row_number": block.data["row_number"],
            "load_seq": pa.repeat(pa.scalar(incoming.load_seq, pa.int64()), count),
            "default_year": pa.repeat(pa.scalar(block.default_year, pa.int32()), count),
            "extra": block.data["extra"],
        }
        data |= {name: block.data[name] for name in block.columns}
        parts.append(pa.table(data))
    table = pa.concat_tables(parts)
    return table.append_column("ordinal", pa.array(range(1, table.num_rows + 1), pa.int64()))


def _odd_sql(table: Table, today: date) -> str:
    """Select the ordinals of all rows that may have a problem or share their key, and of a few others."""
    usual = " and ".join(_usual_sql(column, today) for column in table.columns)
    kinds = {column.name: column.kind for column in table.columns}
    coarse = [_COARSE[kinds[name]].format(f'"{name}"') for name in table.key if kinds[name] in _COARSE]
    key = f"hash({', '.join(['load_seq', *coarse])})"
    return f"""
        select ordinal from incoming_arrow where not ({usual})
        union all
        select ordinal from incoming_arrow
        where {key} in (select {key} from incoming_arrow group by all having count(*) > 1)
    """


def _usual_sql(column: Column, today: date) -> str:
    """Return a cheap condition under which the column has no problem (`_problem_sql`); it is never NULL."""
    must = column.required or bool(column.required_unless)
    if column.kind not in _JUDGED:
        return f"""coalesce(regexp_matches("{column.name}", {quoted(_NOT_BLANK)}), false)""" if must else "true"
    cell = f'"{column.name}"'
    usual = _USUAL[column.kind].format(cell, today=today.isoformat())
    return f"coalesce({usual}, false)" if must else f"({cell} is null or coalesce({usual}, false))"


def _judging_sql(table: Table, today: date) -> str:
    """Add to each odd row: problems, whether its key comes with other figures, and its fate (load, reject, duplicate)."""
    problems = ", ".join(_problem_sql(column, table, today) for column in table.columns)
    kinds = {column.name: column.kind for column in table.columns}
    key = ["load_seq", *(READERS[kinds[name]].format(f'"{name}"') for name in table.key)]
    values = ", ".join(f'"{column.name}"' for column in table.columns)
    clash = "'reject'" if table.repeat == "reject" else "case when newest = 1 then 'load' else 'duplicate' end"
    return f"""
        with problem as (
            select *, list_filter([{problems}], lambda p: p is not null) as problems, hash({values}) as content
            from incoming_arrow semi join odd using (ordinal)
        ),
        sound as (
            select *, len(list_filter(problems, lambda p: p.fatal)) > 0 as is_fatal from problem
        ),
        repeated as (
            select *,
                row_number() over (this_key order by ordinal desc) as newest,
                min(content) over (this_key) <> max(content) over (this_key) as differs
            from sound
            window this_key as (partition by is_fatal, {", ".join(key)})
        )
        select * exclude (problems, content),
            case when not is_fatal and differs and {quoted(table.repeat)} = 'reject'
                then list_append(problems, {_clash_problem(table)}) else problems end as problems,
            case when is_fatal then 'reject'
                when differs then {clash}
                when newest = 1 then 'load' else 'duplicate' end as fate
        from repeated
    """


def _clash_problem(table: Table) -> str:
    labels = {column.name: label_of(column) for column in table.columns}
    key = "、".join(labels[name] for name in table.key)
    reason = f"the same key ({key}) stands more than once in this file with different figures: keep the right row"
    shown = " || ' ' || ".join(f"""coalesce("{name}", '')""" for name in table.key)
    return f"{{'column_name': {quoted(key)}, 'value': {shown}, 'reason': {quoted(reason)}, 'fatal': true}}"


def _problem_sql(column: Column, table: Table, today: date) -> str:
    """Return SQL for the column's problem in a row: a struct, or NULL when there is none."""
    cell = f'"{column.name}"'
    cases = []
    if column.required or column.required_unless:
        missing = f"is_blank({cell})"
        if column.required_unless:
            missing += f' and is_blank("{column.required_unless}")'
        cases.append((missing, "required value missing: fill the cell and export again", True))
    if column.kind in _JUDGED:
        unreadable = f"{CHECKS[column.kind].format(cell)} is null and not is_blank({cell})"
        if table.missing:
            unreadable += f" and trim({cell}) not in ({', '.join(map(quoted, table.missing))})"
        cases.append((unreadable, f"not readable as {column.kind}: correct the cell", column.required))
    if column.kind in ("date", "datetime", "posted", "month"):
        future = f"to_day({cell}, default_year) > date '{today.isoformat()}'"
        cases.append((future, f"date in the future (read on {today.isoformat()}): correct the cell", column.required))
    whens = " ".join(
        f"when {condition} then {{'column_name': {quoted(label_of(column))}, 'value': {cell}, "
        f"'reason': {quoted(reason)}, 'fatal': {str(fatal).lower()}}}"
        for condition, reason, fatal in cases
    )
    return f"case {whens} else {_NO_PROBLEM} end" if whens else _NO_PROBLEM


def _keep_problems(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    con.execute(
        """
        insert into ops.rejected_row
        select sha256, sheet, row_number, p.column_name, p.value, p.reason, row_text, $run
        from (
            select j.sha256, j.sheet, j.row_number, list_filter(j.problems, lambda q: q.fatal)[1] as p,
                cast(to_json(j) as varchar) as row_text
            from judged as j where j.fate = 'reject'
        )
        """,
        {"run": run_id},
    )
    con.execute(
        """
        insert into ops.unreadable_value
        select sha256, sheet, row_number, p.column_name, p.value, p.reason, $run
        from (select sha256, sheet, row_number, unnest(problems) as p from judged where fate = 'load')
        """,
        {"run": run_id},
    )
