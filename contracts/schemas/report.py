"""Reports as they are registered: what the public may know of a document that itself stays confidential."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from contracts.fields import NAME_LENGTH, TEXT_LENGTH, CertificateBase, Day, Text
from contracts.numbers import REPORT_KINDS
from contracts.schemas.common import PartySchema, StandardReferenceSchema, Strict, rows


class ReportContentSchema(Strict):
    """The summary of a test (ExTR), quality (QAR), facility (FAR) or personnel (PCAR) report.

    ``issued`` is the report's own date, which for a test report from before the system is earlier than 2003.
    """

    type = fields.String(required=True, validate=validate.OneOf(REPORT_KINDS))
    subject = Text(longest=2_000, lines=True, shortest=1, required=True)
    applicant = fields.Nested(PartySchema, required=True)
    laboratory = Text(longest=NAME_LENGTH, load_default="", metadata={"description": "the ExTL that tested"})
    locations = rows(fields.Nested(PartySchema))
    protection = rows(Text(longest=20, shortest=1), most=30)
    marking = rows(Text(longest=300, shortest=1), most=100)
    standards = rows(fields.Nested(StandardReferenceSchema))
    issued = Day(required=True)
    audited = rows(Day(), most=20)
    next_audit = Day(load_default=None, allow_none=True)
    summary = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    free_reference = Text(longest=300, load_default="")


class ReportSchema(ReportContentSchema):
    """The public summary of one issue of a report, as read."""

    class Meta:
        unknown = EXCLUDE

    id = fields.UUID()
    number = fields.String(metadata={"examples": ["GB/BAS/ExTR26.0001/00"]})
    base_number = fields.String(metadata={"examples": ["GB/BAS/ExTR26.0001"]})
    excb = fields.String()
    issue = fields.Integer(metadata={"description": "0 is the first"})
    latest_issue = fields.Integer(metadata={"description": "the newest there is; not in listings"})
    registered_on = fields.Date(metadata={"description": "when this issue came into the register"})
    demonstration = fields.Boolean()
    change_no = fields.Integer()
    certificates = fields.List(
        CertificateBase(),
        metadata={
            "description": "the public certificates that rest on it, whatever issue they name; the first 1,000"
            " by number, and none in listings"
        },
    )
    links = fields.Dict(keys=fields.String(), values=fields.String())
