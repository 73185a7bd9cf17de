"""`python -m web.queries.worker HOME`: read a query a line (JSON), answer with a line.

The answer is the rows as json, csv or xlsx, or why the query is refused.

The process has little memory and is killed by who asks when it takes too long: DuckDB cannot be
interrupted everywhere.
"""

from __future__ import annotations

import io
import json
import math
import re
import resource
import sys
import threading
import time
from base64 import b64encode
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.base.errors import TransientError
from pipeline.config.home import Home
from pipeline.export.query_formats import write_csv
from pipeline.export.workbook import Column, Workbook
from pipeline.warehouse.publish import open_published
from web.figures import NO_NIGHT_ZH
from web.refusal import Refusal

SECONDS = 10
ROWS = 10_000
_LONGEST = 20_000
_DEEPEST = 100  # brackets within brackets: the parser takes twice as long for each further one
_MEMORY = 3 << 30
_LARGEST = 100 << 20  # bytes of an answer
_MEMORY_ZH = "这条查询要的内存太多，请缩小范围。"
_NEAR = re.compile(r'Candidate bindings: (.*)|Did you mean "?([^"?]+)"?\??')


class _Exhausted(Refusal):
    """A query took all the time or memory: what it left behind may refuse the next one."""


def main(root: str) -> None:
    """Answer until the other side closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    home = Home(Path(root))
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_reply(home, json.loads(line))) + "\n")
        sys.stdout.flush()


def _reply(home: Home, given: dict[str, Any]) -> dict[str, Any]:
    try:
        body = answer(home, given["sql"], given["format"])
    except Refusal as refusal:
        return {
            "refused": [refusal.status, refusal.error_zh, str(refusal)],
            "is_spent": isinstance(refusal, _Exhausted),
        }
    except MemoryError:
        return {"refused": [422, _MEMORY_ZH, "out of memory"], "is_spent": True}
    if len(body) > _LARGEST:
        return {"refused": [422, "结果太大，请缩小范围。", "the answer is too large"]}
    return {"body": b64encode(body).decode("ascii")}


def answer(home: Home, sql: str, form: str) -> bytes:
    """Return a query's rows as json, csv or xlsx."""
    names, types, rows, seconds = run(home, sql)
    cut, rows = len(rows) > ROWS, rows[:ROWS]
    if form == "csv":
        text = io.StringIO()
        write_csv(text, names, rows)
        return text.getvalue().encode("utf-8-sig")
    if form == "xlsx":
        return _xlsx(names, rows)
    found = {
        "columns": [{"name": name, "type": kind} for name, kind in zip(names, types, strict=True)],
        "rows": [[_plain(value) for value in row] for row in rows],
        "cut": cut,
        "seconds": round(seconds, 3),
    }
    return json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def run(home: Home, sql: str) -> tuple[list[str], list[str], list[tuple[Any, ...]], float]:
    """Run one query on the locked warehouse.

    Refusal 422 says what is wrong with it, or that it takes too long.
    """
    import duckdb

    if not sql.strip() or len(sql) > _LONGEST:
        raise Refusal(422, "请写一条查询。", "give a query of reasonable length")
    if _depth(sql) > _DEEPEST:
        raise Refusal(422, f"括号套得太深，最多{_DEEPEST}层。", "brackets nest too deeply")
    began = time.monotonic()
    try:
        with open_published(home) as con:
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
        raise _Exhausted(
            422, f"超过{SECONDS}秒还没查完，请缩小范围。", "the query took too long"
        ) from error
    except duckdb.IOException as error:
        raise Refusal(503, "数据暂时读不出来，请几分钟后再试。", str(error)[:300]) from error
    except (duckdb.Error, RuntimeError) as error:
        kind = _Exhausted if "Out of Memory" in str(error) else Refusal
        raise kind(422, _told(str(error)), str(error)[:1_000]) from error
    return (
        [str(one[0]) for one in described],
        [str(one[1]) for one in described],
        rows,
        time.monotonic() - began,
    )


def _depth(sql: str) -> int:
    """Return how deep brackets nest, those in texts counted too."""
    deepest = depth = 0
    for sign in sql:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _told(message: str) -> str:
    """Return DuckDB's words with what a person can do first."""
    if "Out of Memory" in message:
        return _MEMORY_ZH
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


if __name__ == "__main__":
    main(sys.argv[1])
