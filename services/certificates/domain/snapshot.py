"""The public snapshot of a certificate, and the tombstone of a deleted one: what the log, the index and readers get.

Fields are only ever added. Internal matters (accounts, drafts, versions) are not in here and never come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from contracts.events import ENVELOPE_VERSION, Actor, ChangeType, Envelope, Previous, timestamp
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Scope
from services.certificates.domain.lifecycle import DRAFT, ENDED

STATUS_FIELDS = ("status", "status_date", "status_reason", "supplied_affected", "related")


def snapshot(certificate: Certificate) -> dict[str, Any]:
    """All that the public may read of one issue, as plain JSON: what the system says, then what the body wrote."""
    return {
        "id": certificate.id,
        "number": certificate.number,
        "base_number": certificate.base_number,
        "suffix": certificate.suffix,
        "verification": certificate.unit_verification,
        "scheme": certificate.scheme,
        "kind": certificate.content.get("kind"),
        "excb": certificate.excb,
        "issue": certificate.issue,
        "status": certificate.status,
        "date_of_issue": _iso(certificate.date_of_issue),
        "first_issued": _iso(certificate.first_issued),
        "valid_until": _iso(certificate.valid_until),
        "status_date": _iso(certificate.status_date),
        "status_reason": certificate.status_reason,
        "supplied_affected": certificate.supplied_affected,
        "superseded_by": (certificate.related or {}).get("superseded_by", []),
        "listed": (certificate.related or {}).get("listed", []),
        "annexes": certificate.annexes or [],
        "demonstration": certificate.demonstration,
        "change_no": certificate.change_no,
        # Holds scheme, and kind where there are kinds, again, and no other name from above: a test watches over that.
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


def answer(certificate: Certificate, today: date) -> dict[str, Any]:
    """The snapshot with what only answers hold: the version that an edit must quote, whether a person's time is over.

    That changes what is answered, and so the version: a copy that somebody kept must not outlive the validity.
    """
    found = {**snapshot(certificate), "version": certificate.entity_tag}
    if certificate.valid_until is not None:
        ended = certificate.ended(today)
        found |= {"validity_ended": ended, "version": certificate.entity_tag + (ENDED if ended else "")}
    return found


def answer_of_older(certificate: Certificate, latest: Certificate, today: date) -> dict[str, Any]:
    """An issue that another one followed: its own content, under the status that the certificate has today.

    Whoever opens the address of an old issue must not read Current where the certificate is suspended or cancelled.
    """
    if certificate.issue == latest.issue or certificate.status == DRAFT:
        return answer(certificate, today)
    status = {name: getattr(latest, name) for name in STATUS_FIELDS}
    shown = answer(replace(certificate, **status), today)
    return shown | {"latest_issue": latest.issue, "version": f"{shown['version']}-{latest.change_no}"}


def as_of(told: dict[str, Any], day: date, history: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the register told of a certificate at the end of ``day``.

    With what it did not know then although it was in force already: a suspension, say, that was recorded later.
    """
    later = [
        {"type": row["type"], "date": _iso(row["since"]), "at": timestamp(row["at"])}
        for row in history
        if row["change_no"] > told["change_no"] and row["since"] <= day
    ]
    found = {**told, "version": f"c{told['change_no']}", "as_of": _iso(day), "recorded_later": later}
    if told.get("valid_until"):
        found["validity_ended"] = date.fromisoformat(told["valid_until"]) < day
    return found


def bodies(rows: Iterable[dict[str, Any]], scopes: Iterable[Scope]) -> list[dict[str, Any]]:
    """Certification bodies, each with what it may certify."""
    of_body: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for scope in scopes:
        days = {"valid_from": _iso(scope.valid_from), "valid_until": _iso(scope.valid_until)}
        of_body[scope.excb].append({"scheme": scope.scheme, "standard": scope.standard, **days})
    return [{**row, "scopes": of_body[row["code"]]} for row in rows]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
