"""Pages of the warehouse for `serve`: the list of tables, and one table by pages. Each request opens the newest published night."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import TransientError
from pipeline.warehouse.publish import SCHEMAS, open_published

if TYPE_CHECKING:
    import duckdb

    from pipeline.config.home import Home

PAGE = 100
_CSV_LIMIT = 1_000_000
_DIGITS = 12  # of the row a page may start from
_STYLE = """<style>body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;margin:1rem auto;max-width:76rem;padding:0 1rem;color:#222;background:#fff}
table{border-collapse:collapse}th,td{border:1px solid #d5dadf;padding:.2rem .5rem;text-align:left;vertical-align:top;min-width:8em;max-width:22em;overflow-wrap:anywhere}thead th{background:#eef2f6}
.wide{overflow-x:auto}.note{color:#5f6368}a{color:#00588a}</style>"""


class NotThereError(Exception):
    """No such table, column or file."""


@dataclass(frozen=True)
class Page:
    """Rows of one table from `start`, with comments of table and columns."""

    schema: str
    name: str
    comment: str
    columns: list[str]
    comments: list[str]
    rows: list[tuple[Any, ...]]
    total: int
    start: int
    order: str


def index(home: Home) -> str:
    """Return the front page: scoreboard, reports, tables."""
    found = sorted(home.output.glob("*/*/index.html"), reverse=True)
    links = "".join(
        f'<li><a href="/output/{path.relative_to(home.output)}">{escape(path.parent.parent.name)} {escape(path.parent.name)}</a></li>'
        for path in found
    )
    board = (
        '<p><a href="/output/scoreboard.html">数据看板</a></p>'
        if (home.output / "scoreboard.html").exists()
        else "<p>还没有看板：运行 <code>pipeline report scoreboard</code>。</p>"
    )
    try:
        with open_published(home) as con:
            tables = con.execute(
                f"""select schema_name, table_name, coalesce(comment, ''), estimated_size from duckdb_tables()
                where schema_name in {SCHEMAS} order by array_position({list(SCHEMAS)}, schema_name), table_name"""
            ).fetchall()
    except TransientError:
        tables = []
    rows = "".join(
        f'<tr><td><a href="/table/{s}.{t}">{s}.{t}</a></td><td>{escape(c)}</td><td>{n:,}</td></tr>'
        for s, t, c, n in tables
    )
    return _page(
        "宣传数据",
        f'<h1>宣传数据</h1>{board}<h2>报告</h2><ul>{links or "<li>还没有</li>"}</ul><h2>数据表</h2><div class="wide"><table><thead><tr><th>表</th><th>说明</th><th>行数</th></tr></thead><tbody>{rows}</tbody></table></div>',
    )


def read_page(home: Home, schema: str, name: str, query: dict[str, list[str]], *, everything: bool) -> Page:
    """Return a page of a table; NotThereError for a table or order column that does not exist."""
    with open_published(home) as con:
        known = _columns(con, schema, name)
        columns = [column for column, _ in known]
        asked = query.get("order", [""])[0]
        column, descending = asked.removeprefix("-"), asked.startswith("-")
        if asked and column not in columns:
            raise NotThereError(f"no column {column} in {schema}.{name}")
        asked_from = query.get("from", ["0"])[0]
        start = int(asked_from) if asked_from.isdecimal() and len(asked_from) <= _DIGITS else 0
        order = f'order by "{column}" {"desc" if descending else "asc"} nulls last' if asked else ""
        limit, offset = (_CSV_LIMIT, 0) if everything else (PAGE, start)
        rows = con.execute(f'select * from {schema}."{name}" {order} limit {limit} offset {offset}').fetchall()
        (total,) = con.execute(f'select count(*) from {schema}."{name}"').fetchone() or (0,)
        (comment,) = con.execute(
            "select coalesce(comment, '') from duckdb_tables() where schema_name = ? and table_name = ?", [schema, name]
        ).fetchone() or ("",)
    return Page(schema, name, comment, columns, [text for _, text in known], rows, total, start, asked)


def table(page: Page) -> str:
    """Return a table page: comments under the heads, a link a head to order by it, links to the pages beside it."""
    base = f"/table/{page.schema}.{page.name}"
    heads = "".join(
        f'<th scope="col"><a href="{base}?order={"-" if page.order == column else ""}{column}">{escape(column)}</a><br><span class="note">{escape(comment)}</span></th>'
        for column, comment in zip(page.columns, page.comments, strict=True)
    )
    body = "".join("<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>" for row in page.rows)
    order = f"&order={page.order}" if page.order else ""
    steps = []
    if page.start > 0:
        steps.append(f'<a href="{base}?from={max(page.start - PAGE, 0)}{order}">上一页</a>')
    if page.start + PAGE < page.total:
        steps.append(f'<a href="{base}?from={page.start + PAGE}{order}">下一页</a>')
    where = (
        f"{page.start + 1:,}–{page.start + len(page.rows):,}，共 {page.total:,} 行"
        if page.rows
        else f"没有行，共 {page.total:,} 行"
    )
    return _page(
        f"{page.schema}.{page.name}",
        f'<p><a href="/">首页</a></p><h1>{page.schema}.{page.name}</h1><p>{escape(page.comment)}</p><p>{where} {" ".join(steps)} <a href="{base}.csv">下载 CSV</a></p>'
        f'<div class="wide" tabindex="0" role="region" aria-label="数据"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>',
    )


def _columns(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> list[tuple[str, str]]:
    if schema not in SCHEMAS:
        raise NotThereError(f"no table {schema}.{name}")
    found = con.execute(
        "select column_name, coalesce(comment, '') from duckdb_columns() where schema_name = ? and table_name = ? order by column_index",
        [schema, name],
    ).fetchall()
    if not found:
        raise NotThereError(f"no table {schema}.{name}")
    return found


def _cell(value: Any) -> str:  # noqa: ANN401 - any SQL value
    return '<span class="note">—</span>' if value is None else escape(str(value))


def _page(title: str, body: str) -> str:
    return f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>{_STYLE}</head><body><main>{body}</main></body></html>'
