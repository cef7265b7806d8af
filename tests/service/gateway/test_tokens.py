"""Accounts and tokens on real databases: what opens the door, and how fast it shuts."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway import accounts, authentication
from gateway.tables import Account, Token
from tests.service.gateway.browser import TOKENS, WANTED, Browser, basic
from tests.waiting import until


@pytest.fixture
def browser(browser_on_each: Browser) -> Browser:
    return browser_on_each


def test_a_token_is_made_with_name_and_password_and_speaks_for_the_account(browser: Browser) -> None:
    credentials = browser.an_author()
    made = browser.http.post(TOKENS, json=WANTED, headers=credentials)
    assert made.status_code == 201
    assert made.json["token"].startswith("exr_")
    assert made.json["scopes"] == ["read", "draft"]
    assert made.json["expires_at"] == "2026-12-21T10:00:00Z"
    assert made.headers["Cache-Control"] == "no-store"
    browser.http.get("/api/v1/changes", headers={"Authorization": f"Bearer {made.json['token']}"})
    found = browser.last_asker()
    assert found is not None
    assert (found.role, found.excb, found.scopes) == ("author", "BAS", ("read", "draft"))


def test_a_token_is_stored_as_its_hash_and_listed_without_its_text(browser: Browser) -> None:
    credentials = browser.an_author()
    token_id, bearer = browser.a_token(credentials)
    text = bearer["Authorization"].removeprefix("Bearer ")
    with browser.gateway.db.read() as session:
        stored = session.get_one(Token, token_id)
        assert text not in repr(vars(stored))
    listed = browser.http.get(TOKENS, headers=bearer)
    assert [item["id"] for item in listed.json["items"]] == [token_id]
    assert text not in listed.text


def test_a_token_makes_no_token(browser: Browser) -> None:
    _id, bearer = browser.a_token(browser.an_author())
    answer = browser.http.post(TOKENS, json=WANTED, headers=bearer)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, authentication.BASIC)
    assert browser.http.post(TOKENS, json=WANTED).status_code == 401


def test_a_revoked_token_is_dead_here_at_once_and_revoking_it_again_is_no_error(browser: Browser) -> None:
    credentials = browser.an_author()
    token_id, bearer = browser.a_token(credentials)
    assert browser.status_with(bearer) == 200
    for _ in range(2):
        assert browser.http.delete(f"{TOKENS}/{token_id}", headers=credentials).status_code == 204
    assert browser.status_with(bearer) == 401
    assert browser.http.get(TOKENS, headers=credentials).json["items"] == []


def test_somebody_elses_token_does_not_exist(browser: Browser) -> None:
    token_id, bearer = browser.a_token(browser.an_author())
    assert browser.http.delete(f"{TOKENS}/{token_id}", headers=browser.an_author()).status_code == 404
    assert browser.status_with(bearer) == 200


def test_what_ends_elsewhere_ends_here_within_seconds(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert authentication.REMEMBER <= 5
    monkeypatch.setattr(authentication, "REMEMBER", 0.2)
    _id, bearer = browser.a_token(browser.an_author())
    assert browser.status_with(bearer) == 200
    with browser.gateway.db.begin() as session:
        session.execute(sa.update(Account).values(active=False))
    until(lambda: browser.status_with(bearer) == 401, 5, "the token of an ended account is refused")


def test_a_token_ends_with_its_time_even_while_it_is_remembered(browser: Browser) -> None:
    _id, bearer = browser.a_token(browser.an_author())
    assert browser.status_with(bearer) == 200
    browser.gateway.now += timedelta(days=30)
    assert browser.status_with(bearer) == 401


def test_a_token_says_when_it_was_last_used(browser: Browser) -> None:
    credentials = browser.an_author()
    _id, bearer = browser.a_token(credentials)
    assert browser.http.get(TOKENS, headers=credentials).json["items"][0]["last_used_at"] is None
    browser.status_with(bearer)
    assert browser.http.get(TOKENS, headers=credentials).json["items"][0]["last_used_at"] == "2026-11-21T10:00:00Z"


def test_an_account_that_was_ended_has_no_password(browser: Browser) -> None:
    credentials = browser.an_author()
    with browser.gateway.db.begin() as session:
        session.execute(sa.update(Account).values(active=False))
    assert browser.http.get(TOKENS, headers=credentials).status_code == 401


def test_an_account_is_made_anew_without_losing_its_tokens(browser: Browser) -> None:
    accounts.create(browser.gateway.db, "renewed", "author", "BAS", "first")
    _id, bearer = browser.a_token(basic("renewed", "first"))
    accounts.create(browser.gateway.db, "renewed", "signatory", "BAS", "second")
    assert browser.http.get(TOKENS, headers=basic("renewed", "first")).status_code == 401
    assert browser.http.get(TOKENS, headers=basic("renewed", "second")).status_code == 200
    assert browser.status_with(bearer) == 200
