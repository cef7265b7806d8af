"""Bodies that work when they are sent, for the OpenAPI document. Every name in them is invented."""

from __future__ import annotations

from typing import Any

_MAKER = {"name": "Muster Messtechnik GmbH", "address": "Werkstrasse 1, 12345 Musterstadt", "country": "DE"}

CONTENT: dict[str, Any] = {
    "scheme": "equipment",
    "kind": "equipment",
    "applicant": _MAKER,
    "manufacturer": _MAKER,
    "manufacturing_locations": [_MAKER],
    "equipment": "Pressure transmitter type PX-200",
    "protection": ["d", "i"],
    "marking": ["Ex db [ia IIC Ga] IIB T4 Gb"],
    "ambient": "-40 °C ≤ Ta ≤ +70 °C",
    "standards": [
        {"number": "IEC 60079-0", "edition": "7.0"},
        {"number": "IEC 60079-1", "edition": "7.0"},
        {"number": "IEC 60079-11", "edition": "7.0"},
    ],
    "test_reports": ["DE/TUN/ExTR26.0007/00"],
    "quality_reports": ["GB/BAS/QAR24.0004/04"],
    "conditions_of_use": "",
    "schedule": "Pressure transmitter with a flameproof enclosure.",
    "approver": {"name": "A. Example", "position": "Certification manager"},
}
REPORT: dict[str, Any] = {
    "type": "ExTR",
    "subject": "Pressure transmitter type PX-200",
    "applicant": _MAKER,
    "laboratory": "Example laboratory",
    "protection": ["d", "i"],
    "marking": ["Ex db [ia IIC Ga] IIB T4 Gb"],
    "standards": [{"number": "IEC 60079-0", "edition": "7.0"}, {"number": "IEC 60079-1", "edition": "7.0"}],
    "issued": "2026-11-02",
    "summary": "Type tests of a pressure transmitter with a flameproof enclosure.",
    "free_reference": "PX-200/7",
}
SUSPENSION = {"reason": "The quality assessment report lapsed.", "date": "2026-11-02", "supplied_affected": False}
REINSTATEMENT = {"reason": "A new quality assessment report was registered."}
CANCELLATION = {"reason": "The applicant gave it back.", "date": "2026-11-02", "supplied_affected": False}
OVERRIDES = {"overrides": [{"rule": "marking-not-understood", "reason": "A form of the next edition, as tested."}]}
REQUEST = {"action": "suspend", "reason": "The last audit found the production line changed.", "date": "2026-11-02"}
REJECTION = {"reason": "The audit report does not support it."}
SCOPES = {"rows": [{"scheme": "equipment", "standard": "*", "valid_from": "2003-08-01", "valid_until": None}]}
STANDARDS = {
    "rows": [
        {
            "number": "IEC 60079-1",
            "title": "Flameproof enclosures",
            "current_edition": "7.0 (2014)",
            "previous_edition": "6.0 (2007)",
        }
    ]
}
BODY = {"name": "A new body", "country": "SE", "active": True}
DELETION = {"reason": "Drafted twice by mistake."}
EXPORT = {"format": "xlsx", "query": {"q": "pressure transmitter", "scheme": ["equipment"], "status": ["current"]}}
CARDS = {"numbers": ["IECEx CP BAS 26.0001", "IECEx CP BAS 26.0002"]}
TOKEN = {"name": "command line", "scopes": ["read", "draft"], "expires_in_days": 30}
ACCOUNT = {"name": "bas-officer", "role": "author", "excb": "BAS"}
ROLE = {"role": "signatory"}
DEMAND = {"excb": "BAS", "demanded": True}
SAMPLE = {"year": 2026, "scheme": "equipment", "percent": 10}
REVIEW = {
    "answers": {
        "number": "yes",
        "parties": "yes",
        "standards": "yes",
        "marking": "no",
        "conditions": "not-applicable",
        "reports": "yes",
        "dates": "yes",
        "changes": "not-applicable",
        "annexes": "not-applicable",
    },
    "remark": "The second line of the marking names a type of protection that is not listed.",
}
