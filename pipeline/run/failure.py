"""Why a night failed, in words for staff: which of tonight's files, which row, which cell.

A failing check gives a row. It is followed through the models it was made of to a row of a file that came
tonight. Where that leads nowhere, every file of tonight may be the one.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pipeline.models.checks import CheckFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from pipeline.ingest.files.outcomes import FileOutcome
    from pipeline.models.checks import CheckResult
    from pipeline.models.model import Model

    Row = dict[str, Any]

_MOST = 20
_PLACE = ("load_seq", "sheet", "row_number")


def suspects(
    con: duckdb.DuckDBPyConnection,
    models: Sequence[Model],
    outcomes: Sequence[FileOutcome],
    error: Exception,
) -> list[Row]:
    """Return rows of ops.run_failure: the file and cell behind the error, or all it may be."""
    import duckdb

    loaded = {one.load_seq: one for one in outcomes if one.load_seq}
    found: list[Row] = []
    check = _broken(error)
    if check is not None:
        with suppress(duckdb.Error):  # the night has failed already: this only says why
            found = _traced(con, {model.table: model for model in models}, check, loaded)
    reason = "入库时出错，详见运行日志。" if check is None else f"检查没有通过：{check.name}。"
    maybe = [_row(one, is_certain=False, reason_zh=reason) for one in loaded.values()]
    return found or maybe[:_MOST]


def _broken(error: Exception) -> CheckResult | None:
    if not isinstance(error, CheckFailedError):
        return None
    return next((one for one in error.results if one.severity == "fail" and not one.passed), None)


def _traced(
    con: duckdb.DuckDBPyConnection,
    models: dict[str, Model],
    check: CheckResult,
    loaded: dict[int, FileOutcome],
) -> list[Row]:
    """Return the rows of tonight's files from which the check's example was made."""
    model, example = models[check.table], json.loads(check.example or "{}")
    key = {name: example[name] for name in model.grain if example.get(name) is not None}
    for table in _upstream(models, model):
        there = _columns(con, table)
        shared = [name for name in key if name in there]
        if "load_seq" not in there or not shared:
            continue
        same = " and ".join(f'cast("{name}" as varchar) = ?' for name in shared)
        place = ", ".join(name if name in there else f"null as {name}" for name in _PLACE)
        query = (
            f"select distinct {place} from {table} where {same} and load_seq in (select unnest(?)) "
            "order by all limit 5"
        )
        rows = con.execute(query, [*(str(key[name]) for name in shared), list(loaded)]).fetchall()
        if rows:
            return [
                _named(check, model, example, loaded[seq], (sheet, number))
                for seq, sheet, number in rows
            ]
    return []


def _upstream(models: dict[str, Model], model: Model) -> Iterator[str]:
    """Yield the model's table, then those it was made of, nearest first."""
    waiting, seen = [model.table], {model.table}
    while waiting:
        table = waiting.pop(0)
        yield table
        for name in sorted(models[table].reads) if table in models else []:
            if name not in seen:
                seen.add(name)
                waiting.append(name)


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    schema, _, name = table.partition(".")
    query = "select column_name from duckdb_columns() where schema_name = ? and table_name = ?"
    return {row[0] for row in con.execute(query, [schema, name]).fetchall()}


def _named(
    check: CheckResult, model: Model, example: Row, file: FileOutcome, place: tuple[str, int]
) -> Row:
    """Return the row of ops.run_failure that names file, row and cell."""
    labels = {name: _label(model, name) for name in model.columns}
    if check.name.startswith("grain") and check.name.endswith("unique"):
        keys = "、".join(f"{labels.get(name, name)}“{example.get(name)}”" for name in model.grain)
        column, value, what = None, None, f"与另一行重复（{keys}），不知以哪行为准。"
    else:
        words = check.name.replace("(", " ").split()
        column = next((name for name in model.columns if name in words), None)
        value = None if column is None else example.get(column)
        said = "是空的" if value is None else f"是“{value}”"
        what = f"的“{labels[column]}”{said}，不合规定。" if column else f"不合规定：{check.name}。"
    sheet, number = place
    line = f"第{number}行" if number else "有一行"
    where = f"工作表“{sheet}”{line}" if sheet and file.container != "text" else line
    return _row(
        file, sheet=sheet, row_number=number, column_name=labels.get(column or ""),
        value=None if value is None else str(value), is_certain=True,
        reason_zh=f"“{file.file.name}”{where}{what}",
    )  # fmt: skip


def _label(model: Model, name: str) -> str:
    """Return a column's comment as people say it: without tags and what follows a colon."""
    comment = model.columns.get(name) or name
    for mark in ("!", "：", "；", "，", "（"):
        comment = comment.partition(mark)[0]
    return comment.strip() or name


def _row(file: FileOutcome, **said: Any) -> Row:  # noqa: ANN401 - columns
    nothing = dict.fromkeys(("sheet", "row_number", "column_name", "value"))
    return {
        "sha256": file.file.sha256, "source": file.file.source, "original_name": file.file.name,
        **nothing, **said,
    }  # fmt: skip
