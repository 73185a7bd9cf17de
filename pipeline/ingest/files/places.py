"""Say which files belong into which folder of the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.model import UNIT
from collectors.unreadable import Unreadable
from pipeline.config.settings import SHARED_FOLDERS
from pipeline.ingest.files.unpack import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from collectors.layout import Layout
    from collectors.model import ReadResult
    from pipeline.config.settings import Account
    from pipeline.ingest.inbox import InboxFile


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


def require_own(result: ReadResult, file: InboxFile, accounts: Collection[Account]) -> None:
    """Raise Unreadable for an export of several accounts, or of another account of its platform.

    The file names the account itself, or a folder does that it came in (of the inbox or of an archive).
    A name that no account of the platform has is ignored: people name folders as they like.
    """
    source = file.source
    own = next((account for account in accounts if account.id == source), None)
    if own is None:
        return
    if several := several_accounts(result.accounts):
        raise several
    names = (*result.accounts, *(b.sheet for b in result.blocks), *folders_of(file))
    said = set(map(plain_label, names))
    named = [a for a in accounts if a.platform == own.platform and plain_label(a.name) in said]
    if several := several_accounts([account.name for account in named]):
        raise several
    if named and own not in named:
        raise Unreadable(
            f"文件里写的账号是“{named[0].name}”，不该放在 inbox/{source}（“{own.name}”）；"
            f"请放入 inbox/{named[0].id}。",
            f"The file names the account {named[0].name}; it belongs in inbox/{named[0].id}, "
            f"not in inbox/{source}.",
        )


def folders_of(file: InboxFile) -> list[str]:
    """Return the names of the folders a file came in: below its inbox folder, and in its archive."""
    parents = [folder.name for folder in file.path.parents]
    below = parents[: parents.index(file.source)] if file.source in parents else []
    return [*below, *file.name.split(BETWEEN)[:-1]]


def several_accounts(names: Iterable[str]) -> Unreadable | None:
    """Return the refusal of a file with figures of several accounts, None where there is but one."""
    distinct = list({plain_label(name): name for name in names}.values())
    if len(distinct) < 2:  # noqa: PLR2004 - several
        return None
    shown = "、".join(distinct[:5]) + ("等" if len(distinct) > 5 else "")  # noqa: PLR2004
    return Unreadable(
        f"文件里有{len(distinct)}个账号（{shown}）的数据，而一个收件夹只对应一个账号；"
        "请按账号分成几个文件，分别放入各自的文件夹。",
        f"The file holds figures of {len(distinct)} accounts ({shown}); a folder stands for one. "
        "Make one file an account.",
    )
