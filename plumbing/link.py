"""One connection to the broker for each service: a channel to publish, one for confirmed publishing, one to consume.

Everything that needs an answer from the broker (channels, queues, consumers) happens while connecting; afterwards one
greenlet reads and one writes, and nobody else touches the socket: what the broker is told then waits for no answer.
After any error the link starts anew: a new connection, new channels, a new reply queue, all swapped together, so that
no call waits for a queue that is gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

import eventlet
import kombu
from amqp import spec
from eventlet.event import Event
from nameko.extensions import SharedExtension

from contracts.errors import Unavailable
from plumbing import embedded, sockets, topology, unreadable
from plumbing.confirms import Confirms
from plumbing.logs import log

HEARTBEAT = 20
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0
LOST = (*sockets.LOST, kombu.exceptions.KombuError)

Message = Any
Consume = Callable[[Message], None]
Held = Callable[[], bool]

embedded.register()
unreadable.bear()


class Link(SharedExtension):  # type: ignore[misc]
    """The container's connection. ``publish`` and ``publish_confirmed`` raise Unavailable while it is down."""

    def __init__(self) -> None:
        self.reply_queue = ""
        self.on_reply: Consume | None = None
        self.on_return: Consume | None = None
        self.on_lost: Callable[[], None] = lambda: None
        self._declarations: list[tuple[Callable[[Any], str], Consume, int, Held]] = []
        self._held: list[tuple[str, Consume]] = []
        self._connection: Any = None
        self._publisher: Any = None
        self._confirmer: Any = None
        self._consumer: Any = None
        self._confirms = Confirms()
        self._reader: Any = None
        self._writer: Any = None
        self._stopping = self._reading = False
        self.draining = False
        self._tags: list[str] = []
        self._up = Event()

    @property
    def up(self) -> bool:
        return self._publisher is not None

    def consume(
        self, declare: Callable[[Any], str], callback: Consume, prefetch: int, held: Held = lambda: False
    ) -> None:
        """Consumes the queue that ``declare(channel)`` names, from the next connection on. Call it during set-up.

        While ``held()`` the queue is there, but nothing is taken from it. When that changes, call ``release``.
        """
        self._declarations.append((declare, callback, prefetch, held))

    def start(self) -> None:
        if self._reader is None:
            self._reader = self.container.spawn_managed_thread(self._run, identifier="link")

    def stop(self) -> None:
        self._stopping = True
        if self._reader is not None:
            self._reader.kill()
        self._close()

    kill = stop

    def stop_consuming(self) -> None:
        """Takes nothing more from the queues; what is already here unacknowledged goes back when the link closes."""
        self.draining = True
        channel, tags, self._tags = self._consumer, self._tags, []
        for tag in tags:
            self._quietly(partial(channel.basic_cancel, tag, nowait=True))

    def release(self) -> None:
        """Consumes what was held back."""
        channel, held, self._held = self._consumer, self._held, []
        for queue, callback in [] if self.draining else held:
            self._quietly(partial(self._begin, channel, queue, callback, nowait=True))

    def wait_up(self, seconds: float) -> bool:
        """Whether the link is up, after at most ``seconds``."""
        if not self.up:
            self._up.wait(timeout=seconds)
        return self.up

    # -- publishing ------------------------------------------------------------------------------------------------

    def publish(self, exchange: str, routing_key: str, body: bytes, mandatory: bool = False, **properties: Any) -> None:
        """Sends a message that nobody confirms. Raises Unavailable when there is no connection."""
        self._send(self._publisher, exchange, routing_key, body, properties, mandatory=mandatory)

    def publish_confirmed(
        self, exchange: str, messages: Iterable[tuple[str, bytes, dict[str, Any]]], seconds: float
    ) -> None:
        """Publishes ``(routing key, body, properties)`` in order; returns when the broker has them all on its queues.

        Raises Unavailable when it has not confirmed all within ``seconds``: any of them may or may not be there.
        """
        channel = self._confirmer
        last = 0
        for routing_key, body, properties in messages:
            self._send(channel, exchange, routing_key, body, {"delivery_mode": 2, **properties})
            last = self._confirms.expect()
        if last:
            self._confirms.wait(last, seconds)

    def _send(
        self,
        channel: Any,
        exchange: str,
        routing_key: str,
        body: bytes,
        properties: dict[str, Any],
        *,
        mandatory: bool = False,
    ) -> None:
        if channel is None:
            raise Unavailable("There is no connection to the message broker at the moment; try again soon.")
        headers = properties.pop("headers", None)
        message = channel.prepare_message(body, content_type="application/json", headers=headers, properties=properties)
        try:
            # Not basic_publish: that reads from the socket before it writes, and the reader is already there.
            channel.send_method(spec.Basic.Publish, "Bssbb", (0, exchange, routing_key, mandatory, False), message)
        except LOST as error:
            raise Unavailable("The connection to the message broker was lost; try again soon.") from error

    # -- consuming -------------------------------------------------------------------------------------------------

    def acknowledge(self, message: Message) -> None:
        """The message is done with. One from an earlier connection is left alone: the broker delivers it again."""
        if message.channel is self._consumer:
            self._quietly(lambda: message.channel.basic_ack(message.delivery_tag))

    def reject(self, message: Message, requeue: bool = False) -> None:
        """Gives the message back, or to the dead letters."""
        if message.channel is self._consumer:
            self._quietly(lambda: message.channel.basic_reject(message.delivery_tag, requeue))

    def dead_letter(self, message: Message, queue: str, reason: str) -> None:
        """Moves ``message`` to the dead letters of ``queue`` with ``reason`` in its headers, and is done with it.

        Where the move cannot be confirmed the broker itself dead-letters it, and the reason is in the log only.
        """
        log.warning("message dead-lettered", queue=queue, reason=reason, size=len(message.body or b""))
        properties = dict(message.properties)
        headers = dict(properties.pop("application_headers", None) or {}) | {"reason": reason, "queue": queue}
        kept = {
            key: properties[key] for key in ("correlation_id", "reply_to", "type", "message_id") if key in properties
        }
        body = message.body.encode() if isinstance(message.body, str) else bytes(message.body or b"")
        try:
            self.publish_confirmed(topology.DEAD, [(queue, body, {**kept, "headers": headers})], 5.0)
        except (Unavailable, ValueError, TypeError, *LOST):
            self.reject(message)
        else:
            self.acknowledge(message)

    def _quietly(self, send: Callable[[], None]) -> None:
        """A lost connection is the reader's to notice; the broker delivers what was not acknowledged again."""
        try:
            send()
        except LOST as error:
            log.info("acknowledgement not sent", error=repr(error))

    # -- the connection --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping:
            try:
                self._connect()
                pause = FIRST_PAUSE
                self._read()
            except LOST as error:
                log.warning("broker connection lost", service=self.container.service_name, error=repr(error))
            self._close()
            eventlet.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _connect(self) -> None:
        settings = self.container.config["settings"]
        self._connection = kombu.Connection(
            settings.amqp_uri,
            heartbeat=HEARTBEAT,
            connect_timeout=5,
            transport_options={
                "client_properties": {"connection_name": f"{self.container.service_name} {settings.replica}"}
            },
        )
        self._connection.connect()
        connection = self._connection.connection
        self._writer = sockets.join_writes(connection, self._give_up)
        sockets.read_in_large_pieces(connection)
        publisher, confirmer, consumer = (self._connection.channel() for _ in range(3))
        consumer.auto_decode = False
        topology.declare(consumer)
        self._listen_for_confirms(confirmer)
        if self.on_return is not None:
            publisher.events["basic_return"].add(lambda _error, _exchange, _key, message: self.on_return(message))
        # The consumer is known before the first message can arrive.
        self._consumer = consumer
        self._consume(consumer)
        self._publisher, self._confirmer = publisher, confirmer
        log.info("broker connected", service=self.container.service_name)
        up, self._up = self._up, Event()
        up.send(True)

    def _consume(self, channel: Any) -> None:
        if self.on_reply is not None:
            self.reply_queue = channel.queue_declare("", exclusive=True, auto_delete=True).queue
            channel.basic_consume(self.reply_queue, no_ack=True, callback=self.on_reply)
        self._tags, self._held = [], []
        # The prefetch that was set last is that of the consumers that begin later: whoever is held comes last.
        declarations = sorted(self._declarations, key=lambda declaration: declaration[-1]())
        for declare, callback, prefetch, held in [] if self.draining else declarations:
            queue = declare(channel)
            channel.basic_qos(0, prefetch, False)
            if held():
                self._held.append((queue, callback))
            else:
                self._begin(channel, queue, callback)

    def _begin(self, channel: Any, queue: str, callback: Consume, *, nowait: bool = False) -> None:
        tag = f"{queue}.{uuid.uuid4().hex[:8]}"
        channel.basic_consume(queue, no_ack=False, callback=callback, consumer_tag=tag, nowait=nowait)
        self._tags.append(tag)

    def _listen_for_confirms(self, channel: Any) -> None:
        self._confirms = confirms = Confirms()
        channel.confirm_select()
        channel.events["basic_ack"].add(confirms.acknowledged)
        channel.events["basic_nack"].add(confirms.refused)

    def _read(self) -> None:
        beats = eventlet.spawn(self._beat)
        try:
            self._reading = True
            while True:
                self._connection.drain_events()
        finally:
            self._reading = False
            beats.kill()

    def _beat(self) -> None:
        while True:
            eventlet.sleep(HEARTBEAT / 4)
            try:
                self._connection.heartbeat_check()
            except LOST as error:
                eventlet.spawn_n(self._give_up, error)
                return

    def _give_up(self, error: Exception) -> None:
        """Raises ``error`` in the reader: on a dead line nothing else would ever wake it."""
        if self._reading:
            self._reader.kill(error)

    def _close(self) -> None:
        self._publisher = self._confirmer = self._consumer = None
        self._held = []
        self._confirms.lost()
        self.on_lost()
        connection, self._connection = self._connection, None
        writer, self._writer = self._writer, None
        if connection is not None and self._stopping:
            with eventlet.Timeout(2, False), suppress(*LOST):
                connection.release()
        # Before its socket is closed: the hub must not wait for a file whose number is another one's by then.
        if writer is not None:
            writer.kill()
        if connection is not None:
            connection.collect()
