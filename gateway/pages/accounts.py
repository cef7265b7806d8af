"""Logging in and out: a password, then the second factor where there is one."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, render_template, request, url_for

from contracts.errors import TooManyRequests, Unauthenticated
from gateway import access, paths, queries, second_factor, sessions
from gateway.accounts import LONGEST_NAME
from gateway.authentication import Authenticator, WrongPassword
from gateway.calls import backing
from gateway.pages.errors import by_field
from gateway.pages.guards import open_to_all, safe_next
from gateway.passwords import LONGEST as LONGEST_PASSWORD
from gateway.tables import Account

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/login")
@open_to_all
def log_in() -> str | Response:
    """The form; who is logged in already goes on."""
    visit = sessions.visit()
    if visit and visit.stage == "open":
        return paths.led_to(wanted(), 303)
    return render_template("accounts/log_in.html", next=wanted(), name="", errors={})


@blueprint.post("/login")
@open_to_all
def take_password() -> tuple[str, int] | Response:
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        account = _account_with(name, password)
    except WrongPassword as refusal:
        current_app.extensions["limits"].count_failure(g.address)
        access.note("log-in", "failed", account=refusal.account)
        errors = by_field(refusal)
    except TooManyRequests as refusal:
        errors = by_field(refusal)
    else:
        return entered(account)
    return render_template("accounts/log_in.html", next=wanted(), name=name, errors=errors), 422


def _account_with(name: str, password: str) -> Account:
    if not name or len(name) > LONGEST_NAME or "\0" in name or len(password) > LONGEST_PASSWORD:
        raise WrongPassword(None)
    authenticator: Authenticator = current_app.extensions["authenticator"]
    return authenticator.account_with(backing(), name, password, g.address)


def entered(account: Account) -> Response:
    """Lets in who has shown to be the account's holder by a password, as far as that goes."""
    stage = second_factor.stage_of(account)
    sessions.start(account, stage)
    if stage != "code":
        access.note("log-in", account=account)
    steps = {"open": wanted(), "code": url_for("accounts.code", next=wanted())}
    return paths.led_to(steps.get(stage) or url_for("second_factor.enrol", next=wanted()), 303)


@blueprint.get("/login/code")
@open_to_all
def code() -> str | Response:
    """The second step, for who has come through the first."""
    visit = sessions.visit()
    if visit is None or visit.stage != "code":
        return paths.led_to(url_for(".log_in", next=wanted()), 303)
    return render_template("accounts/code.html", next=wanted(), errors={})


@blueprint.post("/login/code")
@open_to_all
def take_code() -> tuple[str, int] | Response:
    visit = sessions.visit()
    if visit is None or visit.stage != "code":
        return paths.led_to(url_for(".log_in", next=wanted()), 303)
    with backing().db.read() as database:
        account = queries.account_named(database, visit.account)
    assert account is not None
    try:
        second_factor.demand(account, request.form.get("code", ""))
    except (Unauthenticated, TooManyRequests) as refusal:
        return render_template("accounts/code.html", next=wanted(), errors=by_field(refusal)), 422
    sessions.start(account)
    access.note("log-in", account=account)
    return paths.led_to(wanted(), 303)


@blueprint.post("/logout")
@open_to_all
def log_out() -> Response:
    if sessions.visit():
        access.note("log-out")
    sessions.end()
    return paths.led_to("/", 303)


def wanted() -> str:
    """Where to go after the log-in."""
    return safe_next(request.values.get("next"))
