"""Documents in a test: drawn by real workers, read by pypdf."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdf

from tests.builders import a_party, a_snapshot
from tests.service.export.neighbours import FakeCertificates

NUMBER = "IECEx BAS 26.0001X"
REPORT = "GB/BAS/ExTR26.0001/00"


def pdf_of(replica: Any, issue: int | None = None) -> pypdf.PdfReader:
    file = replica.certificate_pdf(number=NUMBER, issue=issue)
    return pypdf.PdfReader(BytesIO(replica.blobs.get(file["blob"])))


def pages_of(replica: Any, certificates: FakeCertificates, **overrides: Any) -> list[str]:
    """The text of each page of the only issue of a certificate of equipment."""
    return printed_pages(replica, certificates, a_snapshot(NUMBER, **overrides))


def printed_pages(replica: Any, certificates: FakeCertificates, snapshot: dict[str, Any]) -> list[str]:
    """The text of each page of this certificate, which has no other issue."""
    certificates.issues = {snapshot["issue"]: snapshot}
    return [page.extract_text() for page in pdf_of(replica).pages]


def in_order(text: str, expected: list[str]) -> bool:
    """Whether all of these stand in the text, each behind the one before. Says which is missing."""
    places = [text.find(label) for label in expected]
    assert -1 not in places, f"missing: {expected[places.index(-1)]}"
    return places == sorted(places)


def a_draft(**overrides: Any) -> dict[str, Any]:
    nothing = {"date_of_issue": None, "first_issued": None, "status_date": None, "change_no": None, "approver": None}
    lists: dict[str, Any] = {name: [] for name in ("protection", "marking", "standards", "test_reports")}
    empty = {"manufacturer": None, "schedule": "", **lists}
    return a_snapshot(NUMBER, **{"status": "draft", **nothing, **empty, **overrides})


def a_summary(**overrides: Any) -> dict[str, Any]:
    """The public part of a test report, as the certificates service answers it."""
    return {
        "id": "1",
        "type": "ExTR",
        "number": REPORT,
        "base_number": "GB/BAS/ExTR26.0001",
        "excb": "BAS",
        "issue": 0,
        "latest_issue": 0,
        "subject": "Pressure transmitter type PX-200",
        "applicant": a_party(),
        "laboratory": "Example Laboratory",
        "locations": [a_party("Werk Nord")],
        "protection": ["d", "i"],
        "marking": ["Ex db IIC T4 Gb"],
        "standards": [{"number": "IEC 60079-0", "edition": "7.0"}],
        "issued": "2026-10-01",
        "audited": [],
        "next_audit": None,
        "summary": "All tests were passed.",
        "free_reference": "T-4711",
        "registered_on": "2026-10-02",
        "demonstration": False,
        "change_no": 5,
        "certificates": ["IECEx BAS 26.0001"],
        **overrides,
    }
