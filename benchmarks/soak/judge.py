"""Compare a published warehouse with the truth, figure by figure.

The truth's figures come from the oracles of tests/oracles (plain Python and pandas).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from benchmarks.soak.editions import KEYS, key_of
from tests.oracles import accounts, ledgers, target_curves, targets, works
from tests.oracles.compare import differences
from tests.oracles.truth import Asked

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from benchmarks.soak.landed import Landed
    from tests.oracles.truth import Truth

    Oracle = Callable[[Truth, Asked], pd.DataFrame]

DAILY = ("growth",)
# mart -> its oracle, its key, and the files without which it must be empty
MARTS: dict[str, tuple[Oracle, list[str], tuple[str, ...]]] = {
    name: (getattr(module, name), module.KEYS[name], needs)
    for module, table in (
        (
            accounts,
            {
                "account_daily": DAILY, "account_channel_daily": DAILY, "account_weekly": DAILY,
                "account_health": DAILY, "data_gap": DAILY,
            },
        ),
        (
            works,
            {
                "article": ("articles",), "video": ("videos",), "mention": ("report", "news"),
                "story": ("report", "news"),
                "review_queue": ("report", "news"), "ten_w_article": ("articles",),
            },
        ),
        (
            ledgers,
            {
                "activity": ("activity",), "live_session": ("live",),
                "new_media_product": ("product",), "training": ("training",),
                "portal_interview": ("interview",), "incident": ("incident",),
            },
        ),
        (targets, {"target_progress": DAILY}),
        (target_curves, {"target_daily": DAILY, "target_weekly": DAILY}),
    )
    for name, needs in table.items()
}  # fmt: skip


def problems(home: Path, truth: Landed, as_of: date) -> list[str]:
    """Return every figure that differs, with what it is and what it must be.

    Opens the published warehouse as an analyst does.
    """
    asked, found = Asked.of(as_of, truth.year), list[str]()
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        for name, (oracle, key, needs) in {
            **MARTS,
            "vanished_row": (vanished_row, VANISHED, ("activity",)),
        }.items():
            if truth.has(*needs):
                found += differences(con, f"mart.{name}", oracle(truth, asked), key)
            elif rows := con.execute(f"select count(*) from mart.{name}").fetchall()[0][0]:
                found.append(
                    f"mart.{name}: {rows} row(s) though no file of {' or '.join(needs)} came"
                )
    return found


def miscounts(home: Path, truth: Landed) -> list[str]:
    """Return what ops counts otherwise than the truth.

    Files by fate, rows, rejected rows, unreadable values, restatements.
    """
    queries = {
        **{
            fate: f"select count(*) from ops.file where status = '{fate}'"
            for fate in ("loaded", "duplicate", "held", "quarantined")
        },
        "rows": "select coalesce(sum(rows_loaded), 0) from ops.file",
        "rejected": "select count(*) from ops.rejected_row",
        "unreadable": "select count(*) from ops.unreadable_value",
        "restated": "select count(*) from ops.restatement",
    }  # fmt: skip
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        counts = {name: int(con.execute(query).fetchall()[0][0]) for name, query in queries.items()}
    return [
        f"ops {name}: is {count}, the truth says {truth.counts[name]}"
        for name, count in counts.items()
        if count != truth.counts[name]
    ]


VANISHED = ["ledger", "title", "held_on"]
_TITLES = {
    "activity": ("宣传活动", "name"), "product": ("新媒体产品", "name"),
    "training": ("专题培训", "name"), "interview": ("门户访谈", "topic"),
    "live": ("直播", "title"), "report": ("媒体报道", "title"), "incident": ("舆情处置", "title"),
}  # fmt: skip


def vanished_row(truth: Landed, _asked: Asked) -> pd.DataFrame:
    """mart.vanished_row.

    The newest row of each key that a later edition lacks and that no newer file has.
    """
    files, gone = dict(enumerate(truth.files, 1)), truth.gone()
    there: dict[tuple[object, ...], tuple[int, int]] = {}
    for seq, file in files.items():
        for line, row in enumerate(file.rows if file.kind in KEYS else (), 2):
            there[file.source, file.kind, *key_of(file.kind, row)] = seq, line
    found = []
    for seq, line in there.values():
        if (seq, line) in gone:
            row, (name_zh, title) = files[seq].rows[line - 2], _TITLES[files[seq].kind]
            later, withdrawn = gone[seq, line]
            day = pd.to_datetime(row[KEYS[files[seq].kind][1]]).normalize()
            found.append(
                (
                    name_zh,
                    row[title],
                    day,
                    files[seq].exported_on,
                    files[later].exported_on,
                    withdrawn,
                )
            )
    return pd.DataFrame(found, columns=[*VANISHED, "last_seen_on", "since", "is_withdrawn"])
