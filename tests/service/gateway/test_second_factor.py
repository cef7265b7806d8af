"""The second factor on real databases: set up, asked for, good once, demanded, ended."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from gateway import accounts, passwords
from gateway.second_factor import MOST_WRONG, RECOVERY_CODES, STEP
from gateway.tables import Account, RecoveryCode
from tests.service.gateway.browser import TOKENS, WANTED, Browser, basic
from tests.service.gateway.fakes import some_settings
from tests.service.gateway.visitor import PASSWORD, Visitor, as_a

PAGE = "/account/second-factor"
SECRET = re.compile(r"<code>([A-Z2-7]{32})</code>")
RECOVERY = re.compile(r"<code>((?:[a-z2-9]{4}-){3}[a-z2-9]{4})</code>")


@pytest.fixture
def browser(browser_on_each: Browser) -> Browser:
    return browser_on_each


def now(browser: Browser, secret: str, steps: int = 0) -> str:
    """What the app shows ``steps`` half minutes from now."""
    return pyotp.TOTP(secret).at(browser.gateway.now + timedelta(seconds=steps * STEP))


def enrolled(browser: Browser, visitor: Visitor) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a visitor who just set the second factor up; the clock goes on a step."""
    found = SECRET.search(visitor.get(PAGE).text)
    assert found
    shown = visitor.send(PAGE, code=now(browser, found[1]), password=PASSWORD)
    assert shown.status_code == 200
    browser.gateway.now += timedelta(seconds=STEP)
    return found[1], RECOVERY.findall(shown.text)


def came_in(visitor: Visitor, code: str) -> bool:
    """Whether this code lets in who has given the password."""
    visitor.http.delete_cookie("register")
    assert visitor.log_in(name=visitor.name).headers["Location"].startswith("/login/code")
    assert not visitor.is_logged_in()
    return bool(visitor.send("/login/code", code=code).status_code == 303)


def test_after_the_password_the_code_is_asked_for_and_lets_in(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    secret, codes = enrolled(browser, visitor)
    assert len(set(codes)) == RECOVERY_CODES
    assert "demands" not in as_a(browser, "author", "BAS").get(PAGE).text
    assert not came_in(visitor, "000000")
    assert came_in(visitor, now(browser, secret))
    assert visitor.is_logged_in()


def test_a_code_is_good_once(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    secret, _codes = enrolled(browser, visitor)
    seen = now(browser, secret)
    assert came_in(visitor, seen)
    assert not came_in(visitor, seen)
    assert not came_in(visitor, now(browser, secret, -1)), "an older one that was never used is over, too"
    browser.gateway.now += timedelta(seconds=STEP)
    assert came_in(visitor, now(browser, secret))


def test_the_code_that_confirmed_the_set_up_does_not_let_in(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    secret, _codes = enrolled(browser, visitor)
    assert not came_in(visitor, now(browser, secret, -1))


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_half_a_minute(browser: Browser, steps: int, good: bool) -> None:
    visitor = as_a(browser, "author", "BAS")
    secret, _codes = enrolled(browser, visitor)
    browser.gateway.now += timedelta(minutes=5)
    assert came_in(visitor, now(browser, secret, steps)) is good


def test_a_recovery_code_is_good_once_however_it_is_typed(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    _secret, codes = enrolled(browser, visitor)
    assert came_in(visitor, f" {codes[0].upper().replace('-', ' ')} ")
    assert not came_in(visitor, codes[0])
    assert came_in(visitor, codes[1])


def test_new_recovery_codes_end_the_old_ones(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    _secret, old = enrolled(browser, visitor)
    new = RECOVERY.findall(visitor.send("/account", f"{PAGE}/recovery-codes", password=PASSWORD).text)
    assert len(new) == RECOVERY_CODES
    assert not came_in(visitor, old[0])
    assert came_in(visitor, new[0])


def test_neither_the_secret_nor_a_code_can_be_read_in_the_database(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    secret, codes = enrolled(browser, visitor)
    with browser.gateway.db.read() as session:
        account = session.scalars(sa.select(Account).where(Account.name == visitor.name)).one()
        kept = session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert account.second_factor
    assert secret not in account.second_factor
    assert not {code.replace("-", "") for code in codes} & set(kept)


def test_without_a_key_nobody_sets_one_up(browser: Browser) -> None:
    browser.gateway.settings = some_settings(second_factor_keys=())
    answer = as_a(browser, "author", "BAS").get(PAGE)
    assert answer.status_code == 200
    assert "no key" in answer.text


def test_a_wrong_first_code_puts_nothing_in_force(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    before = visitor.get(PAGE).text
    assert visitor.send(PAGE, code="123", password=PASSWORD).status_code == 422
    assert SECRET.findall(visitor.get(PAGE).text) == SECRET.findall(before)
    visitor.http.delete_cookie("register")
    assert visitor.log_in(name=visitor.name).headers["Location"] == "/"


def test_whoever_took_over_a_session_sets_none_up_without_the_password(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    found = SECRET.search(visitor.get(PAGE).text)
    assert found
    answer = visitor.send(PAGE, code=now(browser, found[1]))
    assert (answer.status_code, "This is not your password." in answer.text) == (422, True)
    visitor.http.delete_cookie("register")
    assert visitor.log_in(name=visitor.name).headers["Location"] == "/"


def test_setting_it_up_ends_the_other_sessions_and_makes_a_new_secret(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    other, before = Visitor(browser), visitor.cookie
    other.log_in(name=visitor.name)
    enrolled(browser, visitor)
    assert visitor.cookie != before
    assert visitor.is_logged_in()
    assert not other.is_logged_in()


def test_another_session_of_the_account_is_not_shown_the_secret_that_is_set_up(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    thief = Visitor(browser)
    thief.log_in(name=visitor.name)
    seen = SECRET.search(thief.get(PAGE).text)
    secret, _codes = enrolled(browser, visitor)
    assert seen
    assert secret != seen[1]
    visitor.http.delete_cookie("register")
    visitor.log_in(name=visitor.name)
    assert visitor.send("/login/code", code=now(browser, seen[1])).status_code == 422


def test_the_secret_of_another_session_confirms_nothing(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    first = SECRET.search(visitor.get(PAGE).text)
    token = visitor.form_token(PAGE)
    thief = Visitor(browser)
    thief.log_in(name=visitor.name)
    thief.get(PAGE)
    assert first
    answer = visitor.http.post(PAGE, data={"csrf_token": token, "code": now(browser, first[1]), "password": PASSWORD})
    assert (answer.status_code, "There is nothing to confirm" in answer.text) == (422, True)
    enrolled(browser, visitor)


def test_codes_that_come_at_once_are_counted_like_those_that_come_in_turn(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    enrolled(browser, visitor)
    visitor.http.delete_cookie("register")
    visitor.log_in(name=visitor.name)
    token = visitor.form_token("/login/code")

    def guess(number: int) -> bool:
        """Whether the code was looked at."""
        one = Visitor(browser)
        one.http.set_cookie("register", visitor.cookie or "")
        answer = one.http.post("/login/code", data={"csrf_token": token, "code": f"{number:06}"})
        return "not the code of this moment" in answer.text

    with ThreadPoolExecutor(8) as threads:
        looked_at = sum(threads.map(guess, range(60)))
    assert looked_at == MOST_WRONG


def test_many_wrong_codes_stop_all_codes_for_a_while_in_every_process(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    secret, codes = enrolled(browser, visitor)
    visitor.http.delete_cookie("register")
    visitor.log_in(name=visitor.name)
    for guess in range(10):
        assert visitor.send("/login/code", code=f"{guess:06}").status_code == 422
    answer = visitor.send("/login/code", code=codes[0])
    assert answer.status_code == 422
    assert "wait a quarter of an hour" in answer.text
    browser.gateway.now += timedelta(minutes=16)
    assert came_in(visitor, now(browser, secret))


def test_the_step_between_password_and_code_lasts_a_quarter_of_an_hour(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    enrolled(browser, visitor)
    visitor.http.delete_cookie("register")
    visitor.log_in(name=visitor.name)
    browser.gateway.now += timedelta(minutes=15)
    assert visitor.get("/login/code").headers["Location"].startswith("/login?")


def test_a_password_alone_makes_no_token_where_a_second_factor_is_on(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    secret, codes = enrolled(browser, visitor)
    credentials = basic(visitor.name, PASSWORD)

    def made(**headers: str) -> Any:
        return browser.http.post(TOKENS, json=WANTED, headers=credentials | headers)

    answer = made()
    assert (answer.status_code, "Second-Factor" in answer.json["detail"]) == (401, True)
    assert made(**{"Second-Factor": "000000"}).status_code == 401
    assert made(**{"Second-Factor": now(browser, secret)}).status_code == 201
    assert made(**{"Second-Factor": now(browser, secret)}).status_code == 401
    assert made(**{"Second-Factor": codes[0]}).status_code == 201


def demand(browser: Browser, excb: str | None, role: Any = "secretariat", of: str | None = None) -> int:
    answer = browser.http.put(
        "/api/v1/second-factor", json={"excb": excb, "demanded": True}, headers=browser.as_(role, of)
    )
    return int(answer.status_code)


def test_where_a_body_demands_it_nothing_opens_before_it_is_set_up(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    assert demand(browser, "BAS") == 204
    assert not visitor.is_logged_in(), "who has none sets it up now"
    answer = visitor.log_in(name=visitor.name)
    assert answer.headers["Location"].startswith(PAGE)
    assert not visitor.is_logged_in()
    assert visitor.get("/account").headers["Location"].startswith(PAGE)
    assert "Your body demands a second factor" in visitor.get(PAGE).text
    assert browser.http.post(TOKENS, json=WANTED, headers=basic(visitor.name, PASSWORD)).status_code == 401
    enrolled(browser, visitor)
    assert visitor.is_logged_in()


def test_a_demand_is_for_the_own_body_or_made_by_the_secretariat(browser: Browser) -> None:
    assert demand(browser, "BAS", "administrator", "BAS") == 204
    assert demand(browser, "SIR", "administrator", "BAS") == 403
    assert demand(browser, None, "administrator", "BAS") == 403
    assert demand(browser, None) == 204
    assert demand(browser, "XYZ") == 422


def test_who_lost_app_and_codes_is_helped_by_the_administrator(browser: Browser) -> None:
    visitor = as_a(browser, "author", "BAS")
    enrolled(browser, visitor)
    admin = browser.as_("administrator", "BAS")
    assert browser.http.delete(f"/api/v1/accounts/{visitor.name}/second-factor", headers=admin).status_code == 204
    assert not visitor.is_logged_in()
    assert visitor.log_in(name=visitor.name).headers["Location"] == "/"


def test_a_hash_of_old_settings_is_renewed_at_the_log_in(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.create(browser.gateway.db, "old", "author", "BAS", PASSWORD)
    monkeypatch.setattr(passwords, "is_outdated", lambda _hash: True)
    with browser.gateway.db.read() as session:
        before = session.get_one(Account, "old").password_hash
    assert Visitor(browser).log_in(name="old").status_code == 303
    with browser.gateway.db.read() as session:
        after = session.get_one(Account, "old").password_hash
    assert after != before
    assert passwords.is_right(after, PASSWORD)
