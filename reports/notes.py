"""A person's comment on a report: a file in <home>/notes/, shown beside the generated text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.config.decisions import read_decisions

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.home import Home
    from reports.period import Period


def add_note(home: Home, period: Period, text: str, author: str) -> Path:
    """Append a note, signed; returns its file, which a person may also edit."""
    path = _path(home, period)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = " ".join(text.split())
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}——{author}\n" if author else f"{line}\n")
    return path


def read_notes(home: Home, period: Period) -> list[str]:
    """Return the notes of a period, one a line.

    Those of its file, then the commentary decided on the desk; none is an empty list.
    """
    path = _path(home, period)
    written = path.read_text("utf-8").splitlines() if path.is_file() else []
    subject = f"{period.kind}/{period.id}"
    decided = [
        one.value or ""
        for one in read_decisions(home)
        if one.kind == "note" and one.subject == subject
    ][-1:]
    return [line.strip() for line in [*written, *"\n".join(decided).splitlines()] if line.strip()]


def _path(home: Home, period: Period) -> Path:
    return home.root / "notes" / f"{period.kind}-{period.id}.txt"
