"""/asyncapi.json: what is published to the message broker, for programs that make others listen."""

from __future__ import annotations

from flask import Response, jsonify, request

from gateway.api import PREFIX
from gateway.asyncapi import described
from gateway.openapi import Resource, document

blueprint = Resource("events", __name__, url_prefix=f"{PREFIX}/asyncapi.json", description="The events at the broker")


@blueprint.route("")
@blueprint.public
@blueprint.response(200)
def asyncapi() -> Response:
    """The description of the events

    An AsyncAPI document: exchange, routing keys and messages, as batch jobs get them from the message broker.
    """
    response = jsonify(described(document()))
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
