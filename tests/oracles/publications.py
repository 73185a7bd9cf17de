"""Media reports of the second bureau. `pub` is the truth.

Rows with the same `pub` are one publication, however they are written.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from tests.oracles.truth import Row, Truth

MEDIA = (
    ("示例日报", "市级", "报纸"), ("示例晚报", "市级", "报纸"), ("示例新闻网", "市级", "网站"),
    ("示例电视台", None, "电视"), ("示例客户端", "中央", "客户端"),
)  # fmt: skip
TITLES = (
    "夜间施工怎么管",
    "疏堵结合见成效",
    "居民围观违建拆除",
    "夏令热线背后的故事",
    "宣讲走进工地",
    "门责管理进社区",
    "噪声扰民谁来管",
    "一线队员风采",
)


def reports(rng: random.Random, truth: Truth) -> list[Row]:
    """About 260 rows from November 2023 on.

    Stories printed by several media, some rows written twice, the own account among them.
    """
    rows: list[Row] = []
    used: set[tuple[str, str, date]] = set()
    for story in range(75):
        title, first = (
            rng.choice(TITLES) + rng.choice(("", "（上）")),
            date(2023, 11, 5) + timedelta(days=round(story * 4.4)),
        )
        for media, level, kind in rng.sample(MEDIA, rng.randint(1, 5)):
            day = first + timedelta(days=rng.randint(0, 3))
            if (media, title, day) in used:
                continue
            used.add((media, title, day))
            rows += _publication(
                rng,
                truth,
                len(used),
                {"title": title, "media": media, "level": level, "type": kind, "day": day},
            )
    own = {
        "title": "自己发的",
        "media": "示例城管",
        "day": date(2024, 3, 3),
        "tone_raw": "正面",
        "pub": None,
    }
    return [*rows, own]


def _publication(rng: random.Random, truth: Truth, pub: int, base: Row) -> list[Row]:
    url = (
        f"https://n{pub % 5}.example.cn/{base['day']:%Y%m%d}/{pub}.html"
        if base["type"] not in ("报纸", "电视")
        else None
    )
    capped = rng.random() < 0.02
    row = {
        **base, "pub": pub, "url": url, "author": rng.choice(("记者甲", None)),
        "tone_raw": rng.choice(("正面", "正面", "正面", "中性", "负面", None)),
        "unit_text": rng.choice([*list(truth.units)[::9], None]),
        "reads": 100_001 if capped else rng.choice((None, 4000, 120_000 if pub % 30 == 0 else 900)),
        "capped": capped,
    }  # fmt: skip
    if rng.random() > 0.25:
        return [row]
    twin = {
        **row,
        "url": url and url.replace("https://", "http://www.") + "?utm_source=x&spm=y",
        "tone_raw": row["tone_raw"] if rng.random() < 0.5 else None,
    }
    return [row, twin]


def news(rng: random.Random, ledger: list[Row]) -> list[Row]:
    """A vendor's export.

    Some of the ledger's publications under its own labels, and some that the ledger lacks.
    """
    labels = ("敏感", "非敏感", "正面", "负面", None)
    known = {row["pub"]: row for row in ledger if row["pub"]}
    rows = [
        {
            **row,
            "id": f"k{pub}",
            "tone_raw": rng.choice(labels),
            "reads": rng.choice((None, 50)),
            "capped": False,
            "similar": rng.choice((None, 12)),
            "author": "'网友'",
            "unit_text": None,
        }
        for pub, row in known.items()
        if rng.random() < 0.3
    ]
    for i in range(40):
        day = date(2024, 1, 10) + timedelta(days=i * 6)
        rows.append(
            {
                "id": f"x{i}", "pub": f"x{i}", "title": f"{rng.choice(TITLES)}之{i}",
                "media": "示例网", "type": "新闻", "day": day, "url": f"https://x.example.cn/{i}",
                "author": None,
                "tone_raw": rng.choice(labels), "reads": 60, "similar": None,
            }
        )  # fmt: skip
    return rows
