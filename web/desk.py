"""Everything one running desk has: the home, users, sessions, uploads, the checking process."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import ConfigError
from pipeline.config.plans.years import plan_for
from web.access.sessions import Sessions
from web.access.throttle import Throttle
from web.access.users import Users
from web.changes import Changes
from web.figures import Figures
from web.queries.queries import Queries
from web.runs import Runs
from web.store import Store
from web.tasks.decided import Decided
from web.uploads.arrivals import Arrivals
from web.uploads.checker import Checker
from web.uploads.files import Files
from web.uploads.quota import Quota
from web.uploads.sweep import sweep_inbox
from web.words import use_zone

if TYPE_CHECKING:
    from collectors.layout import Layout
    from pipeline.config.home import Home
    from pipeline.config.plan import Plan
    from pipeline.config.settings import Settings


class Desk:
    """State shared by all requests."""

    def __init__(self, home: Home, *, is_open: bool = False) -> None:
        """`is_open`.

        Bound to loopback, so that without users everything can be read and nothing changed.
        """
        self.home, self.is_open = home, is_open
        self.folder = home.root / "desk"
        self.store = Store(self.folder)
        self.users = Users(home)
        self.sessions = Sessions(self.store, self.users)
        self.throttle = Throttle()
        self.figures = Figures(home)
        self.arrivals = Arrivals(self.figures)
        self.files = Files(self.store, self.folder)
        self.quota = Quota(self.store, self.folder)
        self.checker = Checker(home)
        self.queries = Queries(home)
        self.decided = Decided(home)
        self.runs = Runs(home)
        self._changes = Changes(self.folder)
        self._settings: tuple[Any, Settings] | None = None
        self._layouts: tuple[Any, dict[str, Layout]] | None = None

    @property
    def settings(self) -> Settings:
        """Settings as they are now; read again when their file changes."""
        try:
            info = self.home.config.stat()
        except OSError:
            return self.home.settings()  # its error says what is missing
        version = (info.st_ino, info.st_size, info.st_mtime_ns)
        if self._settings is None or self._settings[0] != version:
            self._settings = version, self.home.settings()
        return self._settings[1]

    @property
    def layouts(self) -> dict[str, Layout]:
        """Declared layouts; read again when a declaration of the office changes."""
        paths = sorted(self.home.layouts.glob("*.toml"))
        version = tuple((path, path.stat().st_mtime_ns) for path in paths)
        if self._layouts is None or self._layouts[0] != version:
            self._layouts = version, self.home.read_layouts()
        return self._layouts[1]

    def units(self) -> tuple[str, ...]:
        """Names of the plan's units."""
        return unit_names(self.home)

    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        settings = self.settings
        return plan_for(self.home, settings, settings.today())

    def note(self, user: str, action: str, subject: str) -> None:
        """Append a line to desk/changes.jsonl: who did what, when."""
        self._changes.note(user, action, subject)

    def start(self) -> None:
        """Start what runs beside the pages; clear what an earlier desk left behind."""
        with suppress(ConfigError):  # the pages will say what is wrong with the settings
            use_zone(self.settings.timezone)
        sweep_inbox(self.home)
        self.tidy()
        self.checker.start()

    def tidy(self) -> None:
        """Delete what nobody needs any more: at the start, and once a day while the desk runs."""
        self.files.sweep()
        self.quota.sweep()
        self._changes.sweep()
        self.sessions.sweep()

    def close(self) -> None:
        """End what runs beside the pages."""
        self.checker.close()
        self.queries.close()
        self.figures.close()
        self.store.close()


def unit_names(home: Home) -> tuple[str, ...]:
    """Return the units a user can belong to: the plan's, and those of accounts.

    None when neither can be read.
    """
    try:
        settings = home.settings()
        names = dict.fromkeys(
            unit.name for unit in plan_for(home, settings, settings.today()).units
        )
        names |= dict.fromkeys(account.unit for account in settings.accounts)
    except ConfigError:
        return ()
    return tuple(names)
