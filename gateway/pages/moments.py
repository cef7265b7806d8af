"""Moments as people type them: a day, or a day and a time, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.errors import InvalidInput


def moment_of(field: str, text: str) -> datetime | None:
    """``2026-11-21`` or ``2026-11-21T10:00``; None for nothing. Raises InvalidInput."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput.field(field, "Must be a day, or a day and time in UTC, such as 2026-11-21 10:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
