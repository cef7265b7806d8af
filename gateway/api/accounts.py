"""/accounts: who may log in, for the administrator of a body and the Secretariat; /second-factor: who must have one."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from contracts.events import timestamp
from contracts.fields import Text
from contracts.identity import ROLES
from contracts.schemas import Strict
from gateway import officers, queries
from gateway.api import PREFIX, examples
from gateway.api.presentation import private_answer
from gateway.calls import backing
from gateway.domain import ACCOUNT_ROLES
from gateway.openapi import Answer, Resource
from gateway.tables import Account

blueprint = Resource("officers", __name__, url_prefix=PREFIX, description="Accounts of bodies and the Secretariat")
ACCOUNT = "/accounts/<name>"
MANAGERS = "The administrator of the body does this, or the Secretariat."


class AccountRequest(Strict):
    name = Text(longest=100, shortest=1, required=True, metadata={"description": "what its holder logs in with"})
    role = fields.String(required=True, validate=validate.OneOf(ACCOUNT_ROLES))
    excb = Text(
        longest=5, load_default=None, allow_none=True, metadata={"description": "the body's code, where it is of one"}
    )


class RoleRequest(Strict):
    role = fields.String(required=True, validate=validate.OneOf(ACCOUNT_ROLES))


class DemandRequest(Strict):
    excb = Text(longest=5, load_default=None, allow_none=True, metadata={"description": "null: the Secretariat itself"})
    demanded = fields.Boolean(required=True, truthy={True}, falsy={False})


class AccountsParameters(Strict):
    excb = Text(longest=5, load_default=None, metadata={"description": "only those of this body"})


class AccountAnswer(Answer):
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    excb = fields.String(required=True, allow_none=True)
    active = fields.Boolean(required=True)
    has_password = fields.Boolean(required=True, metadata={"description": "false while it is only invited"})
    second_factor = fields.Boolean(required=True)
    second_factor_demanded = fields.Boolean(required=True, metadata={"description": "by its body"})
    created_at = fields.DateTime(required=True)


class AccountsAnswer(Answer):
    items = fields.List(fields.Nested(AccountAnswer), required=True)


class InvitedAnswer(Answer):
    account = fields.Nested(AccountAnswer, required=True)
    invitation = fields.Dict(
        required=True, metadata={"description": "`code`, shown once; `until`; the `page` to use it"}
    )


@blueprint.route("/accounts")
@blueprint.needs("administer", "read")
@blueprint.parameters(AccountsParameters)
@blueprint.response(200, AccountsAnswer)
def listed(parameters: dict[str, Any]) -> Response:
    """The accounts of the own body, or all of them for the Secretariat"""
    found = officers.listed(parameters["excb"])
    demands = _demands()
    return private_answer({"items": [shown(account, demands) for account in found]})


@blueprint.route("/accounts", methods=["POST"])
@blueprint.needs("administer", instead=MANAGERS)
@blueprint.body(AccountRequest, examples.ACCOUNT)
@blueprint.response(201, InvitedAnswer)
def invite(wanted: dict[str, Any]) -> Response:
    """Make an account

    Its holder sets the password with the code, which is shown now and never again: the register sends no e-mail.
    """
    return _invited(officers.invite(wanted["name"], wanted["role"], wanted["excb"]), 201)


@blueprint.route(ACCOUNT)
@blueprint.needs("administer", "read")
@blueprint.response(200, AccountAnswer)
@blueprint.problems(404)
def one(name: str) -> Response:
    """One account"""
    return private_answer(shown(officers.one(name), _demands()))


@blueprint.route(f"{ACCOUNT}/role", methods=["PUT"])
@blueprint.needs("administer", instead=MANAGERS)
@blueprint.body(RoleRequest, examples.ROLE)
@blueprint.response(200, AccountAnswer)
@blueprint.problems(404)
def change_role(wanted: dict[str, Any], name: str) -> Response:
    """Give another role in the same body

    Its sessions end; its tokens may do what both the token and the new role allow.
    """
    return private_answer(shown(officers.change_role(name, wanted["role"]), _demands()))


@blueprint.route(f"{ACCOUNT}/renew", methods=["POST"])
@blueprint.needs("administer", instead=MANAGERS)
@blueprint.response(200, InvitedAnswer)
@blueprint.problems(404, 422)
def renew(name: str) -> Response:
    """End everything and begin anew

    On a suspected breach, or when a password is lost: password, sessions and tokens end at once, everywhere within
    seconds. The code lets its holder set a new password.
    """
    return _invited(officers.renew(name))


@blueprint.route(f"{ACCOUNT}/deactivate", methods=["POST"])
@blueprint.needs("administer", instead=MANAGERS)
@blueprint.response(204)
@blueprint.problems(404)
def deactivate(name: str) -> tuple[str, int]:
    """End an account

    Password, sessions and tokens end at once, everywhere within seconds, and stay ended.
    """
    officers.deactivate(name)
    return "", 204


@blueprint.route(f"{ACCOUNT}/reactivate", methods=["POST"])
@blueprint.needs("administer", instead=MANAGERS)
@blueprint.response(200, InvitedAnswer)
@blueprint.problems(404, 422)
def reactivate(name: str) -> Response:
    """Let the holder of an ended account begin anew"""
    return _invited(officers.reactivate(name))


@blueprint.route(f"{ACCOUNT}/second-factor", methods=["DELETE"])
@blueprint.needs("administer", instead=MANAGERS)
@blueprint.response(204)
@blueprint.problems(404)
def end_second_factor(name: str) -> tuple[str, int]:
    """End the second factor of who has lost it"""
    officers.end_second_factor(name)
    return "", 204


@blueprint.route("/second-factor", methods=["PUT"])
@blueprint.needs("administer", instead=MANAGERS)
@blueprint.body(DemandRequest, examples.DEMAND)
@blueprint.response(204)
def demand_second_factor(wanted: dict[str, Any]) -> tuple[str, int]:
    """Demand a second factor of all accounts of a body, or no longer"""
    officers.demand_second_factor(wanted["excb"], wanted["demanded"])
    return "", 204


def shown(account: Account, demands: set[str | None]) -> dict[str, Any]:
    """An account as the API tells it."""
    return {
        "name": account.name,
        "role": account.role,
        "excb": account.excb,
        "active": account.active,
        "has_password": bool(account.password_hash),
        "second_factor": account.second_factor_since is not None,
        "second_factor_demanded": account.excb in demands,
        "created_at": timestamp(account.created_at),
    }


def _invited(invited: officers.Invited, status: int = 200) -> Response:
    page = f"{backing().settings.public_url}/invitation"
    invitation = {"code": invited.code, "until": timestamp(invited.until), "page": page}
    return private_answer({"account": shown(invited.account, _demands()), "invitation": invitation}, status)


def _demands() -> set[str | None]:
    with backing().db.read() as session:
        return queries.second_factor_demands(session)
