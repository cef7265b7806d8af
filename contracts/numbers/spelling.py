"""How people spell numbers, and how each spelling is read.

A text is first folded (compatibility forms, case, blanks and every kind of dash, slash and dot), then compared with one
pattern a form. All of it is linear in a text whose length is bounded first, for the text may be anybody's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from contracts.errors import InvalidInput
from contracts.numbers.forms import REPORT_KINDS, CertificateNumber, ReportNumber, canonical_code

LONGEST_SPELLING = 200

# Stand for a blank, beside all that Unicode calls a space or a dash: punctuation, the plus of a pasted address, the
# slashes, dots and quotation marks of other keyboards, and the Japanese long vowel that is typed for a dash.
_BLANKS = frozenset("\t\n\v\f\r./\\_,:;#+()[]'\"−⁄∕·•。、ー°‘’“”„«»")

_IECEX = r"(?:IEC ?EX ?)?"
_CODE = r"(?P<excb>[A-Z]{2,5})"
_YEAR_AND_SEQUENCE = r" ?(?P<year>[0-9]{2}) ?(?P<sequence>[0-9]{4})"
_ISSUE_WORD = r" ?ISS(?:UE)?(?: ?N(?:O|R|UMBER)?)? ?"
# "14.0061X-002" is how one body quotes issue 2. Digits that follow the sequence without a gap are a slip, not an issue.
_ISSUE = rf"(?:(?:{_ISSUE_WORD}| )(?P<issue>[0-9]{{1,3}}))?"

_PATTERNS = {
    # Written as one word, "IECExCPSIR11.0007" is a person's; "IECEx CPSIR 11.0007" is by a body CPSIR.
    "person": rf"(?:{_IECEX}CP |IEC ?EXCP){_CODE}{_YEAR_AND_SEQUENCE}{_ISSUE}",
    "equipment": rf"{_IECEX}{_CODE}{_YEAR_AND_SEQUENCE} ?(?P<letters>[UVX](?: ?[UVX])?)?{_ISSUE}",
    # An S joined to the code is the form's only if three letters, the usual length, remain: "CES 0001" lacks it.
    "service-facility": rf"{_IECEX}(?P<excb>[A-Z]{{2,5}}(?= )|[A-Z]{{3,5}}) ?S ?(?P<sequence>[0-9]{{4}}){_ISSUE}",
    "mark-licence": rf"{_CODE} ?(?P<sequence>[0-9]{{3}})(?:{_ISSUE_WORD}(?P<issue>[0-9]{{1,3}}))?",
    # Country and code are joined only where the kind is joined too: "KIWA/ExTR…" lacks its country, it is not KI/WA.
    "report": r"(?P<country>[A-Z]{2})(?: |(?=[A-Z]+[0-9]))(?P<excb>[A-Z]{2,5}?) ?(?P<kind>EX ?TR|QAR|FAR|PCAR)"
    + _YEAR_AND_SEQUENCE
    + _ISSUE,
}
_READERS = {form: re.compile(pattern, re.ASCII) for form, pattern in _PATTERNS.items()}
_NO_PART_OF_A_NUMBER = re.compile("[^0-9A-Za-z]+")
_KINDS = {kind.upper(): kind for kind in REPORT_KINDS}
_RIGHT = (
    "Write it like IECEx BAS 07.0021X, IECEx BAS S.0001, BAS001, IECEx CP SIR 11.0007, "
    "CH/SEV/ExTR19.0036/00 or GB/BAS/QAR14.0004/04."
)

Number = CertificateNumber | ReportNumber


def parse(text: object, codes: Collection[str] | None = None, field: str = "number") -> Number:
    """The number that ``text`` spells, in whatever way.

    ``codes``: the bodies there are; given, only theirs are numbers, and a code is printed as it is there.
    Raises InvalidInput, which names ``field`` and says what would be right, and nothing else, whatever the text.
    """
    try:
        return _read(_fold(text), codes)
    except InvalidInput as error:
        raise InvalidInput.field(field, error.details["errors"][0]["text"]) from None


def parse_or_none(text: object, codes: Collection[str] | None = None) -> Number | None:
    """The number that ``text`` spells, or None."""
    try:
        return parse(text, codes)
    except InvalidInput:
        return None


def normalise(text: str) -> str:
    """What of ``text`` can stand in a normalised number, for search by prefix: ``IEC Ex Bas 07.`` → ``iecexbas07``."""
    if text.isascii():
        return _NO_PART_OF_A_NUMBER.sub("", text).lower()
    folded = unicodedata.normalize("NFKC", text)
    return "".join(character for character in folded if character.isascii() and character.isalnum()).lower()


def _fold(text: object) -> str:
    """Capitals and digits with single blanks between them."""
    if not isinstance(text, str):
        raise _wrong("Must be text.")
    if len(text) > LONGEST_SPELLING:
        raise _wrong(f"Is {len(text):,} characters long; a number has at most {LONGEST_SPELLING}.")
    return " ".join("".join(map(_folded, unicodedata.normalize("NFKC", text))).split())


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if character.isascii() and character.isalnum():
        return character.upper()
    if category == "Cf":  # soft hyphens, joiners, marks of direction: pasted along, never seen
        return ""
    if category[0] == "Z" or category == "Pd" or character in _BLANKS:
        return " "
    raise _wrong(f"The character U+{ord(character):04X} stands in no number. {_RIGHT}")


def _read(folded: str, codes: Collection[str] | None) -> Number:
    known = None if codes is None else {code.upper(): code for code in codes}
    readings = [(form, match) for form, reader in _READERS.items() if (match := reader.fullmatch(folded))]
    for form, match in readings:
        if known is None or match["excb"] in known:
            return _build(form, match.groupdict(), (known or {}).get(match["excb"]) or canonical_code(match["excb"]))
    if readings:
        raise _wrong(f"There is no certification body with the code {readings[0][1]['excb']}.")
    raise _wrong(f"Is not the number of a certificate or a report. {_RIGHT}")


def _build(form: str, parts: dict[str, str | None], excb: str) -> Number:
    sequence = int(parts["sequence"] or 0)
    issue = None if parts["issue"] is None else int(parts["issue"])
    if form == "report":
        kind = _KINDS[(parts["kind"] or "").replace(" ", "")]
        return ReportNumber(kind, parts["country"] or "", excb, parts["year"] or "", sequence, issue)
    suffix, verification = _suffix(parts.get("letters") or "")
    return CertificateNumber(form, excb, parts.get("year"), sequence, suffix, verification, issue)


def _suffix(letters: str) -> tuple[str, bool]:
    """People write V before and behind X; a pair that does not exist stays together and is refused by the number."""
    letters = letters.replace(" ", "")
    return (letters.replace("V", "", 1), "V" in letters)


def _wrong(text: str) -> InvalidInput:
    return InvalidInput.field("number", text)
