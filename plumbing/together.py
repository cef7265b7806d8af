"""Work that many wait for at once, done for all of them in one go: one call, one transaction, instead of many.

Nobody waits for company: who comes while nothing is under way begins at once, and those who come meanwhile are the
next batch. So a single caller loses nothing, and a crowd shares the cost of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventlet.semaphore import Semaphore
from nameko.extensions import DependencyProvider

from contracts.errors import Unavailable


@dataclass(slots=True)
class _Place:
    """One caller's item, and what became of it."""

    item: Any
    done: bool = False
    result: Any = None
    error: BaseException | None = None


class Gatherings:
    """The batches of one process, by key."""

    def __init__(self) -> None:
        self._waiting: defaultdict[Hashable, list[_Place]] = defaultdict(list)
        self._turns: defaultdict[Hashable, Semaphore] = defaultdict(Semaphore)

    def do(self, key: Hashable, item: Any, work: Callable[[Sequence[Any]], Mapping[Any, Any]]) -> Any:
        """The result of ``item``, from ``work(items)`` of whichever caller's turn it was; what it raises, all raise."""
        place = _Place(item)
        self._waiting[key].append(place)
        with self._turns[key]:
            if not place.done:
                self._work(self._waiting.pop(key), work)
        if place.error is not None:
            raise place.error
        return place.result

    def _work(self, places: list[_Place], work: Callable[[Sequence[Any]], Mapping[Any, Any]]) -> None:
        error: BaseException | None = Unavailable("What was under way was interrupted; try again soon.")
        try:
            results = work([place.item for place in places])
            for place in places:
                place.result = results[place.item]
            error = None
        except Exception as fault:  # noqa: BLE001 - it is raised at each of those who wait
            error = fault
        finally:
            # Also when this greenlet is killed: nobody is left with neither a result nor an error.
            for place in places:
                place.error, place.done = error, True


class Together(DependencyProvider):  # type: ignore[misc]
    """The Gatherings of the container's workers."""

    def setup(self) -> None:
        self.gatherings = Gatherings()

    def get_dependency(self, worker_ctx: Any) -> Gatherings:
        return self.gatherings
