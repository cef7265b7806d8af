"""The page on which somebody hands a document in, as it looks and reads."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.browser.conftest import Visitors
from tests.browser.visitor import SMALL
from tests.stack import Register


@pytest.fixture(scope="module")
def document(site: Register, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate that stands first in the search."""
    found = requests.get(f"{site.url}/api/v1/search?limit=1", timeout=30).json()["items"][0]
    path = tmp_path_factory.mktemp("documents") / "certificate.pdf"
    path.write_bytes(requests.get(site.url + found["links"]["pdf"], timeout=30).content)
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_document_is_handed_in_and_answered(visitors: Visitors, document: Path, dark: bool) -> None:
    visitor = visitors(dark=dark, scripts=False)
    page = visitor.go("/verify/document")
    page.set_input_files("#f-document", document)
    page.click("text=Examine it")
    assert "The document is genuine" in page.inner_text("main .notice h2")
    assert "The register says the same today." in page.inner_text("main .notice")
    assert not visitor.offences()


def test_the_small_phone_scrolls_in_one_direction_only(visitors: Visitors, document: Path) -> None:
    visitor = visitors(width=SMALL)
    page = visitor.go("/verify/document")
    page.set_input_files("#f-document", document)
    page.click("text=Examine it")
    assert not visitor.is_wider_than_the_window()
