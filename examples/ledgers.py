"""The truth of the hand-kept ledgers: rows under the templates' labels.

Counts are chosen, not drawn.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from examples.world import Article

Row = dict[str, str | int | float | date]
_UNITS = ("市局", "黄浦区", "静安区", "徐汇区", "杨浦区", "浦东新区", "闵行区", "临港新片区")
_MEDIA = (
    ("示例日报", "市级", "报纸"), ("示例晚报", "市级", "报纸"), ("示例新闻网", "市级", "网站"),
    ("示例电视台", "市级", "电视"),
    ("示例广播", "市级", "广播"), ("示例法治报", "行业", "报纸"),
    ("示例央媒客户端", "中央", "客户端"), ("示例区融媒", "区级", "客户端"),
)  # fmt: skip
_ON_AIR = ("报纸", "电视", "广播")  # print and broadcast have no address


@dataclass
class Ledgers:
    """Rows by ledger; `reports` also by month.

    The `*_2023` counts are what the plan year holds to LAST.
    """

    activities: list[Row] = field(default_factory=list)
    lives: list[Row] = field(default_factory=list)
    products: list[Row] = field(default_factory=list)
    reports: list[Row] = field(default_factory=list)
    # the same publication entered again in the next month
    repeated_reports: list[Row] = field(default_factory=list)
    trainings: list[Row] = field(default_factory=list)
    interviews: list[Row] = field(default_factory=list)
    incidents: list[Row] = field(default_factory=list)


def make_ledgers(articles: list[Article]) -> Ledgers:
    """Return all ledgers; `articles` are the main account's, one of which is also a product."""
    rng = random.Random(715)
    return Ledgers(
        activities=_activities(), lives=_lives(), products=_products(articles),
        reports=(reports := _reports(rng)),
        repeated_reports=[
            row for row in reports if row["倾向"] == "正面" and row["报道链接"]
        ][:40:8],
        trainings=_trainings(), interviews=_interviews(), incidents=_incidents(),
    )  # fmt: skip


def _activities() -> list[Row]:
    """3 of 2022, which must not count, and 71 of 2023 to October."""
    kinds = ("进社区", "进校园", "进企业", "主题宣传", "开放日", "志愿服务")
    days = [date(2022, 11, 2), date(2022, 12, 4), date(2022, 12, 20)]
    days += [date(2023, 1, 6) + timedelta(days=round(i * 4.2)) for i in range(71)]
    return [
        {
            "活动名称": f"{kinds[i % 6]}宣传活动第{i + 1}场", "活动类型": kinds[i % 6],
            "开始日期": day, "地点": "示例街道文化中心",
            "主办单位": f"{_UNITS[i % 8]}宣传科", "宣传主题": "市容管理", "参与人数": 60 + i * 3,
            "发放资料数": 100 + i,
            "媒体报道篇数": i % 4, "单位": _UNITS[i % 8],
        }
        for i, day in enumerate(days)
    ]  # fmt: skip


def _lives() -> list[Row]:
    starts = (
        "2022-07-15 09:00",
        "2023-03-08 14:00",
        "2023-05-31 19:00",
        "2023-07-15 09:00",
        "2023-09-20 19:30",
    )
    return [
        {
            "直播名称": f"城管直播间第{i + 1}场", "平台": "视频号", "账号名称": "上海城管",
            "直播方式": "自播", "开播时间": start,
            "直播时长(秒)": 3600 + i * 300, "观看人数": 2100 + i * 400, "单位": "市局",
        }
        for i, start in enumerate(starts)
    ]  # fmt: skip


def _products(articles: list[Article]) -> list[Row]:
    """9 of 2023.

    The first is an own 10W+ article too (same address), the second a 10万+ of its own.
    """
    viral = next(a for a in articles if a.published_on.year == 2023 and a.reads > 100_000)
    own: Row = {
        "产品名称": viral.title, "产品类型": "图文", "发布日期": viral.published_on,
        "首发平台": "微信公众号", "首发账号": "上海城管",
        "链接": viral.url, "阅读播放量": "10万+", "是否10万+": "是",
        "数据截止日期": date(2023, 3, 1), "单位": "市局",
    }  # fmt: skip
    rest: list[Row] = [
        {
            "产品名称": f"城管微课堂第{i}期", "产品类型": "长图" if i % 2 else "短视频",
            "发布日期": date(2023, i + 1, 18), "首发平台": "视频号",
            "首发账号": "上海城管", "链接": f"https://v.example.org/p/{i}",
            "阅读播放量": "10W+" if i == 1 else 3000 + i * 510,
            "数据截止日期": date(2023, i + 1, 28), "单位": "市局",
        }
        for i in range(1, 9)
    ]  # fmt: skip
    return [own, *rest]


def _reports(rng: random.Random) -> list[Row]:
    """Stories printed by several media.

    2022 (12 rows), 2023 (430 正面, 60 中性, 25 without a tone).
    """
    tones = ["正面"] * 430 + ["中性"] * 60 + [""] * 25
    rng.shuffle(tones)
    rows = [_report(900 + i, date(2022, 10, 1) + timedelta(days=i * 7), "正面") for i in range(12)]
    rows += [
        _report(i, date(2023, 1, 2) + timedelta(days=round(i * 0.585)), tone)
        for i, tone in enumerate(tones)
    ]
    first = next(row for row in rows[12:] if row["倾向"] == "正面" and row["报道链接"])
    first["阅读量"] = "10万+"
    return rows


def _report(number: int, day: date, tone: str) -> Row:
    media, level, kind = _MEDIA[number % 8]
    story = number // 4
    return {
        "报道标题": f"城管服务进行时：第{story}则报道", "媒体名称": media, "媒体级别": level,
        "媒体类型": kind, "发表日期": day,
        "版面栏目": "A3版" if kind in _ON_AIR else "",
        "报道链接": "" if kind in _ON_AIR
        else f"https://news.example.cn/{day:%Y%m%d}/{number + 100}.html",
        "倾向": tone, "供稿单位": _UNITS[number % 8],
    }  # fmt: skip


def _trainings() -> list[Row]:
    days = ("2023-02-23", "2023-05-18", "2023-06-15", "2023-09-07")
    return [
        {
            "培训名称": f"宣传骨干培训第{i + 1}期", "培训类型": "综合", "培训日期": day,
            "培训形式": "线下", "主办单位": "办公室", "参训人数": 40 + i,
            "应到人数": 45, "满意度": "97.5%", "单位": "市局",
        }
        for i, day in enumerate(days)
    ]  # fmt: skip


def _interviews() -> list[Row]:
    return [
        {
            "访谈主题": topic, "访谈日期": day, "访谈平台": "“中国上海”门户网站",
            "访谈嘉宾": "示例嘉宾", "形式": "视频直播", "网友提问数": 30,
            "现场答复数": 12, "后续答复数": 9, "观看人数": 4200, "单位": "市局",
        }
        for topic, day in (
            ("优化营商环境，城管在行动", "2023-04-26 14:00"),
            ("夏令热线背后的故事", "2023-08-16 14:00"),
        )
    ]  # fmt: skip


def _incidents() -> list[Row]:
    return [
        {
            "编号": f"2023-{i + 1:03d}", "舆情标题": f"示例舆情第{i + 1}件",
            "来源平台": "示例视频平台", "发现时间": f"2023-{i + 2:02d}-11 08:15",
            "级别": "一般", "涉突发事件": "否",
            "首次回应时间": f"2023-{i + 2:02d}-{11 if i % 3 else 14} 17:40",
            "办结时间": f"2023-{i + 2:02d}-16 16:00",
            "状态": "已办结",
        }
        for i in range(8)
    ]  # fmt: skip
