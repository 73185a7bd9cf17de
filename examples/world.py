"""The truth behind the examples: a small, invented bureau, 2022-01-01 to 2023-10-31.

Pure Python, no I/O, no clock.

Everything is drawn from one seeded generator, so the same figures come out everywhere. The exports
that
`examples.write` makes of it carry the blemishes of BLEMISHES; the tests' oracle reads the truth
from here.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST, LAST = date(2022, 1, 1), date(2023, 10, 31)
NEW_YEARS = (date(2022, 2, 1), date(2023, 1, 22))
CHANNELS = {
    # share of the account's reads; they overlap, so they add up to more than 1
    "公众号消息": 0.52, "聊天会话": 0.16, "朋友圈": 0.12, "公众号主页": 0.08, "其它": 0.05,
    "搜一搜": 0.04,
    "看一看精选": 0.07, "朋友在看": 0.03,
}  # fmt: skip


@dataclass(frozen=True)
class Account:
    """An invented account: level of daily reads and followers, growth a year."""

    id: str
    name: str
    unit: str
    biz: str
    followers: int
    reads: int
    growth: float
    channels: tuple[str, ...]


ACCOUNTS = (
    Account(
        "shcg-wechat", "上海城管", "市局", "MzEXAMPLE01==", 182_400, 5_200, 1.13, tuple(CHANNELS)
    ),
    Account(
        "huangpu-wechat",
        "黄浦城管",
        "黄浦区",
        "MzEXAMPLE02==",
        31_600,
        900,
        1.05,
        ("公众号消息", "朋友圈"),
    ),
    Account(
        "jingan-wechat",
        "静安城管",
        "静安区",
        "MzEXAMPLE03==",
        24_900,
        760,
        0.98,
        ("公众号消息", "朋友圈"),
    ),
)


@dataclass(frozen=True)
class Figures:
    """One day, one channel: 阅读次数 阅读人数 分享次数 分享人数 收藏次数 收藏人数."""

    reads: int
    readers: int
    shares: int
    sharers: int
    favorites: int
    favoriters: int


@dataclass(frozen=True)
class Day:
    """One account's day; `channels` has 全部 first."""

    date: date
    new: int
    lost: int
    followers: int
    channels: dict[str, Figures]
    published: int


@dataclass(frozen=True)
class Article:
    """One article with the figures of its first seven days."""

    title: str
    published_on: date
    mid: int
    biz: str
    reads: int
    readers: int
    shares: int
    sharers: int
    followers_gained: int
    delivered: int
    message_reads: int
    finish_rate: float

    @property
    def url(self) -> str:
        """Address as the export gives it."""
        return (
            f"http://mp.weixin.qq.com/s?__biz={self.biz}"
            f"&mid={self.mid}&idx=1&sn={self.mid * 7919:032x}#rd"
        )


@dataclass(frozen=True)
class Blemishes:
    """What is wrong with the exports, on purpose."""

    gap: tuple[date, date] = (
        date(2023, 5, 3),
        date(2023, 5, 5),
    )  # main account's content figures, in no export
    dash: date = date(2023, 3, 8)  # main account's 累积关注人数 is “-”
    restated: tuple[date, date] = (
        date(2023, 10, 8),
        date(2023, 10, 17),
    )  # first export gave 90 % of the truth


BLEMISHES = Blemishes()
_TOPICS = (
    "违法建筑拆除之后", "夜间施工噪声怎么管", "垃圾分类执法周记", "门责管理进社区",
    "非机动车停放整治", "渣土车联合检查",
    "夏令热线：诉求办理回访", "每日一案：占道经营", "强转树：中队练兵记", "一线队员的一天",
    "河道周边环境整治",
    "长三角城管协作见闻", "户外广告安全排查", "公园里的便民服务点", "非现场执法是怎么回事",
    "最美城管人候选人风采",
    "进博会周边市容保障", "宪法宣传进工地", "退役军人在城管", "餐饮油烟治理问答",
)  # fmt: skip
_VIRAL = {
    # published 2023 except the first: more than 100,000 reads each
    date(2022, 9, 20): 131_870, date(2023, 2, 14): 118_306, date(2023, 4, 11): 104_911,
    date(2023, 6, 6): 156_240,
    date(2023, 7, 15): 203_417, date(2023, 8, 22): 100_001 + 11_730, date(2023, 10, 10): 125_066,
}  # fmt: skip


@dataclass
class World:
    """All accounts' days and articles."""

    days: dict[str, list[Day]] = field(default_factory=dict)
    articles: dict[str, list[Article]] = field(default_factory=dict)


def dates(first: date = FIRST, last: date = LAST) -> list[date]:
    """Return every day from first to last."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def make_world() -> World:
    """Return the whole truth."""
    rng = random.Random(20230207)  # the day the plan was issued
    world = World()
    for account in ACCOUNTS:
        world.articles[account.id] = _articles(rng, account)
        world.days[account.id] = _days(rng, account, world.articles[account.id])
    return world


def _season(day: date) -> float:
    """Weekly rhythm, the dip around Chinese New Year, a quiet National Day week."""
    factor = (1.0, 1.06, 1.08, 1.04, 1.1, 0.78, 0.7)[day.weekday()]
    offset = min(((day - new_year).days for new_year in NEW_YEARS), key=abs)
    if -1 <= offset <= 6:
        factor *= 0.4
    elif -5 <= offset <= 14:
        factor *= 0.82
    return factor * (0.6 if day.month == 10 and day.day <= 7 else 1.0)


def _days(rng: random.Random, account: Account, articles: list[Article]) -> list[Day]:
    posts = {article.published_on: article for article in articles}
    followers, days = account.followers, []
    for number, day in enumerate(dates()):
        level = (
            account.reads
            * account.growth ** (number / 365)
            * _season(day)
            * math.exp(rng.gauss(0, 0.12))
        )
        post = posts.get(day)
        if post and post.reads > 100_000:
            level += post.reads * 0.4
        total = _figures(rng, round(level))
        channels = {"全部": total} | {
            name: _part(rng, total, CHANNELS[name]) for name in account.channels
        }
        new = round(
            account.followers * 0.00095 * _season(day) * math.exp(rng.gauss(0, 0.2)) + level * 0.004
        )
        lost = round(account.followers * 0.00044 * math.exp(rng.gauss(0, 0.15)))
        followers += new - lost
        days.append(Day(day, new, lost, followers, channels, 1 if post else 0))
    return days


def _figures(rng: random.Random, reads: int) -> Figures:
    readers = round(reads * rng.uniform(0.66, 0.72))
    shares = round(reads * rng.uniform(0.03, 0.05))
    favorites = round(reads * rng.uniform(0.006, 0.012))
    return Figures(reads, readers, shares, round(shares * 0.8), favorites, round(favorites * 0.95))


def _part(rng: random.Random, total: Figures, share: float) -> Figures:
    """Return a channel's part of the day: never more than 全部; favourites are given for 全部 only."""
    part = share * rng.uniform(0.97, 1.06)
    return Figures(
        round(total.reads * part),
        round(total.readers * part),
        round(total.shares * part),
        round(total.sharers * part),
        0,
        0,
    )


def _articles(rng: random.Random, account: Account) -> list[Article]:
    main, articles = account.id == "shcg-wechat", []
    for number, day in enumerate(dates()):
        viral = _VIRAL.get(day) if main else None
        if not viral and rng.random() > (0.55 if main else 0.25):
            continue
        reads = viral or round(account.reads * rng.uniform(0.15, 0.9))
        readers = round(reads * rng.uniform(0.64, 0.7))
        shares = round(reads * rng.uniform(0.02, 0.06))
        title = f"{rng.choice(_TOPICS)}（{day.month}月{day.day}日）"
        articles.append(
            Article(
                title, day, 2247400000 + number * 3 + ord(account.id[0]) * 10_000, account.biz,
                reads, readers, shares,
                round(shares * 0.82), round(reads * 0.004), account.followers + number * 40,
                round(reads * 0.6),
                round(rng.uniform(0.35, 0.75), 4),
            )
        )  # fmt: skip
    return articles
