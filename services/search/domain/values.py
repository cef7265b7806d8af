"""The values of a certificate that filters choose by and facets count, each as it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from contracts.markings import Marking, parse

Snapshot = dict[str, Any]
Values = dict[str, list[str]]

NO_SUFFIX, VERIFIED = "none", "V"
# Free texts, which people spell in many ways: filters compare them folded. All other values have one spelling.
FREE = ("manufacturer", "protection", "standard", "edition")


# From the hottest surface to the coolest.
CLASSES = ("T1", "T2", "T3", "T4", "T5", "T6")


class Marked(NamedTuple):
    """What a line of marking is found by."""

    groups: tuple[str, ...]
    temperatures: tuple[str, ...]
    levels: tuple[str, ...]
    letters: tuple[str, ...]
    printed: str


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


# Markings are few and come again and again, and reading one takes longer than all the rest of a certificate.
@lru_cache(maxsize=50_000)
def marked(line: str) -> Marked:
    """What could be read of a line of marking, also where it is not understood as a whole."""
    marking = parse(line)
    groups, temperatures = tuple(_groups(marking)), tuple(_temperatures(marking))
    return Marked(groups, temperatures, marking.epl, marking.letters, marking.printed)


def degrees(celsius: int) -> str:
    """A highest surface temperature as it stands in the marking of what is for dust."""
    return f"T{celsius}°C"


def _groups(marking: Marking) -> Iterable[str]:
    """``IIB+H2`` is of the group IIB, too: ``IIB``, ``IIB+H2``."""
    for group in filter(None, marking.group.split("/")):
        name, gas = group.removesuffix(")").replace("(", "+").partition("+")[::2]
        yield name.upper()
        if gas:
            yield f"{name}+{gas}".upper()


def _temperatures(marking: Marking) -> Iterable[str]:
    """Classes, all of a range; degrees where they are printed."""
    if marking.temperature is None:
        return ()
    classes = marking.temperature.classes
    if marking.temperature.spans and len(classes) > 1:
        places = sorted(CLASSES.index(name) for name in (classes[0], classes[-1]))
        classes = CLASSES[places[0] : places[1] + 1]
    return (*classes, *(degrees(surface.celsius) for surface in marking.temperature.surfaces))


def _markings(snapshot: Snapshot) -> list[Marked]:
    return [marked(line) for line in snapshot.get("marking") or ()]


def _of_markings(place: int) -> Callable[[Snapshot], Iterable[str]]:
    return lambda snapshot: [value for line in _markings(snapshot) for value in line[place]]


def _protections(snapshot: Snapshot) -> list[str]:
    """Those that are listed, and those of the marking, should one be forgotten in the list."""
    return [*(snapshot.get("protection") or ()), *(letter for line in _markings(snapshot) for letter in line.letters)]


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
    "protection": _protections,
    "group": _of_markings(0),
    "temperature": _of_markings(1),
    "epl": _of_markings(2),
    "standard": lambda snapshot: [standard.get("number") for standard in _standards(snapshot)],
    "edition": lambda snapshot: [edition_of(standard) for standard in _standards(snapshot)],
    "suffix": _suffixes,
    "unit": units_of,
    "year": lambda snapshot: ((snapshot.get("date_of_issue") or "")[:4],),
}
VALUES = tuple(_READERS)
# The country of the body is no value of a certificate: the list of bodies tells it.
FACETS = (*VALUES, "excb_country")
