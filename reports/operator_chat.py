"""Message to group chats about the newest night: open alerts and what is owed, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.base.errors import TransientError
from pipeline.mail.chat import tell_chats
from pipeline.schedule.scheduler import late_runs
from pipeline.warehouse.publish import BrokenWarehouseError, open_published
from reports.queries import shown_rows

if TYPE_CHECKING:
    from pipeline.config.home import Home

_MOST = 10
_TITLES = {
    "failing_run": "夜间运行没有成功", "late_run": "定时运行没有按时完成",
    "no_warehouse": "数据仓库无法读取", "owed_export": "应报未报", "owed_ledger": "台账未报",
    "stale_source": "久无新数据", "account_silent": "账号久未更新", "target_behind": "指标滞后",
    "incident_overdue": "舆情超时未回应", "negative_mentions": "负面报道增多",
    "mention_spike": "报道激增", "mention_silence": "报道骤减", "follower_drop": "粉丝净减",
    "no_plan": "年度计划尚未建立",
}  # fmt: skip
_LINES = """
    select rule, cause_zh from ops.alert where state = 'open' and rule not in ('owed_ledger')
    union all select rule, cause_zh from staging.owed_alert where rule = 'owed_ledger'
    order by rule, cause_zh"""


def notify_chats(home: Home) -> list[str]:
    """Send the chats of [notify] what holds now; returns what became of it, nothing without chats."""
    notify = home.settings().notify
    if notify is None or not notify.urls:
        return []
    found = _late(home)
    try:
        with open_published(home) as con:
            for row in shown_rows(con, _LINES):
                found.setdefault(row["rule"], []).append(row["cause_zh"])
    except (BrokenWarehouseError, TransientError):
        found["no_warehouse"] = [
            "数据仓库无法读取，各项数据停在上一次。请执行 rebuild 重建，或从备份恢复。"
        ]
    rules = {
        rule: (f"【数据管道】{_TITLES.get(rule, '新提醒')}", _few(lines))
        for rule, lines in found.items()
    }
    return tell_chats(home, notify, rules)


def _late(home: Home) -> dict[str, list[str]]:
    lines = [f"定时运行 {run} 至今没有完成，数据停在上一次。" for run in late_runs(home)]
    return {"late_run": lines} if lines else {}


def _few(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST
    return [*lines[:_MOST], *([f"另有{more}条，见工作台。"] if more > 0 else [])]
