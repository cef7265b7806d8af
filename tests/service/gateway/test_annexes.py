"""Annexes: sent for a draft, looked through, kept before anybody is told of them, shown to whom the draft is shown."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from PIL import Image

from contracts.annexes import LARGEST_ANNEX
from contracts.errors import Forbidden, WrongState
from gateway.annexes import prepared, prepared_apart
from gateway.api import annexes
from gateway.sizes import largest_body
from tests.pdfs import SCRIPT, a_pdf
from tests.pictures import a_file, a_picture
from tests.service.gateway.browser import Browser

HERE = "/api/v1/certificates/IECEx-BAS-26.0001X"
NAME = "Annex to IECEx BAS 26.0001X, Issue 0 (Maße).pdf"
PDF = a_pdf()
SHA256 = hashlib.sha256(PDF).hexdigest()
LISTED = {"name": NAME, "type": "application/pdf", "size": len(PDF), "sha256": SHA256}


def put(browser: Browser, data: bytes = PDF, name: str = NAME, **headers: str) -> Any:
    """The answer to an author who puts an annex on the draft that he has read."""
    media_type = headers.pop("content_type", "application/pdf")
    sent = browser.as_("author", "BAS") | {"If-Match": '"3"'} | headers
    return browser.http.put(f"{HERE}/annexes/{name}", data=data, content_type=media_type, headers=sent)


def with_an_annex(browser: Browser, **overrides: Any) -> None:
    browser.gateway.blobs.put(f"annexes/{SHA256}.pdf", PDF)
    browser.gateway.certificates.add(annexes=[LISTED], **overrides)


def calls(browser: Browser) -> list[str]:
    return [method for _, method, _ in browser.gateway.certificates.calls]


def test_an_annex_is_kept_by_its_hash_and_put_on_the_draft(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    answer = put(browser)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"4"')
    assert answer.json["annexes"] == [LISTED]
    assert answer.json["links"]["annexes"] == f"{HERE}/issues/0/annexes"
    assert browser.gateway.blobs.get(f"annexes/{SHA256}.pdf") == PDF
    assert calls(browser) == ["check_annex", "put_annex"]


def test_a_picture_is_kept_as_a_jpeg_without_what_else_was_in_it(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    sent = a_file(a_picture(1_200, 900), "PNG")
    answer = put(browser, sent, "Nameplate.jpg", content_type="image/png")
    (annex,) = answer.json["annexes"]
    kept = browser.gateway.blobs.get(f"annexes/{annex['sha256']}.jpg")
    assert (annex["type"], annex["size"]) == ("image/jpeg", len(kept))
    assert Image.open(io.BytesIO(kept)).size == (1_200, 900)


def test_what_a_file_is_its_bytes_say(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    assert put(browser, content_type="image/png").json["annexes"] == [LISTED]
    for data, name in ((PDF, "a.jpg"), (a_file(), "a.pdf")):
        answer = put(browser, data, name, **{"If-Match": '"4"'})
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "name")
        assert "let the name end in" in answer.json["detail"]


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data", "text/html", ""])
def test_the_media_type_says_that_the_body_is_the_file_itself(browser: Browser, media_type: str) -> None:
    answer = put(browser, content_type=media_type)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")
    assert not calls(browser)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "Is missing"),
        (b"<html><script>alert(1)</script>", "Must be a PDF, or a picture"),
        (b"GIF89a" + PDF, "Must be a PDF, or a picture"),
        (b"PK\x03\x04", "Must be a PDF, or a picture"),
        (a_pdf(OpenAction=SCRIPT), "Holds scripts"),
        (PDF + b"PK\x03\x04", "Holds something behind its end"),
        (PDF[:-100], "Is no PDF that can be opened"),
    ],
)
def test_what_cannot_be_an_annex_is_neither_kept_nor_put(browser: Browser, data: bytes, text: str) -> None:
    browser.gateway.certificates.add(status="draft")
    answer = put(browser, data)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "annex")
    assert answer.json["errors"][0]["text"].startswith(text)
    assert calls(browser) == ["check_annex"]
    assert not browser.gateway.blobs.exists(f"annexes/{hashlib.sha256(data).hexdigest()}.pdf")


def test_a_picture_of_a_hundred_million_pixels_is_too_large(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    answer = put(browser, a_file(Image.new("1", (10_000, 10_000)), "PNG"), "a.jpg")
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")
    assert "10,000 × 10,000 pixels" in answer.json["detail"]


def test_a_file_has_a_largest_size(browser: Browser) -> None:
    assert largest_body("PUT", f"{HERE}/annexes/{NAME}") == LARGEST_ANNEX
    answer = put(browser, bytes(LARGEST_ANNEX + 1))
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


@pytest.mark.parametrize("name", ["..%5Cetc.pdf", "a.exe", "%2E%2E.pdf", "a%00.pdf", "a%22b.pdf", "%E2%80%AEfdp.pdf"])
def test_a_name_is_no_path_and_no_trick(browser: Browser, name: str) -> None:
    browser.gateway.certificates.add(status="draft")
    answer = put(browser, name=name)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "name")
    assert not calls(browser)


def test_a_path_is_no_address_of_an_annex(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    assert put(browser, name="a%2Fb.pdf").status_code == 404


def test_only_the_version_that_was_read_is_changed(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    headers = browser.as_("author", "BAS")
    for if_match, status in ((None, 428), ('"2"', 412), ('"3"', 200)):
        more = headers | ({"If-Match": if_match} if if_match else {})
        address = f"{HERE}/annexes/{NAME}"
        assert browser.http.put(address, data=PDF, content_type="application/pdf", headers=more).status_code == status


def test_what_the_service_refuses_is_refused_before_the_file_is_looked_at(browser: Browser) -> None:
    for fault, status in ((Forbidden("Not this body."), 403), (WrongState("It is published."), 409)):
        browser.gateway.certificates.faults = [fault]
        assert put(browser, b"%PDF-broken").status_code == status
    assert calls(browser) == ["check_annex", "check_annex"]


@pytest.mark.parametrize("address", [f"{HERE}/annexes", f"{HERE}/issues/0/annexes"])
def test_annexes_are_listed_with_where_they_are_had_from(browser: Browser, address: str) -> None:
    with_an_annex(browser)
    answer = browser.http.get(address)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"3"')
    (item,) = answer.json["items"]
    assert item | {"link": ""} == LISTED | {"link": ""}
    assert browser.http.get(item["link"]).data == PDF
    again = browser.http.get(address, headers={"If-None-Match": '"3"'})
    assert (again.status_code, again.data) == (304, b"")


def test_an_annex_is_sent_as_a_file_that_no_browser_runs(browser: Browser) -> None:
    with_an_annex(browser)
    answer = browser.http.get(f"{HERE}/annexes/{NAME}")
    assert (answer.status_code, answer.data, answer.content_type) == (200, PDF, "application/pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["ETag"] == f'"{SHA256}"'
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert "filename*=UTF-8''Annex%20to%20IECEx%20BAS" in disposition
    assert disposition.isascii()
    piece = browser.http.get(f"{HERE}/annexes/{NAME}", headers={"Range": "bytes=0-3"})
    assert (piece.status_code, piece.data) == (206, b"%PDF")


def test_an_annex_that_is_not_there_is_not_found(browser: Browser) -> None:
    browser.gateway.certificates.add()
    assert browser.http.get(f"{HERE}/annexes/{NAME}").status_code == 404
    assert browser.http.get(f"{HERE}/annexes").json["items"] == []
    assert "annexes" not in browser.http.get(HERE).json["links"]


def test_who_does_not_see_a_draft_does_not_see_its_annexes(browser: Browser) -> None:
    with_an_annex(browser, status="draft")
    for address in (f"{HERE}/annexes", f"{HERE}/annexes/{NAME}", f"{HERE}/issues/0/annexes/{NAME}"):
        assert browser.http.get(address).status_code == 404
        assert browser.http.get(address, headers=browser.as_("author", "EPS")).status_code == 404
        own = browser.http.get(address, headers=browser.as_("author", "BAS"))
        assert (own.status_code, own.headers["Cache-Control"]) == (200, "private, no-store")


def test_an_annex_is_taken_off_the_draft(browser: Browser) -> None:
    with_an_annex(browser, status="draft")
    headers = browser.as_("author", "BAS")
    assert browser.http.delete(f"{HERE}/annexes/{NAME}", headers=headers).status_code == 428
    answer = browser.http.delete(f"{HERE}/annexes/{NAME}", headers=headers | {"If-Match": '"3"'})
    assert (answer.status_code, answer.json["annexes"], answer.headers["ETag"]) == (200, [], '"4"')


def test_another_spelling_of_a_number_is_led_to_the_annex_of_this_one(browser: Browser) -> None:
    with_an_annex(browser)
    led = browser.http.get("/api/v1/certificates/iecex bas26.0001x/annexes/a b.pdf")
    assert (led.status_code, led.headers["Location"]) == (301, f"{HERE}/annexes/a%20b.pdf")
    issue = browser.http.get("/api/v1/certificates/IECEx BAS 26.0001X Issue 0/annexes/a.pdf")
    assert issue.headers["Location"] == f"{HERE}/issues/0/annexes/a.pdf"


def test_an_annex_that_the_store_has_lost_is_a_fault(browser: Browser) -> None:
    browser.gateway.certificates.add(annexes=[LISTED])
    answer = browser.http.get(f"{HERE}/annexes/{NAME}")
    assert (answer.status_code, answer.json["code"]) == (500, "error")


def test_only_one_file_at_a_time_is_looked_through(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.gateway.certificates.add(status="draft")
    with monkeypatch.context() as patched, annexes.turn:
        patched.setitem(browser.application.config, "RPC_TIMEOUT", 0.05)
        answer = put(browser)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert put(browser).status_code == 200


def test_the_process_apart_says_what_this_one_would() -> None:
    assert prepared(PDF, NAME) == prepared_apart(PDF, NAME)
