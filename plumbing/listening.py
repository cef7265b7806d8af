"""Hears the events while the connection lasts, and says when some may have been missed: for what is in memory only.

    kept = Listening(KeptAnswers)       # made with ``up``, told by ``change(envelope)`` and ``anew()``

Unlike a handler of events it has no queue of its own that outlives it: nothing is delivered late or again, nothing
holds up the relay, and after every new connection the listener begins with nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from nameko.extensions import DependencyProvider

from plumbing import metrics, topology
from plumbing.consume import PREFETCH, read_event
from plumbing.link import Link, Message
from plumbing.wire import Refused

CERTIFICATES = "certificate.#"


class Listener(Protocol):
    """Told in the link's reader: it must be quick and never raise."""

    def change(self, envelope: dict[str, Any]) -> None:
        """A change that happened, in the order of the log."""

    def anew(self) -> None:
        """Changes may have happened that nobody will tell of."""


class Listening(DependencyProvider):  # type: ignore[misc]
    """The listener of the process, kept informed. ``make`` is given ``up()``: whether events come in."""

    link = Link()

    def __init__(self, make: Callable[[Callable[[], bool]], Listener]) -> None:
        self._make = make

    def setup(self) -> None:
        self._key = self.container.config["settings"].identity_key
        self._listener = self._make(lambda: self.link.up)
        self.link.consume(self._declare, self._take, PREFETCH)

    def get_dependency(self, worker_ctx: Any) -> Listener:
        return self._listener

    def _declare(self, channel: Any) -> str:
        self._listener.anew()
        return topology.declare_listening_queue(channel, self.container.service_name, CERTIFICATES)

    def _take(self, message: Message) -> None:
        """A message that is no event of ours is counted; who sent it gains nothing, so that it is dropped."""
        try:
            self._listener.change(read_event(self._key, message))
        except Refused:
            metrics.refused.labels(self.container.service_name).inc()
        self.link.acknowledge(message)
