"""Oddities of a file itself, as sentences: a day out of all proportion, ids that Excel rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ingest.raw_tables import label_of

if TYPE_CHECKING:
    import duckdb

    from web.uploads.values import Values

_JUMP, _JUMP_LEAST, _JUMP_DAYS = 20, 200, 10


def warnings(con: duckdb.DuckDBPyConnection, blocks: list[Values]) -> list[str]:
    """Return a sentence for each thing that a person should look at before handing the file in."""
    return [said for values in blocks for said in (*_jumps(con, values), *_rounded(con, values))]


def _rounded(con: duckdb.DuckDBPyConnection, values: Values) -> list[str]:
    """Return a sentence for each column of ids that Excel has rounded to fifteen digits.

    1.23E+15 says so itself; of long ids all must end in zeros, for one in ten ends in one by chance.
    """
    found = []
    for column in values.table.columns:
        if column.kind != "id":
            continue
        query = f"""
            with written as (select half_width("{column.name}") as id from raw.{values.table.table}),
            long as (select * from written where regexp_matches(id, '^[1-9][0-9]{{15,19}}$')),
            odd as (
                select id from written where is_rounded_id(id)
                union all select id from long where regexp_matches(id, '^[1-9][0-9]{{14}}0$')
                    and (select count(distinct id) > 1 and count(*) = count(*) filter (
                        regexp_matches(id, '^[1-9][0-9]{{14}}0+$')) from long)
            )
            select count(*), min(id) from odd"""
        count, example = con.execute(query).fetchone() or (0, None)
        if count:
            found.append(
                f"“{label_of(column)}”有{count}个像是被Excel四舍五入了（如{example}），编号不全。"
                "请从平台重新下载，不要用Excel打开后另存。"
            )
    return found


def _jumps(con: duckdb.DuckDBPyConnection, values: Values) -> list[str]:
    """Return a sentence for each day whose net change is far out of the file's own order of magnitude."""
    net = next((column for column in values.figures if column.kind == "net"), None)
    if net is None or not values.is_daily:
        return []
    rows = con.execute(
        f"""
        with value as (select on_day, "{net.name}" as net from {values.place}),
        usual as (select median(abs(net)) as middle, count(net) as days from value)
        select on_day, net, round(abs(net) / nullif(middle, 0)) from value cross join usual
        where days >= {_JUMP_DAYS} and abs(net) >= {_JUMP_LEAST} and abs(net) > {_JUMP} * middle
        order by on_day limit 5"""
    ).fetchall()
    return [
        (
            f"{on.month}月{on.day}日{label_of(net)}{value:,}，"
            f"是这份文件日常水平的{int(times or 0)}倍。属实就照常提交；拿不准请先核对当天数字。"
        )
        for on, value, times in rows
    ]
