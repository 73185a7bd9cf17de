"""Decisions of people: one JSON line each in `<home>/decisions.jsonl`, only ever appended.

Command line and desk write the same lines. docs/guide/decisions.md lists the kinds with their
subject and value.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from collectors.written import first_problem
from pipeline.base.fsync import sync
from pipeline.base.lock import held

if TYPE_CHECKING:
    from pipeline.config.home import Home

Kind = Literal[
    "tone", "release", "withdraw", "restore", "edition", "pieces", "unit",
    "alert", "note", "none", "reassign", "story", "mail", "rows",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
OPEN = "open"  # value of an answer about editions that is taken back: theirs is null
_MODE = 0o640
_WAIT_SECONDS = 30.0


class Decision(BaseModel):
    """One line: who decided what about which subject, and when.

    `value` is the answer, None takes an answer back.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    at: AwareDatetime
    by: str = Field(min_length=1)
    kind: Kind
    subject: str = Field(min_length=1)
    value: str | None = None
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether this takes an answer about editions back."""
        return self.kind in ("edition", "pieces") and self.value == OPEN

    @property
    def line(self) -> str:
        """The decision as one line of JSON."""
        return self.model_dump_json() + "\n"


class DecisionLog(NamedTuple):
    """The whole file.

    Decisions in the order they were made, and a sentence for each line that is none.
    """

    decisions: list[Decision]
    broken: list[str]


def append_decision(  # noqa: PLR0913 - the fields of a line
    home: Home, kind: Kind, subject: str, value: str | None = None, *, by: str, note: str = ""
) -> Decision:
    """Append one decision and return it once it is on disk.

    TransientError when the file stays locked for 30 seconds.

    A last line that a power cut left half written gets its own line end first: it is reported, and
    spoils no other.
    """
    decision = Decision(
        at=datetime.now(UTC), by=by, kind=kind, subject=subject, value=value, note=note
    )
    path = home.decisions
    with held(
        home.root / ".decisions.lock",
        f"{path} is locked by another process.",
        wait_seconds=_WAIT_SECONDS,
    ):
        is_new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _MODE)
        try:
            size = os.fstat(handle).st_size
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            _write_all(handle, ("\n" if torn else "").encode() + decision.line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            path.chmod(_MODE)
            sync(home.root)
    return decision


def read_decisions(home: Home) -> list[Decision]:
    """Return all decisions in the order they were made."""
    return read_log(home).decisions


def read_log(home: Home) -> DecisionLog:
    """Read the file.

    A last line without line end that is no decision was never confirmed to anyone and is left out.
    """
    if not home.decisions.exists():
        return DecisionLog([], [])
    return parse(home.decisions.read_bytes())


def parse(content: bytes) -> DecisionLog:
    """Return the decisions of a file's bytes, or of lines appended to it."""
    lines = content.split(b"\n")
    found, broken = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        decision = _parse(line)
        if isinstance(decision, Decision):
            found.append(decision)
        elif number < len(lines):
            broken.append(
                f"decisions.jsonl 第 {number} 行不是一条决定（{decision}），未采用；"
                "请改正或删去这一行。"
                f" / line {number} is no decision and was not used: mend or delete it."
            )
    return DecisionLog(found, broken)


def _parse(line: bytes) -> Decision | str:
    """Return the decision, or what is wrong with the line."""
    try:
        content = json.loads(line)
    except ValueError as error:  # no JSON, no UTF-8
        return str(error)[:200]
    try:
        decision: Decision = Decision.model_validate(content)
    except ValidationError as error:
        return first_problem(error, content)
    return decision


def _write_all(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]
