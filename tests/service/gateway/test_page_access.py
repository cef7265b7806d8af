"""Who gets into which page: one row for each, made complete by the routes themselves."""

from __future__ import annotations

import pytest
from flask import Flask, g

from contracts.errors import Forbidden
from contracts.identity import Identity, Role
from gateway import accounts, sessions
from gateway.api import PREFIX
from gateway.calls import GATEWAY
from gateway.domain import SCOPES_OF
from gateway.pages import guards
from tests.service.gateway.browser import Browser
from tests.service.gateway.pages import LET_IN, LOG_IN, PAGES, REFUSED, VISITORS, all_operations
from tests.service.gateway.test_access import MATRIX
from tests.service.gateway.visitor import PASSWORD, as_a


def outcome(browser: Browser, page: tuple[str, str], role: Role, excb: str | None) -> str:
    """What the guard says to this visitor of this page."""
    application, (method, path) = browser.application, page
    with application.test_request_context("/", method=method, environ_overrides={GATEWAY: browser.gateway}) as context:
        g.visit, g.identity = None, Identity(role, excb, None if role == "guest" else "x", SCOPES_OF.get(role, ()))
        context.request.url_rule = next(
            rule for rule in application.url_map.iter_rules() if rule.rule == path and method in (rule.methods or ())
        )
        try:
            led = guards.enforce()
        except Forbidden:
            return REFUSED
    return LET_IN if led is None else LOG_IN


def test_every_page_has_its_row(browser: Browser) -> None:
    pages = {operation for operation in all_operations(browser) if not operation[1].startswith(f"{PREFIX}/")}
    assert pages - set(MATRIX) == set(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_each_visitor_gets_as_far_as_the_row_says(browser: Browser, page: tuple[str, str]) -> None:
    outcomes = tuple(outcome(browser, page, role, excb) for role, excb in VISITORS)
    assert outcomes == PAGES[page]


@pytest.mark.parametrize("page", [page for page in PAGES if "<name>" in page[1]], ids=" ".join)
def test_the_account_of_another_body_is_on_no_page(browser: Browser, page: tuple[str, str]) -> None:
    accounts.create(browser.gateway.db, "theirs", "author", "SIR", PASSWORD)
    method, path = page[0], page[1].replace("<name>", "theirs")
    visitor = as_a(browser, "administrator", "BAS")
    answer = visitor.get(path) if method == "GET" else visitor.send("/account", path, role="signatory")
    assert answer.status_code == 404


def test_a_page_of_which_nothing_is_said_is_open_to_nobody(browser: Browser) -> None:
    application = Flask("a site")
    application.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with application.test_request_context("/forgotten", environ_overrides={GATEWAY: browser.gateway}):
        g.identity = Identity("secretariat", None, "x", ("read",))
        with pytest.raises(Forbidden, match="open to nobody"):
            guards.enforce()


def test_a_guest_is_led_to_the_log_in_and_back(browser: Browser) -> None:
    answer = browser.http.get("/account?from=here")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/account?from%3Dhere")


def test_a_session_that_waits_for_its_second_factor_opens_no_page(browser: Browser) -> None:
    """Its visitor is a guest to everything but the step that comes next."""
    visit = sessions.Visit("1", "x", "secretariat", None, "code", browser.gateway.now)
    assert visit.identity.role == "guest"
