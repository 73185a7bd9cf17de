"""SQL that judges rows by their declaration: which cells are unreadable, which keys repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ingest import reasons
from pipeline.ingest.raw_tables import label_of
from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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
# When `value` cannot be read. A moment cannot when its day cannot, whatever its clock says; `day` is
# that of a dated kind.
_UNREADABLE = {kind: f"{reader.format('value')} is null" for kind, reader in READERS.items()} | {
    "date": "day is null",
    "datetime": "day is null",
    "days": "day is null",
    "posted": "day is null and is_relative(value) is not true",
    "url": "lacks_address(value) is not false",
}
_JUDGED = frozenset(READERS) - {"text", "caption"}
# What most cells look like: a condition under which the reader of that kind gives a value, and no
# day after today or before 1990.
_PAST = "plain_day({0}) between date '1990-01-01' and date '{today}'"
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
        with keyed as materialized (
            select ordinal, {key} as key, not ({usual}) as is_odd from incoming_arrow
        )
        select ordinal from keyed
        where is_odd or key in (select key from keyed group by key having count(*) > 1)
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


def verdicts_sql(table: Table) -> str:
    """Add to each suspects row.

    Its problems (of `problems_sql`, in a table `problem`), whether its key comes with other
    figures, and its verdict (load, reject, duplicate).
    """
    keys = {f"key_{place}": key for place, key in enumerate(_key_sql(table))}
    made = ", ".join(f"{key} as {name}" for name, key in keys.items())
    said = [c.name for c in table.columns if c.name not in table.key]  # it may be spelt in two ways
    content = _words_sql(said)
    words = _words_sql([name for name in said if name not in _ASIDE])
    is_strict = table.repeat == "reject"
    clash = "'reject'" if is_strict else "case when newest = 1 then 'load' else 'duplicate' end"
    tells = {"reject": "differs", "keep_last": "says_other and newest = 1"}.get(
        table.repeat, "false"
    )
    return f"""
        with sound as (
            select s.*, {made}, {content} as content, {words} as said,
                coalesce(p.problems, []) as problems, coalesce(p.is_fatal, false) as is_fatal
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
            window this_key as (partition by is_fatal, load_seq, {", ".join(keys)})
        )
        select * exclude (problems, content, said, says_other, first_line, copies, {", ".join(keys)}),
            case when not is_fatal and {tells}
                then list_append(problems, {_clash_problem(table)}) else problems end as problems,
            case when is_fatal then 'reject'
                when differs then {clash}
                when newest = 1 then 'load' else 'duplicate' end as verdict
        from repeated
    """


def faults_sql(table: Table, today: date) -> str:
    """Select the cells of suspects that have a fault: missing, unreadable, future or past.

    The cells are laid one below the other, so that the query has each kind's reader once.
    """
    cells = ", ".join(_cell_sql(place, column, table) for place, column in enumerate(table.columns))
    kinds = {column.kind for column in table.columns if column.kind in _JUDGED}
    dated = sorted({_DATED[kind] for kind in kinds if kind in _DATED})
    days = [
        f"when kind in ({_listed(k for k in kinds if _DATED.get(k) == one)}) then {one.format('value')}"
        for one in dated
    ]
    unread = " ".join(f"when '{kind}' then {_UNREADABLE[kind]}" for kind in sorted(kinds))
    return f"""
        select * exclude (is_empty, must, judged, day, required), is_empty or required as fatal,
            case when is_empty then case when must then 'missing' end
                when not judged then null
                {f"when case kind {unread} end then 'unreadable'" if kinds else ""}
                when day > date '{today.isoformat()}' then 'future'
                when day < date '1990-01-01' then 'past' end as fault
        from (
            select *, is_blank(value) as is_empty,
                {f"case {' '.join(days)} end" if days else "cast(null as date)"} as day
            from (select ordinal, default_year, unnest([{cells}], recursive := true) from suspect)
        )
        where fault is not null
    """


def problems_sql(unreadable: Iterable[Kind], today: date, year: int) -> str:
    """Select each ordinal of `fault`, its problems in the order of the columns, and whether one is fatal.

    Reasons cost much to plan: only those of the `unreadable` kinds that came are there. A reason
    that proposes a day where the year is missing names `year`.
    """
    unread = " ".join(f"when '{kind}' then {_why(kind, year)}" for kind in sorted(unreadable))
    return f"""
        select ordinal, list({_PROBLEM} order by place) as problems, bool_or(fatal) as is_fatal
        from (
            select *, case fault
                when 'missing' then {_struct("missing", reasons.MISSING_EN)}
                when 'future' then {_struct(*reasons.future(today))}
                when 'past' then {_struct(*reasons.PAST)}
                {f"when 'unreadable' then case kind {unread} end" if unread else ""} end as why
            from fault
        )
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


def _why(kind: Kind, year: int) -> str:
    """Return SQL for the reasons why a cell of this kind cannot be read."""
    *cases, (_, zh, en) = reasons.unreadable(kind, year)
    if not cases:
        return _struct(zh, en)
    whens = " ".join(f"when {condition} then {_struct(*why)}" for condition, *why in cases)
    return f"case {whens} else {_struct(zh, en)} end"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sql_literal(word) for word in sorted(words))


def _struct(zh: str, en: str) -> str:
    return f"{{'zh': {zh}, 'en': {en}}}"


def _words_sql(names: Sequence[str]) -> str:
    """Return a digest of what these columns say: - says nothing, 4,000 is 4000."""
    cells = ", ".join(["cast(null as varchar)", *(f'"{name}"' for name in names)])
    said = "coalesce(cast(to_number(x) as varchar), to_text(x))"
    return f"hash(list_transform([{cells}], lambda x: {said}))"


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
