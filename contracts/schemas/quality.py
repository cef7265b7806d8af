"""Samples of the register's certificates, as the Secretariat draws and reviews them."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.fields import Text
from contracts.schemas.common import SCHEMES, Strict

REVIEW_ANSWERS = ("yes", "no", "not-applicable")
USUAL_PERCENT = 10


class SampleSchema(Strict):
    """Of which certificates, by the year of issue, how many in a hundred are to be looked at."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(1996, 2095))
    excb = Text(longest=5, shortest=2, load_default=None, allow_none=True, metadata={"examples": ["BAS"]})
    scheme = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(SCHEMES))
    percent = fields.Integer(load_default=USUAL_PERCENT, strict=True, validate=validate.Range(1, 100))


class ReviewSchema(Strict):
    """The answer to each question of the checklist; no says that something is wrong."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 50)),
        values=fields.String(validate=validate.OneOf(REVIEW_ANSWERS)),
        required=True,
        validate=validate.Length(max=50),
    )
    remark = Text(longest=2_000, lines=True, load_default="")
