"""Rules over all the lines of marking on one certificate, and the standards that a type of protection rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.markings.forms import Marking, Problem
from contracts.markings.reading import parse
from contracts.markings.vocabulary import CODES, STANDARDS

COMPONENT = "component"


def check(markings: Sequence[str], *, kind: str) -> list[tuple[int, Problem]]:
    """What is wrong with each line: pairs of its index and a Problem.

    ``kind``: equipment, component or unit-verification. A component, which bears U, has no temperature, because only
    the equipment that it is built into has one (IEC 60079-0, Ex components).
    """
    lines = [parse(text) for text in markings]
    return [(index, problem) for index, line in enumerate(lines) for problem in _problems(line, lines[:index], kind)]


def standards_for(letter: str) -> tuple[str, ...]:
    """The standards of which one is expected for a type of protection (``d``) or one of its symbols (``db``)."""
    return STANDARDS.get(CODES[letter].letter if letter in CODES else letter, ())


def _problems(line: Marking, earlier: Sequence[Marking], kind: str) -> Iterator[Problem]:
    yield from line.problems
    if line.status == "not-understood":
        return
    if kind == COMPONENT and line.temperature:
        yield Problem("error", "component-temperature", "A component has no temperature in its marking; leave it out.")
    if kind != COMPONENT and _lacks_temperature(line):
        right = "degrees, such as T85°C" if line.atmosphere == "D" else "a temperature class, such as T4"
        yield Problem("warning", "no-temperature", f"The temperature is missing; equipment of this group has {right}.")
    if line in earlier:
        yield Problem("warning", "repeated-line", "This marking stands in an earlier line already; give it once.")


def _lacks_temperature(line: Marking) -> bool:
    return bool(line.own) and line.atmosphere in {"G", "D"} and not line.temperature
