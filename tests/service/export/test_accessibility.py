"""Every kind of document, in every state, short and long: what PDF/UA asks for is there, and nothing that could run."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from contracts.identity import Identity
from plumbing.context import new_context
from tests.builders import a_party, a_snapshot
from tests.pictures import a_file
from tests.schemes import a_facility, a_licence, a_person
from tests.service.export.accessibility import faults
from tests.service.export.documents import NUMBER, REPORT, a_draft, a_summary
from tests.service.export.neighbours import OWNER, PUBLIC_URL, Clock, FakeCertificates, as_account

CJK = "上海防爆电气有限公司 東京計器 서울전기"
PHOTO = "ab" * 32
KINDS: dict[str, dict[str, Any]] = {
    "equipment": a_snapshot(NUMBER, conditions_of_use="Do not open when energised."),
    "component": a_snapshot(NUMBER, kind="component", conditions_of_use="Only inside."),
    "unit": a_snapshot(NUMBER, kind="unit-verification", quality_reports=[], serial_numbers=["SN 1"]),
    "facility": a_facility(locations=[a_party(f"Werk {n}") for n in range(60)]),
    "licence": a_licence(),
    "person": a_person(photo=PHOTO),
}
STATES: dict[str, dict[str, Any]] = {
    "current": {},
    "suspended": {"status": "suspended", "status_date": "2026-11-10", "status_reason": "Misuse of the mark."},
    "cancelled": {
        "status": "cancelled",
        "status_date": "2026-11-10",
        "status_reason": "End of production.",
        "supplied_affected": True,
    },
    "superseded": {"superseded_by": ["IECEx SIR 26.0009"]},
    "demonstration": {"demonstration": True},
    "changed": {"changes": "Another cable gland."},
}
LONG = a_snapshot(
    NUMBER,
    applicant=a_party(CJK * 8 + "N" * 100),
    marking=[f"Ex db IIC T{n % 6 + 1} Gb part {n}" for n in range(60)],
    standards=[{"number": f"IEC 60079-{n}", "edition": "1.0"} for n in range(120)],
    serial_numbers=[f"SN-{n:06}" for n in range(500)],
    schedule=f"A sentence of the schedule, {CJK}. " * 800,
    conditions_of_use="First.\n\nSecond 🔥.\nThird.",
    changes="What changed.",
)


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Documents touch no database but for the list of keys."""
    return f"{request.param}:///{tmp_path / 'register.db'}"


def faults_of(replica: Any, file: dict[str, Any]) -> list[str]:
    return faults(replica.blobs.get(file["blob"]), PUBLIC_URL)


def certificate_of(replica: Any, certificates: FakeCertificates, snapshot: dict[str, Any]) -> dict[str, Any]:
    replica.blobs.put(f"photos/{PHOTO}.jpg", a_file())
    certificates.issues = {snapshot["issue"]: snapshot}
    file: dict[str, Any] = replica.certificate_pdf(number=snapshot["number"])
    return file


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_of_each_kind_in_each_state_can_be_read_by_everybody(
    replica: Any, certificates: FakeCertificates, kind: str, state: str
) -> None:
    assert not faults_of(replica, certificate_of(replica, certificates, KINDS[kind] | STATES[state]))


def test_the_longest_certificate_in_many_scripts_can_be_read_by_everybody(
    replica: Any, certificates: FakeCertificates
) -> None:
    file = certificate_of(replica, certificates, LONG)
    assert len(pypdf.PdfReader(BytesIO(replica.blobs.get(file["blob"]))).pages) > 15
    assert not faults_of(replica, file)


def test_an_older_issue_and_an_ended_validity_can_be_read_by_everybody(
    replica: Any, certificates: FakeCertificates, clock: Clock
) -> None:
    certificates.issues = {0: a_snapshot(NUMBER), 1: a_snapshot(NUMBER, issue=1, change_no=2)}
    assert not faults_of(replica, replica.certificate_pdf(number=NUMBER, issue=0))
    clock.now = datetime(2032, 1, 1, tzinfo=UTC)
    assert not faults_of(replica, certificate_of(replica, certificates, a_person()))


def test_a_preview_of_a_draft_can_be_read_by_everybody(replica: Any, certificates: FakeCertificates) -> None:
    certificates.asks = OWNER
    as_account(replica, "bas-author")
    assert not faults_of(replica, certificate_of(replica, certificates, a_draft()))


@pytest.mark.parametrize("state", [{}, {"latest_issue": 1}, {"demonstration": True}, {"subject": CJK, "type": "QAR"}])
def test_a_summary_can_be_read_by_everybody(
    replica: Any, certificates: FakeCertificates, state: dict[str, Any]
) -> None:
    certificates.others = {REPORT: a_summary(**state)}
    assert not faults_of(replica, replica.report_pdf(number=REPORT))


@pytest.mark.parametrize("state", STATES)
def test_a_card_can_be_read_by_everybody(replica: Any, certificates: FakeCertificates, state: str) -> None:
    replica.blobs.put(f"photos/{PHOTO}.jpg", a_file())
    certificates.issues = {0: KINDS["person"] | STATES[state]}
    assert not faults_of(replica, replica.card_pdf(number="CP"))


def test_a_sheet_of_cards_can_be_read_by_everybody(replica: Any, certificates: FakeCertificates) -> None:
    certificates.issues = {0: a_person()}
    replica.call = new_context(Identity("secretariat", account="office"), seconds=30)
    assert not faults_of(replica, replica.cards_pdf(numbers=["CP"] * 9))


# That the checks see what they are for


def spoilt(pdf: bytes, **changes: Any) -> bytes:
    """The document with entries of its root changed, or taken away by None."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    for name, value in changes.items():
        if value is None:
            del writer.root_object[NameObject(f"/{name}")]
        else:
            writer.root_object[NameObject(f"/{name}")] = value
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


SCRIPT = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app")})
ELSEWHERE = DictionaryObject(
    {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("http://elsewhere.example/")}
)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"Lang": None}, "7.2"),
        ({"MarkInfo": None}, "7.1: it is not marked"),
        ({"StructTreeRoot": None}, "7.1: it has no structure"),
        ({"ViewerPreferences": None}, "7.1: a reader's window"),
        ({"OpenAction": SCRIPT}, "it holds /JavaScript"),
        ({"Names": ELSEWHERE}, "it leads to http://elsewhere.example/"),
    ],
)
def test_a_document_that_lacks_something_is_found(
    replica: Any, certificates: FakeCertificates, change: dict[str, Any], fault: str
) -> None:
    file = certificate_of(replica, certificates, KINDS["equipment"])
    found = faults(spoilt(replica.blobs.get(file["blob"]), **change), PUBLIC_URL)
    assert [text for text in found if text.startswith(fault)]
