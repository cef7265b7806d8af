"""The life of a certificate: Draft, Current, Suspended, Cancelled, and what leads from one to the other.

Every rule returns the changed certificate or raises; who may ask for it is the business of ``permissions``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from contracts.errors import InvalidInput, RuleViolation, VersionMismatch, VersionRequired, WrongState
from contracts.events import ChangeType
from contracts.schemas import CancellationSchema, DecisionSchema, ReasonSchema, Strict, load
from services.certificates.domain import rules, schemes
from services.certificates.domain.certificate import Certificate, Content

DRAFT, CURRENT, SUSPENDED, CANCELLED = "draft", "current", "suspended", "cancelled"
EDITABLE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Transition:
    """From which statuses to which one, told to the public as what."""

    sources: tuple[str, ...]
    target: str
    change: ChangeType


# Source: OD 011-1, 1.2.2. Nothing leads out of Cancelled, and nothing back to Draft.
TRANSITIONS = {
    "issue": Transition((DRAFT,), CURRENT, "certificate.issued"),
    "suspend": Transition((CURRENT,), SUSPENDED, "certificate.suspended"),
    "reinstate": Transition((SUSPENDED,), CURRENT, "certificate.reinstated"),
    "cancel": Transition((CURRENT, SUSPENDED), CANCELLED, "certificate.cancelled"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What the Secretariat decided: since when, why, and whether what was supplied before is affected."""

    date: date
    reason: str
    supplied_affected: bool | None


def issued(certificate: Certificate, today: date) -> Certificate:
    """The certificate as it is published today. Raises WrongState, or RuleViolation with all findings of the gate."""
    _check_possible(certificate, "issue")
    rules.refuse_errors(schemes.findings(certificate))
    return _changed(
        certificate,
        status=CURRENT,
        date_of_issue=today,
        first_issued=certificate.first_issued or today,
        status_date=today,
    )


def edited(certificate: Certificate, content: Content, *, by_secretariat: bool, today: date) -> Certificate:
    """The certificate with other content, or the same one where nothing differs.

    A draft changes freely. A published one must still pass the gate, and only the Secretariat changes it when it is
    not Current or its days for corrections are over. Raises WrongState, RuleViolation or InvalidInput.
    """
    _check_unchangeable(certificate, content)
    if content == certificate.content:
        return certificate
    changed = _changed(certificate, content=content, suffix=schemes.of(certificate.scheme).suffix(content))
    if certificate.status == DRAFT:
        return changed
    if not by_secretariat:
        _check_within_days(certificate, today)
    rules.refuse_errors(schemes.findings(changed))
    return changed


def decided(certificate: Certificate, action: str, decision: Decision) -> Certificate:
    """The certificate after suspend, reinstate or cancel. Raises WrongState or InvalidInput.

    A reason is shown while a certificate is suspended or cancelled; why it was reinstated stands in its history.
    """
    _check_possible(certificate, action)
    if certificate.date_of_issue and decision.date < certificate.date_of_issue:
        raise InvalidInput.field("date", f"Must not be before the date of issue, {certificate.date_of_issue}.")
    target = TRANSITIONS[action].target
    if target == CURRENT and certificate.status_date and decision.date < certificate.status_date:
        raise InvalidInput.field("date", f"Must not be before the suspension, {certificate.status_date}.")
    return _changed(
        certificate,
        status=target,
        status_date=decision.date,
        status_reason="" if target == CURRENT else decision.reason,
        supplied_affected=None if target == CURRENT else decision.supplied_affected,
    )


def decision(action: str, today: date, **given: Any) -> Decision:
    """The Secretariat's decision out of what was given: ``reason``, ``date`` (ISO text; today), ``supplied_affected``.

    Raises InvalidInput that names everything that is missing or wrong. A cancellation must say since when and whether
    what was supplied before is affected (OD 011-1, 1.2.2, items to be considered).
    """
    schema: type[Strict] = CancellationSchema if action == "cancel" else DecisionSchema
    loaded = load(schema(), {name: value for name, value in given.items() if value is not None})
    since = loaded["date"] or today
    if since > today:
        raise InvalidInput.field("date", f"Must not be in the future; today is {today} (UTC).")
    return Decision(since, loaded["reason"], loaded["supplied_affected"])


def reason(given: object) -> str:
    """Why the Secretariat edits or deletes. Raises InvalidInput when it does not say."""
    return str(load(ReasonSchema(), {} if given is None else {"reason": given})["reason"])


def last_editable_day(date_of_issue: date) -> date:
    """The last UTC calendar day on which the body itself may correct what it issued."""
    return date_of_issue + timedelta(days=EDITABLE_DAYS)


def check_version(certificate: Certificate, version: str | None) -> None:
    """Raises VersionRequired or VersionMismatch unless ``version`` is the one that stands."""
    if version is None:
        raise VersionRequired
    if version != certificate.entity_tag:
        raise VersionMismatch


def possible(status: str) -> list[str]:
    """The actions that ``status`` allows; anything can be deleted."""
    return [action for action, transition in TRANSITIONS.items() if status in transition.sources] + ["delete"]


def _changed(certificate: Certificate, **values: Any) -> Certificate:
    return replace(certificate, version=certificate.version + 1, **values)


def _check_possible(certificate: Certificate, action: str) -> None:
    if certificate.status not in TRANSITIONS[action].sources:
        raise _wrong_state(certificate, action)


def _wrong_state(certificate: Certificate, action: str) -> WrongState:
    allowed = possible(certificate.status)
    text = (
        f"{certificate.number} is {certificate.status}, which does not allow to {action} it;"
        f" possible now: {', '.join(allowed)}."
    )
    found = rules.finding(f"life-cycle-{action}", "status", text, "OD 011-1, 1.2.2")
    return WrongState(text, status=certificate.status, possible=allowed, findings=[found])


def _check_within_days(certificate: Certificate, today: date) -> None:
    if certificate.status != CURRENT or certificate.date_of_issue is None:
        raise _wrong_state(certificate, "edit")
    last = last_editable_day(certificate.date_of_issue)
    if today > last:
        text = f"{last} was the last day to correct {certificate.number}; ask the Secretariat, or issue it anew."
        raise RuleViolation(text, findings=[rules.finding("edit-14-days", "", text, "On-line system, key features")])


def _check_unchangeable(certificate: Certificate, content: Content) -> None:
    """The scheme is part of the number, and what a published number covers does not turn into something else."""
    if content["scheme"] != certificate.scheme:
        raise InvalidInput.field("scheme", f"Stays {certificate.scheme}: it is part of the number.")
    kind = certificate.content.get("kind")
    if certificate.status != DRAFT and content.get("kind") != kind:
        raise InvalidInput.field("kind", f"Stays {kind} once the certificate is issued; draft another one.")
