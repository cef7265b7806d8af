"""/tokens: API tokens of the account that asks; the only place that takes a password."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import Response, current_app, g, jsonify

from contracts.errors import NotFound, Unauthenticated
from contracts.events import timestamp
from gateway import queries
from gateway.api import PREFIX, examples
from gateway.api.schemas import NewTokenAnswer, TokenRequest, TokensAnswer
from gateway.authentication import BASIC, Authenticator, new_token
from gateway.calls import backing, identity
from gateway.domain import expiry, scopes_for, token_hash
from gateway.openapi import Resource
from gateway.tables import Token

blueprint = Resource("tokens", __name__, url_prefix=f"{PREFIX}/tokens", description="API tokens")


def _shown(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
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
    asking, text, now = identity(), new_token(), backing().clock()
    token = Token(
        id=str(uuid4()),
        account=asking.account or "",
        name=wanted["name"],
        scopes=" ".join(scopes_for(asking.role, wanted["scopes"])),
        token_hash=token_hash(text),
        created_at=now,
        expires_at=expiry(now, wanted["expires_in_days"]),
    )
    with backing().db.begin() as session:
        session.add(token)
    return jsonify({"token": text} | _shown(token)), 201


@blueprint.route("")
@blueprint.secured("password", "token")
@blueprint.needs("read")
@blueprint.response(200, TokensAnswer)
def tokens() -> Response:
    """The own tokens that can still be used, newest first"""
    with backing().db.read() as session:
        found = queries.tokens_of(session, identity().account or "", backing().clock())
        return jsonify({"items": [_shown(token) for token in found]})


@blueprint.route("/<uuid:token_id>", methods=["DELETE"])
@blueprint.secured("password", "token")
@blueprint.needs("read")
@blueprint.response(204)
@blueprint.problems(404)
def revoke(token_id: UUID) -> tuple[str, int]:
    """End a token

    It works no more here at once, elsewhere within seconds.
    """
    with backing().db.begin() as session:
        token = queries.token_of(session, identity().account or "", str(token_id))
        if token is None:
            raise NotFound("You have no such token.")
        token.revoked_at = token.revoked_at or backing().clock()
    authenticator: Authenticator = current_app.extensions["authenticator"]
    authenticator.forget(token.token_hash)
    return "", 204
