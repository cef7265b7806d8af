"""The gate before an issue: rules as data, each with a stable id, judged one by one.

A finding of severity "error" blocks the issue, a "warning" is only shown. The rules of a scheme stand in its file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, NotRequired, TypedDict

from contracts.errors import RuleViolation
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts

Severity = Literal["error", "warning"]


class Finding(TypedDict):
    """What is wrong with a certificate: in which field, in a sentence that helps, by which clause."""

    rule: str
    severity: Severity
    field: str
    text: str
    source: str
    overridable: NotRequired[bool]


class Breach(NamedTuple):
    """Where a rule is broken, and what would be right."""

    field: str
    text: str


class Override(TypedDict):
    """A finding that the signatory takes upon himself, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """``breaches`` says where a certificate breaks the rule. ``id`` never changes: people and programs quote it.

    ``overridable``: an error of which the register cannot be sure, so that a signatory may issue with a reason.
    """

    id: str
    source: str
    breaches: Callable[[Certificate, Facts], Iterable[Breach]]
    severity: Severity = "error"
    overridable: bool = False

    def findings(self, certificate: Certificate, facts: Facts) -> Iterator[Finding]:
        for breach in self.breaches(certificate, facts):
            yield finding(self.id, breach.field, breach.text, self.source, self.severity, overridable=self.overridable)


def finding(
    rule: str, field: str, text: str, source: str, severity: Severity = "error", *, overridable: bool = False
) -> Finding:
    found: Finding = {"rule": rule, "severity": severity, "field": field, "text": text, "source": source}
    return found | {"overridable": True} if overridable else found


def wanted(rule: str, field: str, text: str, source: str) -> Rule:
    """The rule that ``field`` is not empty; ``text`` says what belongs there."""
    breach = (Breach(field, text),)
    return Rule(rule, source, lambda certificate, _facts: () if certificate.content[field] else breach)


def judge(rules: Iterable[Rule], certificate: Certificate, facts: Facts) -> list[Finding]:
    """Every finding at once, so that nobody mends them one by one."""
    return [found for rule in rules for found in rule.findings(certificate, facts)]


def is_as_it_was(found: Finding, before: Finding) -> bool:
    """Whether this was wrong ``before``, too: rule, field, and the text where somebody gave a reason for that one."""
    same = (found["rule"], found["field"]) == (before["rule"], before["field"])
    return same and (not found.get("overridable") or found["text"] == before["text"])


def taken(findings: Iterable[Finding], overrides: Iterable[Override]) -> list[Override]:
    """Those of the overrides that there is a finding for, by a rule that allows it; the others mean nothing."""
    overridable = {found["rule"] for found in findings if found.get("overridable")}
    return [override for override in overrides if override["rule"] in overridable]


def refuse_errors(findings: list[Finding], overrides: Sequence[Override] = ()) -> None:
    """Raises RuleViolation with all findings if one of them is an error that nobody may, or does, take upon himself."""
    rules = {override["rule"] for override in taken(findings, overrides)}
    errors = [found["text"] for found in findings if found["severity"] == "error" and found["rule"] not in rules]
    if errors:
        raise RuleViolation(" ".join(errors), findings=findings)
