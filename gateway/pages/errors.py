"""What was wrong with a form, beside its fields."""

from __future__ import annotations

from contracts.errors import RegisterError


def by_field(error: RegisterError) -> dict[str, str]:
    """The texts of ``error`` by the field they are about; what is about none stands under "form"."""
    rows = error.details.get("errors") or [{"field": "form", "text": error.message}]
    found: dict[str, str] = {}
    for row in rows:
        found.setdefault(str(row["field"]), str(row["text"]))
    return found
