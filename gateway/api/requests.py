"""/requests and /notices: what bodies ask of the Secretariat, and what both are told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields, validate

from contracts.schemas import REQUEST_ACTIONS, REQUEST_STATES, CertificateSchema, ReasonSchema, RequestSchema, Strict
from gateway.api import PREFIX, examples
from gateway.api.presentation import private_answer, with_links
from gateway.calls import register
from gateway.openapi import Answer, Resource

blueprint = Resource("requests", __name__, url_prefix=PREFIX, description="What bodies ask of the Secretariat")


class RequestAnswer(Answer):
    id = fields.UUID(required=True)
    number = fields.String(required=True)
    excb = fields.String(required=True)
    action = fields.String(required=True, validate=validate.OneOf(REQUEST_ACTIONS))
    reason = fields.String(required=True)
    date = fields.Date(allow_none=True)
    supplied_affected = fields.Boolean(allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(REQUEST_STATES))
    asked_at = fields.DateTime(required=True)
    asked_by = fields.String(required=True)
    decided_at = fields.DateTime(allow_none=True)
    decided_by = fields.String(allow_none=True)
    answer = fields.String(allow_none=True, metadata={"description": "why it was rejected"})


class RequestsAnswer(Answer):
    items = fields.List(fields.Nested(RequestAnswer), required=True)
    next = fields.String(allow_none=True, required=True)


class ApprovalAnswer(Answer):
    request = fields.Nested(RequestAnswer, required=True)
    certificate = fields.Nested(CertificateSchema, required=True)


class LicenceSchema(Answer):
    number = fields.String(required=True)
    holder = fields.String(required=True)
    status = fields.String(required=True)
    others_current = fields.Integer(required=True, metadata={"description": "Current beside this one on its schedule"})


class ConsequencesAnswer(Answer):
    number = fields.String(required=True)
    status = fields.String(required=True)
    possible = fields.List(fields.String(), required=True, metadata={"description": "what may be decided now"})
    last_editable_day = fields.Date(
        required=True, allow_none=True, metadata={"description": "until when its body corrects what is public"}
    )
    issues = fields.List(fields.Integer(), required=True, metadata={"description": "that were published"})
    draft = fields.Integer(required=True, allow_none=True, metadata={"description": "the issue that is being drafted"})
    request = fields.Nested(RequestAnswer, required=True, allow_none=True)
    licences = fields.List(fields.Nested(LicenceSchema), required=True, metadata={"description": "that list it"})
    more_licences = fields.Boolean(required=True)


class RequestsParameters(Strict):
    state = fields.String(load_default=None, validate=validate.OneOf(REQUEST_STATES))
    action = fields.String(load_default=None, validate=validate.OneOf(REQUEST_ACTIONS))
    excb = fields.String(load_default=None, validate=validate.Length(2, 5))
    oldest_first = fields.Boolean(
        load_default=False, metadata={"description": "in the order in which they are answered"}
    )
    cursor = fields.String(load_default=None, validate=validate.Length(1, 500))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class NoticeSchema(Answer):
    change_no = fields.Integer(required=True)
    number = fields.String(required=True)
    excb = fields.String(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    at = fields.DateTime(required=True)


class NoticesAnswer(Answer):
    items = fields.List(fields.Nested(NoticeSchema), required=True)
    next = fields.Integer(allow_none=True, required=True, metadata={"description": "the `after` of the next page"})


class NoticesParameters(Strict):
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**62))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


@blueprint.route("/certificates/<number:number>/requests", methods=["POST"])
@blueprint.needs("draft")
@blueprint.body(RequestSchema, examples.REQUEST)
@blueprint.response(201, RequestAnswer)
@blueprint.problems(404, 409, 410)
@blueprint.of_a_number
def ask(wanted: dict[str, Any], number: str) -> Response:
    """Ask the Secretariat to suspend, reinstate or cancel

    A cancellation says since when, and whether what was supplied before is affected. Sent twice, it is one request.
    """
    date = wanted["date"] and wanted["date"].isoformat()
    return private_answer(register().certificates.ask(number=number, **wanted | {"date": date}), 201)


@blueprint.route("/requests")
@blueprint.needs("read")
@blueprint.parameters(RequestsParameters)
@blueprint.response(200, RequestsAnswer)
def requests(parameters: dict[str, Any]) -> Response:
    """The requests of the own body, or all of them for the Secretariat

    The newest first, or in the order in which they are answered.
    """
    return private_answer(register().certificates.requests(**parameters))


@blueprint.route("/requests/<uuid:request_id>")
@blueprint.needs("read")
@blueprint.response(200, RequestAnswer)
@blueprint.problems(404)
def one(request_id: UUID) -> Response:
    """One request"""
    return private_answer(register().certificates.request(id=str(request_id)))


@blueprint.route("/certificates/<number:number>/consequences")
@blueprint.needs("read")
@blueprint.response(200, ConsequencesAnswer)
@blueprint.problems(404, 410)
@blueprint.of_a_number
def consequences(number: str) -> Response:
    """What a decision about a certificate would touch

    What its status allows, and what hangs on it: licences that list it, its issues, a draft, an open request.
    """
    return private_answer(register().certificates.consequences(number=number))


@blueprint.route("/requests/<uuid:request_id>/approve", methods=["POST"])
@blueprint.needs("administer")
@blueprint.response(200, ApprovalAnswer)
@blueprint.problems(404, 409, 410, 422)
def approve(request_id: UUID) -> Response:
    """Decide as the body asked"""
    decided = register().certificates.approve(id=str(request_id))
    return private_answer(decided | {"certificate": with_links(decided["certificate"])})


@blueprint.route("/requests/<uuid:request_id>/reject", methods=["POST"])
@blueprint.needs("administer")
@blueprint.body(ReasonSchema, examples.REJECTION)
@blueprint.response(200, RequestAnswer)
@blueprint.problems(404, 409)
def reject(wanted: dict[str, Any], request_id: UUID) -> Response:
    """Answer no, with a reason"""
    return private_answer(register().certificates.reject(id=str(request_id), **wanted))


@blueprint.route("/requests/<uuid:request_id>/withdraw", methods=["POST"])
@blueprint.needs("draft")
@blueprint.response(200, RequestAnswer)
@blueprint.problems(404, 409)
def withdraw(request_id: UUID) -> Response:
    """Take an own request back"""
    return private_answer(register().certificates.withdraw(id=str(request_id)))


@blueprint.route("/notices")
@blueprint.needs("read")
@blueprint.parameters(NoticesParameters)
@blueprint.response(200, NoticesAnswer)
def notices(parameters: dict[str, Any]) -> Response:
    """What the own body should know, or every body for the Secretariat

    A mark licence lists a certificate that is not Current any more.
    """
    return private_answer(register().certificates.notices(**parameters))
