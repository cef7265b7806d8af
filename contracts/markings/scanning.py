"""The words of a folded marking: what each is, and where words that run together part."""

from __future__ import annotations

import re
from typing import NamedTuple

from contracts.markings.vocabulary import CLASSES, CODES, EPLS, FORMULAE, GROUPS, ZONES

LONGEST_WORD = 40


class Token(NamedTuple):
    """A word or sign. ``kind``: code, epl, group, i, class, celsius, zone, ex, suffix, the sign itself, or unknown."""

    kind: str
    value: str
    written: str


_GAS = "|".join(sorted(map(re.escape, FORMULAE), key=len, reverse=True))
# What follows in the order of a marking is no gas, even behind a plus.
_NO_MORE = r"(?!T[1-6]|[GDM][ABC](?![A-Z0-9]))"
_ANY_GAS = rf"(?:(?:{_GAS})(?=T[1-6]|[^A-Z0-9]|$)|{_NO_MORE}[A-Z][A-Z0-9]{{1,11}}(?![A-Z0-9]))"
# "IIB+H2", "IIB + H2", "IIB (H2)", "IIB H2" and "II(H2)", with words before and behind them or not.
_GROUP_AND_GAS = re.compile(
    rf"(?<!I)(?P<group>II[AB]?)(?: ?\+ ?\(? ?(?P<added>{_ANY_GAS})(?: ?\))?"
    rf"| ?\( ?\+? ?(?P<inside>{_GAS}|[A-Z]{{3,12}}) ?\)"
    rf"| (?P<bare>H2)(?=T|[^A-Z0-9]|$))",
    re.IGNORECASE,
)
_WORD = re.compile(
    rf"(?P<gas>II[AB]?[+]{_NO_MORE}[A-Z0-9]+|II[(][A-Z0-9]+[)])"
    r"|(?P<optics>(?<![A-Z0-9])op[ -]?(?:is|pr|sh)(?![A-Z0-9]))"
    r"|(?P<word>[A-Z0-9]+(?:°C)?)"
    r"|(?P<sign>[^ ])",
    re.IGNORECASE | re.ASCII,
)
# What runs together: protections, a zone, a group, a temperature and an EPL, in this order.
_RUN = (
    r"(?P<codes>[A-Za-z]*?)(?P<zone>[AB]?2[0-2])?(?P<group>{groups})?"
    r"(?P<temperature>[Tt][1-6]|[Tt]?[0-9]{{2,6}}(?:°C)?)?(?P<epl>[GDMgdm][ABCabc])?"
)
_LONG_RUN = re.compile(_RUN.format(groups="III[ABC]?|II[ABC]?"))
_RUN_WITH_MINES = re.compile(_RUN.format(groups="I"))

_CODES_BY_KEY = {code.replace(" ", "").lower(): code for code in CODES}
_WORDS = (
    {key: ("code", code) for key, code in _CODES_BY_KEY.items()}
    | {epl.lower(): ("epl", epl) for epl in EPLS if epl.lower() not in _CODES_BY_KEY}
    | {group.lower(): ("group", group) for group in GROUPS if len(group) > 1}
    | {name.lower(): ("class", name) for name in CLASSES}
    | {zone.lower(): ("zone", zone) for zone in ZONES}
    | {"ex": ("ex", "Ex"), "eex": ("ex", "EEx"), "x": ("suffix", "X"), "u": ("suffix", "U")}
)
# Written in small letters and capitals these are protections, such as ``db``, and levels, such as ``Db``.
AMBIGUOUS = frozenset(epl.lower() for epl in EPLS) & frozenset(_CODES_BY_KEY)
_CELSIUS = re.compile(r"T?[0-9]{2,6}(?:°C)?", re.IGNORECASE)
# Words made of these letters alone are words of a language, not protections that run together.
_NEVER_JOINED = frozenset("hinstv")
_LONGEST_CODE = max(map(len, _CODES_BY_KEY))
_PARTS = ("zone", "group", "temperature", "epl")


def scan(folded: str) -> list[Token]:
    """The tokens of a folded text, in order. Linear: no word is longer than LONGEST_WORD, or it is unknown."""
    separated = _GROUP_AND_GAS.sub(_separated, folded)
    tokens: list[Token] = []
    for match in _WORD.finditer(separated):
        tokens += _tokens(match)
    return tokens


def _separated(match: re.Match[str]) -> str:
    gas = (match["added"] or match["inside"] or match["bare"]).upper()
    gas = FORMULAE.get(gas, gas)
    group = match["group"].upper()
    return f" {group}+{gas} " if len(group) > 2 else f" {group}({gas}) "


def _tokens(match: re.Match[str]) -> list[Token]:
    if match["gas"]:
        return [Token("group", match["gas"], match["gas"])]
    if match["optics"]:
        written = match["optics"]
        return [Token("code", f"op {written[-2:].lower()}", written)]
    if match["sign"]:
        return [Token(match["sign"], match["sign"], match["sign"])]
    return _split(match["word"])


def _split(word: str) -> list[Token]:
    if len(word) > LONGEST_WORD or word.lower() == "op":
        return [_unknown(word)]
    return _single(word) or _run(_LONG_RUN, word) or _codes(word) or _run(_RUN_WITH_MINES, word) or [_unknown(word)]


def _unknown(word: str) -> Token:
    return Token("unknown", word, word)


def _single(word: str) -> list[Token]:
    if word in {"I", "i"}:
        return [Token("group" if word == "I" else "i", "I", word)]
    if word.lower() in _WORDS:
        return [Token(*_WORDS[word.lower()], word)]
    return [Token("celsius", word.upper(), word)] if _CELSIUS.fullmatch(word) else []


def _run(pattern: re.Pattern[str], word: str) -> list[Token]:
    """The parts of a word such as ``dIICT6``. In mixed case a group has capitals, or ``diic`` could be anything."""
    mixed = not (word.islower() or word.replace("°C", "").isupper())
    match = pattern.fullmatch(word if mixed else word.upper())
    if not match or not any(match[part] for part in ("zone", "group", "temperature")):
        return []
    codes = _codes(match["codes"]) if match["codes"] else []
    if match["codes"] and not codes:
        return []
    return codes + [token for part in _PARTS if match[part] for token in _single(match[part])]


def _codes(word: str) -> list[Token]:
    """The fewest symbols that make up the word: ``deb`` is d and eb, ``dem`` is d, e and m."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(word) + 1):
        starts = range(max(0, end - _LONGEST_CODE), end)
        found = [
            [*before, word[start:end]]
            for start in starts
            if (before := best[start]) is not None and _may_join(word[start:end].lower(), word)
        ]
        best.append(min(found, key=len, default=None))
    return [Token("code", _CODES_BY_KEY[part.lower()], part) for part in best[-1] or []]


def _may_join(part: str, word: str) -> bool:
    return part in _CODES_BY_KEY and (part not in _NEVER_JOINED or len(word) == 1)
