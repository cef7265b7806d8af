"""A service that answers HTTP, and clients that speak to it byte by byte."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from eventlet.event import Event
from nameko.containers import ServiceContainer

from plumbing.web import Limits, serve


def larger(method: str, path: str) -> int:
    return 30_000 if (method, path) in (("POST", "/large"), ("POST", "/wait")) else 10_000


LIMITS = Limits(
    body=10_000,
    larger=larger,
    larger_together=50_000,
    idle=1.0,
    head=0.6,
    reading=0.6,
    writing=5.0,
    waiting=0.3,
    draining=3.0,
)
Start = Callable[..., Any]


class Shop:
    """What the tests ask for; ``gate`` lets through what waits at it."""

    name = "shop"
    gate: Event
    pieces_taken = 0

    @serve(limits=LIMITS)
    def answer(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        view = getattr(self, environ["PATH_INFO"].strip("/") or "echo")
        answer: Iterable[bytes] = view(environ, start)
        return answer

    def echo(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start("200 OK", [("Content-Length", str(len(body))), ("X-Type", environ["CONTENT_TYPE"])])
        return [body]

    large = echo

    def wait(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        Shop.gate.wait()
        return self.echo(environ, start)

    def fail(self, _environ: dict[str, Any], _start: Start) -> Iterable[bytes]:
        raise RuntimeError("the password is swordfish")

    def stream(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        return self.pieces(int(environ["QUERY_STRING"]))

    def pieces(self, count: int) -> Iterator[bytes]:
        for number in range(count):
            Shop.pieces_taken = number
            yield b"x" * 100_000

    def gated_stream(self, _environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        def pieces() -> Iterator[bytes]:
            yield b"x" * 5_000
            Shop.gate.wait()
            yield b"y" * 5_000

        start("200 OK", [])
        return pieces()

    def torn(self, _environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        def pieces() -> Iterator[bytes]:
            yield b"x" * 10_000
            raise OSError("the disk is gone")

        start("200 OK", [("Content-Length", "20000")])
        return pieces()


class Settings:
    """As far as the web server looks at them."""

    def __init__(self, web_address: str = "127.0.0.1:0") -> None:
        self.web_address = web_address


@contextmanager
def open_shop() -> Iterator[ServiceContainer]:
    """The service, with the gate closed."""
    Shop.gate, Shop.pieces_taken = Event(), 0
    container = ServiceContainer(Shop, {"settings": Settings(), "max_workers": 2})
    container.start()
    yield container
    if not Shop.gate.ready():
        Shop.gate.send()
    container.stop()


def port_of(container: ServiceContainer) -> int:
    (entrypoint,) = container.entrypoints
    port: int = entrypoint._listener.getsockname()[1]
    return port


def server_of(container: ServiceContainer) -> Any:
    (entrypoint,) = container.entrypoints
    return entrypoint.server


def connected(container: ServiceContainer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(container)), timeout=10)


def say(container: ServiceContainer, *pieces: bytes) -> http.client.HTTPResponse:
    """The answer to these bytes, with its body already read and the connection closed."""
    with connected(container) as connection:
        for piece in pieces:
            connection.sendall(piece)
        method = "HEAD" if pieces[0].startswith(b"HEAD") else "GET"
        response = http.client.HTTPResponse(connection, method=method)
        response.begin()
        response.body = response.read()  # type: ignore[attr-defined]
        return response


def problem_in(response: Any) -> Any:
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Connection"] == "close"
    return json.loads(response.body)
