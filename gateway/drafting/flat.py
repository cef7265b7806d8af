"""Contents in flat fields of a form and back: ``applicant.name``, ``standards.0.edition``, ``marking`` (a line each).

Lossless both ways for whatever the schemas take; what they refuse goes through as it was typed, so that the refusal
stands beside it and nobody types it twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.countries import code_of, named
from gateway.drafting.shapes import Field, Form, Group, Item, Lines, Records

FLAG = "on"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form held: the content to send, and for each list of records the places in the form of those that are
    filled in, since those left empty are passed over."""

    content: dict[str, Any]
    places: dict[str, list[int]] = field(default_factory=dict)

    def in_form(self, path: str) -> str:
        """The name in the form of what the content calls ``path``."""
        name, _, rest = path.partition(".")
        place, dot, member = rest.partition(".")
        known = self.places.get(name)
        if known is None or not place.isdecimal() or int(place) >= len(known):
            return path
        return f"{name}.{known[int(place)]}{dot}{member}"


def flat(form: Form, content: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the form with this content in them; flags that are not set are missing, as browsers send them."""
    return {name: text for item in form.items for name, text in _flat_item(item, content.get(item.path)).items()}


def filled(form: Form, sent: Mapping[str, str]) -> Filled:
    """The content that the fields hold."""
    content: dict[str, Any] = {} if form.scheme == "report" else {"scheme": form.scheme}
    places: dict[str, list[int]] = {}
    for item in form.items:
        if isinstance(item, Records):
            places[item.path] = [place for place in places_in(sent, item.path) if not _is_empty(item, sent, place)]
            content[item.path] = [_record(item, sent, place) for place in places[item.path]]
        else:
            content[item.path] = _value(item, sent)
    return Filled(content, places)


def places_in(sent: Mapping[str, str], path: str) -> list[int]:
    """The places of the records that the form showed, in order."""
    pattern = re.compile(re.escape(path) + r"\.([0-9]{1,6})\.")
    return sorted({int(found[1]) for name in sent if (found := pattern.match(name))})


def without(sent: Mapping[str, str], path: str, place: int) -> dict[str, str]:
    """The fields of the form without the record at ``place`` of the list at ``path``."""
    return {name: text for name, text in sent.items() if not name.startswith(f"{path}.{place}.")}


def _flat_item(item: Item, value: Any) -> dict[str, str]:
    if isinstance(item, Group):
        return _flat_fields(item.fields, f"{item.path}.", value or {})
    if isinstance(item, Records):
        rows = enumerate(value or ())
        return {
            name: text
            for place, row in rows
            for name, text in _flat_fields(item.fields, f"{item.path}.{place}.", row).items()
        }
    if isinstance(item, Lines):
        return {item.path: "\n".join(value or ())}
    return _flat_fields((item,), "", {item.path: value})


def _flat_fields(fields: tuple[Field, ...], prefix: str, values: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in fields:
        value = values.get(one.name)
        if one.control != "flag":
            text = "" if value is None else str(value)
            found[f"{prefix}{one.name}"] = named(text) if one.control == "country" else text
        elif value:
            found[f"{prefix}{one.name}"] = FLAG
    return found


def _value(item: Field | Group | Lines, sent: Mapping[str, str]) -> Any:
    if isinstance(item, Lines):
        return [line.strip() for line in sent.get(item.path, "").split("\n") if line.strip()]
    if isinstance(item, Group):
        absent = item.optional and not any(sent.get(one.path, "").strip() for one in item.fields)
        return None if absent else {one.name: _typed(one, sent.get(one.path)) for one in item.fields}
    return _typed(item, sent.get(item.path))


def _record(item: Records, sent: Mapping[str, str], place: int) -> dict[str, Any]:
    return {one.name: _typed(one, sent.get(f"{item.path}.{place}.{one.name}")) for one in item.fields}


def _is_empty(item: Records, sent: Mapping[str, str], place: int) -> bool:
    return not any(sent.get(f"{item.path}.{place}.{one.name}", "").strip() for one in item.fields)


def _typed(one: Field, text: str | None) -> Any:
    """What the content holds for what was typed, in the form that the schema takes."""
    if one.control == "flag":
        return bool(text)
    value = (text or "").replace("\r\n", "\n").strip()
    return (code_of(value) if one.control == "country" else value) or one.empty
