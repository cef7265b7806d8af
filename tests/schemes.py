"""Builders of the public snapshots of the other schemes: service facilities, mark licences, persons."""

from __future__ import annotations

from typing import Any

from tests.builders import a_party, a_snapshot

EQUIPMENT_ONLY = (
    "kind", "manufacturer", "manufacturing_locations", "equipment", "optional_accessory", "protection", "marking",
    "ambient", "test_reports", "quality_reports", "serial_numbers", "conditions_of_use",
)  # fmt: skip


def _of(scheme: str, number: str, excb: str, content: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    common = {name: value for name, value in a_snapshot().items() if name not in EQUIPMENT_ONLY}
    system = {"number": number, "base_number": number, "suffix": "", "excb": excb, "scheme": scheme, "kind": None}
    later: dict[str, Any] = {
        "verification": False,
        "valid_until": None,
        "superseded_by": [],
        "listed": [],
        "supersedes": [],
    }
    return common | system | later | content | overrides


def a_facility(number: str = "IECEx BAS S.0001", **overrides: Any) -> dict[str, Any]:
    """A current service facility that repairs motors at one place."""
    content = {
        "part": "03-5",
        "locations": [a_party("Muster Service Hamburg")],
        "services": ["Repair and overhaul of rotating machines"],
        "protection": ["d", "e"],
        "scope": "Motors up to 11 kV, frame sizes up to 560.",
        "standards": [{"number": "IEC 60079-19", "edition": "4.0"}],
        "facility_reports": ["GB/BAS/FAR26.0003/00"],
        "schedule": "Overhaul of flameproof motors.",
    }
    return _of("service-facility", number, "BAS", content, overrides)


def a_licence(number: str = "BAS001", **overrides: Any) -> dict[str, Any]:
    """A current licence to use the mark on two certificates, one of which is suspended."""
    listed = [
        {"number": "IECEx BAS 26.0001", "status": "current", "since": "2026-11-01"},
        {"number": "IECEx BAS 26.0002", "status": "suspended", "since": "2026-11-10"},
    ]
    content = {"certificates": [row["number"] for row in listed], "listed": listed, "standards": [], "schedule": ""}
    return _of("mark-licence", number, "BAS", content, overrides)


def a_person(number: str = "IECEx CP BAS 26.0001", **overrides: Any) -> dict[str, Any]:
    """A current certificate of a person with two units of competence, one of them within limits."""
    content = {
        "holder": {"name": "Maria Muster", "country": "DE"},
        "applicant": None,
        "assessment_centre": {"name": "Example Centre", "country": "NO", "outsourced": True},
        "units": [
            {"unit": "Ex 001", "obtained": "2026-10-01", "scope": "", "limits": ""},
            {"unit": "Ex 003", "obtained": "2026-10-02", "scope": "d, e, i", "limits": "Up to 1,000 V only."},
        ],
        "photo": None,
        "valid_until": "2031-10-31",
        "standards": [],
        "assessment_reports": ["GB/BAS/PCAR26.0009/00"],
        "schedule": "",
    }
    return _of("person", number, "BAS", content, overrides)
