"""The pages on which accounts are looked after: one's own, those of a body, the access audit."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from gateway import accounts
from tests.service.gateway.browser import TOKENS, Browser, basic
from tests.service.gateway.visitor import PASSWORD, Visitor, as_a

NEW_PASSWORD = "lantern under the bridge"
BEARER = re.compile(r"<code>(exr_[A-Za-z0-9_-]{43})</code>")
CODE = re.compile(r"<dt>Code</dt><dd>([A-Za-z0-9_-]{32})</dd>")


def text_of(answer: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def made_by(browser: Browser, excb: str | None = "BAS", role: Any = "author", name: str = "ada") -> str:
    accounts.create(browser.gateway.db, name, role, excb, PASSWORD)
    return name


def test_the_own_page_says_who_one_is_and_where_one_is_logged_in(browser: Browser) -> None:
    visitor = as_a(browser, "signatory", "BAS")
    shown = text_of(visitor.get("/account"))
    assert visitor.name in shown
    assert "signatory" in shown
    assert "192.0.2.1" in shown


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    other, before = Visitor(browser), visitor.cookie
    other.log_in(name=visitor.name)
    wrong = visitor.send("/account", "/account/password", password="x", new_password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert (wrong.status_code, "This is not your password." in wrong.text) == (422, True)
    typed = {"password": PASSWORD, "new_password": NEW_PASSWORD}
    assert visitor.send("/account", "/account/password", **typed, again="differs").status_code == 422
    assert visitor.send("/account", "/account/password", **typed, again=NEW_PASSWORD).status_code == 303
    assert visitor.is_logged_in()
    assert visitor.cookie != before
    assert not other.is_logged_in()
    assert browser.http.get(TOKENS, headers=basic(visitor.name, PASSWORD)).status_code == 401
    assert browser.http.get(TOKENS, headers=basic(visitor.name, NEW_PASSWORD)).status_code == 200


@pytest.mark.parametrize("bad", ["too short", "password1234567", "aaaaaaaaaaaaaaaaaa"])
def test_a_new_password_that_is_guessed_soon_is_refused_beside_its_field(browser: Browser, bad: str) -> None:
    visitor = as_a(browser, "author", "BAS")
    answer = visitor.send("/account", "/account/password", password=PASSWORD, new_password=bad, again=bad)
    assert answer.status_code == 422
    assert 'id="f-new_password-error"' in answer.text
    assert bad not in answer.text, "no password is ever sent back"


def test_a_session_elsewhere_can_be_ended_alone_or_with_all_others(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    others = [Visitor(browser) for _ in range(3)]
    for other in others:
        other.log_in(name=visitor.name)
    address = re.findall(r'action="(/account/sessions/[0-9a-f-]{36}/end)"', visitor.get("/account").text)[0]
    assert visitor.send("/account", address).status_code == 303
    assert [other.is_logged_in() for other in others].count(True) == 2
    assert visitor.send("/account", "/account/sessions/end-others").status_code == 303
    assert not any(other.is_logged_in() for other in others)
    assert visitor.is_logged_in()


def test_nobody_ends_the_session_of_somebody_else(browser: Browser) -> None:
    one, other = as_a(browser, "author", "BAS"), as_a(browser, "author", "BAS")
    third = Visitor(browser)
    third.log_in(name=other.name)
    address = re.findall(r'action="(/account/sessions/[0-9a-f-]{36}/end)"', other.get("/account").text)[0]
    assert one.send("/account", address).status_code == 404
    assert third.is_logged_in()


def test_a_token_is_made_with_the_password_shown_once_and_ended(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    page = "/account/tokens"
    wanted = {"name": "nightly job", "days": "30", "scopes": "draft"}
    assert visitor.send(page, **wanted, password="x").status_code == 422
    shown = visitor.send(page, **wanted, password=PASSWORD)
    bearer = {"Authorization": f"Bearer {BEARER.findall(shown.text)[0]}"}
    assert shown.headers["Cache-Control"] == "no-store"
    assert browser.status_with(bearer) == 200
    listed = visitor.get(page)
    assert "nightly job" in listed.text
    assert not BEARER.findall(listed.text)
    address = re.findall(r'action="(/account/tokens/[0-9a-f-]{36}/revoke)"', listed.text)[0]
    assert visitor.send(page, address).status_code == 303
    assert browser.status_with(bearer) == 401


@pytest.mark.parametrize("wrong", [{"name": ""}, {"days": "0"}, {"days": "366"}, {"days": "soon"}, {"days": "²"}])
def test_a_token_that_cannot_be_made_is_refused_beside_its_field(browser: Browser, wrong: dict[str, str]) -> None:
    visitor = as_a(browser, "author", "BAS")
    answer = visitor.send("/account/tokens", **{"name": "job", "days": "30", "password": PASSWORD} | wrong)
    assert answer.status_code == 422
    assert f'id="f-{next(iter(wrong))}-error"' in answer.text


def test_an_author_is_offered_no_scope_beyond_the_role_and_gets_none(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    assert 'value="issue"' not in visitor.get("/account/tokens").text
    answer = visitor.send("/account/tokens", name="job", days="30", scopes="issue", password=PASSWORD)
    assert answer.status_code == 403


def test_an_administrator_invites_an_officer_who_sets_a_password_and_is_in(browser: Browser) -> None:
    admin = as_a(browser, "administrator", "BAS")
    shown = admin.send("/accounts", name="bas-officer", role="author")
    code = CODE.findall(shown.text)[0]
    assert "http://localhost/invitation" in shown.text
    officer = Visitor(browser)
    typed = {"name": "bas-officer", "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert officer.send("/invitation", code="x", **typed).status_code == 422
    assert officer.send("/invitation", code=code, **typed).headers["Location"] == "/"
    assert "author" in text_of(officer.get("/account"))
    assert "bas-officer" in admin.get("/accounts").text
    assert code not in admin.get("/accounts/bas-officer").text


def test_an_account_that_cannot_be_made_is_refused_and_what_was_typed_stays(browser: Browser) -> None:
    made_by(browser)
    answer = as_a(browser, "secretariat").send("/accounts", name="ada", role="author", excb="BAS")
    assert answer.status_code == 422
    assert "There is an account of this name already" in text_of(answer)
    assert 'value="ada"' in answer.text


def test_an_administrator_sees_and_changes_the_own_body_only(browser: Browser) -> None:
    admin = as_a(browser, "administrator", "BAS")
    made_by(browser, name="own")
    made_by(browser, "SIR", name="theirs")
    shown = admin.get("/accounts?body=SIR").text
    assert "own" in shown
    assert "theirs" not in shown
    assert admin.get("/accounts/theirs").status_code == 404
    for action in ("renew", "deactivate", "reactivate", "role", "end-second-factor"):
        answer = admin.send("/account", f"/accounts/theirs/{action}", role="signatory")
        assert answer.status_code == 404
    assert admin.send("/accounts", name="new", role="author", excb="SIR").status_code == 200
    assert ">BAS<" in admin.get("/accounts/new").text


def test_ending_and_renewing_ask_first_and_say_what_they_do(browser: Browser) -> None:
    secretariat, name = as_a(browser, "secretariat"), made_by(browser)
    officer = Visitor(browser)
    officer.log_in(name=name)
    for action in ("renew", "deactivate"):
        asked = secretariat.get(f"/accounts/{name}/{action}")
        assert "no session and no token" in text_of(asked)
    assert officer.is_logged_in()
    code = CODE.findall(secretariat.send(f"/accounts/{name}/renew").text)
    assert len(code) == 1
    assert not officer.is_logged_in()
    assert secretariat.send(f"/accounts/{name}/deactivate").status_code == 303
    assert "ended" in text_of(secretariat.get(f"/accounts/{name}"))
    assert CODE.findall(secretariat.send(f"/accounts/{name}", f"/accounts/{name}/reactivate").text)


def test_nobody_is_shown_what_they_may_not_do(browser: Browser) -> None:
    name = made_by(browser, role="administrator")
    admin, auditor = as_a(browser, "administrator", "BAS"), as_a(browser, "it-administrator")
    for visitor in (admin, auditor):
        shown = visitor.get(f"/accounts/{name}")
        assert "It is not yours to change." in text_of(shown)
        assert f"/accounts/{name}/" not in shown.text
    assert "Make an account" not in auditor.get("/accounts").text
    assert admin.get(f"/accounts/{name}/deactivate").status_code == 403


def test_a_body_can_demand_a_second_factor_of_all_its_accounts(browser: Browser) -> None:
    admin = as_a(browser, "administrator", "BAS")
    officer = as_a(browser, "author", "BAS")
    assert admin.send("/accounts", "/second-factor", excb="BAS", demanded="yes").status_code == 303
    assert admin.is_logged_in()
    assert officer.log_in(name=officer.name).headers["Location"].startswith("/account/second-factor")
    assert "demanded, not set up" in text_of(admin.get("/accounts"))
    assert admin.send("/accounts", "/second-factor", excb="BAS").status_code == 303
    assert officer.log_in(name=officer.name).headers["Location"] == "/"


def test_the_tokens_of_a_body_are_seen_and_ended_by_its_administrator(browser: Browser) -> None:
    admin = as_a(browser, "administrator", "BAS")
    _id, bearer = browser.a_token(basic(made_by(browser), PASSWORD))
    _other, foreign = browser.a_token(basic(made_by(browser, "SIR", name="theirs"), PASSWORD))
    shown = admin.get("/tokens").text
    assert "ada" in shown
    assert "theirs" not in shown
    address = re.findall(r'action="(/tokens/[0-9a-f-]{36}/revoke)"', shown)
    assert len(address) == 1
    assert admin.send("/tokens", address[0]).status_code == 303
    assert browser.status_with(bearer) == 401
    assert browser.status_with(foreign) == 200


def test_the_audit_shows_the_own_body_and_is_read_on_page_by_page(browser: Browser) -> None:
    admin = as_a(browser, "administrator", "BAS")
    as_a(browser, "author", "SIR")
    for _ in range(60):
        browser.gateway.now += timedelta(seconds=1)
        admin.send("/account", "/account/sessions/end-others")
    first = admin.get("/accesses?what=session")
    following = html.unescape(re.findall(r'rel="next" href="([^"]+)"', first.text)[0])
    second = admin.get(following)
    assert first.text.count("session.others-ended") == 50
    assert second.text.count("session.others-ended") == 10
    assert "SIR" not in admin.get("/accesses").text
    assert "SIR" in as_a(browser, "secretariat").get("/accesses?excb=SIR").text


@pytest.mark.parametrize("wrong", ["since=yesterday", "until=2026-13-01", "cursor=x", "since=0001-01-01T00:00%2B14:00"])
def test_a_question_to_the_audit_that_cannot_be_read_says_so(browser: Browser, wrong: str) -> None:
    assert as_a(browser, "secretariat").get(f"/accesses?{wrong}").status_code == 422


@pytest.mark.parametrize("path", ["/accounts?body=", "/tokens?account=", "/accesses?account=", "/accesses?what="])
def test_what_no_database_can_look_for_is_no_fault(browser_on_each: Browser, path: str) -> None:
    assert as_a(browser_on_each, "secretariat").get(f"{path}%00").status_code == 200


def test_an_invitation_for_a_name_that_can_be_nobodys_is_refused(browser_on_each: Browser) -> None:
    typed = {"name": "a\0b", "code": "x", "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert Visitor(browser_on_each).send("/invitation", **typed).status_code == 422
    headers = browser_on_each.as_("secretariat")
    for method, path in (("get", ""), ("post", "/deactivate")):
        answer = getattr(browser_on_each.http, method)(f"/api/v1/accounts/a%00b{path}", headers=headers)
        assert answer.status_code == 404


def test_a_name_is_text_wherever_it_is_shown(browser: Browser) -> None:
    name = made_by(browser, name="<b>ada</b> & co".replace("/", "-"))
    secretariat = as_a(browser, "secretariat")
    for page in ("/accounts", f"/accounts/{name}", "/accesses", f"/tokens?account={name}"):
        assert "<b>ada" not in secretariat.get(page).text


def test_a_refusal_is_a_page_to_a_person(browser: Browser) -> None:
    asked = {"Accept": "text/html"}
    refused = as_a(browser, "author", "BAS").get("/accounts", headers=asked)
    assert (refused.status_code, refused.mimetype) == (403, "text/html")
    foreign = as_a(browser, "author", "BAS").http.post("/logout", headers=asked)
    assert (foreign.status_code, foreign.mimetype) == (403, "text/html")
    assert "load the page again" in text_of(foreign)
