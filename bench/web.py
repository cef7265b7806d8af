"""A load of HTTP requests over keep-alive connections, from this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

import eventlet

from bench.measure import Load, summary

# Method, path, body, headers.
Request = tuple[str, str, bytes, dict[str, str]]


class Unexpected(Exception):
    """An answer that a measurement must not count."""


def load(url: str, make: Callable[[], Request], connections: int, seconds: float, expected: int) -> Load:
    """Requests one after the other on each connection for so long. Raises Unexpected for any other status."""
    parts = urlsplit(url)
    taken: list[float] = []
    began = time.perf_counter()

    def client() -> None:
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        while (started := time.perf_counter()) < began + seconds:
            method, path, body, headers = make()
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != expected:
                raise Unexpected(f"{method} {path}: {answer.status} {text[:500]!r}")
            taken.append(time.perf_counter() - started)
        connection.close()

    clients = [eventlet.spawn(client) for _ in range(connections)]
    for running in clients:
        running.wait()
    return summary(taken, time.perf_counter() - began)
