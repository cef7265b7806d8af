"""A document handed in to the API, and the certificates by which anybody can examine one himself."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509

from contracts.errors import Unavailable
from gateway import documents
from gateway.sizes import LARGEST_BODY, LARGEST_DOCUMENT
from tests.service.gateway.browser import Browser
from tests.signed import a_drawn_document, a_signed_document
from tests.signing_keys import NAME, a_signing_key

HERE = "/api/v1/verify/document"


def handed_in(browser: Browser, data: bytes, content_type: str = "application/pdf") -> Any:
    return browser.http.post(HERE, data=data, content_type=content_type)


def test_a_genuine_document_that_still_holds_is_told_so(browser: Browser) -> None:
    browser.gateway.certificates.add()
    answer = handed_in(browser, a_signed_document())
    assert answer.status_code == 200
    found = answer.json
    assert (found["verdict"], found["signer"]["name"]) == ("genuine", NAME)
    copy = {"kind": "certificate", "number": "IECEx BAS 26.0001X", "issue": 0, "change_no": 7}
    assert found["document"] == copy | {"signed_at": "2026-11-02T10:01:00+00:00"}
    assert found["standing"] | {"text": ""} == {
        "up_to_date": True,
        "status": "current",
        "issue": 0,
        "change_no": 7,
        "text": "",
    }
    assert browser.http.get(found["links"]["self"]).status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({"change_no": 9, "status": "suspended"}, "it is at change 9, where it is suspended"),
        ({"change_no": 9, "issue": 1}, "Issue 1 is the latest"),
    ],
)
def test_a_genuine_document_that_was_overtaken_says_how_it_stands(
    browser: Browser, now: dict[str, Any], words: str
) -> None:
    browser.gateway.certificates.add(**now)
    found = handed_in(browser, a_signed_document()).json
    assert (found["verdict"], found["standing"]["up_to_date"]) == ("genuine", False)
    assert words in found["standing"]["text"]


def test_a_document_of_what_was_deleted_or_is_unknown_says_so(browser: Browser) -> None:
    unknown = handed_in(browser, a_signed_document()).json["standing"]
    assert (unknown["up_to_date"], unknown["status"]) == (False, None)
    browser.gateway.certificates.add(status="deleted", status_reason="A slip.")
    deleted = handed_in(browser, a_signed_document()).json["standing"]
    assert (deleted["up_to_date"], deleted["status"]) == (False, "deleted")


def test_a_validity_that_ended_since_is_told(browser: Browser) -> None:
    browser.gateway.certificates.add(valid_until="2026-11-20")
    standing = handed_in(browser, a_signed_document()).json["standing"]
    assert standing["up_to_date"]
    assert "Its validity ended on 2026-11-20." in standing["text"]


@pytest.mark.parametrize(("issue", "up_to_date"), [(0, False), (1, True)])
def test_a_summary_is_overtaken_by_the_next_issue_of_its_report(browser: Browser, issue: int, up_to_date: bool) -> None:
    said = f"Summary of GB/BAS/ExTR26.0001/{issue:02}, Issue {issue}, as of change {7 + issue}"
    found = handed_in(browser, a_signed_document(said)).json
    assert found["document"]["kind"] == "report"
    assert found["standing"]["up_to_date"] is up_to_date
    assert "links" not in found


def test_a_document_that_was_changed_is_told_so_and_nothing_of_it_is_believed(browser: Browser) -> None:
    data = a_signed_document()
    place = data.index(b"IECEx BAS 26.0001X, Issue")
    found = handed_in(browser, data[:place] + b"IECEx BAS 26.0002X" + data[place + 18 :]).json
    assert (found["verdict"], found["document"], found["standing"]) == ("altered", None, None)


def test_what_was_added_to_does_not_pass_for_genuine(browser: Browser) -> None:
    browser.gateway.certificates.add()
    found = handed_in(browser, a_signed_document() + b"\n").json
    assert found["verdict"] == "altered"
    assert "added" in found["text"]
    assert found["document"]["number"] == "IECEx BAS 26.0001X"


def test_a_document_of_nobody_or_of_others_is_told_so(browser: Browser) -> None:
    assert handed_in(browser, a_drawn_document()).json["verdict"] == "unsigned"
    found = handed_in(browser, a_signed_document(key=2, name="Somebody else")).json
    assert (found["verdict"], found["signer"]) == ("foreign", None)


def test_a_key_that_was_withdrawn_proves_nothing(browser: Browser) -> None:
    browser.gateway.certificates.add()
    withdrawn = {"in_use": False, "withdrawn_at": "2026-11-25T10:00:00Z", "withdrawal": "A laptop was stolen."}
    browser.gateway.export.signing = withdrawn
    found = handed_in(browser, a_signed_document()).json
    assert (found["verdict"], found["document"]) == ("withdrawn", None)
    assert "withdrawn on 2026-11-25: A laptop was stolen." in found["text"]
    assert browser.http.get("/api/v1/signing-certificate").status_code == 404


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"no PDF", a_signed_document()[:3000]])
def test_what_cannot_be_read_is_refused_with_a_sentence(browser: Browser, data: bytes) -> None:
    answer = handed_in(browser, data)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "document")


def test_the_body_must_be_meant_as_a_pdf_file_and_has_a_bound(browser: Browser) -> None:
    assert handed_in(browser, a_signed_document(), "multipart/form-data").status_code == 415
    answer = handed_in(browser, bytes(LARGEST_DOCUMENT + 1))
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")
    padded = a_signed_document() + bytes(LARGEST_BODY)
    assert handed_in(browser, padded).status_code in (200, 422)


def test_only_one_document_at_a_time_is_examined(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, documents.one_at_a_time:
        patched.setitem(browser.application.config, "RPC_TIMEOUT", 0.05)
        assert handed_in(browser, a_signed_document()).status_code == 503


def test_all_certificates_that_ever_signed_are_listed(browser: Browser) -> None:
    answer = browser.http.get("/api/v1/signing-certificates")
    [row] = answer.json["items"]
    assert row["fingerprint"] == a_signing_key().fingerprint
    assert "certified and unchanged" in answer.json["text"]
    again = browser.http.get("/api/v1/signing-certificates", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_certificate_in_use_is_a_file_that_programs_take(browser: Browser) -> None:
    answer = browser.http.get("/api/v1/signing-certificate")
    assert answer.mimetype == "application/pem-certificate-chain"
    assert x509.load_pem_x509_certificate(answer.data) == a_signing_key().certificate


def test_ready_says_until_when_the_key_is_valid_and_when_it_may_not_sign_any_more(browser: Browser) -> None:
    shown = {"ready": True, "signing_key_valid_until": "2028-01-01T00:00:00Z", "signing_key_days_left": 401}
    assert browser.http.get("/readyz").json["parts"]["export"] == shown
    browser.gateway.export.faults.append(Unavailable("Documents cannot be made at the moment: the key ended."))
    answer = browser.http.get("/readyz")
    assert (answer.status_code, answer.json["missing"]) == (503, ["export"])
