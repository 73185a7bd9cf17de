"""What analysts ask about, beside the bureau's exports.

Pushes of several articles with their hours, a 视频号, a 抖音, two news vendors.

Written into a home by `make demo` and for the notebooks; drawn from one seeded generator, so the
same everywhere. The nine targets keep
their figures: the vendors' positive reports are those that the ledger has too.
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from examples.ledgers import Row, make_ledgers
from examples.world import dates, make_world
from examples.write import ARTICLE, GROWTH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FIRST, LAST = date(2023, 1, 2), date(2023, 10, 31)
ACCOUNTS = """
[[accounts]]
id = "minhang-wechat"
name = "闵行城管"
platform = "wechat"
unit = "闵行区"

[[accounts]]
id = "shcg-channels"
name = "上海城管视频号"
platform = "channels"
unit = "市局"

[[accounts]]
id = "shcg-douyin"
name = "上海城管抖音"
platform = "douyin"
unit = "市局"
"""
_HOURS = {8: 1.25, 12: 1.0, 18: 1.1, 20: 1.4}  # of a push, and how well it is read then
_TOPICS = (
    "垃圾分类进小区",
    "夜市摊位这样管",
    "违建拆除之后",
    "门责管理进社区",
    "一线队员的一天",
    "河道周边整治",
    "夏令热线回访",
    "招牌安全排查",
)
_VIDEO = [
    "视频描述",
    "视频ID",
    "发布时间",
    "完播率",
    "平均播放时长",
    "播放量",
    "推荐",
    "喜欢",
    "评论量",
    "分享量",
    "关注量",
    "转发聊天和朋友圈",
]
_DOUYIN = [
    "作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "5s完播率", "封面点击率",
    "2s跳出率", "平均播放时长", "点赞量", "分享量",
    "评论量", "收藏量", "主页访问量", "粉丝增量",
]  # fmt: skip
_VENDOR_A = ["标题", "原文链接", "发布时间", "媒体名称", "来源类型", "情感属性", "阅读数"]
_VENDOR_B = ["文章标题", "链接地址", "发布日期", "来源网站", "作者", "倾向性"]


def add_analyst_files(home: Path) -> Path:
    """Add the accounts to the home's settings and their files to its inbox; returns the home."""
    rng = random.Random(20231031)
    with (home / "pipeline.toml").open("a", encoding="utf-8") as stream:
        stream.write(ACCOUNTS)
    inbox = home / "inbox"
    articles, losses = _pushes(rng)
    _write(inbox / "minhang-wechat" / "articles_2023.csv", ARTICLE, articles)
    _write(inbox / "minhang-wechat" / "user_analysis_2023.csv", GROWTH, _followers(rng, losses))
    _write(inbox / "shcg-channels" / "单篇视频明细.csv", _VIDEO, _videos(rng))
    _write(inbox / "shcg-douyin" / "作品列表.csv", _DOUYIN, _works(rng))
    _write(inbox / "news" / "厂商甲_舆情导出.csv", _VENDOR_A, _vendor_a(rng))
    _write(inbox / "news" / "厂商乙_监测结果.csv", _VENDOR_B, _vendor_b(rng))
    return home


def _write(path: Path, labels: Sequence[str], rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([list(labels), *map(list, rows)])


def _pushes(rng: random.Random) -> tuple[list[list[object]], dict[date, int]]:
    """Return the articles of pushes, and how many readers each push's day lost.

    There are pushes twice a week, of 2 or of 8 articles.
    """
    rows, losses, day, number = list[list[object]](), dict[date, int](), FIRST, 0
    while day <= LAST:
        hour, size = rng.choice(list(_HOURS)), 8 if number % 3 == 2 else 2
        for place in range(1, size + 1):
            reads = round(900 * _HOURS[hour] * rng.uniform(0.7, 1.3) / place**0.8)
            readers, shares = round(reads * 0.68), max(round(reads * 0.04), 1)
            url = (
                f"http://mp.weixin.qq.com/s?__biz=MzEXAMPLE04==&mid={2300000 + number}"
                f"&idx={place}&sn={number:016x}{place:016x}#rd"
            )
            title = (
                f"{_TOPICS[(number + place) % len(_TOPICS)]}（{day.month}月{day.day}日第{place}条）"
            )
            at = f"{day:%Y-%m-%d} {hour:02}:{rng.choice((0, 15, 30)):02}"
            rows.append(
                [
                    title, at, readers, reads, round(shares * 0.8), shares, round(reads * 0.01),
                    31_000, round(reads * 0.6), "1.9%",
                    shares // 2, reads // 5, "2%", "4.5", round(rng.uniform(0.35, 0.75), 4), url,
                ]
            )  # fmt: skip
        losses[day] = 4 + (size - 2) * 3
        number += 1
        day += timedelta(days=3 if number % 2 else 4)
    return rows, losses


def _followers(rng: random.Random, losses: dict[date, int]) -> list[list[object]]:
    rows, followers = list[list[object]](), 38_000
    for day in dates(date(2022, 12, 31), LAST):
        new, lost = rng.randint(18, 40), losses.get(day, 3) + rng.randint(0, 3)
        followers += new - lost
        rows.append([day, new, lost, new - lost, followers])
    return rows


def _moment(rng: random.Random, day: date) -> str:
    return f"{day} {rng.choice((8, 12, 18, 20)):02}:{rng.randrange(60):02}"


def _videos(rng: random.Random) -> list[list[object]]:
    days = [FIRST + timedelta(days=5 * i + rng.randrange(3)) for i in range(60)]
    plays = [rng.randint(2_000, 40_000) for _ in days]
    return [
        [
            f"城管微视频：{_TOPICS[i % 8]}", f"export/UzFf{i:08}", _moment(rng, day),
            f"{rng.uniform(15, 60):.1f}%", f"{rng.uniform(8, 30):.1f}秒",
            n, n // 60, n // 40, n // 300, n // 70, n // 900, n // 80,
        ]
        for i, (day, n) in enumerate(zip(days, plays, strict=True))
    ]  # fmt: skip


def _works(rng: random.Random) -> list[list[object]]:
    days = [FIRST + timedelta(days=7 * i + rng.randrange(4)) for i in range(42)]
    return [
        [
            f"城管在身边 {_TOPICS[i % 8]} #{i + 1}", f"{_moment(rng, day)}:00", "视频", "审核通过",
            n := rng.randint(3_000, 90_000), "0.31", "0.52", "0.08",
            "0.35", "12.5", n // 35, n // 150, n // 200, n // 400, n // 120, n // 1000,
        ]
        for i, day in enumerate(days)
    ]  # fmt: skip


def _ledger_rows() -> list[Row]:
    """Return positive reports with an address that the media ledger has.

    A vendor that finds them too adds no 篇次.
    """
    reports = make_ledgers(make_world().articles["shcg-wechat"]).reports
    return [
        row
        for row in reports
        if row["倾向"] == "正面" and row["报道链接"] and str(row["发表日期"]) >= "2023"
    ]


def _vendor_a(rng: random.Random) -> list[list[object]]:
    known: list[list[object]] = [
        [
            row["报道标题"],
            row["报道链接"],
            f"{row['发表日期']} 09:30",
            row["媒体名称"],
            "新闻",
            "正面",
            rng.randint(200, 9_000),
        ]
        for row in _ledger_rows()[:60]
    ]
    own: list[list[object]] = [
        [
            f"街面秩序观察第{i + 1}期",
            f"https://a.example.com/{i + 1}.html",
            f"{FIRST + timedelta(days=7 * i)} 10:00",
            "示例资讯网",
            "网站",
            "中性",
            300 + i,
        ]
        for i in range(40)
    ]
    return [*known, *own]


def _vendor_b(rng: random.Random) -> list[list[object]]:
    known: list[list[object]] = [
        [
            row["报道标题"],
            row["报道链接"],
            f"{row['发表日期']} 09:45",
            row["媒体名称"],
            "示例记者",
            rng.choice(("正面", "中性")),
        ]
        for row in _ledger_rows()[:30]
    ]
    own: list[list[object]] = [
        [
            f"读者来信：{_TOPICS[i % 8]}",
            f"https://b.example.net/{i + 1}",
            f"{FIRST + timedelta(days=10 * i)} 15:20",
            "示例论坛",
            "热心网友",
            "中性" if i % 5 else "负面",
        ]
        for i in range(25)
    ]
    return [*known, *own]
