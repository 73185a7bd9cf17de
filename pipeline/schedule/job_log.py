"""Log of the timetable: which job started and ended when."""

from __future__ import annotations

import json
import os
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from pipeline.base.fsync import write_atomic

if TYPE_CHECKING:
    from pathlib import Path


_WELL = (0, 3)


class JobLog:
    """`<home>/schedule.jsonl`.

    A line when a job starts and one when it ends, on disk before anything else happens.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = Lock()  # two workers of one scheduler

    # JSON values
    def note(self, job: str, event: str, at: datetime, **more: Any) -> None:  # noqa: ANN401
        """Append a line and sync it."""
        line = json.dumps(
            {"job": job, "event": event, "at": at.isoformat(), **more}, ensure_ascii=False
        )
        with self._writing, self._path.open("ab+") as stream:
            stream.seek(max(stream.tell() - 1, 0))
            # the half line of a power cut stays one of its own
            if stream.read(1) not in (b"", b"\n"):
                stream.write(b"\n")
            stream.write(f"{line}\n".encode())
            stream.flush()
            os.fsync(stream.fileno())

    def last_end(self, job: str, now: datetime) -> datetime | None:
        """Return when the job last ended.

        A start without an end (a machine that died) or an end still to come (a wrong clock) does
        not count.
        """
        ends = [
            line["at"]
            for line in self._lines()
            if line.get("job") == job and line.get("event") == "end"
        ]
        return max(
            (moment for text in ends if (moment := datetime.fromisoformat(text)) <= now),
            default=None,
        )

    def failures(self) -> list[str]:
        """Return the jobs whose last end was a failure, as `name date time (exit codes)`."""
        ends = {line["job"]: line for line in self._lines() if line.get("event") == "end"}
        return [
            f"{job} {line['at'][:16].replace('T', ' ')} (exit {', '.join(map(str, codes))})"
            for job, line in ends.items()
            if (codes := [code for code in line.get("exit_codes", ()) if code not in _WELL])
        ]

    def forget(self, before: datetime) -> None:
        """Drop the lines of before a moment, but each job's last end: it shows what was missed."""
        with self._writing:
            lines = self._lines()
            ends = {
                line["job"]: number
                for number, line in enumerate(lines)
                if line.get("event") == "end"
            }
            kept = [
                line
                for number, line in enumerate(lines)
                if datetime.fromisoformat(line["at"]) >= before or ends.get(line["job"]) == number
            ]
            if len(kept) < len(lines):
                text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in kept)
                write_atomic(self._path, text.encode())

    def _lines(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        found = []
        for text in self._path.read_text("utf-8").splitlines():
            try:
                found.append(json.loads(text))
            except json.JSONDecodeError:  # the half line of a power cut: that event did not happen
                continue
        return found
