"""The truth of the committed examples (examples/world.py, examples/ledgers.py) in the oracles' rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from examples.ledgers import make_ledgers
from examples.world import ACCOUNTS, BLEMISHES, Day, World, make_world
from tests.oracles.truth import CAPPED, Account, File, Row, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

MAIN = "shcg-wechat"
EARLY, LATE = date(2023, 11, 1), date(2023, 11, 9)
LEDGERS = {
    "activity": (
        "activities",
        {
            "活动名称": "name", "开始日期": "started_on", "主办单位": "host",
            "参与人数": "participants", "单位": "unit_text",
        },
    ),
    "live": (
        "lives",
        {
            "直播名称": "title", "平台": "platform", "账号名称": "account_name",
            "开播时间": "started_at", "直播时长(秒)": "seconds", "观看人数": "viewers",
            "单位": "unit_text",
        },
    ),
    "product": (
        "products",
        {
            "产品名称": "name", "产品类型": "type", "发布日期": "day", "首发平台": "platform",
            "首发账号": "account_name", "链接": "url", "阅读播放量": "reads", "单位": "unit_text",
        },
    ),
    "training": (
        "trainings",
        {
            "培训名称": "name", "培训日期": "started_on", "主办单位": "host",
            "参训人数": "participants", "单位": "unit_text",
        },
    ),
    "interview": (
        "interviews",
        {
            "访谈主题": "topic", "访谈日期": "held_on", "访谈平台": "portal", "访谈嘉宾": "guests",
            "网友提问数": "questions", "现场答复数": "live", "后续答复数": "later",
            "单位": "unit_text",
        },
    ),
    "incident": (
        "incidents",
        {
            "编号": "no", "舆情标题": "title", "发现时间": "found_at", "级别": "level",
            "涉突发事件": "emergency", "首次回应时间": "answered_at", "办结时间": "closed_at",
            "状态": "state",
        },
    ),
}  # fmt: skip
BLANK: dict[str, Row] = {
    "activity": {"ended_on": None, "project": None}, "live": {"cheers": None},
    "product": {"project": None}, "training": {"hours": None},
    "incident": {"press_at": None, "unit_text": None},
}  # fmt: skip
MOMENTS = ("started_at", "found_at", "answered_at", "closed_at")


def make(plan: dict[str, Any]) -> Truth:
    """The examples as the oracles want them."""
    world = make_world()
    accounts = [Account(a.id, a.name, "wechat", a.unit, is_main=a.id == MAIN) for a in ACCOUNTS]
    truth = Truth(2023, accounts, plan, night=date(2023, 10, 31))
    for account in ACCOUNTS:
        truth.files += _files_of(account.id, world)
    ledgers = make_ledgers(world.articles[MAIN])
    for kind, (name, labels) in LEDGERS.items():
        rows = [{**BLANK.get(kind, {}), **_named(row, labels)} for row in getattr(ledgers, name)]
        truth.files.append(File("ledger", kind, EARLY, kind, [_typed(row) for row in rows]))
    truth.files.append(File("ledger", "report", EARLY, "report", _reports(ledgers.reports)))
    return truth


def _files_of(account: str, world: World) -> Iterable[File]:
    main, days = account == MAIN, world.days[account]
    followers = [
        {
            "date": d.date, "new": d.new, "lost": d.lost, "net": d.new - d.lost,
            "followers": None if main and d.date == BLEMISHES.dash else d.followers,
        }
        for d in days
    ]  # fmt: skip
    yield File(account, f"{account}-growth", EARLY, "growth", followers)
    known = [day for day in days if not (main and BLEMISHES.gap[0] <= day.date <= BLEMISHES.gap[1])]
    yield File(
        account,
        f"{account}-content",
        EARLY,
        "content",
        [row for day in known for row in _content(day, early=main and _restated(day.date))],
    )
    if main:
        yield File(
            account,
            f"{account}-content",
            LATE,
            "content",
            [row for day in days if _restated(day.date) for row in _content(day, early=False)],
        )
    articles = [
        {
            "title": a.title, "published_on": a.published_on, "readers": a.readers,
            "reads": a.reads, "sharers": a.sharers, "shares": a.shares,
            "gained": a.followers_gained,
            "delivered": a.delivered, "finish_rate": a.finish_rate, "url": a.url,
            "capped": a.reads == CAPPED,
        }
        for a in world.articles[account]
    ]  # fmt: skip
    yield File(account, f"{account}-articles", EARLY, "articles", articles)


def _restated(day: date) -> bool:
    return BLEMISHES.restated[0] <= day <= BLEMISHES.restated[1]


def _content(day: Day, *, early: bool) -> list[Row]:
    rows = []
    for channel, true in day.channels.items():
        f = (
            replace(
                true,
                reads=true.reads * 9 // 10,
                readers=true.readers * 9 // 10,
                shares=true.shares * 9 // 10,
            )
            if early
            else true
        )
        rows.append(
            {
                "date": day.date, "channel": channel, "reads": f.reads, "readers": f.readers,
                "shares": f.shares, "sharers": f.sharers, "favorites": f.favorites,
                "favoriters": f.favoriters, "published": day.published if channel == "全部" else 0,
            }
        )  # fmt: skip
    return rows


def _named(row: Row, labels: dict[str, str]) -> Row:
    return {name: row.get(label) for label, name in labels.items()}


def _typed(row: Row) -> Row:
    """Dates out of text; 10万+ as what it says."""
    capped = str(row.get("reads")).upper() in ("10万+", "10W+")
    dates = {
        name: date.fromisoformat(str(value)[:10])
        for name, value in row.items()
        if name.endswith("_on") and value
    }
    moments = {
        name: _moment(str(value)) for name, value in row.items() if name in MOMENTS and value
    }
    return {
        **row,
        **dates,
        **moments,
        **(
            {"reads": CAPPED if capped else row["reads"], "capped": capped}
            if "reads" in row
            else {}
        ),
    }


def _moment(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)


def _reports(rows: list[Row]) -> list[Row]:
    labels = {
        "报道标题": "title", "媒体名称": "media", "媒体级别": "level", "媒体类型": "type",
        "发表日期": "day", "报道链接": "url", "倾向": "tone_raw", "供稿单位": "unit_text",
        "阅读量": "reads",
    }  # fmt: skip
    found = [{name: value or None for name, value in _named(row, labels).items()} for row in rows]
    capped = [row["reads"] == "10万+" for row in found]
    return [
        {
            **row,
            "pub": pub,
            "author": None,
            "reads": CAPPED if is_capped else None,
            "capped": is_capped,
        }
        for pub, (row, is_capped) in enumerate(zip(found, capped, strict=True), 1)
    ]
