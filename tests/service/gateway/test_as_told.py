"""The page of a certificate as the register told of it on a day, which nobody may take for how it stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import a_snapshot
from tests.service.gateway.browser import Browser
from tests.service.gateway.visitor import Visitor

PAGE = "/certificates/IECEx-BAS-26.0001"


@pytest.fixture
def guest(browser: Browser) -> Visitor:
    suspended = a_snapshot("IECEx BAS 26.0001", status="suspended", status_reason="The audit failed.")
    browser.gateway.certificates.add(**suspended | {"date_of_issue": "2026-11-02", "status_date": "2026-11-20"})
    return Visitor(browser)


def answer(guest: Visitor, day: str) -> Any:
    return guest.get(f"{PAGE}?as_of={day}")


def test_a_day_s_page_says_of_when_it_is_and_how_the_certificate_stands_today(guest: Visitor) -> None:
    page = answer(guest, "2026-11-10").text
    assert "As the register told at the end of 2026-11-10 (UTC)" in page
    assert f'Today: <span class="badge suspended">Suspended</span> – <a href="{PAGE}">' in page
    assert "<title>IECEx BAS 26.0001 on 2026-11-10: current then –" in page
    assert "<dt>Status then</dt>" in page


def test_a_day_s_page_is_nothing_for_search_engines_and_today_s_is(guest: Visitor) -> None:
    assert '<meta name="robots" content="noindex">' in answer(guest, "2026-11-10").text
    assert "noindex" not in guest.get(PAGE).text


def test_a_day_s_page_offers_the_document_of_today_as_such(guest: Visitor) -> None:
    assert f'/api/v1{PAGE}/issues/0/pdf">PDF of today, not of then' in answer(guest, "2026-11-10").text


@pytest.mark.parametrize("day", ["2031-01-01", "yesterday"])
def test_a_wrong_day_is_said_beside_its_field_on_the_page_of_today(guest: Visitor, day: str) -> None:
    found = answer(guest, day)
    assert found.status_code == 422
    assert found.text.count("Must be a day such as") == 2
    assert 'href="#f-as_of"' in found.text
    assert "<dt>Status</dt>" in found.text


def test_a_day_before_the_certificate_was_public_is_answered_as_not_found(guest: Visitor) -> None:
    found = answer(guest, "2026-11-01")
    assert found.status_code == 404
    assert "was not public on 2026-11-01" in found.text


def test_a_program_is_led_to_the_same_day_of_the_api_and_other_spellings_keep_it(guest: Visitor) -> None:
    led = guest.get(f"{PAGE}?as_of=2026-11-10", headers={"Accept": "application/json"})
    assert led.headers["Location"] == f"/api/v1{PAGE}?as_of=2026-11-10"
    led = guest.get("/certificates/iecex bas 26.0001?as_of=2026-11-10")
    assert led.headers["Location"] == f"{PAGE}?as_of=2026-11-10"
