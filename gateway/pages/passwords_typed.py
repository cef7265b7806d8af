"""Passwords on forms: a new one in two fields, and the own one again before what a stolen session must not do."""

from __future__ import annotations

from flask import current_app, g, request

from contracts.errors import InvalidInput
from gateway import access, passwords
from gateway.authentication import Authenticator, WrongPassword
from gateway.calls import backing, identity
from gateway.tables import Account

FIELD, AGAIN, OWN = "new_password", "again", "password"


def read_new_password(name: str, excb: str | None) -> str:
    """What was typed into both fields, as a password of the account ``name``. Raises InvalidInput."""
    password = request.form.get(FIELD, "")
    # Signs in a row that may stand for letters are put together in all ways: seconds, for some passwords.
    backing().in_thread(passwords.check, password, name, excb, FIELD)
    if request.form.get(AGAIN, "") != password:
        raise InvalidInput.field(AGAIN, "This differs from the field before; type the same password into both.")
    return password


def own_account() -> Account:
    """The account of who is logged in, if the own password was typed again. Raises InvalidInput, TooManyRequests."""
    password = request.form.get(OWN, "")[: passwords.LONGEST]
    authenticator: Authenticator = current_app.extensions["authenticator"]
    try:
        return authenticator.account_with(backing(), identity().account or "", password, g.address)
    except WrongPassword as refusal:
        access.note("password.asked-again", "failed", account=refusal.account)
        raise InvalidInput.field(OWN, "This is not your password.") from refusal
