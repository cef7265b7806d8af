"""How each field of the forms is called, what to know when filling it in, and in which section it stands.

The labels and their order are those of the certificates themselves, so that a form reads as what is printed from it.
"""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """The label of a field, and a hint below it."""

    label: str
    hint: str = ""


class Part(NamedTuple):
    """A section of a form: its fields in order, by the first part of their paths."""

    id: str
    title: str
    fields: tuple[str, ...]
    hint: str = ""


# A word stands under its whole path, under ``*.`` and its last part where it is the same everywhere, and with ``@`` and
# a kind, or a scheme without kinds, behind the path where that one calls it otherwise.
WORDS: dict[str, Word] = {
    "*.name": Word("Name"),
    "*.address": Word("Address"),
    "*.country": Word("Country", "By name or code, such as Germany or DE."),
    "kind": Word("Certificate type", "Once the certificate is issued, its type stays."),
    "applicant": Word("Applicant"),
    "applicant@mark-licence": Word("Licensee", "The manufacturer who may put the mark on products."),
    "applicant@person": Word("Employer", "If there is one; the certificate is the person's."),
    "manufacturer": Word("Manufacturer"),
    "manufacturing_locations": Word(
        "Manufacturing locations", "Where it is made; the manufacturer's own place too, if it is made there."
    ),
    "equipment": Word("Equipment", "What it is, with its type or model."),
    "equipment@component": Word("Ex component", "What it is, with its type or model."),
    "optional_accessory": Word("Optional accessory"),
    "protection": Word("Types of protection", "The letters, one a line, such as d."),
    "marking": Word("Marking", "One line for each part or compartment."),
    "ambient": Word("Ambient range", "Such as −40 °C ≤ Ta ≤ +70 °C; leave it empty for −20 °C to +40 °C."),
    "standards": Word("Standards", "Each in the edition that was applied."),
    "standards.number": Word("Standard", "Such as IEC 60079-0."),
    "standards.edition": Word("Edition", "Such as 7.0."),
    "test_reports": Word("Test reports (ExTR)", "One a line, with its issue, such as GB/BAS/ExTR26.0001/00."),
    "quality_reports": Word(
        "Quality assessment reports (QAR)", "One a line, with its issue, such as GB/BAS/QAR24.0004/04."
    ),
    "facility_reports": Word(
        "Facility assessment reports (FAR)", "One a line, with its issue, such as GB/BAS/FAR26.0003/00."
    ),
    "assessment_reports": Word(
        "Personnel assessment reports (PCAR)", "One a line, with its issue, such as GB/BAS/PCAR26.0009/00."
    ),
    "serial_numbers": Word("Serial numbers", "The serial number or another unique mark of each item, one a line."),
    "conditions_of_use": Word(
        "Specific conditions of use",
        "What a user must know and do for the equipment to be safe. If there are any, the number gets an X.",
    ),
    "conditions_of_use@component": Word(
        "Schedule of limitations", "What whoever builds the component into equipment must observe."
    ),
    "schedule": Word("Schedule", "What else the certificate says of what it covers."),
    "schedule@equipment": Word("Schedule", "The equipment that the certificate covers: construction, models, ratings."),
    "schedule@component": Word("Schedule", "The component that the certificate covers: construction, models, ratings."),
    "schedule@unit-verification": Word("Schedule", "The items that the certificate covers: construction and ratings."),
    "changes": Word("Details of changes", "What this issue changes of the one before. Left empty on the first issue."),
    "supersedes": Word(
        "In place of", "Certificates, of whatever body, in whose place this one stands; one number a line."
    ),
    "approver": Word("Approved on behalf of the body by"),
    "approver.position": Word("Position"),
    "part": Word("Part of the scheme"),
    "locations": Word("Locations"),
    "services": Word("Services", "What the facility does, one service a line."),
    "scope": Word("Scope and limits", "For which equipment, groups, voltages and sizes."),
    "certificates": Word(
        "Certificates", "The certificates of your body on whose products the mark may be put; one a line."
    ),
    "holder": Word("Person"),
    "assessment_centre": Word("Assessment centre", "Where the person was assessed."),
    "assessment_centre.outsourced": Word("The centre works for the body and is not its own"),
    "units": Word("Units of competence"),
    "units.unit": Word("Unit"),
    "units.obtained": Word("Since"),
    "units.scope": Word("Scope", "Types of protection, groups, voltages."),
    "units.limits": Word("Limitations"),
    "photo": Word("Photo", "JPEG, PNG or WebP, upright; shown in the register and on the card."),
    "private": Word("Kept, never published", "Encrypted; for your body and the Secretariat alone."),
    "private.date_of_birth": Word("Date of birth"),
    "private.identity_number": Word("Identity number"),
    "type": Word("Type of report"),
    "subject": Word("Subject", "What was tested or assessed."),
    "laboratory": Word("Testing laboratory (ExTL)"),
    "issued": Word("Date of the report", "The report's own date, not that of its registration."),
    "audited": Word("Days of the audit", "One date a line, such as 2026-11-21."),
    "next_audit": Word("Next audit"),
    "summary": Word("Summary", "Public. The report itself stays confidential."),
    "free_reference": Word("Own reference", "How you call the report yourself."),
}

# What one record of a list is called.
ONE_OF = {
    "manufacturing_locations": "location",
    "locations": "location",
    "standards": "standard",
    "units": "unit",
}

CHOICES = {
    "equipment": "Equipment",
    "component": "Ex component",
    "unit-verification": "Unit verification",
    "03-1": "03-1 Classification of areas",
    "03-2": "03-2 Selection and design",
    "03-3": "03-3 Installation and initial inspection",
    "03-4": "03-4 Inspection and maintenance",
    "03-5": "03-5 Repair and overhaul",
    "ExTR": "ExTR, test report",
    "QAR": "QAR, quality assessment report",
    "FAR": "FAR, facility assessment report",
    "PCAR": "PCAR, personnel assessment report",
}

# Controls that the type of a field does not tell.
CONTROLS = {"photo": "photo", "unit": "unit"}

# For which kinds a field has no use.
USELESS_FOR: dict[str, tuple[str, ...]] = {
    "serial_numbers": ("equipment", "component"),
    "quality_reports": ("unit-verification",),
}

_END = Part("end", "Issue", ("changes", "supersedes", "approver"))
SECTIONS: dict[str, tuple[Part, ...]] = {
    "equipment": (
        Part("what", "Applicant and equipment", ("kind", "applicant", "equipment", "optional_accessory")),
        Part("marking", "Protection and marking", ("protection", "marking", "ambient")),
        Part("maker", "Manufacturer", ("manufacturer", "manufacturing_locations", "serial_numbers")),
        Part("standards", "Standards", ("standards",)),
        Part("reports", "Test and assessment reports", ("test_reports", "quality_reports")),
        Part("schedule", "Schedule and conditions", ("schedule", "conditions_of_use")),
        _END,
    ),
    "service-facility": (
        Part("what", "Facility", ("part", "applicant", "locations")),
        Part("services", "Services and scope", ("services", "protection", "scope")),
        Part("standards", "Standards", ("standards",)),
        Part("reports", "Facility assessment reports", ("facility_reports",)),
        Part("schedule", "Schedule", ("schedule",)),
        _END,
    ),
    "mark-licence": (
        Part("what", "Licensee", ("applicant",)),
        Part("certificates", "Certificates", ("certificates",)),
        Part("standards", "Standards", ("standards",)),
        Part("schedule", "Schedule", ("schedule",)),
        _END,
    ),
    "person": (
        Part("what", "Person", ("holder", "photo", "private")),
        Part("units", "Units of competence", ("units",)),
        Part("assessment", "Assessment", ("assessment_centre", "assessment_reports")),
        Part("employer", "Employer", ("applicant",)),
        Part("standards", "Standards", ("standards",)),
        Part("schedule", "Schedule", ("schedule",)),
        _END,
    ),
    "report": (
        Part("what", "Report", ("type", "subject", "issued", "free_reference", "laboratory")),
        Part("who", "Applicant and places", ("applicant", "locations")),
        Part("marking", "Protection and marking", ("protection", "marking")),
        Part("standards", "Standards", ("standards",)),
        Part("audits", "Audits", ("audited", "next_audit")),
        Part("summary", "Summary", ("summary",)),
    ),
}


def of(path: str, kind: str | None = None) -> Word:
    """The word for a field, in the form of a kind or of a scheme without kinds. Raises KeyError where there is none."""
    last = f"*.{path.rpartition('.')[2]}"
    for key in (f"{path}@{kind}", path, last):
        if key in WORDS:
            return WORDS[key]
    raise KeyError(f"{path} has no label; give it one in WORDS.")
