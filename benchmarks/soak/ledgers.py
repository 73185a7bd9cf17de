"""The hand-kept ledgers and the vendor's news.

What happened, and what each edition of a ledger says of it.

Rows are planned ahead, corrected later, vanish, stand twice in one file; reports of one publication
come from the ledger and from the vendor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from benchmarks.soak.world import DAY, days
from tests.oracles.truth import CAPPED

if TYPE_CHECKING:
    import random

    from benchmarks.soak.world import World
    from tests.oracles.truth import Row

NAMES = {
    "activity": "宣传活动", "live": "直播", "product": "新媒体产品", "training": "专题培训",
    "interview": "在线访谈", "incident": "舆情处置", "report": "媒体报道",
}  # fmt: skip
CHANCES = {
    "activity": 0.25, "live": 0.03, "product": 0.05, "training": 0.02, "interview": 0.015,
    "incident": 0.08, "report": 0.6,
}  # fmt: skip
# the part of the whole after which the first edition comes: until then nothing is known
LATE = {"training": 12, "interview": 1.8}
UNITS = ("市局", "黄浦区", "黄浦", "静安区", "没有这个单位", None)
MEDIA = (
    ("示例日报", "市级", "报纸"), ("示例晚报", "市级", "报纸"), ("示例新闻网", "市级", "网站"),
    ("示例电视台", None, "电视"), ("示例客户端", "中央", "客户端"),
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One row of a ledger over time.

    As first written, as corrected from `fixed_on` on, gone from `gone_on` on.
    """

    day: date
    row: Row
    fixed: Row
    fixed_on: date
    gone_on: date


def entries(world: World, kind: str) -> list[Entry]:
    """Return everything a ledger will ever hold, by day.

    Half a year of it lies before the first night.
    """
    rng, found = world.rng(kind), list[Entry]()
    for day in days(world.first - 40 * DAY, world.last):
        if rng.random() < CHANCES[kind] or day == world.first - 35 * DAY:
            for row in _MAKERS[kind](rng, day, len(found)):
                fixed = row | _correction(rng, kind, row)
                fixed_on = day + rng.randint(3, 60) * DAY
                gone_on = (
                    day + rng.randint(10, 50) * DAY
                    if rng.random() < 0.04 and kind != "incident"
                    else date.max
                )
                found.append(
                    Entry(
                        day, row, fixed,
                        fixed_on if rng.random() < 0.3 or kind == "incident" else date.max, gone_on,
                    )
                )  # fmt: skip
    return found


def edition(ledger: list[Entry], first: date, last: date, on: date) -> list[Row]:
    """Return what the edition of day `on` says of the days from first to last."""
    return [
        entry.fixed if entry.fixed_on <= on else entry.row
        for entry in ledger
        if first <= entry.day <= last and on < entry.gone_on
    ]


def vendor(ledger: list[Entry], on: date) -> list[Row]:
    """Return the vendor's export of the ten days before `on`.

    Some of the reports, and some that no ledger has; reads grow by the day.
    """
    rows = []
    for entry in ledger:
        row = entry.row
        number = row["number"]
        if not on - 10 * DAY <= entry.day < on or number % 3 == 0 or row["pub"] is None:
            continue
        tone = ("正面", "敏感", "非敏感", "负面", None)[number % 5]
        url = row["url"] and row["url"].replace("https://", "http://www.") + "?utm_source=x&from=y"
        found = {
            **row, "id": f"k{number}", "tone_raw": tone,
            "reads": 40 * (on - entry.day).days + number, "capped": False, "author": "'网友'",
            "unit_text": None, "similar": 12, "url": url, "level": None,
        }  # fmt: skip
        rows.append(found)
        if number % 4 == 0:
            rows.append(
                {
                    **found, "id": f"x{number}", "pub": f"x{number}",
                    "title": f"{row['title']}之转载", "media": "示例转载网", "type": "新闻",
                    "url": f"https://x.example.cn/{number}",
                }
            )  # fmt: skip
    return rows


def _correction(rng: random.Random, kind: str, row: Row) -> Row:
    if kind == "report":
        return {
            "tone_raw": rng.choice(("正面", "中性", None)),
            "author": "记者乙",
            "reads": row["reads"] if row["capped"] else 777,
        }
    if kind == "incident":
        return {
            "answered_at": row["found_at"] + timedelta(hours=rng.choice((2, 5, 6, 47, 48, 49, 90))),
            "closed_at": row["found_at"] + timedelta(days=5) if rng.random() < 0.5 else None,
        }  # fmt: skip
    name = {
        "activity": "participants", "live": "cheers", "product": "reads",
        "training": "participants", "interview": "questions",
    }  # fmt: skip
    if kind == "product":
        return (
            {"reads": CAPPED, "capped": True}
            if rng.random() < 0.2
            else {"reads": 7000, "capped": False}
        )
    return {name[kind]: 777 if kind == "training" else rng.choice((None, 777))}


def _activity(rng: random.Random, day: date, n: int) -> list[Row]:
    unit = rng.choice(UNITS)
    row = {
        "name": f"{rng.choice(('进社区', '公众开放日', '品牌活动'))}第{n}场", "started_on": day,
        "ended_on": day + 2 * DAY if n % 9 == 0 else None, "host": unit or "示例科",
        "participants": None if n % 8 == 0 else 20 + n, "unit_text": unit, "project": None,
    }  # fmt: skip
    return [row, {**row, "participants": 5}] if n % 15 == 7 else [row]


def _live(rng: random.Random, day: date, n: int) -> list[Row]:
    return [
        {
            "title": f"直播第{n}场", "platform": "视频号", "account_name": "示例视频",
            "started_at": datetime.combine(day, time(19, n % 60)), "seconds": 1800 + n,
            "viewers": 500 + n,
            "cheers": rng.choice((None, 40)), "unit_text": rng.choice(UNITS),
        }
    ]  # fmt: skip


def _product(rng: random.Random, day: date, n: int) -> list[Row]:
    capped = n % 6 == 0
    return [
        {
            "name": f"产品{n}", "type": "长图", "day": day, "platform": "视频号",
            "account_name": "示例城管", "url": f"https://v.example.org/p/{n}" if n % 5 else None,
            "reads": CAPPED if capped else 5000 + n, "capped": capped,
            "unit_text": rng.choice(UNITS), "project": None,
        }
    ]  # fmt: skip


def _training(rng: random.Random, day: date, n: int) -> list[Row]:
    return [
        {
            "name": f"专题培训第{n}期", "started_on": day, "host": "办公室",
            "participants": 40 + n, "hours": 6.5 if n % 2 else None, "unit_text": rng.choice(UNITS),
        }
    ]  # fmt: skip


def _interview(rng: random.Random, day: date, n: int) -> list[Row]:
    return [
        {
            "topic": f"在线访谈{n}", "held_on": day, "portal": "“中国上海”门户", "guests": "示例",
            "questions": 30, "live": 10, "later": n, "unit_text": rng.choice(UNITS),
        }
    ]  # fmt: skip


def _incident(rng: random.Random, day: date, n: int) -> list[Row]:
    found = datetime.combine(day, time(8, n % 60))
    return [
        {
            "no": str(n) if n % 3 else None, "title": f"舆情{n}", "platform": "示例平台",
            "found_at": found, "level": rng.choice(("特别重大", "重大", "较大", "一般")),
            "emergency": rng.choice(("是", "否", None)), "answered_at": None,
            "press_at": found + timedelta(hours=rng.choice((20, 30))) if n % 4 == 0 else None,
            "closed_at": None,
            "state": "误报" if n % 11 == 4 else None, "unit_text": rng.choice(UNITS),
        }
    ]  # fmt: skip


def _report(rng: random.Random, day: date, n: int) -> list[Row]:
    """Return a story of the day in one to four media.

    Some of it is written twice, now and then the own account's.
    """
    title, rows = (
        (
            f"{rng.choice(('夜间施工怎么管', '疏堵结合见成效', '居民围观违建拆除', '夏令热线背后的故事'))}"
            f"第{n}篇"
        ),
        [],
    )
    for k, (media, level, kind) in enumerate(rng.sample(MEDIA, rng.randint(1, 4))):
        number = 10 * n + k
        url = (
            f"https://n{number % 5}.example.cn/{number}.html"
            if kind not in ("报纸", "电视")
            else None
        )
        capped = (
            rng.random() < 0.01 and url is not None
        )  # two of one title and day would be one, and either may name it
        row = {
            "title": title, "media": media, "level": level, "type": kind, "day": day, "url": url,
            "author": rng.choice(("记者甲", None)),
            "tone_raw": rng.choice(("正面", "正面", "正面", "中性", "负面", None)),
            "unit_text": rng.choice(UNITS),
            "reads": CAPPED if capped else rng.choice((None, 4000, 900)), "capped": capped,
            "pub": number, "number": number,
        }  # fmt: skip
        rows += (
            [row, {**row, "tone_raw": None, "url": url and url + "?utm_source=x"}]
            if number % 17 == 3
            else [row]
        )
    return (
        [
            *rows,
            {
                **rows[0],
                "media": "示例城管",
                "url": None,
                "pub": None,
                "tone_raw": "正面",
                "level": None,
            },
        ]
        if n % 20 == 9
        else rows
    )


_MAKERS = {
    "activity": _activity, "live": _live, "product": _product, "training": _training,
    "interview": _interview, "incident": _incident, "report": _report,
}  # fmt: skip
