"""P: what is public is what the log says of it; what was published changes only as the rules allow, and the log tells
of no draft. Also keeps what the log adds up to, certificate by certificate: the fold.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from contracts.schemas import CONTENT_SCHEMAS, STATUSES, CertificateSchema
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.lifecycle import DRAFT, last_editable_day
from services.certificates.domain.snapshot import snapshot, tombstone
from verification import queries
from verification.finding import Finding, counted, progress
from verification.log import Change
from verification.queries import Connection
from verification.scratch import Scratch

DELETED = "deleted"
# What decisions change, also those about related certificates; all else of an issue changes by an amendment only.
DECIDED = {"status", "status_date", "status_reason", "supplied_affected", "change_no", "superseded_by", "listed"}
FIELDS = tuple(field.name for field in fields(Certificate))
LONGEST_VALUE = 60


class Told(NamedTuple):
    """What the log told last of a certificate. ``content``: a digest of what only an amendment changes."""

    change_no: int
    number: str
    issue: int | None
    status: str
    content: str


def check_change(change: Change, fold: Scratch, finding: Finding) -> None:
    """One change of the log, against the rules and against the one before it of the same certificate."""
    base_number = change.snapshot["base_number"]
    earlier = fold.get(base_number)
    told = _told(change)
    for text in (*_leaks(change), *_breaks_rules(change, told, Told(*earlier) if earlier else None)):
        finding.fault(f"Change {change.change_no}, of {base_number}: {text}")
    fold.put(base_number, *told)


def _told(change: Change) -> Told:
    certificate = change.snapshot
    content = {name: value for name, value in certificate.items() if name not in DECIDED and not _is_empty(value)}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    number, status = str(certificate.get("number")), str(certificate.get("status"))
    return Told(change.change_no, number, certificate.get("issue"), status, digest)


def _leaks(change: Change) -> Iterator[str]:
    certificate = change.snapshot
    deleted = change.type == "certificate.deleted"
    status = certificate.get("status")
    if status == DRAFT or status not in ((DELETED,) if deleted else STATUSES):
        yield f"its status is {status!r}, which {change.type} never tells."
    if not deleted and (inside := sorted(set(certificate) - _public_fields(str(certificate.get("scheme"))))):
        yield f"it holds what is not public: {', '.join(inside)}."


@cache
def _public_fields(scheme: str) -> frozenset[str]:
    content = CONTENT_SCHEMAS.get(scheme)
    return frozenset(CertificateSchema().fields) | frozenset(content().fields if content else ())


def _breaks_rules(change: Change, told: Told, earlier: Told | None) -> Iterator[str]:
    if change.type == "certificate.amended":
        yield from _forbidden_amendment(change)
    if earlier is None:
        return
    if earlier.status == DELETED:
        yield f"it was deleted by change {earlier.change_no}."
    elif (
        told.issue == earlier.issue
        and told.content != earlier.content
        and change.type not in ("certificate.amended", "certificate.deleted")
    ):
        yield f"its content is not that of change {earlier.change_no}, though {change.type} leaves it as it is."


def _forbidden_amendment(change: Change) -> Iterator[str]:
    """The body corrects for some days, the Secretariat at any time with a reason. Source: see lifecycle.edited."""
    if change.role == "secretariat":
        if not change.reason:
            yield "the Secretariat amended it and gave no reason."
        return
    try:
        last_day = last_editable_day(date.fromisoformat(str(change.snapshot.get("date_of_issue"))))
        amended_on = date.fromisoformat(change.occurred_at[:10])
    except ValueError:
        yield "its dates cannot be read."
        return
    if amended_on > last_day:
        yield f"its body amended it on {amended_on}, and could until {last_day}."


def compare(certificates: Connection, fold: Scratch, public: Scratch, finding: Finding) -> None:
    """Each certificate as it stands, against what the log told last of it.

    Moves what is public by the log from ``fold`` to ``public``: base number → number, issue, status.
    """
    kinds = Counter[str]()
    total = queries.count_certificates(certificates)
    for row in progress(queries.states(certificates, FIELDS), total, "public states"):
        base_number = row["base_number"]
        value = fold.take(base_number)
        told = Told(*value) if value else None
        kinds["never published" if row["issue"] is None else DELETED if row["deleted_at"] else "public"] += 1
        if text := _compare_one(row, told):
            finding.fault(f"{base_number}: {text}")
        _keep_public(public, base_number, told)
    for base_number, value in fold.rest():
        told = Told(*value)
        finding.fault(f"{base_number}: change {told.change_no} tells of it, but no certificate has this number.")
        _keep_public(public, base_number, told)
    texts = [f"{kinds[kind]:,} {kind}" for kind in ("public", DELETED, "never published")]
    finding.facts = f"{counted(kinds.total(), 'certificate')}, {', '.join(texts)}"


def _keep_public(public: Scratch, base_number: str, told: Told | None) -> None:
    if told is not None and told.status != DELETED:
        public.put(base_number, told.number, told.issue, told.status)


def _compare_one(row: dict[str, Any], told: Told | None) -> str | None:
    deleted_at, envelope = row.pop("deleted_at"), row.pop("envelope")
    if row["issue"] is None:
        return told and f"change {told.change_no} tells of it, but it was never published: it is a draft."
    certificate = Certificate(**row)
    standing = tombstone(certificate, certificate.deletion_reason or "", deleted_at) if deleted_at else None
    return _difference(certificate, standing or snapshot(certificate), told, envelope)


def _difference(
    certificate: Certificate, standing: dict[str, Any], told: Told | None, envelope: str | None
) -> str | None:
    if told is None:
        return f"it is {standing['status']}, but the log does not tell of it."
    if told.change_no != certificate.change_no or envelope is None:
        return f"its last change is {certificate.change_no}, in the log {told.change_no}."
    if (standing["status"] == DELETED) != (told.status == DELETED):
        return f"it is {standing['status']}, in change {told.change_no} of the log {told.status}."
    return difference(standing, json.loads(envelope)["certificate"], told.change_no)


def difference(standing: dict[str, Any], logged: dict[str, Any], change_no: int) -> str | None:
    """How what stands differs from what a change of the log told of it."""
    differing = [name for name in sorted(standing.keys() | logged.keys()) if _differs(name, standing, logged)]
    if not differing:
        return None
    name, *others = differing
    more = f"; {', '.join(others)} differ as well" if others else ""
    there = _short(logged.get(name))
    return f"its {name} is {_short(standing.get(name))}, in change {change_no} of the log {there}{more}."


def _differs(name: str, standing: dict[str, Any], logged: dict[str, Any]) -> bool:
    # A field that came with a later release is missing in earlier envelopes, and empty in what was published then.
    return standing.get(name) != logged.get(name) and (name in logged or not _is_empty(standing[name]))


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
