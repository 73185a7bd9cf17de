"""The published warehouse, read-only. Answers are cached until the next night replaces the file."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import PipelineError, TransientError
from pipeline.warehouse.publish import open_published
from pipeline.warehouse.rows import fetch_dicts
from web.refusal import Refusal

if TYPE_CHECKING:
    import duckdb

    from pipeline.config.home import Home

    Rows = list[dict[str, Any]]

NO_NIGHT_ZH = "还没有数据：第一次夜间运行之后，这里才有内容。"
_MOST_ANSWERS = 200
_MOST_ROWS = 5_000  # of one answer that is kept


class Figures:
    """Queries the newest night; Refusal 503 in a sentence when there is none or it cannot be read."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._kept: OrderedDict[tuple[Any, ...], Rows] = OrderedDict()
        self._lock = Lock()
        self._asking = (
            Lock()
        )  # opening takes forty times as long as a query: one connection a night
        self._open: tuple[tuple[int, int], duckdb.DuckDBPyConnection] | None = None

    def rows(self, query: str, *values: Any) -> Rows:  # noqa: ANN401 - SQL values
        """Return a query's rows as dicts; callers must not change them."""
        night = self.night()
        key = (night, query, *values)
        known = self._known(key)
        if known is not None:
            return known
        with self._asking:
            known = self._known(key)  # somebody may have asked the same meanwhile
            if known is not None:
                return known
            found = self._ask(night, query, list(values))
            if len(found) <= _MOST_ROWS:
                self._keep(key, found)
        return found

    def _known(self, key: tuple[Any, ...]) -> Rows | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def _keep(self, key: tuple[Any, ...], found: Rows) -> None:
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _MOST_ANSWERS:
                self._kept.popitem(last=False)

    def one(self, query: str, *values: Any) -> dict[str, Any] | None:  # noqa: ANN401 - SQL values
        """Return a query's first row, or None."""
        rows = self.rows(query, *values)
        return rows[0] if rows else None

    def has(self, table: str) -> bool:
        """Return whether the newest night has a table (mart.owed)."""
        schema, _, name = table.partition(".")
        query = "select 1 as found from duckdb_tables() where schema_name = ? and table_name = ?"
        return bool(self.rows(query, schema, name))

    def night(self) -> tuple[int, int]:
        """Return what names the published file; Refusal 503 when there is none."""
        try:
            info = self._home.warehouse.stat()
        except OSError as error:
            raise Refusal(503, NO_NIGHT_ZH, "no night has been published yet") from error
        return info.st_ino, info.st_mtime_ns

    def close(self) -> None:
        """Let the newest night's file go."""
        with self._asking:
            self._leave()

    def _leave(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _connection(self, night: tuple[int, int]) -> duckdb.DuckDBPyConnection:
        if self._open is None or self._open[0] != night:
            self._leave()
            self._open = night, open_published(self._home)
        return self._open[1]

    def _ask(self, night: tuple[int, int], query: str, values: list[Any]) -> Rows:
        import duckdb

        try:
            return fetch_dicts(self._connection(night), query, values)
        except TransientError as error:
            raise Refusal(503, NO_NIGHT_ZH, "no night has been published yet") from error
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            zh = "这部分数据由更新后的程序提供，下一次夜间运行之后才有。"
            raise Refusal(503, zh, f"the published night lacks it: {_first_line(error)}") from error
        except (duckdb.Error, PipelineError) as error:
            zh = "数据暂时读不出来，可能正在更新或文件损坏；请几分钟后再试，仍不行请告知管理员。"
            raise Refusal(503, zh, f"the warehouse cannot be read: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
