"""Certification bodies, what each may issue from when to when, and the standards that certificates name."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from contracts.fields import NAME_LENGTH, BoundedList, Country, Day, Pattern, Text
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
        validate=Pattern("[A-Za-z]{2,5}", error="Must have two to five letters, such as BAS."),
    )


class ExcbsSchema(Strict):
    """Certification bodies to keep."""

    rows = BoundedList(fields.Nested(ExcbSchema), shortest=1, longest=1_000, required=True)


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

    rows = BoundedList(fields.Nested(ScopeSchema), longest=2_000, required=True)


class EditionsSchema(Strict):
    """What is known of a standard: its title in short, and the edition in force with the one before it.

    An edition is its number and, in brackets, its year; several are parted by commas. The gate takes the numbers out of
    it and warns of older ones. What has no edition any more says so in words, such as ``withdrawn``.
    """

    title = Text(longest=NAME_LENGTH, shortest=1, required=True)
    current_edition = Text(longest=100, shortest=1, required=True, metadata={"examples": ["5.0 (2015), 5.1 (2017)"]})
    previous_edition = Text(longest=100, load_default="", metadata={"examples": ["4.0 (2006)"]})


class StandardSchema(EditionsSchema):
    """A standard of the register."""

    number = fields.String(
        required=True,
        validate=Pattern(
            "(?=.{5,60}$)[A-Z]{2,5}(?:[ /][A-Z]{2,5})* [0-9]+(?:-[0-9]+)*",
            error="Must be a publisher and a number, such as IEC 60079-1 or ISO/IEC 80079-34.",
        ),
    )


class StandardsSchema(Strict):
    """Standards to keep."""

    rows = BoundedList(fields.Nested(StandardSchema), shortest=1, longest=500, required=True)
