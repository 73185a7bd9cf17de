"""Compute again only what tonight changed: models made of slices (docs/decisions/0023-slices.md).

A model that declares `-- incremental_by: account_id, date` promises that its rows with one value of
these columns are made of the input rows with that value and of nothing else. So a night finds the
slices in which an input changed, computes only these, and replaces the rows that differ. Both the
old and the new rows are recorded for the models that read the table.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline.base.errors import PipelineError
from pipeline.models.corrections import apply_corrections
from pipeline.models.model import CONTEXT
from pipeline.models.slices import (
    NOTHING,
    UNKNOWN,
    Delta,
    columns_of_all,
    diff_query,
    restrict_inputs,
    semi_join_condition,
)
from pipeline.warehouse.ddl import comment_on, transaction
from pipeline.warehouse.macros import Macros
from pipeline.warehouse.rows import insert_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import duckdb

    from pipeline.models.model import Model

LANDED = "load_seq"
_STATE_OF_LANDING = "raw and ops.file up to load_seq"
_DAY = "as_of"


def build_model(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Replace the model's table by what its SELECT gives now.

    PipelineError names the model whose SQL failed.
    """
    with _named(model):
        con.execute(f"create or replace table {model.table} as {model.sql}")


@contextmanager
def _named(model: Model) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise PipelineError(f"{model.path}: {error}. Mend the SQL or what it reads.") from error


class IncrementalBuild:
    """One night's building of all models, each in full or by its slices.

    `save` records the state that the next night compares with.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, models: Sequence[Model], macros: str
    ) -> None:
        self._con = con
        self._text, self._macros = macros, Macros(con, macros)
        self._before: dict[str, str] = dict(
            con.execute("select table_name, signature from ops.model_state").fetchall()
        )
        self._after: dict[str, str] = {}
        self._changes: dict[str, Delta] = {}
        self._corrections: dict[str, str] = dict(
            con.execute(
                "select table_name, string_agg(hash(r), ' ' order by correction_id) from "
                "raw.correction as r group by table_name"
            ).fetchall()
        )  # fmt: skip
        self._asked_for = {read for model in models if model.incremental_by for read in model.reads}
        self._built = {model.table for model in models}
        self._columns = columns_of_all(con)
        (zone,) = con.execute("select current_setting('TimeZone')").fetchone() or ("",)
        self._common = f"{version('duckdb')} {zone} {macros}"
        self._days = self._note_context()
        self._made: dict[str, Model] = {}
        self._returned: dict[str, Delta] = {}
        self.is_kept = False  # what was only tried stands
        self._is_steady = True  # every model so far is what it was last night

    def build(self, model: Model) -> Delta:
        """Bring the model's table up to date, corrections included.

        PipelineError names the model whose SQL failed.

        Returns what must be checked: anything, when the model (so perhaps a check) is not what it
        was last night. A model that was built tonight is not built again.
        """
        self._macros.need(" ".join(check.condition for check in model.checks))
        if model.table not in self._returned:
            self._returned[model.table] = self._build(model)
        return self._returned[model.table]

    def _build(self, model: Model) -> Delta:
        self._after[model.table] = self._signature(model)
        is_same = self._before.get(model.table) == self._after[model.table]
        self._is_steady = self._is_steady and is_same
        # notes the state of each input, also when it decides nothing
        is_untouched = self._is_untouched(model)
        if is_same and is_untouched:
            self._keep_mark(model)
            self._changes[model.table] = NOTHING
            return NOTHING
        with _named(model):
            self._macros.need(model.sql)
            change = (
                self._slices(model) if self._can_slice(model) and is_same else self._full(model)
            )
        self._changes[model.table] = change
        return change if is_same else UNKNOWN

    @property
    def is_first(self) -> bool:
        """Whether nothing is known of an earlier night: then every model is built in full."""
        return not self._before

    def on(self, con: duckdb.DuckDBPyConnection) -> IncrementalBuild:
        """Return this build on another connection; both know what either of them does."""
        if con is self._con:
            return self
        other = copy(self)
        other._con, other._macros = con, Macros(con, self._text)  # noqa: SLF001 - of this class
        return other

    def comment(self, model: Model) -> None:
        """Comment the model's table, if it was made anew."""
        if self._made.pop(model.table, None):
            with transaction(self._con):
                comment_on(self._con, model.table, model.comment, model.columns)

    def save(self) -> None:
        """Note the state that the next night starts from."""
        self._con.execute("delete from ops.model_state")
        state = [{"table_name": name, "signature": mark} for name, mark in self._after.items()]
        insert_rows(self._con, "ops.model_state", state)

    # what the inputs changed

    def _note_context(self) -> tuple[date, date] | None:
        """Return the earlier and the later of last night's day and tonight's.

        None when they are the same or nothing is known.
        """
        (day, constants, last) = self._con.execute(
            f"""
            select as_of, (select to_json(d) from (select c.* exclude (run_id, as_of, plan_as_of)) as d),
                (select coalesce(max(load_seq), 0) from ops.file) from {CONTEXT} as c
            """
        ).fetchone() or (None, "", 0)
        self._after |= {CONTEXT: constants, _DAY: str(day), _STATE_OF_LANDING: str(last)}
        self._changes[CONTEXT] = NOTHING if self._before.get(CONTEXT) == constants else UNKNOWN
        before = (
            type(day).fromisoformat(self._before[_DAY]) if day and _DAY in self._before else day
        )
        return (min(before, day), max(before, day)) if day and before != day else None

    def _change_of(self, name: str) -> Delta:
        if name not in self._changes:
            landed = LANDED in self._columns.get(name, ())
            self._changes[name] = self._landed(name) if landed else self._seed(name)
        return self._changes[name]

    def _landed(self, name: str) -> Delta:
        """Return what came in tonight: raw and ops.file only grow."""
        if _STATE_OF_LANDING not in self._before:
            return UNKNOWN
        if self._before[_STATE_OF_LANDING] == self._after[_STATE_OF_LANDING]:
            return NOTHING
        view = _temporary("landed", name)
        self._con.execute(
            f"create or replace temp view {view} as select true as is_new, * from {name} "
            f"where load_seq > {self._before[_STATE_OF_LANDING]}"
        )
        return self._change_in(view)

    def _seed(self, name: str) -> Delta:
        """Return whether a table that is written anew each night says the same as last night.

        Such tables are accounts, plan and calendar.
        """
        (mark,) = self._con.execute(
            f"select concat_ws('/', count(*), sum(hash(r))) from {name} as r"
        ).fetchone() or ("",)
        self._after[name] = mark
        return NOTHING if self._before.get(name) == mark else UNKNOWN

    def _is_untouched(self, model: Model) -> bool:
        """Return whether a new computation must give the rows that are there.

        No input changed, nor what it takes from the context.
        """
        changes = [self._change_of(read) for read in sorted(model.reads)]
        moves = model.follows_run or (model.follows_day and self._days is not None)
        is_there = model.table in self._columns and model.table not in self._corrections
        return is_there and not moves and all(change == NOTHING for change in changes)

    # building

    def _can_slice(self, model: Model) -> bool:
        served = (
            [self._serves(model, read) for read in model.reads] if model.incremental_by else []
        )  # all: each notes its state
        return bool(model.incremental_by) and model.table not in self._corrections and all(served)

    def _serves(self, model: Model, read: str) -> bool:
        """Return whether the input's change can be followed into the model's slices."""
        change = self._change_of(read)
        return change == NOTHING or (change.is_known and bool(self._shared(model, read)))

    def _full(self, model: Model) -> Delta:
        sql, is_aside = model.sql, self._has_mark(model)
        if is_aside:
            # Aside first: a moving day changes few tables, and one that stays keeps its comments.
            self._con.execute(f"create or replace temp table model_fresh as {sql}")
            if self._note_mark(model, "model_fresh"):
                return NOTHING
            sql = "from model_fresh"
        before = self._keep(model)
        self._con.execute(f"create or replace table {model.table} as {sql}")
        if model.table in self._corrections:
            apply_corrections(self._con, model.table)
        self._made[model.table] = model
        self._columns[model.table] = tuple(model.columns)
        change = self._difference(model, before, model.table) if before else UNKNOWN
        # long tables: the digest would cost more than it saves
        is_long = bool(model.incremental_by)
        is_same = not is_aside and not is_long and self._note_mark(model, model.table)
        return NOTHING if is_same and not change.is_known else change

    def _has_mark(self, model: Model) -> bool:
        """Return whether last night's rows have a digest to compare tonight's with.

        Where no SQL changed so far, columns and their types are what they were.
        """
        is_plain = model.table in self._columns and model.table not in self._corrections
        return self._is_steady and is_plain and f"rows of {model.table}" in self._before

    def _note_mark(self, model: Model, rows: str) -> bool:
        """Note the digest of the model's rows; return whether last night's was the same."""
        name = f"rows of {model.table}"
        (mark,) = self._con.execute(
            f"select concat_ws('/', count(*), sum(hash(r))) from {rows} as r"
        ).fetchone() or ("",)
        self._after[name] = mark
        return bool(self._before.get(name) == mark)

    def _keep_mark(self, model: Model) -> None:
        name = f"rows of {model.table}"
        if name in self._before:
            self._after[name] = self._before[name]

    def _keep(self, model: Model) -> str | None:
        """Copy the table as it was, if a sliced model reads it and columns are the same.

        A sliced model that is built in full, but for a correction, changed its SQL or its inputs:
        what reads it is built in full as well.
        """
        is_asked_for = model.table in self._asked_for and (
            not model.incremental_by or model.table in self._corrections
        )
        if not is_asked_for or self._columns.get(model.table) != tuple(model.columns):
            return None
        name = _temporary("before", model.table)
        self._con.execute(f"create or replace temp table {name} as from {model.table}")
        return name

    def _difference(self, model: Model, before: str, after: str) -> Delta:
        name = _temporary("changed", model.table)
        columns = ", ".join(f'"{column}"' for column in model.columns)
        self._con.execute(
            f"create or replace temp table {name} as {diff_query(before, after, columns)}"
        )
        return self._change_in(name)

    def _change_in(self, rows: str) -> Delta:
        return (
            Delta(rows)
            if self._con.execute(f"select 1 from {rows} limit 1").fetchall()
            else NOTHING
        )

    def _slices(self, model: Model) -> Delta:
        con, queries = self._con, self._touches(model)
        if not queries:
            return NOTHING
        con.execute(f"create or replace temp table slice_touched as {' union '.join(queries)}")
        if self._change_in("slice_touched") == NOTHING:
            return NOTHING
        shared = {read: self._shared(model, read) for read in model.reads}
        touched = semi_join_condition(con, "slice_touched", model.incremental_by)
        con.execute(
            "create or replace temp table slice_fresh as select * from "
            f"({restrict_inputs(con, model.sql, shared)}\n) as m where {touched}"
        )
        con.execute(
            "create or replace temp table slice_stale as select *, rowid from "
            f"{model.table} as m where {touched}"
        )
        change = self._difference(model, "slice_stale", "slice_fresh")
        if change.rows:
            key = semi_join_condition(con, change.rows, model.grain)
            con.execute(
                f"delete from {model.table} where rowid in (select rowid from slice_stale as m "
                f"where {key})"
            )
            con.execute(
                f"insert into {model.table} by name select * from slice_fresh as m where {key}"
            )
        return replace(change, has_unique_keys=bool(change.rows) and self._has_unique_keys(model))

    def _has_unique_keys(self, model: Model) -> bool:
        """Return whether no key is in the computed slices twice, nor can be in another slice."""
        if not set(model.incremental_by) <= set(model.grain):
            return False
        twice = f"group by {', '.join(model.grain)} having count(*) > 1"
        return not self._con.execute(f"select 1 from slice_fresh {twice} limit 1").fetchall()

    def _touches(self, model: Model) -> list[str]:
        """Return queries for the slices in which an input changed, or that the moving day touches."""
        keys = ", ".join(model.incremental_by)
        whole = [read for read in model.reads if self._shared(model, read) == model.incremental_by]
        found: list[str] = []
        for read in sorted(model.reads):
            rows = self._change_of(read).rows
            if rows is None:
                continue
            changed = self._changed_for(model, read, rows)
            origins = [changed] if read in whole else [*whole, model.table]
            where = (
                ""
                if read in whole
                else f" where {semi_join_condition(self._con, changed, self._shared(model, read))}"
            )
            found += [f"select distinct {keys} from {origin} as m{where}" for origin in origins]
        if model.lookback and self._days:
            column, days = model.lookback
            span = (
                f"{column} > date '{self._days[0]}' - {days} and {column} <= date '{self._days[1]}'"
            )
            found += [
                f"select distinct {keys} from {read} where {span}"
                for read in whole
                if column in self._columns.get(read, ())
            ]
        return found

    def _changed_for(self, model: Model, read: str, rows: str) -> str:
        """Return the changed rows as far as the model looks at them, with their slice columns.

        A change in a column it never names is none.
        """
        slices = self._shared(model, read)
        used = [
            name
            for name in self._columns.get(read, ())
            if name in slices or model.looks_at(read, name)
        ]
        if read not in self._built:
            return rows
        old, new = (f"(select * from {rows} where {sign} is_new)" for sign in ("not", ""))
        return f"({diff_query(old, new, ', '.join(used))})"

    def _signature(self, model: Model) -> str:
        corrections = self._corrections.get(model.table, "")
        return hashlib.sha256(f"{self._common} {model.sql} {corrections}".encode()).hexdigest()

    def _shared(self, model: Model, read: str) -> tuple[str, ...]:
        """Return the model's slice columns that the input has."""
        return tuple(name for name in model.incremental_by if name in self._columns.get(read, ()))


def _temporary(what: str, table: str) -> str:
    return f"{what}_{table.replace('.', '_')}"
