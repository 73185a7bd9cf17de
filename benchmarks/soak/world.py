"""Invent a bureau's accounts, and what each platform says of them on the day of an export.

The world holds what really happened to the accounts. A platform's word changes: the last two days
are provisional, and now and then it counts a stretch of days again. Seeded; the pipeline is not
used.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from benchmarks.simulator import rhythm
from tests.oracles.truth import CAPPED, Account

if TYPE_CHECKING:
    from tests.oracles.truth import Row

DAY = timedelta(days=1)
HISTORY = 31  # days before the first night that the first exports tell of
ACCOUNTS = [
    Account("m", "示例城管", "wechat", "市局", is_main=True),
    Account("s", "示例黄浦", "wechat", "黄浦区"),
    Account("q", "示例静安", "wechat", "静安区"),
    Account("v", "示例视频", "channels", "市局"),
]
LEVELS = {"m": 4000, "s": 700, "q": 300, "v": 900}
CHANNELS = {"全部": 1.0, "朋友圈": 0.4, "其它": 0.2, "搜一搜": 0.05}
TOPICS = (
    "每日一案：占道经营", "夏令热线回访", "宣讲进社区", "一线队员的一天", "公众开放日来了",
    "长三角一体化见闻", "渣土车检查",
)  # fmt: skip


def days(first: date, last: date) -> list[date]:
    """Return every day from first to last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@dataclass(frozen=True)
class Stretch:
    """Days of one account's export.

    Counted again (`part` of the value more) or missing, until or from the export of day `on`.
    """

    first: date
    last: date
    on: date
    part: int = 0


@dataclass
class Story:
    """One account's truth."""

    growth: dict[date, tuple[int, int, int]] = field(default_factory=dict)
    reads: dict[date, int] = field(default_factory=dict)
    works: list[Row] = field(default_factory=list)
    recounts: list[Stretch] = field(default_factory=list)
    gaps: list[Stretch] = field(default_factory=list)


class World:
    """All accounts from `first` (less some history) to `last`.

    From `drift_on` on 公众号 exports give 阅读人数 only.
    """

    def __init__(self, seed: int, first: date, last: date) -> None:
        self.seed, self.first, self.last = seed, first, last
        self.drift_on = first + (last - first) * 5 // 6
        self.stories = {account.account_id: self._story(account) for account in ACCOUNTS}

    def rng(self, *words: object) -> random.Random:
        """Return a generator of its own for each purpose, so that adding one does not move the others."""
        return random.Random("/".join(map(str, (self.seed, *words))))

    def _story(self, account: Account) -> Story:
        rng, name, story = self.rng(account.account_id), account.account_id, Story()
        followers = LEVELS[name] * 30
        for day in days(self.first - HISTORY * DAY, self.last):
            new = round(followers * 0.001 * rhythm(day) * rng.uniform(0.5, 1.9))
            lost = round(followers * 0.0005 * rng.uniform(0.5, 1.5))
            followers += new - lost
            story.growth[day] = (new, lost, followers)
            # the main account's reads have no year to be compared with at first
            if name != "m" or day >= self.first:
                story.reads[day] = 0 if rng.random() < 0.005 else round(
                    LEVELS[name] * rhythm(day) * rng.lognormvariate(0, 0.3)
                )  # fmt: skip
            if rng.random() < 0.35:
                story.works.append(
                    _video(
                        rng, name, day, len(story.works),
                    ) if name == "v" else _article(rng, name, day, len(story.works))
                )  # fmt: skip
        story.recounts = [
            Stretch(a, b, b + rng.randint(5, 40) * DAY, rng.randint(8, 60))
            for a, b in self._stretches(rng, 12)
        ]  # fmt: skip
        story.gaps = [
            Stretch(a, b, date.max if rng.random() < 0.4 else b + rng.randint(8, 50) * DAY)
            for a, b in self._stretches(rng, 5)
        ]  # fmt: skip
        return story

    def _stretches(self, rng: random.Random, longest: int) -> list[tuple[date, date]]:
        """Return about one every three weeks."""
        starts = [day for day in days(self.first, self.last) if rng.random() < 1 / 21]
        return [(day, day + rng.randint(0, longest) * DAY) for day in starts]

    def says(self, account: str, day: date, on: date, value: int) -> int:
        """Return what an export made on day `on` gives for a value of `day`."""
        for stretch in self.stories[account].recounts:
            if stretch.first <= day <= stretch.last and stretch.on <= on:
                value += value // stretch.part + 1
        return value - value // (20 if on - day <= DAY else 50) if on - day <= 2 * DAY else value

    def shows(self, account: str, kind: str, day: date, on: date) -> bool:
        """Return whether the export of day `on` has that day at all.

        Every other gap is in one of the two kinds only.
        """
        return not any(
            gap.first <= day <= gap.last
            and on < gap.on
            and (n % 3 == 2 or (n % 3 == 0) == (kind == "growth"))
            for n, gap in enumerate(self.stories[account].gaps)
        )

    def growth(self, account: str, first: date, last: date, on: date) -> list[Row]:
        """Return rows of a 用户增长 export."""
        story, rows = self.stories[account], []
        for day in days(first, last):
            if day not in story.growth or not self.shows(account, "growth", day, on):
                continue
            new, lost, followers = story.growth[day]
            said = self.says(account, day, on, new)
            dash = day.toordinal() % 61 == 0 or (on - day <= DAY and day.toordinal() % 7 == 0)
            rows.append(
                {
                    "date": day, "new": said, "lost": lost, "net": None if dash else said - lost,
                    "followers": None if dash else followers + said - new,
                }
            )  # fmt: skip
        return rows

    def content(self, account: str, first: date, last: date, on: date) -> list[Row]:
        """Return rows of a 内容分析 export, every channel.

        Later than `drift_on` only what the newer export gives (see `Row` keys that are None).
        """
        story, rows = self.stories[account], []
        posts = {work["published_on"] for work in story.works}
        newer = on >= self.drift_on and account != "q"
        for day in days(first, last):
            if day not in story.reads or not self.shows(account, "content", day, on):
                continue
            for channel, share in CHANNELS.items():
                part, total = (
                    round(self.says(account, day, on, story.reads[day]) * share),
                    channel == "全部",
                )
                row: Row = {
                    "date": day, "channel": channel,
                    "reads": None if day.toordinal() % 89 == 0 else part,
                    "readers": round(part * 0.7), "shares": round(part * 0.04),
                    "sharers": round(part * 0.03), "favorites": round(part * 0.01),
                    "favoriters": round(part * 0.009), "published": int(total and day in posts),
                }  # fmt: skip
                if newer:
                    row |= dict.fromkeys(("reads", "shares", "favorites"))
                    row |= {} if total else dict.fromkeys(("sharers", "favoriters", "published"))
                rows.append(row)
        return rows

    def articles(self, account: str, first: date, on: date) -> list[Row]:
        """Return articles published from `first` to the day before `on`.

        Each has the figures of its first seven days so far.
        """
        newer, rows = on >= self.drift_on and account != "q", []
        for work in self.stories[account].works:
            age = (on - work["published_on"]).days
            if not first <= work["published_on"] < on:
                continue
            share = min(age, 7 if not newer else 30) / 7
            reads = round(work["reads"] * share)
            capped = reads > CAPPED and work["number"] % 2 == 0 and not newer
            row = {
                **work, "reads": CAPPED if capped else reads, "readers": round(reads * 0.7),
                "shares": reads // 40, "sharers": reads // 50, "gained": reads // 300,
                "capped": capped,
            }  # fmt: skip
            rows.append(row | dict.fromkeys(("reads", "shares", "delivered")) if newer else row)
        return rows

    def videos(self, first: date, on: date) -> list[Row]:
        """Return videos with what they have been played until now.

        Counts of the thumbs come and go.
        """
        rows = []
        for work in self.stories["v"].works:
            age = (on - work["published_on"]).days
            if first <= work["published_on"] < on:
                plays = round(work["plays"] * (1 - 0.8**age))
                rows.append(
                    {
                        **work, "plays": plays, "hearts": plays // 40,
                        "thumbs": None if age % 5 == 0 else plays // 50, "shares": plays // 90,
                        "gained": plays // 500 - 1, "forwards": plays // 70,
                    }
                )  # fmt: skip
        return rows


def _article(rng: random.Random, account: str, day: date, number: int) -> Row:
    reads = rng.randint(100_050, 190_000) if rng.random() < 0.04 else rng.randint(200, 9000)
    url = (
        f"http://mp.weixin.qq.com/s?__biz=Mz{account}"
        f"&mid={2247_400000 + 10 * number}{ord(account)}&idx=1&sn=abc#rd"
    )
    return {
        "title": f"{rng.choice(TOPICS)}（{day:%Y%m%d}）", "published_on": day, "reads": reads,
        "delivered": 5000 + number, "finish_rate": round(rng.uniform(0.2, 0.8), 4),
        "url": None if rng.random() < 0.04 else url, "number": number,
    }  # fmt: skip


def _video(rng: random.Random, _account: str, day: date, number: int) -> Row:
    return {
        "title": f"作品{number}", "work_id": f"w{number}", "published_on": day,
        "finish_rate": round(rng.uniform(0.05, 0.5), 4), "plays": rng.randint(100, 90_000),
        "comments": rng.choice((None, 3, 12)), "number": number,
    }  # fmt: skip
