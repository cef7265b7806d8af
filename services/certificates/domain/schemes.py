"""The schemes that certificates can be drafted in, each in a file of its own that offers the same three names.

A scheme comes in here and in contracts.schemas.CONTENT_SCHEMAS, nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.certificates.domain import equipment
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.rules import Finding, Rule, judge


class Scheme(Protocol):
    """What a scheme's file says: in which series a draft counts, how its number ends, what an issue must fulfil."""

    @property
    def RULES(self) -> Sequence[Rule]: ...  # noqa: N802 - a constant of a module

    def series(self, excb: str, year: int) -> str: ...

    def suffix(self, content: Content) -> str: ...


_SCHEMES: dict[str, Scheme] = {"equipment": equipment}


def of(name: str) -> Scheme:
    """The scheme of this name; contracts.schemas lets no other name in."""
    return _SCHEMES[name]


def findings(certificate: Certificate) -> list[Finding]:
    """What the gate has to say about issuing ``certificate`` as it stands."""
    return judge(of(certificate.scheme).RULES, certificate)
