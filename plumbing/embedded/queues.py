"""A queue of the embedded broker: what lies in it, who takes from it, and when a message in it dies.

Everything here happens under the broker's lock.
"""

from __future__ import annotations

import time
from bisect import insort
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from operator import attrgetter
from typing import Any, Protocol

from amqp.exceptions import AccessRefused, PreconditionFailed

from plumbing.embedded.frames import Publication


@dataclass(slots=True)
class Entry:
    """A message in one queue; ``returns`` counts how often a consumer had it and gave it back or was lost."""

    position: int
    publication: Publication
    expires_at: float
    returns: int = 0


class Surroundings(Protocol):
    """What a queue needs of its broker."""

    def bury(self, publication: Publication, queue: Queue, reason: str) -> None: ...
    def delete_queue(self, queue: Queue) -> None: ...
    def at(self, moment: float, callback: Callable[[], None]) -> None: ...


class Taker(Protocol):
    """The channel of a consumer."""

    def deliver(self, subscription: Subscription, entry: Entry) -> None: ...
    def cancelled(self, subscription: Subscription) -> None: ...


@dataclass(eq=False, slots=True)
class Subscription:
    """A consumer of a queue; ``prefetch`` bounds what it may hold unacknowledged, 0 is no bound."""

    tag: str
    queue: Queue
    taker: Taker
    no_ack: bool
    exclusive: bool
    prefetch: int
    unacknowledged: int = 0

    @property
    def open(self) -> bool:
        return self.no_ack or not self.prefetch or self.unacknowledged < self.prefetch


@dataclass(frozen=True)
class Declaration:
    """How a queue was declared; declaring it again must say the same."""

    durable: bool = False
    exclusive: bool = False
    auto_delete: bool = False
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def quorum(self) -> bool:
        return self.arguments.get("x-queue-type") == "quorum"

    def check(self, name: str) -> None:
        """Raises PreconditionFailed for what RabbitMQ does not offer, so that it is not found out there only."""
        if self.quorum and (self.exclusive or self.auto_delete or not self.durable):
            raise PreconditionFailed(f"PRECONDITION_FAILED - quorum queue '{name}' must be durable and shared")
        if not self.quorum and "x-delivery-limit" in self.arguments:
            raise PreconditionFailed(f"PRECONDITION_FAILED - only a quorum queue has x-delivery-limit: '{name}'")


class Queue:
    """Messages in order of arrival, given to the consumers in turn; ``owner`` is the session of an exclusive queue."""

    def __init__(self, broker: Surroundings, name: str, declaration: Declaration, owner: object) -> None:
        self.name = name
        self.declaration = declaration
        self.owner = owner
        self.ready: deque[Entry] = deque()
        self.subscriptions: deque[Subscription] = deque()
        self._broker = broker
        self._last_position = 0
        self._alarm_at = inf
        self._used_at = 0.0
        self._deleted = False
        self.use()

    # -- messages --------------------------------------------------------------------------------------------------

    def put(self, publication: Publication) -> None:
        now = time.monotonic()
        self._last_position += 1
        self.ready.append(Entry(self._last_position, publication, now + self._lifetime(publication)))
        self._settle(now)
        longest = self.declaration.arguments.get("x-max-length", inf)
        while len(self.ready) > longest:
            self.bury(self.ready.popleft(), "maxlen")

    def get(self) -> Entry | None:
        """Takes the first message, past all consumers."""
        self.use()
        self.settle()
        return self.ready.popleft() if self.ready else None

    def put_back(self, entry: Entry) -> None:
        """Returns a message to its old place; after too many returns it is dead. ``settle`` gives it out again."""
        entry.returns += 1
        if self._deleted:
            return
        if entry.returns > self.declaration.arguments.get("x-delivery-limit", inf):
            self.bury(entry, "delivery_limit")
        else:
            insort(self.ready, entry, key=attrgetter("position"))

    def bury(self, entry: Entry, reason: str) -> None:
        self._broker.bury(entry.publication, self, reason)

    def purge(self) -> int:
        purged = len(self.ready)
        self.ready.clear()
        return purged

    def settle(self) -> None:
        """Gives out what consumers have room for, buries what is too old, and asks to be woken for the next to die."""
        self._settle(time.monotonic())

    def _settle(self, now: float) -> None:
        while self.ready:
            # As in RabbitMQ only the first is looked at: one that outlives it may hide an expired one for a while.
            if self.ready[0].expires_at < now:
                self.bury(self.ready.popleft(), "expired")
                continue
            subscription = self._next_open()
            if subscription is None:
                self._wake_at(self.ready[0].expires_at)
                return
            subscription.taker.deliver(subscription, self.ready.popleft())

    def _wake_at(self, moment: float) -> None:
        if moment < self._alarm_at:
            self._alarm_at = moment
            self._broker.at(moment, self._woken)

    def _woken(self) -> None:
        self._alarm_at = inf
        self.settle()

    def _lifetime(self, publication: Publication) -> float:
        """Seconds; the shorter one of the message's and the queue's."""
        lifetime: float = min(publication.lifetime, self.declaration.arguments.get("x-message-ttl", inf))
        return lifetime / 1000

    # -- consumers -------------------------------------------------------------------------------------------------

    def subscribe(self, subscription: Subscription) -> None:
        if self.subscriptions and (subscription.exclusive or self.subscriptions[0].exclusive):
            raise AccessRefused(f"ACCESS_REFUSED - queue '{self.name}' in exclusive use")
        self.subscriptions.append(subscription)

    def unsubscribe(self, subscription: Subscription) -> None:
        if subscription not in self.subscriptions:
            return
        self.subscriptions.remove(subscription)
        self.use()
        if self.declaration.auto_delete and not self.subscriptions:
            self._broker.delete_queue(self)

    def _next_open(self) -> Subscription | None:
        for _ in range(len(self.subscriptions)):
            subscription = self.subscriptions[0]
            self.subscriptions.rotate(-1)
            if subscription.open:
                return subscription
        return None

    # -- its end ---------------------------------------------------------------------------------------------------

    def use(self) -> None:
        """Starts the time of ``x-expires`` anew: a queue without consumers that nobody uses for so long is deleted."""
        expires = self.declaration.arguments.get("x-expires")
        if expires is not None:
            self._used_at = time.monotonic()
            self._broker.at(self._used_at + expires / 1000, self._delete_if_unused)

    def _delete_if_unused(self) -> None:
        unused = time.monotonic() - self._used_at
        if not self._deleted and not self.subscriptions and unused * 1000 >= self.declaration.arguments["x-expires"]:
            self._broker.delete_queue(self)

    def close(self) -> None:
        """Forgets its messages and tells its consumers; the broker has taken it off its list."""
        self._deleted = True
        self.ready.clear()
        while self.subscriptions:
            subscription = self.subscriptions.popleft()
            subscription.taker.cancelled(subscription)
