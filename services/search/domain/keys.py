"""What certificates are sorted by: whole numbers, for the engine compares ranges of those, and a cursor holds them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from contracts.numbers import full_year
from contracts.schemas import SCHEMES
from services.search.domain.text import words

Snapshot = dict[str, Any]

LAST_DAY = 2**15 - 1
NAME_PIECES = 3
_EPOCH = date(2000, 1, 1)
_SEQUENCE = re.compile(r"(?:([0-9]{2})\.)?([0-9]+)$", re.ASCII)
_PIECE_BYTES = 7


def day_of(text: str | None) -> int:
    """Days since 2000-01-01 of an ISO date. No certificate of the scheme is older; what is counts as that day."""
    if not text:
        return 0
    return min(max((date.fromisoformat(text) - _EPOCH).days, 0), LAST_DAY)


def number_key(snapshot: Snapshot) -> int:
    """59 bits that sort like body, scheme, year, sequence, issue."""
    return _base_key(snapshot) << 12 | min(int(snapshot.get("issue") or 0), 2**12 - 1)


def date_key(snapshot: Snapshot) -> int:
    """63 bits that sort like date of issue, body, scheme, year, sequence.

    The last bit tells two issues of one day apart, which follow each other; there is no room for more.
    """
    day = day_of(snapshot.get("date_of_issue"))
    return day << 48 | _base_key(snapshot) << 1 | int(snapshot.get("issue") or 0) & 1


def name_keys(name: str) -> list[int]:
    """The first 21 bytes of a folded name as numbers: the engine compares a range of numbers, but not of texts."""
    size = NAME_PIECES * _PIECE_BYTES
    first = " ".join(words(name)).encode()[:size].ljust(size, b"\0")
    return [int.from_bytes(first[start : start + _PIECE_BYTES], "big") for start in range(0, size, _PIECE_BYTES)]


def _base_key(snapshot: Snapshot) -> int:
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
