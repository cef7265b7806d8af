"""A channel, on the broker's side: AMQP's methods one by one, and which messages its client holds.

An error of the channel closes it, as RabbitMQ does: consumers end, what was not acknowledged goes back; py-amqp raises
the error at its caller and opens the channel again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from itertools import count
from math import inf
from struct import unpack_from
from typing import Any, Protocol

from amqp import spec
from amqp.exceptions import AMQPNotImplementedError, ChannelError, PreconditionFailed
from amqp.serialization import loads

from plumbing.embedded.broker import Broker, Exchange
from plumbing.embedded.frames import Frame, Incoming, Signature, method_frame
from plumbing.embedded.queues import Declaration, Entry, Queue, Subscription

NO_ROUTE = 312
Handler = Callable[..., None]
HANDLERS: dict[Signature, tuple[str, Handler]] = {}


def handles(method: Signature, types: str) -> Callable[[Handler], Handler]:
    """Registers a method of Channel for a method of AMQP; ``types`` are py-amqp's letters for its arguments."""

    def register(handler: Handler) -> Handler:
        HANDLERS[method] = (types, handler)
        return handler

    return register


class Sender(Protocol):
    """The session of a channel."""

    @property
    def sent(self) -> Any: ...
    def send(self, channel: int, method: Signature, types: str = "", *values: Any) -> None: ...


class Channel:
    """What one client channel consumes, holds and publishes. Works under the broker's lock."""

    def __init__(self, session: Sender, broker: Broker, number: int) -> None:
        self._session = session
        self._broker = broker
        self._number = number
        self._reset()

    def _reset(self) -> None:
        self._subscriptions: dict[str, Subscription] = {}
        # By delivery tag: what was delivered, from which queue, and to which consumer (none for basic.get).
        self._held: dict[int, tuple[Queue, Entry, Subscription | None]] = {}
        self._tags = count(1)
        self._prefetch = 0
        self._confirms: count[int] | None = None
        self._last_queue = ""
        self._incoming: Incoming | None = None
        self._failed = False

    def receive_method(self, payload: bytes) -> None:
        method: Signature = unpack_from(">HH", payload)
        if self._failed and method not in (spec.Channel.CloseOk, spec.Channel.Close):
            # The client has not read yet that its channel is closed.
            return
        if method not in HANDLERS:
            raise AMQPNotImplementedError(f"NOT_IMPLEMENTED - method {method}")
        types, handler = HANDLERS[method]
        self._attempt(method, lambda: handler(self, *loads(types, payload, 4)[0]))

    def receive_content(self, kind: int, payload: bytes) -> None:
        """The header and the body of a message on its way in."""
        incoming = self._incoming
        if incoming is None:
            return
        incoming.add(kind, payload)
        if incoming.complete:
            self._incoming = None
            self._attempt(spec.Basic.Publish, lambda: self._publish(incoming))

    def _attempt(self, method: Signature, work: Callable[[], None]) -> None:
        try:
            work()
        except ChannelError as error:
            self.release()
            self._failed = True
            self._send(spec.Channel.Close, "BsBB", error.code, str(error.reply_text).encode()[:255], *method)

    def _send(self, method: Signature, types: str = "", *values: Any) -> None:
        self._session.send(self._number, method, types, *values)

    def _queue(self, name: str) -> Queue:
        """By its name; no name is the queue that was declared last."""
        return self._broker.queue(name or self._last_queue, self._session)

    def release(self) -> None:
        """Ends the consumers and returns all that the client holds, in its old order."""
        subscriptions, held = self._subscriptions, self._held
        self._reset()
        for subscription in subscriptions.values():
            subscription.queue.unsubscribe(subscription)
        for queue, entry, _ in held.values():
            queue.put_back(entry)
        for queue in {queue for queue, _, _ in held.values()}:
            queue.settle()

    # -- the channel itself ----------------------------------------------------------------------------------------

    @handles(spec.Channel.Open, "s")
    def _open(self, _reserved: str) -> None:
        self._reset()
        self._send(spec.Channel.OpenOk, "S", "")

    @handles(spec.Channel.Close, "BsBB")
    def _close(self, *_reason: Any) -> None:
        self.release()
        self._send(spec.Channel.CloseOk)

    @handles(spec.Channel.CloseOk, "")
    def _close_ok(self) -> None:
        self._failed = False

    # -- exchanges and queues --------------------------------------------------------------------------------------

    @handles(spec.Exchange.Declare, "BssbbbbbF")
    def _declare_exchange(  # noqa: PLR0917 (AMQP's arguments, in its order)
        self, _0: int, name: str, kind: str, passive: bool, durable: bool, auto_delete: bool, _1: bool, nowait: bool,
        arguments: dict[str, Any],
    ) -> None:  # fmt: skip
        self._broker.declare_exchange(name, Exchange(kind, durable, auto_delete, arguments), passive)
        if not nowait:
            self._send(spec.Exchange.DeclareOk)

    @handles(spec.Queue.Declare, "BsbbbbbF")
    def _declare_queue(  # noqa: PLR0917 (AMQP's arguments, in its order)
        self, _0: int, name: str, passive: bool, durable: bool, exclusive: bool, auto_delete: bool, nowait: bool,
        arguments: dict[str, Any],
    ) -> None:  # fmt: skip
        if passive:
            queue = self._queue(name)
            queue.use()
        else:
            declaration = Declaration(durable, exclusive, auto_delete, arguments)
            queue = self._broker.declare_queue(name or f"amq.gen-{uuid.uuid4().hex}", declaration, self._session)
        self._last_queue = queue.name
        if not nowait:
            self._send(spec.Queue.DeclareOk, "sll", queue.name, len(queue.ready), len(queue.subscriptions))

    @handles(spec.Queue.Bind, "BsssbF")
    def _bind(self, _0: int, name: str, exchange: str, pattern: str, nowait: bool, _1: dict[str, Any]) -> None:
        self._broker.bind(self._queue(name), exchange, pattern)
        if not nowait:
            self._send(spec.Queue.BindOk)

    @handles(spec.Queue.Purge, "Bsb")
    def _purge(self, _0: int, name: str, nowait: bool) -> None:
        purged = self._queue(name).purge()
        if not nowait:
            self._send(spec.Queue.PurgeOk, "l", purged)

    @handles(spec.Queue.Delete, "Bsbbb")
    def _delete_queue(self, _0: int, name: str, if_unused: bool, if_empty: bool, nowait: bool) -> None:
        deleted = 0
        if (name or self._last_queue) in self._broker.queues:
            queue = self._queue(name)
            if (if_unused and queue.subscriptions) or (if_empty and queue.ready):
                raise PreconditionFailed(f"PRECONDITION_FAILED - queue '{queue.name}' in use or not empty")
            deleted = len(queue.ready)
            self._broker.delete_queue(queue)
        if not nowait:
            self._send(spec.Queue.DeleteOk, "l", deleted)

    # -- publishing ------------------------------------------------------------------------------------------------

    @handles(spec.Confirm.Select, "b")
    def _select_confirms(self, nowait: bool) -> None:
        self._confirms = self._confirms or count(1)
        if not nowait:
            self._send(spec.Confirm.SelectOk)

    @handles(spec.Basic.Publish, "Bssbb")
    def _expect_content(self, _0: int, exchange: str, routing_key: str, mandatory: bool, _1: bool) -> None:
        self._incoming = Incoming(exchange, routing_key, mandatory)

    def _publish(self, incoming: Incoming) -> None:
        publication = incoming.publication()
        if not self._broker.publish(publication) and incoming.mandatory:
            address = (publication.exchange, publication.routing_key)
            frame = method_frame(self._number, spec.Basic.Return, "Bsss", NO_ROUTE, "NO_ROUTE", *address)
            self._session.sent.put([frame, *publication.frames(self._number)])
        if self._confirms is not None:
            self._send(spec.Basic.Ack, "Lb", next(self._confirms), False)

    # -- consuming -------------------------------------------------------------------------------------------------

    @handles(spec.Basic.Qos, "lBb")
    def _limit(self, _size: int, prefetch: int, shared: bool) -> None:
        if shared:
            raise AMQPNotImplementedError("NOT_IMPLEMENTED - a prefetch limit shared by consumers")
        self._prefetch = prefetch
        self._send(spec.Basic.QosOk)

    @handles(spec.Basic.Consume, "BssbbbbF")
    def _consume(
        self, _0: int, name: str, tag: str, _1: bool, no_ack: bool, exclusive: bool, nowait: bool, _2: dict[str, Any]
    ) -> None:
        queue = self._queue(name)
        tag = tag or f"amq.ctag-{uuid.uuid4().hex}"
        subscription = Subscription(tag, queue, self, no_ack, exclusive, self._prefetch)
        queue.subscribe(subscription)
        self._subscriptions[tag] = subscription
        if not nowait:
            self._send(spec.Basic.ConsumeOk, "s", tag)
        queue.settle()

    @handles(spec.Basic.Cancel, "sb")
    def _cancel(self, tag: str, nowait: bool) -> None:
        subscription = self._subscriptions.pop(tag, None)
        if subscription is not None:
            subscription.queue.unsubscribe(subscription)
        if not nowait:
            self._send(spec.Basic.CancelOk, "s", tag)

    def cancelled(self, subscription: Subscription) -> None:
        """The queue is gone: the client must know that nothing will come any more."""
        if self._subscriptions.pop(subscription.tag, None) is not None:
            self._send(spec.Basic.Cancel, "sb", subscription.tag, True)

    def deliver(self, subscription: Subscription, entry: Entry) -> None:
        subscription.unacknowledged += 1
        address, content = self._hand_over(subscription.queue, entry, subscription, subscription.no_ack)
        frame = method_frame(self._number, spec.Basic.Deliver, "sLbss", subscription.tag, *address)
        self._session.sent.put([frame, *content])

    @handles(spec.Basic.Get, "Bsb")
    def _get(self, _0: int, name: str, no_ack: bool) -> None:
        queue = self._queue(name)
        entry = queue.get()
        if entry is None:
            self._send(spec.Basic.GetEmpty, "s", "")
            return
        address, content = self._hand_over(queue, entry, None, no_ack)
        frame = method_frame(self._number, spec.Basic.GetOk, "Lbssl", *address, len(queue.ready))
        self._session.sent.put([frame, *content])

    def _hand_over(
        self, queue: Queue, entry: Entry, subscription: Subscription | None, no_ack: bool
    ) -> tuple[tuple[int, bool, str, str], list[Frame]]:
        """Delivery tag, redelivered, exchange, routing key; and the frames of the content."""
        tag = next(self._tags)
        if not no_ack:
            self._held[tag] = (queue, entry, subscription)
        publication = entry.publication
        if queue.declaration.quorum:
            publication = publication.with_header("x-delivery-count", entry.returns)
        address = (tag, entry.returns > 0, publication.exchange, publication.routing_key)
        return address, publication.frames(self._number)

    @handles(spec.Basic.Ack, "Lb")
    def _acknowledge(self, tag: int, multiple: bool) -> None:
        queues = {queue for queue, _ in self._take_back(tag, multiple)}
        for queue in queues:
            queue.settle()

    @handles(spec.Basic.Reject, "Lb")
    def _reject(self, tag: int, requeue: bool) -> None:
        for queue, entry in self._take_back(tag, multiple=False):
            if requeue:
                queue.put_back(entry)
            else:
                queue.bury(entry, "rejected")
            queue.settle()

    def _take_back(self, tag: int, multiple: bool) -> list[tuple[Queue, Entry]]:
        """What the client holds under ``tag``, or up to it; each consumer's window opens by as much."""
        tags = [held for held in self._held if held <= (tag or inf)] if multiple else [tag]
        if not multiple and tag not in self._held:
            raise PreconditionFailed(f"PRECONDITION_FAILED - unknown delivery tag {tag}")
        taken = []
        for held in tags:
            queue, entry, subscription = self._held.pop(held)
            if subscription is not None:
                subscription.unacknowledged -= 1
            taken.append((queue, entry))
        return taken
