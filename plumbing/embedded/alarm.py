"""Calls back at moments to come, from one thread that sleeps until the next of them: nothing polls."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

Due = tuple[float, int, Callable[[], None]]


class Alarm:
    """Callbacks by their moment (of ``time.monotonic``), each run under ``lock``."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._set: queue.Queue[Due] = queue.Queue()
        self._counter = count()
        self._thread: threading.Thread | None = None

    def at(self, moment: float, callback: Callable[[], None]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="embedded broker's alarm", daemon=True)
            self._thread.start()
        # The counter keeps callbacks of one moment apart, since functions do not compare.
        self._set.put((moment, next(self._counter), callback))

    def _run(self) -> None:
        due: list[Due] = []
        while True:
            pause = max(0.0, due[0][0] - time.monotonic()) if due else None
            try:
                heappush(due, self._set.get(timeout=pause))
            except queue.Empty:
                _, _, callback = heappop(due)
                with self._lock:
                    callback()
