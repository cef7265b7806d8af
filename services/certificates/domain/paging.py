"""How long answers are cut into pages: limits, and opaque cursors that stay right while others insert."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from contracts.errors import InvalidInput
from contracts.numbers import CertificateNumber, parse_or_none

MOST_ISSUES = 999
# In characters of JSON: a page of ordinary certificates fits many times, a hundred of the largest would fit nowhere.
PAGE_SIZE = 4_000_000


class Position(NamedTuple):
    """The last row of a page: the next page begins behind it, whatever was inserted meanwhile."""

    created_at: datetime
    certificate_id: str
    issue: int


def encode(position: Position) -> str:
    parts = [position.created_at.isoformat(), position.certificate_id, position.issue]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str) -> Position:
    """The position in ``cursor``. Raises InvalidInput for anything that ``encode`` did not make."""
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        created_at, certificate_id, issue = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        # Made anew, so that nothing of what somebody wrote into a cursor reaches the database.
        position = Position(
            datetime.fromisoformat(created_at).replace(tzinfo=UTC),
            str(uuid.UUID(certificate_id)),
            whole_number("issue", issue, least=0, most=MOST_ISSUES),
        )
        if encode(position) == cursor:
            return position
    except (ValueError, TypeError, AttributeError, RecursionError, InvalidInput):
        pass
    raise InvalidInput.field("cursor", "Is not a cursor of this listing; start again without one.")


def number_of(cursor: object) -> str:
    """The base number in a cursor of a listing that is in the order of numbers. Raises InvalidInput."""
    number = parse_or_none(cursor)
    if not isinstance(number, CertificateNumber):
        raise InvalidInput.field("cursor", "Is not a cursor of this listing; start again without one.")
    return number.base


def fitting(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of ``items``: as many as fit into one message, and at least one."""
    kept: list[dict[str, Any]] = []
    size = 0
    for item in items:
        size += len(json.dumps(item))
        if kept and size > PAGE_SIZE:
            break
        kept.append(item)
    return kept


def whole_number(field: str, value: object, *, least: int, most: int) -> int:
    """``value`` if it is a whole number within the bounds. Raises InvalidInput."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise InvalidInput.field(field, f"Must be a whole number from {least} to {most}.")


def past_day(field: str, value: object, today: date) -> date:
    """``value``, an ISO day that is not in the future. Raises InvalidInput."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day > today:
        raise InvalidInput.field(field, f"Must be a day such as 2026-01-31, and not after today, {today} (UTC).")
    return day
