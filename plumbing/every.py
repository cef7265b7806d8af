"""Timers: ``@every(seconds=10, alone=True)``.

nameko's own timer fires in every replica at once; ``alone`` lets one replica work at a time. A run that raises is
logged and does not stop the next one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint

from contracts.errors import Unavailable
from plumbing.context import own_context
from plumbing.db import Database
from plumbing.logs import log
from plumbing.loops import Loop

LONGEST_RUN = 60.0
Method = TypeVar("Method", bound=Callable[..., Any])


class Every(Entrypoint):  # type: ignore[misc]
    """Runs the method every ``seconds`` after its last run ended, first ``seconds`` after the start."""

    def __init__(self, seconds: float, alone: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seconds, self.alone = seconds, alone
        self._loop: Loop | None = None

    def start(self) -> None:
        self._loop = Loop(
            self.container, f"every {self.method_name}", partial(eventlet.sleep, self.seconds), self._turn
        )

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.stop()

    kill = stop

    def _turn(self) -> None:
        try:
            self._once()
        except Unavailable as error:
            log.warning("timer skipped", timer=self.method_name, error=error.message)

    def _once(self) -> None:
        if not self.alone:
            self._work()
            return
        database = next(entry for entry in self.container.dependencies if isinstance(entry, Database))
        with database.handle.alone(f"{self.container.service_name}.{self.method_name}") as mine:
            if mine:
                self._work()

    def _work(self) -> None:
        done, started, service = Event(), time.monotonic(), self.container.service_name

        def handle_result(_worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(exc_info[1] if exc_info else None)
            return result, None

        context = own_context(service, LONGEST_RUN)
        self.container.spawn_worker(self, (), {}, context_data={"context": context}, handle_result=handle_result)
        error = done.wait()
        if error is not None:
            log.error(
                "timer failed",
                service=service,
                timer=self.method_name,
                call_id=context.call_id,
                milliseconds=round((time.monotonic() - started) * 1000),
                exc_info=error,
            )


def every(seconds: float, alone: bool = False) -> Callable[[Method], Method]:
    """Runs this method of a service every so many seconds; ``alone`` in one replica at a time."""
    decorator: Callable[[Method], Method] = Every.decorator(seconds=seconds, alone=alone)
    return decorator
