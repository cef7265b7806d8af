"""Builders of public snapshots of the schemes beside equipment: persons, service facilities, mark licences."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.builders import a_party


def _standing(number: str, scheme: str, excb: str) -> dict[str, Any]:
    """What the register says of any certificate, but for a person's validity."""
    return {
        "id": str(uuid5(NAMESPACE_URL, number)),
        "number": number,
        "base_number": number,
        "suffix": "",
        "verification": False,
        "scheme": scheme,
        "kind": None,
        "excb": excb,
        "issue": 0,
        "status": "current",
        "date_of_issue": "2026-11-01",
        "first_issued": "2026-11-01",
        "valid_until": None,
        "status_date": "2026-11-01",
        "status_reason": "",
        "supplied_affected": None,
        "superseded_by": [],
        "listed": [],
        "demonstration": False,
        "change_no": 1,
    }


def a_person(number: str = "IECEx CP SIR 24.0007", **overrides: Any) -> dict[str, Any]:
    return {
        **_standing(number, "person", number.split()[2]),
        "date_of_issue": "2024-06-02",
        "first_issued": "2024-06-02",
        "valid_until": "2029-06-01",
        "holder": {"name": "Ana Muster", "country": "NO"},
        "applicant": None,
        "assessment_centre": {"name": "Trainhouse", "country": "KR", "outsourced": True},
        "units": [
            {"unit": "Ex 001", "obtained": "2024-05-01", "scope": "", "limits": ""},
            {"unit": "Ex 003", "obtained": "2024-05-03", "scope": "Ex d and Ex e", "limits": "up to 1 kV"},
        ],
        "photo": None,
        "standards": [{"number": "IEC 60079-14", "edition": "6.0"}],
        "assessment_reports": ["GB/SIR/PCAR24.0007/00"],
        "schedule": "",
        "changes": "",
        **overrides,
    }


def a_facility(number: str = "IECEx SIM S.0003", **overrides: Any) -> dict[str, Any]:
    return {
        **_standing(number, "service-facility", number.split()[1]),
        "part": "03-5",
        "applicant": a_party("Repair Works Ltd", "AU"),
        "locations": [a_party("Yard Two", "AU")],
        "services": ["Repair and overhaul", "Inspection"],
        "protection": ["d", "e"],
        "scope": "Rotating machines up to 11 kV.",
        "standards": [{"number": "IEC 60079-19", "edition": "4.0"}],
        "facility_reports": ["AU/SIM/FAR25.0003/01"],
        "schedule": "",
        "changes": "",
        **overrides,
    }


def a_licence(number: str = "BAS001", **overrides: Any) -> dict[str, Any]:
    return {
        **_standing(number, "mark-licence", number.rstrip("0123456789")),
        "applicant": a_party(),
        "certificates": ["IECEx BAS 26.0001"],
        "listed": [{"number": "IECEx BAS 26.0001", "status": "current", "since": "2026-11-01"}],
        "standards": [],
        "schedule": "",
        "changes": "",
        **overrides,
    }
