"""A second, ruder bureau.

2022 to September 2024, a leap year as the plan's year, with gaps, dashes, restatements, 10万+ and
repeated rows.

Seeded; nothing is read from the pipeline. `make(seed)` gives the truth, `write` puts it into a
home.
"""

from __future__ import annotations

import random
import tomllib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.oracles.events import (
    activities,
    incidents,
    interviews,
    lives,
    portal_months,
    products,
    satisfaction,
    trainings,
)
from tests.oracles.publications import news, reports
from tests.oracles.truth import CAPPED, NEW_YEAR, Account, File, Row, Truth

if TYPE_CHECKING:
    pass

FIRST, LAST = date(2022, 1, 1), date(2024, 9, 30)
ACCOUNTS = [
    Account("m", "示例城管", "wechat", "市局", is_main=True),
    Account("s", "示例黄浦", "wechat", "黄浦区"),
    Account("quiet", "示例静安", "wechat", "静安区"),
    Account("v", "示例视频", "channels", "市局"),
]
CHANNELS = ("全部", "朋友圈", "其它", "搜一搜")


def days(first: date = FIRST, last: date = LAST) -> list[date]:
    """Every day from first to last."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def make(seed: int, plan: dict[str, Any]) -> Truth:
    """The whole truth of one seed."""
    rng = random.Random(seed)
    truth = Truth(2024, ACCOUNTS, plan, night=date(2024, 9, 15))
    for account, level, until in (
        ("m", 4000, LAST),
        ("s", 700, LAST),
        ("quiet", 300, date(2024, 8, 20)),
    ):
        _followers(rng, truth, account, level * 30, until)
        _content(rng, truth, account, level, until)
        _articles(rng, truth, account, until)
    _video_account(rng, truth)
    for kind, made in (("activity", activities), ("live", lives), ("product", products),
        ("training", trainings), ("interview", interviews),
                       ("incident", incidents), ("portal_month", portal_months),
                       ("satisfaction", satisfaction)):  # fmt: skip
        _two_editions(rng, truth, kind, made(rng, truth))
    publications = reports(rng, truth)
    _two_editions(rng, truth, "report", publications)
    truth.files.append(
        File("news", "vendor.csv", date(2024, 9, 20), "news", news(rng, publications))
    )
    return truth


def _season(day: date) -> float:
    offset = min(((day - new_year).days for new_year in NEW_YEAR.values()), key=abs)
    return (1.0, 1.06, 1.08, 1.04, 1.1, 0.78, 0.7)[day.weekday()] * (
        0.4 if -1 <= offset <= 6 else 1
    )


def _halves(last: date) -> list[tuple[date, date]]:
    starts = [date(year, month, 1) for year in (2022, 2023, 2024) for month in (1, 7)]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), last]
    return [(start, min(end, last)) for start, end in zip(starts, ends, strict=True)]


def _missing(rng: random.Random) -> set[date]:
    """Five holes of one to six days, and one over the year's border."""
    starts = [rng.choice(days()) for _ in range(5)]
    return {start + timedelta(days=i) for start in starts for i in range(rng.randint(1, 6))} | set(
        days(date(2023, 12, 30), date(2024, 1, 2))
    )


def _followers(rng: random.Random, truth: Truth, account: str, level: int, until: date) -> None:
    missing, rows = _missing(rng), list[Row]()
    for day in days(last=until):
        new, lost = (
            round(level * 0.001 * _season(day) * rng.uniform(0.5, 1.9)),
            round(level * 0.0004 * rng.uniform(0.5, 1.5)),
        )
        level += new - lost
        dash = rng.random() < 0.02
        rows.append(
            {
                "date": day,
                "new": new,
                "lost": lost,
                "net": None if dash else new - lost,
                "followers": None if dash else level,
            }
        )
    _in_files(truth, account, "growth", [row for row in rows if row["date"] not in missing], until)
    changed = [
        {
            **row,
            "new": row["new"] + 3,
            "net": None,
            "followers": row["followers"] and row["followers"] + 3,
        }
        for row in rows[-12:-4]
    ]
    truth.files.append(
        File(account, f"{account}-growth-again.csv", LAST + timedelta(days=9), "growth", changed)
    )


def _content(rng: random.Random, truth: Truth, account: str, level: int, until: date) -> None:
    missing, rows = _missing(rng), list[Row]()
    for day in days(last=until):
        reads = (
            0
            if rng.random() < 0.005
            else round(
                level
                * 1.1 ** ((day - FIRST).days / 365)
                * _season(day)
                * rng.lognormvariate(0, 0.3)
            )
        )
        for channel, share in zip(CHANNELS, (1, 0.4, 0.2, 0.05), strict=True):
            part = round(reads * share)
            posts = int(rng.random() < 0.4) if channel == "全部" else 0
            rows.append(
                {
                    "date": day, "channel": channel,
                    "reads": None if rng.random() < 0.01 else part, "readers": round(part * 0.7),
                    "shares": round(part * 0.04),
                    "sharers": round(part * 0.03), "favorites": round(part * 0.01),
                    "favoriters": round(part * 0.009), "published": posts,
                }
            )  # fmt: skip
    _in_files(truth, account, "content", [row for row in rows if row["date"] not in missing], until)
    again = [
        {
            **row,
            "reads": row["reads"] and row["reads"] + 11,
            "readers": None if row["date"].day % 2 else row["readers"] + 5,
            "sharers": row["sharers"] + 1,
            "shares": 0,
        }
        for row in rows[-60:-20]
    ]
    truth.files.append(
        File(account, f"{account}-content-again.csv", LAST + timedelta(days=9), "content", again)
    )


def _in_files(truth: Truth, account: str, kind: str, rows: list[Row], until: date) -> None:
    for first, last in _halves(until):
        chosen = [row for row in rows if first <= row["date"] <= last]
        truth.files.append(
            File(
                account,
                f"{account}-{kind}-{first:%Y%m}.csv",
                last + timedelta(days=2),
                kind,
                chosen,
            )
        )


TOPICS = (
    "每日一案：占道经营",
    "夏令热线回访",
    "宣讲进社区",
    "一线队员的一天",
    "公众开放日来了",
    "长三角一体化见闻",
    "渣土车检查",
)


def _articles(rng: random.Random, truth: Truth, account: str, until: date) -> None:
    rows: list[Row] = []
    for number, day in enumerate(days(date(2023, 6, 1), until)):
        if rng.random() > 0.3:
            continue
        reads = (
            rng.choice((CAPPED, 131_000, 100_000))
            if rng.random() < 0.03
            else rng.randint(200, 9000)
        )
        url = (
            f"http://mp.weixin.qq.com/s?__biz=Mz{account}"
            f"&mid={22474 + number}{ord(account[0])}&idx=1&sn=abc#rd"
        )
        rows.append(
            {
                "title": f"{rng.choice(TOPICS)}（{day:%m%d}）", "published_on": day,
                "readers": round(min(reads, 99_000) * 0.7), "reads": reads, "sharers": reads // 50,
                "shares": reads // 40,
                "gained": rng.randint(0, 20), "delivered": 5000,
                "finish_rate": round(rng.uniform(0.2, 0.8), 4),
                "url": None if rng.random() < 0.04 else url,
                "capped": reads == CAPPED,
            }
        )  # fmt: skip
    middle = len(rows) // 2
    for part, chosen in (
        ("a", rows[: middle + 20]),
        (
            "b",
            [
                {
                    **row,
                    "reads": row["reads"] + row["reads"] // 50,
                    "capped": False,
                    "shares": None,
                    "sharers": row["sharers"] + 1,
                    "gained": row["gained"] + 1,
                }
                for row in rows[middle:-3]
            ],
        ),
    ):
        truth.files.append(
            File(
                account,
                f"{account}-articles-{part}.csv",
                LAST + timedelta(days=ord(part) - 90),
                "articles",
                chosen,
            )
        )
    people = [
        {
            **row,
            "readers": row["readers"] + 500,
            "sharers": row["sharers"] + 9,
            "gained": row["gained"] + 9,
            "capped": False,
        }
        for row in rows[-25:]
        if row["url"]
    ]
    truth.files.append(
        File(account, f"{account}-people.csv", LAST + timedelta(days=20), "articles_people", people)
    )


def _video_account(rng: random.Random, truth: Truth) -> None:
    level, growth = 9000, []
    for day in days(date(2024, 1, 1)):
        new, lost = rng.randint(0, 60), rng.randint(0, 20)
        level += new - lost
        growth.append(
            {"date": day, "net": new - lost, "new": new, "lost": lost, "followers": level}
        )
    truth.files.append(
        File("v", "v-growth.csv", LAST + timedelta(days=1), "channels_growth", growth)
    )
    works: list[Row] = [
        {
            "title": f"作品{i}", "work_id": f"w{i}",
            "published_on": date(2024, 1, 3) + timedelta(days=i * 6),
            "finish_rate": round(rng.uniform(0.05, 0.5), 4), "plays": rng.randint(100, 90_000),
            "hearts": rng.randint(0, 300), "thumbs": rng.randint(0, 300),
            "comments": rng.choice((None, 3)), "shares": 5, "gained": rng.randint(-3, 9),
            "forwards": 2,
        }
        for i in range(43)
    ]  # fmt: skip
    later = [
        {**work, "plays": work["plays"] + 77, "hearts": None, "finish_rate": None}
        for work in works[20:]
    ]
    truth.files += [
        File("v", f"v-works-{n}.csv", LAST + timedelta(days=n), "videos", rows)
        for n, rows in ((1, works[:30]), (2, later))
    ]


def _two_editions(rng: random.Random, truth: Truth, kind: str, rows: list[Row]) -> None:
    """A ledger handed in twice: the later edition repeats a third of the first with other figures."""
    edge = len(rows) * 2 // 3
    repeated = [_mended(rng, row) for row in rows[:edge] if rng.random() < 0.3]
    for name, chosen, on in (
        ("1", rows[:edge], date(2024, 9, 1)),
        ("2", [*repeated, *rows[edge:]], date(2024, 9, 18)),
    ):
        truth.files.append(File("ledger", f"{kind}-{name}.csv", on, kind, chosen))


def _mended(rng: random.Random, row: Row) -> Row:
    for name in ("participants", "viewers", "submitted", "questions", "reads"):
        if name in row and not row.get("capped"):
            return {
                **row,
                name: 777
                if "hours" in row or name in ("submitted", "viewers")
                else rng.choice((None, 777)),
            }
    return row


def plan_text(source: str) -> str:
    """The plan of 2023 moved to 2024, with a stretch of the base year that the office wants repaired."""
    moved = source.replace("year = 2023\n", "year = 2024\n").replace(
        "base_year = 2022\n", "base_year = 2023\n"
    )
    moved = moved.replace(
        "from = 2022-04-01\nto = 2022-05-31\naffects_base = false",
        "from = 2023-11-20\nto = 2023-12-10\naffects_base = true",
    )
    assert tomllib.loads(moved)["annotations"][0]["affects_base"]
    return moved
