"""One's own account: password, sessions, API tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from contracts.errors import InvalidInput, NotFound, TooManyRequests
from contracts.identity import SCOPES, Scope
from gateway import access, api_tokens, passwords, paths, queries, second_factor, sessions
from gateway.calls import backing, identity
from gateway.domain import LONGEST_TOKEN_LIFE, SCOPES_OF, TOKEN_LIFE
from gateway.pages.errors import by_field
from gateway.pages.guards import signed_in
from gateway.pages.passwords_typed import own_account, read_new_password

blueprint = signed_in(Blueprint("own_account", __name__, url_prefix="/account"))
LONGEST_NAME = 100
SCOPE_TEXTS: dict[Scope, str] = {
    "draft": "draft certificates and reports",
    "issue": "issue certificates",
    "administer": "all else that your role may",
}


@blueprint.get("")
def show() -> str:
    return _page({})


@blueprint.post("/password")
def change_password() -> Response | tuple[str, int]:
    """Another password; every other session of the account is over."""
    try:
        account = own_account()
        password = read_new_password(account.name, account.excb)
    except (InvalidInput, TooManyRequests) as refusal:
        return _page(by_field(refusal)), 422
    hashed = backing().in_thread(passwords.hashed, password)
    with backing().db.begin() as session:
        queries.replace_hash(session, account.name, account.password_hash, hashed)
        queries.end_sessions(session, account.name)
    account.password_hash = hashed
    sessions.start(account)
    access.note("password.changed")
    return _back()


@blueprint.post("/sessions/<uuid:session_id>/end")
def end_session(session_id: UUID) -> Response:
    with backing().db.begin() as database:
        if not queries.end_session(database, identity().account or "", str(session_id)):
            raise NotFound("You have no such session; it may have ended by itself.")
    access.note("session.ended")
    return _back()


@blueprint.post("/sessions/end-others")
def end_other_sessions() -> Response:
    visit = sessions.visit()
    with backing().db.begin() as database:
        queries.end_sessions(database, identity().account or "", but=visit.id if visit else "")
    access.note("session.others-ended")
    return _back()


@blueprint.get("/tokens")
def tokens() -> str:
    return _tokens({})


@blueprint.post("/tokens")
def make_token() -> str | tuple[str, int]:
    """A token, shown on this one page; the password is asked for, since a token outlives the session."""
    try:
        name, days = _typed_name(), _typed_days()
        own_account()
        wanted: list[Scope] = [scope for scope in SCOPES if scope in request.form.getlist("scopes")]
        token, text = api_tokens.make(name, wanted, days)
    except (InvalidInput, TooManyRequests) as refusal:
        return _tokens(by_field(refusal)), 422
    return render_template("accounts/token.html", token=token, text=text)


@blueprint.post("/tokens/<uuid:token_id>/revoke")
def revoke_token(token_id: UUID) -> Response:
    api_tokens.revoke(str(token_id))
    return paths.led_to(url_for(".tokens"), 303)


def _typed_name() -> str:
    name = request.form.get("name", "").strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidInput.field("name", f"Say in 1 to {LONGEST_NAME} characters what the token is for.")
    return name


def _typed_days() -> int:
    typed = request.form.get("days", "").strip()
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= LONGEST_TOKEN_LIFE):
        raise InvalidInput.field("days", f"Must be a number of days from 1 to {LONGEST_TOKEN_LIFE}.")
    return int(typed)


def _page(errors: dict[str, str]) -> str:
    visit, now = sessions.visit(), backing().clock()
    with backing().db.read() as database:
        account = queries.account_named(database, identity().account or "")
        found = queries.sessions_of(database, identity().account or "", now - sessions.LONGEST)
    assert account is not None
    open_ones = [session for session in found if now - session.seen_at < sessions.LONGEST_IDLE]
    return render_template(
        "accounts/own.html",
        account=account,
        demanded=second_factor.is_demanded(account.excb),
        sessions=open_ones,
        here=visit.id if visit else "",
        errors=errors,
    )


def _tokens(errors: dict[str, str]) -> str:
    typed: dict[str, Any] = {
        "name": request.form.get("name", ""),
        "days": request.form.get("days", str(TOKEN_LIFE)),
        "scopes": request.form.getlist("scopes"),
    }
    scopes = [(scope, SCOPE_TEXTS[scope]) for scope in SCOPES_OF[identity().role] if scope != "read"]
    return render_template("accounts/tokens.html", tokens=api_tokens.own(), scopes=scopes, errors=errors, typed=typed)


def _back() -> Response:
    return paths.led_to(url_for(".show"), 303)
