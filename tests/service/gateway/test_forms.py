"""Forms of the web site: taken from the page they stand on, and from nowhere else."""

from __future__ import annotations

import pytest

from tests.service.gateway.browser import Browser
from tests.service.gateway.visitor import PASSWORD, TOKEN, Visitor, as_a


def attempt(visitor: Visitor, token: str | None, **headers: str) -> int:
    """How a log-out is answered, which is 303 when it is taken."""
    data = {} if token is None else {"csrf_token": token}
    return int(visitor.http.post("/logout", data=data, headers=headers).status_code)


def test_a_form_without_its_token_changes_nothing(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    for token in (None, "", "0" * 64, "ü"):
        assert attempt(visitor, token) == 403
    assert visitor.is_logged_in()
    assert attempt(visitor, visitor.form_token("/account")) == 303
    assert not visitor.is_logged_in()


def test_what_is_refused_says_what_to_do(browser: Browser) -> None:
    answer = as_a(browser, "author", "BAS").http.post("/logout")
    assert "load the page again" in answer.text


def test_the_token_may_be_sent_in_a_header(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    assert visitor.http.post("/logout", headers={"X-CSRF-Token": visitor.form_token("/account")}).status_code == 303


def test_a_token_is_good_in_one_browser_only(browser: Browser) -> None:
    one, other = as_a(browser, "author", "BAS"), as_a(browser, "author", "BAS")
    assert attempt(one, other.form_token("/account")) == 403


def test_a_token_from_before_the_log_in_is_no_good_after_it(browser: Browser) -> None:
    visitor = Visitor(browser)
    before = visitor.form_token("/login")
    visitor.log_in()
    assert attempt(visitor, before) == 403


def test_nobody_is_logged_in_from_elsewhere(browser: Browser) -> None:
    visitor = Visitor(browser)
    name = visitor.an_account("author", "BAS")
    fields = {"name": name, "password": PASSWORD}
    assert visitor.http.post("/login", data=fields).status_code == 403
    stranger = TOKEN.search(Visitor(browser).get("/login").text)
    assert stranger
    assert visitor.http.post("/login", data=fields | {"csrf_token": stranger[1]}).status_code == 403
    assert not visitor.is_logged_in()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
    ],
)
def test_what_the_browser_says_came_from_elsewhere_is_refused_even_with_the_token(
    browser: Browser, headers: dict[str, str], status: int
) -> None:
    visitor = as_a(browser, "author", "BAS")
    assert attempt(visitor, visitor.form_token("/account"), **headers) == status


def test_what_is_no_address_leads_home_after_the_log_in(browser: Browser) -> None:
    visitor = Visitor(browser)
    data = {"csrf_token": visitor.form_token("/login")}
    answer = visitor.http.post("/account/password", data=data, headers={"Referer": "http://["})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/")


def test_a_form_page_says_where_it_is_to_our_own_pages_only(browser: Browser) -> None:
    """With no referrer at all, browsers send "null" for the origin of a form."""
    assert Visitor(browser).get("/login").headers["Referrer-Policy"] == "same-origin"
