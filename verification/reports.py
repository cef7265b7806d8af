"""P, of reports: each issue was told once, in order, by its registration, and stands for ever as it was told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from contracts.schemas import ReportSchema
from services.certificates.domain.reports import REGISTERED, REISSUED, Report, snapshot
from verification import queries
from verification.finding import Finding, counted, progress
from verification.log import Change
from verification.publication import difference
from verification.queries import Connection
from verification.scratch import Scratch

FIELDS = tuple(field.name for field in fields(Report))
PUBLIC_FIELDS = frozenset(ReportSchema().fields) - {"latest_issue", "certificates", "links"}


def check_change(change: Change, told: Scratch, finding: Finding) -> None:
    """One change of the log, against the rules and what was told before. ``told``: number with issue → change."""
    number = str(change.snapshot.get("number"))
    for text in _breaks_rules(change, number, told):
        finding.fault(f"Change {change.change_no}, of {number}: {text}")
    told.put(number, change.change_no)


def _breaks_rules(change: Change, number: str, told: Scratch) -> Iterator[str]:
    report, issue = change.snapshot, change.snapshot.get("issue")
    if inside := sorted(set(report) - PUBLIC_FIELDS):
        yield f"it holds what is not public: {', '.join(inside)}."
    if not isinstance(issue, int) or number != _numbered(report["base_number"], issue):
        yield f"its issue is {issue!r}."
        return
    if change.type != (REISSUED if issue else REGISTERED):
        yield f"{change.type} never tells of issue {issue}."
    if issue and told.get(_numbered(report["base_number"], issue - 1)) is None:
        yield f"issue {issue - 1} was not told before it."
    if (earlier := told.get(number)) is not None:
        yield f"it was registered by change {earlier[0]}, and a registered issue never changes."


def compare(certificates: Connection, told: Scratch, finding: Finding) -> None:
    """Each issue as it stands, against the log; uses up ``told``."""
    count = 0
    total = queries.count_reports(certificates)
    for row in progress(queries.report_issues(certificates, FIELDS), total, "reports"):
        count += 1
        number = _numbered(row["base_number"], row["issue"])
        if text := _compare_one(row, told.take(number)):
            finding.fault(f"{number}: {text}")
    for number, (change_no,) in told.rest():
        finding.fault(f"{number}: change {change_no} tells of it, but no report has this number.")
    finding.facts += f"; {counted(count, 'issue')} of reports" if count else ""


def _compare_one(row: dict[str, Any], told: list[Any] | None) -> str | None:
    envelope = row.pop("envelope")
    if row["registered_at"] is None or told is None:
        return "it has its number, but the log does not tell of it."
    report = Report(**row)
    if told != [report.change_no] or envelope is None:
        return f"its change is {report.change_no}, in the log {told[0]}."
    return difference(snapshot(report), json.loads(envelope)["report"], report.change_no)


def _numbered(base_number: str, issue: int) -> str:
    return f"{base_number}/{issue:02d}"
