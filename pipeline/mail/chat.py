"""Messages to group chats (企业微信, 钉钉, 飞书 …): at most one an address, rule and day.

What was sent is noted in `<home>/notified.json`. An address holds a secret: it is named by its number and
kind only. A chat that does not answer costs SECONDS, and the message is tried again next time.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from typing import TYPE_CHECKING, Any

from pipeline.base.fsync import sync, write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.config.home import Home
    from pipeline.config.settings import Notify

SECONDS = 20.0  # an address
_FROM_ENVIRONMENT = "env:"
_FOR_OTHERS = 0o077


class _NoAddressError(Exception):
    """A fault in an entry of [notify] urls, without the address."""


def tell_chats(home: Home, notify: Notify, rules: Mapping[str, tuple[str, list[str]]]) -> list[str]:
    """Send each rule's lines to every address, once a day and only when they differ from the last.

    Returns what went wrong or was sent, a line an address; nothing is raised.
    """
    path, day, told = home.root / "notified.json", home.settings().today().isoformat(), []
    state = _read(path)
    for number, secret in enumerate(notify.urls, 1):
        entry = secret.get_secret_value()
        kind, name = _kind(entry), hashlib.sha256(entry.encode()).hexdigest()[:16]
        known = state.setdefault(name, {})
        fresh = {
            rule: _digest(said[1])
            for rule, said in rules.items()
            if said[1] and known.get(rule, {}).get("day") != day
            and known.get(rule, {}).get("digest") != _digest(said[1])
        }  # fmt: skip
        if not fresh:
            continue
        try:
            send = _sender(home, entry)
            sent = _within(SECONDS, send, {rule: rules[rule] for rule in fresh})
            problem = (
                "" if len(sent) == len(fresh) else f"no answer, or refused, within {SECONDS:g} s"
            )
        except _NoAddressError as error:
            sent, problem = [], str(error)
        known |= {rule: {"day": day, "digest": fresh[rule]} for rule in sent}
        told.append(f"{len(sent)} of {len(fresh)} message(s) sent to chat {number} ({kind})"
                    + (f"; {problem}, tried again next time" if problem else ""))  # fmt: skip
        _write(path, state)
    return told


def _kind(entry: str) -> str:
    """Return what an entry is, without what is secret in it."""
    if entry.startswith(_FROM_ENVIRONMENT):
        return "from the environment"
    scheme, mark, _ = entry.partition("://")
    return scheme if mark and scheme.isalnum() else "no address"


def _sender(home: Home, entry: str) -> Callable[[str, str], bool]:
    """Return what sends a title and a text to one address."""
    import apprise

    address = entry
    if entry.startswith(_FROM_ENVIRONMENT):
        name = entry.removeprefix(_FROM_ENVIRONMENT)
        address = os.environ.get(name, "")
        if not address:
            raise _NoAddressError(f"the environment has no {name}")
    elif home.config.stat().st_mode & _FOR_OTHERS:
        raise _NoAddressError("pipeline.toml holds an address and others may read it: chmod 600")
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it may name the address
    chat = apprise.Apprise()
    if not chat.add(address):
        raise _NoAddressError("it is no address that apprise knows")
    return lambda title, text: bool(chat.notify(title=title, body=text))


def _within(
    seconds: float, send: Callable[[str, str], bool], messages: Mapping[str, tuple[str, list[str]]]
) -> list[str]:
    """Return the rules whose message was taken before the time was over."""
    taken: list[str] = []

    def work() -> None:
        for rule, (title, lines) in messages.items():
            try:
                if not send(title, "\n".join(lines)):
                    return
            except Exception:  # noqa: BLE001 - whatever a plugin raises may hold the address
                return
            taken.append(rule)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    return list(taken)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # none yet, or torn: the worst is a message too many
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, state: dict[str, dict[str, Any]]) -> None:
    write_atomic(path, json.dumps(state, indent=0).encode())
    sync(path.parent)
