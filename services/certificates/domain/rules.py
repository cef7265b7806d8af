"""The gate before an issue: rules as data, each with a stable id, judged one by one.

A finding of severity "error" blocks the issue, a "warning" is only shown. The rules of a scheme stand in its file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypedDict

from contracts.errors import RuleViolation
from services.certificates.domain.certificate import Certificate

Severity = Literal["error", "warning"]


class Finding(TypedDict):
    """What is wrong with a certificate: in which field, in a sentence that helps, by which clause."""

    rule: str
    severity: Severity
    field: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """``broken`` says whether a certificate breaks the rule. ``id`` never changes: people and programs quote it."""

    id: str
    field: str
    text: str
    source: str
    broken: Callable[[Certificate], bool]
    severity: Severity = "error"

    def finding(self) -> Finding:
        return finding(self.id, self.field, self.text, self.source, self.severity)


def finding(rule: str, field: str, text: str, source: str, severity: Severity = "error") -> Finding:
    return {"rule": rule, "severity": severity, "field": field, "text": text, "source": source}


def judge(rules: Iterable[Rule], certificate: Certificate) -> list[Finding]:
    """Every finding at once, so that nobody mends them one by one."""
    return [rule.finding() for rule in rules if rule.broken(certificate)]


def refuse_errors(findings: list[Finding]) -> None:
    """Raises RuleViolation with all findings if one of them is an error."""
    errors = [found["text"] for found in findings if found["severity"] == "error"]
    if errors:
        raise RuleViolation(" ".join(errors), findings=findings)
