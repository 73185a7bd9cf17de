"""Write the second bureau into a home: settings, plan, and every file as its platform exports it."""

from __future__ import annotations

import csv
import os
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.oracles.truth import Row, Truth

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LAST = date(2022, 1, 1), date(2024, 9, 30)
LABELS: dict[str, dict[str, str]] = {
    "growth": {
        "date": "时间", "new": "新关注人数", "lost": "取消关注人数", "net": "净增关注人数",
        "followers": "累积关注人数",
    },
    "content": {
        "date": "日期", "channel": "渠道", "reads": "阅读次数", "readers": "阅读人数",
        "shares": "分享次数", "sharers": "分享人数",
        "favorites": "收藏次数", "favoriters": "收藏人数", "published": "群发篇数",
    },
    "articles": {
        "title": "内容标题", "published_on": "发表时间", "readers": "总阅读人数",
        "reads": "总阅读次数", "sharers": "总分享人数", "shares": "总分享次数",
        "gained": "阅读后关注人数", "delivered": "送达人数", "finish_rate": "阅读完成率",
        "url": "内容url",
    },
    "articles_people": {
        "title": "内容标题", "published_on": "发表日期", "readers": "阅读人数",
        "sharers": "分享人数", "gained": "阅读后关注人数",
        "finish_rate": "阅读完成率", "url": "内容url",
    },
    "videos": {
        "title": "视频描述", "work_id": "视频ID", "published_on": "发布时间",
        "finish_rate": "完播率", "plays": "播放量", "hearts": "推荐", "thumbs": "喜欢",
        "comments": "评论量", "shares": "分享量", "gained": "关注量",
        "forwards": "转发聊天和朋友圈",
    },
    "channels_growth": {
        "date": "时间", "net": "净增关注", "new": "新增关注", "lost": "取消关注",
        "followers": "关注者总数",
    },
    "activity": {
        "name": "活动名称", "started_on": "开始日期", "ended_on": "结束日期", "host": "主办单位",
        "participants": "参与人数", "unit_text": "单位", "project": "宣传项目",
    },
    "live": {
        "title": "直播名称", "platform": "平台", "account_name": "账号名称",
        "started_at": "开播时间", "seconds": "直播时长(秒)", "viewers": "观看人数",
        "cheers": "喝彩次数", "unit_text": "单位",
    },
    "product": {
        "name": "产品名称", "type": "产品类型", "day": "发布日期", "platform": "首发平台",
        "account_name": "首发账号", "url": "链接", "reads": "阅读播放量", "unit_text": "单位",
        "project": "宣传项目",
    },
    "training": {
        "name": "培训名称", "started_on": "培训日期", "host": "主办单位",
        "participants": "参训人数", "hours": "学时", "unit_text": "单位",
    },
    "interview": {
        "topic": "访谈主题", "held_on": "访谈日期", "portal": "访谈平台", "guests": "访谈嘉宾",
        "questions": "网友提问数", "live": "现场答复数", "later": "后续答复数", "unit_text": "单位",
    },
    "incident": {
        "no": "编号", "title": "舆情标题", "platform": "来源平台", "found_at": "发现时间",
        "level": "级别", "emergency": "涉突发事件", "answered_at": "首次回应时间",
        "press_at": "发布会时间", "closed_at": "办结时间", "state": "状态", "unit_text": "涉事单位",
    },
    "portal_month": {
        "month": "月份", "portal": "录用平台", "unit_name": "单位", "submitted": "报送数",
        "accepted": "录用数", "rank": "排名",
    },
    "satisfaction": {
        "period": "测评期次", "survey": "测评名称", "subject": "测评对象", "indicator": "指标",
        "score": "得分", "satisfied": "满意率",
    },
    "report": {
        "title": "报道标题", "media": "媒体名称", "level": "媒体级别", "type": "媒体类型",
        "day": "发表日期", "url": "报道链接", "author": "作者", "tone_raw": "倾向",
        "unit_text": "供稿单位", "reads": "阅读量",
    },
    "news": {
        "id": "MD5-id", "title": "标题", "media": "媒体名称", "type": "媒体类型",
        "day": "发布时间", "url": "原文链接", "author": "作者", "tone_raw": "情感",
        "reads": "阅读数", "similar": "相似文章数",
    },
}  # fmt: skip


def write(truth: Truth, home: Path, plan_text: str) -> None:
    """Write settings, plan and every file with its time of export."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "plan.toml").write_text(plan_text, "utf-8")
    accounts = "".join(
        (
            f'[[accounts]]\nid = "{a.account_id}"\nname = "{a.name}"\nplatform = '
            f'"{a.platform}"\nunit = "{a.unit}"\nmain = {str(a.is_main).lower()}\n'
        )
        for a in truth.accounts
    )
    (home / "pipeline.toml").write_text(f'plan = "plan.toml"\n{accounts}', "utf-8")
    for file in truth.files:
        path = home / "inbox" / file.source / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_csv(path, LABELS[file.kind], file.rows)
        stamp = datetime.combine(file.exported_on, time(12), ZoneInfo("Asia/Shanghai")).timestamp()
        os.utime(path, (stamp, stamp))


def _write_csv(path: Path, labels: dict[str, str], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(labels.values())
        for row in rows:
            texts = {
                name: "10万+" if row.get("capped") and name == "reads" else _text(row.get(name))
                for name in labels
            }
            writer.writerow(texts.values())


def _text(value: object) -> str:
    return (
        ""
        if value is None
        else value.isoformat(" ", "minutes")
        if isinstance(value, datetime)
        else str(value)
    )
