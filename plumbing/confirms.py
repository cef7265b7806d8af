"""Publisher confirms, counted in order, for a channel whose answers another greenlet reads."""

from __future__ import annotations

import time

from eventlet.event import Event

from contracts.errors import Unavailable


class Confirms:
    """Counts what was published on a channel and what the broker has confirmed of it, in order."""

    def __init__(self) -> None:
        self._sent = 0
        self._done = 0
        self._out_of_order: set[int] = set()
        self._failed = False
        self._moved = Event()

    def expect(self) -> int:
        """The delivery tag of the message just sent."""
        self._sent += 1
        return self._sent

    def acknowledged(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._done = max(self._done, tag)
            self._out_of_order = {later for later in self._out_of_order if later > tag}
        else:
            self._out_of_order.add(tag)
        while self._done + 1 in self._out_of_order:
            self._done += 1
            self._out_of_order.remove(self._done)
        self._move()

    def refused(self, _tag: int, _multiple: bool) -> None:
        self.lost()

    def lost(self) -> None:
        """Nothing more will be confirmed on this channel."""
        self._failed = True
        self._move()

    def wait(self, tag: int, seconds: float) -> None:
        """Returns when all up to ``tag`` are confirmed. Raises Unavailable when one was refused, or in time."""
        deadline = time.monotonic() + seconds
        while self._done < tag:
            remaining = deadline - time.monotonic()
            if self._failed or remaining <= 0:
                raise Unavailable("The message broker did not confirm in time; try again soon.")
            self._moved.wait(timeout=remaining)

    def _move(self) -> None:
        moved, self._moved = self._moved, Event()
        moved.send()
