"""What people type when they want one certificate, and which one that is; made of the certificates themselves.

Each kind of question is a way in which somebody knows a certificate: by its number as it stands on a nameplate, by a
type designation and its maker, by a person's name, by words of the description. So many of each make the set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

Snapshot = dict[str, Any]


class Wanted(NamedTuple):
    """A question, the number of the certificate that the person has in mind, and among how many hits it should be."""

    kind: str
    q: str
    number: str
    within: int


class Kind(NamedTuple):
    """``asks`` gives the question for a certificate, or nothing where it does not suit."""

    scheme: str
    within: int
    asks: Callable[[Snapshot], str | None]


def _model(snapshot: Snapshot) -> str:
    return str(snapshot["equipment"]).rpartition(" ")[2]


def _product(snapshot: Snapshot) -> str:
    return str(snapshot["equipment"]).partition(" type ")[0]


def _maker(snapshot: Snapshot) -> str:
    return str(snapshot["manufacturer"]["name"]).split()[0]


def _slip(word: str) -> str | None:
    """One letter left out in the middle, as fingers do."""
    return word[:3] + word[4:] if len(word) > 6 else None


def _rare(snapshot: Snapshot) -> str:
    """Two of the longest words of the description, which few others have."""
    longest = sorted(set(snapshot["schedule"].replace(".", "").split()), key=lambda word: (-len(word), word))
    return " ".join(longest[:3])


KINDS: dict[str, Kind] = {
    "number": Kind("equipment", 1, lambda it: it["number"]),
    "number run together, small letters": Kind("equipment", 1, lambda it: it["number"].lower().replace(" ", "")),
    "number without IECEx and suffix": Kind("equipment", 1, lambda it: it["base_number"].removeprefix("IECEx ")),
    "number with its issue": Kind("equipment", 1, lambda it: f"IEC Ex {it['number'][6:]} Issue {it['issue']}"),
    "number as one body quotes issues": Kind("equipment", 1, lambda it: f"{it['number']}-{it['issue']:03}"),
    "number of a person": Kind("person", 1, lambda it: it["number"]),
    "number of a facility": Kind("service-facility", 1, lambda it: it["number"].replace("S.", "S")),
    "number of a licence": Kind("mark-licence", 1, lambda it: f"{it['number'][:-3]} {it['number'][-3:]}"),
    "type": Kind("equipment", 1, _model),
    "type without its hyphen": Kind("equipment", 1, lambda it: _model(it).replace("-", "")),
    "type with a blank": Kind("equipment", 1, lambda it: _model(it).replace("-", " ")),
    "product and type": Kind("equipment", 1, lambda it: f"{_product(it)} {_model(it)}".lower()),
    "maker and type": Kind("equipment", 1, lambda it: f"{_maker(it)} {_model(it)}"),
    "maker, product, first letters of the type": Kind(
        "equipment", 3, lambda it: f"{_maker(it)} {_product(it)} {_model(it)[:4]}"
    ),
    "whole title, copied": Kind("equipment", 1, lambda it: it["equipment"]),
    "whole title, in quotes": Kind("equipment", 1, lambda it: f'"{it["equipment"]}"'),
    "report": Kind("equipment", 3, lambda it: it["test_reports"][0]),
    "report without its issue": Kind("equipment", 3, lambda it: it["test_reports"][0].rpartition("/")[0]),
    "rare words of the description": Kind("equipment", 1, _rare),
    "product misspelled, and type": Kind(
        "equipment", 1, lambda it: (slip := _slip(_product(it).split()[0])) and f"{slip} {_model(it)}"
    ),
    "marking and maker": Kind("equipment", 3, lambda it: f"{it['marking'][0]} {_maker(it)} {_model(it)}"),
    "serial number": Kind("equipment", 1, lambda it: (it["serial_numbers"] or [None])[0]),
    "person": Kind("person", 1, lambda it: it["holder"]["name"]),
    "person, family name first": Kind("person", 1, lambda it: " ".join(reversed(it["holder"]["name"].split()))),
    "person misspelled": Kind(
        "person",
        3,
        lambda it: (slip := _slip(it["holder"]["name"].split()[1])) and f"{it['holder']['name'].split()[0]} {slip}",
    ),
    "assessment report of a person": Kind("person", 1, lambda it: it["assessment_reports"][0]),
    "facility by name and service": Kind(
        "service-facility", 3, lambda it: f"{it['applicant']['name']} {it['services'][0]}"
    ),
    "licence by a certificate that it lists": Kind("mark-licence", 3, lambda it: it["certificates"][0]),
}


def questions(snapshots: Iterable[Snapshot], each: int) -> Iterator[Wanted]:
    """So many of each kind, of the latest issues of these certificates, spread over them."""
    latest = {snapshot["base_number"]: snapshot for snapshot in snapshots}
    for name, kind in KINDS.items():
        suiting = [it for it in latest.values() if it["scheme"] == kind.scheme and kind.asks(it)]
        step = max(len(suiting) // each, 1)
        for snapshot in suiting[step // 2 :: step][:each]:
            yield Wanted(name, kind.asks(snapshot) or "", snapshot["number"], kind.within)
