"""The Spark side in a process of its own, as the product runs it: sqlglot from its source.

`python -m tests.support.spark_sql WHAT ARGUMENT …` prints the answer as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pipeline.lake.spark  # noqa: F401 - before anything that imports sqlglot
from pipeline.lake.duckdb_engine import Task, model_types
from pipeline.lake.spark.macros import Macros
from pipeline.lake.spark.translate import to_spark
from pipeline.models.folder import read_model
from tests.support.homes import CHECKOUT


def asked(what: str, *arguments: object) -> Any:
    """Return the answer of a fresh process; an error comes as its text."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.spark_sql", what, *map(str, arguments)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def translated(lake: str, transforms: str, macros: str) -> list[str]:
    """Translate every model over a lake."""
    task = Task.read(Path(lake), Path(transforms))
    schema, known = model_types(task), Macros(macros)
    return [to_spark(model, known, schema, task.lake.fixes) for model in task.models]


def expanded(macros: str, sql: str) -> list[Any]:
    """Return the query with its macros expanded, as DuckDB's SQL, and the macros' names."""
    known = Macros(macros)
    return [known.parse(sql).sql("duckdb"), sorted(macro.name for macro in known)]


def refused(path: str, macros: str) -> str:
    """Return why a model of one column over raw.spelling is not translated."""
    schema = {"raw": {"spelling": {"x": "VARCHAR"}}, "staging": {"odd": {"y": "VARCHAR"}}}
    try:
        to_spark(read_model(Path(path)), Macros(macros), schema)
    except ValueError as error:
        return f"{type(error).__name__}: {error}"
    return ""


if __name__ == "__main__":
    answers: dict[str, Callable[..., Any]] = {
        "translated": translated,
        "expanded": expanded,
        "refused": refused,
    }
    sys.stdout.write(json.dumps(answers[sys.argv[1]](*sys.argv[2:])))
