"""A home whose warehouse holds the year 2023 of many accounts.

Rows made straight in raw.* by SQL, as if a file a month had come in.

An account has 365 days: nine channel rows, one follower row and one article a day.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipeline.config.home import Home
from pipeline.warehouse import publish

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

_CHANNELS = (
    "'全部', '聊天会话', '朋友圈', '公众号主页', '公众号消息', '推荐', '搜一搜', '看一看', '其他'"
)


FILES = 12
ROWS_PER_ACCOUNT = 365 * (9 + 1 + 1)


def accounts_for(rows: int) -> int:
    """Return how many accounts give at least so many rows."""
    return math.ceil(rows / ROWS_PER_ACCOUNT)


def make_home(folder: Path, rows: int) -> Home:
    """Make a home with settings for the accounts that so many rows need; nothing has been run yet."""
    lines = ['plan = "2023"']
    for number in range(accounts_for(rows)):
        lines.append(f'[[accounts]]\nid = "a{number}"\nname = "账号{number}"\nplatform = "wechat"')
        if number == 0:
            lines.append("main = true")
    for name in ("news", "ledger", "a0"):
        (folder / "inbox" / name).mkdir(parents=True)
    (folder / "pipeline.toml").write_text("\n".join(lines), "utf-8")
    return Home(folder)


def grow(home: Home, rows: int) -> int:
    """Publish a warehouse with the history added (a first night must have made the tables).

    Returns the rows of raw.
    """
    build = publish.start_build(home)
    with publish.open_build(build) as con:
        count = _fill(con, accounts_for(rows))
        con.execute("checkpoint")
    publish.publish(build, home)
    return count


def _fill(con: duckdb.DuckDBPyConnection, accounts: int) -> int:
    con.execute(
        f"""
        create temp table file as
        select
            'a' || a as source, a * {FILES} + n + 1 as load_seq, md5('a' || a || n) as sha256,
            cast(date '2024-01-01' - interval 1 month * ({FILES} - n) as date) as from_on,
            cast(date '2024-01-01' - interval 1 month * ({FILES} - n - 1) as date) as until,
            cast(date '2024-01-01' - interval 1 month * ({FILES} - n - 1) as date) - 1 as known_on
        from range({accounts}) as r(a), range({FILES}) as s(n)
        """
    )
    con.execute(
        """
        insert into ops.file by name
        select sha256, from_on || '.xls' as original_name, source, 'wechat_tendency' as layout,
            'loaded' as status, run_id,
            timestamptz '2024-01-01 02:00:00+08' as ingested_at, load_seq, known_on
        from file, (select max(run_id) as run_id from ops.run)
        """
    )
    con.execute(
        """
        create temp table day as
        select f.source, f.sha256, f.load_seq, strftime(d.day, '%Y-%m-%d') as date,
            hash(f.source, d.day) % 1000 as noise
        from file as f
        join (
            select unnest(generate_series(date '2021-01-01', date '2023-12-31' + 1, interval 1 day)) as day
        ) as d on d.day >= f.from_on and d.day < f.until
        """
    )
    common = "source, sha256, 'sheet' as sheet, load_seq"
    con.execute(
        f"""
        insert into raw.wechat_channel_daily by name
        select {common}, row_number() over (partition by load_seq) + 1 as row_number, date, channel,
            cast(1000 + noise as varchar) as reads, cast(800 + noise as varchar) as readers,
            cast(20 + noise % 30 as varchar) as shares, cast(15 + noise % 30 as varchar) as sharers
        from day, (select unnest([{_CHANNELS}]) as channel)
        """
    )
    con.execute(
        f"""
        insert into raw.wechat_follower_daily by name
        select {common}, row_number() over (partition by load_seq) + 1 as row_number, date,
            cast(50 + noise % 50 as varchar) as new_followers,
            '10' as lost_followers, cast(40 + noise % 50 as varchar) as net_followers,
            cast(100000 + noise as varchar) as followers
        from day
        """
    )
    con.execute(
        f"""
        insert into raw.wechat_article_7d by name
        select {common}, row_number() over (partition by load_seq) + 1 as row_number,
            '文章' || n || '：' || date as title,
            date as published_on,
            'https://mp.weixin.qq.com/s?__biz=X&mid=' || hash(source, date) % 1000000007 || '&idx=' || n
                as url,
            cast(3000 + noise as varchar) as reads, cast(2500 + noise as varchar) as readers,
            cast(30 + noise % 20 as varchar) as shares
        from day, (select unnest(range(1)) as n)
        """
    )
    (count,) = con.execute(
        "select (select count(*) from raw.wechat_channel_daily) + (select count(*) from "
        "raw.wechat_follower_daily) + (select count(*) from raw.wechat_article_7d)"
    ).fetchone() or (0,)
    return int(count)
