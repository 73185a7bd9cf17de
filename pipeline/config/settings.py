"""`pipeline.toml` and the folders of a home."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from pipeline.config import addresses
from pipeline.config.checkout import DEFAULT_TIMEZONE

SHARED_FOLDERS = ("news", "ledger")


class Account(BaseModel):
    """One account of one platform; `id` is its folder under inbox/."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    name: Annotated[str, Field(min_length=1)]
    platform: Annotated[str, Field(pattern=r"^[a-z]+$")]
    main: bool = False
    unit: str = "市局"
    since: date | None = None


class Expect(BaseModel):
    """One `[[expect]]` entry.

    What is expected of one account or unit, where it differs from what the layout says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    owner: Annotated[str, Field(min_length=1)]
    export: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    every: Literal["month", "quarter", "half_year", "year", "never"] | None = None
    within_days: Annotated[int | None, Field(ge=0, le=366)] = None
    window_days: Annotated[int | None, Field(ge=1)] = None
    since: date | None = None


class Fetch(BaseModel):
    """One `[[fetch]]` entry: `collectors/<use>.py` brings files into inbox/<source>/.

    Secrets are in the environment.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    use: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    source: str
    options: dict[str, str] = {}
    senders: dict[
        str, Annotated[str, Field(pattern=r"^[^./\\\x00][^/\\\x00]*$")]
    ] = {}  # who sends: address -> folder of the inbox

    @property
    def sources(self) -> frozenset[str]:
        """Return the folders of the inbox that the entry may fill."""
        return frozenset({self.source, *self.senders.values()})


class Mail(BaseModel):
    """Settings of mail. The password is in the environment, never here."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    sender: Annotated[str, Field(alias="from")]
    to: tuple[str, ...]
    host: str | None = None
    port: int = 0
    security: Literal["auto", "starttls", "tls", "none"] = "auto"
    user: str | None = None
    password_env: str = "PIPELINE_MAIL_PASSWORD"  # noqa: S105 - the variable's name
    ca_file: str | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    reply_to: str | None = None
    operators: tuple[str, ...] = ()
    per_minute: Annotated[int, Field(gt=0)] = 20

    @model_validator(mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:  # noqa: ANN401 - as it comes from TOML
        """Take one address where a list is meant, and the port out of `host:port`."""
        if not isinstance(given, dict):
            return given
        given = {
            name: _listed(value) if name in ("to", "operators") else value
            for name, value in given.items()
        }
        host, _, port = str(given.get("host") or "").rpartition(":")
        return (
            {**given, "host": host, "port": int(port)}
            if host and port.isdigit() and "port" not in given
            else given
        )

    @model_validator(mode="after")
    def _addresses_and_port(self) -> Mail:
        for text in (
            self.sender,
            *self.to,
            *self.operators,
            *([self.reply_to] if self.reply_to else []),
        ):
            addresses.parse(text)
        for name, listed in (("to", self.to), ("operators", self.operators)):
            if len({addresses.key(text) for text in listed}) < len(listed):
                raise ValueError(f"a recipient stands twice in mail.{name}")
        if not self.port:
            object.__setattr__(self, "port", {"tls": 465, "none": 25}.get(self.security, 587))
        return self


class Notify(BaseModel):
    """Group chats that hear of alerts and of what is owed.

    Each entry is an address as apprise writes it, which is a secret, or `env:NAME` of the environment.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    urls: tuple[SecretStr, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _keep_secret(cls, given: Any) -> Any:  # noqa: ANN401 - as it comes from TOML
        """Take what was written as texts; errors do not show the value."""
        if not isinstance(given, dict) or set(given) - {"urls"}:
            raise ValueError("[notify] has one key: urls, a list of addresses or of env:NAME")
        urls = given.get("urls", [])
        return {"urls": [str(one) for one in (urls if isinstance(urls, list) else [urls])]}


def _listed(value: Any) -> Any:  # noqa: ANN401 - as it comes from TOML
    """Take one address, a text of several, or a list of either where a list is meant."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return value
    return [address for text in texts for address in addresses.split(text)]


class Keep(BaseModel):
    """Days after which things that no figure needs are deleted.

    A file in quarantine is not deleted: it is reported after `quarantine_days`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    log_days: Annotated[int, Field(ge=7)] = 90
    mail_days: Annotated[int, Field(ge=31)] = 365
    quarantine_days: Annotated[int, Field(ge=1)] = 90


class Settings(BaseModel):
    """The whole of pipeline.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    timezone: str = DEFAULT_TIMEZONE
    plan: str | None = None
    accounts: tuple[Account, ...] = ()
    own_media: tuple[str, ...] = ()
    mail: Mail | None = None
    notify: Notify | None = None
    schedule: dict[str, str] = Field(default_factory=dict)
    keep: Keep = Keep()
    fetch: tuple[Fetch, ...] = ()
    expect: tuple[Expect, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _timezone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(
                f"no time zone has this name; write one such as {DEFAULT_TIMEZONE}"
            ) from error
        return name

    @model_validator(mode="after")
    def _accounts_make_sense(self) -> Settings:
        ids = [account.id for account in self.accounts]
        for account_id in ids:
            if ids.count(account_id) > 1:
                raise ValueError(f"account id {account_id!r} stands twice")
            if account_id in SHARED_FOLDERS:
                raise ValueError(f"account id {account_id!r} is the name of a shared inbox folder")
        for entry in self.fetch:
            if entry.source not in (*ids, *SHARED_FOLDERS):
                raise ValueError(
                    f"fetch.source {entry.source!r} is neither an account nor one of "
                    f"{SHARED_FOLDERS}"
                )
        if sum(account.main for account in self.accounts) > 1:
            raise ValueError("more than one account has main = true")
        return self

    @property
    def folders(self) -> tuple[str, ...]:
        """Inbox folders that every home has: one an account, and the shared ones."""
        return (*(account.id for account in self.accounts), *SHARED_FOLDERS)

    def now(self) -> datetime:
        """Return the current time in the configured zone."""
        return datetime.now(ZoneInfo(self.timezone))

    def today(self) -> date:
        """Return the current date in the configured zone."""
        return self.now().date()

    def default_as_of(self) -> date:
        """Return yesterday in the configured zone: the last day that can be complete."""
        return self.today() - timedelta(days=1)
