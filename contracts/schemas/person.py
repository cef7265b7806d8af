"""Personnel competence: a person, the units of competence, and what is kept of them but never shown."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.fields import NAME_LENGTH, TEXT_LENGTH, Country, Day, Pattern, ReportReference, Text
from contracts.schemas.common import (
    ApproverSchema,
    PartySchema,
    StandardReferenceSchema,
    Strict,
    boolean,
    rows,
    supersedes,
)

MOST_UNITS = 50


class HolderSchema(Strict):
    """The person. The address is nobody's business."""

    name = Text(longest=NAME_LENGTH, shortest=1, required=True)
    country = Country(required=True)


class AssessmentCentreSchema(Strict):
    """Where the person was assessed: the body's own centre, or one that works for it (``outsourced``)."""

    name = Text(longest=NAME_LENGTH, shortest=1, required=True)
    country = Country(required=True)
    outsourced = boolean(load_default=False)


class UnitOfCompetenceSchema(Strict):
    """A unit of competence that the person holds, since when, for what, and up to where."""

    unit = fields.String(
        required=True,
        validate=Pattern("Ex [0-9]{3}", error="Must be a unit of competence, such as Ex 001."),
        metadata={"examples": ["Ex 001"]},
    )
    obtained = Day(load_default=None, allow_none=True)
    scope = Text(longest=2_000, lines=True, load_default="")
    limits = Text(longest=2_000, lines=True, load_default="")


class PersonContentSchema(Strict):
    """What a body writes on a certificate of personnel competence; the applicant, if any, is the employer."""

    scheme = fields.String(required=True, validate=validate.Equal("person"))
    holder = fields.Nested(HolderSchema, required=True)
    applicant = fields.Nested(PartySchema, load_default=None, allow_none=True)
    assessment_centre = fields.Nested(AssessmentCentreSchema, load_default=None, allow_none=True)
    units = rows(fields.Nested(UnitOfCompetenceSchema), most=MOST_UNITS)
    photo = fields.String(
        load_default=None,
        allow_none=True,
        validate=Pattern("[0-9a-f]{64}", error="Must be what POST /photos answered."),
        metadata={"description": "what POST /photos answered for the picture"},
    )
    standards = rows(fields.Nested(StandardReferenceSchema))
    assessment_reports = rows(ReportReference())
    schedule = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    changes = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    supersedes = supersedes()
    approver = fields.Nested(ApproverSchema, load_default=None, allow_none=True)


class PrivateSchema(Strict):
    """What identifies a person beyond doubt: kept encrypted, for the body and the Secretariat, never published."""

    date_of_birth = Day(load_default=None, allow_none=True)
    identity_number = Text(longest=100, load_default="")
