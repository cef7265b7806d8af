"""What the page of a verification says at its head, with fakes behind it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.pages.verify import head_of
from tests.service.gateway.browser import Browser

NUMBER = "IECEx BAS 26.0001X"
AGREES, DIFFERS = {"agrees": True}, {"agrees": False}


def an_answer(status: str, *markings: dict[str, Any], **more: Any) -> dict[str, Any]:
    certificate = {"number": NUMBER, "status": status, **more}
    return {
        "found": True,
        "number": NUMBER,
        "text": "It is so.",
        "certificate": certificate,
        "markings": list(markings),
    }


def nothing(number: str | None) -> dict[str, Any]:
    return {"found": False, "number": number, "text": "There is none.", "markings": []}


@pytest.mark.parametrize(
    ("answer", "head", "kind"),
    [
        (an_answer("current"), "Current", "good"),
        (an_answer("current", AGREES), "Current", "good"),
        (an_answer("current", AGREES, DIFFERS), "Differs from the certificate", "bad"),
        (an_answer("current", validity_ended=True), "Validity ended", "warning"),
        (an_answer("suspended"), "Suspended", "warning"),
        (an_answer("suspended", DIFFERS), "Suspended, and differs from the certificate", "bad"),
        (an_answer("cancelled", AGREES), "Cancelled", "bad"),
        (an_answer("deleted", {"nameplate": "Ex db"}), "Deleted", "bad"),
        (nothing(NUMBER), "Not in the register", "bad"),
        (nothing(None), "No number was found", "bad"),
    ],
)
def test_the_head_says_in_words_what_the_answer_says(answer: dict[str, Any], head: str, kind: str) -> None:
    assert head_of(answer) == (head, kind)


def test_a_report_s_number_is_neither_good_nor_bad() -> None:
    assert head_of(nothing(None), is_report=True) == ("The number of a report", "")


def test_the_title_repeats_the_head_and_never_calls_a_deleted_certificate_verified(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = an_answer("deleted", reason="Issued in error.")
    monkeypatch.setattr(browser.gateway.certificates, "verify", lambda **_asked: answer)
    page = browser.http.get(f"/verify?q={NUMBER}", headers={"Accept": "text/html"}).text
    assert f"<title>{NUMBER}: deleted – " in page
    assert '<section class="notice bad">\n<h2>Deleted</h2>' in page
    assert "Issued in error." in page
    assert 'class="sheet"' not in page
