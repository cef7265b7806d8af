"""What everybody may know of a certificate and somebody asked a moment ago: answered again without asking the service.

An answer is forgotten with the first event of its certificate. Nothing is answered from memory while the line to the
broker is down, since events may be missed, and while the gateway has told somebody of a change whose event has not
come yet: whoever changed something reads what they changed. Where no event comes at all (the relay stands still, a
validity ends with the day) an answer is ``SECONDS`` old at most.

Only the plainest question is answered so: GET, without a token and without parameters. All others go the long way. What
is answered from memory costs next to nothing, and does not count against a guest's rate.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.http import parse_etags

from contracts.identity import GUEST
from gateway.api import PREFIX
from gateway.calls import CALL_ID, NOTES
from plumbing import metrics

# Left by a view in the environment: the certificate that its answer is all about, where everybody may know it; and
# the change that its answer tells of.
CERTIFICATE, TOLD = "register.certificate", "register.told"
ADDRESS = f"{PREFIX}/certificates/"
SECONDS = 5.0
MOST = 2_000
# Of the answer as it was made, not of the certificate.
OF_ONE_ANSWER = frozenset({"x-request-id", "date"})
OF_A_BODY = frozenset({"content-type", "content-length"})

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with status 200, good until the clock shows ``until``."""

    headers: Headers
    etag: str
    body: bytes
    until: float


class KeptAnswers:
    """The answers that one gateway process keeps. ``up`` tells whether events come in."""

    def __init__(self, up: Callable[[], bool], now: Callable[[], float] = time.monotonic) -> None:
        self._up, self._now = up, now
        self._answers: dict[str, Answer] = {}
        self._paths: dict[str, set[str]] = {}
        self._heard = self._told = 0
        # A question that was under way when its certificate changed may bring the state before.
        self._moment, self._all_changed_at = 0, 0
        self._changed_at: dict[str, int] = {}

    # -- what the events say ---------------------------------------------------------------------------------------

    def change(self, envelope: dict[str, Any]) -> None:
        """Something changed: what was told of it is no longer told."""
        self._heard = max(self._heard, envelope["change_no"])
        certificate = envelope.get("certificate")
        if certificate is not None:
            self._moment += 1
            self._changed_at[certificate["base_number"]] = self._moment
            for path in self._paths.pop(certificate["base_number"], ()):
                self._answers.pop(path, None)
        if len(self._changed_at) > MOST:
            self.anew()

    def anew(self) -> None:
        """Anything may have changed."""
        self._moment += 1
        self._all_changed_at = self._moment
        self._changed_at.clear()
        self._answers.clear()
        self._paths.clear()

    # -- what is asked ---------------------------------------------------------------------------------------------

    def serve(self, application: Application, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The answer to a request: one that is kept, or the application's."""
        if not _plainest(environ):
            pieces = application(environ, start_response)
            self._told = max(self._told, environ.get(TOLD) or 0)
            return pieces
        answer = self._kept(environ["PATH_INFO"])
        metrics.kept.labels("from memory" if answer else "by the service").inc()
        if answer is None:
            return self._ask(application, environ, start_response)
        environ.setdefault(NOTES, {}).update(role=GUEST.role, account=GUEST.account)
        return _send(answer, environ.get("HTTP_IF_NONE_MATCH"), environ, start_response)

    def _kept(self, path: str) -> Answer | None:
        answer = self._answers.get(path)
        fresh = answer is not None and self._now() < answer.until and self._up() and self._heard >= self._told
        return answer if fresh else None

    def _ask(self, application: Application, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Asks for the whole answer, so that it can be kept also where the client has this version already."""
        began, condition = self._moment, environ.pop("HTTP_IF_NONE_MATCH", None)
        started: list[tuple[str, Headers, Any]] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> None:
            started.append((status, headers, exc_info))

        pieces = application(environ, start)
        body = b"".join(pieces)
        _close(pieces)
        status, headers, exc_info = started[0]
        answer = self._keepable(status, headers, body, environ)
        if answer is None:
            start_response(status, headers, exc_info)
            return [body]
        self._keep(environ["PATH_INFO"], environ[CERTIFICATE], answer, began)
        return _send(answer, condition, environ, start_response)

    def _keepable(self, status: str, headers: Headers, body: bytes, environ: dict[str, Any]) -> Answer | None:
        etag = next((value for name, value in headers if name.lower() == "etag"), None)
        if not status.startswith("200") or etag is None or environ.get(CERTIFICATE) is None:
            return None
        of_all = [(name, value) for name, value in headers if name.lower() not in OF_ONE_ANSWER]
        return Answer(of_all, etag.strip('"'), body, self._now() + SECONDS)

    def _keep(self, path: str, base_number: str, answer: Answer, began: int) -> None:
        if began < max(self._all_changed_at, self._changed_at.get(base_number, 0)):
            return
        if len(self._answers) >= MOST:
            self._answers.clear()
            self._paths.clear()
        self._answers[path] = answer
        self._paths.setdefault(base_number, set()).add(path)


def _plainest(environ: dict[str, Any]) -> bool:
    path = environ["PATH_INFO"]
    return (
        environ["REQUEST_METHOD"] == "GET"
        and path.startswith(ADDRESS)
        and "/" not in path[len(ADDRESS) :]
        and not environ.get("QUERY_STRING")
        and "HTTP_AUTHORIZATION" not in environ
    )


def _send(answer: Answer, condition: str | None, environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The answer, or 304 for a reader who has it (RFC 9110, 13.1.2)."""
    own = [("X-Request-Id", environ[CALL_ID])]
    if condition and parse_etags(condition).contains_weak(answer.etag):
        start_response("304 NOT MODIFIED", [pair for pair in answer.headers if pair[0].lower() not in OF_A_BODY] + own)
        return []
    start_response("200 OK", answer.headers + own)
    return [answer.body]


def _close(pieces: Iterable[bytes]) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
