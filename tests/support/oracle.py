"""What mart.target_progress must say on the examples, worked out in plain Python from the world's truth.

No SQL and nothing of the pipeline is used; the rules are those of the plan and of
docs/forecasting.md.
"""

from __future__ import annotations

from datetime import date, timedelta

from examples.ledgers import Row, make_ledgers
from examples.world import BLEMISHES, World, dates, make_world

MAIN = "shcg-wechat"
PLANNED = {
    # the plan's own figures
    "articles_10w": 10, "positive_reports": 500, "activities": 80, "livestreams": 5,
    "new_media_products": 10,
    "portal_interviews": 3, "training_sessions": 4,
}  # fmt: skip
NEW_YEAR = {2021: date(2021, 2, 12), 2022: date(2022, 2, 1), 2023: date(2023, 1, 22)}


def comparable(day: date) -> date:
    """m(d).

    New Year window by offset, 1-7 October and the last days of a year by date, else the same
    weekday 52 weeks before.
    """
    offset = (day - NEW_YEAR[day.year]).days
    if -5 <= offset <= 20:
        return NEW_YEAR[day.year - 1] + timedelta(days=offset)
    if day.month == 10 and day.day <= 7:
        return day.replace(year=day.year - 1)
    before = day - timedelta(days=364)
    return day.replace(year=day.year - 1) if before.year == day.year else before


def reads_of(world: World) -> dict[date, int]:
    """Known days of 全部 阅读次数 of the main account: the restated truth, less the gap."""
    return {
        day.date: day.channels["全部"].reads
        for day in world.days[MAIN]
        if not BLEMISHES.gap[0] <= day.date <= BLEMISHES.gap[1]
    }


def followers_of(world: World) -> dict[date, int]:
    """Known days of 累积关注人数: all but the day that is a dash."""
    return {day.date: day.followers for day in world.days[MAIN] if day.date != BLEMISHES.dash}


def expected(as_of: date) -> dict[str, dict[str, float | None]]:
    """Expected figures by target_id."""
    world = make_world()
    this_year = dates(date(2023, 1, 1), as_of)
    return {
        "wechat_followers": _followers(followers_of(world), this_year),
        "wechat_reads": _reads(reads_of(world), this_year),
        **{
            target: {"actual": count, "target": PLANNED[target], "days_expected": len(this_year)}
            for target, count in _counts(world, as_of).items()
        },
    }


def _followers(known: dict[date, int], this_year: list[date]) -> dict[str, float | None]:
    baseline = known[max(day for day in known if day.year == 2022)]
    actual = known[max(day for day in known if day <= this_year[-1])]
    return {
        "baseline": baseline, "target": baseline * 1.2, "actual": actual,
        "growth_pct": (actual / baseline - 1) * 100,
        "days_covered": sum(day in known for day in this_year), "days_expected": len(this_year),
    }  # fmt: skip


def _reads(known: dict[date, int], this_year: list[date]) -> dict[str, float | None]:
    baseline = sum(value for day, value in known.items() if day.year == 2022)
    pairs = [
        (known[day], known[comparable(day)])
        for day in this_year
        if day in known and comparable(day) in known
    ]
    growth = sum(now for now, _ in pairs) / sum(then for _, then in pairs) - 1
    return {
        "baseline": baseline, "target": baseline * 1.2,
        "actual": sum(known.get(day, 0) for day in this_year),
        "growth_pct": growth * 100, "days_covered": sum(day in known for day in this_year),
        "days_expected": len(this_year),
    }  # fmt: skip


def _counts(world: World, as_of: date) -> dict[str, int]:
    ledgers = make_ledgers(world.articles[MAIN])
    own = {
        a.url
        for articles in world.articles.values()
        for a in articles
        if a.reads > 100_000 and _in_year(a.published_on, as_of)
    }
    flagged = {
        str(row["链接"])
        for row in ledgers.products
        if str(row["阅读播放量"]).upper() in ("10万+", "10W+") and _in_year(
            _day(row, "发布日期"), as_of,
        )
    }  # fmt: skip
    reported = {
        str(row["报道链接"])
        for row in ledgers.reports
        if row.get("阅读量") == "10万+" and _in_year(_day(row, "发表日期"), as_of)
    }
    positive = {
        (row["媒体名称"], row["报道标题"], row["发表日期"])
        for row in ledgers.reports
        if row["倾向"] == "正面" and _in_year(_day(row, "发表日期"), as_of)
    }  # fmt: skip
    return {
        "articles_10w": len(own | flagged | reported),
        "positive_reports": len(positive),
        "activities": _count(ledgers.activities, "开始日期", as_of),
        "livestreams": _count(ledgers.lives, "开播时间", as_of),
        "new_media_products": _count(ledgers.products, "发布日期", as_of),
        "portal_interviews": _count(ledgers.interviews, "访谈日期", as_of),
        "training_sessions": _count(ledgers.trainings, "培训日期", as_of),
    }


def _count(rows: list[Row], label: str, as_of: date) -> int:
    return sum(_in_year(_day(row, label), as_of) for row in rows)


def _day(row: Row, label: str) -> date:
    value = row[label]
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _in_year(day: date, as_of: date) -> bool:
    return date(2023, 1, 1) <= day <= as_of
