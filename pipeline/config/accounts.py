"""Register accounts in pipeline.toml."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import tomli_w
from pydantic import ValidationError

from pipeline.base.errors import ConfigError
from pipeline.config.settings import Settings, first_problem

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.home import Home


def add_account(home: Home, account: dict[str, Any]) -> Path:
    """Append one account to pipeline.toml (made when missing) and return its inbox folder."""
    text = home.config.read_text("utf-8") if home.config.exists() else 'timezone = "Asia/Shanghai"\nplan = "2023"\n'
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{home.config}: not valid TOML: {error}. Mend that line.") from error
    data["accounts"] = [*data.get("accounts", []), account]
    try:
        Settings.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"cannot add account {account['id']!r}: {first_problem(error)}") from error
    home.root.mkdir(parents=True, exist_ok=True)
    # Append rather than rewrite: a person's comments in the file stay.
    entry = "\n[[accounts]]\n" + tomli_w.dumps(account)
    home.config.write_text(text.rstrip("\n") + "\n" + entry, "utf-8")
    home.make_inbox([str(account["id"])])
    return home.inbox / str(account["id"])
