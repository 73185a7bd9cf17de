"""Mirror `decisions.jsonl` to raw.decision each night."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa

from pipeline.config.settings import DEFAULT_TIMEZONE
from pipeline.warehouse.ddl import comment_on, ensure_table

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
    zone = ZoneInfo(timezone)
    first_known = [min(one.at.astimezone(zone).date(), as_of) for one in decisions]
    columns = {
        "position": pa.array(range(1, len(decisions) + 1), pa.int32()),
        "at": pa.array([one.at for one in decisions], pa.timestamp("us", "UTC")),
        **{
            name: pa.array([getattr(one, name) for one in decisions], pa.string())
            for name in ("by", "kind", "subject", "value", "note")
        },
        "known_on": pa.array(first_known, pa.date32()),
    }
    ensure_table(con, "raw.decision", {name: kind for name, (kind, _) in _TABLE.items()})
    con.register("decision_arrow", pa.table(columns))
    con.execute(
        """
        create or replace table raw.decision as
        select n.* replace (coalesce(o.known_on, n.known_on) as known_on)
        from decision_arrow as n
        left join (select distinct on ("at", kind, subject) * from raw.decision) as o
            on o."at" = n."at" and o.kind = n.kind and o.subject = n.subject
        order by n.position
        """
    )
    con.unregister("decision_arrow")
    comment_on(
        con,
        "raw.decision",
        "人工决定（decisions.jsonl）",
        {name: note for name, (_, note) in _TABLE.items()},
    )
