"""What the Secretariat's pages share: whom they are for, the words of the field, and what was typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from flask import request

from contracts.errors import InvalidInput
from gateway.calls import backing
from gateway.pages.errors import by_field
from gateway.pages.guards import for_roles

overseers = for_roles("secretariat", "it-administrator")
secretariat = for_roles("secretariat")

SCHEME_NAMES = {
    "equipment": "Equipment",
    "service-facility": "Service facility",
    "mark-licence": "Mark licence",
    "person": "Person",
}
ANSWERS = {"yes": True, "no": False}


def today() -> date:
    """The register's day, in UTC."""
    return backing().clock().date()


def typed(names: Iterable[str]) -> dict[str, str]:
    """What was typed into these fields of the form; nothing where one is missing."""
    return {name: request.form.get(name, "").strip() for name in names}


def asked(name: str, choices: Collection[str]) -> str | None:
    """A choice in the address; None for what is no choice."""
    wanted = request.args.get(name)
    return wanted if wanted is not None and wanted in choices else None


def year_of(text: str, field: str = "year") -> int:
    """A year as it was typed. Raises InvalidInput."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise InvalidInput.field(field, "Must be a year such as 2026.")
    return int(text)


def of_the_row(refusal: InvalidInput) -> dict[str, str]:
    """The errors of the one row of reference data that was sent, by its fields."""
    return {field.removeprefix("rows.0."): text for field, text in by_field(refusal).items()}
