"""The conformity mark: a licence to use it on products whose certificates its schedule lists."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.fields import TEXT_LENGTH, CertificateBase, Text
from contracts.schemas.common import (
    ApproverSchema,
    PartySchema,
    StandardReferenceSchema,
    Strict,
    rows,
    supersedes,
)

MOST_LISTED = 1_000


class MarkLicenceContentSchema(Strict):
    """What a body writes on a mark licence; the applicant is the licensee. ``certificates``: base numbers."""

    scheme = fields.String(required=True, validate=validate.Equal("mark-licence"))
    applicant = fields.Nested(PartySchema, required=True)
    certificates = rows(CertificateBase(), most=MOST_LISTED)
    standards = rows(fields.Nested(StandardReferenceSchema))
    schedule = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    changes = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    supersedes = supersedes()
    approver = fields.Nested(ApproverSchema, load_default=None, allow_none=True)
