"""SQL models: one SELECT a file, with its comment, grain, checks and column notes beside the SQL.

The grammar of the header and of the column notes is in docs/contracts.md.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from collectors.written import read_text
from pipeline.base.errors import ConfigError
from pipeline.config.files import config_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OFFICE = "office"  # what an office adds in <home>/transforms/
BUILT_SCHEMAS = ("staging", "mart", OFFICE)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
CONTEXT = "ops.context"
MOVING = frozenset({"as_of", "plan_as_of"})  # columns of the context that change with the day alone
# says whether parsed models are current
PARSER = f"{sqlglot.__version__} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}"
_TAG = re.compile(r"!(\w+)(?:\(([^)]*)\))?")
_DIRECTIVE = re.compile(r"^(grain|versions|incremental_by|lookback|fail|warn):\s*+(.+)$")


@dataclass(frozen=True)
class Check:
    """A condition that must hold on every row of a model.

    `fail` stops publishing, `warn` is reported.
    """

    severity: str
    description: str
    condition: str


@dataclass(frozen=True)
class Versions:
    """A model whose rows are versions of `key` ordered by load_seq.

    Changes of `values` are restatements.
    """

    key: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """One table made by one SELECT."""

    schema: str
    name: str
    path: Path
    sql: str
    comment: str
    grain: tuple[str, ...]
    columns: dict[str, str]
    checks: tuple[Check, ...]
    versions: Versions | None
    reads: frozenset[str]
    # rows with one value of these are made of input rows with that value only
    incremental_by: tuple[str, ...] = ()
    # rows depend on the day only while this column lies less than so many days before it
    lookback: tuple[str, int] | None = None
    # every column name the SQL mentions; None: it takes whole rows of a table it reads
    names: frozenset[str] | None = None

    @property
    def table(self) -> str:
        """Qualified name."""
        return f"{self.schema}.{self.name}"

    @property
    def follows_run(self) -> bool:
        """Tell whether rows may differ from one run to the next though inputs and day are the same."""
        return "current_date" in self.sql or self._names_of_context({"run_id"})

    @property
    def follows_day(self) -> bool:
        """Tell whether rows may differ from one day to the next though inputs are the same."""
        return self._names_of_context(MOVING)

    def _names_of_context(self, columns: Iterable[str]) -> bool:
        return CONTEXT in self.reads and (self.names is None or not self.names.isdisjoint(columns))


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
    # what became of the corrections is known once every staging table stands
    after = {
        name: {other for other in models if other.startswith("staging.")}
        if "ops.correction_result" in model.reads
        else set()
        for name, model in models.items()
    }
    graph = {
        name: {read for read in model.reads if read in models} | after[name]
        for name, model in models.items()
    }
    try:
        return [models[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise ConfigError(
            f"SQL models read each other in a circle: {' -> '.join(error.args[1])}. Break it."
        ) from error


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
    text = read_sql(path)
    try:
        query = sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.ParseError as error:
        raise ConfigError(f"{path}: not one SELECT: {error}. Mend the SQL.") from error
    if not isinstance(query, exp.Query):
        raise ConfigError(f"{path}: must be one SELECT, found {type(query).__name__}.")
    prose, directives = _header(text)
    columns = {column.alias_or_name: _note(column) for column in query.selects}
    checks = [
        _row_check(severity, rest) for severity, rest in directives if severity in ("fail", "warn")
    ]
    incremental_by, lookback = _incremental(path, query, dict(directives))
    return Model(
        schema=schema
        or next(folder.name for folder in path.parents if folder.name in BUILT_SCHEMAS),
        name=path.stem,
        path=path,
        sql=text,
        comment=prose,
        grain=_names(dict(directives).get("grain", "")),
        columns={name: _TAG.sub("", note).strip() for name, note in columns.items()},
        checks=(*checks, *_tag_checks(columns)),
        versions=_versions(dict(directives).get("versions")),
        reads=frozenset(_tables(query)),
        incremental_by=incremental_by,
        lookback=lookback,
        names=None
        if _takes_whole_rows(query)
        else frozenset(column.name for column in query.find_all(exp.Column)),
    )


def _incremental(
    path: Path, query: exp.Query, directives: dict[str, str]
) -> tuple[tuple[str, ...], tuple[str, int] | None]:
    """Return the slices and how long rows depend on the day.

    A sliced model must say so when it looks at the day.
    """
    slices, (column, _, days) = (
        _names(directives.get("incremental_by", "")),
        directives.get("lookback", "").partition(","),
    )
    unknown = set(slices) - set(query.named_selects)
    if unknown or (column and not days.strip().isdigit()):
        raise ConfigError(
            f"{path}: incremental_by must be columns of the model, lookback a column and "
            "days: `-- lookback: date, 3`."
        )
    if slices and not directives.get("grain"):
        raise ConfigError(
            f"{path}: slices are replaced by the rows' keys: say which they are, `-- grain: …`."
        )
    looks = {"as_of", "plan_as_of", "run_id"} & {name.name for name in query.find_all(exp.Column)}
    if slices and not column and looks and CONTEXT in _tables(query):
        raise ConfigError(
            f"{path}: slices that depend on {', '.join(sorted(looks))} need `-- lookback: "
            "column, days`."
        )
    return slices, (column.strip(), int(days)) if column else None


def _takes_whole_rows(query: exp.Expression) -> bool:
    """Tell whether a `*` stands for the columns of a table.

    A `*` over the query's own parts names nothing new.
    """
    for select in query.find_all(exp.Select):
        tables = {
            part.this.alias_or_name
            for part in select.args.get("joins") or []
            if part.this.args.get("db")
        }
        origin = select.args.get("from_") or select.args.get("from")
        if origin and origin.this.args.get("db"):
            tables.add(origin.this.alias_or_name)
        stars = {getattr(star, "table", "") for star in select.expressions if star.is_star}
        if tables and ("" in stars or stars & tables):
            return True
    return False


def _tables(query: exp.Expression) -> Iterable[str]:
    return (f"{table.db}.{table.name}" for table in query.find_all(exp.Table) if table.db)


def _header(text: str) -> tuple[str, list[tuple[str, str]]]:
    prose: list[str] = []
    directives: list[tuple[str, str]] = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        body = line.removeprefix("--").strip()
        found = _DIRECTIVE.match(body)
        if found:
            directives.append((found[1], found[2]))
        elif body:
            prose.append(body)
    return "".join(prose), directives


def _note(column: exp.Expression) -> str:
    for node in (column, *([column.this] if isinstance(column, exp.Alias) else [])):
        if node.comments:
            return str(node.comments[-1]).strip()
    return ""


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _versions(text: str | None) -> Versions | None:
    if text is None:
        return None
    key, _, values = text.partition("|")
    return Versions(_names(key), _names(values))


def _row_check(severity: str, rest: str) -> Check:
    description, _, condition = rest.partition("|")
    return Check(severity, description.strip(), condition.strip())


def _tag_checks(columns: dict[str, str]) -> list[Check]:
    return [
        Check("fail", f"{name} !{tag}{f'({arg})' if arg else ''}", _tag_condition(name, tag, arg))
        for name, note in columns.items()
        for tag, arg in _TAG.findall(note)
    ]


def _tag_condition(name: str, tag: str, arg: str) -> str:
    match tag:
        case "not_null":
            return f"{name} is not null"
        case "min":
            return f"{name} is null or {name} >= {arg}"
        case "max":
            return f"{name} is null or {name} <= {arg}"
        case "in":
            return f"{name} is null or {name} in ({_quoted(arg)})"
    raise ConfigError(f"column {name}: unknown tag !{tag}. Use !not_null !min(x) !max(x) !in(a,b).")


def _quoted(arg: str) -> str:
    return ", ".join("'" + value.strip().replace("'", "''") + "'" for value in arg.split(","))
