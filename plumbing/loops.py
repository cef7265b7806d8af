"""Greenlets that work in turns, and that are stopped between two of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import eventlet

GRACE = 10.0


class Loop:
    """Calls ``pause`` and ``turn`` one after the other until it is stopped; an error in either ends the container.

    A turn that has begun is finished: a greenlet killed in the middle of it could leave a connection half open.
    """

    def __init__(self, container: Any, name: str, pause: Callable[[], object], turn: Callable[[], None]) -> None:
        self._pause, self._turn = pause, turn
        self._stopping = self._idle = False
        self._greenlet = container.spawn_managed_thread(self._run, identifier=name)

    def stop(self) -> None:
        self._stopping = True
        if not self._idle:
            with eventlet.Timeout(GRACE, False):
                self._greenlet.wait()
        self._greenlet.kill()

    def _run(self) -> None:
        while not self._stopping:
            self._idle = True
            self._pause()
            self._idle = False
            self._turn()
