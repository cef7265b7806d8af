"""The work of B5, the same for both sides: so many batches of new owners, shared by so many callers."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any


def timed(allocate: Callable[[list[str]], Any], callers: int, batches: int, size: int) -> float:
    """Numbers a second. The threads are green where the process is."""
    waiting = [[str(uuid.uuid4()) for _ in range(size)] for _ in range(batches)]

    def caller() -> None:
        while waiting:
            allocate(waiting.pop())

    threads = [threading.Thread(target=caller) for _ in range(callers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return batches * size / (time.perf_counter() - began)
