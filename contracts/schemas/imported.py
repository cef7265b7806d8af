"""What the record of a certificate from before the register says beside its content: its number, and how it stands."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.fields import Day, Text
from contracts.numbers import LONGEST_SPELLING
from contracts.numbers.forms import LAST_CERTIFICATE_ISSUE
from contracts.schemas.common import STATUSES, Strict, boolean

IMPORTED_STATUSES = tuple(status for status in STATUSES if status != "draft")
STATUS_TEXT = f"Must be one of: {', '.join(IMPORTED_STATUSES)}; what is no more than a draft is drafted, not imported."


class ImportedStateSchema(Strict):
    """Dates are ISO text. What is missing is filled in where it is plain: see the certificates service's import."""

    number = Text(longest=LONGEST_SPELLING, shortest=1, required=True)
    issue = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(0, LAST_CERTIFICATE_ISSUE)
    )
    status = fields.String(required=True, validate=validate.OneOf(IMPORTED_STATUSES, error=STATUS_TEXT))
    date_of_issue = Day(required=True)
    first_issued = Day(load_default=None, allow_none=True)
    status_date = Day(load_default=None, allow_none=True)
    status_reason = Text(longest=2_000, lines=True, load_default="")
    supplied_affected = boolean(load_default=None, allow_none=True)
    valid_until = Day(load_default=None, allow_none=True)


STATE_FIELDS = tuple(ImportedStateSchema().fields)
