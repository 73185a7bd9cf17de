"""Uploads of a person: stored in <home>/desk/files/ until handed in or taken back.

One row each in desk.sqlite.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.base.failpoints import failpoint
from web.refusal import not_found

if TYPE_CHECKING:
    from pathlib import Path

    from web.access.sessions import Person
    from web.store import Store
    from web.uploads.multipart import Received

KEEP_DAYS = 30  # an upload nobody handed in
_NOTES_DAYS = 366
DETAIL_DAYS = 90  # refused rows, as long as 待办 asks for them
_PARTS_OLD = 24 * 3600
_FRESH = 3600  # an upload may not be noted yet
_FIRST_CELLS = 50  # of a receipt among many
_COLUMNS = (
    "id, sha256, owner, unit, name, size, at, receipt, state, source, path, submitted_at, seen"
)
# what was sent back may be asked for again
_NEEDED = "(state in ('received', 'asked', 'withdrawn') or (state = 'returned' and at >= ?))"


class Files:
    """Uploads: the file, who handed it in, its state on the desk."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self.incoming, self.folder = folder / "incoming", folder / "files"
        for path in (self.incoming, self.folder):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, person: Person, file: Received, receipt: dict[str, Any]) -> dict[str, Any]:
        """Move a received file to its place and note it.

        The same bytes again by the same person replace the earlier note.
        """
        target = self.path(file.sha256)
        if target.exists():
            file.path.unlink()
            target.touch()  # as new as the upload: no tidying takes it before it is noted
        else:
            file.path.replace(target)
        failpoint("desk: kept")
        self._store.write(
            """
            insert into upload (sha256, owner, unit, name, size, at, receipt, detail, state)
                values (?, ?, ?, ?, ?, ?, ?, ?, 'received')
            on conflict (sha256, owner) do update set name = excluded.name, at = excluded.at,
                receipt = excluded.receipt, detail = excluded.detail, unit = excluded.unit,
                state = case when upload.state in ('cancelled', 'withdrawn', 'returned') then 'received'
                    else upload.state end
            """,
            [
                file.sha256,
                person.name,
                person.unit,
                file.name,
                file.size,
                _now(),
                *_parted(receipt),
            ],
        )
        return self.find(person, file.sha256)

    def find(self, person: Person, sha256: str) -> dict[str, Any]:
        """Return an upload that this person may see, whole; Refusal 404 for all others alike."""
        where, values = _visible(person)
        row = self._store.one(
            f"select {_COLUMNS} from upload where sha256 = ? and {where} order by owner = ? desc, id desc",
            [sha256, *values, person.name],
        )
        if row is None or row["state"] == "cancelled":
            raise not_found()
        return self.whole(_read(row))

    def whole(self, upload: dict[str, Any]) -> dict[str, Any]:
        """Return an upload with all refused cells and rows, which lists of uploads leave out."""
        row = self._store.one("select detail from upload where id = ?", [upload["id"]])
        detail = json.loads(row["detail"]) if row and row["detail"] else {}
        return {**upload, "receipt": {**upload["receipt"], **detail}}

    def all(self, person: Person, limit: int = 200) -> list[dict[str, Any]]:
        """Return the uploads a person may see, newest first.

        A unit's users share theirs, the office sees everybody's.
        """
        where, values = _visible(person)
        rows = self._store.all(
            (
                f"select {_COLUMNS} from upload where {where} and state <> 'cancelled' order by at desc, "
                "id desc limit ?"
            ),
            [*values, limit],
        )
        return [_read(row) for row in rows]

    def waiting(self) -> list[dict[str, Any]]:
        """Return the uploads that were handed to the office for a decision."""
        return [
            _read(row)
            for row in self._store.all(
                f"select {_COLUMNS} from upload where state = 'asked' order by at"
            )
        ]

    def handed_in(self, sha256: str) -> list[dict[str, Any]]:
        """Return the uploads of these bytes that went into the inbox."""
        query = f"select {_COLUMNS} from upload where sha256 = ? and state = 'submitted'"
        return [_read(row) for row in self._store.all(query, [sha256])]

    def sent_back(self) -> list[dict[str, Any]]:
        """Return the uploads that the office sent back and whose bytes are still there."""
        query = f"select {_COLUMNS} from upload where state = 'returned' order by at desc limit 200"
        return [_read(row) for row in self._store.all(query) if self.path(row["sha256"]).is_file()]

    def update(self, upload: dict[str, Any], **values: Any) -> None:  # noqa: ANN401 - columns
        """Set columns of an upload."""
        columns = ", ".join(f"{name} = ?" for name in values)
        self._store.write(
            f"update upload set {columns} where id = ?", [*values.values(), upload["id"]]
        )

    def path(self, sha256: str) -> Path:
        """Return where an upload's bytes are."""
        return self.folder / sha256

    def drop_bytes(self, sha256: str) -> None:
        """Delete an upload's bytes unless another person's upload still needs them."""
        needed = self._store.one(
            f"select 1 from upload where sha256 = ? and {_NEEDED}", [sha256, ago(KEEP_DAYS)]
        )
        if needed is None:
            self.path(sha256).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete halves of uploads and what nobody handed in for a month.

        Keep the notes of what was handed in for a year, its refused rows for as long as 待办 asks.
        """
        now = time.time()
        for path in self.incoming.iterdir():
            with suppress(FileNotFoundError):
                if now - path.stat().st_mtime > _PARTS_OLD:
                    path.unlink()
        old = ago(KEEP_DAYS)
        self._store.write(
            (
                "update upload set state = 'cancelled' where state in ('received', 'withdrawn') "
                "and at < ?"
            ),
            [old],
        )
        self._store.write("delete from upload where state = 'cancelled' and at < ?", [old])
        self._store.write("delete from upload where at < ?", [ago(_NOTES_DAYS)])
        self._store.write(
            "update upload set detail = null where detail is not null and at < ? and state <> 'asked'",
            [ago(DETAIL_DAYS)],
        )
        needed = {
            row["sha256"]
            for row in self._store.all(f"select sha256 from upload where {_NEEDED}", [old])
        }
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):  # handed in or taken back meanwhile
                if path.name not in needed and now - path.stat().st_mtime > _FRESH:
                    path.unlink()


def _visible(person: Person) -> tuple[str, list[str]]:
    if person.sees_all:
        return "true", []
    return "(owner = ? or (unit = ? and unit <> ''))", [person.name, person.unit]


def _parted(receipt: dict[str, Any]) -> tuple[str, str]:
    """Return a receipt's short part, which lists read, and its long one, as JSON."""
    cells, more = receipt["refused"], receipt.get("refused_more", 0)
    short = {**receipt, "refused": cells[:_FIRST_CELLS], "broken_rows": []}
    short["refused_more"] = more + len(cells) - len(short["refused"])
    long = {"refused": cells, "refused_more": more, "broken_rows": receipt.get("broken_rows", [])}
    return _json(short), _json(long)


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, default=str)


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "receipt": _receipt(row["receipt"])}


@lru_cache(maxsize=2_000)
def _receipt(text: str) -> dict[str, Any]:
    """Return a receipt's short part; callers must not change it."""
    found: dict[str, Any] = json.loads(text)
    return found


def ago(days: int) -> str:
    """Return the moment so many days ago, as notes have it."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
