"""What a worker knows of the call that it serves: who asks, until when, and the id that ties the log lines together."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from nameko.extensions import DependencyProvider

from contracts.identity import GUEST, Identity, service_identity


@dataclass(frozen=True, slots=True)
class CallContext:
    """``deadline`` in seconds since the epoch: it crosses machines, so their clocks must agree."""

    identity: Identity
    deadline: float
    call_id: str

    def remaining(self) -> float:
        """Seconds left; may be negative."""
        return self.deadline - time.time()


def new_context(identity: Identity = GUEST, seconds: float = 5.0, call_id: str | None = None) -> CallContext:
    """The context of a call that begins here."""
    return CallContext(identity, time.time() + seconds, call_id or uuid.uuid4().hex[:16])


def own_context(service: str, seconds: float) -> CallContext:
    """The context of work that a service does on nobody's behalf: a timer, an event, a catch-up."""
    return new_context(service_identity(service), seconds)


class Call(DependencyProvider):  # type: ignore[misc]
    """The CallContext of the worker."""

    def get_dependency(self, worker_ctx: Any) -> CallContext:
        return context_of(worker_ctx)


def context_of(worker_ctx: Any) -> CallContext:
    """The context that the entrypoint put there; an entrypoint that knows of none (HTTP) begins a guest's."""
    context = worker_ctx.data.get("context")
    return context if isinstance(context, CallContext) else new_context()
