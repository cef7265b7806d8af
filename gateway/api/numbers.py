"""/numbers: the ledger of every number that a body ever gave."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from contracts.numbers import CERTIFICATE_SCHEMES, REPORT_KINDS
from contracts.schemas import Strict
from gateway.api import PREFIX
from gateway.api.presentation import tagged_answer
from gateway.calls import register
from gateway.openapi import Answer, Resource

FATES = ("current", "suspended", "cancelled", "deleted", "registered", "absent")
LARGEST_PAGE = 1_000
KINDS = ", ".join(CERTIFICATE_SCHEMES + REPORT_KINDS)

blueprint = Resource("numbers", __name__, url_prefix=f"{PREFIX}/numbers", description="Every number and its fate")


class LedgerParameters(Strict):
    after = fields.Integer(load_default=0, validate=validate.Range(0, 9_999), metadata={"description": "an `n`"})
    limit = fields.Integer(load_default=LARGEST_PAGE, validate=validate.Range(1, LARGEST_PAGE))


class LedgerEntrySchema(Answer):
    n = fields.Integer(required=True, metadata={"description": "its place in the series"})
    number = fields.String(required=True, metadata={"examples": ["IECEx BAS 26.0001"]})
    fate = fields.String(
        required=True,
        validate=validate.OneOf(FATES),
        metadata={"description": "absent: numbered before the register, which knows no more of it"},
    )
    since = fields.Date(required=True)
    issue = fields.Integer(required=True, allow_none=True, metadata={"description": "the latest that is public"})
    reason = fields.String(allow_none=True, metadata={"description": "why it was deleted; of a draft nobody is told"})


class YearSchema(Answer):
    year = fields.Integer(required=True)
    given = fields.Integer(required=True, metadata={"description": "numbers, those of drafts included"})
    drafts = fields.Integer(required=True)


class LedgerAnswer(Answer):
    """A page of a series; or, where the count begins anew each year and none was asked for, only the ``years``."""

    excb = fields.String(required=True)
    scheme = fields.String(required=True, metadata={"description": f"one of {KINDS}"})
    years = fields.List(fields.Nested(YearSchema))
    year = fields.Integer(allow_none=True)
    last = fields.Integer(metadata={"description": "the last number given, to a draft too; 0 if none was"})
    drafts = fields.Integer(metadata={"description": "how many are drafts, of which no more is said"})
    items = fields.List(fields.Nested(LedgerEntrySchema))
    next = fields.Integer(allow_none=True, metadata={"description": "the `after` of the next page"})


@blueprint.route("/<excb>/<scheme>")
@blueprint.public
@blueprint.conditional
@blueprint.parameters(LedgerParameters)
@blueprint.response(200, LedgerAnswer)
@blueprint.problems(404)
def series(parameters: dict[str, Any], excb: str, scheme: str) -> Response:
    """All numbers of a scheme, or of a kind of report, that counts on over the years

    Where the count begins anew each year: the years, with how many numbers were given in each.
    """
    return tagged_answer(register().certificates.ledger(excb=excb, scheme=scheme, **parameters))


@blueprint.route("/<excb>/<scheme>/<int(max=9999):year>")
@blueprint.public
@blueprint.conditional
@blueprint.parameters(LedgerParameters)
@blueprint.response(200, LedgerAnswer)
@blueprint.problems(404)
def year(parameters: dict[str, Any], excb: str, scheme: str, year: int) -> Response:
    """All numbers of a year, each with what became of it

    Every number that was ever given is here for ever, those of drafts excepted. The year may be written 2026 or 26.
    """
    return tagged_answer(register().certificates.ledger(excb=excb, scheme=scheme, year=year, **parameters))
