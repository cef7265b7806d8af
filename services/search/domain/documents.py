"""What of a certificate's public snapshot is found, filtered and sorted by, and what a hit shows of it.

One entry a certificate, of its latest public issue. ``SHAPE`` counts the changes of what an entry holds: an index of
another shape is built anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from contracts.numbers import full_year, normalise
from contracts.schemas import SCHEMES, STATUSES
from services.search.domain.text import Highlighter, fold, words

SHAPE = 1

Snapshot = dict[str, Any]

PUBLIC_STATUSES = tuple(status for status in STATUSES if status != "draft")
NO_SUFFIX = "none"
# Shown, but no text that anybody looks for: "current" is a word about electricity, "equipment" one about everything.
_CODES = {"id", "links", "scheme", "kind", "status", "suffix", "excb", "country"}
_DATES = {"date_of_issue", "first_issued", "status_date"}
_EPOCH = date(2000, 1, 1)
_LAST_DAY = 2**15 - 1
_CENTURY = 36_525
_SEQUENCE = re.compile(r"(?:([0-9]{2})\.)?([0-9]+)$", re.ASCII)
_ISSUE_OF_REPORT = re.compile(r"/[0-9]{2}$", re.ASCII)
_NAME_PIECES, _PIECE_BYTES = 3, 7
_LONGER = ("equipment", "conditions_of_use", "schedule", "changes")
TITLE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index knows of a certificate. All texts are folded; the keys sort as their names say and are unique.

    ``numbers``: normalised, the base number and the printed one; ``reports``: normalised; ``openings``: what the
    beginnings of a spelled number are compared with. ``name_keys`` sort before ``number_key``.
    """

    key: str
    numbers: list[str]
    openings: list[str]
    reports: list[str]
    title: str
    names: list[str]
    texts: list[str]
    filters: dict[str, list[str]]
    number_key: int
    date_key: int
    name_keys: list[int]
    day: int
    recency: float


def is_public(snapshot: Snapshot) -> bool:
    """Whether search shows this; neither a draft, should one ever come, nor the tombstone of what was deleted."""
    return snapshot.get("status") in PUBLIC_STATUSES


def key_of(snapshot: Snapshot) -> str:
    """What all issues of a certificate share in the index: the base number as it is printed, for two that differ in a
    blank may be two. Raises KeyError or TypeError for what is no certificate."""
    base_number = snapshot["base_number"]
    if not isinstance(base_number, str):
        raise TypeError("a base number is text")
    return base_number


def entry_of(snapshot: Snapshot) -> Entry:
    """Tolerant of fields that are missing, since schemes differ, and of fields that it does not know."""
    key, number = key_of(snapshot), normalise(snapshot.get("number") or key_of(snapshot))
    name, day, number_key = _holder(snapshot), day_of(snapshot.get("date_of_issue")), _number_key(snapshot)
    return Entry(
        key=key,
        numbers=sorted({normalise(key), number}),
        openings=_openings(number),
        reports=_reports(snapshot),
        title=fold(f"{snapshot.get('equipment') or ''}\n{snapshot.get('optional_accessory') or ''}"),
        names=[_fold_value(party["name"]) for party in _parties(snapshot)],
        texts=[fold(text) for text in _texts(snapshot, [])],
        filters=_filters(snapshot),
        number_key=number_key << 12 | min(int(snapshot.get("issue") or 0), 2**12 - 1),
        date_key=day << 47 | number_key,
        name_keys=_name_keys(name),
        day=day,
        recency=0.2 * day / _CENTURY,
    )


def day_of(text: str | None) -> int:
    """Days since 2000-01-01 of an ISO date. No certificate of the scheme is older; what is counts as that day."""
    if not text:
        return 0
    return min(max((date.fromisoformat(text) - _EPOCH).days, 0), _LAST_DAY)


def title_of(snapshot: Snapshot) -> str:
    """What a certificate is about, in one line."""
    lines = str(snapshot.get("equipment") or "").strip().splitlines() or [""]
    return lines[0][:TITLE_LENGTH]


def hit_of(snapshot: Snapshot) -> dict[str, Any]:
    """What a list of hits shows of a certificate; parties as in the certificate, ``{name, address, country}``."""
    shown = ("number", "issue", "status", "scheme", "kind", "excb", "date_of_issue", "applicant", "manufacturer")
    return {name: snapshot.get(name) for name in shown} | {
        "title": title_of(snapshot),
        "marking": snapshot.get("marking") or [],
        "demonstration": bool(snapshot.get("demonstration")),
    }


def highlights_of(snapshot: Snapshot, highlighter: Highlighter) -> dict[str, str]:
    """Fragments of HTML by field: of what every hit shows, and as ``text`` of the first longer text that matched."""
    texts = {"title": title_of(snapshot), "number": snapshot.get("number")}
    texts |= {role: (snapshot.get(role) or {}).get("name") for role in ("applicant", "manufacturer")}
    texts["marking"] = " · ".join(snapshot.get("marking") or [])
    marked = {name: highlighter.mark(text) for name, text in texts.items() if text}
    longer = (snapshot.get(name) or "" for name in _LONGER)
    marked["text"] = next((found for text in longer if (found := highlighter.mark(text))), None)
    return {name: text for name, text in marked.items() if text}


def _parties(snapshot: Snapshot) -> list[dict[str, Any]]:
    parties = (snapshot.get("applicant"), snapshot.get("manufacturer"))
    return [party for party in parties if party]


def _holder(snapshot: Snapshot) -> str:
    """Whose certificate it is: the name that a list by name is sorted by."""
    return next((_fold_value(party["name"]) for party in _parties(snapshot)), "")


def _reports(snapshot: Snapshot) -> list[str]:
    """Each report with its issue and without, for people quote it either way."""
    reports = [*snapshot.get("test_reports", ()), *snapshot.get("quality_reports", ())]
    return sorted({normalise(form) for report in reports for form in (report, _ISSUE_OF_REPORT.sub("", report))})


def _texts(part: dict[str, Any], found: list[str]) -> list[str]:
    """Every text on the certificate, so that what can be read on it can be found."""
    for name, value in part.items():
        if name in _CODES or name in _DATES:
            continue
        for member in value if isinstance(value, list) else (value,):
            if isinstance(member, str):
                found.append(member)
            elif isinstance(member, dict):
                _texts(member, found)
    return found


# Codes, names and standards are few and come again and again.
_fold_value = lru_cache(maxsize=10_000)(fold)


def _filters(snapshot: Snapshot) -> dict[str, list[str]]:
    manufacturer = snapshot.get("manufacturer") or {}
    found = {
        "scheme": [snapshot.get("scheme")],
        "kind": [snapshot.get("kind")],
        "status": [snapshot.get("status")],
        "excb": [snapshot.get("excb")],
        "suffix": [snapshot.get("suffix") or NO_SUFFIX],
        "country": [party.get("country") for party in _parties(snapshot)],
        "manufacturer": [manufacturer.get("name")],
        "protection": snapshot.get("protection", []),
        "standard": [standard.get("number") for standard in snapshot.get("standards", ())],
    }
    return {name: sorted({_fold_value(value) for value in values if value}) for name, values in found.items()}


def _openings(number: str) -> list[str]:
    """``iecexbas260001x``, ``bas260001x`` and ``260001x``: people leave out what goes without saying."""
    without_scheme = number.removeprefix("iecex").removeprefix("cp")
    digits = without_scheme.lstrip("abcdefghijklmnopqrstuvwxyz")
    return sorted({number, number.removeprefix("iecex"), without_scheme, digits})


def _number_key(snapshot: Snapshot) -> int:
    """47 bits that sort like body, scheme, year, sequence."""
    match = _SEQUENCE.search(snapshot["base_number"])
    year = full_year(match[1]) - full_year("96") if match and match[1] else 0
    sequence = int(match[2]) % 2**14 if match else 0
    scheme = snapshot.get("scheme")
    kind = SCHEMES.index(scheme) if scheme in SCHEMES else 0
    return _letters(str(snapshot.get("excb") or "")) << 23 | kind << 21 | year << 14 | sequence


def _letters(code: str) -> int:
    """A code of up to five letters as a number in base 27 that sorts like it."""
    number = 0
    for letter in code.upper().ljust(5)[:5]:
        number = number * 27 + (ord(letter) - 64 if "A" <= letter <= "Z" else 0)
    return number


def _name_keys(name: str) -> list[int]:
    """The first 21 bytes of a folded name as numbers: the engine compares a range of numbers, but not of texts."""
    size = _NAME_PIECES * _PIECE_BYTES
    first = " ".join(words(name)).encode()[:size].ljust(size, b"\0")
    return [int.from_bytes(first[start : start + _PIECE_BYTES], "big") for start in range(0, size, _PIECE_BYTES)]
