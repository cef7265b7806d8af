"""What all pages have in common."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visitors
from tests.browser.visitor import SMALL, Visitor


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/nowhere", 404)])
def test_the_frame_is_accessible_in_light_and_dark(visitors: Visitors, path: str, status: int, dark: bool) -> None:
    visitor = visitors(dark=dark)
    visitor.go(path, status)
    assert not visitor.offences()


def test_the_first_key_leads_past_the_head_to_the_content(visitor: Visitor) -> None:
    page = visitor.go("/nowhere", 404)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_small_phone_scrolls_in_one_direction_only(visitors: Visitors) -> None:
    visitor = visitors(width=SMALL)
    visitor.go("/")
    assert not visitor.is_wider_than_the_window()


def test_the_pages_are_set_in_the_type_face_of_the_documents(visitor: Visitor) -> None:
    page = visitor.go("/")
    page.evaluate("document.fonts.load('16px \"Source Sans\"')")
    page.wait_for_function("document.fonts.check('16px \"Source Sans\"')")
    assert page.evaluate("[...document.fonts].map((face) => face.status)") == ["loaded"]
