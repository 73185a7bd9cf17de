"""Our models as a dbt project.

The same SELECTs with ref() for what they read, the macros as persistent ones, the grain checks as
dbt tests.

What it leaves out: comments in the database, the checks beyond the grain, corrections,
restatements, alerts.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pipeline.config.checkout import TRANSFORMS
from pipeline.models.folder import read_macros
from pipeline.models.model import BUILT_SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.models.model import Model

_READS = re.compile(r"\b(from|join)\s+(staging|mart)\.(\w+)", re.IGNORECASE)
# dbt's own rule would prefix the schema with the target's
_SCHEMA_NAME = (
    "{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name }}{% "
    "endmacro %}\n"
)
_GRAIN_TEST = """{% test grain(model, columns) %}
select {{ columns | join(', ') }} from {{ model }} group by all
having count(*) > 1{% for column in columns %} or {{ column }} is null{% endfor %}
{% endtest %}
"""
_NOTE_FILES = (
    "insert into ops.file by name select * exclude (_dlt_load_id, _dlt_id) from raw.loaded_file"
)
_PROFILE = """bench:
  target: dev
  outputs:
    dev: {type: duckdb, path: %s, schema: main, threads: 2, settings: {TimeZone: Asia/Shanghai}}
"""


def write_project(folder: Path, models: Sequence[Model], database: Path) -> Path:
    """Write the project and its profile into `folder`; returns it."""
    macros = folder / "macros"
    macros.mkdir(parents=True)
    (macros / "rules.sql").write_text(_SCHEMA_NAME + _GRAIN_TEST + _functions(), "utf-8")
    (folder / "profiles.yml").write_text(_PROFILE % json.dumps(str(database)), "utf-8")
    project = {
        "name": "bench", "version": "1.0", "profile": "bench", "model-paths": ["models"],
        "macro-paths": ["macros"],
        "on-run-start": ["{{ value_macros() }}", _NOTE_FILES],
        "models": {
            "bench": {
                "+materialized": "table", **{name: {"+schema": name} for name in BUILT_SCHEMAS},
            }
        },
        "flags": {"send_anonymous_usage_stats": False},
    }  # fmt: skip
    (folder / "dbt_project.yml").write_text(json.dumps(project), "utf-8")  # YAML holds JSON
    for model in models:
        path = folder / "models" / model.schema / f"{_name(model)}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{{{{ config(alias='{model.name}') }}}}\n{translated(model)}", "utf-8")
    tests = [
        {
            "name": _name(model),
            "data_tests": [{"grain": {"arguments": {"columns": list(model.grain)}}}],
        }
        for model in models
    ]
    (folder / "models" / "tests.yml").write_text(
        json.dumps({"version": 2, "models": tests}), "utf-8"
    )
    return folder


def translated(model: Model) -> str:
    """Return the model's SELECT without its comments, with `ref` for every table a model makes.

    ValueError if a table was missed.
    """
    bare = re.sub(r"--.*", "", model.sql)
    found = {f"{schema}.{name}" for _, schema, name in _READS.findall(bare)}
    wanted = {name for name in model.reads if name.split(".")[0] in BUILT_SCHEMAS}
    if found != wanted:
        raise ValueError(
            f"{model.path}: reads {sorted(wanted)}, found {sorted(found)}. Mend the translation."
        )
    return _READS.sub(r"\1 {{ ref('\2__\3') }}", bare)


def _name(model: Model) -> str:
    """Return a name for dbt, which wants names that differ within a project, whatever the schema."""
    return f"{model.schema}__{model.name}"


def _functions() -> str:
    """Return a dbt macro that defines our value macros for good.

    Dbt's connections do not see each other's temporary ones.
    """
    text = read_macros(TRANSFORMS)
    text = text.replace("create or replace temp macro", "create or replace macro main.")
    text = text.replace("main. ", "main.")
    return "{% macro value_macros() %}{% raw %}\n" + text + "{% endraw %}{% endmacro %}\n"
