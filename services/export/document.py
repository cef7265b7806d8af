"""What a printed certificate says: the facts that its template lays out, and the key under which its file is kept.

Pure: no service, no file, no clock. The templates hold the wording, this the data. Countries, which the register keeps
by their codes, have names on paper.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from contracts.copies import Copy, Kind
from contracts.schemas import public_fields
from services.export.countries import name_of

Facts = dict[str, Any]

# The band over each page has one line; the whole reason stands beside the status.
BAND_REASON = 70
# A record that was read from before such a field was there lacks it.
ABSENT: Facts = {
    "verification": False, "valid_until": None, "superseded_by": [], "listed": [], "supersedes": [], "photo": None,
}  # fmt: skip
FACILITY_PARTS = {
    "03-1": "Classification of hazardous areas",
    "03-2": "Selection of equipment and design of installations",
    "03-3": "Installation and initial inspection",
    "03-4": "Inspection and maintenance",
    "03-5": "Repair, overhaul and reclamation",
}
# Such characters turn the direction in which text runs: a name could show something else than it says.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_EDITION = re.compile(r"(\d+\.\d+) \((\d{4}(?:-\d{2})?)\)")


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows of reference data: certification bodies, standards, units of competence."""

    bodies: list[dict[str, Any]]
    standards: list[dict[str, Any]]
    units: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Printed:
    """One issue as it is printed: all that decides what its document says, but for the wording of reference data.

    ``issues`` are those of ``public_issues``. ``as_of_change``: the change that made the certificate stand as it does,
    which for an older issue is a later one than its own. ``ended``: a person's validity has passed. ``photo``: the key
    of the picture, empty where there is none.
    """

    certificate: Facts
    issues: list[Facts]
    as_of_change: int | None
    ended: bool = False
    photo: str = ""

    @property
    def shown(self) -> Facts:
        """What the public may know of it, and nothing else, whatever else was answered."""
        names = public_fields(self.certificate["scheme"])
        return ABSENT | {name: self.certificate[name] for name in sorted(names) if name in self.certificate}

    def identity(self, public_url: str, templates: str) -> str:
        """One hash for one document: the same issue at the same change, laid out by the same ``templates``.

        The names of bodies and the titles of standards are as they were when it was drawn.
        """
        parts = [templates, public_url, self.shown, self.issues, self.as_of_change, self.ended, self.photo]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def copy_as(self, kind: Kind) -> Copy | None:
        """What its signature says that it is; None for a draft."""
        if self.certificate["status"] == "draft" or self.as_of_change is None:
            return None
        return Copy(kind, self.certificate["number"], self.certificate["issue"], self.as_of_change)

    def facts(self, reference: Reference, public_url: str) -> Facts:
        """What the template needs, JSON values only."""
        certificate = self.shown
        latest = self.issues[-1] if self.issues else None
        facts = certificate | {
            "short_reason": shortened(certificate["status_reason"], BAND_REASON),
            "history": self.issues,
            "followed_by": latest if latest and latest["issue"] > certificate["issue"] else None,
            "ended": self.ended,
            "as_of_change": self.as_of_change,
            "body": body_of(certificate["excb"], reference.bodies),
            "standards": standards_of(certificate, reference.standards),
            **_of_scheme(certificate, reference),
            **addresses(certificate["number"], public_url),
        }
        return for_people(facts)


def _of_scheme(certificate: Facts, reference: Reference) -> Facts:
    """What only one scheme prints and no snapshot holds."""
    if certificate["scheme"] == "service-facility":
        return {"part_title": FACILITY_PARTS.get(certificate["part"], "")}
    if certificate["scheme"] == "person":
        return {"units": units_of(certificate, reference.units)}
    if certificate["scheme"] == "mark-licence" and certificate["status"] == "draft":
        return {"listed": [{"number": number, "status": "", "since": None} for number in certificate["certificates"]]}
    return {}


def units_of(certificate: Facts, units: Iterable[Facts]) -> list[Facts]:
    """The person's units of competence with their titles."""
    titles = {row["unit"]: row["title"] for row in units}
    return [{**row, "title": titles.get(row["unit"], "")} for row in certificate["units"]]


def addresses(number: str, public_url: str) -> Facts:
    """Where the register shows the certificate, and where its QR code leads."""
    return {
        "record_address": f"{public_url}/certificates/{path_of(number)}",
        "verify_address": f"{public_url}/verify?q={quote(number)}",
        "verify_address_shown": f"{public_url}/verify",
    }


def has_ended(certificate: Facts, today: date) -> bool:
    """Whether a person's validity is over; its last day is included. No other certificate has such a day."""
    last = certificate.get("valid_until")
    return last is not None and today > date.fromisoformat(last)


def public_issues(certificate: dict[str, Any], history: dict[str, Any]) -> list[dict[str, Any]]:
    """All issues that were ever public, and the one shown, oldest first: ``{"issue": 0, "date": "2026-01-02"}``."""
    dates = {issue["issue"]: issue["date_of_issue"] for issue in history["issues"] if issue["status"] != "draft"}
    dates[certificate["issue"]] = certificate["date_of_issue"] or "draft"
    return [{"issue": issue, "date": dates[issue]} for issue in sorted(dates)]


def body_of(code: str, bodies: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The certification body: ``{"code", "name", "country"}``."""
    row = next((row for row in bodies if row["code"] == code), {})
    return {"code": code, "name": row.get("name", code), "country": row.get("country", "")}


def standards_of(record: Facts, standards: list[Facts]) -> list[Facts]:
    """The standards of a certificate or report with their titles and years."""
    return [_standard(row, standards) for row in record["standards"]]


def _standard(reference: dict[str, Any], standards: list[dict[str, Any]]) -> dict[str, str]:
    """The reference with the title and the year of its edition, where the table of standards knows them."""
    row = next((row for row in standards if row["number"] == reference["number"]), {})
    editions = f"{row.get('previous_edition', '')}, {row.get('current_edition', '')}"
    years = dict(_EDITION.findall(editions))
    return {**reference, "title": row.get("title", ""), "year": years.get(reference["edition"], "")}


def path_of(number: str) -> str:
    """A printed number as one segment of an address: ``IECEx-BAS-26.0001X``. Cheap: an export asks for each row."""
    return quote(number.replace(" ", "-").replace("/", "-"), safe="")


def shortened(text: str, longest: int) -> str:
    """One line of ``text``, cut at ``longest`` characters with a mark that it was."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def for_people(facts: Facts) -> Facts:
    """``facts`` as a template lays them out: countries by name, and no text that changes the direction of writing."""
    readable: Facts = straightened(with_names_of_countries(facts))
    return readable


def with_names_of_countries(value: Any) -> Any:
    """``value`` with the name of a country in place of each code."""
    if isinstance(value, list):
        return [with_names_of_countries(item) for item in value]
    if isinstance(value, dict):
        return {
            name: name_of(item) if name == "country" and isinstance(item, str) else with_names_of_countries(item)
            for name, item in value.items()
        }
    return value


def straightened(value: Any) -> Any:
    """``value`` with every text in it free of characters that turn the direction of writing."""
    if isinstance(value, str):
        return _TURNING.sub("", value)
    if isinstance(value, list):
        return [straightened(item) for item in value]
    if isinstance(value, dict):
        return {name: straightened(item) for name, item in value.items()}
    return value


def key_of(certificate: dict[str, Any], identity: str) -> str:
    """Where the file is kept. Whoever asks must have been shown the certificate first: a key gives no permission.

    Drafts lie apart, under nothing but their hash, and are swept away soon.
    """
    if certificate["status"] == "draft":
        return f"previews/{identity}.pdf"
    path = path_of(certificate["number"])
    return f"documents/{path}/issue-{certificate['issue']}-change-{certificate['change_no']}-{identity[:32]}.pdf"


def filename_of(certificate: dict[str, Any]) -> str:
    """What a browser saves the document as: ``IECEx-BAS-26.0001X-issue-0.pdf``."""
    draft = "-draft" if certificate["status"] == "draft" else ""
    return f"{path_of(certificate['number'])}-issue-{certificate['issue']}{draft}.pdf"
