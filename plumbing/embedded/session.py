"""The broker's end of a connection: greets the client, hands frames to their channels, cleans up when it is lost."""

from __future__ import annotations

import queue
from struct import unpack_from
from typing import Any

from amqp import spec
from amqp.exceptions import ConnectionError as AMQPConnectionError
from amqp.serialization import loads

from plumbing.embedded.broker import Broker
from plumbing.embedded.channel import Channel
from plumbing.embedded.frames import HEARTBEAT, METHOD, Frame, Signature, method_frame

CHANNELS, FRAME_SIZE = 2047, 131_072
# Of what py-amqp asks for; with connection.blocked it reads what is there before it publishes, as it would elsewhere.
PROPERTIES = {"product": "embedded", "capabilities": {"consumer_cancel_notify": True, "connection.blocked": True}}

_brokers: dict[str, Broker] = {}


class Session:
    """One connection. ``sent`` holds lists of frames for the client, and None when there will be no more."""

    def __init__(self, host: str) -> None:
        self.sent: queue.Queue[list[Frame] | None] = queue.Queue()
        self.broker = Broker()
        self._host = host
        self._channels: dict[int, Channel] = {}
        self._closed = False

    def start(self) -> None:
        self.send(0, spec.Connection.Start, "ooFSS", 0, 9, PROPERTIES, "PLAIN AMQPLAIN EXTERNAL", "en_US")

    def send(self, channel: int, method: Signature, types: str = "", *values: Any) -> None:
        self.sent.put([method_frame(channel, method, types, *values)])

    def receive(self, kind: int, channel: int, payload: bytes) -> None:
        """Works on one frame of the client, at once."""
        if kind == HEARTBEAT:
            self.sent.put([(HEARTBEAT, 0, b"")])
        elif channel == 0:
            self._receive_method(unpack_from(">HH", payload), payload)
        else:
            self._receive_in_channel(kind, channel, payload)

    def _receive_method(self, method: Signature, payload: bytes) -> None:
        if method == spec.Connection.StartOk:
            self.send(0, spec.Connection.Tune, "BlB", CHANNELS, FRAME_SIZE, 0)
        elif method == spec.Connection.Open:
            (virtual_host,), _ = loads("s", payload, 4)
            self.broker = _brokers.setdefault(f"{self._host}/{virtual_host}", self.broker)
            self.send(0, spec.Connection.OpenOk, "s", "")
        elif method == spec.Connection.Close:
            self._release()
            self.send(0, spec.Connection.CloseOk)

    def _receive_in_channel(self, kind: int, number: int, payload: bytes) -> None:
        with self.broker.lock:
            if number not in self._channels:
                self._channels[number] = Channel(self, self.broker, number)
            try:
                if kind == METHOD:
                    self._channels[number].receive_method(payload)
                else:
                    self._channels[number].receive_content(kind, payload)
            except AMQPConnectionError as error:
                self.send(0, spec.Connection.Close, "BsBB", error.code, str(error.reply_text), 0, 0)

    def close(self) -> None:
        """Ends the session; whoever reads wakes up."""
        if not self._closed:
            self._closed = True
            self._release()
            self.sent.put(None)

    def _release(self) -> None:
        """Gives back what was not acknowledged, and takes the queues along that were this session's own."""
        with self.broker.lock:
            for channel in self._channels.values():
                channel.release()
            for owned in [owned for owned in self.broker.queues.values() if owned.owner is self]:
                self.broker.delete_queue(owned)
