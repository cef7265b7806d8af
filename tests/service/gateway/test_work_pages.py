"""The pages of a body's work, with fakes behind them: what it asks of the Secretariat, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import InvalidInput
from tests.service.gateway.browser import Browser
from tests.service.gateway.visitor import as_a

ASKING = "/work/certificates/IECEx-BAS-26.0001X/request"


def test_what_a_cancellation_lacks_is_said_in_the_words_of_the_form(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(**_asked: Any) -> None:
        texts = {"date": "Say since when.", "supplied_affected": "Must be true or false."}
        raise InvalidInput.fields([{"field": field, "text": text} for field, text in texts.items()])

    browser.gateway.certificates.add()
    monkeypatch.setattr(browser.gateway.certificates, "ask", ask)
    author = as_a(browser, "author", "BAS")
    typed = {"csrf_token": author.form_token(ASKING), "action": "cancel", "reason": "Production ended."}
    answer = author.http.post(ASKING, data=typed)
    assert answer.status_code == 422
    assert '<a href="#f-supplied_affected">What was supplied before: Say whether it is: yes or no.</a>' in answer.text
    assert '<fieldset class="field wrong" id="f-supplied_affected"' in answer.text
    assert "(needed for a cancellation)" in answer.text


def test_a_body_reads_of_its_requests_in_the_words_of_the_secretariat(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"id": "1", "number": "IECEx BAS 26.0001X", "action": "cancel", "date": None, "reason": "It ended."}
    row |= {"asked_at": "2026-11-02T10:00:00Z", "asked_by": "ada", "decided_at": "2026-11-03T10:00:00Z", "answer": None}
    rows = [row | {"state": state} for state in ("approved", "rejected")]
    monkeypatch.setattr(browser.gateway.certificates, "requests", lambda **_asked: {"items": rows, "next": None})
    page = as_a(browser, "author", "BAS").get("/work/requests").text
    assert "Granted 2026-11-03" in page
    assert "Refused 2026-11-03" in page
    assert "Approved" not in page
    assert "Rejected" not in page
