"""Folders a person may hand files into, and their names as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.uploads.suggest import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectors.layout import Layout
    from pipeline.config.settings import Settings
    from web.access.sessions import Person

_SHARED = {"ledger": "宣传处台账", "news": "舆情监测"}


def candidates(settings: Settings, layouts: Iterable[Layout], person: Person) -> list[Candidate]:
    """Return the folders that all of a file's layouts may go into and this person may use."""
    layouts = list(layouts)
    found = [
        Candidate(account.id, account.name, account.unit)
        for account in settings.accounts
        if (person.sees_all or account.unit == person.unit)
        and all(_fits(layout, account.platform) for layout in layouts)
    ]
    kinds = {kind for layout in layouts for kind in layout.sources} - {"account"}
    if person.sees_all:
        shared = [Candidate(kind, _SHARED[kind]) for kind in ("ledger", "news") if kind in kinds]
        return shared + ([] if "ledger" in kinds else found)
    return [Candidate(person.unit, person.unit, person.unit)] if kinds and person.unit else found


def names(settings: Settings) -> dict[str, str]:
    """Return every folder's name as people read it; a unit's folder is its own name."""
    return {**{account.id: account.name for account in settings.accounts}, **_SHARED}


def account_ids(settings: Settings, layouts: Iterable[Layout]) -> list[str]:
    """Return the accounts whose history a file of these layouts could be."""
    layouts = list(layouts)
    return [
        account.id
        for account in settings.accounts
        if all(_fits(layout, account.platform) for layout in layouts)
    ]


def _fits(layout: Layout, platform: str) -> bool:
    return "account" in layout.sources and layout.platform in (None, platform)
