"""Register accounts in pipeline.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.items import Array

from collectors.written import parse_toml, read_text, validated
from pipeline.base.errors import ConfigError
from pipeline.base.fsync import write_atomic
from pipeline.config.checkout import DEFAULT_TIMEZONE
from pipeline.config.files import config_errors
from pipeline.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from pipeline.config.home import Home

_NEW = f'timezone = "{DEFAULT_TIMEZONE}"\n'


def add_account(home: Home, account: dict[str, Any], platforms: Collection[str]) -> Path:
    """Add one account to pipeline.toml (made when missing) and return its inbox folder.

    ConfigError when its platform is none of `platforms`, or the file is not valid with it.
    """
    if account["platform"] not in platforms:
        known = ", ".join(sorted(platforms))
        raise ConfigError(
            f"平台“{account['platform']}”没有版式 / no layout reads platform "
            f"{account['platform']!r}. Known: {known}. "
            "Declare one: docs/guide/add-a-layout.md, `platform = …`."
        )
    with config_errors():
        text = read_text(home.config) if home.config.exists() else _NEW
        parse_toml(text, home.config)
        text = _with_account(text, account)
        validated(
            Settings,
            parse_toml(text, home.config),
            f"cannot add account {account['id']!r}: ",
            "Nothing changed.",
        )
    home.root.mkdir(parents=True, exist_ok=True)
    write_atomic(home.config.resolve(), text.encode())
    home.make_inbox([str(account["id"])])
    return home.inbox / str(account["id"])


def _with_account(text: str, account: dict[str, Any]) -> str:
    """Return the settings with one account more.

    In the inline list when there is one, else at the end; comments stay.
    """
    document = tomlkit.parse(text)
    accounts = document.get("accounts")
    if not isinstance(accounts, Array):
        return f"{text.rstrip()}\n\n{tomlkit.dumps({'accounts': [account]})}"
    entry = tomlkit.inline_table()
    entry.update(account)
    accounts.append(entry)
    return tomlkit.dumps(document)
