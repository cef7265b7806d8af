"""The shapes of certificates as they cross process boundaries.

Requests are strict (an unknown field is an error, so that a misspelt one is never lost in silence); readers of
events are tolerant. The public snapshot is what the register shows, searches, exports and publishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from contracts.errors import InvalidInput
from contracts.fields import ADDRESS_LENGTH, NAME_LENGTH, TEXT_LENGTH, Country, Text

SCHEMES = ("equipment", "service-facility", "mark-licence", "person")
EQUIPMENT_KINDS = ("equipment", "component", "unit-verification")
STATUSES = ("draft", "current", "suspended", "cancelled")
SUFFIXES = ("", "X", "U")
MOST_ROWS = 200


def _always(text: str) -> dict[str, Any]:
    """The same text whether a field is missing, null or no value of its kind."""
    return dict.fromkeys(("required", "null", "invalid"), text)


DATE_TEXTS = _always("Say since when: a date such as 2026-11-21.")
AFFECTED_TEXTS = _always("Say whether what was supplied before is affected: true or false.")
AFFECTED = {"description": "whether what was supplied before is affected"}


class Strict(Schema):
    """A request: what the schema does not name is refused."""

    class Meta:
        unknown = RAISE

    # marshmallow copies it for each schema.
    error_messages = {"unknown": "There is no such field.", "type": "Must be a JSON object."}  # noqa: RUF012


class PartySchema(Strict):
    """A company at an address."""

    name = Text(longest=NAME_LENGTH, shortest=1, required=True)
    address = Text(longest=ADDRESS_LENGTH, lines=True, load_default="")
    country = Country(required=True)


class StandardReferenceSchema(Strict):
    """A standard in the edition that was applied."""

    number = Text(longest=60, shortest=1, required=True, metadata={"examples": ["IEC 60079-0"]})
    edition = Text(longest=20, shortest=1, required=True, metadata={"examples": ["7.0"]})


class ApproverSchema(Strict):
    """Who approved the issue on behalf of the body."""

    name = Text(longest=NAME_LENGTH, shortest=1, required=True)
    position = Text(longest=NAME_LENGTH, load_default="")


def _rows(field: fields.Field[Any], most: int = MOST_ROWS) -> fields.List[Any]:
    return fields.List(field, load_default=list, validate=validate.Length(max=most))


class EquipmentContentSchema(Strict):
    """What a body writes on an equipment certificate; domain field names follow OD 011-2.

    ``scheme``, ``applicant`` and ``equipment`` identify the project and are wanted from the first draft on;
    all the rest may come later and is checked before issue.
    """

    scheme = fields.String(required=True, validate=validate.OneOf(SCHEMES))
    kind = fields.String(load_default="equipment", validate=validate.OneOf(EQUIPMENT_KINDS))
    applicant = fields.Nested(PartySchema, required=True)
    manufacturer = fields.Nested(PartySchema, load_default=None, allow_none=True)
    manufacturing_locations = _rows(fields.Nested(PartySchema))
    equipment = Text(longest=2_000, lines=True, shortest=1, required=True)
    optional_accessory = Text(longest=2_000, lines=True, load_default="")
    protection = _rows(Text(longest=20, shortest=1), most=30)
    marking = _rows(Text(longest=300, shortest=1), most=100)
    ambient = Text(longest=200, load_default="")
    standards = _rows(fields.Nested(StandardReferenceSchema))
    test_reports = _rows(Text(longest=60, shortest=1))
    quality_reports = _rows(Text(longest=60, shortest=1))
    serial_numbers = _rows(Text(longest=200, shortest=1), most=2_000)
    conditions_of_use = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    schedule = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    changes = Text(longest=TEXT_LENGTH, lines=True, load_default="")
    approver = fields.Nested(ApproverSchema, load_default=None, allow_none=True)


class ReasonSchema(Strict):
    """Why the Secretariat does something; the public reads it in the history."""

    reason = Text(
        longest=2_000, lines=True, shortest=1, required=True, error_messages={"required": "Say why, in a sentence."}
    )


class DecisionSchema(ReasonSchema):
    """The Secretariat suspends or reinstates."""

    date = fields.Date(
        load_default=None, metadata={"description": "since when; today where it is missing"}, error_messages=DATE_TEXTS
    )
    supplied_affected = fields.Boolean(
        load_default=None, truthy={True}, falsy={False}, error_messages=AFFECTED_TEXTS, metadata=AFFECTED
    )


class CancellationSchema(ReasonSchema):
    """The Secretariat cancels: it must say since when, and what that means for what was supplied before."""

    date = fields.Date(required=True, error_messages=DATE_TEXTS)
    supplied_affected = fields.Boolean(
        required=True, truthy={True}, falsy={False}, error_messages=AFFECTED_TEXTS, metadata=AFFECTED
    )


class ExcbSchema(Strict):
    """A certification body of the register."""

    code = fields.String(
        required=True,
        validate=validate.Regexp(r"[A-Za-z]{2,5}\Z", error="Must have two to five letters, such as BAS."),
    )
    name = Text(longest=NAME_LENGTH, shortest=1, required=True)
    country = Country(required=True)
    active = fields.Boolean(load_default=True, truthy={True}, falsy={False})


class ExcbsSchema(Strict):
    """Certification bodies to keep."""

    rows = fields.List(fields.Nested(ExcbSchema), required=True, validate=validate.Length(min=1, max=1_000))


class CertificateSchema(EquipmentContentSchema):
    """The public snapshot of a certificate, as read: system fields around what the body wrote."""

    class Meta:
        unknown = EXCLUDE

    id = fields.UUID()
    number = fields.String(metadata={"examples": ["IECEx BAS 26.0001X"]})
    base_number = fields.String()
    suffix = fields.String(validate=validate.OneOf(SUFFIXES))
    excb = fields.String(metadata={"description": "code of the issuing body"})
    issue = fields.Integer(metadata={"description": "0 is the first"})
    status = fields.String(validate=validate.OneOf(STATUSES))
    date_of_issue = fields.Date(allow_none=True, metadata={"description": "of this issue; null for a draft"})
    first_issued = fields.Date(allow_none=True)
    status_date = fields.Date(allow_none=True, metadata={"description": "since when the status stands"})
    status_reason = fields.String(metadata={"description": "why it is suspended or cancelled, else empty"})
    supplied_affected = fields.Boolean(
        allow_none=True, metadata={"description": "whether what was supplied before is affected"}
    )
    demonstration = fields.Boolean(metadata={"description": "true for an invented record, which certifies nothing"})
    change_no = fields.Integer(allow_none=True, metadata={"description": "the change that made this; null for a draft"})
    links = fields.Dict(keys=fields.String(), values=fields.String())


# One schema a scheme; a scheme that is not here cannot be drafted yet.
CONTENT_SCHEMAS: dict[str, type[Strict]] = {"equipment": EquipmentContentSchema}


# Whoever edits sends back what he read; what the register fills by itself is then passed over.
FILLED_BY_THE_REGISTER = frozenset(CertificateSchema().fields) - frozenset(EquipmentContentSchema().fields)


def load_content(body: object, *, as_read: bool = False) -> dict[str, Any]:
    """The content of a certificate that a body sent; ``as_read`` allows the whole certificate, as it was answered.

    Returns plain JSON values. Raises InvalidInput that names every field that is wrong.
    """
    if not isinstance(body, dict):
        raise InvalidInput.field("body", "Must be a JSON object.")
    if as_read:
        body = {name: value for name, value in body.items() if name not in FILLED_BY_THE_REGISTER}
    scheme = body.get("scheme")
    if not isinstance(scheme, str) or scheme not in CONTENT_SCHEMAS:
        raise InvalidInput.field("scheme", f"Must be one of: {', '.join(CONTENT_SCHEMAS)}.")
    return load(_content_schema(scheme), body)


@cache
def _content_schema(scheme: str) -> Strict:
    """Made once: making a schema takes longer than reading a body with it."""
    return CONTENT_SCHEMAS[scheme]()


def load(schema: Schema, body: object) -> dict[str, Any]:
    """``body`` as ``schema`` reads it. Raises InvalidInput that names every field that is wrong."""
    try:
        return dict(schema.load(body))  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidInput.fields(list(flatten(error.messages))) from error


def flatten(messages: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """marshmallow's tree of messages as rows of ``{"field": "standards.0.edition", "text": …}``."""
    if isinstance(messages, dict):
        for key, value in messages.items():
            yield from flatten(value, path if key == "_schema" else (*path, str(key)))
    else:
        texts = messages if isinstance(messages, list) else [messages]
        yield {"field": ".".join(path) or "body", "text": " ".join(str(text) for text in texts)}
