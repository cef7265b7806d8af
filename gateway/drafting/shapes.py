"""What a form consists of: sections of fields, groups of fields, lists of lines and lists of records.

Made from the content schemas, so that a form can never lag behind the contract: a new field of a schema without a word
in ``words`` is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from marshmallow import Schema, fields, validate

from contracts.fields import Country, Day, Text
from contracts.schemas import CONTENT_SCHEMAS, PRIVATE, PrivateSchema, ReportContentSchema
from gateway.drafting import words

REPORT = "report"
SCHEMAS: dict[str, type[Schema]] = {**CONTENT_SCHEMAS, REPORT: ReportContentSchema}
# Beyond this a text is written in lines that grow, not in one line.
LONG = 500


@dataclass(frozen=True, slots=True)
class Field:
    """One control. ``path`` as in errors of the register; in a record of a list it is relative to the record.

    ``control``: text, long, choice, date, flag, country, unit or photo. ``wanted``: from the first draft on.
    ``empty``: what the content holds where nothing was typed, None or "".
    """

    path: str
    control: str
    label: str
    hint: str = ""
    wanted: bool = False
    longest: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    empty: str | None = ""

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, such as a company; an ``optional`` one of which nothing is filled in is absent."""

    path: str
    label: str
    hint: str
    fields: tuple[Field, ...]
    optional: bool

    control = "group"


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of short texts, one a line."""

    path: str
    label: str
    hint: str
    most: int
    each: Field

    control = "lines"


@dataclass(frozen=True, slots=True)
class Records:
    """A list of records, each with these fields; ``one`` is what one of them is called."""

    path: str
    label: str
    hint: str
    one: str
    fields: tuple[Field, ...]
    most: int

    control = "records"


Item = Field | Group | Lines | Records


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form with a heading."""

    id: str
    title: str
    hint: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a scheme and, where the scheme has kinds, of one of them; or of a report."""

    scheme: str
    kind: str | None
    sections: tuple[Section, ...]

    @property
    def items(self) -> Iterator[Item]:
        return (item for section in self.sections for item in section.items)


@cache
def form_of(scheme: str, kind: str | None = None) -> Form:
    """The form of ``scheme`` (one of the content schemas, or ``report``). Raises KeyError for anything else.

    What a kind has no use for stands in its form all the same, last in its section: ``is_shown`` says when.
    """
    items = {item.path: item for item in _items(scheme, kind or scheme)}
    sections = tuple(
        Section(section.id, section.title, section.hint, tuple(items[path] for path in section.fields))
        for section in words.SECTIONS[scheme]
    )
    return Form(scheme, kind, sections)


def is_shown(item: Item, kind: str | None, value: object) -> bool:
    """Whether the form of a ``kind`` shows the item: unless it has no use for it and nothing stands there."""
    return bool(value) or kind not in words.USELESS_FOR.get(item.path, ())


def paths_of(scheme: str) -> list[str]:
    """Every field of the scheme's content but the scheme itself, as a path without the places of lists."""
    return list(_paths(_schema(scheme), ""))


@cache
def _schema(scheme: str) -> Schema:
    return SCHEMAS[scheme]()


def _paths(schema: Schema, prefix: str) -> Iterator[str]:
    for name, field in schema.fields.items():
        path = f"{prefix}{name}"
        if name == "scheme" and not prefix:
            continue
        yield path
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from _paths(inner.schema, f"{path}.")
    if schema is _schema("person"):
        yield PRIVATE
        yield from _paths(PrivateSchema(), f"{PRIVATE}.")


def _items(scheme: str, kind: str) -> Iterator[Item]:
    for name, field in _schema(scheme).fields.items():
        if name != "scheme":
            yield _item(name, field, kind)
    if scheme == "person":
        yield _group(PRIVATE, PrivateSchema(), kind, optional=True)


def _item(name: str, field: Any, kind: str) -> Item:
    if isinstance(field, fields.Nested):
        return _group(name, field.schema, kind, optional=bool(field.allow_none))
    if isinstance(field, fields.List):
        return _list(name, field, kind)
    return _field(name, field, kind)


def _group(name: str, schema: Schema, kind: str, *, optional: bool) -> Group:
    word = words.of(name, kind)
    members = [_field(f"{name}.{member}", field, kind) for member, field in schema.fields.items()]
    # Of what may be left out nothing is wanted from the start.
    members = [replace(member, wanted=False) for member in members] if optional else members
    return Group(name, word.label, word.hint, tuple(members), optional)


def _list(name: str, field: Any, kind: str) -> Lines | Records:
    word, most, inner = words.of(name, kind), int(field.validate.max), field.inner
    if not isinstance(inner, fields.Nested):
        return Lines(name, word.label, word.hint, most, _control(name, inner, word))
    members = tuple(
        replace(_control(member, column, words.of(f"{name}.{member}", kind)), wanted=False)
        for member, column in inner.schema.fields.items()
    )
    return Records(name, word.label, word.hint, words.ONE_OF[name], members, most)


def _field(path: str, field: Any, kind: str) -> Field:
    return _control(path, field, words.of(path, kind))


def _control(path: str, field: Any, word: words.Word) -> Field:
    return Field(
        path,
        _kind_of_control(path, field),
        word.label,
        word.hint,
        wanted=bool(field.required),
        longest=field.longest if isinstance(field, Text) else None,
        choices=tuple((choice, words.CHOICES.get(choice, choice)) for choice in _choices(field)),
        empty=None if field.allow_none else "",
    )


def _kind_of_control(path: str, field: Any) -> str:
    if path in words.CONTROLS:
        return words.CONTROLS[path]
    if isinstance(field, Country):
        return "country"
    if isinstance(field, Day):
        return "date"
    if isinstance(field, fields.Boolean):
        return "flag"
    if _choices(field):
        return "choice"
    return "long" if isinstance(field, Text) and field.lines and field.longest > LONG else "text"


def _choices(field: Any) -> tuple[str, ...]:
    """The values that the field takes, where they are few."""
    of = field.validate
    return tuple(of.choices) if isinstance(of, validate.OneOf) and not isinstance(field, Country) else ()
