"""The service facility scheme (IECEx 03): which services a place offers, for which types of protection.

A certificate says that these locations were audited and found capable of these services (OD 011-1, 1.3.2), so that it
rests on a facility assessment report and names them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.numbers import Series
from services.certificates.domain import common, evidence
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Breach, Rule, wanted

# One of these standards is what the services of a part are done by: classification of areas, selection and design,
# installation and initial inspection, inspection and maintenance, repair and overhaul.
STANDARDS_OF_PARTS = {
    "03-1": ("IEC 60079-10-1", "IEC 60079-10-2"),
    "03-2": ("IEC 60079-14",),
    "03-3": ("IEC 60079-14",),
    "03-4": ("IEC 60079-17",),
    "03-5": ("IEC 60079-19",),
}


def series(excb: str, year: int) -> str:
    """Counts on over the years."""
    return Series.in_year("service-facility", excb, year).key


def suffix(_content: Content) -> str:
    """Only numbers of equipment end in letters."""
    return ""


def valid_until(_issued: date, _facts: Facts) -> None:
    """It has no expiry date."""


def _boundless(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if not certificate.content["scope"] and not certificate.content["schedule"]:
        text = "Say in the scope or in the schedule what is serviced and up to where, such as machines up to 11 kV."
        yield Breach("scope", text)


def _part_without_standard(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    part = certificate.content["part"]
    expected = STANDARDS_OF_PARTS[part]
    if certificate.content["standards"] and not common.lists_any(certificate, expected):
        yield Breach("standards", f"Services of part {part} are done by {' or '.join(expected)}; list it.")


RULES = (
    wanted(
        "facility-reports",
        "facility_reports",
        "Name at least one facility assessment report (FAR): the audit comes before the certificate.",
        "OD 011-1, 1.3.2",
    ),
    wanted(
        "facility-locations",
        "locations",
        "Name each location that the certificate covers: the body keeps them under surveillance.",
        "OD 011-1, 1.3.2",
    ),
    wanted(
        "facility-services",
        "services",
        "List the services that the locations were found capable of, such as repair of rotating machines.",
        "OD 011-1, 1.3.2",
    ),
    wanted(
        "facility-protection",
        "protection",
        "List the types of protection that the services are offered for, for example d and e.",
        "OD 011-1, 1.3.2",
    ),
    wanted(
        "facility-standards",
        "standards",
        "List the standards, each with its edition, that the services are done by.",
        "OD 011-1, 1.3.2; IECEx 03",
    ),
    Rule("facility-scope", "OD 011-1, 1.3.2; IECEx 03", _boundless),
    Rule("facility-part-standard", "IECEx 03-1 to 03-5", _part_without_standard, "warning"),
    wanted(
        "facility-approver",
        "approver",
        "Name the officer who approves the certificate for the body.",
        "OD 011-1, 2.3",
    ),
    *common.RULES,
    *evidence.RULES,
)
