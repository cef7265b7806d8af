"""The words of markings, as tables: types of protection, groups, temperatures and equipment protection levels.

What an edition of a standard changes is changed here. Sources: IEC 60079-0, clause 29 (marking), and the standard of
each type of protection. What only older editions wrote is marked ``legacy``; it is read, and never refused for its age.
"""

from __future__ import annotations

from typing import NamedTuple

# The levels, best first. Their order is the order of every comparison.
LEVELS = "abc"


class Code(NamedTuple):
    """What one symbol of a type of protection says.

    ``best``: the best level of an EPL that it allows, which is its own level where it has one.
    ``atmospheres``: for which it exists, of M (mines), G (gas) and D (dust).
    ``tells``: whether ``best`` may be taken as its level where no EPL is printed beside it.
    """

    letter: str
    level: str
    best: str
    atmospheres: str
    legacy: bool = False
    tells: bool = True


def _levels(letter: str, atmospheres: str, codes: str, *, legacy: bool = False) -> dict[str, Code]:
    """Symbols that hold their level as a small letter, such as ``db`` or ``iaD``."""
    levels = {code: code.rstrip("D")[-1] for code in codes.split()}
    return {code: Code(letter, level, level, atmospheres, legacy) for code, level in levels.items()}


def _plain(
    letter: str, best: str, atmospheres: str, codes: str, *, legacy: bool = False, tells: bool = True
) -> dict[str, Code]:
    """Symbols without a level of their own."""
    return {code: Code(letter, "", best, atmospheres, legacy, tells) for code in codes.split(",")}


CODES: dict[str, Code] = {
    **_levels("d", "MG", "da db dc"),
    **_levels("e", "MG", "eb ec"),
    **_levels("i", "MGD", "ia ib ic"),
    **_levels("m", "MGD", "ma mb mc"),
    **_levels("o", "MG", "ob oc"),
    **_levels("p", "MGD", "pxb pyb pzc pb pc"),
    **_levels("q", "MG", "qb"),
    **_levels("s", "MGD", "sa sb sc"),
    **_levels("t", "D", "ta tb tc"),
    **_levels("v", "MGD", "vb vc"),
    **_plain("n", "c", "G", "nA,nC,nR"),
    **_plain("q", "b", "MG", "q"),
    # These carry whatever EPL their assessment gave them, so that the symbol alone tells no zone.
    **_plain("h", "a", "MGD", "h", tells=False),
    **_plain("op", "a", "MGD", "op is,op sh", tells=False),
    **_plain("op", "b", "MGD", "op pr", tells=False),
    # Before the levels of protection came: one type, one zone.
    **_plain("d", "b", "MG", "d", legacy=True),
    **_plain("e", "b", "MG", "e", legacy=True),
    **_plain("i", "a", "MGD", "i", legacy=True, tells=False),
    **_plain("m", "b", "MGD", "m", legacy=True),
    **_plain("o", "b", "MG", "o", legacy=True),
    **_plain("p", "b", "MGD", "p,px,py", legacy=True),
    **_plain("p", "c", "MGD", "pz", legacy=True),
    **_plain("v", "b", "MGD", "v", legacy=True, tells=False),
    **_plain("n", "c", "G", "n,nL,nP", legacy=True),
    **_levels("n", "G", "nAc nCc nRc nLc", legacy=True),
    **_plain("s", "a", "MGD", "s", legacy=True, tells=False),
    **_plain("t", "a", "D", "t", legacy=True, tells=False),
    # The dust series IEC 61241, which named a zone instead of an EPL.
    **_levels("i", "D", "iaD ibD", legacy=True),
    **_levels("m", "D", "maD mbD", legacy=True),
    **_plain("p", "b", "D", "pD", legacy=True),
    **_plain("t", "a", "D", "tD", legacy=True, tells=False),
}
LETTERS = tuple(sorted({code.letter for code in CODES.values()}))
# The symbols of today that a symbol without level means, where it can only mean one.
TODAY = {"d": "db", "e": "eb", "o": "ob", "q": "qb", "px": "pxb", "py": "pyb", "pz": "pzc", "m": "mb"} | {
    "nAc": "nA",
    "nCc": "nC",
    "nRc": "nR",
}

# The standards of which one is expected beside the letter. The second ones are of an older series, or of rooms.
STANDARDS: dict[str, tuple[str, ...]] = {
    "d": ("IEC 60079-1",),
    "e": ("IEC 60079-7",),
    "h": ("ISO 80079-36",),
    "i": ("IEC 60079-11", "IEC 60079-25", "IEC 60079-27", "IEC 61241-11"),
    "m": ("IEC 60079-18", "IEC 61241-18"),
    "n": ("IEC 60079-15", "IEC 60079-7", "IEC 60079-11"),
    "o": ("IEC 60079-6",),
    "op": ("IEC 60079-28",),
    "p": ("IEC 60079-2", "IEC 60079-13", "IEC 61241-4"),
    "q": ("IEC 60079-5",),
    "s": ("IEC 60079-33",),
    "t": ("IEC 60079-31", "IEC 61241-1"),
    "v": ("IEC 60079-13",),
}


class Group(NamedTuple):
    """A group of equipment: its atmosphere (M, G or D), its rank in it (higher covers lower), and what it is for."""

    atmosphere: str
    rank: int
    text: str


GROUPS: dict[str, Group] = {
    "I": Group("M", 0, "Mines susceptible to firedamp (methane)."),
    "II": Group("G", 3, "Gases and vapours, not divided into IIA, IIB and IIC."),
    "IIA": Group("G", 1, "Gases of group IIA, such as propane."),
    "IIB": Group("G", 2, "Gases of group IIB, such as ethylene; also for IIA."),
    "IIC": Group("G", 3, "Gases of group IIC, such as hydrogen and acetylene; also for IIB and IIA."),
    "III": Group("D", 0, "Dusts, but IIIA, IIIB or IIIC is missing."),
    "IIIA": Group("D", 1, "Combustible flyings, such as fibres of textiles."),
    "IIIB": Group("D", 2, "Non-conductive dusts, such as flour or wood; also for the flyings of IIIA."),
    "IIIC": Group("D", 3, "Conductive dusts, such as metal or coal dust; also for IIIB and IIIA."),
}
# Gases that stand beside a group, by their formula, and the names under which people write them.
GASES = {"H2": "hydrogen", "C2H2": "acetylene", "CH4": "methane", "NH3": "ammonia", "CS2": "carbon disulphide"}
FORMULAE = {name.upper(): formula for formula, name in GASES.items()} | {formula: formula for formula in GASES}

# Degrees Celsius that no surface exceeds.
CLASSES = {"T1": 450, "T2": 300, "T3": 200, "T4": 135, "T5": 100, "T6": 85}


class ProtectionLevel(NamedTuple):
    """An equipment protection level (EPL): its atmosphere, and where equipment of this level may be used."""

    atmosphere: str
    zones: tuple[str, ...]
    text: str


EPLS: dict[str, ProtectionLevel] = {
    "Ma": ProtectionLevel("M", ("mines",), "mines, and it may stay switched on when firedamp breaks out"),
    "Mb": ProtectionLevel("M", ("mines",), "mines, and it is switched off when firedamp breaks out"),
    "Ga": ProtectionLevel("G", ("0", "1", "2"), "zones 0, 1 and 2"),
    "Gb": ProtectionLevel("G", ("1", "2"), "zones 1 and 2"),
    "Gc": ProtectionLevel("G", ("2",), "zone 2 only"),
    "Da": ProtectionLevel("D", ("20", "21", "22"), "zones 20, 21 and 22"),
    "Db": ProtectionLevel("D", ("21", "22"), "zones 21 and 22"),
    "Dc": ProtectionLevel("D", ("22",), "zone 22 only"),
}
# In the dust series of old, the zone stood where the EPL stands now; A and B were two ways to test the enclosure.
LEVEL_OF_ZONE = {"20": "a", "21": "b", "22": "c"}
ZONES = frozenset(method + zone for method in ("", "A", "B") for zone in LEVEL_OF_ZONE)

ATMOSPHERES = {"M": "mines", "G": "gas", "D": "dust"}
GROUP_OF_ATMOSPHERE = {"M": "I", "G": "II", "D": "III"}

# What the ambient range is where none is printed (IEC 60079-0, clause 5.1.1).
USUAL_AMBIENT = (-20, 40)
