"""The equipment scheme (IECEx 02): equipment, Ex components and unit verifications.

A certificate of conformity confirms a tested sample and an assessed quality system (OD 011-1, 1.2.2), so that it rests
on a test report and a quality report; a unit verification covers single items and rests on the test report alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.numbers import Series
from services.certificates.domain import common, evidence, marking
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Breach, Rule, wanted

COMPONENT = "component"
UNIT_VERIFICATION = "unit-verification"


def series(excb: str, year: int) -> str:
    """The series of a draft first saved in ``year``: the count restarts each year for each body (OD 011-1, 1.2.1)."""
    return Series.in_year("equipment", excb, year).key


def suffix(content: Content) -> str:
    """``U`` for a component, ``X`` where there are specific conditions of use, never both (IEC 60079-0).

    A component's restrictions are its schedule of limitations, so that they give it no X.
    """
    if content["kind"] == COMPONENT:
        return "U"
    return "X" if content["conditions_of_use"] else ""


def valid_until(_issued: date, _facts: Facts) -> None:
    """A certificate of equipment has no expiry date; it stays Current while surveillance goes on (OD 011-1, 1.2.2)."""


def _is_unit_verification(certificate: Certificate) -> bool:
    return bool(certificate.content["kind"] == UNIT_VERIFICATION)


def _no_quality_report(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if not _is_unit_verification(certificate) and not certificate.content["quality_reports"]:
        text = "Name at least one quality report (QAR): a certificate cannot rest on a test report alone."
        yield Breach("quality_reports", text)


def _needless_quality_report(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if _is_unit_verification(certificate) and certificate.content["quality_reports"]:
        text = "Leave out the quality reports: a unit verification needs no audit of the factory."
        yield Breach("quality_reports", text)


def _unidentified_items(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if _is_unit_verification(certificate) and not certificate.content["serial_numbers"]:
        yield Breach("serial_numbers", "Identify each verified item by its serial number or another unique mark.")


def _nowhere_made(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if not certificate.content["manufacturing_locations"]:
        text = "Name the places where it is made, or the manufacturer's own: each is covered by a quality report."
        yield Breach("manufacturing_locations", text)


def _unlimited_component(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if certificate.content["kind"] == COMPONENT and not certificate.content["conditions_of_use"]:
        text = "Say what limits the use of the component; without a schedule of limitations nobody can build it in."
        yield Breach("conditions_of_use", text)


_UNIT_SOURCE = "Unit verification, since November 2010 (OD 033)"
RULES = (
    wanted(
        "equipment-manufacturer",
        "manufacturer",
        "Name the manufacturer: the body keeps it under surveillance.",
        "OD 011-1, 1.2.2",
    ),
    Rule("equipment-manufacturing-locations", "IECEx certificate, manufacturing locations", _nowhere_made, "warning"),
    wanted(
        "equipment-protection",
        "protection",
        "List the types of protection, for example d and i.",
        "IEC 60079-0, marking",
    ),
    wanted(
        "equipment-marking",
        "marking",
        "Give the Ex marking, one line for each part of the equipment.",
        "OD 011-1, 1.2.1; IEC 60079-0, marking",
    ),
    wanted(
        "equipment-standards",
        "standards",
        "List the standards, each with its edition, that the samples were found to meet.",
        "OD 011-1, 1.2.2",
    ),
    wanted(
        "equipment-test-reports",
        "test_reports",
        "Name at least one test report (ExTR): no certificate stands without one.",
        "OD 011-1, 1.2.2",
    ),
    wanted(
        "equipment-schedule",
        "schedule",
        "Describe in the schedule the equipment that the certificate covers.",
        "OD 011-1, 1.2.2",
    ),
    wanted(
        "equipment-approver",
        "approver",
        "Name the officer who approves the certificate for the body.",
        "OD 011-1, 2.3",
    ),
    Rule("equipment-quality-reports", "OD 011-1, 1.2.2", _no_quality_report),
    Rule("unit-verification-no-quality-reports", _UNIT_SOURCE, _needless_quality_report),
    Rule("unit-verification-serial-numbers", _UNIT_SOURCE, _unidentified_items),
    Rule("component-limitations", "IEC 60079-0, clause 13 (Ex components)", _unlimited_component, "warning"),
    *marking.RULES,
    *common.RULES,
    *evidence.RULES,
)
