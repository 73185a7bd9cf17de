"""Mirror `decisions.jsonl` to raw.decision each night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.config.checkout import DEFAULT_TIMEZONE
from pipeline.warehouse.ddl import comment_on, ensure_table
from pipeline.warehouse.definitions import made_once

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    from pipeline.config.decisions import Decision

_TABLE = {
    "position": ("integer", "第几条（先后次序）"),
    "at": ("timestamptz", "何时决定"),
    "by": ("varchar", "谁决定"),
    "kind": ("varchar", "类别（见 docs/guide/decisions.md）"),
    "subject": ("varchar", "对象：文件的 SHA-256、篇次编号、单位名称等"),
    "value": ("varchar", "决定的内容；空为收回"),
    "note": ("varchar", "说明"),
    "known_on": ("date", "首次采用它的那晚的截至日"),
}


def write_decisions(
    con: duckdb.DuckDBPyConnection,
    decisions: Sequence[Decision],
    as_of: date,
    timezone: str = DEFAULT_TIMEZONE,
) -> None:
    """Replace raw.decision.

    A decision that an earlier night used keeps that night's day as `known_on`.

    A new one is known on the day it was made or on the day of the figures, whichever is earlier: it
    counts from tonight on.
    """
    with made_once(con, "decisions", f"{_TABLE} {decisions}") as must_make:
        if must_make:
            zone = ZoneInfo(timezone)
            days = [min(one.at.astimezone(zone).date(), as_of) for one in decisions]
            _write(con, decisions, days)


def _write(
    con: duckdb.DuckDBPyConnection, decisions: Sequence[Decision], first_known: list[date]
) -> None:
    columns: dict[str, list[Any]] = {
        "position": list(range(1, len(decisions) + 1)),
        **{
            name: [getattr(one, name) for one in decisions]
            for name in ("at", "by", "kind", "subject", "value", "note")
        },
        "known_on": first_known,
    }
    kinds = {name: kind for name, (kind, _) in _TABLE.items()}
    ensure_table(con, "raw.decision", kinds)
    new = ", ".join(f'unnest(cast(? as {kinds[name]}[])) as "{name}"' for name in columns)
    con.execute(
        f"""
        create or replace table raw.decision as
        select n.* replace (coalesce(o.known_on, n.known_on) as known_on)
        from (select {new}) as n
        left join (select distinct on ("at", kind, subject) * from raw.decision) as o
            on o."at" = n."at" and o.kind = n.kind and o.subject = n.subject
        order by n.position
        """,
        list(columns.values()),
    )
    comment_on(
        con,
        "raw.decision",
        "人工决定（decisions.jsonl）",
        {name: note for name, (_, note) in _TABLE.items()},
    )
