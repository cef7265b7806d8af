"""What a body asks of the Secretariat: suspend, reinstate or cancel a certificate of its own.

Source: OD 011-1, 1.2.2: to suspend or cancel, a body contacts the Secretariat, who sets the status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from contracts.errors import NotFound, WrongState
from contracts.events import timestamp
from contracts.identity import Identity
from contracts.schemas import RequestSchema, load
from services.certificates.domain import lifecycle
from services.certificates.domain.certificate import Certificate

OPEN, APPROVED, REJECTED, WITHDRAWN = "open", "approved", "rejected", "withdrawn"


@dataclass(frozen=True, slots=True)
class Request:
    """A question to the Secretariat, and its answer. ``since`` and ``supplied_affected`` are what the body proposes."""

    id: str
    certificate_id: str
    excb: str
    action: str
    reason: str
    since: date | None
    supplied_affected: bool | None
    state: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None = None
    decided_by: str | None = None
    answer: str | None = None

    def asks_the_same_as(self, other: Request) -> bool:
        """Whether both ask for the same thing for the same reasons: the same request, sent twice."""
        names = ("certificate_id", "action", "reason", "since", "supplied_affected")
        return all(getattr(self, name) == getattr(other, name) for name in names)

    @property
    def proposal(self) -> dict[str, Any]:
        """The decision that the body proposes, as ``lifecycle.decision`` reads one."""
        since = None if self.since is None else self.since.isoformat()
        return {"reason": self.reason, "date": since, "supplied_affected": self.supplied_affected}


def asked(
    certificate: Certificate, identity: Identity, *, request_id: str, now: datetime, given: Mapping[str, Any]
) -> Request:
    """The request as it was asked. Raises InvalidInput, or WrongState for what the status does not allow.

    It is checked like the decision itself, so that no request is approved in vain.
    """
    sent = {name: value for name, value in given.items() if value is not None}
    loaded = load(RequestSchema(), sent)
    action = loaded["action"]
    proposal = {name: value for name, value in sent.items() if name != "action"}
    decision = lifecycle.decision(action, now.date(), **proposal)
    lifecycle.decided(certificate, action, decision)
    return Request(
        id=request_id,
        certificate_id=certificate.id,
        excb=certificate.excb,
        action=action,
        reason=decision.reason,
        since=loaded["date"],
        supplied_affected=decision.supplied_affected,
        state=OPEN,
        asked_at=now,
        asked_by=identity.account or "",
    )


def decided(request: Request, state: str, identity: Identity, now: datetime, answer: str | None = None) -> Request:
    """The request with its end. Raises WrongState when it had another one."""
    if request.state != OPEN:
        raise WrongState(f"This request was {request.state}.", state=request.state)
    return replace(request, state=state, decided_at=now, decided_by=identity.account or "", answer=answer)


def shown(request: Request, number: str) -> dict[str, Any]:
    """The request as JSON values. ``number``: of its certificate."""
    return {
        "id": request.id,
        "number": number,
        "excb": request.excb,
        "action": request.action,
        "reason": request.reason,
        "date": None if request.since is None else request.since.isoformat(),
        "supplied_affected": request.supplied_affected,
        "state": request.state,
        "asked_at": timestamp(request.asked_at),
        "asked_by": request.asked_by,
        "decided_at": None if request.decided_at is None else timestamp(request.decided_at),
        "decided_by": request.decided_by,
        "answer": request.answer,
    }


def not_found() -> NotFound:
    return NotFound("There is no such request.")
