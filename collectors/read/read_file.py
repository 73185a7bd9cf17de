"""Read and recognise one file in this process."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from collectors.match.recognise import recognise
from collectors.model import UNIT, MissingDependency, ReadResult, Unavailable, crashed
from collectors.read.open import open_sheets
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from collectors.layout import Layout


def read_file(
    path: Path, layouts: dict[str, Layout], place: str | None = None, name: str | None = None
) -> ReadResult:
    """Read and recognise one file in this process; Unreadable with the reason when it is refused.

    MissingDependency when a package that reading needs is not installed.

    Layouts that may be in `place` (account, news, ledger; account/douyin: of that platform;
    unit: ledger and news) go first; the
    others are tried only to say where a file belongs.
    `name` is the name the file came with, when it is stored under another: a year in it may date
    the rows.
    """
    try:
        return _read(path, layouts, place, name or path.name)
    except (Unreadable, Unavailable, KeyboardInterrupt, SystemExit):
        raise
    except ImportError as error:
        raise MissingDependency(
            f"缺少读取文件所需的 Python 程序包，任何文件都没有读取 / a package that reading needs is not "
            f"installed: {error}. Install the product again (docs/guide/install.md)."
        ) from error
    except MemoryError as error:
        raise crashed("内存超限", "out of memory") from error
    except (
        BaseException
    ) as error:  # a parser's surprise is a verdict on this file; Rust's panic is no Exception
        text = f"{type(error).__name__}: {error}"
        raise crashed(f"解析出错 {text}", f"parser error {text}") from error


def _read(path: Path, layouts: dict[str, Layout], place: str | None, called: str) -> ReadResult:
    sheets = open_sheets(path, [rule for layout in layouts.values() for rule in layout.no_data])
    at_home = {
        key: layout for key, layout in layouts.items() if place is None or _belongs(layout, place)
    }
    elsewhere = {key: layout for key, layout in layouts.items() if key not in at_home}
    ledgers = {
        key: layout
        for key, layout in at_home.items()
        if place == UNIT and "ledger" in layout.sources
    }
    try:
        return recognise(sheets, at_home, called)
    except Unreadable:
        # a unit's table that is as much a ledger as an export is its ledger
        for others in (ledgers, elsewhere):
            with suppress(Unreadable):
                return recognise(sheets, others, called)
        raise


def _belongs(layout: Layout, place: str) -> bool:
    if place == UNIT:
        return not {"ledger", "news"}.isdisjoint(layout.sources)
    kind, _, platform = place.partition("/")
    return kind in layout.sources and (not platform or layout.platform in (None, platform))
