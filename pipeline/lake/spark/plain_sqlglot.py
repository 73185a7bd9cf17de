"""sqlglot from its Python source: compiled classes cannot be extended, and this room extends two."""

from __future__ import annotations

import sys
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_NAME = "sqlglot"


class _SourceFinder:
    """Finds sqlglot's modules, the Python file where a compiled one is beside it."""

    @staticmethod
    def find_spec(
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,  # noqa: ARG004 - the signature of finders
    ) -> ModuleSpec | None:
        if name.partition(".")[0] != _NAME:
            return None
        finders = (
            FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))
            for folder in (sys.path if path is None else path)
        )
        specs = (finder.find_spec(name) for finder in finders)
        return next((spec for spec in specs if spec is not None and spec.loader), None)


def use_source() -> None:
    """Import sqlglot from source; a process that has imported it already is unchanged."""
    if _NAME not in sys.modules:
        sys.meta_path.insert(0, _SourceFinder)
