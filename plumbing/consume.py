"""Events: ``@event_handler("certificate.#")`` on a durable quorum queue, in order, one at a time.

A handler that returns has the message acknowledged. One that raises is tried again after a growing pause; after the
last try the message goes to the dead letters with the reason. A process that dies has its message delivered again,
at most up to the queue's delivery limit. What is not an event of the register never reaches a handler.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint

from plumbing import metrics, topology
from plumbing.context import own_context
from plumbing.link import Link, Message
from plumbing.logs import log
from plumbing.loops import Loop
from plumbing.signing import is_signed
from plumbing.wire import CONTENT_TYPE, Refused

PREFETCH = 100
Method = TypeVar("Method", bound=Callable[..., Any])
PAUSES = (0.1, 0.5, 2.0, 5.0)
LARGEST_EVENT = 4 * 1024 * 1024
HANDLING_TIME = 60.0


def read_event(key: str, message: Message) -> dict[str, Any]:
    """The envelope in ``message``. Raises Refused with the reason."""
    body = message.body.encode() if isinstance(message.body, str) else bytes(message.body or b"")
    if message.properties.get("content_type") != CONTENT_TYPE:
        raise Refused(f"content_type is not {CONTENT_TYPE}")
    if len(body) > LARGEST_EVENT:
        raise Refused(f"{len(body)} bytes are more than the {LARGEST_EVENT} of an event")
    headers = message.properties.get("application_headers") or {}
    if not is_signed(key, headers.get("signature"), body):
        raise Refused("the signature is wrong")
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("the body is not JSON") from error
    if not isinstance(envelope, dict) or not isinstance(envelope.get("change_no"), int):
        raise Refused("the body is not an envelope of the change log")
    return envelope


class EventHandler(Entrypoint):  # type: ignore[misc]
    """Handles the events whose routing key matches; ``per_replica`` gives every replica all of them."""

    link = Link()

    def __init__(self, routing_key: str, per_replica: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.routing_key, self.per_replica = routing_key, per_replica
        self._messages: deque[Message] = deque()
        self._arrived = Event()
        self._loop: Loop | None = None

    def setup(self) -> None:
        settings = self.container.config["settings"]
        replica = settings.replica if self.per_replica else None
        service = self.container.service_name
        self._key = settings.identity_key
        self._queue = f"events.{service}.{replica}" if replica else f"events.{service}"
        declare = partial(topology.declare_event_queue, service=service, replica=replica, routing_key=self.routing_key)
        self.link.consume(declare, self._take, PREFETCH)

    def start(self) -> None:
        self._loop = Loop(self.container, f"events {self.method_name}", self._wait, self._turn)

    def stop(self) -> None:
        self.link.stop_consuming()
        if self._loop is not None:
            self._loop.stop()

    kill = stop

    def _take(self, message: Message) -> None:
        """Runs in the link's reader, so that it only keeps the message."""
        self._messages.append(message)
        if not self._arrived.ready():
            self._arrived.send()

    def _wait(self) -> None:
        if not self._messages:
            self._arrived = Event()
            self._arrived.wait()

    def _turn(self) -> None:
        self._handle(self._messages.popleft())

    def _handle(self, message: Message) -> None:
        service = self.container.service_name
        try:
            envelope = read_event(self._key, message)
        except Refused as refusal:
            metrics.refused.labels(service).inc()
            self.link.dead_letter(message, self._queue, str(refusal))
            return
        error = self._try(envelope)
        metrics.events.labels(service, "ok" if error is None else "failed").inc()
        if error is None:
            self.link.acknowledge(message)
        else:
            self.link.dead_letter(message, self._queue, f"{type(error).__name__}: {error}")

    def _try(self, envelope: dict[str, Any]) -> BaseException | None:
        """None when a try succeeded, else the last error."""
        for pause in (*PAUSES, None):
            error = self._work(envelope)
            if error is None or pause is None:
                return error
            log.warning("event handler failed, trying again", change_no=envelope["change_no"], exc_info=error)
            eventlet.sleep(pause)
        return None

    def _work(self, envelope: dict[str, Any]) -> BaseException | None:
        done = Event()

        def handle_result(_worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(exc_info[1] if exc_info else None)
            return result, None

        context = own_context(self.container.service_name, HANDLING_TIME)
        self.container.spawn_worker(
            self, (envelope,), {}, context_data={"context": context}, handle_result=handle_result
        )
        error: BaseException | None = done.wait()
        return error


def event_handler(routing_key: str, per_replica: bool = False) -> Callable[[Method], Method]:
    """Gives this method of a service the events whose routing key matches, each replica all of them if asked so."""
    decorator: Callable[[Method], Method] = EventHandler.decorator(routing_key, per_replica=per_replica)
    return decorator
