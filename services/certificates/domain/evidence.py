"""The rules on reports, which a certificate rests on: test, quality, facility and personnel assessment reports.

A report of another body may be in no register; of the reports of its own, a body has no other numbers than this
register gave it, apart from the years before it was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from contracts.numbers import ReportNumber
from contracts.numbers.forms import LAST_REPORT_ISSUE
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.common import number_in
from services.certificates.domain.facts import Counted, Facts
from services.certificates.domain.rules import Breach, Rule

KINDS = {"test_reports": "ExTR", "quality_reports": "QAR", "facility_reports": "FAR", "assessment_reports": "PCAR"}


class Named(NamedTuple):
    """A report that a certificate names: in which field, of which kind it should be, and its number."""

    field: str
    kind: str
    number: ReportNumber


def _texts(certificate: Certificate) -> Iterator[tuple[str, str, str]]:
    for field, kind in KINDS.items():
        for place, text in enumerate(certificate.content.get(field, ())):
            yield f"{field}.{place}", kind, text


def _named(certificate: Certificate) -> Iterator[Named]:
    for field, kind, text in _texts(certificate):
        number = number_in(text)
        if isinstance(number, ReportNumber):
            yield Named(field, kind, number)


def _own(certificate: Certificate) -> Iterator[Named]:
    return (named for named in _named(certificate) if named.number.excb == certificate.excb)


def _malformed(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    for field, kind, text in _texts(certificate):
        number = number_in(text)
        if not isinstance(number, ReportNumber):
            yield Breach(field, f"“{text}” is not the number of a report; write it like GB/BAS/{kind}24.0004/01.")
        elif number.issue is None:
            yield Breach(field, f"Say which issue of the report it is, as in {number}/00.")


def _of_another_kind(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    for field, kind, number in _named(certificate):
        if number.kind != kind:
            yield Breach(field, f"{number} is of the kind {number.kind}; here stand reports of the kind {kind}.")


def _of_another_country(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    country = (facts.countries or {}).get(certificate.excb)
    for field, _, number in _own(certificate):
        if country is not None and number.country != country:
            yield Breach(field, f"{number} begins with {number.country}; reports of {number.excb} with {country}.")


def _never_given(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    for field, _, number in _unregistered(certificate, facts, counted=True):
        text = f"{number} is not registered, and no such number is given elsewhere; mend it, or register the report."
        yield Breach(field, text)


def _from_before(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    for field, _, number in _unregistered(certificate, facts, counted=False):
        yield Breach(field, f"{number} is not registered, so that nobody can look it up; register its summary.")


def _unregistered(certificate: Certificate, facts: Facts, *, counted: bool) -> Iterator[Named]:
    """The body's own reports that are not registered: in the series that this register counts, or in the others."""
    known = facts.reports
    if known is None:
        return
    for named in _own(certificate):
        if not _is_registered(named.number, known) and (named.number.series.key in known.series) is counted:
            yield named


def _is_registered(number: ReportNumber, known: Counted) -> bool:
    """In this issue, or in any where none is named."""
    if number.issue is not None:
        return str(number) in known.registered
    return any(f"{number.base}/{issue:02d}" in known.registered for issue in range(LAST_REPORT_ISSUE + 1))


_NUMBER_SOURCE = "On-line system, key features: numbers of reports come from the system"
RULES = (
    Rule("report-number", "IECEx certificate, report references: number and issue", _malformed, "warning"),
    Rule("report-kind", "OD 011-1, 1.2.2, 1.3.2 and 1.5.2", _of_another_kind),
    # Nobody's number begins with two countries, unless a body has moved.
    Rule("report-country", _NUMBER_SOURCE, _of_another_country, overridable=True),
    Rule("report-unknown", _NUMBER_SOURCE, _never_given),
    Rule("report-unregistered", _NUMBER_SOURCE, _from_before, "warning"),
)
