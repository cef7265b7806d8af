"""The schemes that certificates can be drafted in, each in a file of its own that offers the same four names.

A scheme comes in here and in contracts.schemas.CONTENT_SCHEMAS, nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from services.certificates.domain import equipment, mark_licence, person, service_facility
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Finding, Rule, judge


class Scheme(Protocol):
    """What a scheme's file says: how drafts count, how numbers end, what an issue must fulfil, how long it is valid."""

    @property
    def RULES(self) -> Sequence[Rule]: ...  # noqa: N802 - a constant of a module

    def series(self, excb: str, year: int) -> str: ...

    def suffix(self, content: Content) -> str: ...

    def valid_until(self, issued: date, facts: Facts) -> date | None: ...


_SCHEMES: dict[str, Scheme] = {
    "equipment": equipment,
    "service-facility": service_facility,
    "mark-licence": mark_licence,
    "person": person,
}


def of(name: str) -> Scheme:
    """The scheme of this name; contracts.schemas lets no other name in."""
    return _SCHEMES[name]


def rules_of_all() -> list[Rule]:
    """The rules of all schemes, those that some share more than once."""
    return [rule for scheme in _SCHEMES.values() for rule in scheme.RULES]


def findings(certificate: Certificate, facts: Facts) -> list[Finding]:
    """What the gate has to say about issuing ``certificate`` as it stands."""
    return judge(of(certificate.scheme).RULES, certificate, facts)
