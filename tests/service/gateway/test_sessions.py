"""Sessions of the web site on real databases: what the cookie is, what it opens, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gateway import queries, sessions
from gateway.sessions import COOKIE
from gateway.tables import Account, WebSession
from tests.service.gateway.browser import Browser
from tests.service.gateway.fakes import some_settings
from tests.service.gateway.visitor import PASSWORD, Visitor, as_a


@pytest.fixture
def browser(browser_on_each: Browser) -> Browser:
    return browser_on_each


def cookie_flags(answer: Any) -> set[str]:
    return {part.strip() for part in answer.headers["Set-Cookie"].split(";")[1:]}


def test_a_password_opens_a_session_and_leads_to_where_one_wanted_to_go(browser: Browser) -> None:
    visitor = Visitor(browser)
    name = visitor.an_account("author", "BAS")
    answer = visitor.send("/login", name=name, password=PASSWORD, next="/search?q=pump")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/search?q=pump")
    assert visitor.is_logged_in()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "evil",
        "javascript:alert(1)",
        "/a\nb",
        "/" * 2_001,
    ],
)
def test_the_log_in_leads_to_no_other_site(browser: Browser, elsewhere: str) -> None:
    visitor = Visitor(browser)
    answer = visitor.send("/login", name=visitor.an_account("author", "BAS"), password=PASSWORD, next=elsewhere)
    assert answer.headers["Location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(browser: Browser) -> None:
    answer = Visitor(browser).log_in()
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= cookie_flags(answer)
    assert "Secure" not in cookie_flags(answer)
    assert not [flag for flag in cookie_flags(answer) if flag.startswith(("Domain", "Expires", "Max-Age"))]


def test_where_the_register_is_reached_by_tls_the_cookie_is_kept_to_it(browser: Browser) -> None:
    browser.gateway.settings = some_settings(public_url="https://register.example")
    answer = Visitor(browser).get("/login")
    assert answer.headers["Set-Cookie"].startswith(f"__Host-{COOKIE}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Secure"} <= cookie_flags(answer)


def test_a_session_is_stored_as_its_hash(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    with browser.gateway.db.read() as database:
        stored = [vars(row) for row in database.scalars(sa.select(WebSession))]
    assert visitor.cookie
    assert visitor.cookie not in repr(stored)
    assert stored[0]["secret_hash"] == sessions.hash_of(visitor.cookie)


def test_a_log_in_makes_a_new_secret_so_that_a_planted_one_opens_nothing(browser: Browser) -> None:
    visitor = Visitor(browser)
    visitor.get("/login")
    planted = visitor.cookie
    visitor.log_in()
    assert planted
    assert visitor.cookie != planted
    other = Visitor(browser)
    other.http.set_cookie(COOKIE, planted)
    assert not other.is_logged_in()


def test_a_second_log_in_ends_the_session_before(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    first = visitor.cookie
    visitor.http.set_cookie(COOKIE, "")
    visitor.log_in(name=visitor.name)
    assert first
    other = Visitor(browser)
    other.http.set_cookie(COOKIE, first)
    assert other.is_logged_in(), "another browser's session goes on"
    token = other.form_token("/account")
    other.http.post("/login", data={"csrf_token": token, "name": visitor.name, "password": PASSWORD})
    third = Visitor(browser)
    third.http.set_cookie(COOKIE, first)
    assert not third.is_logged_in()


@pytest.mark.parametrize("cookie", ["s_" + "x" * 43, "g_" + "x" * 43, "nonsense", "", "s_" + "ü" * 43])
def test_a_cookie_of_somebodys_own_making_is_a_guests(browser: Browser, cookie: str) -> None:
    visitor = Visitor(browser)
    visitor.http.set_cookie(COOKIE, cookie)
    assert not visitor.is_logged_in()


def test_logging_out_ends_the_session_and_its_copies(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    copy = Visitor(browser)
    copy.http.set_cookie(COOKIE, visitor.cookie)
    assert visitor.send("/account", "/logout").status_code == 303
    assert visitor.cookie is None
    assert not copy.is_logged_in()


def test_a_session_ends_after_an_hour_without_a_sign_of_life(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    for _ in range(3):
        browser.gateway.now += timedelta(minutes=59)
        assert visitor.is_logged_in()
    browser.gateway.now += timedelta(minutes=60)
    assert not visitor.is_logged_in()


def test_a_session_ends_after_half_a_day_whatever_happens(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    for _ in range(23):
        browser.gateway.now += timedelta(minutes=31)
        assert visitor.is_logged_in()
    browser.gateway.now += timedelta(minutes=7)
    assert not visitor.is_logged_in()


def test_what_is_over_is_swept_away_by_the_next_log_in(browser: Browser) -> None:
    as_a(browser, "author", "BAS")
    browser.gateway.now += timedelta(hours=13)
    as_a(browser, "author", "BAS")
    with browser.gateway.db.read() as database:
        assert database.scalar(sa.select(sa.func.count()).select_from(WebSession)) == 1


def test_an_account_that_was_ended_has_no_session_from_the_next_request_on(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    with browser.gateway.db.begin() as database:
        database.execute(sa.update(Account).values(active=False))
    assert not visitor.is_logged_in()


def test_a_role_that_was_changed_counts_from_the_next_request_on(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    with browser.gateway.db.begin() as database:
        queries.put_account(database, visitor.name, "signatory", "BAS", "x")
    assert "signatory" in visitor.get("/account").text


def test_a_wrong_password_says_nothing_of_whether_the_account_is_there(browser: Browser) -> None:
    visitor = Visitor(browser)
    known = visitor.an_account("author", "BAS")
    wrong, unknown = (visitor.send("/login", name=name, password="x") for name in (known, "not-there"))
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(known, "") == unknown.text.replace("not-there", "")
    assert "The name or the password is wrong." in wrong.text


@pytest.mark.parametrize("name", ["", "x" * 101, "a\0b", "<b>"])
def test_a_name_that_can_be_nobodys_is_wrong_and_no_fault(browser: Browser, name: str) -> None:
    answer = Visitor(browser).send("/login", name=name, password=PASSWORD)
    assert answer.status_code == 422
    assert "<b>" not in answer.text


def test_the_api_takes_no_cookie_and_pages_take_no_token(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    assert visitor.get("/api/v1/mine").status_code == 401
    bearer = browser.as_("author", "BAS")
    assert Visitor(browser).get("/account", headers=bearer).status_code == 303


def test_what_was_made_for_somebody_is_kept_by_nobody(browser: Browser) -> None:
    answer = as_a(browser, "author", "BAS").get("/account")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]
