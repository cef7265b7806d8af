"""Reports behind certificates (ExTR, QAR, FAR, PCAR): what is registered of them, and how it is told.

The document itself stays with its body; the register knows its number and a summary. A registered issue is never
changed, what is wrong or new becomes the next one: therefore a report has no version that an edit would have to quote.
Source: OD 011-1, 1.2.1 to 1.5.1, for the numbers; the issue behind them counts from 00.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from contracts.errors import InvalidInput, NotFound, RuleViolation
from contracts.events import ENVELOPE_VERSION, ChangeType, Envelope, timestamp
from contracts.identity import Identity
from contracts.numbers import Series
from contracts.numbers.forms import LAST_REPORT_ISSUE
from contracts.schemas import ReportContentSchema, ReportSchema, load
from services.certificates.domain.certificate import Content
from services.certificates.domain.drafts import check_key, fingerprint
from services.certificates.domain.statistics import REPORT, Sort

# The scheme was founded in 1996. Tests from before its first certificate may be registered, older ones are a slip.
FIRST_DAY = date(1996, 1, 1)
REGISTERED: ChangeType = "report.registered"
REISSUED: ChangeType = "report.reissued"

_CONTENT = ReportContentSchema()
# Whoever registers the next issue may send back what he read; what the register fills by itself is then passed over.
_FILLED_BY_THE_REGISTER = ReportSchema().fields.keys() - _CONTENT.fields.keys()


@dataclass(frozen=True, slots=True)
class Registration:
    """A report before it has its number: all that a sweeper needs to finish it. See ``drafts.Intent``."""

    id: str
    type: str
    excb: str
    series: str
    demonstration: bool
    content: Content
    created_at: datetime
    account: str
    idempotency_key: str | None
    fingerprint: str
    base_number: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One issue of a report, as it is registered; ``content`` as ``content_of`` gives it."""

    id: str
    base_number: str
    excb: str
    demonstration: bool
    issue: int
    content: Content
    registered_at: datetime
    change_no: int

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def number(self) -> str:
        """As certificates quote it: ``GB/BAS/ExTR26.0001/00``."""
        return f"{self.base_number}/{self.issue:02d}"


def content_of(body: object, today: date, *, as_read: bool = False) -> Content:
    """The summary that a body sent; ``as_read`` allows the whole report, as it was answered.

    Returns plain JSON values. Raises InvalidInput that names every field that is wrong.
    """
    if as_read and isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in _FILLED_BY_THE_REGISTER}
    content = load(_CONTENT, body)
    if not FIRST_DAY <= date.fromisoformat(content["issued"]) <= today:
        raise InvalidInput.field("issued", f"Must be the date of the report, from {FIRST_DAY} to today, {today} (UTC).")
    return content


def intend(
    content: Content,
    identity: Identity,
    key: str | None,
    *,
    report_id: str,
    country: str,
    now: datetime,
    demonstration: bool,
) -> Registration:
    """The report that ``identity`` asks to register. ``country``: of its body. Raises InvalidInput for an unusable key.

    The number has the year of registration, whenever the report was written; a sweeper keeps to it.
    """
    check_key(key)
    excb = identity.excb or ""
    return Registration(
        id=report_id,
        type=content["type"],
        excb=excb,
        series=Series.in_year(content["type"], excb, now.year, country).key,
        demonstration=demonstration,
        content=content,
        created_at=now,
        account=identity.account or "",
        idempotency_key=key,
        fingerprint=fingerprint(content),
    )


def next_issue(latest: Report, content: Content, now: datetime) -> Report:
    """The issue after ``latest``, which still has the latter's ``change_no``. Raises InvalidInput, RuleViolation."""
    if content["type"] != latest.type:
        raise InvalidInput.field("type", f"Must stay {latest.type}; another type of report has a number of its own.")
    if latest.issue >= LAST_REPORT_ISSUE:
        raise RuleViolation(f"{latest.number} is the last issue that its number has room for; register another report.")
    return replace(latest, issue=latest.issue + 1, content=content, registered_at=now)


def snapshot(report: Report) -> dict[str, Any]:
    """All that the public may read of one issue, as plain JSON: what the system says, then what the body wrote."""
    return {
        "id": report.id,
        "number": report.number,
        "base_number": report.base_number,
        "excb": report.excb,
        "issue": report.issue,
        "registered_on": report.registered_at.date().isoformat(),
        "demonstration": report.demonstration,
        "change_no": report.change_no,
        # Holds no name from above: a test watches over that.
        **report.content,
    }


def envelope(report: Report, event_id: str) -> Envelope:
    """The registration of this issue as the log tells it: done by its body, whoever finished it."""
    return {
        "event_id": event_id,
        "change_no": report.change_no,
        "type": change_type(report),
        "version": ENVELOPE_VERSION,
        "occurred_at": timestamp(report.registered_at),
        "actor": {"role": "excb", "excb": report.excb},
        "report": snapshot(report),
        "previous": {"status": None, "issue": report.issue - 1 if report.issue else None},
    }


def change_type(report: Report) -> ChangeType:
    """Which change brought this issue about."""
    return REISSUED if report.issue else REGISTERED


def answer(report: Report, latest_issue: int, certificates: Sequence[str]) -> dict[str, Any]:
    """The snapshot with what only answers hold: the newest issue there is, and the certificates that rest on it."""
    return {**snapshot(report), "latest_issue": latest_issue, "certificates": list(certificates)}


def counted(report: Report) -> Sort:
    """As what the statistics count this issue: in the year in which it was registered."""
    country = report.content["applicant"]["country"]
    return Sort(REPORT, report.type, "", report.excb, report.registered_at.year, country, "")


def not_found() -> NotFound:
    return NotFound("There is no such report in the register.")
