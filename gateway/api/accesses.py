"""/accesses: the access audit, who did what when and from where."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from contracts.events import timestamp
from contracts.fields import Text
from contracts.identity import ROLES
from contracts.schemas import Strict
from gateway import accesses
from gateway.api import PREFIX
from gateway.api.presentation import private_answer
from gateway.openapi import Answer, Resource
from gateway.tables import Access

blueprint = Resource("accesses", __name__, url_prefix=f"{PREFIX}/accesses", description="The access audit")
OUTCOMES = ("ok", "failed", "refused")


class AccessesParameters(Strict):
    account = Text(longest=100, load_default=None)
    excb = Text(longest=5, load_default=None, metadata={"description": "only of this body; for the Secretariat"})
    what = Text(
        longest=60, load_default=None, metadata={"description": "such as `log-in`, or `token` for all of `token.…`"}
    )
    outcome = fields.String(load_default=None, validate=validate.OneOf(OUTCOMES))
    since = fields.AwareDateTime(load_default=None, metadata={"description": "from this moment on"})
    until = fields.AwareDateTime(load_default=None, metadata={"description": "before this moment"})
    cursor = fields.String(load_default=None, validate=validate.Length(1, 100))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class AccessAnswer(Answer):
    at = fields.DateTime(required=True)
    account = fields.String(required=True, allow_none=True, metadata={"description": "null: nobody who is an account"})
    role = fields.String(required=True, allow_none=True, validate=validate.OneOf(ROLES))
    excb = fields.String(required=True, allow_none=True)
    what = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    about = fields.String(required=True, metadata={"description": "which account, token, certificate"})
    address = fields.String(required=True)
    agent = fields.String(required=True)


class AccessesAnswer(Answer):
    items = fields.List(fields.Nested(AccessAnswer), required=True)
    next = fields.String(allow_none=True, required=True, metadata={"description": "cursor of the next page"})


@blueprint.route("")
@blueprint.needs("read")
@blueprint.parameters(AccessesParameters)
@blueprint.response(200, AccessesAnswer)
def listed(parameters: dict[str, Any]) -> Response:
    """Who did what when, newest first: of the own body for its administrator, of all for the Secretariat"""
    cursor, limit = parameters.pop("cursor"), parameters.pop("limit")
    page = accesses.page(parameters, cursor, limit)
    return private_answer({"items": [shown(line) for line in page.lines], "next": page.next})


def shown(line: Access) -> dict[str, Any]:
    """A line as the API tells it."""
    names = ("account", "role", "excb", "what", "outcome", "address", "agent")
    return {"at": timestamp(line.at), "about": line.object} | {name: getattr(line, name) for name in names}
