"""The public snapshot of a certificate, and the tombstone of a deleted one: what the log, the index and readers get.

Fields are only ever added. Internal matters (accounts, drafts, versions) are not in here and never come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from contracts.events import ENVELOPE_VERSION, Actor, ChangeType, Envelope, Previous, timestamp
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.lifecycle import DRAFT


def snapshot(certificate: Certificate) -> dict[str, Any]:
    """All that the public may read of one issue, as plain JSON: what the system says, then what the body wrote."""
    return {
        "id": certificate.id,
        "number": certificate.number,
        "base_number": certificate.base_number,
        "suffix": certificate.suffix,
        "scheme": certificate.scheme,
        "kind": certificate.content.get("kind"),
        "excb": certificate.excb,
        "issue": certificate.issue,
        "status": certificate.status,
        "date_of_issue": _iso(certificate.date_of_issue),
        "first_issued": _iso(certificate.first_issued),
        "status_date": _iso(certificate.status_date),
        "status_reason": certificate.status_reason,
        "supplied_affected": certificate.supplied_affected,
        "demonstration": certificate.demonstration,
        "change_no": certificate.change_no,
        # Holds scheme and kind again, and no other name from above: a test watches over that.
        **certificate.content,
    }


def tombstone(certificate: Certificate, reason: str, deleted_at: datetime) -> dict[str, Any]:
    """What is left of a published certificate: that it was there, and why it is gone."""
    return {
        "number": certificate.number,
        "base_number": certificate.base_number,
        "scheme": certificate.scheme,
        "excb": certificate.excb,
        "status": "deleted",
        "reason": reason,
        "deleted_at": timestamp(deleted_at),
        "change_no": certificate.change_no,
    }


def envelope(
    change_type: ChangeType,
    old: Certificate,
    new: Certificate,
    *,
    event_id: str,
    actor: Actor,
    at: datetime,
    reason: str,
) -> Envelope:
    """The change from ``old`` to ``new`` as the log tells it. ``reason`` is why a certificate was deleted."""
    deleted = change_type == "certificate.deleted"
    return {
        "event_id": event_id,
        "change_no": new.change_no or 0,
        "type": change_type,
        "version": ENVELOPE_VERSION,
        "occurred_at": timestamp(at),
        "actor": actor,
        "certificate": tombstone(new, reason, at) if deleted else snapshot(new),
        "previous": previous(old),
    }


def previous(old: Certificate) -> Previous:
    """What the public read before; nothing, where there was only a draft."""
    if old.status == DRAFT:
        return {"status": None, "issue": None}
    return {"status": old.status, "issue": old.issue}


def history(
    certificate: Certificate, issues: Iterable[Mapping[str, Any]], events: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """All issues of a certificate and all that happened to it, each the oldest first."""
    return {
        "number": certificate.number,
        "issues": [
            {
                "issue": row["issue"],
                "status": row["status"],
                "date_of_issue": _iso(row["date_of_issue"]),
                "number": certificate.base_number + row["suffix"],
            }
            for row in issues
        ],
        "events": [_event(row) for row in events],
    }


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    before, after = row["before"] or {}, row["after"] or {}
    return {
        "type": row["type"],
        "at": timestamp(row["at"]),
        "date": _iso(row["since"]),
        "from": row["from_status"],
        "to": row["to_status"],
        "reason": row["reason"],
        "supplied_affected": row["supplied_affected"],
        "by": {"role": row["role"], "excb": row["excb"]},
        "issue": row["issue"],
        # What an amendment touched; both states stand in the log.
        "fields": [name for name in after if after[name] != before.get(name)],
    }


def answer(certificate: Certificate) -> dict[str, Any]:
    """The snapshot with the version that an edit must quote. Only answers hold it."""
    return {**snapshot(certificate), "version": certificate.entity_tag}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
