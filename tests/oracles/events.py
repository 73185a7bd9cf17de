"""The hand-kept ledgers of the second bureau.

Dates straddle the plan's year and the day it is asked for.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from tests.oracles.truth import Row, Truth


def _unit(rng: random.Random, truth: Truth) -> str | None:
    return rng.choice([*list(truth.units)[::7], "没有这个单位", None])


def _spread(number: int, first: date, step: float) -> list[date]:
    return [first + timedelta(days=round(i * step)) for i in range(number)]


def activities(rng: random.Random, truth: Truth) -> list[Row]:
    """70 activities from November 2023 on.

    Some name the project, some carry its keyword, some last for days.
    """
    projects = [project["name_zh"] for project in truth.plan["projects"]]
    kinds = ("进社区", "公众开放日", "普法进校园", "品牌活动", "夏令热线")
    rows: list[Row] = []
    for i, day in enumerate(_spread(70, date(2023, 11, 10), 4.6)):
        unit = _unit(rng, truth)
        rows.append(
            {
                "name": f"{rng.choice(kinds)}第{i}场", "started_on": day,
                "ended_on": day + timedelta(days=2) if i % 9 == 0 else None,
                "host": unit or "示例科",
                "participants": None if i % 8 == 0 else 20 + i, "unit_text": unit,
                "project": rng.choice(projects) if i % 5 == 0 else None,
            }
        )  # fmt: skip
    return rows


def lives(rng: random.Random, truth: Truth) -> list[Row]:
    """Six sessions, one of the year before."""
    starts = [
        datetime.combine(day, datetime.min.time()) + timedelta(hours=19)
        for day in _spread(6, date(2023, 12, 20), 50)
    ]
    return [
        {
            "title": f"直播第{i}场", "platform": "视频号" if i % 2 else "抖音",
            "account_name": "示例城管", "started_at": start, "seconds": 1800 + i,
            "viewers": 500 + i,
            "cheers": rng.choice((None, 40)), "unit_text": _unit(rng, truth),
        }
        for i, start in enumerate(starts)
    ]  # fmt: skip


def products(rng: random.Random, truth: Truth) -> list[Row]:
    """Twelve products; one in four shows 10万+, one is an own article too, one has no address."""
    own = next(
        row
        for file in truth.files
        if file.kind == "articles"
        for row in file.rows
        if row["reads"] > 100_000 and row["url"] and row["published_on"].year == 2024
    )
    rows: list[Row] = [
        {
            "name": f"产品{i}", "type": "长图", "day": day, "platform": "视频号",
            "account_name": "示例城管", "url": f"https://v.example.org/p/{i}" if i != 5 else None,
            "reads": 100_001 if i % 4 == 0 else 5000 + i, "capped": i % 4 == 0,
            "unit_text": _unit(rng, truth), "project": "迎国庆专题宣传" if i % 6 == 0 else None,
        }
        for i, day in enumerate(_spread(12, date(2023, 12, 1), 24))
    ]  # fmt: skip
    return [
        *rows[:3],
        {
            **rows[3],
            "name": own["title"],
            "day": own["published_on"],
            "url": own["url"],
            "reads": 130_000,
        },
        *rows[4:],
    ]


def trainings(rng: random.Random, truth: Truth) -> list[Row]:
    """Five, the first of the year before."""
    return [
        {
            "name": f"专题培训第{i}期",
            "started_on": day,
            "host": "办公室",
            "participants": 40 + i,
            "hours": 6.5 if i % 2 else None,
            "unit_text": _unit(rng, truth),
        }
        for i, day in enumerate(_spread(5, date(2023, 12, 12), 60))
    ]


def interviews(rng: random.Random, truth: Truth) -> list[Row]:
    """Three."""
    return [
        {
            "topic": f"在线访谈{i}",
            "held_on": day,
            "portal": "“中国上海”门户",
            "guests": "示例",
            "questions": 30,
            "live": 10,
            "later": 5 * i,
            "unit_text": _unit(rng, truth),
        }
        for i, day in enumerate(_spread(3, date(2023, 12, 28), 110))
    ]


def incidents(rng: random.Random, truth: Truth) -> list[Row]:
    """24 incidents in every state of the clocks.

    In time, late, by the day only, open, false alarms, out of order.
    """
    rows: list[Row] = []
    for i, day in enumerate(_spread(24, date(2023, 12, 20), 11.5)):
        found = datetime.combine(day, datetime.min.time()) + timedelta(hours=8, minutes=i)
        answered = (
            None if i % 5 == 0 else found + timedelta(hours=rng.choice((-1, 2, 5, 6, 47, 48, 49)))
        )
        rows.append(
            {
                "no": str(i) if i % 3 else None, "title": f"舆情{i}", "platform": "示例平台",
                "found_at": found.date() if i % 7 == 3 else found,
                "level": rng.choice(("特别重大", "重大", "较大", "一般")),
                "emergency": rng.choice(("是", "否", None)),
                "answered_at": answered and (answered.date() if i % 6 == 1 else answered),
                "press_at": found + timedelta(
                    hours=rng.choice((20, 24, 30))
                ) if i % 4 == 0 else None,
                "closed_at": found + timedelta(days=5) if i % 3 == 0 else None,
                "state": "误报" if i % 11 == 4 else None, "unit_text": _unit(rng, truth),
            }
        )  # fmt: skip
    return rows


def portal_months(rng: random.Random, _truth: Truth) -> list[Row]:
    """Twelve months, two units; one month without a submission."""
    return [
        {
            "month": date(2023 + (m + 9) // 12, (m + 9) % 12 + 1, 1),
            "portal": "示例门户",
            "unit_name": unit,
            "submitted": 0 if m == 4 else 20 + m,
            "accepted": 0 if m == 4 else rng.randint(0, 19),
            "rank": m + 1,
        }
        for m in range(12)
        for unit in ("市局", "黄浦区")
    ]


def satisfaction(rng: random.Random, _truth: Truth) -> list[Row]:
    """Two periods; a score written as a share is a share."""
    return [
        {
            "period": period, "survey": "社会公众满意度", "subject": subject,
            "indicator": indicator,
            "score": "95.5%" if indicator == "执法" else round(rng.uniform(80, 95), 1),
            "satisfied": "96.1%" if subject == "市局" else None,
        }
        for period in ("2023下半年", "2024上半年")
        for subject in ("市局", "黄浦区")
        for indicator in ("总体", "执法")
    ]  # fmt: skip
