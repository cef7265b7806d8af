"""The conformity mark (IECEx 04): a licence to use it on products whose certificates its schedule lists.

The mark promises a valid certificate behind each product, issued by the body of the licence (OD 011-1, 1.4.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.numbers import CertificateNumber, Series
from services.certificates.domain import common
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.common import number_in
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Breach, Rule, wanted

# Not forbidden anywhere, but rarely meant.
UNUSUAL_KINDS = {
    "component": "an Ex component (U), which bears no mark of its own",
    "unit-verification": "a unit verification (V), which covers single items and no production",
}


def series(excb: str, year: int) -> str:
    """Counts on over the years."""
    return Series.in_year("mark-licence", excb, year).key


def suffix(_content: Content) -> str:
    """Only numbers of equipment end in letters."""
    return ""


def valid_until(_issued: date, _facts: Facts) -> None:
    """It has no expiry date."""


def _listed(certificate: Certificate) -> Iterator[tuple[str, CertificateNumber]]:
    """The rows of the schedule: their fields and numbers."""
    for place, text in enumerate(certificate.content["certificates"]):
        number = number_in(text)
        if isinstance(number, CertificateNumber):
            yield f"certificates.{place}", number


def _of_another_body(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    for field, number in _listed(certificate):
        if number.excb != certificate.excb:
            text = f"{number} is a certificate of {number.excb}; a licence of {certificate.excb} lists only its own."
            yield Breach(field, text)


def _of_another_scheme(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    for field, number in _listed(certificate):
        if number.scheme != "equipment":
            yield Breach(field, f"{number} is no certificate of equipment; the mark is put on equipment only.")


def _not_current(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    if facts.listed is None:
        return
    for field, number in _listed(certificate):
        standing = facts.listed.get(number.base)
        if standing is None:
            yield Breach(field, f"{number} is not public; list certificates that are Current.")
        elif standing.status != "current":
            yield Breach(field, f"{number} is {standing.status}; only a Current certificate can be listed.")


def _listed_twice(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    seen: set[str] = set()
    for field, number in _listed(certificate):
        if number.base in seen:
            yield Breach(field, f"{number} is listed already; list it once.")
        seen.add(number.base)


def _without_mark_of_its_own(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    for field, number in _listed(certificate):
        standing = (facts.listed or {}).get(number.base)
        if standing is not None and standing.kind in UNUSUAL_KINDS:
            yield Breach(field, f"{number} is {UNUSUAL_KINDS[standing.kind]}; check whether it belongs here.")


RULES = (
    wanted(
        "licence-certificates",
        "certificates",
        "List the certificates whose products may bear the mark, at least one.",
        "OD 011-1, 1.4.2",
    ),
    Rule("licence-same-body", "OD 011-1, 1.4.2", _of_another_body),
    Rule("licence-equipment", "OD 011-1, 1.4.2", _of_another_scheme),
    Rule("licence-current", "OD 011-1, 1.4.2", _not_current),
    Rule("licence-repeated", "OD 011-1, 1.4.2", _listed_twice),
    Rule("licence-kind", "OD 011-1, 1.4.2; OD 033", _without_mark_of_its_own, "warning"),
    wanted(
        "licence-approver",
        "approver",
        "Name the officer who approves the licence for the body.",
        "OD 011-1, 2.3",
    ),
    *common.RULES,
)
