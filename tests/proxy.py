"""A TCP proxy with faults, on the loopback only: cuts lines, freezes them, swallows what the server says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import eventlet
from eventlet.event import Event
from eventlet.green import socket


class Proxy:
    """Forwards to ``target``. ``cut()`` closes all lines; ``frozen`` moves nothing; ``deaf`` lets no answer through."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = eventlet.listen(("127.0.0.1", 0))
        self._sockets: list[Any] = []
        self._thaw = Event()
        self._thaw.send()
        self.deaf = False
        self.lines = 0
        self._acceptor = eventlet.spawn(self._accept)

    @property
    def address(self) -> str:
        host, port = self._listener.getsockname()
        return f"{host}:{port}"

    def cut(self) -> None:
        sockets, self._sockets = self._sockets, []
        for sock in sockets:
            _shut_down(sock)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        self._thaw = Event()
        try:
            yield
        finally:
            self._thaw.send()

    @contextmanager
    def swallowing_answers(self) -> Iterator[None]:
        self.deaf = True
        try:
            yield
        finally:
            self.deaf = False
            self.cut()

    def close(self) -> None:
        self._acceptor.kill()
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            client, _address = self._listener.accept()
            server = socket.create_connection(self._target)
            self._sockets += [client, server]
            self.lines += 1
            eventlet.spawn_n(self._forward, client, server, False)
            eventlet.spawn_n(self._forward, server, client, True)

    def _forward(self, source: Any, sink: Any, answers: bool) -> None:
        try:
            while data := source.recv(65_536):
                self._thaw.wait()
                if not (answers and self.deaf):
                    sink.sendall(data)
        except (OSError, EOFError):
            pass  # The line was cut.
        finally:
            source.close()
            _shut_down(sink)


def _shut_down(sock: Any) -> None:
    """Wakes the greenlet that reads from ``sock``, which then closes it.

    Closed under its reader, its number would go to another file while the hub still waits for it.
    """
    with suppress(OSError, EOFError):
        sock.shutdown(socket.SHUT_RDWR)
