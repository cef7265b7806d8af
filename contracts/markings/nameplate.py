"""Finds the certificate's number and the markings in what somebody pasted or typed from a nameplate."""

from __future__ import annotations

import re
import unicodedata

from contracts.markings.folding import LONGEST_MARKING, in_our_letters
from contracts.markings.reading import parse
from contracts.numbers import parse_or_none

LONGEST_NAMEPLATE = 2000
_MOST_STARTS = 20
_MOST_WORDS = 40
_SEQUENCE = r"[0-9]{2} ?[.,_·-]? ?[0-9]{4}"
_ISSUE = r"(?:-[0-9]{3}(?![0-9])|[ ,]{1,2}Iss(?:ue)?\.?(?: ?No)?[.: ]{0,2}[0-9]{1,3})?"
_SUFFIX = rf"(?:[ -]?(?:[UXV]|VX|XV)(?![A-Z0-9]))?{_ISSUE}"
_NUMBERS = [
    # On the card of a person and in the window of a workshop, read before the usual form, which is a part of the first.
    re.compile(
        rf"(?<![A-Z])IEC[ -]?Ex[ :._-]{{0,3}}(?P<code>CP[ ._-]{{1,2}}[A-Z]{{2,5}})[ ._-]{{0,2}}"
        rf"(?P<rest>{_SEQUENCE}(?![0-9]){_ISSUE})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![A-Z])IEC[ -]?Ex[ :._-]{{0,3}}(?P<code>[A-Z]{{2,5}})[ ._-]{{1,2}}"
        rf"(?P<rest>S[ ._-]?[0-9]{{4}}(?![0-9]){_ISSUE})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![A-Z])IEC[ -]?Ex[ :._-]{{0,3}}(?P<code>[A-Z]{{2,5}})[ ._-]{{0,2}}"
        rf"(?P<rest>{_SEQUENCE}(?![0-9]){_SUFFIX})",
        re.IGNORECASE,
    ),
    # Without "IECEx" only the usual form is one, since nameplates hold other numbers.
    re.compile(rf"(?<![A-Za-z0-9])(?P<code>[A-Z]{{2,5}}|ExTC) (?P<rest>[0-9]{{2}}\.[0-9]{{4}}(?![0-9]){_SUFFIX})"),
]
_MARKING = re.compile(r"(?<![A-Z])(?:\[[ ]?)?E?Ex(?=[ \[:-]|[a-z])", re.IGNORECASE)


def split_nameplate(text: object) -> tuple[str, str]:
    """The number (for ``contracts.numbers.parse``) and the marking; "" for what is not there. Never raises.

    Several markings, such as those for gas and for dust, are lines of the second text, one each: parse each by itself.
    """
    plain = _plain(text)
    if parse_or_none(plain):
        return plain, ""
    number, rest = _take_number(plain)
    return number, "\n".join(_markings(rest))


def _plain(text: object) -> str:
    """Bounded, with plain letters and one blank for each blank or end of a line."""
    if not isinstance(text, str):
        return ""
    folded = "".join(map(_letter, in_our_letters(text[:LONGEST_NAMEPLATE])))
    return " ".join(folded.split())


def _letter(character: str) -> str:
    """Full-width letters as plain ones. What folds into several characters stays, so that degrees stay degrees."""
    if unicodedata.category(character) == "Cf":
        return ""
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded.isascii() and len(folded) == 1 and character not in "º˚" else character


def _take_number(plain: str) -> tuple[str, str]:
    for pattern in _NUMBERS:
        for match in pattern.finditer(plain):
            number = f"IECEx {match['code']} {match['rest']}"
            if parse_or_none(number):
                return number, f"{plain[: match.start()]} ; {plain[match.end() :]}"
    return "", plain


def _markings(plain: str) -> list[str]:
    found: list[str] = []
    end = 0
    for start in [match.start() for match in _MARKING.finditer(plain)][:_MOST_STARTS]:
        if start >= end and (marking := _longest(plain[start : start + LONGEST_MARKING])):
            found.append(marking)
            end = start + len(marking)
    return list(dict.fromkeys(found))


def _longest(plain: str) -> str:
    """The longest run of words that is read as one marking, even if it contradicts itself: that must not be hidden."""
    words = plain.split(" ")[:_MOST_WORDS]
    for count in range(len(words), 0, -1):
        candidate = " ".join(words[:count]).rstrip(" ,;./•-")
        marking = parse(candidate)
        if marking.is_whole and marking.protections and marking.atmosphere:
            return candidate
    return ""
