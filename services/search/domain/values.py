"""The values of a certificate that filters choose by and facets count, each as it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Snapshot = dict[str, Any]
Values = dict[str, list[str]]

NO_SUFFIX, VERIFIED = "none", "V"
# Free texts, which people spell in many ways: filters compare them folded. All other values have one spelling.
FREE = ("manufacturer", "protection", "standard", "edition")


def values_of(snapshot: Snapshot) -> Values:
    """The values of each facet, each once; tolerant of fields that are missing, since schemes differ."""
    return {name: sorted({str(value) for value in read(snapshot) if value}) for name, read in _READERS.items()}


def edition_of(standard: dict[str, Any]) -> str:
    """``IEC 60079-0 7.0``"""
    return f"{standard.get('number')} {standard.get('edition') or ''}".strip()


def countries_of(snapshot: Snapshot) -> list[str]:
    """Where the applicant, the manufacturer, the holder and the assessment centre are."""
    roles = ("applicant", "manufacturer", "holder", "assessment_centre")
    return [country for role in roles if (country := (snapshot.get(role) or {}).get("country"))]


def units_of(snapshot: Snapshot) -> list[str]:
    """A person's units of competence, such as ``Ex 001``."""
    return [row["unit"] for row in snapshot.get("units") or () if row.get("unit")]


def _field(name: str) -> Callable[[Snapshot], Iterable[Any]]:
    return lambda snapshot: (snapshot.get(name),)


def _suffixes(snapshot: Snapshot) -> Iterable[str]:
    letters = [*(snapshot.get("suffix") or ""), *(VERIFIED if snapshot.get("verification") else "")]
    return letters or (NO_SUFFIX,)


def _standards(snapshot: Snapshot) -> list[dict[str, Any]]:
    return snapshot.get("standards") or []


_READERS: dict[str, Callable[[Snapshot], Iterable[Any]]] = {
    "scheme": _field("scheme"),
    "kind": _field("kind"),
    "status": _field("status"),
    "excb": _field("excb"),
    "country": countries_of,
    "manufacturer": lambda snapshot: ((snapshot.get("manufacturer") or {}).get("name"),),
    "protection": lambda snapshot: snapshot.get("protection") or (),
    "standard": lambda snapshot: [standard.get("number") for standard in _standards(snapshot)],
    "edition": lambda snapshot: [edition_of(standard) for standard in _standards(snapshot)],
    "suffix": _suffixes,
    "unit": units_of,
    "year": lambda snapshot: ((snapshot.get("date_of_issue") or "")[:4],),
}
VALUES = tuple(_READERS)
# The country of the body is no value of a certificate: the list of bodies tells it.
FACETS = (*VALUES, "excb_country")
