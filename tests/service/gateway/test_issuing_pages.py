"""The page that issues a draft, with fakes behind it: what it shows, and what it says where it does not issue."""

from __future__ import annotations

import pytest

from tests.service.gateway.browser import Browser
from tests.service.gateway.visitor import as_a

NUMBER = "/work/certificates/IECEx-BAS-26.0001X"


def a_draft(browser: Browser, issue: int = 0) -> str:
    """The address of the page that issues a new draft."""
    browser.gateway.certificates.add(issue=issue, status="draft", date_of_issue=None)
    return f"{NUMBER}/issues/{issue}/issue"


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
