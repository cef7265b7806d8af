"""The equipment scheme: equipment, Ex components and unit verifications."""

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

EQUIPMENT_KINDS = ("equipment", "component", "unit-verification")


class EquipmentContentSchema(Strict):
    """What a body writes on an equipment certificate; domain field names follow OD 011-2.

    ``scheme``, ``applicant`` and ``equipment`` identify the project and are wanted from the first draft on;
    all the rest may come later and is checked before issue.
    """

    scheme = fields.String(required=True, validate=validate.Equal("equipment"))
    kind = fields.String(load_default="equipment", validate=validate.OneOf(EQUIPMENT_KINDS))
    applicant = fields.Nested(PartySchema, required=True)
    manufacturer = fields.Nested(PartySchema, load_default=None, allow_none=True)
    manufacturing_locations = rows(fields.Nested(PartySchema))
    equipment = Text(longest=2_000, lines=True, shortest=1, required=True)
    optional_accessory = Text(longest=2_000, lines=True, load_default="")
    protection = rows(Text(longest=20, shortest=1), most=30)
    marking = rows(Text(longest=300, shortest=1), most=100)
    ambient = Text(longest=200, load_default="")
    standards = rows(fields.Nested(StandardReferenceSchema))
    test_reports = rows(ReportReference())
    quality_reports = rows(ReportReference())
    serial_numbers = rows(Text(longest=200, shortest=1), most=2_000)
    conditions_of_use = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    schedule = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    changes = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    supersedes = supersedes()
    approver = fields.Nested(ApproverSchema, load_default=None, allow_none=True)
