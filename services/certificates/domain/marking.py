"""The rules on the marking of equipment, and on what must agree with it: types of protection, and their standards.

What a marking says, and what is wrong with it, is read by contracts.markings; here it is decided what that means at
the gate. A line that the register does not understand may yet be right: then a signatory says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from contracts.markings import Marking, Problem, check_parsed, parse, standards_for
from contracts.markings.judging import reasons_of_age
from contracts.markings.vocabulary import CODES
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.common import lists_any
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Breach, Rule

NOT_UNDERSTOOD = "not-understood"
COMPONENT_TEMPERATURE = "component-temperature"
# Either is the general part of its series; h-only equipment is not electrical and rests on neither.
GENERAL = ("IEC 60079-0", "IEC 61241-0")
NON_ELECTRICAL = frozenset("h")


class Reading(NamedTuple):
    """All lines of marking, and what is wrong with each, by place; ``older`` is what only older editions wrote."""

    lines: tuple[Marking, ...]
    problems: tuple[tuple[int, Problem], ...]
    older: frozenset[tuple[int, Problem]]

    @property
    def understood(self) -> bool:
        return all(line.status != NOT_UNDERSTOOD for line in self.lines)

    @property
    def letters(self) -> set[str]:
        """The types of protection in the lines that are understood."""
        return {letter for line in self.lines if line.status != NOT_UNDERSTOOD for letter in line.letters}


def _read(certificate: Certificate) -> Reading:
    return _reading(tuple(certificate.content["marking"]), certificate.content["kind"])


@lru_cache(maxsize=256)
def _reading(texts: tuple[str, ...], kind: str) -> Reading:
    """Read once for all rules that look at it."""
    lines = tuple(parse(text) for text in texts)
    older = frozenset((place, problem) for place, line in enumerate(lines) for problem in reasons_of_age(line))
    return Reading(lines, tuple(check_parsed(lines, kind=kind)), older)


def _not_understood(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    for place, line in enumerate(_read(certificate).lines):
        if line.status == NOT_UNDERSTOOD:
            wrong = " ".join(problem.text for problem in line.problems if problem.severity == "error")
            yield Breach(f"marking.{place}", f"“{line.text}” is not understood. {wrong}")


def _temperature_of_a_component(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    return _told(told for told in _read(certificate).problems if told[1].code == COMPONENT_TEMPERATURE)


def _older_forms(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    reading = _read(certificate)
    return _told(told for told in reading.problems if told in reading.older)


def _unusual(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    reading = _read(certificate)
    return _told(told for told in reading.problems if told[1].severity == "warning" and told not in reading.older)


def _told(problems: Iterable[tuple[int, Problem]]) -> Iterator[Breach]:
    return (Breach(f"marking.{place}", problem.text) for place, problem in problems)


def letter_of(protection: str) -> str:
    """The letter of a type of protection as people list it: ``d`` for ``Ex d``, ``db`` or ``"d"``."""
    symbol = protection.strip('"“” ').removeprefix("Ex ").strip('"“” ')
    return CODES[symbol].letter if symbol in CODES else symbol


def _disagreeing_protection(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    """Both ways; silent where one side is missing altogether, which other rules say."""
    reading, protection = _read(certificate), certificate.content["protection"]
    if not protection or not reading.lines:
        return
    listed = [letter_of(text) for text in protection]
    for letter in sorted(reading.letters.difference(listed)):
        yield Breach("protection", f"“{letter}” stands in the marking; list it among the types of protection, too.")
    if reading.understood:
        for place, letter in enumerate(listed):
            if letter not in reading.letters:
                text = f"“{protection[place]}” stands in no line of the marking; add it there, or leave it out here."
                yield Breach(f"protection.{place}", text)


def _letters(certificate: Certificate) -> set[str]:
    """The types of protection that are listed or marked."""
    return _read(certificate).letters.union(map(letter_of, certificate.content["protection"]))


def _protection_without_standard(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if not certificate.content["standards"]:
        return
    for letter in sorted(_letters(certificate)):
        expected = standards_for(letter)
        if expected and not lists_any(certificate, expected):
            yield Breach("standards", f"Type of protection “{letter}” rests on {' or '.join(expected)}; list it.")


def _without_general_requirements(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    letters = _letters(certificate)
    if certificate.content["standards"] and letters - NON_ELECTRICAL and not lists_any(certificate, GENERAL):
        yield Breach("standards", "List IEC 60079-0, on which all electrical types of protection rest.")


_MARKING = "IEC 60079-0, clause 29 (marking)"
_COMPONENTS = "IEC 60079-0, clause 13 (Ex components)"
_STANDARDS = "IEC 60079-0, clause 1; OD 011-1, 1.2.2"
RULES = (
    Rule("marking-not-understood", _MARKING, _not_understood, overridable=True),
    Rule("marking-legacy", _MARKING, _older_forms, "warning"),
    Rule("marking-unusual", _MARKING, _unusual, "warning"),
    Rule(COMPONENT_TEMPERATURE, _COMPONENTS, _temperature_of_a_component),
    Rule("protection-marking", _MARKING, _disagreeing_protection, "warning"),
    Rule("protection-standard", _STANDARDS, _protection_without_standard, "warning"),
    Rule("standard-general", _STANDARDS, _without_general_requirements, "warning"),
)
