"""Certificates of service facilities, mark licences and persons as PDF."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.builders import a_party, a_snapshot
from tests.pictures import a_file
from tests.schemes import a_facility, a_licence, a_person
from tests.service.export.documents import NUMBER, in_order, pdf_of, printed_pages
from tests.service.export.neighbours import Clock, FakeCertificates

PHOTO = "ab" * 32


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Documents touch no database: one kind is enough here."""
    return f"{request.param}:///{tmp_path / 'register.db'}"


def test_a_facility_says_what_it_does_where_and_within_which_limits(
    replica: Any, certificates: FakeCertificates
) -> None:
    text = "\n".join(printed_pages(replica, certificates, a_facility(supersedes=["IECEx KEM S.0001"])))
    assert in_order(
        text,
        [
            "Certificate No.: IECEx BAS S.0001",
            "Certificates of service facilities have no expiry date",
            "In place of: IECEx KEM S.0001",
            "Applicant: Muster Messtechnik GmbH",
            "Service facility location(s): Muster Service Hamburg",
            "Scheme part: 03-5 Repair, overhaul and reclamation",
            "Service(s) offered: Repair and overhaul of rotating machines",
            "Scope and limits: Read them on page 2.",
            "SCOPE AND LIMITS\nMotors up to 11 kV",
            "Facility Assessment Report(s): GB/BAS/FAR26.0003/00",
            "Overhaul of flameproof motors.",
        ],
    )


def test_many_locations_are_a_table_whose_head_is_on_each_page(replica: Any, certificates: FakeCertificates) -> None:
    locations = [a_party(f"Werk {n} 上海防爆电气") for n in range(120)]
    pages = printed_pages(replica, certificates, a_facility(locations=locations))
    assert "120 locations: they stand on page 2" in pages[0]
    rows = [page for page in pages if "Werk 1" in page or "Werk 119" in page]
    assert len(rows) > 1
    assert all("Name Address Country" in page for page in rows)


def test_a_licence_flags_every_certificate_that_is_not_current(replica: Any, certificates: FakeCertificates) -> None:
    first, schedule = printed_pages(replica, certificates, a_licence())
    assert "Licence No.: BAS001" in first
    assert "Not Current: 1 of them: the mark must not be used on what they cover." in first
    assert "IECEx BAS 26.0001 Current 2026-11-01 may be used" in schedule
    assert "IECEx BAS 26.0002 Suspended 2026-11-10 must not be used" in schedule


def test_a_draft_of_a_licence_does_not_say_how_its_certificates_stand(
    replica: Any, certificates: FakeCertificates
) -> None:
    draft = a_licence(status="draft", date_of_issue=None, approver=None, listed=[])
    certificates.asks = replica.call.identity
    certificates._seen = lambda: {0: draft}  # type: ignore[method-assign]
    text = "\n".join(page.extract_text() for page in pdf_of(replica).pages)
    assert "IECEx BAS 26.0002 – – –" in text


def test_a_schedule_of_a_thousand_certificates_is_printed_whole(replica: Any, certificates: FakeCertificates) -> None:
    listed = [{"number": f"IECEx BAS 26.{n:04}", "status": "current", "since": "2026-11-01"} for n in range(1, 1001)]
    pages = printed_pages(replica, certificates, a_licence(listed=listed))
    assert "IECEx BAS 26.1000 Current" in pages[-1]
    assert all("Certificate Status Since The mark" in page for page in pages[1:])


def test_a_person_s_units_stand_with_their_scope_and_limits(replica: Any, certificates: FakeCertificates) -> None:
    first, units = printed_pages(replica, certificates, a_person())
    assert in_order(
        first,
        [
            "In force until 2031-10-31, that day included.",
            "Valid until: 2031-10-31",
            "Name of holder: Maria Muster",
            "Assessment centre: Example Centre, Norway (works for the issuing body)",
            "Units of competence: Ex 001 Basic principles of protection",
            "Limitations: Yes, for Ex 003: read them on page 2.",
        ],
    )
    assert "Ex 003 Install equipment and" in units
    assert "Up to 1,000 V" in units
    assert "Personnel Assessment Report(s): GB/BAS/PCAR26.0009/00" in units


def test_notes_that_a_full_first_page_pushes_over_are_followed_by_the_schedule(
    replica: Any, certificates: FakeCertificates
) -> None:
    units = [
        {"unit": f"Ex {n:03}", "obtained": "2026-10-01", "scope": "", "limits": "Up to 1 kV"} for n in range(1, 25)
    ]
    first, second, *_ = printed_pages(replica, certificates, a_person(units=units))
    assert "Reproduce this certificate" not in first
    assert in_order(second, ["Reproduce this certificate", "Schedule", "UNITS OF COMPETENCE"])


def test_the_day_after_its_last_a_person_s_certificate_says_on_every_page_that_it_ended(
    replica: Any, certificates: FakeCertificates, clock: Clock
) -> None:
    clock.now = datetime(2031, 10, 31, 23, 59, tzinfo=UTC)
    assert not any("VALIDITY ENDED" in page for page in printed_pages(replica, certificates, a_person()))
    clock.now = datetime(2031, 11, 1, tzinfo=UTC)
    pages = printed_pages(replica, certificates, a_person())
    assert all("VALIDITY ENDED It was valid until 2031-10-31" in page for page in pages)
    assert "Status: Current, validity ended" in pages[0]


def test_a_suspended_one_whose_validity_ended_says_both(
    replica: Any, certificates: FakeCertificates, clock: Clock
) -> None:
    clock.now = datetime(2032, 1, 1, tzinfo=UTC)
    suspended = {"status": "suspended", "status_date": "2031-01-01", "status_reason": "Misuse."}
    for page in printed_pages(replica, certificates, a_person(**suspended)):
        assert "SUSPENDED since 2031-01-01" in page
        assert "VALIDITY ENDED" in page


def pictures_of(replica: Any) -> list[Any]:
    return [image for page in pdf_of(replica).pages for image in page.images]


def test_the_photo_is_printed_and_where_the_store_has_none_a_frame(
    replica: Any, certificates: FakeCertificates
) -> None:
    assert "No photo" in printed_pages(replica, certificates, a_person(photo=PHOTO))[0]
    replica.blobs.put(f"photos/{PHOTO}.jpg", a_file())
    assert "No photo" not in printed_pages(replica, certificates, a_person(photo=PHOTO))[0]
    assert len(pictures_of(replica)) == 1


@pytest.mark.parametrize("snapshot", [a_facility(), a_licence(), a_person()], ids=lambda it: str(it["scheme"]))
def test_every_kind_is_tagged_and_titled_and_has_its_number_on_every_page(
    replica: Any, certificates: FakeCertificates, snapshot: dict[str, Any]
) -> None:
    pages = printed_pages(replica, certificates, snapshot)
    root: Any = pdf_of(replica).trailer["/Root"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert root["/Lang"] == "en"
    for n, page in enumerate(pages, 1):
        assert f"No.: {snapshot['number']} · Issue No: 0" in page
        assert f"Page {n} of {len(pages)}" in page
        assert "Printed as of change 1. The record in the register is the original." in page


def test_a_certificate_in_whose_place_another_stands_says_so_on_every_page(
    replica: Any, certificates: FakeCertificates
) -> None:
    replaced = a_snapshot(NUMBER, superseded_by=["IECEx SIR 26.0009"])
    for page in printed_pages(replica, certificates, replaced):
        assert "SUPERSEDED Another certificate took its place: IECEx SIR 26.0009." in page


def test_an_older_issue_stands_as_of_the_change_that_made_it_stand_so(
    replica: Any, certificates: FakeCertificates
) -> None:
    suspended = {"status": "suspended", "status_date": "2026-11-10", "status_reason": "Misuse.", "change_no": 9}
    certificates.issues = {0: a_snapshot(NUMBER), 1: a_snapshot(NUMBER, issue=1, **suspended)}
    for page in pdf_of(replica, issue=0).pages:
        text = page.extract_text()
        assert "SUSPENDED since 2026-11-10" in text
        assert "followed by Issue 1" in text
        assert "Printed as of change 9." in text


def test_a_verified_unit_says_so(replica: Any, certificates: FakeCertificates) -> None:
    unit = {"kind": "unit-verification", "verification": True, "quality_reports": [], "serial_numbers": ["SN 1"]}
    assert (
        "Verification (V): Yes: it covers the items named"
        in printed_pages(replica, certificates, a_snapshot(NUMBER, **unit))[0]
    )


def test_nothing_private_is_printed_even_if_it_were_answered(replica: Any, certificates: FakeCertificates) -> None:
    leaked = a_person() | {"private": {"date_of_birth": "1980-02-03", "identity_number": "P-4711"}}
    certificates.issues = {0: leaked}
    for file in (replica.certificate_pdf(number="CP"), replica.card_pdf(number="CP")):
        text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(replica.blobs.get(file["blob"]))).pages)
        assert "Maria Muster" in text
        assert "1980" not in text
        assert "4711" not in text
