"""SQL that judges rows by their declaration: which cells are unreadable, which keys repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ingest import reasons
from pipeline.ingest.raw_tables import label_of
from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from datetime import date

    from collectors.layout import Column, Kind, Table

# kind -> SQL expression that is NULL when the text of {0} cannot be read
READERS = {
    "text": "to_text({0})",
    "caption": "to_caption({0})",
    "url": "canonical_url({0})",
    "count": "to_count({0})",
    "net": "to_net({0})",
    "number": "to_number({0})",
    "rate": "to_rate({0})",
    "percent": "to_percent({0})",
    "seconds": "to_duration({0})",
    "span": "to_span({0})",
    "id": "to_id({0})",
    "bool": "to_bool({0})",
    "date": "to_day({0}, default_year)",
    "datetime": "to_moment({0}, default_year)",
    # a day, or days from one to another: the first of them
    "days": "to_range_start({0}, default_year)",
    # a moment, or a time relative to the page's saving, which stays text: 2小时前, 昨天 09:30
    "posted": (
        "coalesce(cast(to_moment({0}, default_year) as varchar), case when is_relative({0}) "
        "then to_text({0}) end)"
    ),
    "month": "to_month({0}, default_year)",
}
# The same for judging, where only NULL or not matters: a moment is NULL when its day is, whatever
# its clock says.
CHECKS = {kind: expression.replace("to_moment(", "to_day(") for kind, expression in READERS.items()}
CHECKS["url"] = "nullif(lacks_address({0}), true)"
_JUDGED = frozenset(READERS) - {"text", "caption"}
# What most cells look like: a condition under which the reader of that kind gives a value, and no
# day after today or before 1990.
_DAY = (
    "regexp_matches({0}, '^[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}( "
    "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?$')"
)
_PAST = (
    _DAY + " and try_cast(substr({0}, 1, 10) as date) is not null"
    " and substr({0}, 1, 10) between '1990' and '{today}'"
)
_NUMBER = "regexp_matches({0}, '^[0-9]{{1,15}}(\\.[0-9]{{1,9}})?$')"
_USUAL = {
    "count": "regexp_matches({0}, '^[0-9]{{1,15}}$')",
    "net": "regexp_matches({0}, '^-?[0-9]{{1,15}}$')",
    "number": _NUMBER,
    "percent": _NUMBER,
    "seconds": _NUMBER,
    "span": "regexp_matches({0}, '^[1-9][0-9]{{3,9}}(\\.[0-9]{{1,9}})?$')",
    "id": "regexp_matches({0}, '^([0-9]*[1-9]0?|export/[A-Za-z0-9_-]+)$')",
    "rate": "regexp_matches({0}, '^(0(\\.[0-9]{{1,9}})?|[0-9]{{1,2}}(\\.[0-9]{{1,9}})?%)$')",
    "bool": "{0} in ('是', '否')",
    "url": "regexp_matches({0}, '^[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9]')",
    "date": _PAST,
    "datetime": _PAST,
    "days": _PAST,
    "posted": _PAST,
    "month": _PAST,
}
_DATED = dict.fromkeys(("date", "datetime", "posted", "month"), READERS["date"]) | {
    "days": READERS["days"]
}
# what rows of one record may say differently without being two
_ASIDE = frozenset({"evidence", "remark", "filled_by", "filled_on", "person"})
# a digit, or an ideograph other than those of 无, 暂无 and 暂无数据
_NOT_BLANK = (
    r"[0-9\x{4e00}-\x{636d}\x{636f}-\x{656f}\x{6571}-\x{65df}\x{65e1}-\x{6681}\x{6683}-\x{9fff}]"
)
# Cheap to compute, and the same wherever the key is the same: what may repeat is then looked at
# closely.
_COARSE = {kind: READERS[kind] for kind in ("text", "caption", "count", "date")}
_COARSE |= {
    "datetime": READERS["date"],
    "posted": READERS["date"],
    "days": READERS["date"],
    "id": READERS["id"],
}
_PROBLEM = (
    "{'name': name, 'column_name': label, 'value': value, 'reason': why.zh, 'reason_en': why.en, "
    "'fatal': fatal}"
)


def suspects_sql(table: Table, today: date) -> str:
    """Select the ordinals of all rows that may have a problem or share their key, and of a few others."""
    usual = " and ".join(_usual_sql(column, today) for column in table.columns)
    kinds = {column.name: column.kind for column in table.columns}
    coarse = [
        _COARSE[kinds[name]].format(f'"{name}"') for name in table.key if kinds[name] in _COARSE
    ]
    key = f"hash({', '.join(['load_seq', *coarse])})"
    return f"""
        select ordinal from incoming_arrow where not ({usual})
        union all
        select ordinal from incoming_arrow
        where {key} in (select {key} from incoming_arrow group by all having count(*) > 1)
    """


def _usual_sql(column: Column, today: date) -> str:
    """Return a cheap condition under which the column has no problem (`_problem_sql`).

    It is never NULL.
    """
    must = column.required or bool(column.required_unless)
    if column.kind not in _JUDGED:
        return (
            f"""coalesce(regexp_matches("{column.name}", {sql_literal(_NOT_BLANK)}), false)"""
            if must
            else "true"
        )
    cell = f'"{column.name}"'
    usual = _USUAL[column.kind].format(cell, today=today.isoformat())
    return f"coalesce({usual}, false)" if must else f"({cell} is null or coalesce({usual}, false))"


def verdicts_sql(table: Table, today: date, year: int | None = None) -> str:
    """Add to each suspects row.

    Problems, whether its key comes with other figures, and its verdict (load, reject, duplicate).
    A reason that proposes a day where the year is missing names `year`.
    """
    key = ["load_seq", *_key_sql(table)]
    values = ", ".join(f'"{column.name}"' for column in table.columns)
    aside = {*_ASIDE, *table.key}  # one key may be spelt in two ways
    said = ", ".join(["''", *(f'"{c.name}"' for c in table.columns if c.name not in aside)])
    is_strict = table.repeat == "reject"
    clash = "'reject'" if is_strict else "case when newest = 1 then 'load' else 'duplicate' end"
    tells = {"reject": "differs", "keep_last": "says_other and newest = 1"}.get(
        table.repeat, "false"
    )
    return f"""
        with suspect as (
            select *, hash({values}) as content, hash({said}) as said
            from incoming_arrow semi join suspects using (ordinal)
        ),
        problem as ({problems_sql(table, today, year or today.year)}),
        sound as (
            select s.*, coalesce(p.problems, []) as problems, coalesce(p.is_fatal, false) as is_fatal
            from suspect as s left join problem as p using (ordinal)
        ),
        repeated as (
            select *,
                row_number() over (this_key order by ordinal desc) as newest,
                min(content) over (this_key) <> max(content) over (this_key) as differs,
                min(said) over (this_key) <> max(said) over (this_key) as says_other,
                arg_min(concat(case when sheet <> '' then concat(sheet, ' ') end, '第', row_number), ordinal)
                    over (this_key) as first_line,
                count(*) over (this_key) as copies
            from sound
            window this_key as (partition by is_fatal, {", ".join(key)})
        )
        select * exclude (problems, content, said, says_other, first_line, copies),
            case when not is_fatal and {tells}
                then list_append(problems, {_clash_problem(table)}) else problems end as problems,
            case when is_fatal then 'reject'
                when differs then {clash}
                when newest = 1 then 'load' else 'duplicate' end as verdict
        from repeated
    """


def problems_sql(table: Table, today: date, year: int) -> str:
    """Select each suspect's ordinal, its problems in the order of the columns, and whether one is fatal.

    The cells are laid one below the other, so that the query has each kind's reader once.
    """
    cells = ", ".join(_cell_sql(place, column, table) for place, column in enumerate(table.columns))
    kinds = sorted({column.kind for column in table.columns if column.kind in _JUDGED})
    days = " ".join(f"when '{k}' then {_DATED[k].format('value')}" for k in kinds if k in _DATED)
    whys = " ".join(f"when '{kind}' then {_why(kind, today, year)}" for kind in kinds)
    return f"""
        select ordinal, list({_PROBLEM} order by place) as problems, bool_or(fatal) as is_fatal
        from (
            select *, case when is_empty then
                case when must then {{'zh': missing, 'en': {reasons.MISSING_EN}}} end
                {f"when judged then case kind {whys} end" if whys else ""} end as why,
                is_empty or required as fatal
            from (
                select *, is_blank(value) as is_empty, {f"case kind {days} end" if days else "null"} as day
                from (select ordinal, default_year, unnest([{cells}], recursive := true) from suspect)
            )
        )
        where why is not null
        group by ordinal
    """


def _cell_sql(place: int, column: Column, table: Table) -> str:
    """Return a cell as a struct: what it holds, and what its column requires.

    Words that the table declares as missing are not judged.
    """
    cell = f'"{column.name}"'
    must = str(column.required).lower()
    if column.required_unless:
        must = f'is_blank("{column.required_unless}")'
    judged = str(column.kind in _JUDGED).lower()
    if table.missing and column.kind in _JUDGED:
        judged = f"trim({cell}) not in ({', '.join(map(sql_literal, table.missing))})"
    return (
        f"{{'place': {place}, 'name': {sql_literal(column.name)}, 'kind': '{column.kind}', "
        f"'label': {sql_literal(label_of(column))}, 'required': {str(column.required).lower()}, "
        f"'must': {must}, 'missing': {reasons.missing(column)}, 'judged': {judged}, 'value': {cell}}}"
    )


def _why(kind: Kind, today: date, year: int) -> str:
    """Return SQL for the reasons why a cell of this kind is set aside; NULL when it is not."""
    cases = reasons.unreadable(kind, year)
    why = f"case {' '.join(map(_when, cases))} end" if len(cases) > 1 else _struct(*cases[0][1:])
    whens = [f"when {CHECKS[kind].format('value')} is null then {why}"]
    if kind in _DATED:
        whens.append(_when((f"day > date '{today.isoformat()}'", *reasons.future(today))))
        whens.append(_when(("day < date '1990-01-01'", *reasons.PAST)))
    return f"case {' '.join(whens)} end"


def _when(case: tuple[str, str, str]) -> str:
    condition, zh, en = case
    return f"when {condition} then {_struct(zh, en)}"


def _struct(zh: str, en: str) -> str:
    return f"{{'zh': {zh}, 'en': {en}}}"


def _key_sql(table: Table) -> list[str]:
    """Return the expressions that distinguish rows.

    The substitute of an identifier counts only where it is missing.
    """
    kinds = {column.name: column.kind for column in table.columns}
    key = {
        name: READERS[kinds[name]].format(f'"{name}"')
        for name in (*table.key, *table.key_without_id)
    }
    known = " and ".join(f"{key[name]} is not null" for name in table.key)
    others = [f"case when not ({known}) then {key[name]} end" for name in table.key_without_id]
    return [*(key[name] for name in table.key), *others]


def _clash_problem(table: Table) -> str:
    labels = {column.name: label_of(column) for column in table.columns}
    key = "、".join(labels[name] for name in table.key)
    shown = " || ' ' || ".join(f"""coalesce("{name}", '')""" for name in table.key)
    if table.repeat == "reject":
        return _problem(table.key[0], key, shown, reasons.clash(table), fatal=True)
    return _problem(table.key[0], key, shown, reasons.repeated(table), fatal=False)


def _problem(name: str, label: str, value: str, why: tuple[str, str], *, fatal: bool) -> str:
    zh, en = why
    return (
        f"{{'name': {sql_literal(name)}, 'column_name': {sql_literal(label)}, 'value': {value}, "
        f"'reason': {zh}, 'reason_en': {en}, 'fatal': {str(fatal).lower()}}}"
    )
