"""One at a time: for work on files that takes hundreds of megabytes while it lasts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import g

from contracts.errors import Unavailable

Result = TypeVar("Result")


def in_turn(turn: threading.Lock, work: Callable[..., Result], *arguments: Any) -> Result:
    """``work(*arguments)`` when it is our turn. Raises Unavailable when that is too late for this request."""
    if not turn.acquire(timeout=max(0.0, g.deadline - time.monotonic())):
        raise Unavailable("Too many files are being sent at the moment; try again soon.")
    try:
        return work(*arguments)
    finally:
        turn.release()
