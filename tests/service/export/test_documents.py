"""The certificate as PDF: what it says to people, to readers of tags and to tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.errors import NotFound
from services.export import drawing
from tests.builders import a_party, a_snapshot
from tests.service.export.documents import NUMBER, in_order, pages_of, pdf_of
from tests.service.export.neighbours import FakeCertificates

# Whatever it says must be text.
MARKUP = '#panic("x") $x$ *bold* _it_ <label> @ref \\ // /* `raw` = Heading #include("/etc/passwd") ]]}'


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Documents touch no database: one kind is enough here."""
    return f"{request.param}:///{tmp_path / 'register.db'}"


def test_the_labels_stand_in_their_order_with_their_values_behind_them(
    replica: Any, certificates: FakeCertificates
) -> None:
    text = "\n".join(pages_of(replica, certificates, conditions_of_use="Do not open when energised."))
    expected = [
        "Certificate No.: IECEx BAS 26.0001X",
        "Issue No: 0",
        "Certificate history: Issue No. 0 (2026-11-01)",
        "Status: Current",
        "Date of Issue: 2026-11-01",
        "Applicant: Muster Messtechnik GmbH",
        "Equipment: Pressure transmitter type PX-200",
        "Type of Protection: d, i",
        "Marking: Ex db [ia IIC Ga] IIB T4 Gb",
        "Ambient range: -40 °C ≤ Ta ≤ +70 °C",
        "APPROVAL",
        "Approved for issue by: A. Example",
        "Position: Certification manager",
        "Certificate issued by: Example Certification Body (BAS), United Kingdom",
        "Manufacturer: Muster Messtechnik GmbH",
        "STANDARDS",
        "IEC 60079-0:2017 Equipment – General requirements Edition 7.0",
        "Test Report(s): DE/TUN/ExTR26.0007/00",
        "Quality Assessment Report(s): GB/BAS/QAR24.0004/04",
        "Schedule",
        "SPECIFIC CONDITIONS OF USE",
        "YES as shown below:\nDo not open when energised.",
        "EQUIPMENT AND SYSTEMS COVERED\nA transmitter in a flameproof enclosure.",
    ]
    places = [text.find(label) for label in expected]
    assert -1 not in places, f"missing: {expected[places.index(-1)]}"
    assert places == sorted(places)


def test_every_page_names_the_certificate_its_issue_and_itself(replica: Any, certificates: FakeCertificates) -> None:
    pages = pages_of(replica, certificates)
    for n, page in enumerate(pages, 1):
        assert f"Certificate No.: {NUMBER} · Issue No: 0" in page
        assert f"Page {n} of {len(pages)}" in page
        assert "The record in the register is the original" in page
        assert "http://register.example/certificates/IECEx-BAS-26.0001X" in page
    assert len(pages) == 3


def test_it_is_tagged_titled_in_english_and_its_fonts_are_in_it(replica: Any) -> None:
    reader = pdf_of(replica)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "IECEx Certificate of Conformity, IECEx BAS 26.0001, Issue 0"
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert "SourceSans3" in descriptor["/FontName"]
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


@pytest.mark.parametrize(("status", "word"), [("suspended", "SUSPENDED"), ("cancelled", "CANCELLED")])
def test_a_suspended_or_cancelled_certificate_says_so_on_every_page(
    replica: Any, certificates: FakeCertificates, status: str, word: str
) -> None:
    reason = "Surveillance was not carried out in time."
    pages = pages_of(replica, certificates, status=status, status_date="2026-11-10", status_reason=reason)
    for page in pages:
        assert f"{word} since 2026-11-10" in page
        assert f"Reason: {reason}" in page


@pytest.mark.parametrize(
    ("affected", "words"),
    [(True, "Equipment supplied before is affected"), (False, "Equipment supplied before is not affected")],
)
def test_a_cancelled_certificate_says_what_becomes_of_earlier_equipment(
    replica: Any, certificates: FakeCertificates, affected: bool, words: str
) -> None:
    cancelled = {"status": "cancelled", "status_date": "2026-11-10", "status_reason": "End of production."}
    assert words in pages_of(replica, certificates, **cancelled, supplied_affected=affected)[0]


def test_a_demonstration_record_says_so_on_every_page(replica: Any, certificates: FakeCertificates) -> None:
    assert all("DEMONSTRATION RECORD" in page for page in pages_of(replica, certificates, demonstration=True))
    assert not any("DEMONSTRATION" in page for page in pages_of(replica, certificates))


def test_an_older_issue_says_by_which_it_was_followed(replica: Any, certificates: FakeCertificates) -> None:
    certificates.issues = {
        0: a_snapshot(NUMBER, date_of_issue="2026-01-02"),
        1: a_snapshot(NUMBER, issue=1, changes="Another cable gland."),
    }
    old = [page.extract_text() for page in pdf_of(replica, issue=0).pages]
    assert all("SUPERSEDED" in page and "followed by Issue 1 of 2026-11-01" in page for page in old)
    new = [page.extract_text() for page in pdf_of(replica).pages]
    assert not any("SUPERSEDED" in page for page in new)
    assert "Issue No. 0 (2026-01-02), Issue No. 1 (2026-11-01)" in new[0]
    assert "DETAILS OF CERTIFICATE CHANGES (ISSUE 1)\nAnother cable gland." in new[-1]


def test_a_component_has_limitations_and_a_verified_unit_its_serial_numbers(
    replica: Any, certificates: FakeCertificates
) -> None:
    component = "\n".join(pages_of(replica, certificates, kind="component", conditions_of_use="Only inside."))
    assert "SCHEDULE OF LIMITATIONS" in component
    assert "not meant to be used alone" in component
    verified = {"kind": "unit-verification", "quality_reports": [], "serial_numbers": ["SN 1", "SN 2"]}
    unit = pages_of(replica, certificates, **verified)
    assert "SN 1, SN 2" in unit[1]
    assert "Quality Assessment Report(s): Not applicable" in unit[1]


# What people write


def test_nobody_s_text_is_markup(replica: Any, certificates: FakeCertificates) -> None:
    maker = a_party(MARKUP)
    fields = dict.fromkeys(("equipment", "conditions_of_use", "schedule", "changes", "ambient"), MARKUP)
    text = "\n".join(pages_of(replica, certificates, applicant=maker, manufacturer=maker, marking=[MARKUP], **fields))
    squeezed = "".join(text.split())
    assert squeezed.count("".join(MARKUP.split())) == 8


def test_scripts_of_many_countries_are_printed(replica: Any, certificates: FakeCertificates) -> None:
    name = "Łódź Çağ Αθήνα Москва 上海防爆电气 東京計器 서울전기"
    assert name in pages_of(replica, certificates, applicant=a_party(name))[0]


def test_what_no_font_can_show_is_spelt_out(replica: Any, certificates: FakeCertificates) -> None:
    page = pages_of(replica, certificates, equipment="Pump 🔥 type ᠮ 上 Ω")[0]
    assert "Pump [U+1F525] type [U+182E] 上 Ω" in page


def test_a_name_cannot_turn_the_text_around(replica: Any, certificates: FakeCertificates) -> None:
    page = pages_of(replica, certificates, applicant=a_party("Muster \u202eGmbH"))[0]
    assert "Applicant: Muster GmbH" in page


def test_the_longest_certificate_is_printed_whole(replica: Any, certificates: FakeCertificates) -> None:
    pages = pages_of(
        replica,
        certificates,
        applicant=a_party("N" * 300),
        marking=[f"Ex db IIC T{n % 6 + 1} Gb part {n}" for n in range(100)],
        standards=[{"number": f"IEC 60079-{n}", "edition": "1.0"} for n in range(200)],
        serial_numbers=[f"SN-{n:06}" for n in range(2_000)],
        schedule="A sentence of the schedule, as long as many. " * 2_200 + "The end of it.",
    )
    text = "\n".join(pages)
    assert "N" * 300 in text.replace("\n", "").replace("\u200b", "")
    for last in ("part 99", "IEC 60079-199", "SN-001999", "The end of it."):
        assert last in text
    heads = [page for page in pages if "IEC 60079-" in page and "Edition 1.0" in page]
    assert len(heads) > 3
    assert all("Standard Title Edition" in page for page in heads), "a table repeats its head on each page"


def test_nothing_overflows_the_page(replica: Any, certificates: FakeCertificates) -> None:
    """Where each piece of text begins, in points from the left: the paper is 595 wide."""
    wide = {"applicant": a_party("W" * 300), "equipment": "y" * 2_000, "marking": ["M" * 300]}
    certificates.issues = {0: a_snapshot(NUMBER, **wide)}
    places: list[float] = []

    def visit(text: str, cm: Any, tm: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            places.append(cm[4] + tm[4])

    for page in pdf_of(replica).pages:
        page.extract_text(visitor_text=visit)
    assert places
    assert max(places) < 595 - 40


def test_a_certificate_nobody_knows_is_not_found(replica: Any, certificates: FakeCertificates) -> None:
    certificates.issues = {}
    with pytest.raises(NotFound):
        replica.certificate_pdf(number="IECEx BAS 99.9999")


def test_the_qr_code_leads_to_the_verification(replica: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks: list[dict[str, Any]] = []
    run = replica.workers.run

    def run_and_remember(task: dict[str, Any], **options: float) -> None:
        tasks.append(task)
        run(task, **options)

    monkeypatch.setattr(replica.workers, "run", run_and_remember)
    replica.certificate_pdf(number=NUMBER)
    address = tasks[0]["facts"]["verify_address"]
    assert address == "http://register.example/verify?q=IECEx%20BAS%2026.0001"
    assert drawing.qr_code(address).startswith("<svg")


def test_annexes_stand_at_the_end_with_what_tells_a_true_copy(replica: Any, certificates: FakeCertificates) -> None:
    sha256 = "0123456789abcdef" * 4
    annex = {"name": "Annex *1* [für].pdf", "type": "application/pdf", "size": 20_000, "sha256": sha256}
    text = "\n".join(pages_of(replica, certificates, annexes=[annex]))
    assert in_order(text, ["EQUIPMENT AND SYSTEMS COVERED", "ANNEXES", "Annex *1* [für].pdf", "20000", "End of IECEx"])
    assert sha256 in text.replace("\u200b", "").replace("\n", "")
    assert "ANNEXES" not in "\n".join(pages_of(replica, certificates, annexes=[]))
