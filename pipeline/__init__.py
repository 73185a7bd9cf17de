"""The engine: settings, landing, running SQL, checks, publishing. Knows no platform by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.warehouse.client import connect

__all__ = ["connect"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module's own attributes
    """Load `connect` when it is used: the command line must not wait for it."""
    if name == "connect":
        from pipeline.warehouse.client import connect

        return connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
