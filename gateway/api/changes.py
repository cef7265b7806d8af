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

    Numbered without holes. Ask on with `after` = the `next` of this answer, which is null after the last page. A job
    that has read so far goes on later with `after` = the `last` of that page, also where it reads one `type` only.
    """
    response = jsonify(register().certificates.changes(**parameters))
    response.headers["Cache-Control"] = "no-cache"
    return response
