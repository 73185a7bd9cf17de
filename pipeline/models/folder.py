"""A folder of model files: read them all, in an order to build them; find one."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from collectors.written import read_text
from pipeline.base.errors import ConfigError
from pipeline.config.files import config_errors
from pipeline.models.model import BUILT_SCHEMAS, OFFICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pipeline.models.model import Model

_MACROS = ("macros.sql", "figure_macros.sql")  # each may use those of the one before
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def load_models(
    folder: Path, read: Callable[[Path, str], Model] | None = None, office: Path | None = None
) -> list[Model]:
    """Read all models, in an order to build them.

    They are every `<schema>/<topic>/<name>.sql` below `folder`, and below `office` as schema
    office. The office's models may read all others; no other reads them.
    """
    read = read or read_model
    files = [
        (path, schema)
        for schema in ("staging", "mart")
        for path in sorted((folder / schema).rglob("*.sql"))
    ]
    product = _in_order(_by_table([read(path, schema) for path, schema in files]), {})
    if office is None:
        return product
    own = _by_table([read(path, OFFICE) for path in sorted(office.rglob("*.sql"))])
    return [*product, *_in_order(own, {model.table: model for model in product})]


def read_macros(folder: Path) -> str:
    """Return the SQL that defines all macros that models use."""
    return "\n".join((folder / name).read_text("utf-8") for name in _MACROS)


def _by_table(models: Iterable[Model]) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for model in models:
        if not _NAME.fullmatch(model.name):
            raise ConfigError(
                f"{model.path}: a table's name is of a-z, 0-9 and _. Rename the file."
            )
        if model.table in found:
            raise ConfigError(
                f"{model.path}: {found[model.table].path} makes {model.table} too. Rename one "
                "of them."
            )
        found[model.table] = model
    return found


def _in_order(models: dict[str, Model], others: dict[str, Model]) -> list[Model]:
    """Return the models so that each comes after those it reads.

    `others` are built before all of them.
    """
    for model in models.values():
        _require_sources(model, {**others, **models})
    try:
        return [models[name] for name in TopologicalSorter(needs(models)).static_order()]
    except CycleError as error:
        raise ConfigError(
            f"SQL models read each other in a circle: {' -> '.join(error.args[1])}. Break it."
        ) from error


def needs(models: Mapping[str, Model]) -> dict[str, set[str]]:
    """Return for each model which of the others must be built before it.

    They are those it reads; and for what reads how corrections came out every staging table, whose
    building applies them.
    """
    staging = {name for name in models if name.startswith("staging.")}
    return {
        name: {read for read in model.reads if read in models}
        | (staging if "ops.correction_result" in model.reads else set())
        for name, model in models.items()
    }


def _require_sources(model: Model, models: dict[str, Model]) -> None:
    for read in sorted(model.reads):
        if read.split(".")[0] in BUILT_SCHEMAS and read not in models:
            raise ConfigError(
                f"{model.path}: reads {read}, which no file makes. Add "
                f"{read.replace('.', '/')}.sql."
            )


def model_file(folder: Path, table: str) -> Path:
    """Return the file of `schema.name` below `folder`; its topic folder is not part of the name."""
    schema, _, name = table.partition(".")
    found = next((folder / schema).rglob(f"{name}.sql"), None)
    if found is None:
        raise ConfigError(f"{folder}: no file makes {table}. Add {schema}/<topic>/{name}.sql.")
    return found


def read_sql(path: Path) -> str:
    """Return the text of a model file, in whatever encoding an editor saved it.

    ConfigError when it is none.
    """
    with config_errors():
        return read_text(path)


def read_model(path: Path, schema: str | None = None) -> Model:
    """Parse one model file; its schema is given or the name of a folder above it.

    ConfigError says what is wrong in which file.
    """
    # the parser is loaded when a file changed: most runs do without it
    from pipeline.models.parse import parse_model

    folders = (folder.name for folder in path.parents if folder.name in BUILT_SCHEMAS)
    return parse_model(path, read_sql(path), schema or next(folders))
