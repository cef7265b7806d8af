"""Accounts as their body's administrator and the Secretariat manage them, their tokens, and the access audit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from contracts.errors import Forbidden, InvalidInput, NotFound
from contracts.identity import Role
from gateway import accesses, api_tokens, officers, paths, queries
from gateway.calls import backing, identity, register
from gateway.domain import ACCOUNT_ROLES, check_may_manage, roles_to_give, sees_accounts_of
from gateway.pages.errors import by_field
from gateway.pages.guards import for_roles
from gateway.pages.moments import moment_of
from gateway.tables import Account

blueprint = for_roles("administrator", "secretariat", "it-administrator")(Blueprint("administration", __name__))
manages = for_roles("administrator", "secretariat")
LINES = 50
OUTCOMES = [("", "any"), ("ok", "done"), ("failed", "failed: wrong credentials"), ("refused", "refused")]
ROLE_TEXTS: dict[str, str] = {
    "author": "author: drafts certificates and reports",
    "signatory": "signatory: drafts, and issues",
    "administrator": "administrator: manages the accounts of the body",
    "secretariat": "Secretariat: suspends, cancels, manages all accounts",
    "it-administrator": "IT administrator: sees all, changes nothing",
}
OF_A_BODY = ("author", "signatory", "administrator")


@blueprint.get("/accounts")
def listed() -> str:
    return _list({})


@blueprint.post("/accounts")
@manages
def invite() -> str | tuple[str, int]:
    """A new account; the code of its invitation is shown on this one page."""
    excb = identity().excb or request.form.get("excb", "").strip() or None
    try:
        invited = officers.invite(request.form.get("name", "").strip(), _typed_role(), excb)
    except (InvalidInput, Forbidden, NotFound) as refusal:
        return _list(by_field(refusal)), 422
    return _invited(invited)


@blueprint.get("/accounts/<name>")
def one(name: str) -> str:
    return _one(name, {})


@blueprint.post("/accounts/<name>/role")
@manages
def change_role(name: str) -> Response | tuple[str, int]:
    try:
        officers.change_role(name, _typed_role())
    except InvalidInput as refusal:
        return _one(name, by_field(refusal)), 422
    return _to(name)


@blueprint.get("/accounts/<name>/renew")
@manages
def ask_to_renew(name: str) -> str:
    return _ask(name, "renew")


@blueprint.post("/accounts/<name>/renew")
@manages
def renew(name: str) -> str:
    return _invited(officers.renew(name))


@blueprint.get("/accounts/<name>/deactivate")
@manages
def ask_to_deactivate(name: str) -> str:
    return _ask(name, "deactivate")


@blueprint.post("/accounts/<name>/deactivate")
@manages
def deactivate(name: str) -> Response:
    officers.deactivate(name)
    return _to(name)


@blueprint.post("/accounts/<name>/reactivate")
@manages
def reactivate(name: str) -> str:
    return _invited(officers.reactivate(name))


@blueprint.post("/accounts/<name>/end-second-factor")
@manages
def end_second_factor(name: str) -> Response:
    officers.end_second_factor(name)
    return _to(name)


@blueprint.post("/second-factor")
@manages
def demand_second_factor() -> Response:
    excb = request.form.get("excb") or None
    officers.demand_second_factor(excb, request.form.get("demanded") == "yes")
    return paths.led_to(url_for(".listed", body=excb), 303)


@blueprint.get("/tokens")
def tokens() -> str:
    """The tokens of the accounts that whoever asks sees."""
    account = _asked("account") or None
    found = [(token, holder, _may_change(holder)) for token, holder in api_tokens.of_others(account)]
    return render_template("accounts/tokens_of_others.html", found=found, account=account, most=queries.MOST_TOKENS)


@blueprint.post("/tokens/<uuid:token_id>/revoke")
@manages
def revoke_token(token_id: UUID) -> Response:
    api_tokens.revoke(str(token_id))
    return paths.led_to(url_for(".tokens", account=request.form.get("account") or None), 303)


@blueprint.get("/accesses")
def audit() -> str | tuple[str, int]:
    """Who did what when and from where, newest first."""
    typed = {name: _asked(name) for name in ("account", "excb", "what", "outcome")}
    times = {name: _asked(name) for name in ("since", "until")}
    filters: dict[str, Any] = {name: text or None for name, text in typed.items()}
    errors: dict[str, str] = {}
    try:
        filters |= {name: moment_of(name, text) for name, text in times.items()}
        page = accesses.page(filters, request.args.get("cursor") or None, LINES)
    except InvalidInput as refusal:
        errors, page = by_field(refusal), accesses.Page([], None)
    asked: dict[str, Any] = {name: text for name, text in (typed | times).items() if text}
    following = page.next and url_for(".audit", **asked, cursor=page.next)
    first = url_for(".audit", **asked) if "cursor" in request.args else None
    shown = render_template(
        "accounts/accesses.html",
        page=page,
        typed=typed | times,
        asked=asked,
        errors=errors,
        next=following,
        first=first,
        outcomes=OUTCOMES,
        sees_all=sees_accounts_of(identity()) is None,
    )
    return (shown, 422) if errors else shown


def _asked(name: str) -> str:
    """A parameter of the query, as a database can look for it."""
    return "".join(sign for sign in request.args.get(name, "") if sign.isprintable()).strip()


def _list(errors: dict[str, str]) -> str:
    excb = _asked("body") or None
    own = sees_accounts_of(identity())
    with backing().db.read() as session:
        demands = queries.second_factor_demands(session)
    return render_template(
        "accounts/listed.html",
        accounts=officers.listed(excb),
        excb=own or excb,
        sees_all=own is None,
        bodies=_bodies() if own is None else [],
        roles=roles_to_give(identity()),
        role_choices=_choices(roles_to_give(identity())),
        demands=demands,
        errors=errors,
        typed={name: request.form.get(name, "") for name in ("name", "role", "excb")},
    )


def _one(name: str, errors: dict[str, str]) -> str:
    account = officers.one(name)
    fitting = [role for role in roles_to_give(identity()) if (role in OF_A_BODY) == (account.excb is not None)]
    return render_template(
        "accounts/one.html",
        account=account,
        may_change=_may_change(account),
        role_choices=_choices(fitting),
        errors=errors,
    )


def _choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role, ROLE_TEXTS[role]) for role in roles]


def _bodies() -> list[tuple[str, str]]:
    return [(body["code"], f"{body['code']}: {body['name']}") for body in register().certificates.excbs()]


def _may_change(account: Account) -> bool:
    try:
        check_may_manage(identity(), account.name, account.role, account.excb)
    except (Forbidden, NotFound):
        return False
    return True


def _ask(name: str, action: str) -> str:
    """The step before what cannot be undone."""
    account = officers.one(name)
    check_may_manage(identity(), account.name, account.role, account.excb)
    return render_template("accounts/confirm.html", account=account, action=action)


def _invited(invited: officers.Invited) -> str:
    address = f"{backing().settings.public_url}{url_for('invitation.show')}"
    return render_template("accounts/invited.html", invited=invited, address=address)


def _typed_role() -> Role:
    typed = request.form.get("role", "")
    for role in ACCOUNT_ROLES:
        if role == typed:
            return role
    raise InvalidInput.field("role", f"Must be one of: {', '.join(ACCOUNT_ROLES)}.")


def _to(name: str) -> Response:
    return paths.led_to(url_for(".one", name=name), 303)
