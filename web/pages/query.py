"""查数: tables with their comments, ready questions, SQL with limits of time and rows.

The result as table, chart, xlsx or csv.
"""

from __future__ import annotations

import asyncio
import io
import math
import re
import threading
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pipeline.base.errors import TransientError
from pipeline.export.query_formats import write_csv
from pipeline.export.workbook import Column, Workbook
from pipeline.warehouse.publish import SCHEMAS, open_published
from web.access.guard import Ask, route
from web.figures import NO_NIGHT_ZH
from web.frame import page
from web.pages.questions import QUESTIONS
from web.pages.upload import workbook
from web.refusal import Refusal
from web.respond import Json

if TYPE_CHECKING:
    from web.desk import Desk

_READERS = ("viewer", "office", "admin")
SECONDS = 10
ROWS = 10_000
_LONGEST = 20_000
_AT_ONCE = asyncio.Semaphore(3)  # who waits here takes no thread from the pages
_NEAR = re.compile(r'Candidate bindings: (.*)|Did you mean "?([^"?]+)"?\??')


def show(ask: Ask) -> Response:
    """Show the page."""
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
    """Answer a query: JSON, or with `format` csv or xlsx; a few at once, who waits too long is told."""
    try:
        async with asyncio.timeout(SECONDS):
            await _AT_ONCE.acquire()
    except TimeoutError as error:
        raise Refusal(
            503, "正在查询的人太多，请稍后再试。", "too many queries at once", retry_after=SECONDS
        ) from error
    try:
        return await run_in_threadpool(_answer, ask)
    finally:
        _AT_ONCE.release()


def _answer(ask: Ask) -> Response:
    given = ask.request.query_params
    names, types, rows, seconds = run(ask.desk, given.get("sql", ""))
    kind = given.get("format", "json")
    cut = len(rows) > ROWS
    rows = rows[:ROWS]
    if kind == "csv":
        text = io.StringIO()
        write_csv(text, names, rows)
        headers = {"Content-Disposition": "attachment; filename=query.csv"}
        return Response(
            text.getvalue().encode("utf-8-sig"),
            media_type="text/csv; charset=utf-8",
            headers=headers,
        )
    if kind == "xlsx":
        return workbook(_xlsx(names, rows), "查询结果.xlsx")
    return Json(
        {
            "columns": [
                {"name": name, "type": kind} for name, kind in zip(names, types, strict=True)
            ],
            "rows": [[_plain(value) for value in row] for row in rows], "cut": cut,
            "seconds": round(seconds, 3),
        }
    )  # fmt: skip


def run(desk: Desk, sql: str) -> tuple[list[str], list[str], list[tuple[Any, ...]], float]:
    """Run one query on the locked warehouse.

    Refusal 422 says what is wrong with it, or that it takes too long.
    """
    import duckdb

    if not sql.strip() or len(sql) > _LONGEST:
        raise Refusal(422, "请写一条查询。", "give a query of reasonable length")
    began = time.monotonic()
    try:
        with open_published(desk.home) as con:
            clock = threading.Timer(SECONDS, con.interrupt)
            clock.start()
            try:
                cursor = con.execute(sql)
                described = cursor.description or []
                rows = cursor.fetchmany(ROWS + 1)
            finally:
                clock.cancel()
    except TransientError as error:
        raise Refusal(503, NO_NIGHT_ZH, "no night has been published yet") from error
    except duckdb.InterruptException as error:
        raise Refusal(
            422, f"超过{SECONDS}秒还没查完，请缩小范围。", "the query took too long"
        ) from error
    except duckdb.IOException as error:
        raise Refusal(503, "数据暂时读不出来，请几分钟后再试。", str(error)[:300]) from error
    except (duckdb.Error, RuntimeError) as error:
        raise Refusal(422, _told(str(error)), str(error)[:1_000]) from error
    return (
        [str(one[0]) for one in described],
        [str(one[1]) for one in described],
        rows,
        time.monotonic() - began,
    )


def _told(message: str) -> str:
    """Return DuckDB's words with what a person can do first."""
    if "Out of Memory" in message:
        return "这条查询要的内存太多，请缩小范围。"
    near = _NEAR.search(message)
    hint = f"是不是 {(near[1] or near[2]).strip()}？" if near else ""
    line = re.search(r"LINE (\d+):", message)
    return (
        f"{f'第{line[1]}行' if line else '查询'}有误。{hint}{message.partition(chr(10))[0][:300]}"
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - any SQL value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value)  # days and moments read well as they are


def _number(value: Any) -> Any:  # noqa: ANN401 - any SQL value
    return float(value) if isinstance(value, Decimal) else value


def _xlsx(names: list[str], rows: list[tuple[Any, ...]]) -> bytes:
    """Return the answer as a workbook; a second sheet says what Excel cannot hold."""
    stream = io.BytesIO()
    with Workbook(stream, "查数") as book:
        columns = [Column(name) for name in names]
        book.add("data", columns, [tuple(map(_number, row)) for row in rows])
        if book.told:
            book.add_text("说明", book.told)
    return stream.getvalue()


ROUTES = [route("/query", show, roles=_READERS), route("/api/query", query, roles=_READERS)]
