"""The words of the register for people: names of kinds and fields, and what a status means.

Used by every page; a template asks for ``label("scheme", "equipment")`` and gets what is printed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from jinja2.filters import do_filesizeformat
from markupsafe import Markup, escape

from gateway import countries

SCHEMES = {
    "equipment": "Equipment",
    "service-facility": "Service facilities",
    "mark-licence": "Mark licences",
    "person": "Persons",
}
# One of its kind, for headings.
ONE = {
    "equipment": "Certificate of conformity",
    "component": "Certificate of an Ex component",
    "unit-verification": "Certificate of a verified unit",
    "service-facility": "Certificate of a service facility",
    "mark-licence": "Licence to use the conformity mark",
    "person": "Certificate of personnel competence",
}
WHAT = {
    "equipment": "Ex equipment, Ex components and single verified units: what, by whom, and how marked.",
    "service-facility": "Workshops and companies that repair, install, inspect or maintain Ex equipment.",
    "mark-licence": "Makers who may put the conformity mark on the products of certificates listed in the licence.",
    "person": "People whose competence for work in explosive atmospheres was assessed, unit by unit.",
}
VALUES = {
    "scheme": SCHEMES,
    "kind": {"equipment": "Equipment", "component": "Ex component", "unit-verification": "Verified unit"},
    "status": {"current": "Current", "suspended": "Suspended", "cancelled": "Cancelled"},
    "suffix": {
        "X": "X – conditions of use",
        "U": "U – Ex component",
        "V": "V – verified unit",
        "none": "without a suffix",
    },
    "country": {code: countries.named(code) for code in countries.NAMES},
    "excb_country": {code: countries.named(code) for code in countries.NAMES},
}
# What a form offers for a country.
COUNTRIES = countries.CHOICES
FILTERS = {
    "scheme": "Kind of certificate",
    "status": "Status",
    "kind": "Kind of equipment",
    "excb": "Issued by",
    "protection": "Type of protection",
    "group": "Group",
    "temperature": "Temperature",
    "epl": "Equipment protection level",
    "manufacturer": "Manufacturer",
    "country": "Country",
    "standard": "Standard",
    "edition": "Standard and edition",
    "unit": "Unit of competence",
    "suffix": "Suffix",
    "year": "Year of issue",
    "excb_country": "Country of the issuing body",
    "issued_from": "Issued from",
    "issued_to": "Issued up to",
    "valid_on": "Valid on",
    "issues": "Issues",
}
# The labels of a certificate's fields; the order is that of the certificate on paper.
FIELDS = {
    "kind": "Certificate type",
    "part": "Part of the scheme",
    "holder": "Name of holder",
    "photo": "Photo",
    "applicant": "Applicant",
    "manufacturer": "Manufacturer",
    "manufacturing_locations": "Manufacturing locations",
    "locations": "Service facility locations",
    "assessment_centre": "Assessed at",
    "equipment": "Equipment",
    "optional_accessory": "Optional accessory",
    "services": "Services",
    "protection": "Type of protection",
    "scope": "Scope",
    "marking": "Marking",
    "ambient": "Ambient range",
    "certificates": "Certificates listed",
    "units": "Units of competence",
    "standards": "Standards",
    "test_reports": "Test reports (ExTR)",
    "quality_reports": "Quality assessment reports (QAR)",
    "facility_reports": "Facility assessment reports (FAR)",
    "assessment_reports": "Personnel assessment reports (PCAR)",
    "serial_numbers": "Serial numbers",
    "conditions_of_use": "Specific conditions of use",
    "schedule": "Schedule",
    "changes": "Details of changes",
    "supersedes": "Supersedes",
    "approver": "Approved for issue by",
    "annexes": "Annexes",
    "suffix": "Suffix",
    "number": "Certificate number",
}
STATUS_MEANINGS = {
    "draft": "Being written by its body. Nobody else sees it, and it certifies nothing.",
    "current": "In force. The body that issued it keeps watch over the maker and stands by it.",
    "suspended": "Out of force for the time being: until it is reinstated, nothing new may be supplied, done or "
    "claimed under its number. What was supplied or done before is not wrong by that alone.",
    "cancelled": "Ended for good. Nothing may be supplied, done or claimed under its number any more; whether what was "
    "supplied or done before is affected is said with it.",
    "deleted": "Taken out by the Secretariat, with a reason. Its number is never given again.",
    "absent": "Numbered before this register began; the register knows no more of it.",
    "registered": "A report of this number is registered.",
}
# What became of what a body asked of the Secretariat.
REQUEST_STATES = {"open": "Open", "approved": "Granted", "rejected": "Refused", "withdrawn": "Withdrawn"}
EVENTS = {
    "certificate.issued": "Issued",
    "certificate.amended": "Amended",
    "certificate.suspended": "Suspended",
    "certificate.reinstated": "Reinstated",
    "certificate.cancelled": "Cancelled",
    "certificate.deleted": "Deleted",
    "certificate.related": "What it refers to changed",
    "certificate.imported": "Taken over from an earlier register",
    "report.registered": "Registered",
}
REPORTS = {
    "ExTR": "Ex test report",
    "QAR": "Quality assessment report",
    "FAR": "Facility assessment report",
    "PCAR": "Personnel competence assessment report",
}
ROLES = {"secretariat": "the Secretariat", "it-administrator": "the IT administrator"}
BEFORE_MARK = 36
HIGHLIGHT = re.compile(r"</?b>")


def label(field: str, value: str) -> str:
    """How ``value`` of a filter or field is printed."""
    return VALUES.get(field, {}).get(value, value)


def one(certificate: dict[str, Any]) -> str:
    """What kind of certificate it is: "Certificate of conformity"."""
    return ONE.get(certificate.get("kind") or "") or ONE[certificate["scheme"]]


def name_of_field(path: str) -> str:
    """``applicant.address`` → "Applicant: address"."""
    first, _, rest = path.partition(".")
    name = FIELDS.get(first, first.replace("_", " ").capitalize())
    return f"{name}: {rest.replace('_', ' ').replace('.', ' ')}" if rest else name


def happened(kind: str) -> str:
    """What an event of the history is called."""
    return EVENTS.get(kind, kind.rpartition(".")[2].replace("-", " ").capitalize())


def actor(by: dict[str, Any] | None) -> str:
    """Who did it: a body by its code, or an office."""
    by = by or {}
    return str(by.get("excb") or ROLES.get(str(by.get("role")), by.get("role") or ""))


def marked(highlight: str) -> Markup:
    """What search marked with ``<b>`` in escaped text, as markup of ours: nothing else in it is markup."""
    pieces = HIGHLIGHT.split(highlight)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(html.unescape(piece)) if place % 2 else escape(html.unescape(piece))
        for place, piece in enumerate(pieces)
    )


def excerpt(highlight: str) -> Markup:
    """The same, from a few words before the first mark on, so that the mark is seen in two short lines."""
    before, mark, rest = highlight.partition("<b>")
    kept = before[-BEFORE_MARK:]
    if len(kept) < len(before):
        kept = "… " + kept.partition(" ")[2]
    return marked(kept + mark + rest)


def paragraphs(text: str) -> Markup:
    """A description of the API as markup: blank lines part paragraphs, backticks mark what is typed."""
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(coded(part)) for part in parts)


def coded(text: str) -> Markup:
    """``text`` with what stands in backticks as code."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces)
    )


def written(field: str, value: Any) -> str:
    """A value of the certificate's ``field`` as lines of text; of an annex, what tells people which file it is."""
    if field == "annexes":
        return "\n".join(f"{annex['name']}, {do_filesizeformat(annex['size'])}" for annex in value or ())
    return flattened(value)


def flattened(value: Any) -> str:
    """A field's value as lines of text, for tables of differences and the like."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(filter(None, (flattened(part) for part in value.values())))
    if isinstance(value, str) or not isinstance(value, Iterable):
        return str(value)
    return "\n".join(flattened(part) for part in value)
