"""/changes: the log of all public changes, as it is also published to the message broker."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from gateway.api import PREFIX
from gateway.api.schemas import ChangesAnswer, ChangesParameters
from gateway.calls import register
from gateway.openapi import Resource

blueprint = Resource("changes", __name__, url_prefix=f"{PREFIX}/changes", description="The log of public changes")


@blueprint.route("")
@blueprint.public
@blueprint.parameters(ChangesParameters)
@blueprint.response(200, ChangesAnswer)
def changes(parameters: dict[str, Any]) -> Response:
    """Every public change, in order

    Numbered without holes; ask on with `after` = the `next` of this answer, or the last number you have.
    """
    response = jsonify(register().certificates.changes(**parameters))
    response.headers["Cache-Control"] = "no-cache"
    return response
