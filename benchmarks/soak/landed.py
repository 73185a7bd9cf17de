"""What lies in the warehouse by the documented rules, file by file.

The truth that the oracles are asked about.

Newer = landed in a later night; within a night modified later, then the name that sorts later. The
same bytes in the same folder are no news.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from benchmarks.soak.editions import gone_rows
from tests.oracles.truth import File, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from benchmarks.soak.exports import Drop
    from tests.oracles.truth import Row

# kind -> what tells a value apart, and the values whose change is a restatement
VERSIONS = {
    "growth": (("date",), ("new", "lost", "net", "followers")),
    "channels_growth": (("date",), ("new", "lost", "net", "followers")),
    "content": (
        ("date", "channel"),
        ("reads", "readers", "shares", "sharers", "favorites", "favoriters"),
    ),
    "articles": (("title", "published_on"), ("reads", "readers", "shares", "sharers")),
    "articles_people": (("title", "published_on"), ("readers", "sharers")),
    "videos": (("work_id",), ("plays", "hearts", "thumbs", "comments", "shares")),
}


class Landed(Truth):
    """Grows night by night; `as_of_night` gives what was there on an earlier one."""

    def __init__(self, year: int, accounts: list[Any], plan: dict[str, Any]) -> None:
        super().__init__(year, accounts, plan, night=date.min)
        self.counts: Counter[str] = Counter()
        self._known: set[tuple[str, str]] = set()
        self._held: set[tuple[str, str]] = set()
        self._last: dict[tuple[Any, ...], Any] = {}
        self._frames: dict[tuple[str, ...], pd.DataFrame] = {}
        self._gone: tuple[int, dict[tuple[int, int], tuple[int, bool]]] | None = None

    def night_of(self, as_of: date, drops: Iterable[Drop]) -> None:
        """Land one night's files in the order in which the night takes them."""
        self.night = as_of
        for drop in sorted(drops, key=lambda drop: (drop.modified, drop.name, drop.source)):
            self._take(drop)
        self.counts["held"] = len(self._held)

    def _take(self, drop: Drop) -> None:
        digest = (hashlib.sha256(drop.content).hexdigest(), drop.source)
        if not drop.is_export:
            self.counts["quarantined"] += 1
        elif digest in self._known:
            self.counts["duplicate"] += 1
        elif self._is_old(drop):
            self._held.add(digest)  # handed in again, it is one entry
        else:
            self._known.add(digest)
            self._held.discard(digest)
            kind = "live" if drop.kind == "template" else drop.kind
            rows = (
                [{"platform": "视频号", **row} for row in drop.rows]
                if drop.kind == "template"
                else drop.rows
            )
            written = drop.modified.date()  # of the office
            self.files.append(File(drop.source, drop.name, self.night, kind, rows, written))
            self.counts.update(
                loaded=1, rows=drop.loaded, rejected=drop.rejected, unreadable=drop.unreadable
            )
            self._restate(drop.source, kind, rows)

    def _is_old(self, drop: Drop) -> bool:
        """Tell an old export of followers saved again: all figures of an earlier file, some changed since."""
        given = _followers(drop.rows) if drop.kind == "growth" else {}
        files = [f for f in self.files if (f.source, f.kind) == (drop.source, "growth")]
        known = [_followers(file.rows) for file in files]
        copies = [
            i for i, old in enumerate(known) if len(given) > 1 and given.items() <= old.items()
        ]
        return bool(copies) and any(
            later.get(day, value) != value
            for later in known[copies[-1] + 1 :]
            for day, value in given.items()
        )

    def _restate(self, source: str, kind: str, rows: list[Row]) -> None:
        key, names = VERSIONS.get(kind, ((), ()))
        for row in rows:
            for name in names:
                place, value = (source, kind, name, *(row[part] for part in key)), row[name]
                if value is not None:
                    self.counts["restated"] += self._last.get(place, value) != value
                    self._last[place] = value

    def frame(self, *kinds: str) -> pd.DataFrame:
        """Return rows with `seq` in the order of landing, made once a night.

        The base class orders by export. Rows that a later edition withdrew are none.
        """
        if kinds not in self._frames:
            frame = super().frame(*kinds)
            gone = {place for place, (_, withdrawn) in self.gone().items() if withdrawn}
            if len(frame):
                counted = [
                    place not in gone for place in zip(frame["seq"], frame["line"], strict=True)
                ]
                frame = frame[counted].reset_index(drop=True)
            self._frames[kinds] = frame
        return self._frames[kinds].copy()

    def gone(self) -> dict[tuple[int, int], tuple[int, bool]]:
        """Return the rows that later editions lack."""
        if self._gone is None or self._gone[0] != len(self.files):
            self._gone = len(self.files), gone_rows(self.files)
        return self._gone[1]

    def ordered(self) -> list[File]:
        """Return the files as landed."""
        return self.files

    def known_on(self, file: File) -> date:
        """Return the night that landed it."""
        return file.exported_on

    def snapshot(self, year: int, plan: dict[str, Any], as_of: date) -> Landed:
        """Return what was there after the night of `as_of`, to be asked under that year's plan.

        Oracles remember answers by truth.
        """
        past = Landed(year, self.accounts, plan)
        past.files = [file for file in self.files if file.exported_on <= as_of]
        past.night = as_of
        return past


def _followers(rows: Iterable[Row]) -> dict[Any, Any]:
    return {row["date"]: row["followers"] for row in rows if row["followers"] is not None}
