"""/: for whoever has the API's address and nothing else."""

from __future__ import annotations

from flask import Response, current_app, url_for
from marshmallow import fields

from gateway.api import PREFIX
from gateway.api.presentation import tagged_answer
from gateway.openapi import Answer, Resource

blueprint = Resource("beginning", __name__, url_prefix=PREFIX, description="Where the API is described")


class LinksSchema(Answer):
    openapi = fields.String(required=True, metadata={"description": "the API, for programs"})
    asyncapi = fields.String(required=True, metadata={"description": "the events at the message broker, for programs"})
    docs = fields.String(required=True, metadata={"description": "the API, for people"})


class BeginningAnswer(Answer):
    register = fields.String(required=True, metadata={"description": "its name"})
    links = fields.Nested(LinksSchema, required=True)


# With a slash behind it, too, and without a redirect, which would be built from the Host header.
@blueprint.route("", strict_slashes=False)
@blueprint.public
@blueprint.conditional
@blueprint.response(200, BeginningAnswer)
def begin() -> Response:
    """Where the API is described"""
    described = {
        "openapi": url_for("api-docs.openapi_json"),
        "asyncapi": url_for("events.asyncapi"),
        "docs": url_for("docs_pages.index"),
    }
    return tagged_answer({"register": current_app.config["API_TITLE"], "links": described})
