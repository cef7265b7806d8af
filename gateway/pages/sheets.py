"""A form as a page shows it: its controls with what stands in them and what is said of them.

Buttons that change the form itself (one more record, one less) are worked here, so that they do without scripts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from gateway.drafting.flat import Filled, filled, places_in, without
from gateway.drafting.notes import Note, by_name
from gateway.drafting.shapes import Form, Item, Records, Section, is_shown

# What the register says of the version and the moment is no part of a content.
ADD, REMOVE, CHOOSE = "add", "remove", "choose"
CHOSEN = "chosen.standards"
EDITION = re.compile(r"[0-9]+\.[0-9]+")


@dataclass(frozen=True)
class Sheet:
    """``values``: by the name of the control. ``notes``: what is said of the content that was sent or is stored."""

    form: Form
    values: Mapping[str, str]
    notes: list[Note] = field(default_factory=list)

    @property
    def sections(self) -> list[tuple[Section, list[Item]]]:
        """The sections with the items that this kind of certificate has a use for."""
        return [(section, self._shown(section.items)) for section in self.form.sections]

    def _shown(self, items: Iterable[Item]) -> list[Item]:
        return [item for item in items if is_shown(item, self.form.kind, self.values.get(item.path))]

    @property
    def by_name(self) -> dict[str, list[Note]]:
        return by_name(self.notes)

    @property
    def general(self) -> list[Note]:
        """What is said of no control that is shown."""
        return [note for note in self.notes if not note.name]

    def places(self, item: Records) -> list[int]:
        """The places of the records to show: one to begin with, where there is none."""
        return places_in(self.values, item.path) or [0]

    def count(self, section: Section, severities: tuple[str, ...]) -> int:
        return sum(note.section == section.id and note.severity in severities for note in self.notes)


def with_editions(standards: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The standards of the reference data, each with its newest ``edition`` as a certificate names it.

    "5.0 (2015), 5.1 (2017)" is 5.1; one that was withdrawn has none.
    """
    found = []
    for row in standards:
        editions = EDITION.findall(row["current_edition"] or "")
        found.append({**row, "edition": editions[-1] if editions else ""})
    return found


def sent() -> dict[str, str]:
    """The fields of the form that was sent, each once."""
    return request.form.to_dict()


def read(form: Form, values: Mapping[str, str]) -> Filled:
    return filled(form, values)


def reshaped(form: Form, values: Mapping[str, str], wish: str) -> dict[str, str] | None:
    """The fields after ``add standards``, ``remove standards.2`` or ``choose``; None for any other wish."""
    action, _, target = wish.partition(" ")
    lists = {item.path: item for item in form.items if isinstance(item, Records)}
    path, _, place = target.partition(".")
    if action == ADD and target in lists:
        return with_one_more(lists[target], values)
    if action == REMOVE and path in lists and place.isdecimal():
        return without(values, path, int(place))
    if action == CHOOSE and "standards" in lists:
        return _with_chosen(lists["standards"], values, request.form.getlist(CHOSEN))
    return None


def with_one_more(item: Records, values: Mapping[str, str], **filled_in: str) -> dict[str, str]:
    """One more record, behind the last."""
    place = max(places_in(values, item.path) or [-1 if filled_in else 0]) + 1
    return {**values, **{f"{item.path}.{place}.{one.name}": filled_in.get(one.name, "") for one in item.fields}}


def _with_chosen(item: Records, values: Mapping[str, str], chosen: Iterable[str]) -> dict[str, str]:
    """The standards that were ticked, behind those that stand there; each is ticked as ``IEC 60079-0|7.0``."""
    empty = [place for place in places_in(values, item.path) if not values.get(f"{item.path}.{place}.number")]
    found = dict(values)
    for place in empty:
        found = without(found, item.path, place)
    for standard in chosen:
        number, _, edition = standard.partition("|")
        found = with_one_more(item, found, number=number, edition=edition)
    return found
