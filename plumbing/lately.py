"""What a process asked a moment ago and may answer with again: for words of advice, never for a decision.

Kept for some seconds, and only so much of it: when it is full, all of it is forgotten.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from nameko.extensions import DependencyProvider

SECONDS = 10.0
MOST = 1_000
Value = TypeVar("Value")


class Lately:
    """Values by key, each as old as ``seconds`` at most."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value that was made lately, or a new one."""
        now = time.monotonic()
        until, value = self._kept.get(key, (0.0, None))
        if now >= until:
            value = make()
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = (now + self._seconds, value)
        return value  # type: ignore[no-any-return]


class Remembering(DependencyProvider):  # type: ignore[misc]
    """The Lately of the process."""

    def setup(self) -> None:
        self.lately = Lately()

    def get_dependency(self, worker_ctx: Any) -> Lately:
        return self.lately
