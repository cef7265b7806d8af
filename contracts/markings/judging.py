"""What contradicts itself in a marking, what is unusual, and what makes it one of an older edition.

Errors make a marking "not understood": it cannot be trusted in any part. Everything else is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from contracts.markings.forms import (
    Marking,
    Problem,
    Protection,
    atmosphere_of,
    best_levels,
    print_bracket,
)
from contracts.markings.vocabulary import ATMOSPHERES, CLASSES, CODES, EPLS, GROUP_OF_ATMOSPHERE, LEVELS, TODAY


def judge(marking: Marking) -> list[Problem]:
    """Everything that is wrong or unusual in a marking that could be read, by the rules of IEC 60079-0."""
    rules = (_completeness, _groups, _levels, _protections, _temperature, _brackets, _order)
    return [problem for rule in rules for problem in rule(marking)]


def reasons_of_age(marking: Marking) -> list[Problem]:
    """Why a marking is one of an older edition; nothing for one of today."""
    return list(_ages(marking))


def _error(code: str, text: str) -> Problem:
    return Problem("error", code, text)


def _warning(code: str, text: str) -> Problem:
    return Problem("warning", code, text)


def _ages(marking: Marking) -> Iterator[Problem]:
    if marking.prefix == "EEx":
        yield _warning("older-prefix", "EEx is the sign of older European standards; today it is Ex.")
    older = dict.fromkeys(protection.code for protection in marking.protections if protection.legacy)
    if older:
        written = ", ".join(f"“{code}”" + (f" (today {TODAY[code]})" if code in TODAY else "") for code in older)
        yield _warning(
            "older-symbol", f"Older editions wrote {written}; today a symbol holds its level, such as db or ia."
        )
    if marking.zone:
        yield _warning(
            "older-zone", f"“{marking.zone}” names a zone, as the older dust series did; today an EPL stands there."
        )
    levels = [marking.epl] if marking.own else [protection.epl for protection in marking.protections]
    if not all(levels) and not marking.zone:
        yield _warning("no-epl", "The equipment protection level (such as Gb) is missing, as in older editions.")


def _completeness(marking: Marking) -> Iterator[Problem]:
    if not marking.protections:
        yield _error("no-protection", "The type of protection is missing: it stands behind Ex, as in Ex db IIC T4 Gb.")
    if not marking.group and not any(protection.code.endswith("D") for protection in marking.protections):
        yield _error(
            "no-group", "The group is missing: I, IIA, IIB, IIC, IIIA, IIIB or IIIC stands behind the protections."
        )
    if marking.zone:
        yield from _zone(marking)


def _zone(marking: Marking) -> Iterator[Problem]:
    if marking.atmosphere != "D" or not any(protection.code.endswith("D") for protection in marking.protections):
        yield _error("zone", f"“{marking.zone}” is a zone of dust; it stands only behind tD, pD, iaD, ibD, maD or mbD.")
    if any(level != marking.best_epl[0] for level in marking.epl if marking.best_epl):
        yield _error(
            "zone", f"Zone “{marking.zone}” and EPL {marking.epl[0]} contradict each other; today the EPL alone stands."
        )


def _groups(marking: Marking) -> Iterator[Problem]:
    groups = marking.group.split("/") if marking.group else []
    if len({atmosphere_of(group) for group in groups}) > 1:
        yield _error("gas-and-dust", "Gas, dust and mines stand in one marking; give each a line of its own.")
    if "III" in groups:
        yield _error("undivided-group", "Group III is divided: write IIIA, IIIB or IIIC.")
    if "II" in groups and not marking.gas:
        yield _warning("undivided-group", "Group II is not divided; today IIA, IIB or IIC is written.")
    if len(groups) > 1:
        yield _warning("several-groups", f"{marking.group} names several groups; the highest covers those below it.")


def _levels(marking: Marking) -> Iterator[Problem]:
    if len(marking.epl) > 2:
        yield _error("levels", "At most two EPLs stand in a marking: those of both sides of a wall, as in Ga/Gb.")
    yield from _levels_of(marking.own, marking.epl, marking.atmosphere, marking.group)


def _levels_of(
    protections: tuple[Protection, ...], epl: tuple[str, ...], atmosphere: str, group: str
) -> Iterator[Problem]:
    for level in epl:
        if atmosphere and EPLS[level].atmosphere != atmosphere:
            *others, last = [name for name, one in EPLS.items() if one.atmosphere == atmosphere]
            wrong = f"{level} is no EPL of group {GROUP_OF_ATMOSPHERE[atmosphere]}; there it is"
            yield _error(
                "epl-of-another-group", f"{wrong} {', '.join(others)} or {last}. The group is {group or 'III'}."
            )
    allowed = list(best_levels(protections))
    if epl and allowed:
        claimed = max(epl, key=lambda level: level[1])
        if claimed[1] < allowed[-1]:
            yield _error("epl-too-good", _too_good(protections, claimed, allowed[-1]))


def _too_good(protections: tuple[Protection, ...], claimed: str, allowed: str) -> str:
    weakest = max(protections, key=lambda protection: LEVELS.index(CODES[protection.code].best))
    best = claimed[0] + allowed
    right = best if best in EPLS else "none for mines"
    return f"{claimed} is better than “{weakest.code}” allows; the best possible EPL is {right}."


def _protections(marking: Marking) -> Iterator[Problem]:
    unfit = [one.code for one in marking.own if marking.atmosphere not in CODES[one.code].atmospheres]
    kind = ATMOSPHERES.get(marking.atmosphere, "")
    if unfit and len(unfit) == len(marking.own):
        yield _error(
            "protection-of-another-group", f"“{unfit[0]}” is no protection for {kind}; the group does not fit to it."
        )
    elif unfit:
        yield _warning(
            "protection-of-another-group", f"“{unfit[0]}” is no protection for {kind}; it belongs into another line."
        )
    places = [(one.code, one.bracket) for one in marking.protections if not one.joined]
    if len(places) != len(set(places)):
        yield _warning("repeated", "A type of protection stands twice; once is enough.")


def _temperature(marking: Marking) -> Iterator[Problem]:
    temperature, atmosphere = marking.temperature, marking.atmosphere
    if not temperature:
        return
    if atmosphere == "D" and temperature.classes:
        yield _error("class-with-dust", "Dust has no temperature class; write degrees, such as T85°C.")
    if atmosphere == "M":
        yield _warning("temperature-with-mines", "Group I has no temperature in its marking; leave it out.")
    if atmosphere == "G" and any(surface.layer for surface in temperature.surfaces):
        yield _error("layer-with-gas", "Only dust has a layer; for gas write a temperature class, such as T4.")
    if temperature.classes and temperature.surfaces:
        name, celsius = temperature.classes[0], temperature.surfaces[0].celsius
        if celsius > CLASSES[name]:
            yield _error(
                "hotter-than-its-class", f"{celsius} °C is hotter than {name} allows, which is {CLASSES[name]} °C."
            )


def _brackets(marking: Marking) -> Iterator[Problem]:
    for _number, pair in groupby(marking.protections, key=lambda one: one.bracket):
        protections = tuple(pair)
        first = protections[0]
        if first.bracketed:
            group = first.group or ("" if marking.own else marking.group)
            yield from _levels_of(protections, first.epl, atmosphere_of(group), group)
            yield from _bracket_of_another_group(marking, protections)


def _bracket_of_another_group(marking: Marking, protections: tuple[Protection, ...]) -> Iterator[Problem]:
    """An interface for dust may stand in equipment for gas, but then the brackets should say which group it is for."""
    first = protections[0]
    if marking.own and not first.group and any(EPLS[level].atmosphere != marking.atmosphere for level in first.epl):
        written = print_bracket(list(protections))
        yield _warning(
            "bracket-without-group",
            f"{written} is for another group than {marking.group}; name it, as in [ia IIIC Da].",
        )


def _order(marking: Marking) -> Iterator[Problem]:
    codes = [one.code for one in marking.own]
    if not any(one.joined for one in marking.own) and codes != sorted(codes, key=str.lower):
        yield _warning(
            "alphabetical-order",
            f"Types of protection stand in alphabetical order: {' '.join(sorted(codes, key=str.lower))}.",
        )
