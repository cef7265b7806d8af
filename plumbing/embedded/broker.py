"""Exchanges, bindings and queues of one embedded broker, and the way of a message through them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from amqp.exceptions import AMQPNotImplementedError, NotFound, PreconditionFailed, ResourceLocked

from plumbing.embedded.alarm import Alarm
from plumbing.embedded.frames import Publication, dead, goes_in_circles
from plumbing.embedded.queues import Declaration, Queue


@lru_cache(maxsize=10_000)
def topic_matches(pattern: str, key: str) -> bool:
    """Whether the words of ``key`` fit: ``*`` is one word, ``#`` any number, none included."""
    return _words_match(_words(pattern), _words(key))


def _words(key: str) -> list[str]:
    return key.split(".") if key else []


def _words_match(pattern: list[str], words: list[str]) -> bool:
    if not pattern:
        return not words
    first, *rest = pattern
    if first == "#":
        return any(_words_match(rest, words[skipped:]) for skipped in range(len(words) + 1))
    return bool(words) and first in ("*", words[0]) and _words_match(rest, words[1:])


MATCHES: dict[str, Callable[[str, str], bool]] = {
    "direct": lambda pattern, key: pattern == key,
    "fanout": lambda _pattern, _key: True,
    "topic": topic_matches,
}


@dataclass
class Exchange:
    """Bindings are pairs of a pattern and a queue's name, in the order in which they were made."""

    kind: str
    durable: bool = True
    auto_delete: bool = False
    arguments: dict[str, Any] = field(default_factory=dict)
    bindings: dict[tuple[str, str], None] = field(default_factory=dict, compare=False)

    def route(self, key: str) -> list[str]:
        """The names of the queues for ``key``, each once."""
        matches = MATCHES[self.kind]
        return list(dict.fromkeys(queue for pattern, queue in self.bindings if matches(pattern, key)))


class Broker:
    """One broker. ``lock`` is held by whoever works on it; nothing in it waits for anything."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.queues: dict[str, Queue] = {}
        self._exchanges = {f"amq.{kind}": Exchange(kind) for kind in MATCHES}
        self.at = Alarm(self.lock).at

    # -- exchanges -------------------------------------------------------------------------------------------------

    def declare_exchange(self, name: str, exchange: Exchange, passive: bool) -> None:
        if exchange.kind not in MATCHES and not passive:
            raise AMQPNotImplementedError(f"NOT_IMPLEMENTED - exchange type '{exchange.kind}'")
        if name not in self._exchanges and not passive:
            self._exchanges[name] = exchange
        if self._exchange(name) != exchange and not passive:
            raise PreconditionFailed(f"PRECONDITION_FAILED - exchange '{name}' was declared differently")

    def bind(self, queue: Queue, exchange: str, pattern: str) -> None:
        self._exchange(exchange).bindings[pattern, queue.name] = None

    def _unbind(self, queue: Queue) -> None:
        for name, exchange in list(self._exchanges.items()):
            gone = [binding for binding in exchange.bindings if binding[1] == queue.name]
            for binding in gone:
                del exchange.bindings[binding]
            if gone and exchange.auto_delete and not exchange.bindings:
                del self._exchanges[name]

    def _exchange(self, name: str) -> Exchange:
        try:
            return self._exchanges[name]
        except KeyError:
            raise NotFound(f"NOT_FOUND - no exchange '{name}'") from None

    # -- queues ----------------------------------------------------------------------------------------------------

    def declare_queue(self, name: str, declaration: Declaration, session: object) -> Queue:
        if name not in self.queues:
            declaration.check(name)
            self.queues[name] = Queue(self, name, declaration, session if declaration.exclusive else None)
        queue = self.queue(name, session)
        if queue.declaration != declaration:
            raise PreconditionFailed(f"PRECONDITION_FAILED - queue '{name}' was declared differently")
        queue.use()
        return queue

    def queue(self, name: str, session: object) -> Queue:
        """Raises NotFound, and ResourceLocked when it is another session's own."""
        if name not in self.queues:
            raise NotFound(f"NOT_FOUND - no queue '{name}'")
        queue = self.queues[name]
        if queue.owner not in (None, session):
            raise ResourceLocked(f"RESOURCE_LOCKED - queue '{name}' is exclusive to another connection")
        return queue

    def delete_queue(self, queue: Queue) -> None:
        if self.queues.get(queue.name) is not queue:
            return
        del self.queues[queue.name]
        self._unbind(queue)
        queue.close()

    # -- messages --------------------------------------------------------------------------------------------------

    def publish(self, publication: Publication) -> bool:
        """Whether at least one queue took it. Raises NotFound for an exchange nobody declared."""
        if publication.exchange:
            self._exchange(publication.exchange)
        queues = self._route(publication)
        for queue in queues:
            queue.put(publication)
        return bool(queues)

    def bury(self, publication: Publication, queue: Queue, reason: str) -> None:
        """Sends what died in ``queue`` to its dead-letter exchange, if it has one and the exchange exists."""
        arguments = queue.declaration.arguments
        if "x-dead-letter-exchange" not in arguments:
            return
        key = arguments.get("x-dead-letter-routing-key", publication.routing_key)
        letter = dead(publication, queue.name, reason, arguments["x-dead-letter-exchange"], key)
        for target in self._route(letter):
            if reason == "rejected" or not goes_in_circles(letter, target.name):
                target.put(letter)

    def _route(self, publication: Publication) -> list[Queue]:
        """By the exchange, or by its alternate when it knows no queue, and so on."""
        name, key = publication.exchange, publication.routing_key
        if not name:
            return [self.queues[key]] if key in self.queues else []
        tried: set[str] = set()
        while name in self._exchanges and name not in tried:
            tried.add(name)
            if found := self._exchanges[name].route(key):
                return [self.queues[queue] for queue in found]
            name = self._exchanges[name].arguments.get("alternate-exchange", "")
        return []
