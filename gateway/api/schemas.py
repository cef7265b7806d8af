"""The shapes of what the API takes and gives, beside those of ``contracts.schemas``.

Answers are not run through these: they describe, in the OpenAPI document, what the services already say.
"""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from contracts.events import CHANGE_TYPES, ActorRole
from contracts.fields import BoundedList, Country, Text
from contracts.identity import SCOPES
from contracts.schemas import (
    SCHEMES,
    STATUSES,
    CertificateSchema,
    Strict,
)
from gateway.domain import LONGEST_TOKEN_LIFE, TOKEN_LIFE
from gateway.openapi import Answer, FindingSchema

LARGEST_NUMBER = 2**62
# No account can have this name.
EVERYBODY = "*"


class ChangesParameters(Strict):
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, LARGEST_NUMBER),
        metadata={
            "description": "the last `change_no` that you have, or `last` of the answer that you read to its end"
        },
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1_000))
    type = fields.String(load_default=None, validate=validate.OneOf(CHANGE_TYPES))


class ActorSchema(Answer):
    """Who made a change, as the public may know it: never a person."""

    role = fields.String(required=True, validate=validate.OneOf(get_args(ActorRole)))
    excb = fields.String(required=True, allow_none=True, metadata={"description": "code of the body; null for none"})


class PreviousSchema(Answer):
    """What stood before a change; both null for a first issue."""

    status = fields.String(required=True, allow_none=True)
    issue = fields.Integer(required=True, allow_none=True)


class EnvelopeSchema(Answer):
    """One public change, exactly as it is published to the message broker."""

    event_id = fields.String(required=True)
    change_no = fields.Integer(required=True)
    type = fields.String(required=True, validate=validate.OneOf(CHANGE_TYPES))
    version = fields.Integer(required=True, metadata={"description": "of this envelope's form"})
    occurred_at = fields.DateTime(required=True)
    actor = fields.Nested(ActorSchema, required=True)
    certificate = fields.Dict(metadata={"description": "the full public snapshot, or a tombstone"})
    report = fields.Dict(metadata={"description": "instead of it, where the change is one of a report: its summary"})
    previous = fields.Nested(PreviousSchema, required=True)


class ChangesAnswer(Answer):
    items = fields.List(fields.Nested(EnvelopeSchema), required=True)
    next = fields.Integer(
        allow_none=True, required=True, metadata={"description": "the `after` of the next page; null after the last"}
    )
    last = fields.Integer(
        required=True,
        metadata={"description": "the newest `change_no` there is, of any type; `after` for who goes on later"},
    )


class MineParameters(Strict):
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    scheme = fields.String(load_default=None, validate=validate.OneOf(SCHEMES))
    cursor = fields.String(load_default=None, validate=validate.Length(1, 500))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class CertificatesAnswer(Answer):
    items = fields.List(fields.Nested(CertificateSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class IssueSummarySchema(Answer):
    issue = fields.Integer(required=True)
    status = fields.String(required=True)
    date_of_issue = fields.Date(allow_none=True)
    number = fields.String(required=True)


class HistoryEventSchema(Answer):
    at = fields.DateTime(required=True)
    date = fields.Date(allow_none=True)
    to = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    supplied_affected = fields.Boolean(allow_none=True)
    by = fields.Raw()
    issue = fields.Integer(allow_none=True)


class HistoryAnswer(Answer):
    number = fields.String(required=True)
    issues = fields.List(fields.Nested(IssueSummarySchema), required=True)
    events = fields.List(fields.Nested(HistoryEventSchema), required=True)


class FindingsAnswer(Answer):
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class CheckAnswer(FindingsAnswer):
    issue = fields.Integer(required=True)
    at_issue = fields.List(fields.Nested(FindingSchema), metadata={"description": "what the gate said at issue"})
    overrides = fields.List(fields.Dict(), metadata={"description": "what the signatory took upon himself, and why"})


class DraftParameters(Strict):
    dry_run = fields.Boolean(load_default=False, metadata={"description": "only ask the gate; nothing is kept"})


class ReadParameters(Strict):
    as_of = fields.Date(load_default=None, metadata={"description": "as it stood on that day"})


class PrivateAnswer(Answer):
    date_of_birth = fields.Date(allow_none=True)
    identity_number = fields.String()


class EditParameters(Strict):
    reason = Text(
        longest=2_000, load_default=None, metadata={"description": "why the Secretariat edits what is published"}
    )


class DeleteParameters(Strict):
    reason = Text(longest=2_000, load_default=None, metadata={"description": "why; it may also stand in the body"})


class ScopeAnswer(Answer):
    scheme = fields.String()
    standard = fields.String(metadata={"description": "`*` for all"})
    valid_from = fields.Date()
    valid_until = fields.Date(allow_none=True)


class PhotoAnswer(Answer):
    """A photo as it is kept: a JPEG, upright, with nothing in it but the picture."""

    photo = fields.String(required=True, metadata={"description": "its SHA-256", "pattern": "^[0-9a-f]{64}$"})
    width = fields.Integer(required=True, metadata={"description": "in pixels"})
    height = fields.Integer(required=True, metadata={"description": "in pixels"})
    length = fields.Integer(required=True, metadata={"description": "in bytes"})


class ExcbAnswer(Answer):
    code = fields.String()
    name = fields.String()
    country = Country()
    active = fields.Boolean()
    scopes = fields.List(fields.Nested(ScopeAnswer))


class ExcbsAnswer(Answer):
    items = fields.List(fields.Nested(ExcbAnswer), required=True)


class RowsAnswer(Answer):
    items = fields.List(fields.Dict(), required=True)


class TokenRequest(Strict):
    name = Text(longest=100, shortest=1, required=True, metadata={"description": "what the token is for"})
    scopes = BoundedList(fields.String(validate=validate.OneOf(SCOPES)), shortest=1, longest=len(SCOPES), required=True)
    expires_in_days = fields.Integer(
        load_default=TOKEN_LIFE, strict=True, validate=validate.Range(1, LONGEST_TOKEN_LIFE)
    )


class TokensParameters(Strict):
    of = Text(
        longest=100,
        load_default=None,
        metadata={"description": f"an account's name, or `{EVERYBODY}` for all one sees"},
    )


class TokenAnswer(Answer):
    id = fields.String(required=True)
    account = fields.String(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES)), required=True)
    created_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)
    last_used_at = fields.DateTime(allow_none=True)


class NewTokenAnswer(TokenAnswer):
    token = fields.String(required=True, metadata={"description": "shown once and never again; it is stored hashed"})


class TokensAnswer(Answer):
    items = fields.List(fields.Nested(TokenAnswer), required=True)
