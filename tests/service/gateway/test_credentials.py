"""What is taken for credentials, and what is refused for which reason."""

from __future__ import annotations

import base64

import pytest
import sqlalchemy as sa

from contracts.errors import InvalidInput
from contracts.identity import GUEST
from gateway import accounts, authentication, passwords
from gateway.tables import Account
from tests.service.gateway.browser import TOKENS, WANTED, Browser, basic


def test_nobody_gets_more_scopes_than_the_role_has(browser: Browser) -> None:
    answer = browser.http.post(TOKENS, json=WANTED | {"scopes": ["draft", "issue"]}, headers=browser.an_author())
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (403, "scopes.1")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["fly"]}, "scopes.0"),
        ({"expires_in_days": 366}, "expires_in_days"),
        ({"expires_in_days": "30"}, "expires_in_days"),
        ({"owner": "me"}, "owner"),
    ],
)
def test_a_token_that_cannot_be_made_is_refused_field_by_field(
    browser: Browser, wrong: dict[str, object], field: str
) -> None:
    answer = browser.http.post(TOKENS, json=WANTED | wrong, headers=browser.an_author())
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_a_password_opens_nothing_but_tokens(browser: Browser) -> None:
    answer = browser.http.get("/api/v1/changes", headers=browser.an_author())
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, authentication.BEARER)


@pytest.mark.parametrize(
    "header",
    ["Bearer exr_" + "x" * 43, "Bearer exr_short", "Bearer", "Bearer ü", "Digest a=b", "nonsense", "", "Basic ü"],
)
def test_credentials_that_are_no_good_are_refused_and_never_those_of_a_guest(browser: Browser, header: str) -> None:
    answer = browser.http.get("/api/v1/changes", headers={"Authorization": header.encode().decode("latin-1")})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_who_sends_no_credentials_is_a_guest(browser: Browser) -> None:
    assert browser.status_with({}) == 200
    assert browser.last_asker() == GUEST


@pytest.mark.parametrize(
    "credentials", ["%%%", base64.b64encode(b"no colon").decode(), base64.b64encode(b"\xff:x").decode()]
)
def test_basic_credentials_that_cannot_be_read_are_refused(browser: Browser, credentials: str) -> None:
    answer = browser.http.get(TOKENS, headers={"Authorization": f"Basic {credentials}"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, authentication.BASIC)


def test_a_wrong_password_and_an_unknown_name_are_told_alike(browser: Browser) -> None:
    accounts.create(browser.gateway.db, "known", "author", "BAS", "right")
    wrong, unknown = (browser.http.get(TOKENS, headers=basic(name, "wrong")) for name in ("known", "unknown"))
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json["detail"] == unknown.json["detail"]


def test_an_unknown_name_costs_as_much_work_as_a_known_one(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    is_right = passwords.is_right

    def counted(kept: str, typed: str) -> bool:
        compared.append(kept)
        return is_right(kept, typed)

    monkeypatch.setattr(passwords, "is_right", counted)
    accounts.create(browser.gateway.db, "known", "author", "BAS", "right")
    accounts.create(browser.gateway.db, "invited", "author", "BAS", "right")
    with browser.gateway.db.begin() as session:
        session.execute(sa.update(Account).where(Account.name == "invited").values(password_hash=""))
    for name in ("known", "unknown", "invited"):
        assert browser.http.get(TOKENS, headers=basic(name, "wrong")).status_code == 401
    assert len(compared) == 3
    assert all(kept.startswith("$argon2id$") for kept in compared)


def test_guessing_slows_down_and_still_lets_the_owner_in(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("gateway.authentication.time.sleep", slept.append)
    credentials = browser.an_author()
    name = base64.b64decode(credentials["Authorization"].removeprefix("Basic ")).decode().partition(":")[0]
    for guess in range(5):
        assert browser.http.get(TOKENS, headers=basic(name, f"guess {guess}")).status_code == 401
    assert browser.http.get(TOKENS, headers=credentials).status_code == 200
    assert slept == [0.25, 0.5, 1.0]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("", "author", "BAS", "x"), "name"),
        (("a:b", "author", "BAS", "x"), "name"),
        (("a", "king", None, "x"), "role"),
        (("a", "author", None, "x"), "excb"),
        (("a", "secretariat", "BAS", "x"), "excb"),
        (("a", "author", "BAS", ""), "password"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_its_field(
    browser: Browser, arguments: tuple[str, ...], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        accounts.create(browser.gateway.db, *arguments)  # type: ignore[arg-type]
    assert refusal.value.details["errors"][0]["field"] == field
