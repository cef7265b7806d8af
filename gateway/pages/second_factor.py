"""Setting up the second factor, its recovery codes, and ending it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from contracts.errors import InvalidInput, TooManyRequests
from gateway import access, paths, queries, second_factor, sessions
from gateway.calls import backing, identity
from gateway.pages.accounts import wanted
from gateway.pages.errors import by_field
from gateway.pages.guards import led_to_log_in, open_to_all, signed_in
from gateway.pages.passwords_typed import own_account
from gateway.sessions import Visit
from gateway.tables import Account

blueprint = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")


@blueprint.get("")
# Not for guests, as the next line makes sure: but also for who may do nothing else before this is done.
@open_to_all
def enrol() -> str | Response:
    if not _may_enrol():
        return led_to_log_in()
    return _form({})


@blueprint.post("")
@open_to_all
def confirm() -> str | Response | tuple[str, int]:
    if not _may_enrol():
        return led_to_log_in()
    try:
        # Whoever took over a session must not shut its owner out; at the log-in the password was given just now.
        account = own_account() if identity().account else _account()
        codes = second_factor.confirm(account.name, _visit().id, request.form.get("code", ""))
    except (InvalidInput, TooManyRequests) as refusal:
        return _form(by_field(refusal)), 422
    # The rights of the session changed: whatever was open before, here or elsewhere, is over.
    _end_other_sessions(account)
    sessions.start(account)
    access.note("second-factor.set-up")
    return render_template("accounts/recovery_codes.html", codes=codes, next=wanted())


@blueprint.get("/keep")
@signed_in
def keep() -> str | Response:
    """What can be done with a factor that is set up; each needs the password."""
    account = _account()
    if account.second_factor_since is None:
        return paths.led_to(url_for(".enrol"), 303)
    return _kept(account, {})


@blueprint.post("/recovery-codes")
@signed_in
def renew_codes() -> str | tuple[str, int]:
    """Ten new ones, for who has the factor still."""
    try:
        account = own_account()
    except (InvalidInput, TooManyRequests) as refusal:
        return _kept(_account(), by_field(refusal)), 422
    codes = second_factor.new_recovery_codes(account.name)
    access.note("second-factor.new-recovery-codes")
    return render_template("accounts/recovery_codes.html", codes=codes, next=url_for("own_account.show"))


@blueprint.post("/end")
@signed_in
def end() -> Response | tuple[str, int]:
    """Nothing but the password from now on, where the body does not demand more."""
    try:
        account = own_account()
        if second_factor.is_demanded(account.excb):
            raise InvalidInput.field("form", "Your body demands a second factor; it cannot be ended.")
    except (InvalidInput, TooManyRequests) as refusal:
        return _kept(_account(), by_field(refusal)), 422
    with backing().db.begin() as database:
        second_factor.end(database, queries.account_locked(database, account.name))
    access.note("second-factor.ended")
    return paths.led_to(url_for("own_account.show"), 303)


def _kept(account: Account, errors: dict[str, str]) -> str:
    demanded = second_factor.is_demanded(account.excb)
    return render_template("accounts/second_factor.html", account=account, demanded=demanded, errors=errors)


def _form(errors: dict[str, str]) -> str:
    enrolment: second_factor.Enrolment | None
    try:
        enrolment = second_factor.begin(_account().name, _visit().id)
    except InvalidInput as refusal:
        # Set up already, or this register has no key to seal the secret with.
        enrolment, errors = None, by_field(refusal)
    return render_template(
        "accounts/enrol.html", enrolment=enrolment, errors=errors, next=wanted(), demanded_by=_demanded_by()
    )


def _demanded_by() -> str:
    """Who demands the second factor of this account, if anybody does."""
    excb = _account().excb
    if not second_factor.is_demanded(excb):
        return ""
    return "Your body" if excb else "The Secretariat"


def _may_enrol() -> bool:
    visit = sessions.visit()
    return visit is not None and visit.stage in ("open", "enrol")


def _visit() -> Visit:
    visit = sessions.visit()
    assert visit is not None
    return visit


def _account() -> Account:
    with backing().db.read() as database:
        account = queries.account_named(database, _visit().account)
    assert account is not None
    return account


def _end_other_sessions(account: Account) -> None:
    with backing().db.begin() as database:
        queries.end_sessions(database, account.name)
