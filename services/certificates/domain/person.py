"""Personnel competence (IECEx 05): a person's certificate, its units and how long it is valid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.numbers import Series
from services.certificates.domain import common, evidence
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Breach, Rule, wanted

UNITS = tuple(f"Ex {number:03d}" for number in range(12))
# What somebody should hold before a unit. OD 504 may want more; what it says of a unit is put here.
PREREQUISITES = dict.fromkeys(UNITS[2:11], ("Ex 001",))


def series(excb: str, year: int) -> str:
    """The count restarts each year for each body (OD 011-1, 1.5.1)."""
    return Series.in_year("person", excb, year).key


def suffix(_content: Content) -> str:
    """Only numbers of equipment end in letters."""
    return ""


def valid_until(issued: date, facts: Facts) -> date | None:
    """The last day: as many years after the issue as the rule of that day says."""
    years = next((years for since, years in facts.validity if since <= issued), None)
    return None if years is None else _years_later(issued, years)


def _years_later(day: date, years: int) -> date:
    """The same day of the year; the day before, where a leap day has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _photo_of_nobody(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    photo = certificate.content["photo"]
    if photo and facts.photos is not None and (photo, certificate.excb) not in facts.photos:
        yield Breach("photo", f"{certificate.excb} has not uploaded this photo; send it to POST /photos first.")


def _units(certificate: Certificate) -> Iterator[tuple[int, str]]:
    for place, row in enumerate(certificate.content["units"]):
        yield place, row["unit"]


def _unknown_units(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    for place, unit in _units(certificate):
        if unit not in UNITS:
            yield Breach(f"units.{place}.unit", f"There is no unit {unit}; they go from {UNITS[0]} to {UNITS[-1]}.")


def _repeated_units(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    seen: set[str] = set()
    for place, unit in _units(certificate):
        if unit in seen:
            yield Breach(f"units.{place}.unit", f"{unit} is listed already; give its whole scope in one row.")
        seen.add(unit)


def _undated_units(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    for place, row in enumerate(certificate.content["units"]):
        if not row["obtained"]:
            yield Breach(f"units.{place}.obtained", f"Say since when the person holds {row['unit']}.")


def _units_to_come(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    today = facts.today.isoformat()
    for place, row in enumerate(certificate.content["units"]):
        if (row["obtained"] or "") > today:
            text = f"{row['unit']} is obtained on {row['obtained']} only; today is {today} (UTC)."
            yield Breach(f"units.{place}.obtained", text)


def _missing_prerequisites(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    held = {unit for _, unit in _units(certificate)}
    for place, unit in _units(certificate):
        missing = [other for other in PREREQUISITES.get(unit, ()) if other not in held]
        if missing:
            yield Breach(f"units.{place}.unit", f"{unit} builds on {' and '.join(missing)}, which is not listed.")


def _without_end(_certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    if valid_until(facts.today, facts) is None:
        text = f"The register has no rule how long a certificate of {facts.today} is valid; tell its operator."
        yield Breach("valid_until", text)


RULES = (
    wanted(
        "person-photo",
        "photo",
        "Upload a photo of the person (POST /photos) and give its answer here: the card and the register show it.",
        "On-line certificate with photo for identification",
    ),
    Rule("person-photo-uploaded", "On-line certificate with photo for identification", _photo_of_nobody),
    wanted(
        "person-units",
        "units",
        "List the units of competence that the person was found to have, at least one.",
        "OD 011-1, 1.5.2",
    ),
    Rule("person-unit-unknown", "OD 504, units of competence", _unknown_units),
    Rule("person-unit-repeated", "OD 011-1, 1.5.2", _repeated_units),
    Rule("person-unit-undated", "OD 011-1, 1.5.2", _undated_units, "warning"),
    Rule("person-unit-future", "OD 011-1, 1.5.2", _units_to_come),
    Rule("person-unit-prerequisite", "OD 504, prerequisites", _missing_prerequisites, "warning"),
    wanted(
        "person-reports",
        "assessment_reports",
        "Name at least one personnel assessment report (PCAR): the assessment comes before the certificate.",
        "OD 011-1, 1.5.2",
    ),
    wanted(
        "person-assessment-centre",
        "assessment_centre",
        "Name the centre where the person was assessed.",
        "OD 011-1, 1.5.2; OD 503",
    ),
    Rule("person-validity", "Certified persons: certificates have a limited life", _without_end),
    wanted(
        "person-approver",
        "approver",
        "Name the officer who approves the certificate for the body.",
        "OD 011-1, 2.3",
    ),
    *common.RULES,
    *evidence.RULES,
)
