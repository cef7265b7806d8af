"""What the rules speak about: one issue of a certificate as it stands.

A value: a rule returns a changed copy and never changes what it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Certificate:
    """One issue of a certificate. ``content`` is what the body wrote, as contracts.schemas.load_content gives it."""

    id: str
    base_number: str
    excb: str
    scheme: str
    demonstration: bool
    issue: int
    status: str
    suffix: str
    content: Content
    version: int
    date_of_issue: date | None = None
    first_issued: date | None = None
    status_date: date | None = None
    status_reason: str = ""
    supplied_affected: bool | None = None
    change_no: int | None = None
    # The last day of a person's certificate; None where nothing expires.
    valid_until: date | None = None
    # What other certificates make of this one: see ``related``.
    related: dict[str, Any] | None = None
    # The files that belong to this issue: {"name", "type", "size", "sha256"} each, by name.
    annexes: list[Any] | None = None
    # What the gate said when it was issued, and what the signatory took upon himself. Neither is public.
    warnings: list[Any] | None = None
    overrides: list[Any] | None = None
    # Why the Secretariat deleted it; None for all that exist. ``status`` stays what it was before.
    deletion_reason: str | None = None

    @property
    def number(self) -> str:
        """As it is printed: the suffix belongs to the issue, the base to the certificate."""
        return self.base_number + self.suffix

    @property
    def unit_verification(self) -> bool:
        """V: the certificate covers the items that it names and no others. Kept apart from the number."""
        return self.content.get("kind") == "unit-verification"

    def ended(self, today: date) -> bool:
        """Whether a person's certificate has had its time. Derived, never a status."""
        return self.valid_until is not None and today > self.valid_until

    @property
    def entity_tag(self) -> str:
        """What an edit must quote: the change that made what is public, so that it tells nothing of drafts' edits.

        A draft counts its edits; the issue stands before the count, since each issue begins anew.
        """
        return f"{self.issue}.{self.version}" if self.change_no is None else f"c{self.change_no}"
