"""Builders of what crosses process boundaries: public snapshots and the envelopes of the change log."""

from __future__ import annotations

from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

from contracts.events import ENVELOPE_VERSION, Envelope

SUFFIX_LETTERS = "XU"


def a_party(name: str = "Muster Messtechnik GmbH", country: str = "DE") -> dict[str, Any]:
    """A company as it stands on a certificate."""
    return {"name": name, "address": "Werkstrasse 1, 12345 Musterstadt", "country": country}


def a_snapshot(number: str = "IECEx BAS 26.0001", **overrides: Any) -> dict[str, Any]:
    """The public snapshot of a current equipment certificate; its body and its suffix are read from the number."""
    base_number = number.rstrip(SUFFIX_LETTERS)
    return {
        "id": str(uuid5(NAMESPACE_URL, base_number)),
        "number": number,
        "base_number": base_number,
        "suffix": number.removeprefix(base_number),
        "scheme": "equipment",
        "kind": "equipment",
        "excb": base_number.split()[1],
        "issue": 0,
        "status": "current",
        "date_of_issue": "2026-11-01",
        "first_issued": "2026-11-01",
        "status_date": "2026-11-01",
        "status_reason": "",
        "supplied_affected": None,
        "demonstration": False,
        "change_no": 1,
        "applicant": a_party(),
        "manufacturer": a_party(),
        "manufacturing_locations": [],
        "equipment": "Pressure transmitter type PX-200",
        "optional_accessory": "",
        "protection": ["d", "i"],
        "marking": ["Ex db [ia IIC Ga] IIB T4 Gb"],
        "ambient": "-40 °C ≤ Ta ≤ +70 °C",
        "standards": [{"number": "IEC 60079-0", "edition": "7.0"}, {"number": "IEC 60079-1", "edition": "7.0"}],
        "test_reports": ["DE/TUN/ExTR26.0007/00"],
        "quality_reports": ["GB/BAS/QAR24.0004/04"],
        "serial_numbers": [],
        "conditions_of_use": "",
        "schedule": "A transmitter in a flameproof enclosure.",
        "changes": "",
        "approver": {"name": "A. Example", "position": "Certification manager"},
        **overrides,
    }


def a_tombstone(number: str = "IECEx BAS 26.0001", **overrides: Any) -> dict[str, Any]:
    """What the log holds of a certificate that the Secretariat deleted."""
    base_number = number.rstrip(SUFFIX_LETTERS)
    return {
        "number": number,
        "base_number": base_number,
        "scheme": "equipment",
        "excb": base_number.split()[1],
        "status": "deleted",
        "reason": "Issued by mistake.",
        "deleted_at": "2026-11-20T10:00:00Z",
        "change_no": 1,
        **overrides,
    }


def a_report_envelope(change_no: int = 1, number: str = "GB/BAS/ExTR26.0001/00") -> Envelope:
    """A change of the log that tells of a report."""
    report = {"number": number, "base_number": number[:-3], "excb": "BAS", "type": "ExTR", "change_no": change_no}
    envelope = {**an_envelope(change_no), "type": "report.registered", "report": report}
    del envelope["certificate"]
    return cast(Envelope, envelope)


def an_envelope(change_no: int = 1, **overrides: Any) -> Envelope:
    """A change of the log; overrides of ``certificate`` are taken whole, with the change's number put in."""
    certificate = overrides.pop("certificate", None) or a_snapshot()
    envelope = {
        "event_id": str(uuid5(NAMESPACE_URL, f"change {change_no}")),
        "change_no": change_no,
        "type": "certificate.deleted" if certificate["status"] == "deleted" else "certificate.issued",
        "version": ENVELOPE_VERSION,
        "occurred_at": "2026-11-21T10:00:00Z",
        "actor": {"role": "excb", "excb": certificate["excb"]},
        "certificate": certificate | {"change_no": change_no},
        "previous": {"status": None, "issue": None},
        **overrides,
    }
    return cast(Envelope, envelope)
