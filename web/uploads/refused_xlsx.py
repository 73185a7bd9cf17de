"""The refused rows of an upload as a workbook.

The file's own heads, the reason beside each row, ready to correct and hand in again.
"""

from __future__ import annotations

import io
import json
from typing import Any

_NOTE = "请这样改（改好后这一列不用删）"
_LONGEST_CELL = 32_000


def refused_xlsx(receipt: dict[str, Any]) -> bytes:
    """Return the workbook: one sheet for each sheet of the file; nothing in it runs."""
    import xlsxwriter

    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        bad = book.add_format({"bg_color": "#FBE9E7", "bold": True})
        head, note = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        for number, (sheet, rows) in enumerate(_by_sheet(receipt).items(), 1):
            _write(book.add_worksheet(_sheet_name(sheet, number)), rows, receipt, (head, bad, note))
    return stream.getvalue()


# xlsxwriter's sheet
def _write(
    page: Any,  # noqa: ANN401
    rows: list[dict[str, Any]],
    receipt: dict[str, Any],
    looks: tuple[Any, Any, Any],
) -> None:
    head, bad, note = looks
    labels: dict[str, str] = receipt["labels"]
    shown = [
        name
        for name in labels
        if any(row["values"].get(name) for row in rows) or _is_refused(labels[name], rows)
    ]
    extras = list(dict.fromkeys(label for row in rows for label in row["extra"]))
    for place, label in enumerate([*(labels[name] for name in shown), *extras, _NOTE]):
        page.write_string(0, place, label, head)
    for line, row in enumerate(rows, 1):
        for place, name in enumerate(shown):
            text = str(row["values"].get(name) or "")[:_LONGEST_CELL]
            page.write_string(line, place, text, bad if labels[name] in row["reasons"] else None)
        for place, label in enumerate(extras, len(shown)):
            page.write_string(line, place, str(row["extra"].get(label) or "")[:_LONGEST_CELL])
        told = "；".join(f"{label}：{reason}" for label, reason in row["reasons"].items())
        if cut := _cut(row):
            told += f"（{cut}，此处截断，请在原文件中改）"
        page.write_string(line, len(shown) + len(extras), told, note)
    more = receipt.get("rows_to_mend", 0) - len(receipt.get("broken_rows", []))
    if more > 0:
        told = f"另有{more}行没有列在这里：请在原文件中改好，整份重交。"
        page.write_string(len(rows) + 1, len(shown) + len(extras), told, note)
    page.set_column(0, len(shown) + len(extras) - 1, 16)
    page.set_column(len(shown) + len(extras), len(shown) + len(extras), 60)
    page.freeze_panes(1, 0)


def _cut(row: dict[str, Any]) -> str:
    """Return how long the row's texts are that no cell holds, or ''."""
    texts = map(str, (*row["values"].values(), *row["extra"].values()))
    lengths = [len(text) for text in texts if len(text) > _LONGEST_CELL]
    return f"原文{max(lengths):,}字，超出Excel单元格" if lengths else ""


def _is_refused(label: str, rows: list[dict[str, Any]]) -> bool:
    return any(label in row["reasons"] for row in rows)


def _by_sheet(receipt: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the lost rows by sheet.

    Each has its values by column, its undeclared cells and its reasons by label.
    """
    reasons: dict[tuple[str, int], dict[str, str]] = {}
    for cell in receipt["refused"]:
        reasons.setdefault((cell["sheet"], cell["row_number"]), {})[cell["column"]] = cell[
            "reason_zh"
        ]
    sheets: dict[str, list[dict[str, Any]]] = {}
    for row in receipt.get("broken_rows", []):
        values = _object(row["row_text"])
        sheets.setdefault(row["sheet"], []).append(
            {
                "values": {
                    name: value for name, value in values.items() if name in receipt["labels"]
                },
                "extra": _object(values.get("extra")),
                "reasons": reasons.get((row["sheet"], row["row_number"]), {}),
            }
        )  # fmt: skip
    return sheets or {"": []}


def _object(text: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON text, an object already, or nothing
    if isinstance(text, str):
        try:
            text = json.loads(text)
        except ValueError:
            return {}
    return text if isinstance(text, dict) else {}


def _sheet_name(name: str, number: int) -> str:
    plain = "".join(sign for sign in name if sign not in "[]:*?/\\'" and sign.isprintable()).strip()
    return f"{plain[:24]}{'' if number == 1 else f' ({number})'}" or f"待改{number}"
