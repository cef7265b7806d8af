"""/quality: what today's rules say of what is Current, and samples that the Secretariat reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields, validate

from contracts.fields import Pattern
from contracts.schemas import REVIEW_ANSWERS, SCHEMES, ReviewSchema, SampleSchema, Strict
from gateway.api import PREFIX, examples
from gateway.api.presentation import private_answer
from gateway.calls import register
from gateway.openapi import Answer, FindingSchema, Resource

LAST_POSITION = 1_000_000

blueprint = Resource("quality", __name__, url_prefix=f"{PREFIX}/quality", description="How good the register is")


class QualityParameters(Strict):
    year = fields.Integer(load_default=None, validate=validate.Range(1996, 2095))
    excb = fields.String(load_default=None, validate=validate.Length(2, 5))


class FindingsParameters(Strict):
    excb = fields.String(required=True, validate=validate.Length(2, 5))
    year = fields.Integer(required=True, validate=validate.Range(1996, 2095))
    rule = fields.String(required=True, validate=Pattern("[a-z0-9-]{1,100}"))
    cursor = fields.String(load_default=None, validate=validate.Length(1, 200))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 100))


class SamplesParameters(Strict):
    cursor = fields.String(load_default=None, validate=validate.Length(1, 500))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class RateSchema(Answer):
    excb = fields.String(required=True)
    year = fields.Integer(required=True)
    with_errors = fields.Integer(required=True)
    error_rate = fields.Float(required=True, allow_none=True, metadata={"description": "from 0 to 1"})


class BrokenRuleSchema(Answer):
    rule = fields.String(required=True)
    severity = fields.String(required=True)
    certificates = fields.Integer(required=True)


class CheckedSchema(RateSchema):
    checked = fields.Integer(required=True, metadata={"description": "Current certificates, by the year of the issue"})
    with_warnings = fields.Integer(required=True)
    rules = fields.List(fields.Nested(BrokenRuleSchema), required=True, metadata={"description": "broken most often"})


class ReviewedSchema(RateSchema):
    reviewed = fields.Integer(required=True, metadata={"description": "certificates of samples of that year"})


class RunSchema(Answer):
    began_at = fields.DateTime(required=True)
    finished_at = fields.DateTime(required=True, allow_none=True)
    certificates = fields.Integer(required=True, metadata={"description": "gone through so far"})


class QualityAnswer(Answer):
    run = fields.Nested(RunSchema, required=True, allow_none=True)
    items = fields.List(fields.Nested(CheckedSchema), required=True)
    reviewed = fields.List(fields.Nested(ReviewedSchema), required=True)


class FoundSchema(Answer):
    number = fields.String(required=True)
    scheme = fields.String(required=True)
    found_at = fields.DateTime(required=True, metadata={"description": "since when the rules say so"})
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class FoundAnswer(Answer):
    items = fields.List(fields.Nested(FoundSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class SampleSummarySchema(Answer):
    id = fields.UUID(required=True)
    year = fields.Integer(required=True)
    excb = fields.String(required=True, allow_none=True)
    scheme = fields.String(required=True, allow_none=True, validate=validate.OneOf(SCHEMES))
    percent = fields.Integer(required=True)
    seed = fields.String(
        required=True,
        metadata={"description": "the sample are the numbers with the lowest SHA-256 of seed, colon, number"},
    )
    population = fields.Integer(required=True, metadata={"description": "from how many it was drawn"})
    size = fields.Integer(required=True)
    reviewed = fields.Integer(required=True)
    with_errors = fields.Integer(required=True)
    error_rate = fields.Float(required=True, allow_none=True)
    drawn_at = fields.DateTime(required=True)
    drawn_by = fields.String(required=True)


class SampleItemSchema(Answer):
    position = fields.Integer(required=True)
    number = fields.String(required=True)
    issue = fields.Integer(required=True)
    scheme = fields.String(required=True)
    excb = fields.String(required=True)
    answers = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.OneOf(REVIEW_ANSWERS)), allow_none=True
    )
    errors = fields.Integer(allow_none=True)
    remark = fields.String()
    reviewed_at = fields.DateTime(allow_none=True)
    reviewed_by = fields.String(allow_none=True)


class QuestionSchema(Answer):
    id = fields.String(required=True)
    text = fields.String(required=True)


class SampleAnswer(SampleSummarySchema):
    items = fields.List(fields.Nested(SampleItemSchema), required=True)
    checklists = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(QuestionSchema)),
        required=True,
        metadata={"description": "what is asked, by scheme"},
    )


class SamplesAnswer(Answer):
    items = fields.List(fields.Nested(SampleSummarySchema), required=True)
    next = fields.String(allow_none=True, required=True)


@blueprint.route("")
@blueprint.needs("read")
@blueprint.parameters(QualityParameters)
@blueprint.response(200, QualityAnswer)
def quality(parameters: dict[str, Any]) -> Response:
    """What the rules say of all that is Current, by body and year

    Checked each night by the rules of that day, those that came after the issue included. For the Secretariat and the
    IT administrator.
    """
    return private_answer(register().certificates.quality(**parameters))


@blueprint.route("/findings")
@blueprint.needs("read")
@blueprint.parameters(FindingsParameters)
@blueprint.response(200, FoundAnswer)
def findings(parameters: dict[str, Any]) -> Response:
    """The certificates of a body and year that break a rule"""
    return private_answer(register().certificates.quality_findings(**parameters))


@blueprint.route("/samples", methods=["POST"])
@blueprint.needs("administer")
@blueprint.body(SampleSchema, examples.SAMPLE)
@blueprint.response(201, SampleAnswer)
@blueprint.problems(404)
def draw(wanted: dict[str, Any]) -> Response:
    """Draw a random sample of what was issued in a year

    At least one certificate. The seed in the answer lets anybody draw the same sample again.
    """
    return private_answer(register().certificates.draw_sample(**wanted), 201)


@blueprint.route("/samples")
@blueprint.needs("read")
@blueprint.parameters(SamplesParameters)
@blueprint.response(200, SamplesAnswer)
def samples(parameters: dict[str, Any]) -> Response:
    """The samples, the newest first"""
    return private_answer(register().certificates.samples(**parameters))


@blueprint.route("/samples/<uuid:sample_id>")
@blueprint.needs("read")
@blueprint.response(200, SampleAnswer)
@blueprint.problems(404)
def sample(sample_id: UUID) -> Response:
    """One sample, with its certificates and what was found of them"""
    return private_answer(register().certificates.sample(id=str(sample_id)))


@blueprint.route(f"/samples/<uuid:sample_id>/items/<int(min=1,max={LAST_POSITION}):position>", methods=["PUT"])
@blueprint.needs("administer")
@blueprint.body(ReviewSchema, examples.REVIEW)
@blueprint.response(200, SampleItemSchema)
@blueprint.problems(404)
def review(wanted: dict[str, Any], sample_id: UUID, position: int) -> Response:
    """Answer the checklist about one certificate of a sample

    Every question is answered; what was said before is replaced.
    """
    found = register().certificates.review(sample_id=str(sample_id), position=position, **wanted)
    return private_answer(found)
