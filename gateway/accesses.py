"""Reading the access audit: of the own body for its administrator, of all for the Secretariat and the IT administrator.

A page's cursor is the id of its last line, so that lines which come in meanwhile shift nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.errors import InvalidInput
from gateway import queries
from gateway.calls import backing, identity
from gateway.domain import sees_accounts_of
from gateway.tables import Access

LARGEST_CURSOR = 19


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, newest first, and the cursor of the next page, if there is one."""

    lines: list[Access]
    next: str | None


def page(filters: dict[str, Any], cursor: str | None, limit: int) -> Page:
    """``filters``: account, excb, what, outcome, since, until. Raises Forbidden, InvalidInput."""
    own = sees_accounts_of(identity())
    for name in ("since", "until"):
        _check_moment(name, filters.get(name))
    with backing().db.read() as session:
        found = queries.accesses(session, own or filters.get("excb"), filters, _before(cursor), limit + 1)
    return Page(found[:limit], str(found[limit - 1].id) if len(found) > limit else None)


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) >= LARGEST_CURSOR:
        raise InvalidInput.field("cursor", "Must be the 'next' of a page of this list.")
    return int(cursor)


def _check_moment(field: str, moment: datetime | None) -> None:
    """A moment at the very ends of the calendar has no UTC."""
    try:
        if moment is not None:
            moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput.field(field, "Must be a moment in the time of this register.") from error
