"""What a marking says, part by part, in plain words, for those who were not trained to read it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from contracts.markings.forms import (
    Marking,
    Protection,
    Surface,
    Temperature,
    plain_group,
    print_bracket,
    signed,
)
from contracts.markings.vocabulary import CLASSES, EPLS, GASES, GROUPS


class Explanation(NamedTuple):
    """One part of a marking as it is printed, and what it says."""

    part: str
    text: str


PROTECTIONS = {
    "d": "Flameproof enclosure: an explosion inside does not get out",
    "e": "Increased safety: nothing in it sparks or gets hot",
    "h": "Non-electrical equipment, protected by construction, by control of ignition sources or by liquid",
    "i": "Intrinsic safety: its circuits hold too little energy to ignite anything",
    "m": "Encapsulation: what could ignite is cast in a compound",
    "n": "Non-sparking, sealed or restricted breathing",
    "o": "Liquid immersion: what could ignite lies under a protective liquid",
    "p": "Pressurized enclosure: a protective gas keeps the explosive atmosphere out",
    "q": "Powder filling: what could ignite lies in fine filling material",
    "s": "Special protection, as the certificate describes it",
    "t": "Protection by enclosure: dust is kept out and the surface kept cool",
    "v": "Ventilated room: ventilation keeps the explosive atmosphere away",
}
# Where one letter stands for several ways, the symbol says which.
_SYMBOLS = {
    "nA": "Non-sparking: nothing in it sparks in normal operation",
    "nC": "Sealed or enclosed-break devices: what sparks is shut in",
    "nR": "Restricted breathing: the enclosure lets gas in only slowly",
    "nL": "Energy-limited circuits",
    "nP": "Simplified pressurization",
    "nAc": "Non-sparking: nothing in it sparks in normal operation",
    "nCc": "Sealed or enclosed-break devices: what sparks is shut in",
    "nRc": "Restricted breathing: the enclosure lets gas in only slowly",
    "nLc": "Energy-limited circuits",
    "op is": "Optical radiation, inherently safe: the light is too weak to ignite anything",
    "op pr": "Optical radiation, protected: the light does not leave its fibre or enclosure",
    "op sh": "Optical radiation with interlock: the light goes out when its fibre breaks",
}
_LEVELS = {
    "a": "level a: very high, safe even with rare faults",
    "b": "level b: high, safe with the faults that must be expected",
    "c": "level c: enhanced, safe in normal operation",
}


def explain(marking: Marking) -> list[Explanation]:
    """Each part in its order. Of a marking that is not understood, the parts that could be read."""
    return [Explanation(part, text) for part, text in _parts(marking) if part]


def _parts(marking: Marking) -> Iterator[tuple[str, str]]:
    if marking.prefix == "EEx":
        yield "EEx", "Explosion protection, in the writing of older European standards."
    for bracketed, pair in groupby(marking.protections, key=lambda protection: protection.bracket):
        protections = list(pair)
        yield from [_bracket(protections, bool(marking.own))] if bracketed else map(_protection, protections)
    if marking.zone:
        yield marking.zone, f"For use in zone {marking.zone[-2:]}, as the older dust series wrote it."
    if marking.group:
        yield marking.group, _group(marking.group)
    if marking.temperature:
        yield marking.temperature.printed(marking.atmosphere), _temperature(marking.temperature)
    if marking.epl:
        yield "/".join(marking.epl), _levels(marking.epl)
    if marking.ambient:
        yield str(marking.ambient), _ambient(marking.ambient.low, marking.ambient.high)
    if marking.ip:
        yield marking.ip, "Protection of the enclosure against solid bodies and water, by its IP code."


def describe(protection: Protection) -> str:
    """``Flameproof enclosure, level b: high, safe …. An explosion inside does not get out.``"""
    kind = _SYMBOLS.get(protection.code) or PROTECTIONS[protection.letter]
    name, _colon, how = kind.partition(": ")
    level = f", {_LEVELS[protection.level]}" if protection.level else ""
    return f"{name}{level}. {how[:1].upper()}{how[1:]}." if how else f"{name}{level}."


def _protection(protection: Protection) -> tuple[str, str]:
    joints = {"/": "On the other side of a wall, or instead: ", "+": "At the same time, independently: "}
    return protection.code, joints.get(protection.joined, "") + describe(protection)


def _bracket(protections: list[Protection], has_own: bool) -> tuple[str, str]:
    what = " ".join(map(describe, protections))
    level = f" The circuits may lead into {_reach(protections[0].epl)}." if protections[0].epl else ""
    group = f" Their group is {protections[0].group}." if protections[0].group else ""
    place = "" if has_own else " The equipment itself stands outside the hazardous area."
    return print_bracket(protections), f"For connected circuits only: {what}{level}{group}{place}"


def _reach(epl: tuple[str, ...]) -> str:
    return " or ".join(EPLS[level].text for level in epl)


def _group(group: str) -> str:
    texts = " ".join(GROUPS[plain_group(one)].text for one in group.split("/"))
    gas = group.removesuffix(")").replace("(", "+").partition("+")[2]
    if not gas:
        return texts
    name = GASES.get(gas, gas)
    return f"For {name} only." if group.endswith(")") else f"{texts} And for {name}."


def _temperature(temperature: Temperature) -> str:
    surfaces = temperature.surfaces or tuple(Surface(CLASSES[name]) for name in temperature.classes)
    named = [f"{one.celsius} °C" + (f" under {one.layer} mm of dust" if one.layer else "") for one in surfaces]
    layers = ", ".join(named)
    if len(surfaces) == 1 or any(one.layer for one in surfaces):
        return f"No surface hotter than {layers}."
    hottest = max(surface.celsius for surface in surfaces)
    listed = f"{named[0]} to {named[-1]}" if temperature.spans else layers
    return f"No surface hotter than {hottest} °C; by model or use {listed}: the certificate says which holds when."


def _levels(epl: tuple[str, ...]) -> str:
    if len(epl) == 1:
        return f"Equipment protection level {epl[0]}: {EPLS[epl[0]].text}."
    sides = "; ".join(f"{level}: {EPLS[level].text}" for level in epl)
    return f"Different equipment protection levels on both sides of a wall, or inside and outside. {sides}."


def _ambient(low: int | None, high: int | None) -> str:
    bounds = [f"from {signed(low)}" if low is not None else "", f"up to {signed(high)}" if high is not None else ""]
    return f"Certified for ambient temperatures {' '.join(filter(None, bounds))}."
