"""Mail to operators, once for each: a run that failed, alerts that opened. Nothing new, no mail."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import TransientError
from pipeline.mail.message import Content
from pipeline.mail.outbox import Outbox
from pipeline.mail.send import post
from pipeline.run.keep.retention import quarantine_zh
from pipeline.schedule.scheduler import failed_jobs, late_runs
from pipeline.warehouse.publish import BrokenWarehouseError, open_published
from reports.operator_chat import notify_chats
from reports.queries import shown_rows

if TYPE_CHECKING:
    import duckdb

    from pipeline.base.errors import PipelineError
    from pipeline.config.home import Home

_REPORT = "alerts"
_TOLD_OTHERWISE = ("nightly ", "morning ", "mail ")
LINES_A_RULE = 10


def tell_operators(home: Home, *, send: bool) -> list[str]:
    """Return what is new since the last such mail as lines.

    With `send` mail it, so that the next call finds nothing, and tell the group chats.
    """
    lines = [
        *_late(home, send=send),
        *_failed(home, send=send),
        *_quarantine(home, send=send),
        *_news(home, send=send),
    ]
    return [*lines, *notify_chats(home)] if send else lines


def _late(home: Home, *, send: bool) -> list[str]:
    """Report a run that has not come, once a day."""
    lines = [f"定时运行 {run} 至今没有完成，数据停在上一次。" for run in late_runs(home)]
    day = home.settings().today().isoformat()
    return _told_by_day(home, "late-run", day, "定时运行没有按时完成", lines, send=send)


def _failed(home: Home, *, send: bool) -> list[str]:
    """Report scheduled jobs that failed, once a day; the warehouse reports a night's failure."""
    jobs = [job for job in failed_jobs(home) if not job.startswith(_TOLD_OTHERWISE)]
    lines = [f"定时任务 {job} 失败，原因见 output/log。" for job in jobs]
    day = home.settings().today().isoformat()
    return _told_by_day(home, "failed-job", day, "定时任务失败", lines, send=send)


def _quarantine(home: Home, *, send: bool) -> list[str]:
    """Report files that nobody has looked after for long, once a month."""
    lines = quarantine_zh(home, home.settings().keep)
    month = home.settings().today().strftime("%Y-%m")
    return _told_by_day(home, "quarantine", month, "隔离区有文件无人处理", lines, send=send)


def _told_by_day(  # noqa: PLR0913 - what a mail is made of
    home: Home, report_id: str, period: str, subject: str, lines: list[str], *, send: bool
) -> list[str]:
    """Return the lines, and what became of their mail: one for each period."""
    sent = _mail(home, report_id, period, f"【数据管道】{subject}", lines) if lines and send else []
    return [*lines, *sent]


def _news(home: Home, *, send: bool) -> list[str]:
    since = _last_told(home)
    try:
        with open_published(home) as con:
            (latest,) = con.execute("select coalesce(max(run_id), '') from ops.run").fetchone() or (
                "",
            )
            lines = [*_failures(con, since), *_alerts(con, since)]
            lines += _owed_ledgers(con) if lines else []
    except (BrokenWarehouseError, TransientError) as error:
        if not home.archive.exists():  # a home before its first night
            raise
        return _tell_without_warehouse(home, error, send=send)
    if not lines:
        return ["nothing new"]
    if not send:
        return lines
    return [*lines, *_mail(home, _REPORT, latest, f"【数据管道】{len(lines)} 条新提醒", lines)]


def _tell_without_warehouse(home: Home, error: PipelineError, *, send: bool) -> list[str]:
    """Tell operators, once a day, that there is no warehouse to look into.

    By mail, which needs none.
    """
    line = f"数据仓库无法读取，各项数据停在上一次。请执行 rebuild 重建，或从备份恢复。（{error}）"
    day = home.settings().today().isoformat()
    return [
        line,
        *(_mail(home, "no-warehouse", day, "【数据管道】数据仓库无法读取", [line]) if send else []),
    ]


def tell_of_rot(home: Home, lines: list[str]) -> list[str]:
    """Mail operators, once a month, what `scrub` found; return what became of each mail."""
    month = home.settings().today().strftime("%Y-%m")
    return _mail(home, "scrub", month, f"【数据管道】{len(lines)} 个文件与存入时不同", lines)


def _mail(home: Home, report_id: str, period: str, subject: str, lines: list[str]) -> list[str]:
    mail = home.settings().mail
    if mail is None or not mail.host or not mail.operators:
        return [f"not mailed: set [mail] host and operators in {home.config}"]
    said = [
        "数据管道有新情况：",
        "",
        *(f"- {line}" for line in lines),
        "",
        "详情：python -m pipeline status",
    ]
    states = post(home, mail, Content(report_id, period, subject, "\n".join(said)), mail.operators)
    return [f"{state}  {recipient}" for recipient, state in states.items()]


def _last_told(home: Home) -> str:
    """Return the run up to which operators have been notified; run ids sort by time."""
    if not (home.root / "outbox.sqlite").exists():
        return ""
    with closing(Outbox(home)) as box:
        return max((row["period"] for row in box.rows() if row["report_id"] == _REPORT), default="")


def _failures(con: duckdb.DuckDBPyConnection, since: str) -> list[str]:
    """Return the runs that failed after a run that did not: a series of failures is reported once."""
    rows = shown_rows(
        con,
        (
            "select run_id, status, message, lag(status) over (order by run_id) as before from "
            "ops.run order by run_id"
        ),
    )
    return [
        f"运行 {row['run_id']} 失败，沿用上一版数据：{row['message']}"
        for row in rows
        if row["run_id"] > since and row["status"] == "failed" and row["before"] != "failed"
    ]


def _alerts(con: duckdb.DuckDBPyConnection, since: str) -> list[str]:
    rows = shown_rows(
        con,
        # a failing run is told above; what a person has acknowledged is known
        (
            "select rule, subject, cause_zh, run_id from ops.alert where state = 'open' and "
            "rule <> 'failing_run' order by run_id, rule, subject"
        ),
    )
    new = [row for row in rows if row["run_id"] > since]
    return [line for rule in dict.fromkeys(row["rule"] for row in new) for line in _told(rule, new)]


def _owed_ledgers(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return a line a ledger that units owe; accounts' exports are alerts of their own."""
    rows = shown_rows(
        con, "select cause_zh from staging.owed_alert where rule = 'owed_ledger' order by subject"
    )
    return [row["cause_zh"] for row in rows]


def _told(rule: str, new: list[dict[str, Any]]) -> list[str]:
    """Return one rule's lines.

    At most LINES_A_RULE, and how many more there are (five thousand silent accounts are one
    trouble).
    """
    lines = [f"{row['cause_zh']}（{rule}：{row['subject']}）" for row in new if row["rule"] == rule]
    more = len(lines) - LINES_A_RULE
    return [
        *lines[:LINES_A_RULE],
        *([f"另有 {more} 条同类提醒（{rule}），见 alerts list"] if more > 0 else []),
    ]
