"""What is said of a content, put where it stands in the form: errors of the schemas, findings of the gate.

Both name fields by the same paths, so that one way leads from a path to the control that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gateway.drafting.flat import Filled
from gateway.drafting.shapes import Field, Form, Group, Lines, Records

REFUSED, ERROR, WARNING = "refused", "error", "warning"
# The schemas ask for a code; in a form a name is as good.
NO_COUNTRY = "Must be a country, by its name or code, such as Germany or DE."


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a field. ``name``: of the control, "" where there is none; ``label``: what the field is called.

    ``severity``: what is ``refused`` cannot even be saved, an ``error`` stops the issue, a ``warning`` is recorded.
    """

    name: str
    label: str
    severity: str
    text: str
    section: str = ""

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def of_errors(form: Form, filled: Filled, errors: Iterable[Mapping[str, Any]]) -> list[Note]:
    """The notes of what the schemas refuse."""
    return [_note(form, filled, row["field"], row["text"], REFUSED) for row in errors]


def of_findings(form: Form, filled: Filled, findings: Iterable[Mapping[str, Any]]) -> list[Note]:
    """The notes of what the gate finds, what stops the issue first."""
    notes = [_note(form, filled, row["field"] or "", row["text"], row["severity"]) for row in findings]
    return sorted(notes, key=lambda note: note.severity != ERROR)


def by_name(notes: Iterable[Note]) -> dict[str, list[Note]]:
    """The notes of each control."""
    found: dict[str, list[Note]] = {}
    for note in notes:
        found.setdefault(note.name, []).append(note)
    return found


def _note(form: Form, filled: Filled, path: str, text: str, severity: str) -> Note:
    first, _, rest = path.partition(".")
    place = next(
        ((section.id, item) for section in form.sections for item in section.items if item.path == first), None
    )
    if place is None:
        return Note("", "", severity, text)
    section, item = place
    if isinstance(item, Lines):
        line = f"Line {int(rest) + 1}: " if rest.isdecimal() else ""
        return Note(item.path, item.label, severity, f"{line}{text}", section)
    member = _member(item, rest)
    if severity == REFUSED and member is not None and member.control == "country":
        text = NO_COUNTRY
    return Note(filled.in_form(path), _label(item, rest, member), severity, text, section)


def _member(item: Field | Group | Records, rest: str) -> Field | None:
    """The single field that a path within ``item`` leads to."""
    if isinstance(item, Field):
        return item
    name = rest.partition(".")[2] if isinstance(item, Records) else rest
    return next((field for field in item.fields if field.name == name), None)


def _label(item: Field | Group | Records, rest: str, member: Field | None) -> str:
    """``Applicant, country``; of the second record of a list, ``Standards 2, edition``."""
    place = rest.partition(".")[0] if isinstance(item, Records) else ""
    label = f"{item.label} {int(place) + 1}" if place.isdecimal() else item.label
    if member is None or member is item:
        return label
    return f"{label}, {member.label[0].lower()}{member.label[1:]}"
