"""The gateway as nameko runs it: one HTTP entrypoint, and what the views reach through it.

Beside ``plumbing`` the only module here that may import nameko or eventlet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import eventlet
from eventlet import tpool
from flask import Flask
from nameko.extensions import DependencyProvider

from contracts.errors import RegisterError, Unavailable
from gateway import housekeeping, problems
from gateway.application import create_application
from gateway.calls import GATEWAY
from gateway.kept import KeptAnswers
from gateway.sizes import LARGEST_BODY, largest_body
from plumbing.db import Database
from plumbing.dependencies import BlobStore, Clock, Config
from plumbing.every import every
from plumbing.listening import Listening
from plumbing.logs import log
from plumbing.rpc import RpcClient
from plumbing.together import Together
from plumbing.web import Limits, serve


class Application(DependencyProvider):  # type: ignore[misc]
    """The Flask application, made once."""

    def setup(self) -> None:
        self.application = create_application(self.container.config["settings"])

    def get_dependency(self, worker_ctx: Any) -> Flask:  # noqa: ARG002 - nameko hands it over
        return self.application


class Gateway:
    """The way in from outside: who asks is established here, what they may do is decided behind."""

    name = "gateway"

    application = Application()
    db = Database()
    settings = Config()
    clock = Clock()
    blobs = BlobStore()
    together = Together()
    kept = Listening(KeptAnswers)
    numbering = RpcClient("numbering")
    certificates = RpcClient("certificates")
    search = RpcClient("search")
    export = RpcClient("export")

    @serve(problem=problems.refusal, limits=Limits(body=LARGEST_BODY, larger=largest_body))
    def answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Every request, as a WSGI application."""
        environ[GATEWAY] = self
        answer: Iterable[bytes] = self.kept.serve(self.application, environ, start_response)
        return answer

    @every(seconds=600, alone=True)
    def tidy(self) -> None:
        """Removes what is over: lines of the access audit that are old enough, sessions, invitations."""
        housekeeping.tidy(self.db, self.clock(), self.settings)

    def in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Runs ``function`` in a native thread, so that the hub goes on while it computes."""
        return tpool.execute(function, *arguments)

    def ask_all(self, seconds: float, questions: Sequence[Callable[[], object]]) -> list[str | None]:
        """Asks at the same time; for each question None if it was answered in time, else what was wrong."""
        asked = [eventlet.spawn(_fault_of, question, seconds) for question in questions]
        return [greenlet.wait() for greenlet in asked]


def _fault_of(question: Callable[[], object], seconds: float) -> str | None:
    try:
        with eventlet.Timeout(seconds, Unavailable("It did not answer in time.")):
            question()
        return None
    except RegisterError as error:
        return error.message
    except Exception as error:  # noqa: BLE001 - one part's fault must not hide the others' state
        log.error("readiness check failed", exc_info=error)
        return "It failed; the log has the details."
