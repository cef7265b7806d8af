"""Invented equipment certificates: the same number and seed give the same certificate, in any process, in any order.

They are plain bodies of ``POST /api/v1/certificates``, plausible to a reader of certificates, and name nobody real.
The demonstration register uses some forty of them, ``make demo-data`` thousands, the bench a million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from demonstration.words import invented_name, paragraph, sentence, zipf_weights

SEED = 2026
MANUFACTURERS = 3_000

LEGAL_FORMS = {
    "DE": "GmbH",
    "GB": "Ltd",
    "US": "Inc.",
    "FR": "SAS",
    "IT": "S.p.A.",
    "NL": "B.V.",
    "NO": "AS",
    "FI": "Oy",
    "CH": "AG",
    "AU": "Pty Ltd",
    "CN": "Co., Ltd.",
    "KR": "Co., Ltd.",
    "JP": "K.K.",
    "IN": "Pvt. Ltd.",
    "BR": "Ltda.",
    "CA": "Inc.",
    "PL": "Sp. z o.o.",
    "CZ": "s.r.o.",
    "SE": "AB",
    "ES": "S.A.",
}
TRADES = ("Instruments", "Controls", "Antriebe", "Elektrik", "Automation", "Lighting", "Messtechnik", "Sensors")
PRODUCTS = (
    "Pressure transmitter",
    "Temperature transmitter",
    "Level sensor",
    "Flow meter",
    "Junction box",
    "Gas detector",
    "LED luminaire",
    "Solenoid valve",
    "Three-phase motor",
    "Cable gland",
    "Limit switch",
    "Isolating barrier",
    "Control station",
    "Camera housing",
    "Signal beacon",
    "Trace heater",
    "Valve positioner",
    "Operator panel",
)
GASES = ("IIA", "IIB", "IIC")
CLASSES = ("T3", "T4", "T5", "T6")


@dataclass(frozen=True)
class Protection:
    """A type of protection: its letter, how a marking with it reads, and the standard it rests on."""

    letter: str
    marking: str
    standard: tuple[str, str]


PROTECTIONS = (
    Protection("d", "Ex db {gas} {temperature} Gb", ("IEC 60079-1", "7.0")),
    Protection("i", "Ex ia {gas} {temperature} Ga", ("IEC 60079-11", "7.0")),
    Protection("e", "Ex eb {gas} {temperature} Gb", ("IEC 60079-7", "5.1")),
    Protection("m", "Ex mb {gas} {temperature} Gb", ("IEC 60079-18", "4.1")),
    Protection("t", "Ex tb IIIC T135°C Db", ("IEC 60079-31", "3.0")),
    Protection("op", "Ex op is {gas} {temperature} Ga", ("IEC 60079-28", "2.0")),
    Protection("p", "Ex pxb {gas} {temperature} Gb", ("IEC 60079-2", "6.0")),
    Protection("q", "Ex q {gas} {temperature} Gb", ("IEC 60079-5", "4.0")),
)
GENERAL = ("IEC 60079-0", "7.0")

# How often each occurs, as cumulated weights: few makers hold many certificates, few protections are everywhere.
_MAKER_WEIGHTS = zipf_weights(MANUFACTURERS)
_PROTECTION_WEIGHTS = zipf_weights(len(PROTECTIONS))


@dataclass(frozen=True)
class Invented:
    """One invented certificate: the body that issues it and what that body sends."""

    excb: str
    body: dict[str, Any]


def invent(index: int, bodies: Sequence[tuple[str, str]], seed: int = SEED) -> Invented:
    """The certificate ``index`` of the series ``seed``, by one of ``bodies``: rows of (code, country)."""
    random = Random(f"{seed}/{index}")
    excb, country = bodies[random.randrange(len(bodies))]
    maker = manufacturer(random.choices(range(MANUFACTURERS), cum_weights=_MAKER_WEIGHTS)[0])
    kind = random.choices(("equipment", "component", "unit-verification"), weights=(88, 8, 4))[0]
    protections = _protections(random)
    model = f"{random.choice('ABCEFGHKLMPRSTVX')}{random.choice('CDLNRSTX')}-{random.randrange(10, 9990)}"
    return Invented(
        excb,
        {
            "scheme": "equipment",
            "kind": kind,
            "applicant": maker,
            "manufacturer": maker,
            "manufacturing_locations": [maker],
            "equipment": f"{random.choice(PRODUCTS)} type {model}",
            "protection": [protection.letter for protection in protections],
            "marking": _markings(random, protections, kind),
            "ambient": f"-{random.choice((20, 40, 50, 60))} °C ≤ Ta ≤ +{random.choice((40, 55, 60, 70))} °C",
            "standards": [
                {"number": number, "edition": edition}
                for number, edition in (GENERAL, *(protection.standard for protection in protections))
            ],
            "test_reports": [f"{country}/{excb}/ExTR25.{random.randrange(1, 10_000):04}/00"],
            **_evidence(random, kind, country, excb),
            "conditions_of_use": _conditions(random, kind),
            "schedule": paragraph(random, 3, 12),
            "approver": {"name": _person(random), "position": "Certification manager"},
        },
    )


@lru_cache(maxsize=MANUFACTURERS)
def manufacturer(rank: int) -> dict[str, str]:
    """The invented company that is the ``rank``-th most frequent."""
    random = Random(f"manufacturer/{rank}")
    country = random.choice(list(LEGAL_FORMS))
    name = f"{invented_name(random)} {random.choice(TRADES)} {LEGAL_FORMS[country]}"
    street = f"{random.randrange(1, 200)} {invented_name(random)} Street"
    town = f"{random.randrange(10_000, 99_999)} {invented_name(random)}"
    return {"name": name, "address": f"{street}\n{town}", "country": country}


def _person(random: Random) -> str:
    return f"{random.choice('ABCDEFGHJKLMPRST')}. {invented_name(random)}"


def _protections(random: Random) -> list[Protection]:
    drawn = random.choices(PROTECTIONS, cum_weights=_PROTECTION_WEIGHTS, k=random.choice((1, 1, 2)))
    return list(dict.fromkeys(drawn))


def _markings(random: Random, protections: Sequence[Protection], kind: str) -> list[str]:
    gas, temperature = random.choice(GASES), random.choice(CLASSES)
    lines = [protection.marking.format(gas=gas, temperature=temperature) for protection in protections]
    if kind == "component":
        # A component has no temperature class of its own: that depends on what it is built into.
        lines = [" ".join(word for word in line.split() if not word.startswith("T")) for line in lines]
    return lines


def _conditions(random: Random, kind: str) -> str:
    """A component always has limitations; a verified unit has no conditions here, and most equipment none."""
    limited = kind == "component" or (kind == "equipment" and random.random() < 0.3)
    return sentence(random) if limited else ""


def _evidence(random: Random, kind: str, country: str, excb: str) -> dict[str, list[str]]:
    """A verified unit is named by its serial numbers; for anything else the maker's quality system was assessed."""
    if kind == "unit-verification":
        first = random.randrange(1_000, 99_000)
        return {"serial_numbers": [f"SN {first + offset}" for offset in range(random.randint(1, 3))]}
    return {"quality_reports": [f"{country}/{excb}/QAR25.{random.randrange(1, 10_000):04}/0{random.randrange(5)}"]}
