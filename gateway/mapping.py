"""Which column of a table is which field of a record, and how a row becomes the record that the register takes.

    {"number": "Certificate No", "applicant.name": "Applicant", "standards.number": "Standards", …}

A dot leads into what a field is made of. A list stands in one cell with semicolons between its parts; of a list of
parts with fields of their own, each field has a column, and the first parts of all of them belong together.
Pure: no input, no output.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from contracts.errors import InvalidInput
from contracts.schemas import CONTENT_SCHEMAS, PRIVATE, PrivateSchema
from contracts.schemas.imported import ImportedStateSchema

LONGEST_MAPPING = 20_000
EXAMPLE = '{"number": "Certificate No", "applicant.name": "Applicant"}'
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})


class Target(NamedTuple):
    """A field of a record, by the names that lead to it. ``many``: whether it, or what it is part of, is a list."""

    path: tuple[str, ...]
    many: bool
    field: fields.Field[Any]


def _targets(schema: Schema, path: tuple[str, ...] = (), many: bool = False) -> dict[str, Target]:
    found: dict[str, Target] = {}
    for name, field in schema.fields.items():
        here, inner = (*path, name), field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            found |= _targets(inner.schema, here, many or inner is not field)
        else:
            found[".".join(here)] = Target(here, many or inner is not field, inner)
    return found


def _all_targets() -> dict[str, Target]:
    found = _targets(ImportedStateSchema())
    for schema in CONTENT_SCHEMAS.values():
        found |= _targets(schema())
    return found | _targets(PrivateSchema(), (PRIVATE,))


TARGETS = _all_targets()


def read(text: str | None) -> dict[str, str]:
    """Field → title of its column. Raises InvalidInput that names what is wrong."""
    if not text:
        raise InvalidInput.field("mapping", f"Is missing: say which column is which field, as JSON: {EXAMPLE}.")
    if len(text) > LONGEST_MAPPING:
        raise InvalidInput.field("mapping", f"Is longer than {LONGEST_MAPPING:,} characters.")
    try:
        mapping = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput.field("mapping", f"Is no JSON; it must look like {EXAMPLE}.") from error
    if not isinstance(mapping, dict) or not all(isinstance(title, str) for title in mapping.values()):
        raise InvalidInput.field("mapping", f"Must be an object of fields and titles of columns, such as {EXAMPLE}.")
    unknown = [{"field": f"mapping.{name}", "text": "There is no such field."} for name in mapping.keys() - TARGETS]
    if unknown:
        raise InvalidInput.fields(sorted(unknown, key=lambda row: row["field"]))
    return mapping


def columns(mapping: Mapping[str, str], titles: Sequence[object]) -> dict[str, int]:
    """Field → the place of its column, by the titles in the first row. Raises InvalidInput for titles that miss."""
    places = {_text(title).casefold(): place for place, title in reversed(list(enumerate(titles)))}
    missing = [
        {"field": f"mapping.{name}", "text": f"There is no column {title!r} in the first row."}
        for name, title in mapping.items()
        if title.strip().casefold() not in places
    ]
    if missing:
        raise InvalidInput.fields(missing)
    return {name: places[title.strip().casefold()] for name, title in mapping.items()}


def record(places: Mapping[str, int], row: Sequence[object]) -> dict[str, Any]:
    """The record of a row; an empty cell is a field that is missing."""
    found: dict[str, Any] = {}
    for name, place in places.items():
        text = _text(row[place]) if place < len(row) else ""
        if text:
            target = TARGETS[name]
            values = _parts(text) if target.many else [text]
            _put(found, target, [_value(target.field, value) for value in values])
    return _tidy(found)


def _put(found: dict[str, Any], target: Target, values: list[Any]) -> None:
    """Puts a value, or the values of a list, where its path leads; parts of a list are kept by their places."""
    first, *rest = target.path
    if not target.many:
        for name in target.path[:-1]:
            found = found.setdefault(name, {})
        found[target.path[-1]] = values[0]
    elif not rest:
        found[first] = values
    else:
        parts = found.setdefault(first, {})
        for place, value in enumerate(values):
            if value != "":
                parts.setdefault(place, {})[rest[0]] = value


def _tidy(found: dict[str, Any]) -> dict[str, Any]:
    """Parts by their places as a list."""

    def tidied(value: Any) -> Any:
        if isinstance(value, dict) and all(isinstance(place, int) for place in value):
            return [value[place] for place in sorted(value)]
        return value

    return {name: tidied(value) for name, value in found.items()}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.removesuffix(";").split(";")]


def _value(field: fields.Field[Any], text: str) -> Any:
    """Numbers and answers as JSON has them; what cannot be one is left for the register to refuse by its name."""
    if isinstance(field, fields.Integer) and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    if isinstance(field, fields.Boolean) and text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    return text


def _text(value: object) -> str:
    """A cell as text: a moment as its day, a whole number without its decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
