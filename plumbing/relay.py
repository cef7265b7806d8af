"""The relay: publishes the rows of a change log to the broker, in order, confirmed, from one replica at a time.

The log is written in the same transaction as the change it tells of; so an event is never lost and never told of
something that was rolled back. The relay stops at the first failure and goes on from there: after an outage some
events may come twice, and consumers go by ``change_no``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eventlet.event import Event
from nameko.extensions import DependencyProvider
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from contracts.errors import Unavailable
from plumbing import metrics, topology
from plumbing.db import Database
from plumbing.link import Link
from plumbing.logs import log
from plumbing.loops import Loop
from plumbing.signing import sign

BATCH = 100
# Finds what another replica committed and died before publishing.
LOOK_EVERY = 1.0
CONFIRM_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row of a change log: ``body`` is the envelope, exactly as it goes out."""

    change_no: int
    event_id: str
    routing_key: str
    body: str


class Relay(DependencyProvider):  # type: ignore[misc]
    """Publishes what ``read(session, limit)`` gives, then tells ``mark(session, change_no)`` how far it came.

    The service gets the ``wake`` function, to call after a commit that added to the log.
    """

    link = Link()

    def __init__(self, read: Callable[[Session, int], Sequence[LogRow]], mark: Callable[[Session, int], None]) -> None:
        self._read, self._mark = read, mark
        self._woken = Event()
        self._loop: Loop | None = None

    def get_dependency(self, worker_ctx: Any) -> Relay:
        return self

    def wake(self) -> None:
        """There is something new in the log."""
        if not self._woken.ready():
            self._woken.send()

    def start(self) -> None:
        self._loop = Loop(self.container, "relay", self._wait, self._turn)

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.stop()

    kill = stop

    def _wait(self) -> None:
        self._woken.wait(timeout=LOOK_EVERY)

    def _turn(self) -> None:
        self._woken = Event()
        try:
            self._publish_all()
        except (Unavailable, SQLAlchemyError) as error:
            log.warning("relay stopped, will go on from there", error=str(error))

    def _publish_all(self) -> None:
        database = next(entry for entry in self.container.dependencies if isinstance(entry, Database))
        handle = database.handle
        with handle.alone(f"{self.container.service_name}.relay") as mine:
            while mine:
                with handle.read() as session:
                    rows = self._read(session, BATCH)
                if not rows:
                    return
                self._publish(rows)
                with handle.begin() as session:
                    self._mark(session, rows[-1].change_no)
                metrics.relayed.labels(self.container.service_name).set(rows[-1].change_no)

    def _publish(self, rows: Sequence[LogRow]) -> None:
        key = self.container.config["settings"].identity_key
        messages = [
            (row.routing_key, body, {"message_id": row.event_id, "headers": {"signature": sign(key, body)}})
            for row in rows
            for body in [row.body.encode()]
        ]
        self.link.publish_confirmed(topology.EVENTS, messages, CONFIRM_WITHIN)
