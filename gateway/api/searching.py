"""The shapes of searches and of exports, which ask what searches ask."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from contracts.fields import BoundedList, Text, day_messages
from contracts.numbers import LONGEST_SPELLING
from contracts.schemas import SCHEMES, STATUSES, PartySchema, Strict
from contracts.schemas.common import boolean
from gateway.api.schemas import LARGEST_NUMBER
from gateway.openapi import Answer

FORMATS = ("xlsx", "csv", "ndjson", "zip")
JOB_STATES = ("queued", "running", "done", "failed", "cancelled")
SORTS = ("relevance", "-date", "date", "number", "-number", "name")
FILTERS = (
    "scheme", "kind", "status", "excb", "country", "excb_country", "manufacturer", "protection", "group", "temperature",
    "epl", "standard", "edition", "suffix", "unit", "year",
)  # fmt: skip
DATES = ("issued_from", "issued_to", "valid_on")
NO_FACETS = "none"


class Values(BoundedList):
    """Some texts, or one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        return super()._deserialize([value] if isinstance(value, str) else value, attr, data, **kwargs)


def _filter(description: str, *examples: str) -> Values:
    return Values(
        fields.String(validate=validate.Length(max=300)),
        longest=100,
        metadata={"description": f"{description}; repeatable, `-` before a value excludes", "examples": [[*examples]]},
    )


class FilterSchema(Strict):
    """Which certificates."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=5_000),
        metadata={"description": 'words, "phrases" or a number, however spelled', "examples": ["pressure transmitter"]},
    )
    scheme = _filter(f"one of {', '.join(SCHEMES)}", "equipment")
    kind = _filter("of equipment: equipment, component, unit-verification", "component")
    status = _filter("one of current, suspended, cancelled", "current")
    excb = _filter("code of the issuing body", "BAS")
    country = _filter(
        "ISO 3166-1 code of the applicant's, manufacturer's, holder's or assessment centre's country", "DE"
    )
    excb_country = _filter("ISO 3166-1 code of the issuing body's country", "GB")
    manufacturer = _filter("name of the manufacturer", "Muster Messtechnik GmbH")
    protection = _filter("type of protection", "d")
    group = _filter("equipment group in the marking", "IIC")
    temperature = _filter("temperature class, or the highest surface temperature under dust, in the marking", "T4")
    epl = _filter("equipment protection level in the marking", "Gb")
    standard = _filter("number of a standard", "IEC 60079-0")
    edition = _filter("a standard in an edition", "IEC 60079-0 7.0")
    suffix = _filter("X, U, V (a unit verification) or none", "X")
    unit = _filter("unit of competence of a person", "Ex 001")
    year = _filter("year of the date of issue", "2026")
    issued_from = fields.Date(
        error_messages=day_messages(), metadata={"description": "date of issue, from this day on"}
    )
    issued_to = fields.Date(
        error_messages=day_messages(), metadata={"description": "date of issue, up to and with this day"}
    )
    valid_on = fields.Date(
        error_messages=day_messages(),
        metadata={"description": "persons whose certificate was valid on this day; what does not expire always is"},
    )
    issues = fields.String(
        load_default="latest",
        validate=validate.OneOf(("latest", "all")),
        metadata={"description": "the issues in force only, or older ones, too"},
    )


class SearchParameters(FilterSchema):
    sort = fields.String(load_default="relevance", validate=validate.OneOf(SORTS))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 200))
    cursor = fields.String(
        load_default=None, validate=validate.Length(1, 500), metadata={"description": "`next` of the page before"}
    )
    min_change = fields.Integer(
        load_default=None,
        validate=validate.Range(0, LARGEST_NUMBER),
        metadata={
            "description": "wait until the index holds the change with this `change_no`, for up to a second; then it"
            " answers what there is: compare the `change_no` of the answer"
        },
    )
    facets = Values(
        fields.String(validate=validate.OneOf((*FILTERS, NO_FACETS))),
        load_default=None,
        longest=len(FILTERS),
        metadata={"description": "which facets to count: all without, repeatable, `none` for none"},
    )


class HolderOfHitSchema(Answer):
    """A person as shown in a list."""

    name = fields.String()
    country = fields.String()


class HitSchema(Answer):
    number = fields.String(required=True)
    issue = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    scheme = fields.String(required=True)
    kind = fields.String(allow_none=True)
    excb = fields.String(required=True)
    date_of_issue = fields.Date(allow_none=True)
    title = fields.String()
    applicant = fields.Nested(PartySchema, allow_none=True)
    manufacturer = fields.Nested(PartySchema, allow_none=True)
    holder = fields.Nested(HolderOfHitSchema, allow_none=True, metadata={"description": "of a person's certificate"})
    units = fields.List(fields.String(), metadata={"description": "units of competence of a person"})
    valid_until = fields.Date(allow_none=True, metadata={"description": "of a person's certificate"})
    latest = fields.Boolean(metadata={"description": "whether it is the issue in force"})
    marking = fields.List(fields.String())
    demonstration = fields.Boolean()
    highlights = fields.Raw(metadata={"description": "where the words were found"})
    links = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class FacetValueSchema(Answer):
    value = fields.String()
    count = fields.Integer()


class SearchAnswer(Answer):
    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(HitSchema), required=True)
    facets = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(FacetValueSchema)),
        metadata={"description": "by filter: how many hits have which value, under all filters but this one"},
    )
    next = fields.String(allow_none=True, required=True, metadata={"description": "cursor of the next page"})
    change_no = fields.Integer(metadata={"description": "up to which change of the log the index has come"})
    note = fields.String(
        allow_none=True, metadata={"description": "what to know of the answer: that words were taken for others, say"}
    )


class ExportQuerySchema(FilterSchema):
    """The certificates to export: the parameters of a search. The file is in number order, whatever ``sort``."""

    sort = fields.String(validate=validate.OneOf(SORTS))


class ExportRequest(Strict):
    """A search, or a list of numbers, as a file; ``zip`` holds the certificates as PDFs."""

    format = fields.String(required=True, validate=validate.OneOf(FORMATS))
    query = fields.Nested(ExportQuerySchema, load_default=None)
    numbers = BoundedList(
        Text(longest=LONGEST_SPELLING, shortest=1),
        shortest=1,
        longest=10_000,
        load_default=None,
        metadata={"description": "instead of a query: numbers in any spelling, also of one issue"},
    )
    bom = boolean(
        load_default=False, metadata={"description": "for CSV: begin with the mark by which Excel knows UTF-8"}
    )
    columns = BoundedList(
        Text(longest=100, shortest=1),
        shortest=1,
        longest=100,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "of workbooks and CSV: keys of `/exports/columns`, in the order that the file shall have;"
            " left out for the usual ones. `ndjson` and `zip` hold whole certificates and leave it aside"
        },
    )


class ExportColumnSchema(Answer):
    """A column that an export may have."""

    key = fields.String(required=True, metadata={"description": "by which `columns` of an export names it"})
    header = fields.String(required=True, metadata={"description": "what stands above it in the file"})
    usual = fields.List(
        fields.String(validate=validate.OneOf(SCHEMES)),
        required=True,
        metadata={"description": "the schemes whose sheets have it where no columns are chosen"},
    )


class ExportColumnsAnswer(Answer):
    """In the order that a file has where nobody chooses another."""

    items = fields.List(fields.Nested(ExportColumnSchema), required=True)


class MissingSchema(Answer):
    """A number that is not in the file."""

    number = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "why"})


class CheckParameters(Strict):
    """Where the list has its numbers and its markings, where that is not found out."""

    column = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "the title or the letter of the column of certificates' numbers", "examples": ["C"]},
    )
    marking_column = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "the title or the letter of the column of markings", "examples": ["Ex marking"]},
    )


class ExportFileSchema(Answer):
    filename = fields.String()
    content_type = fields.String()
    length = fields.Integer(metadata={"description": "in bytes"})


class ExportAnswer(Answer):
    id = fields.String(required=True)
    format = fields.String()
    status = fields.String(required=True, validate=validate.OneOf(JOB_STATES))
    rows = fields.Integer(allow_none=True, metadata={"description": "written so far"})
    total = fields.Integer(allow_none=True)
    percent = fields.Float(allow_none=True)
    error = fields.Raw(allow_none=True)
    created_at = fields.DateTime()
    finished_at = fields.DateTime(allow_none=True)
    file = fields.Nested(ExportFileSchema, allow_none=True)
    missing = fields.List(fields.Nested(MissingSchema))
    change_no = fields.Integer(allow_none=True)
    links = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
