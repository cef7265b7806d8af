"""Setting one's first password, or a new one after the old was ended: with the name and the code of an invitation.

The code is typed in and not part of a link, so that it stands in no log and no history.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from contracts.errors import InvalidInput
from gateway import access, officers, passwords, queries
from gateway.calls import backing
from gateway.pages.accounts import entered
from gateway.pages.errors import by_field
from gateway.pages.guards import open_to_all
from gateway.pages.passwords_typed import read_new_password

blueprint = open_to_all(Blueprint("invitation", __name__, url_prefix="/invitation"))
WRONG = "The name or the code is wrong, or the code was used or is too old; ask for a new one."


@blueprint.get("")
def show() -> str:
    return render_template("accounts/invitation.html", name=request.args.get("name", ""), code="", errors={})


@blueprint.post("")
def accept() -> tuple[str, int] | Response:
    name, code = request.form.get("name", "").strip(), request.form.get("code", "").strip()
    with backing().db.read() as session:
        account = queries.account_named(session, name)
    try:
        # First of all the code: to judge a password costs seconds, which are not for whoever happens to pass by.
        if account is None or not officers.is_invited(name, code):
            raise InvalidInput.field("code", WRONG)
        password = read_new_password(name, account.excb)
        entering = officers.accept(name, code, backing().in_thread(passwords.hashed, password))
        if entering is None:
            raise InvalidInput.field("code", WRONG)
    except InvalidInput as refusal:
        errors = by_field(refusal)
        if "code" in errors:
            access.note("account.invitation", "failed", account=account)
        return render_template("accounts/invitation.html", name=name, code=code, errors=errors), 422
    access.note("account.invitation", account=entering)
    return entered(entering)
