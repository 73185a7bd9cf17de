"""The models' SQL as a person would run it: `by_hand.py DATABASE STATEMENTS.json`.

No checks, no comments; prints seconds by table.
"""

import json
import sys
import time
from pathlib import Path

import duckdb


def main(database: str, statements: Path) -> None:
    """Execute `before`, then each of `tables`, in order."""
    given = json.loads(statements.read_text("utf-8"))
    spent: dict[str, float] = {}
    with duckdb.connect(database) as con:
        for sql in given["before"]:
            con.execute(sql)
        for table, sql in given["tables"].items():
            began = time.perf_counter()
            con.execute(f"create or replace table {table} as {sql}")
            spent[table] = time.perf_counter() - began
    sys.stdout.write(json.dumps(spent) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
