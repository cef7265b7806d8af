"""The life of a certificate: Draft, Current, Suspended, Cancelled, and what leads from one to the other.

Every rule returns the changed certificate or raises; who may ask for it is the business of ``permissions``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from contracts.errors import InvalidInput, RuleViolation, VersionMismatch, VersionRequired, WrongState
from contracts.events import ChangeType
from contracts.numbers.forms import LAST_CERTIFICATE_ISSUE
from contracts.schemas import CancellationSchema, DecisionSchema, OverridesSchema, ReasonSchema, Strict, load
from services.certificates.domain import rules, schemes
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Override

DRAFT, CURRENT, SUSPENDED, CANCELLED = "draft", "current", "suspended", "cancelled"
EDITABLE_DAYS = 14
# Behind the version of what is read after a person's validity ended.
ENDED = ".ended"


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


def issued(certificate: Certificate, facts: Facts, overrides: Sequence[Override] = ()) -> Certificate:
    """The certificate as it is published today. Raises WrongState, or RuleViolation with all findings of the gate.

    ``overrides``: the findings that the signatory takes upon himself, of the few rules that allow it. A later issue
    follows a Current one only: what is suspended comes back by the Secretariat's decision, not by a new issue.
    """
    _check_possible(certificate, "issue")
    previous = facts.previous.get(certificate.id)
    if previous is not None and previous.status != CURRENT:
        raise _wrong_state(previous, "issue anew")
    findings = schemes.findings(certificate, facts)
    rules.refuse_errors(findings, overrides)
    return _changed(
        certificate,
        status=CURRENT,
        date_of_issue=facts.today,
        first_issued=certificate.first_issued or facts.today,
        status_date=facts.today,
        valid_until=schemes.of(certificate.scheme).valid_until(facts.today, facts),
        warnings=list(findings),
        overrides=[dict(override) for override in rules.taken(findings, overrides)],
    )


def next_issue(latest: Certificate, content: Content | None) -> Certificate:
    """The draft of the issue after ``latest``: its content, or what is given instead. Raises WrongState, InvalidInput.

    What changed is to be told anew each time. Annexes do not come along: each page of one names the issue that it
    belongs to.
    """
    if latest.status != CURRENT:
        raise _wrong_state(latest, "issue anew")
    if latest.issue >= LAST_CERTIFICATE_ISSUE:
        raise RuleViolation(f"{latest.number} has its last issue, {latest.issue}; draft another certificate.")
    written = {**latest.content, "changes": ""} if content is None else content
    check_unchangeable(latest, written)
    return replace(
        latest,
        issue=latest.issue + 1,
        status=DRAFT,
        suffix=schemes.of(latest.scheme).suffix(written),
        content=written,
        version=1,
        date_of_issue=None,
        status_date=None,
        change_no=None,
        valid_until=None,
        related=None,
        annexes=None,
        warnings=None,
        overrides=None,
    )


def edited(certificate: Certificate, content: Content, *, by_secretariat: bool, facts: Facts) -> Certificate:
    """The certificate with other content, or the same one where nothing differs.

    A draft changes freely. A published one must pass the gate as well as it did: what today's rules find wrong with it
    already stops nobody from mending something else. Only the Secretariat changes it when it is not Current or its
    days for corrections are over. Raises WrongState, RuleViolation or InvalidInput.
    """
    check_unchangeable(certificate, content)
    if content == certificate.content:
        return certificate
    changed = with_content(certificate, content)
    if certificate.status == DRAFT:
        return changed
    if not by_secretariat:
        _check_within_days(certificate, facts.today)
    stood = schemes.findings(certificate, facts)
    findings = schemes.findings(changed, facts)
    rules.refuse_errors([found for found in findings if not any(rules.is_as_it_was(found, one) for one in stood)])
    return replace(changed, warnings=list(findings))


def with_content(certificate: Certificate, content: Content) -> Certificate:
    """The same issue, one version later, as it would be with this content."""
    suffix = schemes.of(certificate.scheme).suffix(content) if content["scheme"] == certificate.scheme else ""
    return _changed(certificate, content=content, suffix=suffix)


def drafted_already(draft: Certificate) -> WrongState:
    """The error for a second draft beside ``draft``."""
    text = f"Issue {draft.issue} of {draft.base_number} is being drafted; edit or issue that draft."
    found = rules.finding("one-draft-at-a-time", "issue", text, "One open draft issue at a time")
    return WrongState(text, issue=draft.issue, findings=[found])


def overrides(given: object) -> list[Override]:
    """The findings that a signatory takes upon himself, each with a reason. Raises InvalidInput."""
    loaded = load(OverridesSchema(), {"overrides": given or []})["overrides"]
    known = schemes.rules_of_all()
    possible = ", ".join(sorted({rule.id for rule in known if rule.overridable}))
    errors = [
        {"field": f"overrides.{place}.rule", "text": f"There is no such rule; these can be overridden: {possible}."}
        for place, row in enumerate(loaded)
        if row["rule"] not in {rule.id for rule in known}
    ]
    if errors:
        raise InvalidInput.fields(errors)
    return [{"rule": row["rule"], "reason": row["reason"]} for row in loaded]


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


def check_unchangeable(certificate: Certificate, content: Content) -> None:
    """The scheme is part of the number, and what a published number covers does not turn into something else.

    Raises InvalidInput.
    """
    if content["scheme"] != certificate.scheme:
        raise InvalidInput.field("scheme", f"Stays {certificate.scheme}: it is part of the number.")
    kind = certificate.content.get("kind")
    if (certificate.status != DRAFT or certificate.issue > 0) and content.get("kind") != kind:
        raise InvalidInput.field("kind", f"Stays {kind} once the certificate is issued; draft another one.")


def check_issue(certificate: Certificate, issue: int | None, latest: Certificate) -> None:
    """Raises WrongState for an ``issue`` that later ones followed or that nobody began, VersionMismatch for the other
    one of the two that can be edited than the version named."""
    if issue is None or issue == certificate.issue:
        return
    if issue < latest.issue:
        raise WrongState(f"Issue {issue} of {latest.base_number} stays as it is; issue {latest.issue} followed it.")
    if issue > max(certificate.issue, latest.issue):
        raise WrongState(f"There is no draft of issue {issue} of {latest.base_number}.")
    raise VersionMismatch


def check_was_issued(certificate: Certificate, version: str | None) -> None:
    """That ``version``, where one was given, is that of the draft which became ``certificate``, or what stands now.

    Raises VersionMismatch: whoever read something else would take its issue for his own.
    """
    if version not in (None, certificate.entity_tag, f"{certificate.issue}.{certificate.version - 1}"):
        raise VersionMismatch


def check_version(certificate: Certificate, version: str | None) -> None:
    """Raises VersionRequired or VersionMismatch unless ``version`` is the one that stands."""
    if version is None:
        raise VersionRequired
    # What was read after a person's validity ended can still be suspended or cancelled.
    if version.removesuffix(ENDED) != certificate.entity_tag:
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
