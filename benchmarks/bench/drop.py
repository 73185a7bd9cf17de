"""What comes in one night.

For some accounts a new day, and the days before it once more with every figure a little higher.
"""

from __future__ import annotations

import csv
import json
import math
from datetime import timedelta
from typing import TYPE_CHECKING

import duckdb

from benchmarks.history import ARTICLES, NIGHT, figures, make_days

if TYPE_CHECKING:
    from benchmarks.history import Mix
    from pipeline.config.home import Home

ACCOUNTS = 50
_FILES = {
    "wechat_follower_daily": {
        "时间": "date", "新关注人数": "new_followers", "取消关注人数": "lost_followers",
        "净增关注人数": "net_followers", "累积关注人数": "followers",
    },
    "wechat_channel_daily": {
        "日期": "date", "渠道": "channel", "阅读次数": "reads", "阅读人数": "readers",
        "分享次数": "shares", "分享人数": "sharers",
    },
    "wechat_article_7d": {
        "内容标题": "title", "发表时间": "published_on", "总阅读人数": "readers",
        "总阅读次数": "reads", "总分享人数": "sharers",
        "总分享次数": "shares", "内容url": "url",
    },
}  # fmt: skip


def drop(home: Home, accounts: int, mix: Mix, rows: int) -> int:
    """Fill the inbox with about `rows` rows in four files an account, the last day being NIGHT.

    Returns how many rows.
    """
    chosen = range(min(accounts, ACCOUNTS))
    days = math.ceil(rows / (len(chosen) * (9 + 1 + ARTICLES + ARTICLES * mix.read_days)))
    written = 0
    with duckdb.connect() as con:
        make_days(con, chosen, NIGHT - timedelta(days=days - 1), days, shift=1)
        for table, labels in _FILES.items():
            by_account = _by_account(figures(con, table, ", ".join(labels.values()), mix, NIGHT))
            for account, lines in by_account.items():
                path = home.inbox / account / f"{table}.csv"
                with path.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows([list(labels), *lines])
                written += len(lines)
        if mix.read_days:
            for account, lines in _by_account(
                figures(con, "wechat_api_article_read", "date, msgid, readers", mix, NIGHT)
            ).items():
                listed = [
                    {"ref_date": day, "msgid": msgid, "detail": {"read_user": int(readers)}}
                    for day, msgid, readers in lines
                ]
                (home.inbox / account / "reads.json").write_text(
                    json.dumps({"list": listed}), "utf-8"
                )
                written += len(lines)
    return written


def _by_account(rows: list[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for account, *cells in rows:
        found.setdefault(account, []).append(tuple(cells))
    return found
