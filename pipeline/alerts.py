"""Alerts: opened when a condition begins to hold, closed when it ends; a condition that goes on adds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def update_alerts(con: duckdb.DuckDBPyConnection, run_id: str) -> int:
    """Compare mart.alert_condition with the open alerts of ops.alert; returns how many were opened.

    A person may set a row's state to `acknowledged` elsewhere; it counts as open until its condition ends.
    """
    con.execute(
        """
        update ops.alert set state = 'closed', closed_at = now()
        where state <> 'closed' and (rule, subject) not in (select (rule, subject) from mart.alert_condition)
        """
    )
    opened = con.execute(
        """
        insert into ops.alert by name
        select md5(concat_ws('|', c.rule, c.subject, $run)) as alert_id, c.rule, c.subject, c.value, c.baseline, c.cause_zh,
            'open' as state, now() as opened_at, cast(null as timestamptz) as closed_at, $run as run_id
        from mart.alert_condition as c
        where (c.rule, c.subject) not in (select (rule, subject) from ops.alert where state <> 'closed')
        """,
        {"run": run_id},
    ).fetchone()
    return int(opened[0]) if opened else 0
