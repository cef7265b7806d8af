"""Asking the gate about a certificate, with facts that are set by hand."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import Any

from contracts.schemas import SCHEMES
from services.certificates import reference
from services.certificates.domain import schemes
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Counted, Editions, Facts, Scope, Standing
from tests.certificates import a_body, a_draft_of, a_facility_body, a_licence_body, a_person_body

TODAY = date(2026, 11, 21)
VALIDITY = ((date(2015, 1, 1), 5), (date(2010, 1, 1), 3))
# Nobody looked anything up.
NOTHING = Facts(TODAY, validity=VALIDITY)
PHOTO = "ab" * 32
LISTED = "IECEx BAS 26.0001"
BODIES: dict[str, dict[str, Any]] = {
    "equipment": a_body(),
    "service-facility": a_facility_body(),
    "mark-licence": a_licence_body(LISTED),
    "person": a_person_body(PHOTO),
}
EDITIONS = {
    row["number"]: Editions(
        tuple(re.findall(r"\d+\.\d+", str(row["current_edition"]))),
        tuple(re.findall(r"\d+\.\d+", str(row["previous_edition"]))),
    )
    for row in reference.standards()
}


def a_draft_in(scheme: str, content: dict[str, Any] | None = None, **overrides: Any) -> Certificate:
    """A draft of BAS in this scheme, whose body passes the gate; ``content`` changes fields of the body."""
    return a_draft_of({**BODIES[scheme], **(content or {})}, **overrides)


def a_scope(scheme: str, standard: str = "*", since: str = "2003-08-01", until: str | None = None) -> Scope:
    return Scope("BAS", scheme, standard, date.fromisoformat(since), date.fromisoformat(until) if until else None)


def a_standing(**overrides: Any) -> Standing:
    """A Current certificate of equipment of BAS."""
    return Standing("BAS", "equipment", "equipment", "current", TODAY)._replace(**overrides)


def everything(**overrides: Any) -> Facts:
    """Facts by which what BODIES says passes; only a report from before the register may be unregistered."""
    known: dict[str, Any] = {
        "scopes": tuple(a_scope(scheme) for scheme in SCHEMES),
        "editions": EDITIONS,
        "listed": {LISTED: a_standing()},
        "reports": Counted(frozenset({"GB/BAS/QAR24.0004/04"}), frozenset({"QAR/GB/BAS/24"})),
        "countries": {"BAS": "GB"},
        "photos": frozenset({(PHOTO, "BAS")}),
        "validity": VALIDITY,
    }
    return Facts(TODAY, **known | overrides)


def told(certificate: Certificate, facts: Facts = NOTHING) -> dict[str, list[str]]:
    """What the gate says: by rule, the fields."""
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for found in schemes.findings(certificate, facts):
        fields[found["rule"]].append(found["field"])
    return dict(fields)


def sentence(rule: str, certificate: Certificate, facts: Facts = NOTHING) -> str:
    """What the gate says by this rule, which is broken once."""
    (text,) = [found["text"] for found in schemes.findings(certificate, facts) if found["rule"] == rule]
    return text
