"""From a text to its marking: folded, freed of what stands around it, read word by word, and judged."""

from __future__ import annotations

import re
from dataclasses import replace

from contracts.markings.assembling import CASE, Assembly
from contracts.markings.folding import LONGEST_MARKING, fold, in_our_letters
from contracts.markings.forms import Marking, Problem
from contracts.markings.judging import judge, reasons_of_age
from contracts.markings.placing import place
from contracts.markings.scanning import Token, scan
from contracts.markings.surroundings import take_ambient, take_ip, take_prefix

_START = re.compile(r"(?P<open>\[ ?)?(?P<ex>E?Ex)[ :-]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_EXAMPLE = "Write it like Ex db eb IIC T4 Gb, Ex tb IIIC T85°C Db, Ex ia I Ma or [Ex ia Ga] IIC."
_LOOKALIKES = Problem(
    "warning",
    "lookalike-letters",
    "Some letters are Cyrillic or Greek ones that only look right, so that nobody finds this text; type Latin letters.",
)


def parse(text: object) -> Marking:
    """The marking that ``text`` spells, in whatever way. Never raises; a text that is none is "not-understood"."""
    if not isinstance(text, str):
        return _refused("", "no-text", f"A marking is text. {_EXAMPLE}")
    folded = fold(text) if len(text) <= LONGEST_MARKING else ""
    if len(text) > LONGEST_MARKING or len(folded) > 2 * LONGEST_MARKING:
        return _refused(text, "too-long", f"Is {len(text):,} characters long; a marking has at most {LONGEST_MARKING}.")
    core, slips = take_prefix(folded)
    start = _START.fullmatch(core)
    if not start:
        return _refused(text, "no-ex", f"A marking begins with “Ex”. {_EXAMPLE}")
    if in_our_letters(text) != text:
        slips.append(_LOOKALIKES)
    if start["ex"] not in {"Ex", "EEx"}:
        slips.append(CASE)
    return _read(text, start, slips)


def _read(text: str, start: re.Match[str], slips: list[Problem]) -> Marking:
    rest, ambient = take_ambient(start["rest"])
    rest, ip = take_ip(rest)
    opened = [Token("[", "[", "[")] if start["open"] else []
    assembly = Assembly()
    assembly.add(place([*opened, *scan(rest)]))
    marking = assembly.marking("EEx" if len(start["ex"]) == 3 else "Ex")
    marking = replace(marking, text=text, ambient=ambient, ip=ip)
    return _judged(marking, assembly.errors, [*slips, *assembly.slips])


def _judged(marking: Marking, errors: list[Problem], slips: list[Problem]) -> Marking:
    """With its status. A marking that could not be read whole is not judged by what was read of it."""
    ages = reasons_of_age(marking)
    problems = tuple(dict.fromkeys([*errors, *slips] if errors else [*judge(marking), *ages, *slips]))
    if any(problem.severity == "error" for problem in problems):
        return replace(marking, problems=problems)
    return replace(marking, status="legacy" if ages else "ok", problems=problems)


def _refused(text: str, code: str, what: str) -> Marking:
    return Marking(text, "not-understood", problems=(Problem("error", code, what),))
