"""Certification bodies and what each may issue, from when to when."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from contracts.fields import NAME_LENGTH, Country, Day, Text
from contracts.schemas.common import SCHEMES, Strict, boolean

ALL_STANDARDS = "*"


class BodySchema(Strict):
    """What is known of a certification body."""

    name = Text(longest=NAME_LENGTH, shortest=1, required=True)
    country = Country(required=True)
    active = boolean(load_default=True)


class ExcbSchema(BodySchema):
    """A certification body of the register."""

    code = fields.String(
        required=True,
        validate=validate.Regexp(r"[A-Za-z]{2,5}\Z", error="Must have two to five letters, such as BAS."),
    )


class ExcbsSchema(Strict):
    """Certification bodies to keep."""

    rows = fields.List(fields.Nested(ExcbSchema), required=True, validate=validate.Length(min=1, max=1_000))


class ScopeSchema(Strict):
    """A scheme that a body may work in, and a standard that it may certify against there, for some time.

    ``standard`` is a number such as IEC 60079-1, or ``*`` for all of them. Both days are included.
    """

    scheme = fields.String(required=True, validate=validate.OneOf(SCHEMES))
    standard = Text(longest=60, shortest=1, load_default=ALL_STANDARDS, metadata={"examples": ["IEC 60079-1"]})
    valid_from = Day(required=True)
    valid_until = Day(load_default=None, allow_none=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_more: Any) -> None:
        if data.get("valid_until") and data["valid_until"] < data["valid_from"]:
            raise ValidationError("Must not be before valid_from.", "valid_until")


class ScopesSchema(Strict):
    """All that a body may do; what is not named ends."""

    rows = fields.List(fields.Nested(ScopeSchema), required=True, validate=validate.Length(max=2_000))
