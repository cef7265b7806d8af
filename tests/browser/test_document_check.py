"""The page on which somebody hands a document in, as it looks and reads."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import Page

from tests.browser.conftest import Visitors
from tests.browser.visitor import SMALL, Visitor
from tests.stack import Register


@pytest.fixture(scope="module")
def document(site: Register) -> bytes:
    """The certificate that stands first in the search."""
    found = requests.get(f"{site.url}/api/v1/search?limit=1", timeout=30).json()["items"][0]
    return requests.get(site.url + found["links"]["pdf"], timeout=30).content


def hand_in(visitor: Visitor, document: bytes) -> Page:
    page = visitor.go("/verify/document")
    # As bytes, not by a path: to read a file, Playwright would start a thread, which never ends in a green process.
    page.locator("#f-document").set_input_files(
        {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": document}
    )
    page.get_by_role("button", name="Examine it").click()
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_document_is_handed_in_and_answered(visitors: Visitors, document: bytes, dark: bool) -> None:
    visitor = visitors(dark=dark)
    page = hand_in(visitor, document)
    assert page.get_by_role("heading", name="The document is genuine").is_visible()
    assert page.get_by_text("The register says the same today.").is_visible()
    assert not visitor.offences()


def test_the_small_phone_scrolls_in_one_direction_only(visitors: Visitors, document: bytes) -> None:
    visitor = visitors(width=SMALL)
    page = hand_in(visitor, document)
    assert page.get_by_role("heading", name="The document is genuine").is_visible()
    assert not visitor.is_wider_than_the_window()
