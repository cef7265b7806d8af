"""Who manages whose accounts, and how what ends ends at once; on real databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gateway import accounts
from gateway.tables import Account, Token, WebSession
from tests.service.gateway.browser import TOKENS, Browser, basic
from tests.service.gateway.visitor import PASSWORD, Visitor

ACCOUNTS = "/api/v1/accounts"
NEW_PASSWORD = "lantern under the bridge"


@pytest.fixture
def browser(browser_on_each: Browser) -> Browser:
    return browser_on_each


def an_officer(browser: Browser, name: str = "ada", role: str = "author", excb: str | None = "BAS") -> str:
    accounts.create(browser.gateway.db, name, role, excb, PASSWORD)  # type: ignore[arg-type]
    return name


def set_password(browser: Browser, name: str, code: str, password: str = NEW_PASSWORD) -> Any:
    return Visitor(browser).send("/invitation", name=name, code=code, new_password=password, again=password)


def test_the_secretariat_makes_a_representative_who_makes_an_officer_who_sets_a_password(browser: Browser) -> None:
    secretariat = browser.as_("secretariat")
    wanted = {"name": "bas-admin", "role": "administrator", "excb": "BAS"}
    made = browser.http.post(ACCOUNTS, json=wanted, headers=secretariat)
    assert made.status_code == 201
    assert made.json["account"]["has_password"] is False
    assert made.json["invitation"]["page"] == "http://localhost/invitation"
    assert set_password(browser, "bas-admin", made.json["invitation"]["code"]).status_code == 303
    token = browser.http.post(
        TOKENS, json={"name": "t", "scopes": ["administer"]}, headers=basic("bas-admin", NEW_PASSWORD)
    )
    headers = {"Authorization": f"Bearer {token.json['token']}"}
    officer = {"name": "bas-author", "role": "author", "excb": "BAS"}
    assert browser.http.post(ACCOUNTS, json=officer, headers=headers).status_code == 201
    listed = browser.http.get(ACCOUNTS, headers=headers).json["items"]
    assert {item["name"] for item in listed} == {"bas-admin", "bas-author"}


def test_an_invitation_is_good_once_and_for_three_days(browser: Browser) -> None:
    wanted = {"name": "ada", "role": "author", "excb": "BAS"}
    code = browser.http.post(ACCOUNTS, json=wanted, headers=browser.as_("administrator", "BAS")).json["invitation"]
    assert set_password(browser, "ada", "x" * 32).status_code == 422
    refused = set_password(browser, "ada", code["code"], "too short")
    assert refused.status_code == 422
    assert f'value="{code["code"]}"' in refused.text, "what was typed stays, but for passwords"
    assert 'value="too short"' not in refused.text
    assert set_password(browser, "ada", code["code"]).status_code == 303
    assert set_password(browser, "ada", code["code"]).status_code == 422
    renewed = browser.http.post(f"{ACCOUNTS}/ada/renew", headers=browser.as_("secretariat")).json["invitation"]
    browser.gateway.now += timedelta(days=3)
    assert set_password(browser, "ada", renewed["code"]).status_code == 422


def test_a_password_is_judged_for_who_has_the_code_and_where_it_holds_up_nobody(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some passwords take seconds to judge."""
    wanted = {"name": "ada", "role": "author", "excb": "BAS"}
    code = browser.http.post(ACCOUNTS, json=wanted, headers=browser.as_("secretariat")).json["invitation"]["code"]
    apart = list[str]()

    def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
        apart.append(function.__name__)
        return function(*arguments)

    monkeypatch.setattr(browser.gateway, "in_thread", in_thread)
    assert set_password(browser, "ada", "x" * 32).status_code == 422
    assert set_password(browser, "nobody", code).status_code == 422
    assert apart == []
    assert set_password(browser, "ada", code).status_code == 303
    assert apart == ["check", "hashed"]


def test_an_invitation_is_stored_as_its_hash(browser: Browser) -> None:
    wanted = {"name": "ada", "role": "author", "excb": "BAS"}
    made = browser.http.post(ACCOUNTS, json=wanted, headers=browser.as_("administrator", "BAS"))
    with browser.gateway.db.read() as session:
        stored = session.execute(sa.text("SELECT * FROM invitations")).all()
    assert made.json["invitation"]["code"] not in repr(stored)


@pytest.mark.parametrize("action", ["renew", "deactivate"])
def test_what_is_ended_has_no_session_token_or_password_from_then_on(browser: Browser, action: str) -> None:
    name = an_officer(browser)
    visitor = Visitor(browser)
    visitor.log_in(name=name)
    _id, bearer = browser.a_token(basic(name, PASSWORD))
    assert browser.status_with(bearer) == 200
    answer = browser.http.post(f"{ACCOUNTS}/{name}/{action}", headers=browser.as_("secretariat"))
    assert answer.status_code in (200, 204)
    assert not visitor.is_logged_in()
    assert browser.status_with(bearer) == 401
    assert browser.http.get(TOKENS, headers=basic(name, PASSWORD)).status_code == 401
    with browser.gateway.db.read() as session:
        assert session.scalar(sa.select(Account.password_hash).where(Account.name == name)) == ""
        assert not session.scalars(sa.select(WebSession).where(WebSession.account == name)).all()
        tokens = session.scalars(sa.select(Token).where(Token.account == name)).all()
    assert tokens
    assert all(token.revoked_at for token in tokens)


def test_what_was_ended_begins_anew_with_nothing_from_before(browser: Browser) -> None:
    name, secretariat = an_officer(browser), browser.as_("secretariat")
    _id, bearer = browser.a_token(basic(name, PASSWORD))
    browser.http.post(f"{ACCOUNTS}/{name}/deactivate", headers=secretariat)
    back = browser.http.post(f"{ACCOUNTS}/{name}/reactivate", headers=secretariat)
    assert set_password(browser, name, back.json["invitation"]["code"]).status_code == 303
    assert browser.status_with(bearer) == 401
    assert browser.http.get(TOKENS, headers=basic(name, NEW_PASSWORD)).status_code == 200


@pytest.mark.parametrize(("state", "action"), [("active", "reactivate"), ("ended", "renew")])
def test_what_does_not_fit_the_state_of_an_account_says_what_does(browser: Browser, state: str, action: str) -> None:
    name, secretariat = an_officer(browser), browser.as_("secretariat")
    if state == "ended":
        browser.http.post(f"{ACCOUNTS}/{name}/deactivate", headers=secretariat)
    answer = browser.http.post(f"{ACCOUNTS}/{name}/{action}", headers=secretariat)
    assert answer.status_code == 422
    assert "instead" in answer.json["detail"] or "begin anew" in answer.json["detail"]


def test_a_role_that_changes_ends_the_sessions_and_bounds_the_tokens(browser: Browser) -> None:
    name = an_officer(browser, role="signatory")
    visitor = Visitor(browser)
    visitor.log_in(name=name)
    made = browser.http.post(TOKENS, json={"name": "t", "scopes": ["issue"]}, headers=basic(name, PASSWORD))
    headers = {"Authorization": f"Bearer {made.json['token']}"}
    browser.status_with(headers)
    admin = browser.as_("administrator", "BAS")
    assert browser.http.put(f"{ACCOUNTS}/{name}/role", json={"role": "author"}, headers=admin).status_code == 200
    assert not visitor.is_logged_in()
    browser.status_with(headers)
    asker = browser.last_asker()
    assert asker
    assert (asker.role, asker.scopes) == ("author", ("read",))


def test_an_administrator_reaches_officers_of_the_own_body_and_nobody_else(browser: Browser) -> None:
    admin = browser.as_("administrator", "BAS")
    an_officer(browser, "own")
    an_officer(browser, "theirs", excb="SIR")
    an_officer(browser, "colleague", "administrator")
    an_officer(browser, "office", "secretariat", None)
    status = {
        name: browser.http.post(f"{ACCOUNTS}/{name}/deactivate", headers=admin).status_code
        for name in ("own", "theirs", "colleague", "office", "nobody")
    }
    assert status == {"own": 204, "theirs": 404, "colleague": 403, "office": 404, "nobody": 404}
    assert {item["excb"] for item in browser.http.get(ACCOUNTS, headers=admin).json["items"]} == {"BAS"}
    assert {item["excb"] for item in browser.http.get(f"{ACCOUNTS}?excb=SIR", headers=admin).json["items"]} == {"BAS"}
    assert browser.http.get(f"{ACCOUNTS}/theirs", headers=admin).status_code == 404


@pytest.mark.parametrize(
    ("role", "excb", "status"),
    [("author", "BAS", 201), ("signatory", "BAS", 201), ("administrator", "BAS", 403), ("author", "SIR", 403),
     ("secretariat", None, 403), ("it-administrator", None, 403), ("author", None, 403)],
)  # fmt: skip
def test_an_administrator_gives_the_roles_of_officers_only(
    browser: Browser, role: str, excb: str | None, status: int
) -> None:
    wanted = {"name": "new", "role": role, "excb": excb}
    answer = browser.http.post(ACCOUNTS, json=wanted, headers=browser.as_("administrator", "BAS"))
    assert answer.status_code == status


def test_nobody_raises_the_own_rights(browser: Browser) -> None:
    name = an_officer(browser, "office", "secretariat", None)
    token = browser.http.post(TOKENS, json={"name": "t", "scopes": ["administer"]}, headers=basic(name, PASSWORD)).json[
        "token"
    ]
    headers = {"Authorization": f"Bearer {token}"}
    for method, path in (("put", "role"), ("post", "renew"), ("post", "deactivate"), ("delete", "second-factor")):
        sent = {"json": {"role": "it-administrator"}} if path == "role" else {}
        answer = getattr(browser.http, method)(f"{ACCOUNTS}/{name}/{path}", headers=headers, **sent)
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_an_officer_does_not_become_an_administrator_by_an_administrator(browser: Browser) -> None:
    name = an_officer(browser)
    admin = browser.as_("administrator", "BAS")
    for role, status in (("administrator", 403), ("secretariat", 422)):
        answer = browser.http.put(f"{ACCOUNTS}/{name}/role", json={"role": role}, headers=admin)
        assert answer.status_code == status


def test_a_name_is_given_once_and_a_body_must_be_there(browser: Browser) -> None:
    an_officer(browser)
    secretariat = browser.as_("secretariat")
    for wanted, field in (
        ({"name": "ada", "role": "author", "excb": "BAS"}, "name"),
        ({"name": "new", "role": "author", "excb": "XYZ"}, "excb"),
        ({"name": "a/b", "role": "author", "excb": "BAS"}, "name"),
    ):
        answer = browser.http.post(ACCOUNTS, json=wanted, headers=secretariat)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_a_log_in_that_was_under_way_does_not_outlive_the_end_of_its_account(browser: Browser) -> None:
    """The password was looked at before the account was renewed, the session is begun after."""
    visitor, name = Visitor(browser), an_officer(browser)
    token, in_thread = visitor.form_token("/login"), browser.gateway.in_thread

    def ended_meanwhile(*arguments: Any) -> Any:
        right = in_thread(*arguments)
        browser.http.post(f"{ACCOUNTS}/{name}/renew", headers=browser.as_("secretariat"))
        return right

    browser.gateway.in_thread = ended_meanwhile  # type: ignore[assignment, method-assign]
    answer = visitor.http.post("/login", data={"csrf_token": token, "name": name, "password": PASSWORD})
    assert answer.status_code == 401
    assert not visitor.is_logged_in()


def test_an_administrator_sees_and_ends_the_tokens_of_the_own_body(browser: Browser) -> None:
    admin = browser.as_("administrator", "BAS")
    own, bearer = browser.a_token(basic(an_officer(browser, "own"), PASSWORD))
    theirs, foreign = browser.a_token(basic(an_officer(browser, "theirs", excb="SIR"), PASSWORD))
    listed = browser.http.get(f"{TOKENS}?of=*", headers=admin).json["items"]
    assert own in {item["id"] for item in listed}
    assert theirs not in {item["id"] for item in listed}
    assert [item["id"] for item in browser.http.get(f"{TOKENS}?of=own", headers=admin).json["items"]] == [own]
    assert browser.http.get(f"{TOKENS}?of=theirs", headers=admin).json["items"] == []
    assert browser.http.delete(f"{TOKENS}/{theirs}", headers=admin).status_code == 404
    assert browser.http.delete(f"{TOKENS}/{own}", headers=admin).status_code == 204
    assert browser.status_with(bearer) == 401
    assert browser.status_with(foreign) == 200
    assert browser.http.get(f"{TOKENS}?of=*", headers=browser.as_("author", "BAS")).status_code == 403
