"""A home whose warehouse holds years of history.

Rows made straight in raw.* by SQL, as if exports of each year had come in.

An account has 1,095 days up to the day before `NIGHT`: nine channel rows and one follower row a
day, three articles a day, each of which
an API may have counted on `read_days` days; one file a year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.config.home import Home
from pipeline.warehouse import publish

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

DAYS = 1_095
NIGHT = date(2023, 10, 31)
FIRST = NIGHT - timedelta(days=DAYS)
ARTICLES = 3
_SLICE = 200  # accounts filled at once: memory stays the same however many there are
_CHANNELS = (
    "'全部', '聊天会话', '朋友圈', '公众号主页', '公众号消息', '推荐', '搜一搜', '看一看', '其他'"
)


@dataclass(frozen=True)
class Mix:
    """What an account's day brings: on how many days each article was counted by the API (0.

    No API).
    """

    read_days: int = 0

    @property
    def rows_per_account(self) -> int:
        """Rows of raw of one account over all days.

        An article of the last days was counted on fewer.
        """
        short = sum(range(min(self.read_days, DAYS)))
        return DAYS * (9 + 1 + ARTICLES + ARTICLES * self.read_days) - ARTICLES * short

    @property
    def article_days_per_account(self) -> int:
        """Rows of raw.wechat_api_article_read among them."""
        return self.rows_per_account - DAYS * (9 + 1 + ARTICLES)


EXPORTS = Mix()


def accounts_for(rows: int, mix: Mix = EXPORTS) -> int:
    """Return how many accounts give at least so many rows."""
    return math.ceil(rows / mix.rows_per_account)


def make_home(folder: Path, rows: int, mix: Mix = EXPORTS) -> Home:
    """Make a home with settings for the accounts that so many rows need; nothing has been run yet."""
    lines, ids = ['plan = "2023"'], [f"a{number}" for number in range(accounts_for(rows, mix))]
    for number, name in enumerate(ids):
        lines.append(f'[[accounts]]\nid = "{name}"\nname = "账号{number}"\nplatform = "wechat"')
        if number == 0:
            lines.append("main = true")
    folder.mkdir(parents=True)
    (folder / "pipeline.toml").write_text("\n".join(lines), "utf-8")
    home = Home(folder)
    home.make_inbox(ids)
    return home


def grow(home: Home, rows: int, mix: Mix = EXPORTS) -> int:
    """Publish a warehouse with the history added (a first night must have made the tables).

    Returns the rows of raw.
    """
    build = publish.start_build(home)
    with publish.open_build(build) as con:
        accounts = accounts_for(rows, mix)
        for first in range(0, accounts, _SLICE):
            _fill(con, range(first, min(first + _SLICE, accounts)), mix)
        total = " + ".join(f"(select count(*) from raw.{name})" for name in SELECTS)
        (count,) = con.execute(f"select {total}").fetchone() or (0,)
        con.execute(
            "delete from ops.model_state"
        )  # what the first night vouched for does not hold for rows put in beside it
        con.execute("checkpoint")
    publish.publish(build, home)
    return int(count)


def _fill(con: duckdb.DuckDBPyConnection, accounts: range, mix: Mix) -> None:
    make_days(con, accounts, FIRST, DAYS)
    con.execute(
        """
        insert into ops.file by name
        select distinct sha256, load_seq || '.xls' as original_name, source, 'wechat_tendency' as layout,
            'loaded' as status,
            (select max(run_id) from ops.run) as run_id,
            timestamptz '2024-01-01 02:00:00+08' as ingested_at, load_seq, date '2023-01-01' as known_on
        from day
        """
    )
    for table, select in SELECTS.items():
        con.execute(
            f"insert into raw.{table} by name {select}",
            _values(select, mix, NIGHT - timedelta(days=1)),
        )


def make_days(
    con: duckdb.DuckDBPyConnection, accounts: range, first: date, days: int, shift: int = 0
) -> None:
    """Make the temporary table `day` that SELECTS read: one row an account and day.

    `shift` is added to every figure.
    """
    con.execute(
        """
        create or replace temp table day as
        select 'a' || a as source, a * 3 + n // 365 + 1 as load_seq, md5('a' || a || n // 365) as sha256,
            'sheet' as sheet,
            cast($first as date) + cast(n as integer) as day, strftime(day, '%Y-%m-%d') as date,
            n % 365 as place,
            hash(source, date) % 1000000007 as mid, hash(source, date) % 1000 + $shift as noise
        from range($start, $stop) as r(a), range($days) as s(n)
        """,
        {
            "start": accounts.start,
            "stop": accounts.stop,
            "first": first,
            "days": days,
            "shift": shift,
        },
    )


def figures(
    con: duckdb.DuckDBPyConnection, table: str, columns: str, mix: Mix, last: date
) -> list[tuple[str, ...]]:
    """Return what an export of the days in `day` says: the account, then `columns`."""
    select = SELECTS[table]
    return con.execute(
        f"select source, {columns} from ({select}) order by source, row_number",
        _values(select, mix, last),
    ).fetchall()


def _values(select: str, mix: Mix, last: date) -> dict[str, object]:
    return {"days": mix.read_days, "last": last} if "$days" in select else {}


_COMMON = "source, sha256, sheet, load_seq"
_ARTICLES = f"day, (select unnest(range(1, {ARTICLES} + 1)) as n)"
# `place` is the day's number within its file: row numbers are counted, not sorted
SELECTS = {
    "wechat_channel_daily": f"""
        select {_COMMON}, place * 9 + n + 2 as row_number, date, channel,
            cast(1000 + noise as varchar) as reads,
            cast(800 + noise as varchar) as readers, cast(20 + noise % 30 as varchar) as shares,
            cast(15 + noise % 30 as varchar) as sharers
        from day, (select unnest([{_CHANNELS}]) as channel, unnest(range(9)) as n)""",
    "wechat_follower_daily": f"""
        select {_COMMON}, place + 2 as row_number, date, cast(50 + noise % 50 as varchar) as new_followers,
            '10' as lost_followers,
            cast(40 + noise % 50 as varchar) as net_followers, cast(100000 + noise as varchar) as followers
        from day""",
    "wechat_article_7d": f"""
        select {_COMMON}, place * {ARTICLES} + n + 1 as row_number, '文章' || n || '：' || date as title,
            date as published_on,
            'https://mp.weixin.qq.com/s?__biz=X&mid=' || mid || '&idx=' || n as url,
            cast(3000 + noise as varchar) as reads,
            cast(2500 + noise as varchar) as readers, cast(30 + noise % 20 as varchar) as shares,
            cast(25 + noise % 20 as varchar) as sharers
        from {_ARTICLES}""",
    "wechat_api_article_read": f"""
        select {_COMMON}, (place * {ARTICLES} + n) * $days + k as row_number,
            strftime(day + k, '%Y-%m-%d') as date,
            mid || '_' || n as msgid, cast(1 + noise // (k + 1) as varchar) as readers
        from {_ARTICLES}, (select cast(unnest(range($days)) as integer) as k)
        where day + k <= $last""",
}
