"""What a marking is made of: Protection, Temperature, Ambient, Problem, and Marking, which knows how it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal, NamedTuple

from contracts.markings.vocabulary import CODES, EPLS, GROUPS, LEVEL_OF_ZONE, LEVELS

Status = Literal["ok", "legacy", "not-understood"]
Joint = Literal["", "/", "+"]
# The codes of those problems after which a part of the text is not in the marking.
_UNREAD = frozenset(
    {"no-text", "no-ex", "too-long", "too-many", "unreadable", "two-markings", "brackets", "protection-after-group"}
)


class Problem(NamedTuple):
    """What is wrong with a marking, and what would be right. ``code`` is stable, ``text`` a sentence or two."""

    severity: Literal["error", "warning"]
    code: str
    text: str


class Surface(NamedTuple):
    """A highest surface temperature in °C, under a layer of dust of so many millimetres where ``layer`` is given."""

    celsius: int
    layer: int | None = None

    def __str__(self) -> str:
        return f"{self.layer} {self.celsius}°C" if self.layer else f"{self.celsius}°C"


@dataclass(frozen=True, slots=True)
class Temperature:
    """The highest surface temperature: as classes (``T6``, ``T4``), in °C, or as one of each: ``120°C (T4)``.

    ``spans``: from the first to the last, as in ``T6…T4``; otherwise several are alternatives, as in ``T6/T5``.
    """

    classes: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    spans: bool = False

    def printed(self, atmosphere: str) -> str:
        """``T85°C`` for dust, ``85°C`` for gas."""
        classes = ("…" if self.spans else "/").join(self.classes)
        mark = "T" if atmosphere == "D" else ""
        between = "…" if self.spans else " " if any(surface.layer for surface in self.surfaces) else "/"
        surfaces = between.join(f"{mark}{surface}" for surface in self.surfaces)
        return f"{surfaces} ({classes})" if surfaces and classes else surfaces or classes


@dataclass(frozen=True, slots=True)
class Ambient:
    """The range of ambient temperatures in °C, open where only one end is printed."""

    low: int | None = None
    high: int | None = None

    def __str__(self) -> str:
        if self.low is None:
            return f"Ta ≤ {signed(self.high or 0)}"
        return f"Ta ≥ {signed(self.low)}" if self.high is None else f"{signed(self.low)} ≤ Ta ≤ {signed(self.high)}"


def signed(celsius: int) -> str:
    """``+60 °C``, ``0 °C``, ``-20 °C``."""
    return f"{celsius:+d} °C" if celsius else "0 °C"


@dataclass(frozen=True, slots=True)
class Protection:
    """One type of protection.

    ``joined``: how it hangs on the one before: ``/`` (either side of a wall, or an alternative), ``+`` (both at once,
    independent of each other) or nothing. ``bracket``: 0, or in which pair of brackets it stands (1, 2, …), that is,
    which connected circuit it protects; ``group`` and ``epl`` are those that stand in the brackets with it.
    """

    code: str
    joined: Joint = ""
    bracket: int = 0
    group: str = ""
    epl: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        """The type of protection as certificates list it: ``d`` for ``db``."""
        return CODES[self.code].letter

    @property
    def level(self) -> str:
        return CODES[self.code].level

    @property
    def legacy(self) -> bool:
        return CODES[self.code].legacy

    @property
    def bracketed(self) -> bool:
        """Whether it protects circuits that are connected (associated apparatus), not the equipment itself."""
        return self.bracket > 0


@dataclass(frozen=True, slots=True)
class Marking:
    """A marking as it was understood. Two are equal when they say the same, however they were written.

    ``text``: as given. ``prefix``: ``Ex``, or ``EEx`` of old. ``zone``: of the dust series of old, such as ``A21``.
    A marking that is not understood still shows what could be read, but tells no zone.
    """

    text: str = field(compare=False)
    status: Status
    protections: tuple[Protection, ...] = ()
    group: str = ""
    temperature: Temperature | None = None
    epl: tuple[str, ...] = ()
    ambient: Ambient | None = None
    ip: str = ""
    prefix: str = "Ex"
    zone: str = ""
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def atmosphere(self) -> str:
        """M, G or D, or nothing where the group is missing."""
        return atmosphere_of(self.group) or ("D" if self.zone or _are_dust(self.protections) else "")

    @property
    def is_whole(self) -> bool:
        """Whether all of the text was read, even if what it says is incomplete or contradicts itself."""
        return not any(problem.code in _UNREAD for problem in self.problems)

    @property
    def gas(self) -> str:
        """The gas that stands beside the group: ``H2`` in ``IIB+H2`` and ``II(H2)``."""
        return self.group.partition("/")[0].removesuffix(")").replace("(", "+").partition("+")[2]

    @property
    def own(self) -> tuple[Protection, ...]:
        """The protections of the equipment itself, without those of connected circuits."""
        return tuple(protection for protection in self.protections if not protection.bracketed)

    @property
    def letters(self) -> tuple[str, ...]:
        """The types of protection, each once, in order; compare them with the list on the certificate."""
        return tuple(sorted({protection.letter for protection in self.protections}))

    @property
    def best_epl(self) -> tuple[str, ...]:
        """The best EPL that the protections allow; two where parts joined by ``/`` allow different ones.

        None for associated apparatus alone: it has to stand outside the hazardous area.
        """
        levels = [LEVEL_OF_ZONE[self.zone[-2:]]] if self.zone else best_levels(self.own)
        epls = dict.fromkeys(self.atmosphere + level for level in levels)
        return tuple(epls) if all(epl in EPLS for epl in epls) else ()

    @property
    def effective_epl(self) -> tuple[str, ...]:
        """The EPL printed, else the best possible where the protections tell it."""
        tells = self.zone or all(CODES[protection.code].tells for protection in self.own)
        return self.epl or (self.best_epl if tells else ())

    @property
    def zones(self) -> tuple[str, ...]:
        """Where it may be used: "0", "1", "2", "20", "21", "22" or "mines"; nothing where the marking does not tell.

        At a wall between two zones, those of both sides.
        """
        epls = self.effective_epl if self.status != "not-understood" else ()
        return tuple(sorted({zone for epl in epls for zone in EPLS[epl].zones}, key=lambda zone: (len(zone), zone)))

    @property
    def printed(self) -> str:
        """The one right spelling; what is not understood is left as it is."""
        if self.status == "not-understood":
            return self.text
        temperature = self.temperature.printed(self.atmosphere) if self.temperature else ""
        ambient = str(self.ambient) if self.ambient else ""
        return words(self._protections(), self.zone, self.group, temperature, "/".join(self.epl), ambient, self.ip)

    def _protections(self) -> str:
        pairs = groupby(self.protections, key=lambda protection: protection.bracket)
        within = "" if self.own else f"{self.prefix} "
        parts = [print_bracket(list(part), within) if number else print_row(part) for number, part in pairs]
        return words(self.prefix if self.own else "", *parts)


def print_row(protections: Iterable[Protection]) -> str:
    """``db eb``, ``ia/db``."""
    row = ((protection.joined or " ") + protection.code for protection in protections)
    return "".join(row).lstrip(" ")


def print_bracket(protections: list[Protection], within: str = "") -> str:
    """``[ia IIC Ga]``."""
    inside = words(print_row(protections), protections[0].group, "/".join(protections[0].epl))
    return f"[{within}{inside}]"


def words(*parts: str) -> str:
    """Those parts that are there, with a blank between them."""
    return " ".join(part for part in parts if part)


def atmosphere_of(group: str) -> str:
    """M, G or D for ``I``, ``IIC``, ``IIB+H2``, ``II(H2)`` or ``IIC/IIB``; nothing for what is no group."""
    name = plain_group(group)
    return GROUPS[name].atmosphere if name in GROUPS else ""


def plain_group(group: str) -> str:
    """The group without its gas, the first one where several stand: ``IIB+H2`` → ``IIB``."""
    return group.partition("/")[0].partition("+")[0].partition("(")[0]


def best_levels(protections: Iterable[Protection]) -> Iterator[str]:
    """The best and the weakest level that the parts allow together; they differ only where parts are joined by ``/``.

    Nothing for no protections. A part of two independent protections (``+``) is one level better than they are.
    """
    parts = [_sides(part) for part in _parts(protections)]
    if parts:
        yield LEVELS[max(min(sides) for sides in parts)]
        yield LEVELS[max(max(sides) for sides in parts)]


def _parts(protections: Iterable[Protection]) -> list[list[Protection]]:
    parts: list[list[Protection]] = []
    for protection in protections:
        if protection.joined and parts:
            parts[-1].append(protection)
        else:
            parts.append([protection])
    return parts


def _sides(part: list[Protection]) -> list[int]:
    """The ranks (0 is best) of what stands at each side of ``/``."""
    sides: list[int] = []
    for protection in part:
        rank = LEVELS.index(CODES[protection.code].best)
        if protection.joined == "+" and sides:
            sides[-1] = max(0, max(sides[-1], rank) - 1)
        else:
            sides.append(rank)
    return sides


def _are_dust(protections: tuple[Protection, ...]) -> bool:
    return any(CODES[protection.code].atmospheres == "D" for protection in protections)
