"""How the temperature of a marking is read: classes, degrees, ranges, alternatives, and layers of dust."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.markings.forms import Surface, Temperature
from contracts.markings.scanning import Token

KINDS = frozenset({"class", "celsius"})
SIGNS = frozenset("…/-(),;")
_SPANS = frozenset("…-")
MOST = 6
# Five or six digits are a depth of dust in millimetres (three of them) and degrees that ran together.
_CELSIUS = re.compile(
    r"(?P<t>T?)(?P<layer>[1-9][0-9]{2}(?=[0-9]{2,3}(?:°C|$)))?(?P<celsius>[1-9][0-9]{1,2})(?P<sign>°C)?"
)


def read(tokens: Sequence[Token]) -> Temperature | None:
    """The temperature that these tokens (of KINDS, with SIGNS between them) spell; None where they spell none."""
    while tokens and tokens[-1].kind in SIGNS - {"…", ")"}:
        tokens = tokens[:-1]
    if not tokens:
        return None
    classes = tuple(token.value for token in tokens if token.kind == "class")
    surfaces = _surfaces(tokens)
    is_one_of_each = len(classes) == 1 and len(surfaces or ()) == 1
    if surfaces is None or not _are_balanced(tokens) or len(classes) + len(surfaces) > MOST:
        return None
    if bool(classes) == bool(surfaces) and not is_one_of_each:
        return None
    spans = any(token.kind in _SPANS for token in tokens)
    return Temperature(classes, surfaces, spans and not is_one_of_each)


def _are_balanced(tokens: Sequence[Token]) -> bool:
    kinds = [token.kind for token in tokens]
    return kinds.count("(") == kinds.count(")") and kinds[-1] != "…"


def _surfaces(tokens: Sequence[Token]) -> tuple[Surface, ...] | None:
    """None where a number is none of degrees: bare digits are, only beside others that say what they are."""
    matches = [_CELSIUS.fullmatch(token.value) for token in tokens if token.kind == "celsius"]
    found = [match for match in matches if match]
    told = any(match["t"] or match["sign"] for match in found) and any(token.kind in SIGNS for token in tokens)
    if len(found) < len(matches) or not all(told or match["t"] or match["sign"] for match in found):
        return None
    return tuple(Surface(int(match["celsius"]), int(match["layer"]) if match["layer"] else None) for match in found)
