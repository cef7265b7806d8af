"""The page that issues a draft, with fakes behind it: what it shows, and what it says where it does not issue."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import RuleViolation
from tests.service.gateway.browser import Browser
from tests.service.gateway.visitor import as_a

NUMBER = "/work/certificates/IECEx-BAS-26.0001X"


def a_draft(browser: Browser, issue: int = 0) -> str:
    """The address of the page that issues a new draft."""
    browser.gateway.certificates.add(issue=issue, status="draft", date_of_issue=None)
    return f"{NUMBER}/issues/{issue}/issue"


def only_a_reason_is_missing(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the gate finds what a signatory may take upon himself, and issues nothing without a reason."""
    found = {"rule": "marking-not-understood", "severity": "error", "field": "marking", "text": "What is T9?"}
    findings = [found | {"source": "OD 011", "overridable": True}]

    def issue(overrides: Any = (), **_asked: Any) -> dict[str, Any]:
        if not overrides:
            raise RuleViolation("It has errors.", findings=findings)
        return {"number": "IECEx BAS 26.0001X", "issue": 0}

    monkeypatch.setattr(browser.gateway.certificates, "check", lambda **_asked: {"findings": findings})
    monkeypatch.setattr(browser.gateway.certificates, "issue", issue)


def test_annexes_that_a_later_issue_changes_are_shown_by_name_and_size(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    annex = {"name": "annex.pdf", "media_type": "application/pdf", "size": 11_740, "sha256": "96dce46a"}
    changed = {"field": "annexes", "grade": "editorial", "before": [], "after": [annex]}
    monkeypatch.setattr(browser.gateway.certificates, "diff", lambda **_issues: {"fields": [changed]})
    page = as_a(browser, "author", "BAS").get(a_draft(browser, issue=1)).text
    changes = page.partition("What this issue changes")[2].partition("What becomes public")[0]
    assert "<dt>Annexes</dt>" in changes
    assert "annex.pdf, 11.7 kB" in changes
    assert "media_type" not in changes


def test_who_issues_without_the_reason_is_led_to_its_field(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    page, signatory = a_draft(browser), as_a(browser, "signatory", "BAS")
    only_a_reason_is_missing(browser, monkeypatch)
    name = "override.marking-not-understood"
    answer = signatory.send(page, version="3", **{name: "  "})
    assert answer.status_code == 422
    assert f'<a href="#f-{name}">Say why you issue all the same' in answer.text
    area = answer.text.partition(f'<textarea id="f-{name}"')[2].partition(">")[0]
    assert "required" in area
    assert f'aria-describedby="f-{name}-hint f-{name}-error" aria-invalid="true"' in area
    assert signatory.send(page, version="3", **{name: "T9 is that of the drawing."}).status_code == 303


def test_the_page_says_that_a_certificate_was_issued_to_its_body_alone(browser: Browser) -> None:
    page, signatory = a_draft(browser), as_a(browser, "signatory", "BAS")
    where = signatory.send(page, version="3").headers["Location"]
    assert where == "/certificates/IECEx-BAS-26.0001X?done=issued"
    browser.gateway.certificates.known["IECEx BAS 26.0001"]["date_of_issue"] = str(browser.gateway.now.date())
    assert "<h2>Issued</h2>" in signatory.get(where).text
    assert "<h2>Issued</h2>" not in signatory.get(where.partition("?")[0]).text
    for other in (as_a(browser, "guest"), as_a(browser, "signatory", "SIR")):
        assert "<h2>Issued</h2>" not in other.get(where).text


def test_what_a_stranger_wrote_into_the_address_is_not_said_to_be_saved_or_done(browser: Browser) -> None:
    form, signatory = a_draft(browser).removesuffix("/issue"), as_a(browser, "signatory", "BAS")
    assert "Saved at 12:30:05 UTC." in signatory.get(f"{form}?saved=12:30:05").text
    assert "Saved at" not in signatory.get(f"{form}?saved=<b>never").text
    assert "<h2>Asked</h2>" in signatory.get("/work/requests?done=asked").text
    assert '<section class="notice' not in signatory.get("/work/requests?done=<b>granted").text


def test_an_author_reviews_and_is_asked_for_no_reason(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    page, author = a_draft(browser), as_a(browser, "author", "BAS")
    only_a_reason_is_missing(browser, monkeypatch)
    shown = author.get(page).text
    assert "<h1>Review IECEx BAS 26.0001X</h1>" in shown
    assert "<textarea" not in shown
    assert "a signatory gives a reason" in shown
    assert "<li>What is T9?</li>" in shown
