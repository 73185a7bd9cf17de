"""Is the archive what was put into it.

Every stored file has the digest it is named by, every loaded file is there.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from pipeline.base.errors import PipelineError
from pipeline.base.fsync import write_atomic
from pipeline.ingest.inbox import scan, sha256_of
from pipeline.warehouse.publish import open_published

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.config.home import Home

log = logging.getLogger(__name__)
_ANSWER = "archive-check.json"
_DIGEST_LENGTH = 64
_NAMED = 5  # files named in a message


def stored_files(archive: Path) -> Iterator[tuple[str, Path]]:
    """Yield (digest in the name, path) of every archived file.

    The notes beside them are not files of the office.
    """
    for path in sorted(archive.glob("*/*")):
        digest, _, rest = path.name.partition(".")
        if len(digest) == _DIGEST_LENGTH and "." not in rest and path.is_file():
            yield digest, path


def problems(home: Home) -> list[str]:
    """Return what is wrong with the archive, one line a file: altered, unreadable or gone.

    The answer is noted for `status`.
    """
    found = _problems(home)
    told = {"at": home.settings().now().isoformat(timespec="minutes"), "problems": found}
    try:
        home.output.mkdir(parents=True, exist_ok=True)
        write_atomic(home.output / _ANSWER, json.dumps(told, ensure_ascii=False).encode())
    except OSError:
        log.exception("the archive's check could not be noted")
    return found


def last_answer(home: Home) -> tuple[str, list[str]]:
    """Return when the archive was last read whole, and what was wrong; '' when it never was."""
    path = home.output / _ANSWER
    if not path.is_file():
        return "", []
    told = json.loads(path.read_text("utf-8"))
    return str(told["at"]), [str(line) for line in told["problems"]]


def not_archived(home: Home) -> list[str]:
    """Return the names of loaded files that are not in the archive; their content is not read."""
    there = {digest for digest, _ in stored_files(home.archive)}
    return sorted(name for digest, name in _loaded(home).items() if digest not in there)


def _problems(home: Home) -> list[str]:
    found, there = [], set()
    for digest, path in stored_files(home.archive):
        there.add(digest)
        try:
            if sha256_of(path) != digest:
                found.append(f"{path} was altered since it was archived")
        except OSError as error:
            found.append(f"{path} cannot be read: {error.strerror}")
    expected = {**_noted(home.archive), **_loaded(home)}
    gone = sorted((name, digest) for digest, name in expected.items() if digest not in there)
    waiting = (
        {file.sha256: f"{file.source}/{file.name}" for file in scan(home.inbox)} if gone else {}
    )
    for name, digest in gone:
        if digest in waiting:
            found.append(
                f"inbox/{waiting[digest]} counts, but is not archived yet: the next night does it"
            )
        else:
            found.append(f"{name} (sha256 {digest}) is gone from the archive")
    return found


def require_whole(home: Home, what: str) -> None:
    """Raise PipelineError naming the files that are altered or gone.

    `what` cannot go on without them.
    """
    if found := problems(home):
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        raise PipelineError(
            f"{what}: {len(found)} archived file(s) are not what was archived: "
            f"{'; '.join(found[:_NAMED])}{more}. "
            "What is gone or altered: put it back from an earlier backup."
        )


def _noted(archive: Path) -> dict[str, str]:
    """Return digest and name of every file that a note beside the archived files describes."""
    facts = [json.loads(note.read_text("utf-8")) for note in archive.glob("*/*.*.json")]
    return {str(one["sha256"]): str(one["original_name"]) for one in facts}


def _loaded(home: Home) -> dict[str, str]:
    """Return digest and name of every file that counts, as the published warehouse has it.

    Nothing when it cannot say.
    """
    try:
        with open_published(home) as con:
            query = (
                "select distinct sha256, original_name from ops.file where load_seq is not null "
                "order by 2"
            )
            return {str(digest): str(name) for digest, name in con.execute(query).fetchall()}
    except PipelineError:
        return {}
