"""The collect step: run the configured fetchers.

What they bring waits in the inbox like a file a person dropped.

Knows no platform: `use = "x"` in pipeline.toml means `collectors/x.py`, imported only then.
"""

from __future__ import annotations

import importlib
import logging
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.fetch.types import Fetched, Request, Trouble
from pipeline.base.fsync import sync, write_atomic
from pipeline.warehouse.publish import open_published

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

    from pipeline.config.home import Home
    from pipeline.config.settings import Fetch, Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Collected:
    """One item's outcome, one row of ops.fetch_log.

    `status` is fetched, transient, permanent or held.
    """

    source: str
    fetcher: str
    item: str
    status: str
    reason: str | None
    size: int | None
    at: datetime
    address: str | None = None
    validator: str | None = None


@dataclass(frozen=True)
class History:
    """Earlier runs.

    (source, item) fetched ever, what (source, fetcher) has to wait for tomorrow (item,
    reason), address -> validator.
    """

    fetched: frozenset[tuple[str, str]] = frozenset()
    validators: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


def collect(home: Home, settings: Settings) -> list[Collected]:
    """Run every `[[fetch]]` entry of pipeline.toml; an error of one stops no other."""
    history = _history(home, settings.now())
    return [
        outcome
        for entry in settings.fetch
        for outcome in _run(entry, home.inbox, settings, history)
    ]


def record(con: duckdb.DuckDBPyConnection, run_id: str, outcomes: list[Collected]) -> None:
    """Write the outcomes to ops.fetch_log."""
    for one in outcomes:
        con.execute(
            "insert into ops.fetch_log values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run_id,
                one.source,
                one.fetcher,
                one.item,
                one.status,
                one.reason,
                one.size,
                one.at,
                one.address,
                one.validator,
            ],
        )


def _history(home: Home, now: datetime) -> History:
    """Return what the published nights say; nothing when there is none yet."""
    if not home.warehouse.exists():
        return History()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with open_published(home) as con:
        fetched = con.execute(
            "select source, item from ops.fetch_log where status = 'fetched'"
        ).fetchall()
        held = con.execute(
            (
                "select source, fetcher, item, reason from ops.fetch_log where status = 'held' "
                "and fetched_at >= ?"
            ),
            [midnight],
        ).fetchall()
        validators = con.execute(
            "select address, arg_max(coalesce(validator, ''), fetched_at) from "
            "ops.fetch_log where status = 'fetched' and address is not null group by address"
        ).fetchall()
    waiting = {(source, use): (item, reason) for source, use, item, reason in held}
    return History(frozenset(fetched), dict(validators), waiting)


def _run(entry: Fetch, inbox: Path, settings: Settings, history: History) -> Iterator[Collected]:
    if held := history.held.get((entry.source, entry.use)):
        item, reason = held
        yield _outcome(
            entry, Trouble(entry.source, item, transient=False, reason=reason, until_tomorrow=True)
        )
        return
    request = Request(
        entry.source,
        settings.now(),
        lambda name: any(
            (inbox / source / name).is_file() or (source, name) in history.fetched
            for source in entry.sources
        ),
        entry.options,
        history.validators,
        entry.senders,
    )
    try:
        fetcher = importlib.import_module(f"collectors.fetch.{entry.use}")
        for found in fetcher.fetch(request):
            yield _keep(entry, found, inbox / found.source)
    except Exception as error:  # noqa: BLE001 - one fetcher's fault must not cost the night
        log.warning(
            "fetcher crashed",
            extra={"fetcher": entry.use, "kind": type(error).__name__, "at": _calls(error)},
        )
        yield _outcome(
            entry, Trouble(entry.source, entry.use, transient=False, reason=_told(entry, error))
        )


def _keep(entry: Fetch, found: Fetched | Trouble, folder: Path) -> Collected:
    if isinstance(found, Trouble):
        return _outcome(entry, found)
    if (
        found.source not in entry.sources
        or found.name.startswith(".")
        or set(found.name) & set("/\\\0")
    ):
        reason = (
            f"采集程序 {entry.use} "
            f"给出了不允许的文件名或收件夹：{found.source}/{found.name}。"
            "请把这一行告诉开发者。"
        )
        return _outcome(entry, Trouble(entry.source, found.name, transient=False, reason=reason))
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / found.name, found.content)
    sync(folder)
    size, now = len(found.content), datetime.now(UTC)
    return Collected(
        found.source,
        entry.use,
        found.name,
        "fetched",
        None,
        size,
        now,
        found.address,
        found.validator,
    )


def _outcome(entry: Fetch, trouble: Trouble) -> Collected:
    status = "held" if trouble.until_tomorrow else "transient" if trouble.transient else "permanent"
    log.warning(
        "not fetched",
        extra={"source": trouble.source, "item": trouble.item, "reason": trouble.reason},
    )
    return Collected(
        entry.source, entry.use, trouble.item, status, trouble.reason, None, datetime.now(UTC)
    )


def _calls(error: BaseException) -> list[str]:
    """Return file, line and function of every call that led to the error, the innermost last.

    Never its text, which may hold a token.
    """
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _told(entry: Fetch, error: Exception) -> str:
    """Name the error's kind only: its text may hold an address with a token."""
    kind = type(error).__name__
    return (
        f"采集程序 {entry.use}（收件夹 {entry.source}）意外中断：{kind}。其余照常；请检查 "
        "pipeline.toml 的 [[fetch]]，或告诉开发者。"
    )
