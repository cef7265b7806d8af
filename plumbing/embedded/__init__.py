"""The broker of the embedded mode: AMQP 0-9-1 spoken inside the process, behind kombu's ``embedded://``.

The client is py-amqp itself, unchanged; only its socket is replaced by a pipe to a small broker that behaves like
RabbitMQ in what the register uses. So whatever runs over ``amqp://`` runs over ``embedded://`` as it is.
``embedded://name/vhost`` are separate brokers; each lives as long as the process, and so do its messages: what must
survive is in the databases. Readers sleep on a queue until something is sent to them: nothing polls. The locks and
queues are those of the standard library, which are green once the process is patched. Imports nothing of ``plumbing``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from struct import Struct
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, pyamqp

from plumbing.embedded.frames import Frame
from plumbing.embedded.session import Session

FRAME_START = Struct(">BHI")
FRAME_END_SIZE = 1


class Pipe:
    """What py-amqp takes for its connected socket: whole frames go out as bytes and come in as tuples."""

    # kombu and the link look for a socket to wait on or to tune; there is none.
    sock = None

    def __init__(self, host: str) -> None:
        self._session = Session(host)
        self._received: deque[Frame] = deque()
        self._timeout: float | None = None
        self.connected = False

    def connect(self) -> None:
        self.connected = True
        self._session.start()

    @contextmanager
    def having_timeout(self, timeout: float | None) -> Iterator[None]:
        before, self._timeout = self._timeout, timeout
        try:
            yield
        finally:
            self._timeout = before

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Hands each frame in ``data`` to the broker; py-amqp never writes half a frame."""
        if not self.connected:
            raise OSError("The connection to the embedded broker is closed.")
        data, start = bytes(data), 0
        while start < len(data):
            kind, channel, size = FRAME_START.unpack_from(data, start)
            start += FRAME_START.size
            self._session.receive(kind, channel, data[start : start + size])
            start += size + FRAME_END_SIZE

    def read_frame(self) -> Frame:
        """The next frame; sleeps until there is one. Raises TimeoutError, and OSError once the pipe is closed."""
        if not self._received:
            try:
                frames = self._session.sent.get(timeout=self._timeout)
            except Empty:
                raise TimeoutError("The embedded broker sent nothing in time.") from None
            if frames is None:
                # Whoever else waits here must wake up as well.
                self._session.sent.put(None)
                raise OSError("The connection to the embedded broker is closed.")
            self._received.extend(frames)
        return self._received.popleft()

    def close(self) -> None:
        """Ends the session at once, as a cut line would: what was not acknowledged goes back to its queues."""
        self.connected = False
        self._session.close()


class Connection(pyamqp.Connection):  # type: ignore[misc]
    """py-amqp's connection over a pipe in place of a socket."""

    def Transport(self, host: str, *_arguments: Any, **_options: Any) -> Pipe:  # noqa: N802 (py-amqp's own name)
        return Pipe(host)


class Transport(pyamqp.Transport):  # type: ignore[misc]
    """kombu's transport for ``embedded://``."""

    Connection = Connection
    driver_name = "embedded"
    implements = pyamqp.Transport.implements.extend(asynchronous=False)


def register() -> None:
    """Makes ``embedded://`` known to kombu. Safe to repeat."""
    TRANSPORT_ALIASES["embedded"] = "plumbing.embedded:Transport"


register()
