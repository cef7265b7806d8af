"""In what order changes are taken: the next one is applied, what we have is ignored, what comes too early waits.

This one rule gives idempotency, replay, bootstrap and repair; pulling and pushing go through the same Inbox.
"""

from __future__ import annotations

from typing import Any, NamedTuple

# What comes too early beyond this many is dropped: the log has it, and the gap before it is pulled from there anyway.
MOST_EARLY = 1_000

Change = dict[str, Any]


class Position(NamedTuple):
    """Up to where a log was followed. ``event_id`` tells this log from another one that grew in its place.

    ``complete``: the end of the log was reached once, so that what is there is a register and not a part of one.
    """

    change_no: int = 0
    event_id: str = ""
    complete: bool = False

    def after(self, change: Change) -> Position:
        return Position(change["change_no"], str(change.get("event_id")), self.complete)

    def to_wire(self) -> dict[str, Any]:
        return self._asdict()

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Position:
        """Raises ValueError for what is no position."""
        try:
            return cls(int(wire["change_no"]), str(wire["event_id"]), wire["complete"] is True)
        except (KeyError, TypeError) as error:
            raise ValueError("that is no position in a log") from error


class Inbox:
    """Changes as they arrive: late, early, twice or never."""

    def __init__(self, change_no: int) -> None:
        self.change_no = change_no
        self._early: dict[int, Change] = {}

    def offer(self, change: Change) -> None:
        """Keeps a change that is still to be taken."""
        if change["change_no"] <= self.change_no:
            return
        self._early[change["change_no"]] = change
        if len(self._early) > MOST_EARLY:
            del self._early[max(self._early)]

    def take(self) -> list[Change]:
        """The changes that are next, in order, without a hole; from now on they count as taken."""
        run = []
        while (change := self._early.pop(self.change_no + 1, None)) is not None:
            run.append(change)
            self.change_no += 1
        return run

    @property
    def next_is_here(self) -> bool:
        return self.change_no + 1 in self._early

    @property
    def gap(self) -> bool:
        """Whether something came that cannot be taken before a change that did not."""
        return bool(self._early) and not self.next_is_here

    def skip_to(self, change_no: int) -> None:
        """Counts everything up to ``change_no`` as taken, or as still to be taken if that lies before."""
        self.change_no = change_no
        self._early = {number: change for number, change in self._early.items() if number > change_no}


def follows(page: list[Change], position: Position) -> bool:
    """Whether ``page``, read from the log after ``position.change_no - 1``, begins with the change taken last.

    If not, the log is another one than the one that was followed: restored from a backup, or begun anew.
    """
    if position.change_no == 0:
        return True
    return bool(page) and Position().after(page[0])[:2] == position[:2]
