"""Looking into folders that may never answer: a share whose server is gone never answers its caller."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

T = TypeVar("T")


def look_into(
    places: Sequence[Path], look: Callable[[Path], Iterable[T]], patience: float
) -> Iterator[tuple[Path, list[T] | None]]:
    """Yield each place with all that `look` finds there, None when it says nothing for so long.

    `patience` is in seconds, from one finding to the next. The thread that waits for a silent place
    is left behind: the system ends it with the process.
    """
    done = 0
    while done < len(places):
        heard: SimpleQueue[list[T] | BaseException | None] = SimpleQueue()
        Thread(target=_look, args=(places[done:], look, heard), daemon=True).start()
        for place in places[done:]:
            found = _hear(heard, patience)
            done += 1
            yield place, found
            if found is None:
                break


def _look(
    places: Sequence[Path],
    look: Callable[[Path], Iterable[T]],
    heard: SimpleQueue[list[T] | BaseException | None],
) -> None:
    """Put each finding into the queue, and None behind those of one place."""
    try:
        for place in places:
            for one in look(place):
                heard.put([one])
            heard.put(None)
    except BaseException as error:  # noqa: BLE001 - raised where the answer is awaited
        heard.put(error)


def _hear(heard: SimpleQueue[list[T] | BaseException | None], patience: float) -> list[T] | None:
    found: list[T] = []
    while True:
        try:
            said = heard.get(timeout=patience)
        except Empty:
            return None
        if said is None:
            return found
        if isinstance(said, BaseException):
            raise said
        found += said
