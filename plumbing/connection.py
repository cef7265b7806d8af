"""HTTP/1.1 as the register speaks it: every request is read within limits before anybody works on it.

Owns the socket side of ``plumbing.web``: how long a client may take, how large a request may be, what is refused
unread, and the one log line of each request. It knows neither nameko nor the application.
"""

from __future__ import annotations

import http
import io
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.errors import MultipartInvariantViolationDefect, StartBoundaryNotFoundDefect
from typing import Any

import eventlet
from eventlet import wsgi
from eventlet.green import socket

from plumbing import metrics
from plumbing.logs import log

CALL_ID = "register.call_id"
STATUS = "register.status"
SENT = "register.sent"
# What the application wants on the request's log line, such as who asked.
NOTES = "register.notes"
LONGEST_CHUNK_LINE = 256
PIECE = 65_536
MOST_TRAILERS = 50
# A client that is still sending would lose our answer to a reset if we closed at once.
LINGER = 2.0
# The standard library reads headers as a letter without its text, and misses in it the parts of a form with files.
OF_THE_BODY = (StartBoundaryNotFoundDefect, MultipartInvariantViolationDefect)
KNOWN_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may cost. Sizes in bytes, times in seconds."""

    request_line: int = 8_192
    body: int = 1_048_576
    # What a body may have instead that is sent by this method to this path, and what all such bodies of the requests
    # under way may have together, so that they cannot fill the memory.
    larger: Callable[[str, str], int] | None = None
    larger_together: int = 134_217_728
    connections: int = 1_000
    # Between two requests; from the first byte to the last header; from there to the end of ``body`` bytes, and as
    # many times as long for a body that may be as many times as large, as far as it keeps coming.
    idle: float = 30.0
    head: float = 10.0
    reading: float = 20.0
    # For the client to take something, anything, of what we send.
    writing: float = 30.0
    # For a free worker; and, at the end, for the requests that are still running.
    waiting: float = 2.0
    draining: float = 10.0


class Refused(Exception):
    """A request that is answered without anybody working on it. ``detail`` is a sentence for its sender."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class Gone(Exception):
    """The client went away in the middle of its request."""


# status, code, detail, call id → the body of an application/problem+json answer.
Problem = Callable[[int, str, str, str], bytes]


class Server(wsgi.Server):  # type: ignore[misc]
    """What all connections share."""

    def __init__(self, listener: Any, application: Any, limits: Limits, problem: Problem) -> None:
        super().__init__(
            listener,
            listener.getsockname(),
            application,
            protocol=Protocol,
            log_output=False,
            debug=False,
            socket_timeout=limits.writing,
        )
        self.limits, self.problem = limits, problem
        # ``held``: bytes that the larger bodies of the requests under way have together.
        self.held, self.draining = 0, False


class Pace:
    """Ends the reading of a body that comes too slowly: ``reading`` seconds for the first ``body`` bytes of the limits.

    Time for more is given as they come. What is only promised keeps no place for long that others need.
    """

    def __init__(self, limits: Limits, expected: int, refusal: Refused) -> None:
        self._limits, self._most, self._refusal = limits, max(1.0, expected / limits.body), refusal
        self._came, self._began = 0, time.monotonic()

    def __enter__(self) -> Pace:
        self._timer = eventlet.Timeout(self._limits.reading, self._refusal)
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def came(self, size: int) -> None:
        """So many bytes more are there."""
        self._came += size
        patience = self._limits.reading * min(self._most, 1.0 + self._came / self._limits.body)
        self._timer.cancel()
        self._timer = eventlet.Timeout(self._began + patience - time.monotonic(), self._refusal)


class Protocol(wsgi.HttpProtocol):  # type: ignore[misc]
    """One connection: its requests one after the other."""

    server: Server
    rfile: Any
    pace: Pace

    def handle_one_request(self) -> None:
        if not self._wait_for_request():
            self.close_connection = True
            return
        self.conn_state[2] = wsgi.STATE_REQUEST
        self.started = time.monotonic()
        self.call_id = uuid.uuid4().hex[:16]
        self.command, self.path = "", ""
        self.allowed, self.held = self.server.limits.body, 0
        self.environ: dict[str, Any] = {CALL_ID: self.call_id}
        try:
            self._read_request()
        except Refused as refusal:
            self._refuse(refusal)
        except (Gone, OSError):
            self.close_connection = True
        else:
            self._answer()
        finally:
            # The connection may wait for its next request; the body of this one is not kept meanwhile.
            self.server.held -= self.held
            self.environ = {}

    def _wait_for_request(self) -> bool:
        """Whether a request begins to arrive before the client hangs up or its idle time is over."""
        self.connection.settimeout(self.server.limits.idle)
        try:
            return bool(self.rfile.peek(1))
        except (OSError, ValueError):
            return False
        finally:
            self.connection.settimeout(self.server.limits.writing)

    def _read_request(self) -> None:
        limits = self.server.limits
        slow = "took too long to arrive; send it in one go."
        with eventlet.Timeout(limits.head, Refused(408, "request-timeout", f"The request's head {slow}")):
            self._read_head()
        expected = self._admit()
        with Pace(limits, expected, Refused(408, "request-timeout", f"The request's body {slow}")) as self.pace:
            body = self._read_body()
        self.environ |= {
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            # The body is read, so that nothing is left on the connection for eventlet to discard.
            "eventlet.input": wsgi.Input(io.BytesIO(), 0, self.connection),
        }

    def _read_head(self) -> None:
        limit = self.server.limits.request_line
        self.raw_requestline = self.rfile.readline(limit + 1)
        if len(self.raw_requestline) > limit:
            raise Refused(414, "uri-too-long", f"The request line may have up to {limit} bytes.")
        source, self.rfile = self.rfile, wsgi.FileObjectForHeaders(self.rfile)
        try:
            if not self.parse_request():
                raise Gone
        except (wsgi.HeaderLineTooLong, wsgi.HeadersTooLarge) as error:
            text = f"One header may have up to {wsgi.MAX_HEADER_LINE} bytes, all of them {wsgi.MAX_TOTAL_HEADER_SIZE}."
            raise Refused(431, "headers-too-large", text) from error
        finally:
            self.rfile = source
        self._check_framing()
        self.environ = self.get_environ()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library's parser calls for a request that it cannot read."""
        status = http.HTTPStatus(code)
        names = {431: "headers-too-large", 505: "http-version-not-supported"}
        raise Refused(code, names.get(code, "malformed-request"), f"{message or status.phrase}.")

    def _check_framing(self) -> None:
        """Refuses what two readers could take for requests of different length, and what is too long, unread."""
        lengths = self.headers.get_all("content-length", [])
        encodings = self.headers.get_all("transfer-encoding", [])
        doubts = [defect for defect in self.headers.defects if not isinstance(defect, OF_THE_BODY)]
        if doubts or len(lengths) + len(encodings) > 1:
            raise Refused(400, "malformed-request", "The headers cannot be read without doubt.")
        if encodings and encodings[0].strip().lower() != "chunked":
            raise Refused(501, "not-implemented", "The only Transfer-Encoding that is understood is chunked.")
        if lengths and not (lengths[0].isascii() and lengths[0].isdigit()):
            raise Refused(400, "malformed-request", "Content-Length must be a number of bytes.")
        # A number of a thousand digits is not worth reading.
        if lengths and len(lengths[0].lstrip("0")) > 15:
            raise self._too_large()

    def _admit(self) -> int:
        """How many bytes the body has, or may have where only its end will tell. Refuses one that is too large here."""
        limits, chunked = self.server.limits, "transfer-encoding" in self.headers
        announced = int(self.headers.get("content-length", "0"))
        if limits.larger is not None and (chunked or announced > limits.body):
            self.allowed = limits.larger(self.command, self.environ["PATH_INFO"])
        if announced > self.allowed:
            raise self._too_large()
        expected = self.allowed if chunked else announced
        if expected > limits.body:
            if self.server.held + expected > limits.larger_together:
                raise Refused(503, "unavailable", "Too much is being sent to the register at once; try again soon.")
            self.held = expected
            self.server.held += expected
        return expected

    def _too_large(self) -> Refused:
        return Refused(413, "too-large", f"A request's body may have up to {self.allowed:,} bytes here.")

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        if "content-type" not in self.headers:
            # eventlet makes text/plain of a header that is not there.
            environ["CONTENT_TYPE"] = ""
        return environ | {CALL_ID: self.call_id, NOTES: {}, SENT: 0}

    def _read_body(self) -> bytes:
        source = self.environ["eventlet.input"]
        # Sends "100 Continue" where the client waits for it, and reads nothing.
        source.read(0)
        gathered = io.BytesIO()
        # Not as a list: of chunks of two bytes, it would take twenty times the size of the body.
        if not source.chunked_input:
            gathered.writelines(self._pieces(source.content_length))
        else:
            del self.environ["HTTP_TRANSFER_ENCODING"]
            gathered.writelines(self._chunks())
        return gathered.getvalue()

    def _pieces(self, size: int) -> Iterator[bytes]:
        """So many bytes, as they come."""
        while size:
            piece: bytes = self.rfile.read1(min(size, PIECE))
            if not piece:
                raise Gone
            size -= len(piece)
            self.pace.came(len(piece))
            yield piece

    def _chunks(self) -> Iterator[bytes]:
        total = 0
        while size := self._chunk_size():
            total += size
            if total > self.allowed:
                raise self._too_large()
            yield from self._pieces(size)
            if self.rfile.readline(LONGEST_CHUNK_LINE) not in (b"\r\n", b"\n"):
                raise Refused(400, "malformed-request", "A chunk of the body does not end where its size says.")
        for _ in range(MOST_TRAILERS):
            if self.rfile.readline(wsgi.MAX_HEADER_LINE) in (b"\r\n", b"\n", b""):
                return
        raise Refused(431, "headers-too-large", f"At most {MOST_TRAILERS} headers may follow a chunked body.")

    def _chunk_size(self) -> int:
        line = self.rfile.readline(LONGEST_CHUNK_LINE)
        digits = line.split(b";", 1)[0].strip()
        if not line.endswith(b"\n") or not digits or len(digits) > 8 or set(digits) - set(b"0123456789abcdefABCDEF"):
            raise Refused(400, "malformed-request", "The size of a chunk of the body must be a hexadecimal number.")
        return int(digits, 16)

    def _answer(self) -> None:
        if self.server.draining:
            self.close_connection = True
        self.application = self.server.app
        try:
            self.handle_one_response()
        except OSError:
            self.close_connection = True
        self._log(self.environ.get(STATUS, 0), self.environ[SENT])

    def _refuse(self, refusal: Refused) -> None:
        self.close_connection = True
        body = self.server.problem(refusal.status, refusal.code, refusal.detail, self.call_id)
        retry = "Retry-After: 2\r\n" if refusal.status == 503 else ""
        head = (
            f"HTTP/1.1 {refusal.status} {http.HTTPStatus(refusal.status).phrase}\r\n"
            f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n"
            f"X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nX-Request-Id: {self.call_id}\r\n"
            f"{retry}Connection: close\r\n\r\n"
        )
        try:
            self.wfile.write(head.encode("ascii") + (b"" if self.command == "HEAD" else body))
            self.wfile.flush()
            self._log(refusal.status, len(body), refused=refusal.code)
            self._linger()
        except OSError:
            log.debug("client gone before its refusal", call_id=self.call_id)

    def _linger(self) -> None:
        """Says that nothing more will come, then throws away for a moment what the client still sends."""
        self.connection.shutdown(socket.SHUT_WR)
        with eventlet.Timeout(LINGER, False):
            while self.connection.recv(65_536):
                pass

    def _log(self, status: int, sent: int, **more: Any) -> None:
        seconds = time.monotonic() - self.started
        method = self.command if self.command in KNOWN_METHODS else "other"
        metrics.requests.labels(method, str(status)).observe(seconds)
        # Without the query: it may hold names of people.
        log.info(
            "request",
            method=self.command,
            path=self.path.split("?", 1)[0],
            status=status,
            bytes=sent,
            milliseconds=round(seconds * 1000, 1),
            address=self.client_address[0],
            call_id=self.call_id,
            **self.environ.get(NOTES, {}),
            **more,
        )
