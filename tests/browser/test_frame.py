"""What all pages have in common."""

from __future__ import annotations

from tests.browser.visitor import Visitor


def test_the_first_key_leads_past_the_head_to_the_content(visitor: Visitor) -> None:
    page = visitor.go("/nowhere", 404)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_pages_are_set_in_the_type_face_of_the_documents(visitor: Visitor) -> None:
    page = visitor.go("/")
    page.evaluate("document.fonts.load('16px \"Source Sans\"')")
    page.wait_for_function("document.fonts.check('16px \"Source Sans\"')")
    assert page.evaluate("[...document.fonts].map((face) => face.status)") == ["loaded"]
