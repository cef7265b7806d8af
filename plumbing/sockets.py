"""The socket under py-amqp, made cheap under load: what is written together leaves together, and so it comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import amqp
import eventlet
from amqp.method_framing import frame_writer
from eventlet.event import Event

# What may wait for the socket while the broker blocks publishers, before callers are told.
BUFFER_LIMIT = 32 * 1024 * 1024
READ_SIZE = 64 * 1024
LOST = (OSError, amqp.AMQPError, EOFError, AttributeError)


def join_writes(connection: amqp.Connection, on_failure: Callable[[Exception], None]) -> Any:
    """Sends the frames that are written within one turn of the hub together: fewer system calls under load.

    Returns the greenlet that sends.
    """
    writes = JoinedWrites(connection.transport, on_failure)
    connection.frame_writer = frame_writer(connection, writes)
    return eventlet.spawn(writes.run)


class JoinedWrites:
    """Stands for the transport at the frame writer; its greenlet does the sending.

    A send that fails cannot raise at its caller any more, so it ends the link, which fails the calls that wait.
    """

    def __init__(self, transport: Any, on_failure: Callable[[Exception], None]) -> None:
        self._transport, self._on_failure = transport, on_failure
        self._frames: list[bytes] = []
        self._size = 0
        self._failed = False
        self._filled = Event()

    def write(self, frame: memoryview | bytes) -> None:
        if self._failed or self._size > BUFFER_LIMIT:
            raise OSError("the broker takes no more data")
        if not self._frames:
            self._filled.send()
        # The frame lies in a buffer that the next frame overwrites.
        self._frames.append(bytes(frame))
        self._size += len(frame)

    def run(self) -> None:
        while True:
            self._filled.wait()
            self._filled = Event()
            frames, self._frames, self._size = self._frames, [], 0
            try:
                self._transport.write(b"".join(frames))
            except LOST as error:
                self._failed = True
                # Not from here: the link ends this greenlet while it closes.
                eventlet.spawn_n(self._on_failure, error)
                return


def read_in_large_pieces(connection: amqp.Connection) -> None:
    """py-amqp asks the socket for each header and each payload on its own; its buffer takes more at a time."""
    transport = connection.transport
    # The embedded broker's pipe has no socket, and TLS reads in pieces of its own.
    if type(transport) is amqp.transport.TCPTransport:
        receive = transport.sock.recv
        transport._quick_recv = lambda _size: receive(READ_SIZE)  # noqa: SLF001 - py-amqp offers no other way
