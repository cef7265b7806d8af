"""What was wrong with a form, beside its fields."""

from __future__ import annotations

from contracts.errors import RegisterError

# What the register asks of a program in other words than a form asks it of a person.
IN_FORMS = {"supplied_affected": "Say whether it is: yes or no."}


def by_field(error: RegisterError) -> dict[str, str]:
    """The texts of ``error`` by the field they are about; what is about none stands under "form"."""
    rows = error.details.get("errors") or [{"field": "form", "text": error.message}]
    found: dict[str, str] = {}
    for row in rows:
        field = str(row["field"])
        found.setdefault(field, IN_FORMS.get(field, str(row["text"])))
    return found
