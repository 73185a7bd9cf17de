"""JSON documents as grids.

Every list of records is one sheet, so that a layout finds its labels as in any table.

The sheet is named by the path of its list (`list`, `list.detail.read_user_source`). A record's
nested objects give labels with
dots (`detail.read_user`); the plain fields of the record above are in every row
as `^ref_date`, so that no list is taken for the one around it. Numbers stay as the text says them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from collectors.model import Grid
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectors.layout import NoData


def document_grids(text: str, no_data: Iterable[NoData] = ()) -> list[Grid]:
    """Return one grid a list of records.

    Unreadable for broken JSON, or an answer of which `no_data` says that it holds none.
    """
    try:
        document = _document(text)
        for answer in document if isinstance(document, list) else [document]:
            if isinstance(answer, dict):
                _refuse(answer, no_data)
        return _grids(document)
    except (ValueError, RecursionError) as error:
        where = "有不能识别的内容"
        if isinstance(error, json.JSONDecodeError):
            where = f"第{error.lineno}行第{error.colno}个字符处"
        raise Unreadable(
            f"JSON 不完整或已损坏（{where}），请重新保存或重新采集。",
            f"Broken JSON ({error}). Save or fetch it again.",
        ) from error


def _document(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the whole text as JSON, or the list of its lines where each is a record."""
    try:
        return _value(text)
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines):  # noqa: PLR2004
            raise
        return [_value(line) for line in lines]


def _value(text: str) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads(
        text,
        parse_int=str,
        parse_float=str,
        parse_constant=_no_number,
        object_pairs_hook=_record,
    )


def _no_number(name: str) -> None:
    """Return nothing for NaN, which programs write for a figure that is missing."""
    if name != "NaN":
        raise ValueError(f"{name} is no number")


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of text that can be stored.

    Unreadable when a key is there twice with different values: no one knows which is right.
    """
    found: dict[str, Any] = {}
    for key, value in pairs:
        name, plain = _storable(key), _storable(value) if isinstance(value, str) else value
        if found.setdefault(name, plain) != plain:
            raise Unreadable(
                (
                    f"JSON 中同一对象里“{name}”出现两次且值不同，无法判断哪个正确。"
                    "请重新保存或重新采集。"
                ),
                f"The key {name} stands twice in one JSON object with different values. "
                "Save or fetch it again.",
            )
    return found


def _storable(text: str) -> str:
    """Put U+FFFD for half a surrogate pair, which a title cut in the middle of an emoji ends with.

    NUL is refused.
    """
    if "\x00" in text:
        raise ValueError("NUL in a text")
    return (
        text
        if text.isascii()
        else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    )


def _grids(document: Any) -> list[Grid]:  # noqa: ANN401 - any JSON value
    rows: dict[str, list[dict[str, str | None]]] = {}
    _walk(document, "", {}, rows)
    # no list at all: an object in it is a record by itself
    if not rows and isinstance(document, dict):
        objects = {name: value for name, value in document.items() if isinstance(value, dict)}
        lists = any(isinstance(value, list) for value in document.values())
        rows = (
            {} if lists else {name: [_plain(value, f"{name}.")] for name, value in objects.items()}
        )
    if not rows:
        raise Unreadable(
            "JSON 里没有任何记录。没有记录不等于零，请确认日期后重新采集。",
            "No records in the JSON; that is not zero. Check the dates and fetch it again.",
        )
    return [_grid(path, records) for path, records in rows.items()]


def _refuse(document: dict[str, Any], no_data: Iterable[NoData]) -> None:
    """Raise Unreadable when a field at the top says that the answer holds no data.

    Some layout declares the field and its word for no data.
    """
    for rule in no_data:
        value = _text(document.get(rule.field))
        if rule.holds(value):
            detail = _text(document.get(rule.detail)) if rule.detail else None
            shown = f"（{rule.field} {value}{f'：{detail}' if detail else ''}）"
            raise Unreadable(f"{rule.reason_zh}{shown}", f"{rule.reason_en} ({rule.field} {value})")


def _text(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Return a plain value as text (true as TRUE); lists and objects have none."""
    if isinstance(value, bool):
        return str(value).upper()
    return value if isinstance(value, str) else None


# any JSON value
def _walk(
    node: Any,  # noqa: ANN401
    path: str,
    above: dict[str, str | None],
    rows: dict[str, list[dict[str, str | None]]],
) -> None:
    """Collect the records of every list below `node`."""
    if isinstance(node, list):
        for record in node:
            if isinstance(record, dict):
                plain = above | _plain(record, _inside(path))
                rows.setdefault(path, []).append(plain)
                _walk(record, path, {f"^{label}": value for label, value in plain.items()}, rows)
    elif isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, (dict, list)):
                _walk(value, f"{path}.{name}" if path else name, above, rows)


def _inside(path: str) -> str:
    """Return the labels' prefix: the path below the outermost list."""
    _, _, below = path.partition(".")
    return f"{below}." if below else ""


def _plain(record: dict[str, Any], prefix: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            found |= _plain(value, f"{prefix}{name}.")
        elif not isinstance(value, list):
            found[f"{prefix}{name}"] = _text(value) or None
    return found


def _grid(path: str, records: list[dict[str, str | None]]) -> Grid:
    labels = list(dict.fromkeys(label for record in records for label in record))
    return Grid(
        path or "json",
        [[*labels], *([record.get(label) for label in labels] for record in records)],
    )
