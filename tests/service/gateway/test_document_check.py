"""The page on which somebody hands a document in."""

from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

import pytest

from tests.service.gateway.browser import Browser
from tests.signed import a_drawn_document, a_signed_document
from tests.signing_keys import NAME, a_signing_key

HERE = "/verify/document"
PERSON = {"Accept": "text/html"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def handed_in(browser: Browser, data: bytes | None) -> Any:
    """The answer to the form as it is shown, with this file in it."""
    fields: dict[str, Any] = dict(HIDDEN.findall(browser.http.get(HERE, headers=PERSON).text))
    if data is not None:
        fields["document"] = (BytesIO(data), "anything.exe", "image/png")
    return browser.http.post(HERE, data=fields, headers=PERSON, content_type="multipart/form-data")


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_it_says_what_a_reader_should_see_and_by_which_keys(browser: Browser) -> None:
    text = text_of(browser.http.get(HERE, headers=PERSON))
    assert "names the signer and says that the document is certified and unchanged since" in text
    assert f"{NAME} {a_signing_key().fingerprint}" in text


def test_a_genuine_document_is_told_so_with_what_it_is(browser: Browser) -> None:
    browser.gateway.certificates.add()
    answer = handed_in(browser, a_signed_document())
    assert answer.status_code == 200
    assert "The document is genuine" in answer.text
    assert "Certificate IECEx BAS 26.0001X, Issue 0" in text_of(answer)
    assert "change 7, 2026-11-02 10:01 UTC" in text_of(answer)
    assert 'href="/certificates/IECEx-BAS-26.0001X"' in answer.text


def test_what_was_overtaken_does_not_look_like_what_holds(browser: Browser) -> None:
    browser.gateway.certificates.add(change_no=9, status="suspended")
    answer = handed_in(browser, a_signed_document())
    assert 'class="notice warning"' in answer.text
    assert "the register has changed since" in text_of(answer)
    assert "Status today Suspended" in text_of(answer)


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (a_signed_document() + b"\n", "The document was changed"),
        (a_drawn_document(), "The document is not signed"),
        (a_signed_document(key=2, name="Somebody else"), "The document is not from this register"),
    ],
)
def test_what_is_not_as_it_was_printed_is_told_so(browser: Browser, data: bytes, title: str) -> None:
    answer = handed_in(browser, data)
    assert title in answer.text
    assert 'class="notice bad"' in answer.text


@pytest.mark.parametrize("data", [None, b"", b"no PDF"])
def test_what_cannot_be_read_shows_the_form_again_with_a_sentence(browser: Browser, data: bytes | None) -> None:
    answer = handed_in(browser, data)
    assert answer.status_code == 422
    assert 'id="f-document-error"' in answer.text


def test_what_a_signature_says_is_text_and_never_markup(browser: Browser) -> None:
    said = "Copy of <b>IECEx</b> BAS 26.0001X, Issue 0, as of change 7"
    answer = handed_in(browser, a_signed_document(said))
    assert "<b>IECEx" not in answer.text
