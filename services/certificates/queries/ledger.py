"""Statements on the ledger of a series: which numbers it gave, and what became of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contracts.numbers import REPORT_KINDS, Series
from services.certificates.domain.ledger import ABSENT, DELETED, REGISTERED, Entry, Held
from services.certificates.domain.lifecycle import DRAFT
from services.certificates.queries.certificates import LATEST_PUBLIC
from services.certificates.tables import AbsentNumberRow, CertificateRow, IssueRow, ReportIssueRow, ReportRow

_AFTER, _LIMIT = sa.bindparam("after", type_=sa.Text), sa.bindparam("limit", type_=sa.Integer)
# What was published, and drafts only where they are deleted.
CERTIFICATES = (
    sa.select(
        CertificateRow.base_number,
        IssueRow.status,
        IssueRow.status_date,
        IssueRow.issue,
        CertificateRow.deleted_at,
        CertificateRow.deletion_reason,
    )
    .join(
        IssueRow,
        sa.and_(IssueRow.certificate_id == CertificateRow.id, IssueRow.issue == LATEST_PUBLIC),
        isouter=True,
    )
    .where(CertificateRow.series == sa.bindparam("series"), CertificateRow.base_number > _AFTER)
    .where(sa.or_(IssueRow.issue.is_not(None), CertificateRow.deleted_at.is_not(None)))
    .order_by(CertificateRow.base_number)
    .limit(_LIMIT)
)
_OTHER = sa.orm.aliased(ReportIssueRow)
_LATEST_REGISTERED = (
    sa.select(sa.func.max(_OTHER.issue))
    .where(_OTHER.report_id == ReportRow.id, _OTHER.change_no.is_not(None))
    .correlate(ReportRow)
    .scalar_subquery()
)
REPORTS = (
    sa.select(ReportRow.base_number, ReportIssueRow.registered_at, ReportIssueRow.issue)
    .join(
        ReportIssueRow,
        sa.and_(ReportIssueRow.report_id == ReportRow.id, ReportIssueRow.issue == _LATEST_REGISTERED),
    )
    .where(ReportRow.series == sa.bindparam("series"), ReportRow.base_number > _AFTER)
    .order_by(ReportRow.base_number)
    .limit(_LIMIT)
)
ABSENTEES = (
    sa.select(AbsentNumberRow.base_number, AbsentNumberRow.noted_at)
    .where(AbsentNumberRow.series == sa.bindparam("series"), AbsentNumberRow.base_number > _AFTER)
    .order_by(AbsentNumberRow.base_number)
    .limit(_LIMIT)
)
# What has a number and was never published is the draft of a first issue.
DRAFTED = (
    sa.select(CertificateRow.series, sa.func.count())
    .join(IssueRow, IssueRow.certificate_id == CertificateRow.id)
    .where(IssueRow.status == DRAFT, IssueRow.issue == 0, IssueRow.excb == sa.bindparam("excb"))
    .where(CertificateRow.base_number.is_not(None), CertificateRow.deleted_at.is_(None))
)


def entries(session: Session, series: Series, after: int, limit: int) -> list[Entry]:
    """At least the next ``limit`` public entries behind the number ``after``, if there are so many; in no order."""
    asked = {"series": series.key, "after": series.number(after) if after else "", "limit": limit}
    absent = [_absent(row) for row in session.execute(ABSENTEES, asked)]
    if series.kind in REPORT_KINDS:
        return absent + [_report(row) for row in session.execute(REPORTS, asked)]
    return absent + [_certificate(row) for row in session.execute(CERTIFICATES, asked)]


def _absent(row: Any) -> Entry:
    return Entry(row.base_number, ABSENT, row.noted_at.date())


def _report(row: Any) -> Entry:
    return Entry(row.base_number, REGISTERED, row.registered_at.date(), row.issue)


def _certificate(row: Any) -> Entry:
    if row.deleted_at is None:
        return Entry(row.base_number, row.status, row.status_date, row.issue)
    reason = None if row.issue is None else row.deletion_reason
    return Entry(row.base_number, DELETED, row.deleted_at.date(), row.issue, reason)


def last_of(session: Session, series: Series) -> str | None:
    """The highest number that was given, to a draft too; None if none was."""
    owner = ReportRow if series.kind in REPORT_KINDS else CertificateRow
    highest = [
        session.scalar(sa.select(sa.func.max(table.base_number)).where(table.series == series.key))
        for table in (owner, AbsentNumberRow)
    ]
    return max(filter(None, highest), default=None)


def held(session: Session, excb: str, kind: str, keys: Collection[str]) -> dict[str, Held]:
    """By the key of a series: how many numbers it gave, and how many of them are drafts; none for one that gave none.

    The series are all of one body. A report is never a draft.
    """
    owner = ReportRow if kind in REPORT_KINDS else CertificateRow
    numbered = sa.select(owner.series, sa.func.count()).where(owner.base_number.is_not(None))
    absent = sa.select(AbsentNumberRow.series, sa.func.count())
    given = _by_series(session, numbered, owner.series, keys)
    missing = _by_series(session, absent, AbsentNumberRow.series, keys)
    drafts = {} if owner is ReportRow else _by_series(session, DRAFTED, CertificateRow.series, keys, excb=excb)
    return {
        key: Held(given.get(key, 0) + missing.get(key, 0), drafts.get(key, 0)) for key in given.keys() | missing.keys()
    }


def _by_series(session: Session, query: Any, series: Any, keys: Collection[str], **parameters: str) -> dict[str, int]:
    rows = session.execute(query.where(series.in_(keys)).group_by(series), parameters)
    return {key: n for key, n in rows}  # noqa: C416 - a row is no pair to the type checker
