"""/verify: a number or the text of a nameplate, held against the register."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate

from contracts.schemas import Strict
from gateway.api import PREFIX
from gateway.api.presentation import links
from gateway.calls import register
from gateway.openapi import Answer, Resource

LONGEST_TEXT = 2_000

blueprint = Resource("verification", __name__, url_prefix=f"{PREFIX}/verify", description="Is it genuine?")


class VerifyParameters(Strict):
    q = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_TEXT),
        metadata={
            "description": "a certificate's number, or what stands on a nameplate",
            "examples": ["IECEx BAS 26.0001X Ex db IIC T4 Gb"],
        },
        error_messages={"required": "Send a number, or the text of a nameplate."},
    )


class ExplanationSchema(Answer):
    part = fields.String(required=True)
    text = fields.String(required=True)


class MarkingDifferenceSchema(Answer):
    part = fields.String(required=True)
    certificate = fields.String()
    nameplate = fields.String()
    text = fields.String(required=True)
    grade = fields.String(required=True, validate=validate.OneOf(("safety", "spelling")))


class VerifiedMarkingSchema(Answer):
    nameplate = fields.String(required=True)
    certificate = fields.String(allow_none=True, metadata={"description": "the line that is most like it"})
    line = fields.Integer(allow_none=True)
    agrees = fields.Boolean(metadata={"description": "whether both say the same, however they are written"})
    differences = fields.List(fields.Nested(MarkingDifferenceSchema))
    text = fields.String()
    status = fields.String(required=True, validate=validate.OneOf(("ok", "legacy", "not-understood")))
    zones = fields.List(fields.String())
    explanation = fields.List(fields.Nested(ExplanationSchema))
    problems = fields.List(fields.Dict())


class VerifyAnswer(Answer):
    found = fields.Boolean(required=True)
    number = fields.String(allow_none=True, required=True)
    text = fields.String(required=True, metadata={"description": "the answer in words"})
    certificate = fields.Dict(metadata={"description": "how it stands; without it nothing was found"})
    markings = fields.List(fields.Nested(VerifiedMarkingSchema), required=True)
    links = fields.Dict(keys=fields.String(), values=fields.String())


@blueprint.route("")
@blueprint.public
@blueprint.parameters(VerifyParameters)
@blueprint.response(200, VerifyAnswer)
def verify(parameters: dict[str, Any]) -> Response:
    """Is it genuine, and does the nameplate say what the certificate says?

    What is not in the register does not exist: that is an answer, not an error.
    """
    answer = register().certificates.verify(**parameters)
    found = answer.get("certificate") or {}
    if "issue" in found:
        answer |= {"links": links(found["number"], found["issue"])}
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-cache"
    return response
