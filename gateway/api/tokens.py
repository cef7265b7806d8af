"""/tokens: API tokens of the account that asks; the only place that takes a password."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, g, jsonify

from contracts.errors import Unauthenticated
from contracts.events import timestamp
from gateway import api_tokens
from gateway.api import PREFIX, examples
from gateway.api.schemas import EVERYBODY, NewTokenAnswer, TokenRequest, TokensAnswer, TokensParameters
from gateway.authentication import BASIC
from gateway.openapi import Resource
from gateway.tables import Token

blueprint = Resource("tokens", __name__, url_prefix=f"{PREFIX}/tokens", description="API tokens")


def _shown(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "account": token.account,
        "name": token.name,
        "scopes": token.scopes.split(),
        "created_at": timestamp(token.created_at),
        "expires_at": timestamp(token.expires_at),
        "last_used_at": token.last_used_at and timestamp(token.last_used_at),
    }


@blueprint.route("", methods=["POST"])
@blueprint.secured("password")
@blueprint.body(TokenRequest, examples.TOKEN)
@blueprint.response(201, NewTokenAnswer)
@blueprint.problems(403)
def create(wanted: dict[str, Any]) -> tuple[Response, int]:
    """Make a token

    With name and password (Basic). The token is shown in this answer and never again.
    """
    if not g.by_password:
        # Else whoever got hold of a token could live on in others when it ends.
        raise Unauthenticated("A token is made with name and password: send them as Basic.", challenge=BASIC)
    token, text = api_tokens.make(wanted["name"], wanted["scopes"], wanted["expires_in_days"])
    return jsonify({"token": text} | _shown(token)), 201


@blueprint.route("")
@blueprint.secured("password", "token")
@blueprint.needs("read")
@blueprint.parameters(TokensParameters)
@blueprint.response(200, TokensAnswer)
def tokens(parameters: dict[str, Any]) -> Response:
    """The tokens that can still be used, newest first

    The own ones; with `of` those of others, for the administrator of their body and for the Secretariat.
    """
    if parameters["of"] is None:
        return jsonify({"items": [_shown(token) for token in api_tokens.own()]})
    account = None if parameters["of"] == EVERYBODY else parameters["of"]
    return jsonify({"items": [_shown(token) for token, _holder in api_tokens.of_others(account)]})


@blueprint.route("/<uuid:token_id>", methods=["DELETE"])
@blueprint.secured("password", "token")
@blueprint.needs("read")
@blueprint.response(204)
@blueprint.problems(404)
def revoke(token_id: UUID) -> tuple[str, int]:
    """End a token

    It works no more here at once, elsewhere within seconds. One's own, or one of an account that one manages.
    """
    api_tokens.revoke(str(token_id))
    return "", 204
