"""Whether a nameplate says what the certificate says, and if not, in which part, and what that means.

Any difference in meaning is one of safety, to whichever side: a nameplate that claims less is not the certified one
either. What only is written otherwise (blanks, order, symbols of older editions) is a difference of spelling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from contracts.markings.forms import (
    Ambient,
    Marking,
    Protection,
    Surface,
    Temperature,
    plain_group,
    print_bracket,
    print_row,
)
from contracts.markings.reading import parse
from contracts.markings.vocabulary import CLASSES, GROUPS, TODAY, USUAL_AMBIENT


class Difference(NamedTuple):
    """What differs: the part as it stands on the certificate and on the nameplate, and a sentence about it."""

    part: str
    certificate: str
    nameplate: str
    text: str
    grade: Literal["safety", "spelling"]


_Found = Iterator[Difference]


def compare(certificate: str, nameplate: str) -> list[Difference]:
    """The differences between a marking on the certificate and the one on a nameplate; none where both are the same."""
    ours, theirs = parse(certificate), parse(nameplate)
    if _same_text(ours, theirs):
        return []
    if not (ours.is_whole and theirs.is_whole):
        where = "nameplate" if ours.is_whole else "certificate"
        text = f"The marking on the {where} is not understood, so that both must be compared by eye."
        return [Difference("marking", ours.text, theirs.text, text, "safety")]
    found = [difference for rule in _RULES for difference in rule(ours, theirs)]
    text = "Both say the same; they are only written differently."
    return found or [Difference("marking", ours.text, theirs.text, text, "spelling")]


def closest(nameplate: str, lines: Sequence[str]) -> int | None:
    """The index of the line of a certificate that is most like the nameplate; None where none can be compared."""
    theirs = parse(nameplate)
    distances = [(_distance(parse(line), theirs), index) for index, line in enumerate(lines)]
    comparable = [(distance, index) for distance, index in distances if distance is not None]
    return min(comparable)[1] if comparable else None


def _distance(ours: Marking, theirs: Marking) -> tuple[bool, int, int] | None:
    if _same_text(ours, theirs):
        return (False, 0, 0)
    if not (ours.is_whole and theirs.is_whole):
        return None
    grades = Counter(difference.grade for rule in _RULES for difference in rule(ours, theirs))
    return (ours.atmosphere != theirs.atmosphere, grades["safety"], grades["spelling"])


def _same_text(ours: Marking, theirs: Marking) -> bool:
    return ours.text.split() == theirs.text.split() != []


def _contradictions(ours: Marking, theirs: Marking) -> _Found:
    for marking, where in ((ours, "certificate"), (theirs, "nameplate")):
        errors = [problem.text for problem in marking.problems if problem.severity == "error"]
        if errors:
            text = f"The marking on the {where} contradicts itself or lacks a part. {errors[0]}"
            yield Difference("marking", ours.text, theirs.text, text, "safety")


def _protections(ours: Marking, theirs: Marking) -> _Found:
    here, there = print_row(ours.own), print_row(theirs.own)
    if _today(ours.own) != _today(theirs.own):
        none = "connected circuits only"
        text = f"The certificate is for {here or none}, the nameplate says {there or none}."
        yield Difference("protection", here, there, text, "safety")
    elif {one.code for one in ours.own} != {one.code for one in theirs.own}:
        yield Difference(
            "protection", here, there, "The same protection, in symbols of different editions.", "spelling"
        )


def _today(protections: Sequence[Protection]) -> Counter[str]:
    """The parts in the symbols of today, in whatever order; what is joined stays together."""
    parts: list[str] = []
    for protection in protections:
        code = TODAY.get(protection.code, protection.code)
        if protection.joined and parts:
            parts[-1] += protection.joined + code
        else:
            parts.append(code)
    return Counter(parts)


def _connected(ours: Marking, theirs: Marking) -> _Found:
    here, there = _brackets(ours), _brackets(theirs)
    if Counter(here.values()) != Counter(there.values()):
        text = "What may be connected differs: the circuits that stand in brackets must be those of the certificate."
        yield Difference("connected circuits", " ".join(here), " ".join(there), text, "safety")
    elif sorted(here) != sorted(there):
        text = "The same connected circuits, with more or less said of them."
        yield Difference("connected circuits", " ".join(here), " ".join(there), text, "spelling")


def _brackets(marking: Marking) -> dict[str, tuple[object, ...]]:
    """Each pair of brackets as printed, and what it means: its symbols, the group and the level that hold for it."""
    found: dict[str, tuple[object, ...]] = {}
    for number, pair in groupby(marking.protections, key=lambda protection: protection.bracket):
        if number:
            inside = list(pair)
            own = tuple(Protection(one.code, one.joined) for one in inside)
            alone = Marking("", "ok", own, inside[0].group or marking.group, epl=inside[0].epl)
            found[print_bracket(inside)] = (tuple(sorted(_today(own).items())), alone.group, alone.effective_epl)
    return found


def _group(ours: Marking, theirs: Marking) -> _Found:
    here, there = ours.group, theirs.group
    if here == there and ours.zone == theirs.zone and ours.atmosphere == theirs.atmosphere:
        return
    if here == there:
        yield Difference("zone", ours.zone, theirs.zone, "The zone must be the one of the certificate.", "safety")
    elif ours.atmosphere != theirs.atmosphere:
        text = f"{here or 'Dust'} and {there or 'dust'} are different atmospheres; compare the line for the same one."
        yield Difference("group", here, there, text, "safety")
    else:
        yield Difference("group", here, there, _group_text(here, there), "safety")


def _group_text(here: str, there: str) -> str:
    ranks = [_rank(here), _rank(there)]
    if None not in ranks and ranks[0] != ranks[1]:
        if ranks == sorted(ranks, key=lambda rank: rank or 0):
            return f"The nameplate claims {there}, which is more than the certificate covers: {here}."
        return f"The nameplate says {there}, less than the certificate covers ({here}); it may be another model."
    return f"The certificate is for {here or 'dust without a group'}, the nameplate says {there or 'no group'}."


def _rank(group: str) -> float | None:
    name = plain_group(group)
    return None if name not in GROUPS or "(" in group or "/" in group else GROUPS[name].rank + ("+" in group) / 2


def _temperature(ours: Marking, theirs: Marking) -> _Found:
    here, there = _printed_temperature(ours), _printed_temperature(theirs)
    if here == there or ours.atmosphere != theirs.atmosphere:
        return
    if ours.temperature and theirs.temperature:
        if _covered(ours.temperature) == _covered(theirs.temperature):
            yield Difference("temperature", here, there, "The same temperatures, written differently.", "spelling")
            return
        yield Difference(
            "temperature", here, there, _temperature_text(ours.temperature, theirs.temperature, here, there), "safety"
        )
        return
    text = f"The temperature stands only on the {'certificate' if here else 'nameplate'}; both must give it."
    yield Difference("temperature", here, there, text, "safety")


def _printed_temperature(marking: Marking) -> str:
    return marking.temperature.printed(marking.atmosphere) if marking.temperature else ""


def _covered(temperature: Temperature) -> tuple[frozenset[str], frozenset[Surface], bool]:
    """T6…T4 covers T6, T5 and T4, whichever stands first; a range of degrees covers what lies between."""
    names, celsius = list(CLASSES), frozenset(temperature.surfaces)
    if not temperature.spans or not temperature.classes:
        return frozenset(temperature.classes), celsius, temperature.spans
    places = sorted(map(names.index, temperature.classes))
    return frozenset(names[places[0] : places[-1] + 1]), celsius, False


def _temperature_text(ours: Temperature, theirs: Temperature, here: str, there: str) -> str:
    if _covered(theirs)[0] and _covered(theirs)[0] < _covered(ours)[0]:
        return f"The certificate gives {here}; its text says under which conditions {there} alone is right."
    if _hottest(theirs) < _hottest(ours):
        return f"The nameplate claims {there}, cooler surfaces than the certificate covers: {here}."
    if _hottest(theirs) > _hottest(ours):
        return f"The nameplate says {there}, hotter surfaces than the certificate gives: {here}."
    return f"The certificate gives {here}, the nameplate says {there}."


def _hottest(temperature: Temperature) -> int:
    celsius = [surface.celsius for surface in temperature.surfaces]
    return max(celsius or [CLASSES[name] for name in temperature.classes])


def _levels(ours: Marking, theirs: Marking) -> _Found:
    here, there = "/".join(ours.epl), "/".join(theirs.epl)
    if here == there or ours.atmosphere != theirs.atmosphere:
        return
    if ours.effective_epl == theirs.effective_epl and ours.effective_epl:
        text = "One of them leaves out the EPL, as older editions did; the protections allow the same one."
        yield Difference("EPL", here, there, text, "spelling")
        return
    yield Difference("EPL", here, there, _level_text(ours, theirs), "safety")


def _level_text(ours: Marking, theirs: Marking) -> str:
    here, there = "/".join(ours.effective_epl), "/".join(theirs.effective_epl)
    if not here or not there:
        return (
            f"The EPL is missing on the {'nameplate' if here else 'certificate'}, and the protections do not tell it."
        )
    says = "claims" if theirs.epl else "gives no EPL, which then reads as"
    if sorted(level[1] for level in theirs.effective_epl) < sorted(level[1] for level in ours.effective_epl):
        return f"The nameplate {says} {there}, a better level of protection than the certificate covers: {here}."
    return f"The certificate is for {here}; the nameplate {says} {there}."


def _ambient(ours: Marking, theirs: Marking) -> _Found:
    here, there = str(ours.ambient or ""), str(theirs.ambient or "")
    (low, high), (claimed_low, claimed_high) = _range(ours.ambient), _range(theirs.ambient)
    if (low, high) == (claimed_low, claimed_high):
        return
    if low <= claimed_low and claimed_high <= high and not theirs.ambient:
        text = "The certificate gives a wider ambient range, which the nameplate has to show too; look for it there."
        yield Difference("ambient temperature", here, there, text, "spelling")
        return
    wider = claimed_low < low or claimed_high > high
    what = "claims a wider ambient range than" if wider else "gives another ambient range than"
    usual = "" if ours.ambient and theirs.ambient else " Where none is printed, −20 °C to +40 °C holds."
    yield Difference(
        "ambient temperature", here, there, f"The nameplate {what} the certificate's marking.{usual}", "safety"
    )


def _range(ambient: Ambient | None) -> tuple[int, int]:
    low, high = (ambient.low, ambient.high) if ambient else (None, None)
    return (USUAL_AMBIENT[0] if low is None else low, USUAL_AMBIENT[1] if high is None else high)


def _enclosure(ours: Marking, theirs: Marking) -> _Found:
    if ours.ip and theirs.ip and ours.ip != theirs.ip:
        yield Difference(
            "IP code", ours.ip, theirs.ip, f"The certificate gives {ours.ip}, the nameplate {theirs.ip}.", "safety"
        )
    elif ours.ip != theirs.ip:
        where = "certificate's marking" if ours.ip else "nameplate's"
        yield Difference("IP code", ours.ip, theirs.ip, f"The IP code stands only in the {where}.", "spelling")


_RULES = (_contradictions, _protections, _connected, _group, _temperature, _levels, _ambient, _enclosure)
