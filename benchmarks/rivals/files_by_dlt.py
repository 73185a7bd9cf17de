"""Runs in the rivals' environment: parse an inbox with pandas, load it by dlt.

`files_by_dlt.py INBOX SHAPES.json OUT.duckdb AS_OF`.

SHAPES.json: table -> {"labels": {label: column}, "columns": [every column the models read]}. A file
is told by its name, as one does
by hand; a cell that the file lacks is NULL; nothing is judged, a file that looks otherwise ends the
script.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dlt
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES = {
    "user_analysis": "wechat_follower_daily", "ContentAnalysis": "wechat_channel_daily",
    "articles": "wechat_article_7d",
    "媒体报道台账": "ledger_report", "宣传活动台账": "ledger_activity", "直播台账": "ledger_live",
    "新媒体产品台账": "ledger_product",
    "专题培训台账": "ledger_training", "门户网站在线访谈台账": "ledger_interview",
    "舆情处置台账": "ledger_incident",
}  # fmt: skip
META = ("source", "sha256", "sheet", "row_number", "load_seq", "default_year")
WHOLE = {"row_number", "load_seq", "default_year"}


def titled(path: Path) -> int:
    """Return how many rows stand above the labels: ledgers and growth exports have a title."""
    return int(path.suffix != ".xls" or path.name.startswith("user_analysis"))


def frames(path: Path) -> dict[str, pd.DataFrame]:
    """Return the sheets of a file, its labels as columns."""
    if path.suffix == ".csv":
        return {"": pd.read_csv(path, encoding="gb18030", skiprows=titled(path), dtype=str)}
    if path.suffix == ".xls" and titled(path):  # a web page under the name of a workbook
        (table,) = pd.read_html(path, header=1, encoding="utf-8")
        return {"": table}
    return dict(pd.read_excel(path, sheet_name=None, skiprows=titled(path), dtype=object).items())


def text(value: Any) -> str | None:  # noqa: ANN401 - whatever pandas found
    """Return a cell as text: a day without its midnight, a whole number without `.0`."""
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time.min else str(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def rows(files: list[dict[str, Any]], shape: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the files of one table."""
    for file in files:
        for sheet, frame in frames(file["path"]).items():
            known = frame.rename(columns=shape["labels"])
            for number, record in enumerate(known.to_dict("records"), titled(file["path"]) + 2):
                cells = {
                    name: text(record.get(name)) for name in shape["columns"] if name not in META
                }
                meta = {name: file[name] for name in ("source", "sha256", "load_seq")}
                yield {**cells, **meta, "sheet": sheet, "row_number": number, "default_year": None}


def ledger(files: list[dict[str, Any]], as_of: str) -> Iterator[dict[str, Any]]:
    """Yield what the models want to know of a file."""
    for file in files:
        yield {
            "load_seq": file["load_seq"], "sha256": file["sha256"], "source": file["source"],
            "original_name": file["path"].name,
            "status": "loaded", "known_on": as_of, "run_id": "bench", "layout": file["table"],
        }  # fmt: skip


def found(inbox: Path) -> list[dict[str, Any]]:
    """Return the files of an inbox, the one modified last counting most."""
    paths = sorted(
        (path for path in inbox.rglob("*") if path.is_file()),
        key=lambda path: (path.stat().st_mtime, path.name),
    )
    return [
        {
            "path": path, "source": path.parent.name, "load_seq": number,
            "sha256": sha256(path.read_bytes()).hexdigest(),
            "table": next(table for start, table in TABLES.items() if path.name.startswith(start)),
        }
        for number, path in enumerate(paths, 1)
    ]  # fmt: skip


def main(inbox: Path, shapes: Path, out: Path, as_of: str) -> None:
    """Load every file; prints how many and how many rows came."""
    shape, files = json.loads(shapes.read_text("utf-8")), found(inbox)
    resources = [
        dlt.resource(
            rows([file for file in files if file["table"] == table], shape[table]), name=table,
            write_disposition="append",
            columns={
                name: {"data_type": "bigint" if name in WHOLE else "text"}
                for name in shape[table]["columns"]
            },
        )
        for table in dict.fromkeys(file["table"] for file in files)
    ]  # fmt: skip
    notes = dlt.resource(
        ledger(files, as_of),
        name="loaded_file",
        write_disposition="replace",
        columns={"known_on": {"data_type": "date"}},
    )
    pipeline = dlt.pipeline(
        "night", destination=dlt.destinations.duckdb(str(out)), dataset_name="raw"
    )
    pipeline.run([*resources, notes])
    counts = pipeline.last_trace.last_normalize_info.row_counts
    loaded = sum(count for table, count in counts.items() if table in shape)
    sys.stdout.write(json.dumps({"files": len(files), "rows": loaded}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
