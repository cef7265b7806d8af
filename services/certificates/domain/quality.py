"""The quality of the register: what today's rules say of what is Current, and how often something is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from contracts.errors import InvalidInput
from services.certificates.domain import rules
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.rules import Finding

COMMONEST = 5
RULE_ID = re.compile(r"[a-z0-9-]{1,100}", re.ASCII)


class Outcome(NamedTuple):
    """What the rules say of a certificate, in the year of the issue that they judged, and since when they say it."""

    excb: str
    scheme: str
    year: int
    errors: int
    warnings: int
    findings: list[Any]
    found_at: datetime

    @property
    def broken(self) -> set[tuple[str, str]]:
        """Which rules are broken, in which fields; the texts may differ from one day to the next."""
        return {(found["rule"], found["field"]) for found in self.findings}

    def after(self, known: Outcome | None) -> Outcome:
        """The outcome, dated back to when the same was found first."""
        return self if known is None or known.broken != self.broken else self._replace(found_at=known.found_at)


def outcome(certificate: Certificate, findings: Sequence[Finding], now: datetime) -> Outcome:
    """What a signatory took upon himself, where a rule allows that, is a warning from then on."""
    taken = {override["rule"] for override in rules.taken(findings, certificate.overrides or ())}
    told = [{**found, "severity": _severity(found, taken)} for found in findings]
    errors = sum(found["severity"] == "error" for found in told)
    year = (certificate.date_of_issue or date.min).year
    return Outcome(certificate.excb, certificate.scheme, year, errors, len(told) - errors, told, now)


def _severity(found: Finding, taken: set[str]) -> str:
    return "warning" if found["rule"] in taken else found["severity"]


def rule_of(rule: object) -> str:
    """The id of a rule. Raises InvalidInput for what can be none."""
    if isinstance(rule, str) and RULE_ID.fullmatch(rule):
        return rule
    raise InvalidInput.field("rule", "Must be the id of a rule, such as equipment-marking.")


def rate(wrong: int, whole: int) -> float | None:
    """Which part is wrong, from 0 to 1, to four places; None of nothing."""
    return round(wrong / whole, 4) if whole else None


class Checked(NamedTuple):
    """How many Current certificates of a body were issued in a year, and with how many something is wrong."""

    excb: str
    year: int
    checked: int
    with_errors: int
    with_warnings: int


def shown(checked: Checked, broken: Iterable[tuple[str, str, int]]) -> dict[str, Any]:
    """The same as JSON values, with the rate of errors. ``broken``: rule, severity, how many certificates break it."""
    error_rate = rate(checked.with_errors, checked.checked)
    return {**checked._asdict(), "error_rate": error_rate, "rules": commonest(broken)}


def reviewed(excb: str, year: int, count: int, with_errors: int) -> dict[str, Any]:
    """What people found in the samples of a body's certificates of a year."""
    shown = {"excb": excb, "year": year, "reviewed": count, "with_errors": with_errors}
    return {**shown, "error_rate": rate(with_errors, count)}


def commonest(broken: Iterable[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """``[{"rule", "severity", "certificates"}]``, of (rule, severity, how many): errors first, the commonest first."""
    order = sorted(broken, key=lambda row: (row[1] != "error", -row[2], row[0]))
    return [{"rule": rule, "severity": severity, "certificates": n} for rule, severity, n in order[:COMMONEST]]
