"""查数: tables with their comments, ready questions, SQL with limits of time and rows.

The result as table, chart, xlsx or csv.
"""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pipeline.warehouse.publish import SCHEMAS
from web.access.guard import Ask, route
from web.frame import page
from web.pages.questions import QUESTIONS
from web.pages.upload import workbook
from web.queries.queries import AT_ONCE
from web.queries.worker import ROWS, SECONDS
from web.refusal import Refusal

_READERS = ("viewer", "office", "admin")
_TURNS = asyncio.Semaphore(AT_ONCE)  # who waits here takes no thread from the pages


def show(ask: Ask) -> Response:
    """Show the page; a process gets ready while the person reads."""
    ask.desk.queries.start()
    tables = ask.desk.figures.rows(
        f"""
        select t.schema_name, t.table_name, any_value(coalesce(t.comment, '')) as comment,
            list(struct_pack(name := c.column_name, comment := coalesce(c.comment, ''))
            order by c.column_index) as columns
        from duckdb_tables() as t join duckdb_columns() as c
            on c.schema_name = t.schema_name and c.table_name = t.table_name
            and c.database_name = t.database_name
        where t.schema_name in {SCHEMAS} group by t.schema_name, t.table_name
        order by array_position({list(SCHEMAS)}, t.schema_name), t.table_name"""
    )
    return page(
        ask,
        "query.html",
        title="查数",
        tables=tables,
        questions=QUESTIONS,
        seconds=SECONDS,
        most=ROWS,
    )


async def query(ask: Ask) -> Response:
    """Answer a query as JSON, or with `format` as csv or xlsx.

    A few run at once; a person who waits too long gets an error that says so.
    """
    try:
        async with asyncio.timeout(SECONDS):
            await _TURNS.acquire()
    except TimeoutError as error:
        raise Refusal(
            503, "正在查询的人太多，请稍后再试。", "too many queries at once", retry_after=SECONDS
        ) from error
    try:
        return await run_in_threadpool(_answer, ask)
    finally:
        _TURNS.release()


def _answer(ask: Ask) -> Response:
    given = ask.request.query_params
    form = given.get("format", "json")
    body = ask.desk.queries.answer(given.get("sql", ""), form)
    if form == "csv":
        headers = {"Content-Disposition": "attachment; filename=query.csv"}
        return Response(body, media_type="text/csv; charset=utf-8", headers=headers)
    if form == "xlsx":
        return workbook(body, "查询结果.xlsx")
    return Response(body, media_type="application/json")


ROUTES = [route("/query", show, roles=_READERS), route("/api/query", query, roles=_READERS)]
