"""What only the place of a word tells: ``db`` from ``Db`` and the group ``I`` from a protection ``i``.

Capitals tell them apart, where they are kept; on many nameplates everything is in capitals.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from contracts.markings.scanning import AMBIGUOUS, Token

_BEFORE_THE_LEVEL = frozenset({"group", "class", "celsius"})


def place(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, each with the kind that it has at its place."""
    depths = list(accumulate((token.kind == "[") - (token.kind == "]") for token in tokens))
    settled = _groups(tokens, depths)
    return [
        _level(token) if _is_ambiguous(token) and _is_level(settled, depths, number) else token
        for number, token in enumerate(settled)
    ]


def _groups(tokens: Sequence[Token], depths: Sequence[int]) -> list[Token]:
    """A small ``i`` is the group of mines where no other group stands, and a protection of old otherwise."""
    has_group = any(token.kind == "group" and not depth for token, depth in zip(tokens, depths, strict=True))
    return [
        token
        if token.kind != "i"
        else Token("code" if has_group or depth else "group", "i" if has_group or depth else "I", token.written)
        for token, depth in zip(tokens, depths, strict=True)
    ]


def _is_ambiguous(token: Token) -> bool:
    return token.kind == "code" and token.value in AMBIGUOUS


def _level(token: Token) -> Token:
    return Token("epl", token.value.capitalize(), token.written)


def _is_level(tokens: Sequence[Token], depths: Sequence[int], number: int) -> bool:
    """In brackets a level follows a protection; outside it follows the group, or is the only one and looks so."""
    in_level_case = tokens[number].written == tokens[number].value.capitalize()
    if depths[number] > 0:
        start = max((place for place in range(number) if tokens[place].kind == "["), default=0)
        return in_level_case or any(token.kind == "code" for token in tokens[start:number])
    outside = [place for place, depth in enumerate(depths) if depth <= 0]
    boundary = min((place for place in outside if tokens[place].kind in _BEFORE_THE_LEVEL), default=len(tokens))
    if number > boundary:
        return True
    others = (
        place for place in outside if tokens[place].kind == "epl" or (place > boundary and _is_ambiguous(tokens[place]))
    )
    return in_level_case and not any(others)
