"""/statistics: how much was issued, by year, scheme, body and country."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from contracts.schemas import SCHEMES, Strict
from gateway.api import PREFIX
from gateway.api.presentation import tagged_answer
from gateway.calls import register
from gateway.openapi import Answer, Resource

blueprint = Resource("statistics", __name__, url_prefix=f"{PREFIX}/statistics", description="How much there is")


class StatisticsParameters(Strict):
    scheme = fields.String(load_default=None, validate=validate.OneOf(SCHEMES))
    excb = fields.String(
        load_default=None,
        validate=validate.Length(2, 5),
        metadata={"description": "code of the body", "examples": ["BAS"]},
    )


class PublishedSchema(Answer):
    certificates = fields.Integer(required=True, metadata={"description": "each once, in the year of its first issue"})
    issues = fields.Integer(required=True, metadata={"description": "every issue, in its own year"})
    reports = fields.Integer(required=True, metadata={"description": "every issue of the reports behind them"})
    total = fields.Integer(required=True, metadata={"description": "certificates and reports"})


class CountsSchema(PublishedSchema):
    drafts = fields.Integer(required=True, metadata={"description": "begun in that year and still open"})


class YearCountsSchema(CountsSchema):
    year = fields.Integer(required=True)


class ExcbCountsSchema(CountsSchema):
    excb = fields.String(required=True)


class CountryCountsSchema(PublishedSchema):
    country = fields.String(required=True, metadata={"description": "ISO 3166-1; empty where it is not known"})


class SchemeCountsSchema(Answer):
    scheme = fields.String(required=True, validate=validate.OneOf(SCHEMES))
    reports = fields.List(fields.String(), required=True, metadata={"description": "the kinds that go with it"})
    years = fields.List(fields.Nested(YearCountsSchema), required=True)
    totals = fields.Nested(CountsSchema, required=True)


class PersonsSchema(Answer):
    """Certified persons, each certificate once; the country is that of the assessment centre."""

    total = fields.Integer(required=True)
    years = fields.List(fields.Dict(), required=True)
    excbs = fields.List(fields.Dict(), required=True)
    countries = fields.List(fields.Dict(), required=True)


class StatusCountSchema(Answer):
    status = fields.String(required=True)
    certificates = fields.Integer(required=True)


class StatisticsAnswer(Answer):
    totals = fields.Nested(CountsSchema, required=True)
    schemes = fields.List(fields.Nested(SchemeCountsSchema), required=True)
    excbs = fields.List(fields.Nested(ExcbCountsSchema), required=True)
    countries = fields.List(fields.Nested(CountryCountsSchema), required=True)
    persons = fields.Nested(PersonsSchema, required=True)
    statuses = fields.List(fields.Nested(StatusCountSchema), required=True)


@blueprint.route("")
@blueprint.public
@blueprint.conditional
@blueprint.parameters(StatisticsParameters)
@blueprint.response(200, StatisticsAnswer)
@blueprint.problems(404)
def statistics(parameters: dict[str, Any]) -> Response:
    """How much was issued: by year, body, country and status

    What was deleted is counted among the statuses and nowhere else. Of drafts it says how many there are.
    """
    return tagged_answer(register().certificates.statistics(**parameters))
