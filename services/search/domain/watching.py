"""Once a night a replica compares what it holds with the register, by the figures of ``contracts.digests``.

The register goes on meanwhile, so a slice that differs once says little: one that differs at every look of three is a
fault, of the index or of the log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

LOOKS = 3
# Hours after midnight, UTC.
NIGHT = timedelta(hours=2)

# By slice: how many certificates, and the sum of their marks.
Slices = Mapping[str, tuple[int, int]]


def differing(held: Slices, told: Iterable[Mapping[str, Any]]) -> set[str]:
    """The slices in which the index and what the register tells (``{"excb", "year", "count", "hash"}``) differ."""
    register = {f"{row['excb']} {row['year']}".strip(): (row["count"], row["hash"]) for row in told}
    return {name for name in {*held, *register} if held.get(name) != register.get(name)}


class Watch:
    """When to compare, and when a difference is one. A replica that was just started compares at once."""

    def __init__(self) -> None:
        self._done: date | None = None
        self._looks = 0
        self._suspects: set[str] = set()

    def due(self, now: datetime) -> bool:
        return self._done != _night_of(now)

    def look(self, differences: Collection[str], now: datetime) -> list[str] | None:
        """The slices that are found to differ, sorted; None while another look is needed to tell."""
        self._looks += 1
        self._suspects = set(differences) if self._looks == 1 else self._suspects & set(differences)
        if self._suspects and self._looks < LOOKS:
            return None
        found = sorted(self._suspects)
        self._done, self._looks, self._suspects = _night_of(now), 0, set()
        return found


def _night_of(now: datetime) -> date:
    """The day on which the last night began."""
    return (now.astimezone(UTC) - NIGHT).date()
