"""Parse model files: one SELECT each, its header, its column notes, what it reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from pipeline.base.errors import ConfigError
from pipeline.models.model import CONTEXT, Check, Model, Versions
from pipeline.warehouse.ddl import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_TAG = re.compile(r"!(\w+)(?:\(([^)]*)\))?")
_GOES_ON = "--   "  # a directive's second line is indented
_KNOWN = ("grain", "versions", "incremental_by", "lookback", "fail", "warn")
_DIRECTIVE = re.compile(rf"^({'|'.join(_KNOWN)}):\s*+(.+)$")
_UNKNOWN = re.compile(r"^[a-z_]+:(?=\s|$)")


def parse_model(path: Path, text: str, schema: str) -> Model:
    """Return the model that a file's text declares; ConfigError says what is wrong in which file."""
    try:
        query = sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.ParseError as error:
        raise ConfigError(f"{path}: not one SELECT: {error}. Mend the SQL.") from error
    if not isinstance(query, exp.Query):
        raise ConfigError(f"{path}: must be one SELECT, found {type(query).__name__}.")
    prose, directives = _header(path, text)
    columns = {column.alias_or_name: _note(column) for column in query.selects}
    checks = [
        _row_check(severity, rest) for severity, rest in directives if severity in ("fail", "warn")
    ]
    incremental_by, lookback = _incremental(path, query, dict(directives))
    return Model(
        schema=schema,
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
        names=frozenset([*_columns_named(query), *_whole_rows(query)]),
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


def _whole_rows(query: exp.Expression) -> Iterator[str]:
    """Yield `schema.table.*` where a `*` means the columns of a table, not those of the query's own parts."""
    for select in query.find_all(exp.Select):
        origin = select.args.get("from_") or select.args.get("from")
        parts = [origin, *(select.args.get("joins") or [])] if origin else []
        tables = {
            part.this.alias_or_name: f"{part.this.db}.{part.this.name}.*"
            for part in parts
            if part.this.args.get("db")
        }
        for star in (one for one in select.expressions if one.is_star):
            of = getattr(star, "table", "")
            yield from (name for alias, name in tables.items() if of in ("", alias))


def _columns_named(query: exp.Expression) -> Iterator[str]:
    """Yield the columns that the SQL mentions: `schema.table.column` where it says of which table."""
    known: dict[str, set[str]] = {}
    for table in query.find_all(exp.Table):
        known.setdefault(table.alias_or_name, set()).add(
            f"{table.db}.{table.name}." if table.db else ""
        )
    for column in query.find_all(exp.Column):
        owners = known.get(column.table, {""})
        yield from (f"{owner}{column.name}" for owner in owners)
        if column.table and column.table not in known:  # perhaps a field of a struct
            yield column.table
        if not column.table:  # perhaps a whole row as a value: max_by(t, t.load_seq)
            yield from (f"{owner}*" for owner in known.get(column.name, ()) if owner)
    for join in query.find_all(exp.Join):
        yield from (key.name for key in join.args.get("using") or ())


def _tables(query: exp.Expression) -> Iterable[str]:
    return (f"{table.db}.{table.name}" for table in query.find_all(exp.Table) if table.db)


def _header(path: Path, text: str) -> tuple[str, list[tuple[str, str]]]:
    prose: list[str] = []
    directives: list[tuple[str, str]] = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        body = line.removeprefix("--").strip()
        found = _DIRECTIVE.match(body)
        if found:
            directives.append((found[1], found[2]))
        elif directives and line.startswith(_GOES_ON):
            name, said = directives[-1]
            directives[-1] = name, f"{said} {body}"
        elif unknown := _UNKNOWN.match(body):
            raise ConfigError(
                f"{path}: the header says {unknown[0]}, which is none of {', '.join(_KNOWN)}."
            )
        elif body:
            prose.append(body)
    return "".join(prose), directives


def _note(column: exp.Expression) -> str:
    for node in (column, *([column.this] if isinstance(column, exp.Alias) else [])):
        if node.comments:
            return one_line(node.comments[-1])
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
