"""Certificates as they are read: what the register says, around what the body wrote; and the content of each scheme."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from contracts.errors import InvalidInput
from contracts.numbers.forms import SUFFIXES
from contracts.schemas.common import SCHEMES, STATUSES, Strict, load
from contracts.schemas.equipment import EquipmentContentSchema
from contracts.schemas.mark_licence import MarkLicenceContentSchema
from contracts.schemas.person import PersonContentSchema, PrivateSchema
from contracts.schemas.service_facility import ServiceFacilityContentSchema

# A scheme comes in here and in the certificates service's ``domain.schemes``, nowhere else.
CONTENT_SCHEMAS: dict[str, type[Strict]] = {
    "equipment": EquipmentContentSchema,
    "service-facility": ServiceFacilityContentSchema,
    "mark-licence": MarkLicenceContentSchema,
    "person": PersonContentSchema,
}
PRIVATE = "private"


class ListedCertificateSchema(Schema):
    """A row of a licence's schedule as it stands: the certificate, and whether the mark may be used on it."""

    number = fields.String()
    status = fields.String(metadata={"description": "current, suspended, cancelled, deleted, or unknown"})
    since = fields.Date(allow_none=True)


class AnnexSchema(Schema):
    """A file that belongs to an issue; its address is among the links."""

    name = fields.String(metadata={"examples": ["Annex to IECEx BAS 26.0001X Issue 0.pdf"]})
    type = fields.String(metadata={"description": "application/pdf or image/jpeg"})
    size = fields.Integer(metadata={"description": "in bytes"})
    sha256 = fields.String(metadata={"description": "of its bytes", "pattern": "^[0-9a-f]{64}$"})


class StandingSchema(Schema):
    """What the register says of every certificate, whatever its scheme."""

    class Meta:
        unknown = EXCLUDE

    id = fields.UUID()
    number = fields.String(metadata={"examples": ["IECEx BAS 26.0001X"]})
    base_number = fields.String()
    suffix = fields.String(validate=validate.OneOf(SUFFIXES))
    verification = fields.Boolean(metadata={"description": "V: it covers the named items only"})
    scheme = fields.String(validate=validate.OneOf(SCHEMES))
    kind = fields.String(allow_none=True, metadata={"description": "equipment, component or unit-verification"})
    excb = fields.String(metadata={"description": "code of the issuing body"})
    issue = fields.Integer(metadata={"description": "0 is the first"})
    status = fields.String(validate=validate.OneOf(STATUSES))
    date_of_issue = fields.Date(allow_none=True, metadata={"description": "of this issue; null for a draft"})
    first_issued = fields.Date(allow_none=True)
    valid_until = fields.Date(
        allow_none=True, metadata={"description": "the last day of a person's certificate; null where nothing expires"}
    )
    status_date = fields.Date(allow_none=True, metadata={"description": "since when the status stands"})
    status_reason = fields.String(metadata={"description": "why it is suspended or cancelled, else empty"})
    supplied_affected = fields.Boolean(
        allow_none=True, metadata={"description": "whether what was supplied before is affected"}
    )
    superseded_by = fields.List(fields.String(), metadata={"description": "the certificates that took its place"})
    listed = fields.List(
        fields.Nested(ListedCertificateSchema), metadata={"description": "a mark licence's certificates as they stand"}
    )
    annexes = fields.List(fields.Nested(AnnexSchema), metadata={"description": "the files that belong to this issue"})
    demonstration = fields.Boolean(metadata={"description": "true for an invented record, which certifies nothing"})
    change_no = fields.Integer(allow_none=True, metadata={"description": "the change that made this; null for a draft"})


class AnsweredSchema(StandingSchema):
    """What only answers hold beside it."""

    links = fields.Dict(keys=fields.String(), values=fields.String())
    latest_issue = fields.Integer(metadata={"description": "of an older issue: the one that is in force instead"})
    validity_ended = fields.Boolean(metadata={"description": "of a person: whether valid_until has passed"})
    as_of = fields.Date(metadata={"description": "the day asked for, where one was"})
    recorded_later = fields.List(fields.Dict(), metadata={"description": "what is in force since then or before"})
    findings = fields.List(fields.Dict(), metadata={"description": "of a draft: what the gate would say"})


STANDING = frozenset(StandingSchema().fields)
# Whoever edits sends back what he read; what the register fills by itself is then passed over.
FILLED_BY_THE_REGISTER = frozenset(AnsweredSchema().fields) - {"scheme", "kind"}


def _any_content() -> dict[str, fields.Field[Any]]:
    """The fields of all schemes; which of them a certificate has, its scheme says, so that none is in all of them."""
    found: dict[str, fields.Field[Any]] = {}
    for schema in CONTENT_SCHEMAS.values():
        found |= copy.deepcopy(schema._declared_fields)  # noqa: SLF001 - marshmallow has no other name for it
    for field in found.values():
        field.required = False
    return {name: field for name, field in found.items() if name not in STANDING}


CertificateSchema: type[Schema] = type(
    "CertificateSchema",
    (AnsweredSchema,),
    {"__doc__": "A certificate of any scheme, as read.", "__module__": __name__, **_any_content()},
)


@cache
def public_fields(scheme: str) -> frozenset[str]:
    """What a snapshot of this scheme may hold."""
    content = CONTENT_SCHEMAS.get(scheme)
    return STANDING | frozenset(content().fields if content else ())


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
    if as_read and "kind" not in _content_schema(scheme).fields:
        body = {name: value for name, value in body.items() if name != "kind"}
    return load(_content_schema(scheme), body)


def split_private(body: object) -> tuple[object, dict[str, Any] | None]:
    """The body without a person's private data, and those: None where they are not sent. Raises InvalidInput.

    Apart from all else from the first moment on, so that they can get into no snapshot, event or log line.
    """
    if not isinstance(body, dict) or PRIVATE not in body or body.get("scheme") != "person":
        return body, None
    rest = {name: value for name, value in body.items() if name != PRIVATE}
    try:
        return rest, load(PrivateSchema(), body[PRIVATE] or {})
    except InvalidInput as error:
        errors = [row | {"field": f"{PRIVATE}.{row['field']}"} for row in error.details["errors"]]
        raise InvalidInput.fields(errors) from None


@cache
def _content_schema(scheme: str) -> Strict:
    """Made once: making a schema takes longer than reading a body with it."""
    return CONTENT_SCHEMAS[scheme]()
