"""Clean up after a desk that was killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.config.home import Home


def sweep_inbox(home: Home) -> None:
    """Delete files that a killed desk copied only in part; the uploads themselves stay."""
    for part in home.inbox.glob("*/.desk-*.part"):
        part.unlink(missing_ok=True)
