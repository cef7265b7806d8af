"""The main ways through the site with the services apart, as they are run: on RabbitMQ and PostgreSQL.

What each page does is tested on the register in one process; here, that a change which one service makes is what
another tells at the next look.
"""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import Page, expect

from demonstration.client import in_path
from tests.browser.conftest import Visitors
from tests.browser.officers import AUTHOR, FORMS, SIGNATORY, an_officer, filled_in
from tests.browser.visitor import PATIENCE
from tests.stack import Register
from tests.waiting import until

EQUIPMENT = "Quokkameter QM 7"
REASON = "The last audit found the production line changed."


@pytest.fixture
def site(real_register: Register) -> Register:
    """The register of separate processes, in place of the one in one process."""
    return real_register


def test_a_certificate_is_drafted_issued_found_and_suspended_and_everybody_reads_it_at_once(
    visitors: Visitors,
) -> None:
    author, signatory, secretary = (an_officer(visitors, name) for name in (AUTHOR, SIGNATORY, "secretariat"))
    guest = visitors()
    number = drafted_by_the_form(author.go(FORMS["equipment"][0]))
    path = f"/certificates/{in_path(number)}"
    guest.go(path, 404)

    issued(signatory.go(path))
    found(guest.page, number)
    expect(guest.page.locator(".title-block .badge")).to_have_text("Current")

    asked_to_suspend(author.go(path))
    granted(secretary.go("/secretariat/requests"), number)
    guest.page.reload()
    expect(guest.page.locator(".title-block .badge")).to_have_text("Suspended")
    expect(guest.page.get_by_text(REASON).first).to_be_visible()

    page = author.go(path)
    expect(page.get_by_role("link", name="Ask to reinstate it")).to_be_visible()
    copied = {cookie["name"]: cookie["value"] for cookie in author.context.cookies()}
    assert opens("/work", author.url, copied)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible(timeout=PATIENCE)
    assert not opens("/work", author.url, copied)
    page = author.go("/work")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert author.go(path).locator(".ways").count() == 0


def drafted_by_the_form(page: Page) -> str:
    """The number of the draft that is made by the form which stands open."""
    filled_in(page, {**FORMS["equipment"][1], "equipment": EQUIPMENT})
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("[data-state]")).to_contain_text("Saved at", timeout=PATIENCE)
    return page.locator("[data-number]").inner_text()


def issued(page: Page) -> None:
    """From the page of the draft."""
    page.get_by_role("link", name="Review and issue").click()
    expect(page.get_by_role("heading", name="What becomes public")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Issue IECEx").click()
    expect(page.locator(".title-block .badge")).to_have_text("Current", timeout=PATIENCE)


def found(page: Page, number: str) -> None:
    """Searches until search has it, which hears of it a moment later, and opens it."""
    hit = page.get_by_role("main").get_by_role("link", name=number)

    def searched() -> bool:
        page.goto(f"/search?q={EQUIPMENT.replace(' ', '+')}")
        return hit.count() == 1

    until(searched, PATIENCE / 1000, "search finds what was issued")
    hit.click()


def asked_to_suspend(page: Page) -> None:
    page.get_by_role("link", name="Ask to suspend it").click()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("row").filter(has_text=REASON)).to_contain_text("Open", timeout=PATIENCE)


def opens(path: str, url: str, cookies: dict[str, str]) -> bool:
    """Whether a page opens to who has these cookies, and does not lead to the log-in."""
    answer = requests.get(
        url + path, headers={"Accept": "text/html"}, cookies=cookies, timeout=10, allow_redirects=False
    )
    return answer.status_code == 200


def granted(page: Page, number: str) -> None:
    page.get_by_role("link", name=f"Suspension of {number}").click()
    page.get_by_role("button", name="Grant: suspend").click()
    expect(page.locator(".about .badge")).to_have_text("Suspended", timeout=PATIENCE)
