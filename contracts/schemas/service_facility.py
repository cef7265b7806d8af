"""The service facility scheme: who repairs, installs or inspects Ex equipment, and where."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.fields import TEXT_LENGTH, ReportReference, Text
from contracts.schemas.common import (
    ApproverSchema,
    PartySchema,
    StandardReferenceSchema,
    Strict,
    rows,
    supersedes,
)

# Classification, selection and design, installation, inspection and maintenance, repair.
FACILITY_PARTS = ("03-1", "03-2", "03-3", "03-4", "03-5")


class ServiceFacilityContentSchema(Strict):
    """What a body writes on a service facility's certificate; ``scheme`` and ``applicant`` from the first draft on."""

    scheme = fields.String(required=True, validate=validate.Equal("service-facility"))
    part = fields.String(load_default="03-5", validate=validate.OneOf(FACILITY_PARTS))
    applicant = fields.Nested(PartySchema, required=True)
    locations = rows(fields.Nested(PartySchema))
    services = rows(Text(longest=500, shortest=1), most=100)
    protection = rows(Text(longest=20, shortest=1), most=30)
    scope = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    standards = rows(fields.Nested(StandardReferenceSchema))
    facility_reports = rows(ReportReference())
    schedule = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    changes = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    supersedes = supersedes()
    approver = fields.Nested(ApproverSchema, load_default=None, allow_none=True)
