"""What certificates are to each other: what one cites, and what those that cite it make of it.

``related`` of a certificate is ``{"superseded_by": [number], "listed": [{number, status, since}]}``: derived from
others, and therefore written with every change under the log's lock, never by whoever edits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.numbers import ReportNumber, parse_or_none
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.facts import Standing
from services.certificates.domain.lifecycle import CURRENT, DRAFT

REPORT, LISTED, SUPERSEDES = "report", "listed", "supersedes"
REPORT_FIELDS = ("test_reports", "quality_reports", "facility_reports", "assessment_reports")
MARK_LICENCE = "mark-licence"


def citations(content: Content) -> set[tuple[str, str]]:
    """``(relation, base number)`` of all that a certificate of this content refers to."""
    reports = (parse_or_none(text) for name in REPORT_FIELDS for text in content.get(name, ()))
    found = {(REPORT, number.base) for number in reports if isinstance(number, ReportNumber)}
    found |= {(LISTED, number) for number in content.get("certificates", ())}
    return found | {(SUPERSEDES, number) for number in content.get("supersedes", ())}


def related(certificate: Certificate, superseded_by: Iterable[str], standing: Mapping[str, Standing]) -> dict[str, Any]:
    """What others make of ``certificate``: who took its place and, of a licence, how the listed certificates stand."""
    found: dict[str, Any] = {}
    if numbers := sorted(superseded_by):
        found["superseded_by"] = numbers
    if certificate.scheme == MARK_LICENCE:
        found["listed"] = [_row(number, standing.get(number)) for number in certificate.content["certificates"]]
    return found


def _row(number: str, standing: Standing | None) -> dict[str, Any]:
    # A draft is nobody's business: for the public it is as unknown as a number that was never given.
    if standing is None or standing.status == DRAFT:
        return {"number": number, "status": "unknown", "since": None}
    return {
        "number": number,
        "status": standing.status,
        "since": None if standing.since is None else standing.since.isoformat(),
    }


def notice(licence: Certificate) -> str | None:
    """What the body and the Secretariat are told of a licence some of whose certificates are not Current."""
    rows = (licence.related or {}).get("listed", [])
    fallen = [row for row in rows if row["status"] != CURRENT]
    if not fallen:
        return None
    named = ", ".join(f"{row['number']} ({row['status']})" for row in fallen[:20])
    text = f"The mark may not be used on every product of {licence.number}: {named}."
    if len(fallen) > 20:
        text += f" {len(fallen) - 20} more are not Current."
    if len(fallen) == len(rows):
        text += " No certificate on its schedule is Current any more."
    return f"{text} No new issue can list them."


def others_current(licence: Certificate, base_number: str) -> int:
    """How many certificates on the licence's schedule are Current beside this one."""
    rows = (licence.related or {}).get("listed", [])
    return sum(row["status"] == CURRENT and row["number"] != base_number for row in rows)
