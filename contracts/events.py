"""The change log's envelope: one shape for the log, the AMQP stream, the API, feeds and webhooks.

``certificate.issued`` tells of every new issue; ``previous.issue`` says whether it is the first.
``certificate.related``: nothing but ``superseded_by`` or ``listed`` changed, because another certificate did.
``certificate.imported``: one came in that has its number from before. A change of a report has ``report`` where the
others have ``certificate``.

Fields are only ever added. A consumer applies an envelope if its ``change_no`` is the next one, ignores what it has,
and pulls ``certificates.changes`` when it sees a gap or starts empty.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal, NotRequired, TypedDict, get_args

EXCHANGE = "certificates.events"
ENVELOPE_VERSION = 1

ChangeType = Literal[
    "certificate.issued",
    "certificate.amended",
    "certificate.suspended",
    "certificate.reinstated",
    "certificate.cancelled",
    "certificate.deleted",
    "certificate.related",
    "certificate.imported",
    "report.registered",
    "report.reissued",
]
CHANGE_TYPES: tuple[ChangeType, ...] = get_args(ChangeType)


ActorRole = Literal["excb", "secretariat"]


class Actor(TypedDict):
    """Who made the change, as the public may know it: a body or the Secretariat, never a person."""

    role: ActorRole
    excb: str | None


class Previous(TypedDict):
    """What stood before the change; both None for a certificate's first issue."""

    status: str | None
    issue: int | None


class Envelope(TypedDict):
    """One public change. ``certificate``, or ``report``: the full public snapshot after it (see contracts.schemas)."""

    event_id: str
    change_no: int
    type: ChangeType
    version: int
    occurred_at: str
    actor: Actor
    certificate: NotRequired[dict[str, Any]]
    report: NotRequired[dict[str, Any]]
    previous: Previous


def routing_key(change_type: ChangeType, scheme: str, excb: str) -> str:
    """What happened, scheme or type of report, ExCB: ``certificate.issued.equipment.BAS``."""
    return f"{change_type}.{scheme}.{excb}"


def timestamp(moment: datetime) -> str:
    """The one spelling of a moment on the wire: UTC, whole seconds, ``2026-11-21T10:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
