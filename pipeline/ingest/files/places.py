"""Say which files belong into which folder of the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.model import UNIT
from collectors.unreadable import Unreadable
from pipeline.config.settings import SHARED_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from collectors.layout import Layout


def place_of(
    source: str, platforms: Mapping[str, str] | None = None, units: Collection[str] = ()
) -> str:
    """Return what kind of folder an inbox folder is.

    News, ledger, unit or account, with the account's platform where it is known.
    """
    if source in units:
        return UNIT
    if source in SHARED_FOLDERS:
        return source
    platform = (platforms or {}).get(source)
    return f"account/{platform}" if platform else "account"


def unknown_folder(source: str) -> Unreadable:
    """Return the refusal of a file in a folder that nobody declared."""
    return Unreadable(
        f"收件夹 inbox/{source} 不对应任何账号。请先用 accounts add 登记账号，"
        "再把文件放入 inbox/<账号编号>/。",
        f"inbox/{source} is no account's folder. Register it with `accounts add`, "
        "then drop the file again.",
    )


def require_shared(layout: Layout, source: str) -> None:
    """Raise Unreadable for an account's export in a unit's folder: it must say which account."""
    if not set(SHARED_FOLDERS) & set(layout.sources):
        raise Unreadable(
            (
                f"这是“{layout.title}”，是某个账号的导出文件，不该放在 inbox/{source}；请放入 "
                "inbox/<账号编号>。"
            ),
            (
                f"This is {layout.id}, an account's export; inbox/{source} takes ledgers and "
                "news. Drop it into the account's folder."
            ),
        )


def require_place(layout: Layout, source: str, platform: str | None) -> None:
    """Raise Unreadable for a file that belongs into a folder of another kind or platform."""
    kind = place_of(source)
    if kind not in layout.sources:
        right = "、".join(
            "inbox/<账号编号>" if s == "account" else f"inbox/{s}" for s in layout.sources
        )
        raise Unreadable(
            f"这是“{layout.title}”，不该放在 inbox/{source}；请放入 {right}。",
            f"This is {layout.id}; it does not belong in inbox/{source}. Drop it into {right}.",
        )
    if layout.platform and platform and layout.platform != platform:
        raise Unreadable(
            (
                f"这是“{layout.title}”（平台 {layout.platform}），但 inbox/{source} "
                f"的账号平台是 {platform}。请放入正确的账号文件夹。"
            ),
            f"This is {layout.id} of platform {layout.platform}, but inbox/{source} belongs "
            f"to a {platform} account. "
            "Drop it into the right account's folder.",
        )
