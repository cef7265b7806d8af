"""Hosts a WSGI application in a nameko container: one entrypoint that takes every path.

    class Gateway:
        @serve(problem=problem_document)
        def answer(self, environ, start_response): return application(environ, start_response)

The application runs in a worker, with the dependencies of the service around it. What it returns is sent piece by
piece by the connection's own greenlet, so that a slow reader holds no worker; the container does not stop before it
is sent, or the time for draining is over. Two processes never share the port: the second one fails to start.
"""

from __future__ import annotations

import contextlib
import http
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

import eventlet
from eventlet import wsgi
from eventlet.event import Event
from eventlet.green import socket
from eventlet.semaphore import Semaphore
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from contracts.errors import Unavailable
from plumbing.connection import CALL_ID, SENT, STATUS, Limits, Problem, Server
from plumbing.context import new_context
from plumbing.logs import log

__all__ = ["Limits", "serve"]

Method = TypeVar("Method", bound=Callable[..., Any])

BACKLOG = 512
ADDRESS = re.compile(r"(?:(?P<host>.*):)?(?P<port>\d{1,5})")


def plain_problem(status: int, code: str, detail: str, call_id: str) -> bytes:
    """A problem document for an application that has no way of its own to write one."""
    return json.dumps({"status": status, "code": code, "detail": detail, "instance": call_id}).encode()


def listen(address: str) -> Any:
    """A listening socket at ``host:port``, ``[::1]:port`` or ``port``. Raises ValueError, or OSError if it is taken."""
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(f"WEB_ADDRESS is {address!r}; it must be host:port, such as 0.0.0.0:8000.")
    host = (match["host"] or "127.0.0.1").strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # eventlet would set SO_REUSEPORT, with which a forgotten process quietly takes half of the requests.
    return eventlet.listen((host, int(match["port"])), family=family, backlog=BACKLOG, reuse_port=False)


class WebApplication(Entrypoint):  # type: ignore[misc]
    """Gives every HTTP request to one method of the service, which is a WSGI application."""

    def __init__(self, problem: Problem = plain_problem, limits: Limits | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.problem, self.limits = problem, limits or Limits()
        self._connections: dict[int, list[Any]] = {}
        self._listener: Any = None
        self._acceptor: Any = None
        self.server: Server | None = None

    def setup(self) -> None:
        # Timers and the like share the pool; a request waits here, with a limit, rather than there without one.
        self._workers = Semaphore(self.container.max_workers)
        self._places = Semaphore(self.limits.connections)

    def start(self) -> None:
        self._listener = listen(self.container.config["settings"].web_address)
        self.server = Server(self._listener, self.run, self.limits, self.problem)
        self._acceptor = self.container.spawn_managed_thread(self._accept, identifier="web.accept")

    def _accept(self) -> None:
        while True:
            self._places.acquire()
            try:
                connection, address = self._listener.accept()
            except OSError as error:
                # Out of descriptors, or a client that left again: what is accepted already goes on.
                self._places.release()
                log.warning("accept failed", error=str(error))
                eventlet.sleep(0.1)
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            state = [address, connection, wsgi.STATE_IDLE]
            self._connections[id(state)] = state
            self.container.spawn_managed_thread(partial(self._serve, state), identifier="web.connection")

    def _serve(self, state: list[Any]) -> None:
        """One connection to its end. Must not raise: an error in a managed thread would end the container."""
        try:
            assert self.server is not None
            self.server.process_request(state)
        except OSError as error:
            log.debug("connection lost", error=str(error))
        except Exception as error:  # noqa: BLE001 - nothing that a client does may end the container
            log.error("connection failed", exc_info=error)
        finally:
            state[1].close()
            self._connections.pop(id(state), None)
            self._places.release()

    def run(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The WSGI application that the server calls: the service's method, in a worker."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            environ[STATUS] = int(status.split(" ", 1)[0])
            return start_response(status, headers, exc_info)

        if not self._workers.acquire(timeout=self.limits.waiting):
            return self._refuse(start, 503, Unavailable.code, "All workers are busy; try again soon.", environ)
        try:
            return Sending(self._in_worker(environ, start), environ)
        except ContainerBeingKilled:
            return self._refuse(start, 503, Unavailable.code, "The register is stopping; try again soon.", environ)
        except Exception as error:  # noqa: BLE001 - whatever it was, the client gets an answer without its details
            log.error("request failed", exc_info=error, call_id=environ[CALL_ID])
            return self._refuse(start, 500, "error", "Something went wrong inside the register.", environ)
        finally:
            self._workers.release()

    def _in_worker(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        done = Event()

        def handle_result(_worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(result, exc_info)
            return result, exc_info

        context = new_context(call_id=environ[CALL_ID])
        self.container.spawn_worker(
            self, (environ, start), {}, context_data={"context": context}, handle_result=handle_result
        )
        answer: Iterable[bytes] = done.wait()
        return answer

    def _refuse(self, start: Any, status: int, code: str, detail: str, environ: dict[str, Any]) -> list[bytes]:
        body = self.problem(status, code, detail, environ[CALL_ID])
        headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
        retry = [("Retry-After", "2")] if status == 503 else []
        start(f"{status} {http.HTTPStatus(status).phrase}", [*headers, *retry, ("X-Request-Id", environ[CALL_ID])])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def stop(self) -> None:
        """Takes no more connections, lets the running requests finish, and returns when they have or time is up."""
        if self.server is None:
            return
        self.server.draining = True
        self._acceptor.kill()
        self._listener.close()
        for state in list(self._connections.values()):
            if state[2] == wsgi.STATE_IDLE:
                self._hang_up(state[1])
            else:
                state[2] = wsgi.STATE_CLOSE
        deadline = time.monotonic() + self.limits.draining
        while self._connections and time.monotonic() < deadline:
            eventlet.sleep(0.02)

    @staticmethod
    def _hang_up(connection: Any) -> None:
        """Ends the waiting for a next request; one that has arrived already is still read and answered."""
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RD)

    def kill(self) -> None:
        if self._listener is not None:
            self._acceptor.kill()
            self._listener.close()


class Sending:
    """The pieces of an answer on their way out, counted.

    A fault in the middle is logged and cuts the connection: the client must not take half a file for the whole.
    """

    def __init__(self, pieces: Iterable[bytes], environ: dict[str, Any]) -> None:
        self._pieces, self._environ = pieces, environ

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._pieces:
                self._environ[SENT] += len(piece)
                yield piece
        except Exception as error:
            log.error("answer cut short", exc_info=error, call_id=self._environ[CALL_ID])
            raise

    def close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


def serve(problem: Problem = plain_problem, limits: Limits | None = None) -> Callable[[Method], Method]:
    """Makes a method of a service, a WSGI application, answer every HTTP request at WEB_ADDRESS.

    ``problem`` writes the body of what is refused before the application is asked.
    """
    decorate: Callable[[Method], Method] = WebApplication.decorator(problem=problem, limits=limits)
    return decorate
