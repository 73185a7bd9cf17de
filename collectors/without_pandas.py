"""Keep pandas out of a process that has no use for it."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder


class _WithoutPandas(MetaPathFinder):
    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def refuse_pandas() -> None:
    """Let imports of pandas fail from now on.

    Pyarrow loads it (0.4 s) to see whether a list is one of its frames.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _WithoutPandas())
