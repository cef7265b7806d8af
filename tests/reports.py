"""Builders of reports, for the tests that need some."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from contracts.schemas import ReportContentSchema, load
from services.certificates.domain.reports import Report


def a_report_body(**overrides: Any) -> dict[str, Any]:
    """What a body sends to register a test report."""
    maker = {"name": "Muster Messtechnik GmbH", "address": "Werkstrasse 1, 12345 Musterstadt", "country": "DE"}
    return {
        "type": "ExTR",
        "subject": "Pressure transmitter type PX-200",
        "applicant": maker,
        "laboratory": "Example laboratory",
        "standards": [{"number": "IEC 60079-0", "edition": "7.0"}, {"number": "IEC 60079-1", "edition": "7.0"}],
        "issued": "2026-11-02",
        "summary": "Tested with a flameproof enclosure.",
        "free_reference": "PX-200/7",
        **overrides,
    }


def a_report(content: dict[str, Any] | None = None, **overrides: Any) -> Report:
    """The first issue of a test report of BAS; ``content`` changes fields of the body."""
    values: dict[str, Any] = {
        "id": "0d7c4f0a-51f4-4f6e-8d0e-2f0d4ad34c11",
        "base_number": "GB/BAS/ExTR26.0001",
        "excb": "BAS",
        "demonstration": False,
        "issue": 0,
        "content": load(ReportContentSchema(), a_report_body(**(content or {}))),
        "registered_at": datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC),
        "change_no": 7,
    }
    return Report(**values | overrides)
