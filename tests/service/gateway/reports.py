"""What stands behind the gateway for reports: one that is registered, and whoever registers another."""

from __future__ import annotations

from typing import Any

from contracts.errors import NotFound
from contracts.numbers import parse
from services.certificates.domain import reports
from tests.reports import a_report


class Reports:
    """Part of the fake certificates service: GB/BAS/ExTR26.0001 with the issues 00 and 01."""

    resting: tuple[str, ...] = ("IECEx BAS 26.0001",)

    _called: Any
    _only: Any

    def register_report(self, body: dict[str, Any], idempotency_key: str | None = None) -> dict[str, Any]:
        self._called("register_report", body=body, idempotency_key=idempotency_key)
        self._only("author", "signatory")
        return reports.answer(a_report(), 0, [])

    def reissue_report(self, number: str, body: dict[str, Any], idempotency_key: str | None = None) -> dict[str, Any]:
        self._called("reissue_report", number=number, body=body, idempotency_key=idempotency_key)
        self._only("author", "signatory")
        return reports.answer(a_report(issue=2), 2, [])

    def report(self, number: str) -> dict[str, Any]:
        self._called("report", number=number)
        asked: Any = parse(number)
        issue = 1 if asked.issue is None else asked.issue
        if asked.base != a_report().base_number or issue > 1:
            raise NotFound("There is no such report in the register.")
        return reports.answer(a_report(issue=issue, change_no=7 + issue), 1, self.resting)

    def registered_reports(self, numbers: list[str]) -> list[str]:
        self._called("registered_reports", numbers=numbers)
        return [number for number in numbers if number.startswith(a_report().base_number)]

    def reports(self, **arguments: Any) -> dict[str, Any]:
        self._called("reports", **arguments)
        return {"items": [reports.snapshot(a_report(issue=1))], "next": "more"}
