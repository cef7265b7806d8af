"""The signature of documents: valid by pyHanko with the register's certificate as the only root; always the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pypdf
import pytest
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from contracts.errors import Unavailable
from services.export import withdraw
from services.export.key import SigningKey
from services.export.pool import WorkerPool
from services.export.signing import warn_of_end
from tests.builders import a_snapshot
from tests.schemes import a_facility, a_licence, a_person
from tests.service.export.documents import NUMBER, REPORT, a_draft, a_summary
from tests.service.export.neighbours import OWNER, Clock, FakeCertificates, as_account
from tests.signed import no_running_loop
from tests.signing_keys import NAME, UNTIL, a_signing_certificate, a_signing_key


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Only the list of keys is in the database, and its statements are the same for both kinds."""
    return f"{request.param}:///{tmp_path / 'register.db'}"


def printed(replica: Any, file: dict[str, Any]) -> bytes:
    return bytes(replica.blobs.get(file["blob"]))


def status_of(pdf: bytes, key: SigningKey) -> PdfSignatureStatus:
    """What pyHanko says of the one signature in ``pdf`` to somebody who trusts this key and nobody else."""
    [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    root = translate_pyca_cryptography_cert_to_asn1(key.certificate)
    # Not the rules of a public authority: the key of these tests may make digital signatures, and that is enough.
    usage = KeyUsageConstraints(key_usage={"digital_signature"})
    with no_running_loop():
        return validate_pdf_signature(signature, ValidationContext(trust_roots=[root]), key_usage_settings=usage)


def dictionary_of(pdf: bytes) -> Any:
    [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return signature.sig_object


def is_signed(pdf: bytes) -> bool:
    return bool(PdfFileReader(BytesIO(pdf)).embedded_signatures)


@pytest.mark.parametrize(
    "snapshot",
    [a_snapshot(), a_snapshot(kind="component"), a_facility(), a_licence(), a_person()],
    ids=lambda it: f"{it['scheme']} {it['kind']}",
)
def test_every_certificate_is_signed(
    replica: Any, certificates: FakeCertificates, workers: WorkerPool, snapshot: dict[str, Any]
) -> None:
    certificates.issues = {0: snapshot}
    pdf = printed(replica, replica.certificate_pdf(number=snapshot["number"]))
    status = status_of(pdf, workers.key)
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.signing_cert.subject.native["common_name"] == NAME
    said = f"Copy of {snapshot['number']}, Issue 0, as of change 1"
    assert dictionary_of(pdf)["/Reason"] == said


def test_cards_and_summaries_are_signed(replica: Any, certificates: FakeCertificates, workers: WorkerPool) -> None:
    certificates.issues, certificates.others = {0: a_person()}, {REPORT: a_summary()}
    card = printed(replica, replica.card_pdf(number=a_person()["number"]))
    summary = printed(replica, replica.report_pdf(number=REPORT))
    assert status_of(card, workers.key).bottom_line
    assert status_of(summary, workers.key).bottom_line
    assert dictionary_of(card)["/Reason"] == f"ID card of {a_person()['number']}, Issue 0, as of change 1"
    assert dictionary_of(summary)["/Reason"] == f"Summary of {REPORT}, Issue 0, as of change 5"


def test_what_is_no_document_of_the_register_is_not_signed(replica: Any, certificates: FakeCertificates) -> None:
    certificates.issues = {0: a_draft()}
    certificates.asks = OWNER
    as_account(replica, "bas-author")
    preview = printed(replica, replica.certificate_pdf(number=NUMBER))
    assert not is_signed(preview)
    assert NAME not in pypdf.PdfReader(BytesIO(preview)).pages[0].extract_text()


def test_it_is_a_basic_pades_signature_of_the_time_of_the_change(replica: Any) -> None:
    dictionary = dictionary_of(printed(replica, replica.certificate_pdf(number=NUMBER)))
    assert dictionary["/SubFilter"] == "/ETSI.CAdES.detached"
    # The first change of the log was at 10:01; a time among the signed attributes is not for PAdES.
    assert dictionary["/M"] == "D:20261102100100Z"
    [signature] = PdfFileReader(BytesIO(printed(replica, replica.certificate_pdf(number=NUMBER)))).embedded_signatures
    attributes = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    assert attributes == {"content_type", "message_digest", "signing_certificate_v2"}


def test_the_same_issue_as_of_the_same_change_gives_the_same_bytes_in_any_process(
    replica: Any, workers: WorkerPool, clock: Clock
) -> None:
    file = replica.certificate_pdf(number=NUMBER)
    before = printed(replica, file)
    for _ in range(3):
        replica.blobs.delete(file["blob"])
        clock.pass_by(timedelta(days=1))
        assert printed(replica, replica.certificate_pdf(number=NUMBER)) == before


def test_another_key_makes_another_document(replica: Any, workers: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    before = replica.certificate_pdf(number=NUMBER)
    monkeypatch.setattr(workers, "key", a_signing_key(2))
    assert replica.certificate_pdf(number=NUMBER)["blob"] != before["blob"]


def test_the_document_stays_as_it_was_drawn_and_the_signature_stands_behind_it(
    replica: Any, certificates: FakeCertificates
) -> None:
    pdf = printed(replica, replica.certificate_pdf(number=NUMBER))
    drawn = pdf[: pdf.index(b"%%EOF") + len(b"%%EOF")]
    before, after = (pypdf.PdfReader(BytesIO(data)) for data in (drawn, pdf))
    old, new = cast(Any, before.trailer["/Root"]), cast(Any, after.trailer["/Root"])
    assert after.metadata == before.metadata
    assert new["/Metadata"].get_data() == old["/Metadata"].get_data()
    assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]
    assert all(new[name] == old[name] for name in ("/Lang", "/MarkInfo", "/ViewerPreferences"))


def test_what_a_reader_should_see_stands_on_the_document(replica: Any, certificates: FakeCertificates) -> None:
    certificates.others = {REPORT: a_summary()}
    for file in (replica.certificate_pdf(number=NUMBER), replica.report_pdf(number=REPORT)):
        text = pypdf.PdfReader(BytesIO(printed(replica, file))).pages[0].extract_text()
        assert f"The PDF file is signed by {NAME}" in " ".join(text.split())


# The keys as everybody may know them


def test_a_key_is_listed_before_it_signs_anything(replica: Any, workers: WorkerPool, clock: Clock) -> None:
    [listed] = replica.signing_certificates()
    assert listed["in_use"]
    assert (listed["name"], listed["fingerprint"], listed["pem"]) == (NAME, workers.key.fingerprint, workers.key.pem)
    assert listed["first_used_at"] == "2026-11-21T10:00:00Z"
    assert listed["withdrawn_at"] is None


def test_an_older_key_stays_listed_when_it_is_rolled(
    replica: Any, workers: WorkerPool, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica.certificate_pdf(number=NUMBER)
    clock.pass_by(timedelta(days=700))
    monkeypatch.setattr(workers, "key", a_signing_key(2))
    new, old = replica.signing_certificates()
    assert (new["fingerprint"], new["in_use"]) == (a_signing_key(2).fingerprint, True)
    assert (old["fingerprint"], old["in_use"]) == (a_signing_key().fingerprint, False)


def test_a_key_whose_time_is_over_prints_nothing_new(replica: Any, clock: Clock) -> None:
    before = replica.certificate_pdf(number=NUMBER)
    clock.now = UNTIL + timedelta(seconds=1)
    assert replica.certificate_pdf(number=NUMBER) == before
    replica.blobs.delete(before["blob"])
    with pytest.raises(Unavailable, match="the key ended on 2090-01-01"):
        replica.certificate_pdf(number=NUMBER)
    with pytest.raises(Unavailable):
        replica.signing_status()


def test_a_key_that_is_withdrawn_prints_nothing_more_and_says_why(
    replica: Any, database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica.signing_certificates()
    monkeypatch.setattr("plumbing.settings.Settings.database_of", lambda _self, _service: database_url)
    fingerprint = a_signing_key().fingerprint
    assert withdraw.main([fingerprint.upper(), "A laptop was stolen."]) == 0
    assert withdraw.main([fingerprint, "Again."]) == 1
    assert withdraw.main(["00" * 32, "Of nobody's."]) == 1
    [listed] = replica.signing_certificates()
    assert (listed["in_use"], listed["withdrawal"]) == (False, "A laptop was stolen.")
    assert listed["withdrawn_at"] is not None
    with pytest.raises(Unavailable, match="withdrawn"):
        replica.certificate_pdf(number=NUMBER)


def test_how_long_the_key_is_valid_is_told(replica: Any, clock: Clock) -> None:
    clock.now = datetime(2089, 12, 2, tzinfo=UTC)
    status = replica.signing_status()
    assert (status["name"], status["valid_until"], status["days_left"]) == (NAME, "2090-01-01T00:00:00Z", 30)


@pytest.mark.parametrize(("days", "warned"), [(31, False), (29, True)])
def test_a_key_that_ends_soon_is_in_the_log(monkeypatch: pytest.MonkeyPatch, days: int, warned: bool) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr("services.export.signing.log.warning", lambda _text, **more: lines.append(more))
    warn_of_end(a_signing_key(), UNTIL - timedelta(days=days))
    assert [line["days"] for line in lines] == ([days] if warned else [])


def test_a_chain_of_certificates_goes_with_the_signature(replica: Any, workers: WorkerPool) -> None:
    above = a_signing_certificate(a_signing_key(2).private, name="Authority", usage=("key_cert_sign",))
    pool = WorkerPool(SigningKey(a_signing_key().private, a_signing_key().certificate, (above,)), size=1)
    try:
        replica.workers = pool
        pdf = printed(replica, replica.certificate_pdf(number=NUMBER))
    finally:
        pool.close()
    [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    names = [certificate.subject.native["common_name"] for certificate in signature.other_embedded_certs]
    assert names == ["Authority"]
