"""How a view reaches what is behind the gateway: one short line, ``register().certificates.get(number=number)``.

Every call of one request carries the identity that the gateway established and shares one deadline and one call id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

from flask import g, request

from contracts.identity import Identity
from plumbing.blobs import Blobs
from plumbing.db import Handle
from plumbing.settings import Settings
from plumbing.together import Gatherings

# Keys of the WSGI environment: the service instance; the request's id in the logs, and what else its line there says.
GATEWAY, CALL_ID, NOTES = "register.gateway", "register.call_id", "register.notes"


class Backing(Protocol):
    """The service instance of one request, as far as views use it; tests make one of fakes."""

    db: Handle
    settings: Settings
    clock: Callable[[], datetime]
    blobs: Blobs
    together: Gatherings
    numbering: Any
    certificates: Any
    search: Any
    export: Any

    def in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Runs ``function`` where its computing does not hold up the other requests."""

    def ask_all(self, seconds: float, questions: Sequence[Callable[[], object]]) -> list[str | None]:
        """Asks at the same time; for each question None if it was answered in time, else what was wrong."""


def backing() -> Backing:
    return cast(Backing, request.environ[GATEWAY])


def identity() -> Identity:
    """Who asks."""
    return cast(Identity, g.identity)


class Register:
    """The services, on behalf of whoever asks; each call may take so many seconds.

    Knows who asks by itself, so that an answer which is still being made while it is sent can go on asking.
    """

    def __init__(self, services: Backing, seconds: float) -> None:
        self._services, self._seconds = services, seconds
        self._identity, self._call_id = g.identity, g.call_id

    def _acting(self, target: Any) -> Any:
        return target.acting_for(self._identity, deadline_seconds=self._seconds, call_id=self._call_id)

    @property
    def certificates(self) -> Any:
        return self._acting(self._services.certificates)

    @property
    def search(self) -> Any:
        return self._acting(self._services.search)

    @property
    def export(self) -> Any:
        return self._acting(self._services.export)


def register(seconds: float | None = None) -> Register:
    """The services behind this request. ``seconds`` for the few calls that may take longer than others."""
    return Register(backing(), g.deadline - time.monotonic() if seconds is None else seconds)
