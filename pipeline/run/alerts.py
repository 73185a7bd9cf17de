"""Alerts: opened when a condition begins to hold, closed when it ends.

A condition that continues, or returns within days, opens no second alert.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError
from pipeline.warehouse import publish

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from pipeline.config.home import Home

COOL_DOWN_DAYS = 7
_FAILING = "failing_run"


def update_alerts(con: duckdb.DuckDBPyConnection, run_id: str, as_of: date) -> int:
    """Compare mart.alert_condition with ops.alert; returns how many were opened.

    A row a person has acknowledged stays so until its condition ends. One that returns within
    COOL_DOWN_DAYS of its close (days of the
    figures, not of the clock) reopens its old row instead of adding one, so that a figure swaying
    about its limit is reported once.
    """
    con.execute(
        """
        update ops.alert set state = 'closed', closed_at = now(), closed_on = $as_of
        where state <> 'closed' and (rule, subject) not in (select (rule, subject) from mart.alert_condition)
        """,
        {"as_of": as_of},
    )
    con.execute(
        """
        update ops.alert as a set value = c.value, baseline = c.baseline, cause_zh = c.cause_zh,
            closed_at = null, closed_on = null,
            state = case when a.acknowledged_at is null then 'open' else 'acknowledged' end
        from mart.alert_condition as c
        where a.rule = c.rule and a.subject = c.subject and a.state = 'closed'
            and a.closed_on > $as_of::date - $days::integer
            and a.alert_id = (select arg_max(b.alert_id, b.run_id) from ops.alert as b
                where b.rule = c.rule and b.subject = c.subject)
        """,
        {"as_of": as_of, "days": COOL_DOWN_DAYS},
    )
    return _open(
        con, run_id, "select rule, subject, value, baseline, cause_zh from mart.alert_condition"
    )


def alert_failure(con: duckdb.DuckDBPyConnection, run_id: str, message: str) -> None:
    """Open the alert of a failing run, unless it is open; the next good run closes it."""
    _open(
        con,
        run_id,
        (f"select '{_FAILING}', 'run', $run, '成功', '夜间运行失败，沿用上一版数据：' || $message"),
        message,
    )


def _open(con: duckdb.DuckDBPyConnection, run_id: str, conditions: str, message: str = "") -> int:
    """Add a row for each condition without a row that is not closed; returns how many."""
    parameters = {"run": run_id} | ({"message": message} if message else {})
    opened = con.execute(
        f"""
        insert into ops.alert by name
        select md5(concat_ws('|', c.rule, c.subject, $run)) as alert_id, c.*, 'open' as state,
            now() as opened_at, $run as run_id
        from ({conditions}) as c (rule, subject, value, baseline, cause_zh)
        where (c.rule, c.subject) not in (select (rule, subject) from ops.alert where state <> 'closed')
        """,
        parameters,
    ).fetchone()
    return int(opened[0]) if opened else 0


def acknowledge(home: Home, alert_id: str, by: str, note: str) -> str:
    """Note that a person knows of an open alert (`alert_id` or its first letters).

    Returns its cause.

    ConfigError when none or several open alerts fit; TransientError when a run is going on.
    """
    with publish.run_lock(home, wait_seconds=60):
        publish.open_published(home).close()  # says what to do when there is none
        build = publish.start_build(home)
        with publish.open_build(build) as con:
            cause = _acknowledge(con, alert_id, by, note)
            con.execute("checkpoint")
        publish.publish(build, home)
    return cause


def _acknowledge(con: duckdb.DuckDBPyConnection, alert_id: str, by: str, note: str) -> str:
    found = con.execute(
        (
            "select alert_id, cause_zh from ops.alert where state <> 'closed' and "
            "starts_with(alert_id, ?)"
        ),
        [alert_id],
    ).fetchall()
    if len(found) != 1 or not alert_id:
        told = "several open alerts begin" if found else "no open alert begins"
        raise ConfigError(
            f"{told} with {alert_id!r}. Take the alert_id that `python -m pipeline alerts list` "
            "shows."
        )
    con.execute(
        (
            "update ops.alert set state = 'acknowledged', acknowledged_at = now(), "
            "acknowledged_by = ?, note = ? where alert_id = ?"
        ),
        [by, note, found[0][0]],
    )
    return str(found[0][1])
