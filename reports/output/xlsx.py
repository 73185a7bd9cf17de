"""data.xlsx: one sheet a chapter of the report, in Chinese, as text and numbers only.

Nothing in it can run.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.export.workbook import Column, Workbook
from reports.chapters import has_reported
from reports.formatting import STATUSES, status_zh

if TYPE_CHECKING:
    from reports.queries import Rows

_STATES = {status: status_zh(status) for status in (*STATUSES, "ok", "warn", "alarm", "veto")}
# sheet -> query and its columns: name, head, number format ('' by the value)
_SHEETS: dict[str, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    "年度指标": (
        "targets",
        (
            ("name_zh", "指标", ""), ("unit", "单位", ""), ("actual", "实际", "int"),
            ("target", "目标", "int"), ("gap", "还差", "int"),
            ("attained_pct", "进度", "percent"), ("gain_pct", "增量完成率", "percent"),
            ("status", "状态", ""), ("verdict_zh", "评语", ""),
        ),
    ),
    "指标测算": (
        "targets",
        (
            ("name_zh", "指标", ""), ("baseline", "基数", "int"),
            ("growth_pct", "增长率", "percent"), ("expected_by_now", "时序进度应达到", "int"),
            ("forecast", "全年预测", "int"), ("forecast_low", "常见范围下限", "int"),
            ("forecast_high", "常见范围上限", "int"),
            ("daily_need", "余下日均须", "float"), ("recent_daily", "近28天日均", "float"),
            ("required_growth_pct", "余下须同比", "percent"),
            ("days_covered", "有数天数", "int"), ("days_expected", "应有天数", "int"),
            ("arithmetic_zh", "算式", ""),
        ),
    ),
    "本期变化": (
        "changes",
        (
            ("name", "指标", ""), ("what", "口径", ""), ("value", "本期", "int"),
            ("value_before", "上期", "int"), ("need", "", ""), ("compared", "", ""),
        ),
    ),
    "增长逐日": (
        "daily",
        (
            ("name_zh", "指标", ""), ("date", "日期", ""), ("actual", "实际", "int"),
            ("pace", "时序进度", "int"), ("forecast", "预测", "int"),
            ("forecast_low", "常见范围下限", "int"), ("forecast_high", "常见范围上限", "int"),
        ),
    ),
    "主账号逐周": (
        "weeks",
        (
            ("week_start", "周一", ""), ("followers", "周末粉丝", "int"),
            ("new_followers", "新增关注", "int"), ("lost_followers", "取消关注", "int"),
            ("net_followers", "净增", "int"), ("reads", "阅读次数", "int"),
            ("readers", "日阅读人数累计", "int"), ("reads_days", "有阅读数的天数", "int"),
            ("reads_wow_pct", "环比", "percent"), ("base_reads", "上年可比日阅读", "int"),
            ("reads_yoy_pct", "同比（可比日）", "percent"),
        ),
    ),
    "账号": (
        "accounts",
        (
            ("name", "账号", ""), ("owner", "单位", ""), ("last_post_on", "最近发布", ""),
            ("days_since_post", "距今天数", "int"), ("verdict", "更新情况", ""),
            ("followers", "粉丝", "int"), ("net_followers", "本期净增", "int"),
            ("reads", "本期阅读", "int"), ("readers", "本期日阅读人数累计", "int"),
            ("reads_wow_pct", "环比", "percent"), ("reads_yoy_pct", "同比（可比日）", "percent"),
            ("basis_zh", "依据", ""),
        ),
    ),
    "本期文章": (
        "articles",
        (
            ("title", "标题", ""), ("account", "账号", ""), ("published_on", "发表日期", ""),
            ("reads", "阅读次数", "int"), ("readers", "阅读人数", "int"),
            ("shares", "分享次数", "int"), ("finish_rate", "完成率", "rate"),
            ("is_10w", "10W+", ""), ("is_provisional", "暂定", ""), ("url", "链接", ""),
        ),
    ),
    "10W+作品": (
        "ten_w",
        (
            ("title", "标题", ""), ("origin", "来源", ""), ("owner", "账号或媒体", ""),
            ("published_on", "发表日期", ""), ("reads", "阅读次数", "int"),
            ("reads_is_capped", "平台封顶显示", ""), ("evidence_rows", "依据条数", "int"),
            ("url", "链接", ""),
        ),
    ),
    "报道按级别": (
        "tone",
        (
            ("name", "媒体级别", ""), ("positive", "正面", "int"), ("neutral", "中性", "int"),
            ("negative", "负面", "int"), ("waiting", "待核定", "int"),
            ("mentions", "合计（篇次）", "int"),
        ),
    ),
    "报道按类型": (
        "medium",
        (
            ("name", "媒体类型", ""), ("positive", "正面", "int"), ("neutral", "中性", "int"),
            ("negative", "负面", "int"), ("waiting", "待核定", "int"),
            ("mentions", "合计（篇次）", "int"),
        ),
    ),
    "单位": (
        "units",
        (
            ("unit", "单位", ""), ("reported", "报送情况", ""),
            ("positive_reports_rank", "名次", "int"),
            ("positive_reports", "正面报道（篇次）", "int"),
            ("period_reports", "本期正面报道", "int"), ("places_gained", "名次上升", "int"),
            ("activities", "活动", "int"), ("participants", "活动参与人数", "int"),
            ("new_media_products", "新媒体产品", "int"), ("livestreams", "直播", "int"),
            ("reads", "账号阅读次数", "int"),
        ),
    ),
    "项目": (
        "projects",
        (
            ("name_zh", "项目", ""), ("time_zh", "计划时间", ""), ("departments", "责任部门", ""),
            ("due_on", "应完成日", ""), ("is_done", "已收到开展材料", ""),
            ("articles", "自有文章", "int"), ("mentions", "媒体报道", "int"),
            ("activities", "活动", "int"), ("others", "产品、直播、培训", "int"),
            ("last_evidence_on", "最近一件", ""), ("is_overdue", "已超计划时限", ""),
            ("days_overdue", "超出天数", "int"),
        ),
    ),
    "舆情": (
        "incidents",
        (
            ("title", "舆情", ""), ("platform", "来源平台", ""), ("level", "级别", ""),
            ("found_at", "发现时间", ""), ("answered_at", "首次回应", ""),
            ("limit_hours", "时限（小时）", "int"), ("used_hours", "用时（小时）", "float"),
            ("verdict", "回应", ""), ("state", "状态", ""), ("url", "链接", ""),
        ),
    ),
    "本期活动": (
        "activities",
        (
            ("started_on", "日期", ""), ("name", "活动", ""), ("unit", "单位", ""),
            ("participants", "参与人数", "int"),
        ),
    ),
}  # fmt: skip


def workbook(data: dict[str, Rows], story: dict[str, Any]) -> bytes:
    """Return the workbook: 说明, then a sheet a chapter; identical bytes for identical figures."""
    stream, as_of = io.BytesIO(), data["context"][0]["as_of"]
    rows = {
        **data,
        "changes": story["changes"],
        "units": _units(data["units"]),
        "daily": _named(data),
    }
    heads = {"need": story["change_heads"][0], "compared": story["change_heads"][1]}
    # Excel knows no zone
    with Workbook(stream, story["title"], datetime(as_of.year, as_of.month, as_of.day)) as book:  # noqa: DTZ001
        book.add_text("说明", _about(story))
        for name, (query, columns) in _SHEETS.items():
            shown = [
                Column(head or heads[key], kind, _STATES if key in {"status", "verdict"} else {})
                for key, head, kind in columns
            ]
            book.add(
                name,
                shown,
                [[row.get(key) for key, *_ in columns] for row in rows[query]],
                f"{name}（数据截至{story['as_of']}）",
            )
        if book.told:
            book.add_text("未能写全", book.told)
    return stream.getvalue()


def _about(story: dict[str, Any]) -> list[str]:
    lines = [
        story["title"],
        "".join(story["verdict"]),
        story["lead"],
        *story["commentary"],
        *story["news"],
        "",
        "数据说明",
        *story["notes"],
        "",
        "指标口径",
    ]
    return [*lines, *(f"{card['full_name']}：{card['definition']}" for card in story["cards"])]


def _units(rows: Rows) -> Rows:
    """Say which units reported; those that did not have no figures, not 0."""
    named = {"unit", "kind"}
    return [
        {**row, "reported": "已报送"}
        if has_reported(row)
        else {key: row[key] if key in named else None for key in row} | {"reported": "未报"}
        for row in rows
    ]


def _named(data: dict[str, Rows]) -> Rows:
    names = {row["target_id"]: row["name_zh"] for row in data["targets"]}
    return [{**row, "name_zh": names[row["target_id"]]} for row in data["daily"]]
