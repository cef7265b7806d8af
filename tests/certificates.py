"""Builders of certificates and of people, for the tests that need some."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.identity import GUEST, Identity, Role, service_identity
from contracts.schemas import load_content
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.equipment import suffix

ISSUED_ON = date(2026, 11, 1)


def a_body(**overrides: Any) -> dict[str, Any]:
    """What a body sends for an equipment certificate that passes the gate."""
    maker = {"name": "Muster Messtechnik GmbH", "address": "Werkstrasse 1, 12345 Musterstadt", "country": "DE"}
    return {
        "scheme": "equipment",
        "kind": "equipment",
        "applicant": maker,
        "manufacturer": maker,
        "manufacturing_locations": [maker],
        "equipment": "Pressure transmitter type PX-200",
        "protection": ["d", "i"],
        "marking": ["Ex db [ia IIC Ga] IIB T4 Gb"],
        "ambient": "-40 °C ≤ Ta ≤ +70 °C",
        "standards": [{"number": "IEC 60079-0", "edition": "7.0"}, {"number": "IEC 60079-1", "edition": "7.0"}],
        "test_reports": ["DE/TUN/ExTR26.0007/00"],
        "quality_reports": ["GB/BAS/QAR24.0004/04"],
        "schedule": "A transmitter in a flameproof enclosure.",
        "approver": {"name": "A. Example", "position": "Certification manager"},
        **overrides,
    }


MAKER = {"name": "Muster Messtechnik GmbH", "address": "Werkstrasse 1, 12345 Musterstadt", "country": "DE"}
APPROVER = {"name": "A. Example", "position": "Certification manager"}


def a_facility_body(**overrides: Any) -> dict[str, Any]:
    """What a body sends for a repair workshop that passes the gate."""
    return {
        "scheme": "service-facility",
        "part": "03-5",
        "applicant": MAKER,
        "locations": [MAKER],
        "services": ["Repair and overhaul of rotating machines"],
        "protection": ["d", "e"],
        "scope": "Up to 11 kV and frame size 500.",
        "standards": [{"number": "IEC 60079-19", "edition": "4.0"}],
        "facility_reports": ["DE/TUN/FAR25.0003/00"],
        "schedule": "Repair of motors in groups IIB and IIC.",
        "approver": APPROVER,
        **overrides,
    }


def a_licence_body(*certificates: str, **overrides: Any) -> dict[str, Any]:
    """What a body sends for a licence to use the mark on what these certificates cover."""
    return {
        "scheme": "mark-licence",
        "applicant": MAKER,
        "certificates": list(certificates),
        "schedule": "All products of these certificates.",
        "approver": APPROVER,
        **overrides,
    }


def a_person_body(photo: str | None, **overrides: Any) -> dict[str, Any]:
    """What a body sends for a person who passes the gate; ``photo`` as the register answered it."""
    return {
        "scheme": "person",
        "holder": {"name": "Kim Example", "country": "KR"},
        "assessment_centre": {"name": "Example Centre Seoul", "country": "KR", "outsourced": True},
        "units": [
            {"unit": unit, "obtained": "2026-10-01", "scope": "Groups I, II and III", "limits": ""}
            for unit in ("Ex 001", "Ex 003")
        ],
        "photo": photo,
        "assessment_reports": ["DE/TUN/PCAR25.0004/00"],
        "approver": APPROVER,
        **overrides,
    }


def a_draft(content: dict[str, Any] | None = None, **overrides: Any) -> Certificate:
    """A draft of BAS whose body passes the gate; ``content`` changes fields of the body."""
    loaded = load_content(a_body(**(content or {})))
    values: dict[str, Any] = {
        "id": "5b4b2c0e-0a53-4b3e-9f57-3d4d8a3f0c11",
        "base_number": "IECEx BAS 26.0001",
        "excb": "BAS",
        "scheme": "equipment",
        "demonstration": False,
        "issue": 0,
        "status": "draft",
        "suffix": suffix(loaded),
        "content": loaded,
        "version": 1,
    }
    return Certificate(**values | overrides)


def a_current(content: dict[str, Any] | None = None, **overrides: Any) -> Certificate:
    """A certificate of BAS that was issued on the first of November 2026."""
    dates = {"date_of_issue": ISSUED_ON, "first_issued": ISSUED_ON, "status_date": ISSUED_ON}
    return a_draft(content, **{"status": "current", "version": 2, "change_no": 7, **dates, **overrides})


def somebody(role: Role, excb: str | None = "BAS") -> Identity:
    """Somebody in this role, with every scope it can have; of the body ``excb`` where the role is of a body."""
    if role == "guest":
        return GUEST
    if role == "service":
        return service_identity("search")
    if role in ("secretariat", "it-administrator"):
        return Identity(role, account=role, scopes=("read", "draft", "issue", "administer"))
    return Identity(role, excb, f"{excb}-{role}".lower(), ("read", "draft", "issue", "administer"))


AUTHOR = somebody("author")
SIGNATORY = somebody("signatory")
SECRETARIAT = somebody("secretariat")
