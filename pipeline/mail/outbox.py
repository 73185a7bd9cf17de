"""The outbox.

One row a mail and recipient, its state on disk before and after every step of sending.

A small SQLite file of its own (`<home>/outbox.sqlite`), because the warehouse is replaced as a
whole and a state must be durable
before the first byte of DATA leaves; `ops.mail` of the warehouse is its mirror
(docs/decisions/0009-outbox.md).
States: queued -> sending -> sent | failed | unknown. `unknown` means that nobody knows whether the
server took the mail (the connection or
the process died after DATA began); it is never sent again by itself.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.base.errors import PipelineError
from pipeline.base.lock import held
from pipeline.config import addresses

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import duckdb

    from pipeline.config.home import Home

T = TypeVar("T")
_SCHEMA = """
create table if not exists mail (
    report_id text not null, period text not null, recipient text not null, revision integer not null,
    content_sha256 text not null, message_id text not null, state text not null,
    attempts integer not null default 0,
    queued_at text not null, next_at text, smtp_reply text, run_id text, message blob not null,
    primary key (report_id, period, recipient, revision)
) strict;
create table if not exists bounce (recipient text not null, bounced_at text not null, reason text) strict;
"""
_MIRRORED = (
    "report_id, period, recipient, revision, content_sha256, message_id, state, attempts, "
    "next_at, smtp_reply, run_id"
)
BOUNCES_UNTIL_SUSPENDED = 2
LONGEST_WAIT = timedelta(minutes=60)


@dataclass(frozen=True)
class Item:
    """One mail to one recipient."""

    report_id: str
    period: str
    recipient: str
    revision: int
    content_sha256: str
    message_id: str
    run_id: str
    message: bytes

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Unique key."""
        return (self.report_id, self.period, self.recipient, self.revision)


def sending_lock(home: Home) -> AbstractContextManager[None]:
    """Let one process send at a time; TransientError when another one does."""
    return held(
        home.root / ".mail.lock",
        "another process is sending mail. Wait until it ends, then try again.",
    )


class Outbox:
    """Rows of `mail`; every change is durable when the method returns."""

    def __init__(self, home: Home) -> None:
        path = home.root / "outbox.sqlite"
        self._con = sqlite3.connect(path, isolation_level=None)
        self._con.row_factory = sqlite3.Row
        # `full` alone may bring back, after a power cut, the state before the last one: the
        # journal's removal is not synced
        self._con.execute("pragma synchronous = extra")
        self._con.executescript(_SCHEMA)
        path.chmod(0o600)

    def close(self) -> None:
        """Close the file."""
        self._con.close()

    def settle_crashed(self) -> None:
        """Turn `sending` rows of a process that died into `unknown`; call under the lock."""
        reply = "the process ended while sending; the server may have the mail"
        self._con.execute(
            "update mail set state = 'unknown', smtp_reply = ? where state = 'sending'", [reply]
        )

    def last_revision(self, report_id: str, period: str) -> int:
        """Return the newest revision queued for a report and period; 0 when there is none."""
        row = self._con.execute(
            "select max(revision) as r from mail where report_id = ? and period = ?",
            [report_id, period],
        ).fetchone()
        return row["r"] or 0

    def queue(self, items: list[Item]) -> None:
        """Queue mails, all or none; one whose key is there already stays as it is."""
        now = _now()
        self._con.execute("begin immediate")
        rows = self._con.execute(
            "select report_id, period, recipient, revision from mail"
        ).fetchall()
        known = {
            (row["report_id"], row["period"], addresses.key(row["recipient"]), row["revision"])
            for row in rows
        }
        items = [
            item
            for item in items
            if (*item.key[:2], addresses.key(item.recipient), item.revision) not in known
        ]
        self._con.executemany(
            "insert or ignore into mail (report_id, period, recipient, revision, "
            "content_sha256, message_id, state, queued_at, next_at, run_id, message)"
            " values (?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?)",
            [
                (
                    *item.key,
                    item.content_sha256,
                    item.message_id,
                    now,
                    now,
                    item.run_id,
                    item.message,
                )
                for item in items
            ],
        )
        self._con.execute("commit")

    def due(self, *, report: tuple[str, str] | None = None) -> list[sqlite3.Row]:
        """Return queued mails.

        Those whose time has come, or all of one (report, period) when a person wants it.
        """
        if report:
            return self._con.execute(
                (
                    "select * from mail where state = 'queued' and report_id = ? and period = ? "
                    "order by rowid"
                ),
                report,
            ).fetchall()
        # a time further off than any wait was set by a clock that has since gone back
        now = datetime.now(UTC)
        return self._con.execute(
            (
                "select * from mail where state = 'queued' and (next_at <= ? or next_at > ?) "
                "order by rowid"
            ),
            [now.isoformat(), (now + LONGEST_WAIT).isoformat()],
        ).fetchall()

    def mark(
        self, row: sqlite3.Row, state: str, reply: str, next_at: datetime | None = None
    ) -> None:
        """Set a mail's state and the server's words.

        Leaving the queue for a try counts as an attempt.
        """
        tried = 1 if state != "sending" else 0
        self._con.execute(
            (
                "update mail set state = ?, smtp_reply = ?, next_at = ?, attempts = attempts + "
                "? where report_id = ? and period = ? and recipient = ? and revision = ?"
            ),
            [
                state,
                reply[:500],
                next_at.isoformat() if next_at else None,
                tried,
                row["report_id"],
                row["period"],
                row["recipient"],
                row["revision"],
            ],
        )

    def resend(self, message_id: str) -> None:
        """Queue an `unknown` or `failed` mail again on a person's word, with the same Message-ID."""
        done = self._con.execute(
            (
                "update mail set state = 'queued', next_at = ? where message_id = ? and state "
                "in ('unknown', 'failed') and length(message) > 0"
            ),
            [_now(), message_id],
        )
        if not done.rowcount:
            raise PipelineError(
                f"no mail with the id {message_id} is unknown or failed and still has its "
                "content. Look at `python -m pipeline mail list`."
            )

    def forget_content(self, before: datetime) -> int:
        """Drop the bytes of mails queued before a moment that wait for nobody; the facts stay.

        Returns how many mails lost their bytes; the file shrinks.
        """
        done = self._con.execute(
            (
                "update mail set message = x'' where state not in ('queued', 'sending') "
                "and queued_at < ? and length(message) > 0"
            ),
            [before.astimezone(UTC).isoformat()],
        )
        if done.rowcount:
            self._con.execute("vacuum")
        return done.rowcount

    def bounced(self, recipient: str, reason: str) -> int:
        """Note a bounce that came back; returns how many this recipient has."""
        self._con.execute("insert into bounce values (?, ?, ?)", [recipient, _now(), reason])
        return self._bounces(recipient)

    def clear_bounces(self, recipient: str) -> int:
        """Forget a recipient's bounces; returns 0, how many are left."""
        for row in self._con.execute("select distinct recipient from bounce").fetchall():
            if addresses.key(row["recipient"]) == addresses.key(recipient):
                self._con.execute("delete from bounce where recipient = ?", [row["recipient"]])
        return 0

    def is_suspended(self, recipient: str) -> bool:
        """Return whether so many mails bounced that nothing more is sent there."""
        return self._bounces(recipient) >= BOUNCES_UNTIL_SUSPENDED

    def rows(self) -> list[dict[str, Any]]:
        """Return mails, newest first, without their content."""
        return [
            dict(row)
            for row in self._con.execute(
                f"select {_MIRRORED} from mail order by rowid desc"
            ).fetchall()
        ]

    def _bounces(self, recipient: str) -> int:
        bounced = self._con.execute("select recipient from bounce").fetchall()
        return sum(addresses.key(row["recipient"]) == addresses.key(recipient) for row in bounced)


def on_outbox(home: Home, action: Callable[[Outbox], T]) -> T:
    """Do something to the outbox while nobody sends; returns what the action returns."""
    with sending_lock(home), closing(Outbox(home)) as box:
        return action(box)


def listing(home: Home) -> list[str]:
    """Return a line a mail, newest first."""
    if not (home.root / "outbox.sqlite").exists():
        return ["no mail was ever queued"]
    with closing(Outbox(home)) as box:
        return [
            (
                f"{row['state']:8} {row['report_id']} {row['period']} rev {row['revision']} "
                f"{row['recipient']} {row['message_id']} {row['smtp_reply'] or ''}"
            )
            for row in box.rows()
        ]


def mirror(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make ops.mail of an open build equal to the outbox.

    Without an outbox ops.mail stays as it is.
    """
    if not (home.root / "outbox.sqlite").exists():
        return
    with closing(Outbox(home)) as box:
        rows = [tuple(row.values()) for row in reversed(box.rows())]
    con.execute("delete from ops.mail")
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        con.executemany(f"insert into ops.mail ({_MIRRORED}) values ({marks})", rows)


def _now() -> str:
    return datetime.now(UTC).isoformat()
