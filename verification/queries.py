"""Every statement of the verification. Functions of a Connection that judge nothing; what grows is streamed.

A stream is read to its end, or left, before the snapshot that it comes from ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from services.certificates.domain.statistics import Sort
from services.certificates.tables import (
    CertificateRow,
    ChangeCounterRow,
    ChangeRow,
    CountRow,
    HistoryRow,
    IssueRow,
    PublishedRow,
    ReportIssueRow,
    ReportRow,
)
from services.numbering.tables import Counter, Entry

__all__ = ["Connection"]

ROWS_AT_ONCE = 1_000
DRAFT = "draft"
OWNERS: dict[Any, str] = {CertificateRow: "certificate", ReportRow: "report"}


class Given(NamedTuple):
    """A row of the ledger."""

    series: str
    n: int
    owner_id: str


class Owner(NamedTuple):
    """What owns a number or waits for one: a certificate, from its first draft on, or a report."""

    id: str
    series: str
    base_number: str | None
    number_refused: str | None
    created_at: datetime
    what: str

    @property
    def unnumbered(self) -> str:
        """What it is called before it has its number."""
        return "draft" if self.what == "certificate" else self.what


class LogRow(NamedTuple):
    """A row of the log, with what the history holds of the same change (None without it)."""

    change_no: int
    event_id: str
    type: str
    routing_key: str
    envelope: str
    certificate_id: str | None
    history_type: str | None
    reason: str | None


def counters(numbering: Connection) -> dict[str, int]:
    """Series → the last number given. As many as bodies, schemes and years there are."""
    rows = numbering.execute(sa.select(Counter.series, Counter.last))
    return {series: last for series, last in rows}  # noqa: C416 - a row is no pair to the type checker


def ledger(numbering: Connection) -> Iterator[Given]:
    """Series by series, in the order of numbers."""
    query = sa.select(Entry.series, Entry.n, Entry.owner_id).order_by(Entry.series, Entry.n)
    return (Given(*row) for row in _streamed(numbering, query))


def count_certificates(certificates: Connection) -> int:
    return certificates.scalar(sa.select(sa.func.count()).select_from(CertificateRow)) or 0


def count_reports(certificates: Connection) -> int:
    return certificates.scalar(sa.select(sa.func.count()).select_from(ReportRow)) or 0


def owners(certificates: Connection) -> Iterator[Owner]:
    """Every certificate and draft, deleted ones too, and every report, in no order."""
    for table, what in OWNERS.items():
        query = sa.select(*_columns(table, Owner._fields[:-1]), sa.literal(what))
        yield from (Owner(*row) for row in _streamed(certificates, query))


def is_owner(certificates: Connection, owner_id: str) -> bool:
    """Whether there is a certificate, draft or report with this id, if only a deleted one."""
    return any(certificates.scalar(sa.select(table.id).where(table.id == owner_id)) for table in OWNERS)


def log(certificates: Connection, after: int = 0) -> Iterator[LogRow]:
    """The changes behind ``after``, in order."""
    query = (
        sa.select(
            *_columns(ChangeRow, LogRow._fields[:5]), HistoryRow.certificate_id, HistoryRow.type, HistoryRow.reason
        )
        .join(HistoryRow, HistoryRow.change_no == ChangeRow.change_no, isouter=True)
        .where(ChangeRow.change_no > after)
        .order_by(ChangeRow.change_no)
    )
    return (LogRow(*row) for row in _streamed(certificates, query))


def repeated_event_ids(certificates: Connection) -> Iterator[tuple[str, int]]:
    """``(event id, how often)`` of those that more than one row of the log has."""
    times = sa.func.count()
    query = sa.select(ChangeRow.event_id, times).group_by(ChangeRow.event_id).having(times > 1)
    return ((event_id, count) for event_id, count in _streamed(certificates, query))


def log_end(certificates: Connection) -> tuple[int, str | None]:
    """``(change_no, event id)`` of the last row of the log; ``(0, None)`` of an empty one."""
    query = sa.select(ChangeRow.change_no, ChangeRow.event_id).order_by(ChangeRow.change_no.desc()).limit(1)
    row = certificates.execute(query).first()
    return (0, None) if row is None else (row[0], row[1])


def change_counter(certificates: Connection) -> int:
    """The last ``change_no`` that was given."""
    return certificates.scalar(sa.select(ChangeCounterRow.value)) or 0


def published(certificates: Connection) -> int:
    """Up to which change the log was published."""
    return certificates.scalar(sa.select(PublishedRow.change_no)) or 0


def states(certificates: Connection, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Every certificate that has a number, in no order: ``fields`` of it and of its latest public issue.

    Beside them ``deleted_at``, and ``envelope`` of the change that the issue names as its last one. Where nothing was
    published ``issue`` is None.
    """
    of_issue = tuple(name for name in fields if not hasattr(CertificateRow, name))
    of_certificate = tuple(name for name in fields if hasattr(CertificateRow, name))
    other = sa.orm.aliased(IssueRow)
    latest = (
        sa.select(sa.func.max(other.issue))
        .where(other.certificate_id == CertificateRow.id, other.status != DRAFT)
        .scalar_subquery()
    )
    query = (
        sa.select(*_columns(CertificateRow, (*of_certificate, "deleted_at")), *_columns(IssueRow, of_issue))
        .add_columns(ChangeRow.envelope)
        .select_from(CertificateRow)
        .join(IssueRow, sa.and_(IssueRow.certificate_id == CertificateRow.id, IssueRow.issue == latest), isouter=True)
        .join(ChangeRow, ChangeRow.change_no == IssueRow.change_no, isouter=True)
        .where(CertificateRow.base_number.is_not(None))
    )
    names = (*of_certificate, "deleted_at", *of_issue, "envelope")
    return (dict(zip(names, row, strict=True)) for row in _streamed(certificates, query))


def report_issues(certificates: Connection, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Every issue of every report that has a number, in no order: ``fields`` of both rows.

    Beside them ``envelope`` of the change that registered it.
    """
    tables = {name: ReportRow if hasattr(ReportRow, name) else ReportIssueRow for name in fields}
    query = (
        sa.select(*(getattr(table, name) for name, table in tables.items()), ChangeRow.envelope)
        .select_from(ReportRow)
        .join(ReportIssueRow, ReportIssueRow.report_id == ReportRow.id)
        .join(ChangeRow, ChangeRow.change_no == ReportIssueRow.change_no, isouter=True)
        .where(ReportRow.base_number.is_not(None))
    )
    names = (*fields, "envelope")
    return (dict(zip(names, row, strict=True)) for row in _streamed(certificates, query))


def published_issues(certificates: Connection, fields: tuple[str, ...]) -> Iterator[tuple[dict[str, Any], bool, bool]]:
    """Every published issue: ``fields`` of it, whether its certificate is deleted, whether it is the latest one."""
    other = sa.orm.aliased(IssueRow)
    latest = (
        sa.select(sa.func.max(other.issue))
        .where(other.certificate_id == IssueRow.certificate_id, other.status != DRAFT)
        .correlate(IssueRow)
        .scalar_subquery()
    )
    columns = [getattr(CertificateRow if hasattr(CertificateRow, name) else IssueRow, name) for name in fields]
    query = (
        sa.select(*columns, CertificateRow.deleted_at.is_not(None), IssueRow.issue == latest)
        .join(IssueRow, IssueRow.certificate_id == CertificateRow.id)
        .where(IssueRow.status != DRAFT)
    )
    for *values, deleted, is_latest in _streamed(certificates, query):
        yield dict(zip(fields, values, strict=True)), bool(deleted), bool(is_latest)


def misfiled(certificates: Connection) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """Id, issue, scheme and body of the issues whose scheme or body is not that of their certificate."""
    query = (
        sa.select(IssueRow.certificate_id, IssueRow.issue, IssueRow.scheme, IssueRow.excb)
        .join(CertificateRow, CertificateRow.id == IssueRow.certificate_id)
        .where(sa.or_(IssueRow.scheme != CertificateRow.scheme, IssueRow.excb != CertificateRow.excb))
    )
    return _streamed(certificates, query)


def counts(certificates: Connection) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """The sorts that the register has counted any of: the fields of a Sort, and how many."""
    columns = (*_columns(CountRow, Sort._fields), CountRow.n)
    return _streamed(certificates, sa.select(*columns).where(CountRow.n != 0))


def _columns(table: Any, names: tuple[str, ...]) -> list[Any]:
    return [getattr(table, name) for name in names]


def _streamed(connection: Connection, query: sa.Select[*tuple[Any, ...]]) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """The rows as they come, some at a time, on PostgreSQL through a cursor of the server."""
    with connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query) as rows:
        yield from rows
