"""Later issues of a certificate: the draft of the next, how two differ, giving a draft up."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from marshmallow import fields, validate

from contracts.schemas import CONTENT_SCHEMAS, CertificateSchema, Strict
from gateway import bodies
from gateway.api import PREFIX, examples
from gateway.api.presentation import ETAG, LAST_ISSUE, certificate_answer, links, public_answer
from gateway.calls import register
from gateway.conditions import ETAG_PATTERN, version_if_given, wanted_version
from gateway.domain import KEY_PATTERN, checked_idempotency_key
from gateway.openapi import Answer, Resource

blueprint = Resource("issues", __name__, url_prefix=f"{PREFIX}/certificates", description="The issues of a certificate")


class DiffParameters(Strict):
    from_issue = fields.Integer(
        required=True, data_key="from", validate=validate.Range(0, LAST_ISSUE), metadata={"examples": [0]}
    )
    to_issue = fields.Integer(
        required=True, data_key="to", validate=validate.Range(0, LAST_ISSUE), metadata={"examples": [1]}
    )


class DifferenceSchema(Answer):
    field = fields.String(required=True)
    grade = fields.String(required=True, validate=validate.OneOf(("safety", "editorial")))
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class DiffAnswer(Answer):
    number = fields.String(required=True)
    from_issue = fields.Integer(required=True, data_key="from")
    to_issue = fields.Integer(required=True, data_key="to")
    fields_ = fields.List(fields.Nested(DifferenceSchema), required=True, data_key="fields")


@blueprint.route("/<number:number>/issues", methods=["POST"])
@blueprint.needs("draft")
@blueprint.header("Idempotency-Key", "of your own; repeated, it gives the same draft", pattern=f"^{KEY_PATTERN}$")
@blueprint.forwards(CONTENT_SCHEMAS.values(), examples.CONTENT, required=False)
@blueprint.response(201, CertificateSchema, headers=ETAG | {"Location": {"schema": {"type": "string"}}})
@blueprint.problems(404, 409, 410)
@blueprint.of_a_number
def create(number: str) -> Response:
    """Draft the next issue

    It begins with the content that stands, or with the one that you send. The number stays; one draft at a time.
    """
    key = checked_idempotency_key(request.headers.get("Idempotency-Key"))
    body = bodies.json_object(request) if request.get_data(cache=True) else None
    draft = register().certificates.create_issue(number=number, body=body, idempotency_key=key)
    response = certificate_answer(draft, 201)
    response.headers["Location"] = links(draft["number"], draft["issue"])["issue"]
    return response


@blueprint.route(f"/<number:number>/issues/<int(max={LAST_ISSUE}):issue>", methods=["PUT"])
@blueprint.needs("draft", "issue", "administer")
@blueprint.versioned
@blueprint.forwards(CONTENT_SCHEMAS.values(), examples.CONTENT)
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 409, 410)
@blueprint.of_a_number
def edit(number: str, issue: int) -> Response:
    """Edit the draft of an issue"""
    body, version = bodies.json_object(request), wanted_version()
    return certificate_answer(register().certificates.edit(number=number, issue=issue, body=body, version=version))


@blueprint.route(f"/<number:number>/issues/<int(min=1,max={LAST_ISSUE}):issue>", methods=["DELETE"])
@blueprint.needs("draft", "administer")
@blueprint.header("If-Match", "the ETag that you read; refused if it is no longer the newest", pattern=ETAG_PATTERN)
@blueprint.response(204)
@blueprint.problems(404, 409, 410, 412, 422)
@blueprint.of_a_number
def delete(number: str, issue: int) -> tuple[str, int]:
    """Give up the draft of a later issue

    Its body's officers do, or the Secretariat. The certificate stays as it is; what was issued is never given up so.
    """
    register().certificates.delete_draft(number=number, issue=issue, version=version_if_given())
    return "", 204


@blueprint.route("/<number:number>/diff")
@blueprint.public
@blueprint.parameters(DiffParameters)
@blueprint.response(200, DiffAnswer)
@blueprint.problems(404, 410)
@blueprint.of_a_number
def diff(parameters: dict[str, Any], number: str) -> Response:
    """How two issues differ

    Field by field, what matters for safety first.
    """
    return public_answer(jsonify(register().certificates.diff(number=number, **parameters)))
