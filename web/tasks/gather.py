"""Everything that waits for a person, in one place.

For the page, the address and the count in the top line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.tasks import waiting
from web.tasks.corrections import corrections, returned

if TYPE_CHECKING:
    from web.access.sessions import Person
    from web.desk import Desk


def gather(desk: Desk, person: Person) -> dict[str, Any]:
    """Return everything that waits for a person, by kind.

    A unit has its own rows and what came back.
    """
    found: dict[str, Any] = {
        "rows": corrections(desk, person),
        "returned": [] if person.sees_all else returned(desk, person),
    }
    if person.sees_all:
        found |= {
            "held": waiting.held(desk, person), "editions": waiting.editions(desk),
            "reviews": waiting.reviews(desk),
            "questions": waiting.questions(desk), "units": waiting.units(desk),
            "stories": waiting.stories(desk),
            "alerts": waiting.alerts(desk), "mails": waiting.mails(desk),
        }  # fmt: skip
    return found


def total(desk: Desk, person: Person) -> int:
    """Return how many things wait; alike mentions count each."""
    return sum(map(len, gather(desk, person).values()))
