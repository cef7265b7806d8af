"""Logging in, one's own account, and the accounts of others, in a real browser."""

from __future__ import annotations

import pyotp
import pytest

from tests.browser.conftest import Visitors
from tests.browser.visitor import SMALL, Visitor
from tests.stack import PASSWORD

OF_EVERYBODY = ("/login", "/invitation")
OF_AN_ACCOUNT = ("/account", "/account/tokens", "/account/second-factor")
OF_THE_SECRETARIAT = (
    "/accounts",
    "/accounts?body=BAS",
    "/accounts/bas-author",
    "/accounts/bas-author/renew",
    "/accounts/bas-author/deactivate",
    "/tokens",
    "/accesses",
    "/accesses?what=nothing",
)
LIGHT_AND_DARK = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@LIGHT_AND_DARK
def test_the_pages_of_accounts_are_accessible_in_light_and_dark(visitors: Visitors, dark: bool) -> None:
    visitor = visitors(dark=dark)
    found = {}
    for path in OF_EVERYBODY:
        visitor.go(path)
        found[path] = visitor.offences()
    visitor.log_in("secretariat")
    for path in (*OF_AN_ACCOUNT, *OF_THE_SECRETARIAT):
        visitor.go(path)
        found[path] = visitor.offences()
    assert not {path: offences for path, offences in found.items() if offences}


@LIGHT_AND_DARK
def test_a_form_that_was_wrong_is_accessible_too(visitors: Visitors, dark: bool) -> None:
    visitor = visitors(dark=dark)
    page = visitor.go("/invitation")
    page.get_by_label("Account").fill("nobody")
    page.get_by_label("Code").fill("wrong")
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("The new password again").fill("short")
    page.get_by_role("button", name="Set it and go on").click()
    assert page.get_by_role("alert").is_visible()
    assert not visitor.offences()


def test_no_page_of_accounts_is_wider_than_a_small_phone(visitors: Visitors) -> None:
    visitor = visitors(width=SMALL)
    visitor.log_in("secretariat")
    for path in (*OF_AN_ACCOUNT, *OF_THE_SECRETARIAT):
        visitor.go(path)
        assert not visitor.is_wider_than_the_window(), path


def test_one_logs_in_and_out_by_keyboard_and_without_scripts(visitors: Visitors) -> None:
    page = visitors(scripts=False).go("/login?next=/account")
    page.get_by_label("Account").focus()
    page.keyboard.type("bas-author")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your account").wait_for()
    page.get_by_role("button", name="Log out").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Log in").wait_for()


def test_an_account_is_made_begun_protected_and_ended(visitors: Visitors) -> None:
    """The whole life of an account, by two people."""
    office, officer = visitors(), visitors()
    page = office.log_in("secretariat")
    office.go("/accounts")
    page.get_by_label("Account", exact=True).fill("bas-second-author")
    page.get_by_label("Role").select_option("author")
    page.locator("#f-excb").select_option("BAS")
    page.get_by_role("button", name="Make it", exact=True).click()
    code = page.locator("dt:text-is('Code') + dd").inner_text()

    mine = officer.go("/invitation")
    mine.get_by_label("Account").fill("bas-second-author")
    mine.get_by_label("Code").fill(code)
    mine.get_by_label("New password", exact=True).fill("a lantern under the bridge")
    mine.get_by_label("The new password again").fill("a lantern under the bridge")
    mine.get_by_role("button", name="Set it and go on").click()
    officer.go("/account/second-factor")
    secret = mine.locator("p:has-text('Secret:') code").inner_text()
    assert not officer.offences()
    mine.get_by_label("The six digits that the app shows now").fill(pyotp.TOTP(secret).now())
    mine.get_by_label("Your password").fill("a lantern under the bridge")
    mine.get_by_role("button", name="Set it up").click()
    assert mine.get_by_role("heading", name="Recovery codes").is_visible()
    assert not officer.offences()
    recovery = mine.locator("li code").first.inner_text()
    officer.go("/account")
    mine.get_by_role("button", name="Log out").click()
    officer.go("/login?next=/account")
    mine.get_by_label("Account").fill("bas-second-author")
    mine.get_by_label("Password").fill("a lantern under the bridge")
    mine.get_by_role("button", name="Log in").click()
    assert not officer.offences()
    mine.get_by_label("Code").fill(recovery)
    mine.get_by_role("button", name="Go on").click()
    mine.get_by_role("heading", name="Your account").wait_for()
    officer.go("/account/second-factor/keep")
    assert not officer.offences()

    office.go("/accounts/bas-second-author")
    page.get_by_role("link", name="End the account").click()
    page.get_by_role("button", name="End the account").click()
    officer.go("/account")
    assert mine.url.endswith("/login?next=/account")


def test_a_page_that_needs_an_account_leads_to_the_log_in_and_back(visitor: Visitor) -> None:
    page = visitor.go("/accesses?what=log-in")
    page.get_by_label("Account").fill("secretariat")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Access audit").wait_for()
    assert page.url.endswith("/accesses?what=log-in")


def test_a_token_is_made_and_seen_once(visitor: Visitor) -> None:
    page = visitor.log_in("sir-author")
    visitor.go("/account/tokens")
    page.get_by_label("What it is for").fill("nightly job")
    page.get_by_label("draft certificates and reports").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Make it").click()
    assert page.locator("code").inner_text().startswith("exr_")
    assert not visitor.offences()
