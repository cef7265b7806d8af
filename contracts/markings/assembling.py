"""Puts the words of a marking in their places: each has one, and every word that has none is said.

Nothing is guessed. What cannot be read makes the marking "not understood", which a person then settles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from contracts.markings import temperatures
from contracts.markings.forms import Joint, Marking, Problem, Protection
from contracts.markings.scanning import Token

MOST_PROTECTIONS = 12
MOST_BRACKETS = 4
_NOTHING = Token("", "", "")
_ORDER = {"code": 0, "zone": 1, "group": 1, "class": 2, "celsius": 2, "epl": 3, "suffix": 4}
_JOINTS: dict[str, Joint] = {"/": "/", "+": "+"}
_NO_WORDS = frozenset("/,;:-.")

_SEQUENCE = Problem("warning", "order", "The order is: Ex, types of protection, group, temperature, EPL.")
_SUFFIX = Problem(
    "warning", "suffix", "X and U belong to the number of the certificate, not to the marking; leave it out."
)
CASE = Problem("warning", "case", "Capitals and small letters are mixed up; a marking is written like Ex db IIC T4 Gb.")
_TWO = "Another marking begins at the second “Ex”; give gas, dust, mines and each part a line of its own."
_BRACKETS = "Brackets are opened and closed around one or more types of protection, as in Ex db [ia Ga] IIC T4 Gb."


class Assembly:
    """One pass over the words. ``errors``: what could not be read; ``slips``: what is written wrongly but read."""

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self.slips: list[Problem] = []
        self._protections: list[Protection] = []
        self._groups: list[Token] = []
        self._levels: list[Token] = []
        self._zones: list[Token] = []
        self._temperature: list[Token] = []
        self._bracket = 0
        self._inside = False
        self._reached = 0
        self._before = _NOTHING
        self._earlier = _NOTHING

    def add(self, tokens: Sequence[Token]) -> None:
        for token, following in zip(tokens, [*tokens, _NOTHING][1:], strict=True):
            if token.kind == "ex" and self._before.kind != "[":
                self._error("two-markings", _TWO)
                return
            self._word(token, following)
            self._earlier, self._before = self._before, token
        if self._inside:
            self._error("brackets", _BRACKETS)
        if len(self._protections) > MOST_PROTECTIONS or self._bracket > MOST_BRACKETS:
            self._error(
                "too-many", f"A marking has at most {MOST_PROTECTIONS} protections and {MOST_BRACKETS} brackets."
            )

    def marking(self, prefix: str) -> Marking:
        """All but its text, what stands around it, and its status."""
        temperature = temperatures.read(self._temperature) if self._temperature else None
        if self._temperature and not temperature:
            self._unreadable(" ".join(token.written for token in self._temperature))
        group, epl = "/".join(_values(self._groups)), _values(self._levels)
        protections = tuple(self._protections)
        if all(protection.bracketed for protection in protections):
            protections, group, epl = _associated(protections, group, epl)
        return Marking(
            "",
            "not-understood",
            tuple(replace(one, group="") if one.group == group else one for one in protections),
            group,
            temperature,
            epl,
            prefix=prefix,
            zone="".join(_values(self._zones)),
        )

    def _word(self, token: Token, following: Token) -> None:
        place = (self._INSIDE if self._inside else self._OUTSIDE).get(token.kind)
        if self._is_temperature(token, following):
            self._temperature.append(token)
            self._keep_order(token)
        elif place:
            place(self, token)
        elif token.kind not in _NO_WORDS and not (token.kind == "+" and self._before.kind == "code"):
            self._unreadable(token.written)
        if token.kind in _ORDER and token.value not in {token.written, token.written.replace("-", " ")}:
            self._slip(CASE)

    def _is_temperature(self, token: Token, following: Token) -> bool:
        """Signs are part of it between two temperatures, and brackets around one."""
        if self._inside:
            return False
        if token.kind == "(":
            return following.kind in temperatures.KINDS
        follows = self._before.kind in temperatures.KINDS or self._before.kind == ")"
        return token.kind in temperatures.KINDS or (token.kind in temperatures.SIGNS and follows)

    def _open(self, _bracket: Token) -> None:
        self._bracket += 1
        self._inside = True

    def _close(self, _bracket: Token) -> None:
        if not self._inside or not any(one.bracket == self._bracket for one in self._protections):
            self._error("brackets", _BRACKETS)
        self._inside = False

    def _ex(self, _sign: Token) -> None:
        """Brackets may repeat it: ``Ex db [Ex ia Ga] IIC T4 Gb``."""

    def _code(self, token: Token) -> None:
        if self._groups and not self._inside:
            where = "types of protection stand before the group, as in Ex db eb IIC T4 Gb"
            self._error("protection-after-group", f"“{token.written}” stands behind the group; {where}.")
        bracket = self._bracket if self._inside else 0
        hangs = self._protections and self._protections[-1].bracket == bracket
        joint = _JOINTS.get(self._before.kind, "") if hangs else ""
        self._protections.append(Protection(token.value, joint, bracket))
        self._keep_order(token)

    def _inner_group(self, token: Token) -> None:
        self._complete("group", token.value)

    def _inner_level(self, token: Token) -> None:
        held = next((one.epl for one in self._protections if one.bracket == self._bracket), ())
        if held and not self._is_paired(token):
            self._unreadable(token.written)
        self._complete("epl", (*held, token.value))

    def _complete(self, name: str, value: object) -> None:
        """Gives what stands in the brackets, a group or a level, to the protections that stand in them."""
        found: dict[str, Any] = {name: value}
        self._protections = [
            replace(one, **found) if one.bracket == self._bracket else one for one in self._protections
        ]

    def _group(self, token: Token) -> None:
        self._listed(token, self._groups)

    def _level(self, token: Token) -> None:
        self._listed(token, self._levels)

    def _zone(self, token: Token) -> None:
        self._listed(token, self._zones)

    def _listed(self, token: Token, found: list[Token]) -> None:
        """Two groups or levels stand with a stroke between them; two zones never."""
        if found and (not self._is_paired(token) or token.kind == "zone" or len(found) > 2):
            self._unreadable(token.written)
        found.append(token)
        self._keep_order(token)

    def _is_paired(self, token: Token) -> bool:
        return self._before.kind == "/" and self._earlier.kind == token.kind

    def _suffix(self, token: Token) -> None:
        if not self._levels and not self._temperature:
            self._unreadable(token.written)
        self._slip(_SUFFIX)
        self._keep_order(token)

    def _keep_order(self, token: Token) -> None:
        reached = _ORDER.get(token.kind, 0)
        if token.kind in _ORDER and not self._inside:
            if reached < self._reached:
                self._slip(_SEQUENCE)
            self._reached = max(reached, self._reached)

    def _unreadable(self, written: str) -> None:
        self._error(
            "unreadable", f"“{written}” has no place here. Write it like Ex db eb IIC T4 Gb or Ex tb IIIC T85°C Db."
        )

    def _error(self, code: str, text: str) -> None:
        self.errors.append(Problem("error", code, text))

    def _slip(self, slip: Problem) -> None:
        self.slips.append(slip)

    # What each kind of word does outside and inside brackets; a kind that is missing there has no place there.
    _OUTSIDE: ClassVar[dict[str, Callable[[Assembly, Token], None]]] = {
        "[": _open,
        "]": _close,
        "code": _code,
        "zone": _zone,
        "group": _group,
        "epl": _level,
        "suffix": _suffix,
    }
    _INSIDE: ClassVar[dict[str, Callable[[Assembly, Token], None]]] = {
        "]": _close,
        "ex": _ex,
        "code": _code,
        "group": _inner_group,
        "epl": _inner_level,
    }


def _values(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.value for token in tokens)


def _associated(
    protections: tuple[Protection, ...], group: str, epl: tuple[str, ...]
) -> tuple[tuple[Protection, ...], str, tuple[str, ...]]:
    """Where all stands in brackets, [Ex ia IIC Ga] is [Ex ia Ga] IIC, and so is [Ex ia] IIC Ga."""
    inner = {protection.group for protection in protections} - {""}
    group = group or (inner.pop() if len(inner) == 1 else "")
    return tuple(replace(one, epl=one.epl or epl) for one in protections), group, ()
