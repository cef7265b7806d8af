"""The public summary of a report as PDF."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from contracts.errors import NotFound
from tests.service.export.documents import REPORT, a_summary, in_order
from tests.service.export.neighbours import FakeCertificates


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Documents touch no database: one kind is enough here."""
    return f"{request.param}:///{tmp_path / 'register.db'}"


def printed(replica: Any, certificates: FakeCertificates, **overrides: Any) -> str:
    certificates.others = {REPORT: a_summary(**overrides)}
    file = replica.report_pdf(number=REPORT)
    pages = pypdf.PdfReader(BytesIO(replica.blobs.get(file["blob"]))).pages
    return "\n".join(page.extract_text() for page in pages)


def test_a_summary_says_what_the_public_may_know(replica: Any, certificates: FakeCertificates) -> None:
    assert in_order(
        printed(replica, certificates),
        [
            "Ex Test Report: summary",
            "Free reference: T-4711",
            "Date of the report: 2026-10-01",
            "Registered on: 2026-10-02",
            "Testing laboratory: Example Laboratory",
            "Registered by: Example Certification Body (BAS), United Kingdom",
            "Applicant: Muster Messtechnik GmbH",
            "Subject: Pressure transmitter type PX-200",
            "Marking: Ex db IIC T4 Gb",
            "Werk Nord",
            "IEC 60079-0:2017",
            "All tests were passed.",
            "IECEx BAS 26.0001",
            "is confidential",
        ],
    )


def test_an_audit_shows_its_days_and_the_next(replica: Any, certificates: FakeCertificates) -> None:
    text = printed(replica, certificates, type="QAR", audited=["2026-09-01", "2026-09-02"], next_audit="2027-09-01")
    assert "Quality Assessment Report: summary" in text
    assert "Audited on: 2026-09-01, 2026-09-02" in text
    assert "Next audit due: 2027-09-01" in text


def test_an_older_issue_says_which_one_followed(replica: Any, certificates: FakeCertificates) -> None:
    assert "SUPERSEDED Issue 0 was followed by Issue 2." in printed(replica, certificates, latest_issue=2)


def test_the_same_summary_is_drawn_once(replica: Any, certificates: FakeCertificates) -> None:
    certificates.others = {REPORT: a_summary()}
    first = replica.report_pdf(number=REPORT)
    assert first["filename"] == "GB-BAS-ExTR26.0001-00-summary.pdf"
    assert replica.report_pdf(number=REPORT) == first
    assert certificates.reference_asked == 1


def test_a_report_nobody_knows_is_not_found(replica: Any) -> None:
    with pytest.raises(NotFound):
        replica.report_pdf(number=REPORT)
