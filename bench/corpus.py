"""A register of any size for the bars of search: snapshots of all four schemes, some with a later issue, and their log.

The same index gives the same certificate, in any process, in any order. In a hundred there are eighty of equipment,
fifteen persons, four service facilities and a mark licence; each fifth has a second issue.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from contracts.events import ENVELOPE_VERSION
from contracts.numbers import Series
from demonstration.generate import PROTECTIONS, Protection, invent, manufacturer
from demonstration.words import invented_name, paragraph, sentence, words

SEED = 2027
BODIES = (
    ("BAS", "GB"), ("SIR", "GB"), ("ITS", "GB"), ("CML", "GB"), ("EXV", "GB"), ("TRC", "GB"), ("FME", "GB"),
    ("FMG", "US"), ("UL", "US"), ("ETL", "US"), ("ULD", "DK"), ("CSA", "CA"), ("QPS", "CA"), ("PTB", "DE"),
    ("BVS", "DE"), ("TUN", "DE"), ("TUR", "DE"), ("TPS", "DE"), ("IBE", "DE"), ("EPS", "DE"), ("ZLM", "DE"),
    ("DEK", "NL"), ("KIWA", "NL"), ("LCI", "FR"), ("INE", "FR"), ("CES", "IT"), ("IMQ", "IT"), ("SEV", "CH"),
    ("NEM", "NO"), ("PRE", "NO"), ("VTT", "FI"), ("FTZU", "CZ"), ("KDB", "PL"), ("TSA", "AU"), ("SIM", "AU"),
    ("ExTC", "AU"), ("NEP", "CN"), ("KTL", "KR"), ("KGS", "KR"), ("NCC", "BR"),
)  # fmt: skip
YEARS = tuple(range(2003, 2027))
SERVICES = ("Repair and overhaul", "Inspection and maintenance", "Installation", "Design", "Area classification")
UNITS = tuple(f"Ex {number:03}" for number in range(12))
FIRST_NAMES = ("Ana", "Ben", "Chen", "Dana", "Emil", "Fatima", "Goran", "Hana", "Ivan", "Jin", "Kofi", "Lena")
STATUSES = ("current",) * 17 + ("suspended", "cancelled", "cancelled")
EACH_FIFTH = 5

Snapshot = dict[str, Any]


def scheme_of(index: int) -> str:
    place = index % 100
    if place < 80:
        return "equipment"
    return "person" if place < 95 else "service-facility" if place < 99 else "mark-licence"


def snapshots(index: int) -> list[Snapshot]:
    """All issues of a certificate as they are told one after the other."""
    random = Random(f"{SEED}/{index}")  # noqa: S311 - inventing, not encrypting
    first = _snapshot(index, random)
    if index % EACH_FIFTH:
        return [first]
    day = _later(first["date_of_issue"], 300)
    return [first, first | {"issue": 1, "date_of_issue": day, "changes": sentence(random), "status_date": day}]


def log(count: int) -> Iterator[dict[str, Any]]:
    """The envelopes of a register with so many certificates, in order."""
    change_no = 0
    for index in range(count):
        for snapshot in snapshots(index):
            change_no += 1
            issue = snapshot["issue"]
            yield {
                "event_id": f"event {change_no}",
                "change_no": change_no,
                "type": "certificate.issued",
                "version": ENVELOPE_VERSION,
                "occurred_at": f"{snapshot['date_of_issue']}T10:00:00Z",
                "actor": {"role": "excb", "excb": snapshot["excb"]},
                "certificate": snapshot | {"change_no": change_no},
                "previous": {"status": "current", "issue": issue - 1} if issue else {"status": None, "issue": None},
            }


def _snapshot(index: int, random: Random) -> Snapshot:
    scheme, (excb, country) = scheme_of(index), BODIES[index // 100 % len(BODIES)]
    year = YEARS[index // (100 * len(BODIES)) % len(YEARS)]
    content = _CONTENT[scheme](index, random, excb, country)
    day = date(year, 1, 1) + timedelta(days=random.randrange(365))
    suffix = "U" if content.get("kind") == "component" else "X" if content.get("conditions_of_use") else ""
    base = _base_number(index, scheme, excb, year)
    return {
        "id": str(uuid5(NAMESPACE_URL, base)),
        "number": base + suffix,
        "base_number": base,
        "suffix": suffix,
        "verification": content.get("kind") == "unit-verification",
        "kind": None,
        "excb": excb,
        "issue": 0,
        "status": random.choice(STATUSES),
        "date_of_issue": day.isoformat(),
        "first_issued": day.isoformat(),
        "valid_until": _later(day.isoformat(), 5 * 365) if scheme == "person" else None,
        "status_date": day.isoformat(),
        "status_reason": "",
        "supplied_affected": None,
        "superseded_by": [],
        "listed": [],
        "demonstration": True,
        **content,
    }


def _base_number(index: int, scheme: str, excb: str, year: int) -> str:
    """Each number once: so many of a scheme are in a hundred, and a hundred belong to one body and year."""
    round_ = index // (100 * len(BODIES) * len(YEARS))
    if scheme in ("service-facility", "mark-licence"):
        place, each = (index % 100 - 95, 4) if scheme == "service-facility" else (0, 1)
        return Series(scheme, excb).number((round_ * len(YEARS) + YEARS.index(year)) * each + place + 1)
    place, each = (index % 100, 80) if scheme == "equipment" else (index % 100 - 80, 15)
    return Series.in_year(scheme, excb, year).number(round_ * each + place + 1)


def _equipment(index: int, _random: Random, excb: str, country: str) -> Snapshot:
    return {
        "optional_accessory": "",
        "changes": "",
        "serial_numbers": [],
        **invent(index, ((excb, country),), SEED).body,
    }


def _person(index: int, random: Random, excb: str, country: str) -> Snapshot:
    centre = manufacturer(random.randrange(60))
    units = sorted(random.sample(UNITS, k=random.choice((1, 2, 2, 3, 4))))
    return {
        "scheme": "person",
        "holder": {"name": f"{random.choice(FIRST_NAMES)} {invented_name(random)}", "country": country},
        "applicant": None,
        "assessment_centre": {"name": centre["name"], "country": centre["country"], "outsourced": True},
        "units": [
            {"unit": unit, "obtained": None, "scope": " ".join(words(random, 4)), "limits": ""} for unit in units
        ],
        "standards": [{"number": "IEC 60079-14", "edition": "6.0"}],
        "assessment_reports": [f"{country}/{excb}/PCAR26.{index % 9_999 + 1:04}/00"],
        "schedule": "",
        "changes": "",
    }


def _facility(index: int, random: Random, excb: str, country: str) -> Snapshot:
    company = manufacturer(random.randrange(3_000))
    return {
        "scheme": "service-facility",
        "part": random.choice(("03-4", "03-5")),
        "applicant": company,
        "locations": [company],
        "services": random.sample(SERVICES, k=random.choice((1, 2))),
        "protection": [protection.letter for protection in _drawn(random)],
        "scope": sentence(random),
        "standards": [{"number": "IEC 60079-19", "edition": "4.0"}],
        "facility_reports": [f"{country}/{excb}/FAR26.{index % 9_999 + 1:04}/00"],
        "schedule": paragraph(random, 2, 4),
        "changes": "",
    }


def _licence(index: int, random: Random, excb: str, _country: str) -> Snapshot:
    listed = [_base_number(index - 99 + place, "equipment", excb, _year_of(index)) for place in range(3)]
    return {
        "scheme": "mark-licence",
        "applicant": manufacturer(random.randrange(3_000)),
        "certificates": listed,
        "standards": [],
        "schedule": "",
        "changes": "",
    }


def _year_of(index: int) -> int:
    return YEARS[index // (100 * len(BODIES)) % len(YEARS)]


def _drawn(random: Random) -> list[Protection]:
    return random.sample(PROTECTIONS, k=2)


@lru_cache(maxsize=50_000)
def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


_CONTENT = {
    "equipment": _equipment,
    "person": _person,
    "service-facility": _facility,
    "mark-licence": _licence,
}
