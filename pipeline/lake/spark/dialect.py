"""DuckDB's SQL written as Spark SQL.

What sqlglot does not carry over by itself, one method a difference.

Every rule says what DuckDB means; Spark runs with ANSI mode, its clock set to the lake's zone and
TIMESTAMP meaning a wall clock
(pipeline/lake/spark/session.py). Trees must be expanded (macros.py) and annotated with types before
they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp
from sqlglot.dialects.spark import Spark

from pipeline.lake.spark.patterns import (
    UntranslatableError,
    java_format,
    java_regex,
    java_replacement,
    only_once,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# DuckDB trims every space separator (Unicode Zs), Spark only U+0020.
_SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_MOMENTS = {
    exp.DataType.Type.TIMESTAMP: "TIMESTAMP_NTZ",
    exp.DataType.Type.TIMESTAMPTZ: "TIMESTAMP_LTZ",
}
_WHOLE = exp.DataType.INTEGER_TYPES
_BROKEN = {*exp.DataType.REAL_TYPES, exp.DataType.Type.DECIMAL, exp.DataType.Type.UNKNOWN}
_DATE_PARTS = {"year", "quarter", "month", "day", "hour", "minute", "second"}


class SparkGenerator(Spark.Generator):
    """Writes annotated DuckDB trees as Spark SQL."""

    TRANSFORMS: ClassVar = {
        key: value
        for key, value in Spark.Generator.TRANSFORMS.items()
        if key not in {
            exp.Trim, exp.RegexpLike, exp.RegexpReplace, exp.RegexpExtract, exp.RegexpExtractAll,
            exp.ArgMax, exp.ArgMin,
            exp.AtTimeZone, exp.Cast, exp.TryCast, exp.Div, exp.Sub, exp.Round, exp.Bracket,
            exp.Anonymous, exp.Filter, exp.Try,
        }
    }  # fmt: skip

    def table_sql(self, expression: exp.Table, sep: str = " AS ") -> str:
        """`raw.account` is the view `raw_account`: temporary views have no schema."""
        if expression.db:
            flat = exp.to_table(f"{expression.db}_{expression.name}")
            flat.set("alias", expression.args.get("alias"))
            return super().table_sql(flat, sep)
        return super().table_sql(expression, sep)

    def trim_sql(self, expression: exp.Trim) -> str:
        """Trim all that Unicode calls a space."""
        if expression.expression:
            return super().trim_sql(expression)
        return (
            f"TRIM(BOTH {self.sql(exp.Literal.string(_SPACES))} FROM "
            f"{self.sql(expression, 'this')})"
        )

    def div_sql(self, expression: exp.Div) -> str:
        """Divide as DOUBLE. Spark computes before HAVING drops a row, so a zero must not stop it.

        NULL, where DuckDB says inf.
        """
        return f"TRY_DIVIDE({self._double(expression.left)}, {self._double(expression.right)})"

    def sub_sql(self, expression: exp.Sub) -> str:
        """Two dates give a number of days, not an interval."""
        if _is(expression.left, exp.DataType.Type.DATE) and _is(
            expression.right, exp.DataType.Type.DATE
        ):
            return self.func("DATEDIFF", expression.left, expression.right)
        # binary() would pass over a left operand's own rule
        return f"{self.sql(expression.left)} - {self.sql(expression.right)}"

    def round_sql(self, expression: exp.Round) -> str:
        """Round the DOUBLE itself, not its shortest decimal text."""
        places = expression.args.get("decimals")
        if places is None:
            return self.func("ROUND", expression.this)
        scale = f"1e{int(places.name)}"
        return f"(ROUND({self._double(expression.this)} * {scale}) / {scale})"

    def bracket_sql(self, expression: exp.Bracket) -> str:
        """Give NULL for an index past the end."""
        return self.func("GET", expression.this, *expression.expressions)

    def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:
        """Whole numbers are rounded to, half to even.

        Text of DOUBLE and of moments as DuckDB writes it.
        """
        value, target = expression.this, expression.to
        kind = value.type.this if value.type else exp.DataType.Type.UNKNOWN
        if target.this in _WHOLE and kind in _BROKEN - {exp.DataType.Type.UNKNOWN}:
            value_sql = f"RINT({self.sql(value)})"
        elif target.this in exp.DataType.TEXT_TYPES and kind in exp.DataType.REAL_TYPES:
            return self._double_text(self.sql(value))
        elif target.this in exp.DataType.TEXT_TYPES and kind == exp.DataType.Type.TIMESTAMPTZ:
            return f"CONCAT(CAST({self.sql(value)} AS STRING), DATE_FORMAT({self.sql(value)}, 'x'))"
        else:
            value_sql = self.sql(value)
        written = _MOMENTS.get(target.this) or self.sql(target)
        return f"{safe_prefix or ''}CAST({value_sql} AS {written})"

    def trycast_sql(self, expression: exp.TryCast) -> str:
        """Spark knows TRY_CAST."""
        return self.cast_sql(expression, "TRY_")

    def attimezone_sql(self, expression: exp.AtTimeZone) -> str:
        """Refuse a zone that is written out: the session has the office's."""
        raise UntranslatableError(
            f"{expression.sql('duckdb')}: cast to timestamp or timestamptz instead"
        )

    def regexplike_sql(self, expression: exp.RegexpLike) -> str:
        """Find the pattern anywhere."""
        return f"({self.sql(expression, 'this')} RLIKE {self._pattern(expression.expression)})"

    def regexpextract_sql(self, expression: exp.RegexpExtract) -> str:
        """Group 0 unless one is named."""
        return self._extract("REGEXP_EXTRACT", expression)

    def regexpextractall_sql(self, expression: exp.RegexpExtractAll) -> str:
        """Group 0 unless one is named."""
        return self._extract("REGEXP_EXTRACT_ALL", expression)

    def regexpreplace_sql(self, expression: exp.RegexpReplace) -> str:
        """Replace the first match only without 'g', as DuckDB does; Spark replaces all."""
        pattern, replacement = (
            _text(expression.expression),
            _text(expression.args.get("replacement")),
        )
        modifiers = expression.args.get("modifiers")
        if (modifiers is None or modifiers.name != "g") and not only_once(pattern):
            raise UntranslatableError(
                f"regexp_replace of the first {pattern!r} only: anchor the pattern or say 'g'"
            )
        new = exp.Literal.string(java_replacement(replacement))
        return (
            f"REGEXP_REPLACE({self.sql(expression, 'this')}, "
            f"{self._pattern(expression.expression)}, {self.sql(new)})"
        )

    def argmax_sql(self, expression: exp.ArgMax) -> str:
        """Rows without a value to give are passed over."""
        return (
            f"{self._by('MAX_BY', expression)} FILTER(WHERE {self.sql(expression, 'this')} IS "
            "NOT NULL)"
        )

    def argmin_sql(self, expression: exp.ArgMin) -> str:
        """Rows without a value to give are passed over."""
        return (
            f"{self._by('MIN_BY', expression)} FILTER(WHERE {self.sql(expression, 'this')} IS "
            "NOT NULL)"
        )

    def filter_sql(self, expression: exp.Filter) -> str:
        """Join a filter of its own with the one that max_by and min_by bring."""
        function = expression.this
        if isinstance(function, (exp.ArgMax, exp.ArgMin)):
            return f"{self.sql(function)[:-1]} AND ({self.sql(expression.expression, 'this')}))"
        return super().filter_sql(expression)

    def anonymous_sql(self, expression: exp.Anonymous) -> str:
        """Write functions of DuckDB that sqlglot passes on by name, as BY_NAME says."""
        write = BY_NAME.get(expression.name.lower())
        return write(self, *expression.expressions) if write else super().anonymous_sql(expression)

    def try_sql(self, expression: exp.Try) -> str:
        """Leave it out: what may fail is written so that it gives NULL."""
        return self.sql(expression, "this")

    def _double(self, value: exp.Expression) -> str:
        sql = self.sql(value)
        return sql if _is(value, exp.DataType.Type.DOUBLE) else f"CAST({sql} AS DOUBLE)"

    def _double_text(self, value: str) -> str:
        """Java writes 1.2345678E7 where DuckDB writes 12345678.0.

        Both write exponents from 1e16 on.
        """
        plain = (
            r"REGEXP_REPLACE(CAST(CAST(CAST(v AS STRING) AS DECIMAL(38, 18)) AS STRING), "
            r"'(\\.[0-9]+?)0+\\z', '$1')"
        )
        needed = "(ABS(v) >= 1e7 AND ABS(v) < 1e16) OR (ABS(v) < 1e-3 AND ABS(v) >= 1e-4)"
        return f"GET(TRANSFORM(ARRAY({value}), v -> IF({needed}, {plain}, CAST(v AS STRING))), 0)"

    def date_part(self, name: exp.Expression, moment: exp.Expression) -> str:
        """Give whole numbers; seconds since 1970 with their fraction."""
        part, sql = _text(name), self.sql(moment)
        if part == "epoch":
            return f"(UNIX_MICROS({sql}) / 1e6)"
        if part not in _DATE_PARTS:
            raise UntranslatableError(f"date_part('{part}'): take it from raw.calendar_day instead")
        return f"CAST({part.upper()}({sql}) AS BIGINT)"

    def strptime(self, text: exp.Expression, formats: exp.Expression) -> str:
        """Try formats in turn; of two-digit years, 69 to 99 are of the last century."""
        sql = self.sql(text)
        tried = []
        for one in formats.expressions if isinstance(formats, exp.Array) else [formats]:
            moment = (
                f"TRY_TO_TIMESTAMP({sql}, {self.sql(exp.Literal.string(java_format(_text(one))))})"
            )
            if "%y" in _text(one):
                moment = f"IF(YEAR({moment}) >= 2069, {moment} - INTERVAL '100' YEAR, {moment})"
            tried.append(moment)
        return f"COALESCE({', '.join(tried)})"

    def url_decode(self, address: exp.Expression) -> str:
        """Keep a plus and a stray percent sign.

        What is no UTF-8 gives NULL (under `try`, as everywhere here).
        """
        text = self.sql(address)
        escaped = f"REGEXP_REPLACE(REPLACE({text}, '+', '%2B'), '%(?![0-9A-Fa-f]{{2}})', '%25')"
        return f"GET(FILTER(ARRAY(TRY_URL_DECODE({escaped})), u -> NOT CONTAINS(u, '\ufffd')), 0)"

    def _pattern(self, pattern: exp.Expression) -> str:
        return self.sql(exp.Literal.string(java_regex(_text(pattern))))

    def _extract(self, name: str, expression: exp.RegexpExtract | exp.RegexpExtractAll) -> str:
        group = expression.args.get("group")
        return (
            f"{name}({self.sql(expression, 'this')}, {self._pattern(expression.expression)}, "
            f"{group.name if group else 0})"
        )

    def _by(self, name: str, expression: exp.ArgMax | exp.ArgMin) -> str:
        return self.func(name, expression.this, expression.expression)


def _is(node: exp.Expression, kind: exp.DataType.Type) -> bool:
    return node.type is not None and node.type.this == kind


def _text(node: exp.Expression | None) -> str:
    """Return the text that literals joined by || make."""
    if isinstance(node, exp.Paren):
        return _text(node.this)
    if isinstance(node, exp.DPipe):
        return _text(node.this) + _text(node.expression)
    if isinstance(node, exp.Literal):
        return str(node.this)
    raise UntranslatableError(
        f"must be written out, not computed: {node.sql('duckdb') if node else 'nothing'}"
    )


# Functions that sqlglot passes on by name. `len` is of a list in our models; of a text it is
# `length`.
BY_NAME: dict[str, Callable[..., str]] = {
    "date_part": SparkGenerator.date_part,
    "try_strptime": SparkGenerator.strptime,
    "url_decode": SparkGenerator.url_decode,
    "list_intersect": lambda generator, *lists: generator.func("ARRAY_INTERSECT", *lists),
    "len": lambda generator, value: generator.func("SIZE", value),
}


class ModelSpark(Spark):
    """Spark as the target of our models."""

    Generator = SparkGenerator
