"""The values of a certificate that filters choose by and facets count, each as it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from contracts.markings import Marking, parse

Snapshot = dict[str, Any]
Values = dict[str, list[str]]

NO_SUFFIX, VERIFIED = "none", "V"
VALUES = (
    "scheme", "kind", "status", "excb", "country", "manufacturer", "protection", "group", "temperature", "epl",
    "standard", "edition", "suffix", "unit", "year",
)  # fmt: skip
# The country of the body is no value of a certificate: the list of bodies tells it.
FACETS = (*VALUES, "excb_country")
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
    marking = _marked(tuple(snapshot.get("marking") or ()))
    numbers, editions = _standards(
        tuple((str(row.get("number") or ""), str(row.get("edition") or "")) for row in snapshot.get("standards") or ())
    )
    return {
        "scheme": _one(snapshot.get("scheme")),
        "kind": _one(snapshot.get("kind")),
        "status": _one(snapshot.get("status")),
        "excb": _one(snapshot.get("excb")),
        "country": _each(countries_of(snapshot)),
        "manufacturer": _one((snapshot.get("manufacturer") or {}).get("name")),
        # Those that are listed, and those of the marking, should one be forgotten in the list.
        "protection": _each((*(snapshot.get("protection") or ()), *marking.letters)),
        "group": list(marking.groups),
        "temperature": list(marking.temperatures),
        "epl": list(marking.levels),
        "standard": numbers,
        "edition": editions,
        "suffix": _suffixes(snapshot),
        "unit": _each(units_of(snapshot)),
        "year": _one((snapshot.get("date_of_issue") or "")[:4]),
    }


def countries_of(snapshot: Snapshot) -> list[str]:
    """Where the applicant, the manufacturer, the holder and the assessment centre are."""
    roles = ("applicant", "manufacturer", "holder", "assessment_centre")
    return [country for role in roles if (country := (snapshot.get(role) or {}).get("country"))]


def units_of(snapshot: Snapshot) -> list[str]:
    """A person's units of competence, such as ``Ex 001``."""
    return [row["unit"] for row in snapshot.get("units") or () if row.get("unit")]


# Markings are few and come again and again, and reading one takes longer than all the rest of a certificate. Where
# contracts.markings reads them in another way, documents.SHAPE has to be counted up.
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


# Standards, too, are few and come together again and again.
@lru_cache(maxsize=20_000)
def _standards(rows: tuple[tuple[str, str], ...]) -> tuple[list[str], list[str]]:
    """Numbers, and numbers with editions: ``IEC 60079-0``, ``IEC 60079-0 7.0``."""
    return _each(number for number, _ in rows), _each(f"{number} {edition}".strip() for number, edition in rows)


@lru_cache(maxsize=20_000)
def _marked(lines: tuple[str, ...]) -> Marked:
    """What all the lines together are found by."""
    read = [marked(line) for line in lines]
    groups, temperatures, levels, letters = (
        tuple(_each(value for line in read for value in line[place])) for place in range(4)
    )
    return Marked(groups, temperatures, levels, letters, "")


def _suffixes(snapshot: Snapshot) -> list[str]:
    letters = [*(snapshot.get("suffix") or ""), *(VERIFIED if snapshot.get("verification") else "")]
    return sorted(letters) or [NO_SUFFIX]


def _one(value: object) -> list[str]:
    return [str(value)] if value else []


def _each(values: Iterable[str]) -> list[str]:
    """Each value once, in order."""
    return sorted({str(value) for value in values if value})
