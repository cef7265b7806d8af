"""Issuing: a last look at what becomes public, then the signature's place is taken by a button; and the next issue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from contracts.errors import InvalidInput, RuleViolation, VersionMismatch
from gateway import paths
from gateway.api.presentation import links
from gateway.calls import backing, register
from gateway.drafting import notes
from gateway.drafting.flat import Filled
from gateway.drafting.notes import Note
from gateway.pages.drafting import ISSUE, SCHEME_NAMES, Stored, officers
from gateway.pages.guards import for_roles

OVERRIDE = "override."
NO_REASON = "Say why you issue all the same, or mend it in the draft."

blueprint = Blueprint("issuing", __name__, url_prefix="/work")


@blueprint.get(f"{ISSUE}/issue")
@officers
@paths.at_its_address
def review(number: str, issue: int) -> Any:
    """What becomes public with this issue, and what the gate says of it."""
    stored = Stored(number, issue)
    if not stored.is_draft:
        return paths.led_to(links(stored.number, issue)["html"], 303)
    return _shown(stored)


@blueprint.post(f"{ISSUE}/issue")
@for_roles("signatory")
@paths.at_its_address
def publish(number: str, issue: int) -> Any:
    """Draft → Current."""
    stored = Stored(number, issue)
    reasons = _reasons()
    overrides = [{"rule": rule, "reason": reason} for rule, reason in reasons.items()]
    more = {"overrides": overrides} if overrides else {}
    try:
        issued = register().certificates.issue(number=number, version=request.form.get("version"), **more)
    except VersionMismatch:
        return _shown(stored, "Somebody saved this draft since you looked at it; this is how it stands now."), 409
    except RuleViolation as error:
        missing = _without_a_reason(error.details.get("findings") or (), reasons)
        if missing:
            return _shown(stored, wrong=missing), 422
        return _shown(stored, error.message if not error.details.get("findings") else None), 409
    except InvalidInput as error:
        return _shown(stored, error.message), 409
    return paths.led_to(f"{links(issued['number'], issued['issue'])['html']}?done=issued", 303)


@blueprint.post("/certificates/<number:number>/issues")
@officers
@paths.at_its_address
def begin_next(number: str) -> Response:
    """A draft of the next issue, with the content that stands; or the one that is open already."""
    try:
        draft = register().certificates.create_issue(number=number)
    except RuleViolation as error:
        if "issue" not in error.details:
            raise
        draft = {"number": number, "issue": error.details["issue"]}
    where = {"number": paths.path_of(draft["number"]), "issue": draft["issue"]}
    return paths.led_to(url_for("drafting.edit", **where), 303)


@blueprint.get(f"{ISSUE}/drop")
@officers
@paths.at_its_address
def ask_to_drop(number: str, issue: int) -> Any:
    """Whether the draft of a later issue shall be given up."""
    stored = Stored(number, issue)
    if not stored.is_draft or issue == 0:
        return paths.led_to(links(stored.number, issue)["html"], 303)
    return render_template("drafting/drop.html", stored=stored)


@blueprint.post(f"{ISSUE}/drop")
@officers
@paths.at_its_address
def drop(number: str, issue: int) -> Response:
    """Gives it up; what was issued stays as it is."""
    register().certificates.delete_draft(number=number, issue=issue, version=request.form.get("version"))
    return paths.led_to(url_for("worklist.own"), 303)


def _reasons() -> dict[str, str]:
    """Why the signatory issues all the same, by the rule whose finding is taken upon oneself."""
    typed = {name.removeprefix(OVERRIDE): text for name, text in request.form.items() if name.startswith(OVERRIDE)}
    return {rule: text.strip() for rule, text in typed.items() if text.strip()}


def _without_a_reason(findings: Iterable[dict[str, Any]], reasons: dict[str, str]) -> dict[str, str]:
    """What is wrong with the fields of reasons that are empty."""
    wanted = {found["rule"] for found in findings if found.get("overridable")}
    return {OVERRIDE + rule: NO_REASON for rule in sorted(wanted - set(reasons))}


def _shown(stored: Stored, error: str | None = None, wrong: dict[str, str] | None = None) -> str:
    findings = register().certificates.check(number=stored.number)["findings"]
    told = notes.of_findings(stored.form, Filled(stored.content), findings)
    overridable = {found["rule"]: found["text"] for found in findings if found.get("overridable")}
    blocking = [note for note, found in _paired(told, findings) if not found.get("overridable")]
    return render_template(
        "drafting/issue.html",
        stored=stored,
        items={item.path: item for item in stored.form.items},
        today=backing().clock().date(),
        scheme=SCHEME_NAMES[stored.scheme],
        blocking=[note for note in blocking if note.severity == notes.ERROR],
        warnings=[note for note in told if note.severity == notes.WARNING],
        overridable=overridable,
        typed=request.form,
        differences=_differences(stored),
        error=error,
        wrong=wrong or {},
    )


def _paired(told: list[Note], findings: list[dict[str, Any]]) -> list[tuple[Note, dict[str, Any]]]:
    """Each note with its finding; both are in the order of severity."""
    return list(zip(told, sorted(findings, key=lambda found: found["severity"] != notes.ERROR), strict=True))


def _differences(stored: Stored) -> list[dict[str, Any]]:
    """How a later issue differs from the one before it."""
    if stored.issue == 0:
        return []
    issues = {"from_issue": stored.issue - 1, "to_issue": stored.issue}
    found: list[dict[str, Any]] = register().certificates.diff(number=stored.number, **issues)["fields"]
    return found
