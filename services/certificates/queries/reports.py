"""Statements on reports: intents without a number, what is registered, and the issues of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from plumbing.db import Moment
from services.certificates.domain.paging import Position
from services.certificates.domain.reports import Registration, Report
from services.certificates.queries.certificates import INSERTS
from services.certificates.tables import ReportIssueRow, ReportRow

Query = sa.Select[*tuple[Any, ...]]

INTENT_FIELDS = (
    "id", "type", "excb", "series", "demonstration", "created_at", "account", "idempotency_key", "fingerprint",
)  # fmt: skip
_INSERTS = {
    dialect: insert(ReportRow)
    .on_conflict_do_nothing(index_elements=["excb", "account", "idempotency_key"])
    .returning(ReportRow.id)
    for dialect, insert in INSERTS.items()
}
# What is registered, one row an issue; a report that waits for its number is not.
REGISTERED = (
    sa.select(
        *(getattr(ReportRow, name) for name in ("id", "base_number", "excb", "demonstration")),
        *(getattr(ReportIssueRow, name) for name in ("issue", "content", "registered_at", "change_no")),
    )
    .select_from(ReportRow)
    .join(ReportIssueRow, ReportIssueRow.report_id == ReportRow.id)
    .where(ReportRow.base_number.is_not(None))
)
LATEST_FIRST = REGISTERED.order_by(ReportIssueRow.issue.desc()).limit(1)
FIND = LATEST_FIRST.where(ReportRow.base_number == sa.bindparam("base_number"))
FIND_ISSUE = FIND.where(ReportIssueRow.issue == sa.bindparam("issue"))
FIND_FIRST = REGISTERED.where(ReportRow.id == sa.bindparam("report_id"), ReportIssueRow.issue == 0)
_OTHER = sa.orm.aliased(ReportIssueRow)
LATEST_ISSUE = (
    sa.select(sa.func.max(_OTHER.issue))
    .where(_OTHER.report_id == ReportIssueRow.report_id)
    .correlate(ReportIssueRow)
    .scalar_subquery()
)


PUT_NUMBER = (
    sa.update(ReportRow)
    .where(ReportRow.id == sa.bindparam("of_report"))
    .values(base_number=sa.bindparam("base_number"))
)
PUT_REGISTERED = (
    sa.update(ReportIssueRow)
    .where(ReportIssueRow.report_id == sa.bindparam("of_report"), ReportIssueRow.issue == 0)
    .values({name: sa.bindparam(name) for name in ("registered_at", "change_no")})
)


class Made(NamedTuple):
    """An issue that a key made, and of what."""

    issue: int
    fingerprint: str | None


def keep(session: Session, intent: Registration) -> Registration:
    """Keeps a new report and returns it, or the one that stands, if the account used the same key before."""
    connection = session.connection()
    row = {name: getattr(intent, name) for name in INTENT_FIELDS}
    if connection.execute(_INSERTS[connection.dialect.name], row).first() is not None:
        first = {"report_id": intent.id, "issue": 0, "content": intent.content, "account": intent.account}
        connection.execute(sa.insert(ReportIssueRow), first)
        return intent
    earlier = sa.select(ReportRow.id, ReportRow.series, ReportRow.fingerprint, ReportRow.base_number).where(
        ReportRow.excb == intent.excb,
        ReportRow.account == intent.account,
        ReportRow.idempotency_key == intent.idempotency_key,
    )
    return replace(intent, **connection.execute(earlier).mappings().one())


def unfinished(session: Session, created_before: datetime, limit: int) -> Sequence[sa.Row[str, str]]:
    """``(series, id)`` of the reports that wait for a number, oldest first."""
    return session.execute(
        sa.select(ReportRow.series, ReportRow.id)
        .where(ReportRow.base_number.is_(None), ReportRow.number_refused.is_(None))
        .where(ReportRow.created_at < created_before)
        .order_by(ReportRow.created_at)
        .limit(limit)
    ).all()


def waiting(session: Session, numbers: Mapping[str, str], at: datetime) -> list[Report]:
    """Those of these reports, by id, that still wait: as they will be with their number, but for ``change_no``."""
    query = (
        sa.select(ReportRow.id, ReportRow.excb, ReportRow.demonstration, ReportIssueRow.issue, ReportIssueRow.content)
        .join(ReportIssueRow, ReportIssueRow.report_id == ReportRow.id)
        .where(ReportRow.id.in_(numbers), ReportRow.base_number.is_(None))
        .order_by(ReportRow.created_at, ReportRow.id)
    )
    rows = session.connection().execute(query).mappings()
    return [Report(**row, base_number=numbers[row["id"]], registered_at=at, change_no=0) for row in rows]


def complete(session: Session, registered: Collection[Report]) -> None:
    """Writes the numbers of reports, and that their first issue is registered."""
    connection = session.connection()
    connection.execute(
        PUT_NUMBER, [{"of_report": report.id, "base_number": report.base_number} for report in registered]
    )
    connection.execute(
        PUT_REGISTERED,
        [
            {"of_report": report.id, "registered_at": report.registered_at, "change_no": report.change_no}
            for report in registered
        ],
    )


def refuse_number(session: Session, report_id: str, code: str) -> None:
    """Notes that the report can have no number."""
    session.execute(sa.update(ReportRow).where(ReportRow.id == report_id).values(number_refused=code))


def lock(session: Session, base_number: str) -> None:
    """Locks a report until the end of the transaction. What stands is read only afterwards, as of certificates."""
    session.execute(sa.select(ReportRow.id).where(ReportRow.base_number == base_number).with_for_update())


def find(session: Session, base_number: str, issue: int | None = None) -> Report | None:
    """The registered issue asked for, or the latest one."""
    if issue is None:
        return _first(session, FIND, base_number=base_number)
    return _first(session, FIND_ISSUE, base_number=base_number, issue=issue)


def issues_of(session: Session, base_numbers: Collection[str]) -> set[tuple[str, int]]:
    """Base number and issue of all that is registered of these reports."""
    query = (
        sa.select(ReportRow.base_number, ReportIssueRow.issue)
        .join(ReportIssueRow, ReportIssueRow.report_id == ReportRow.id)
        .where(ReportRow.base_number.in_(base_numbers))
    )
    return {(str(base_number), issue) for base_number, issue in session.execute(query)}


def find_first(session: Session, report_id: str) -> Report:
    """The first issue of the report that has this id and its number."""
    report = _first(session, FIND_FIRST, report_id=report_id)
    assert report is not None
    return report


def latest_issue(session: Session, report_id: str) -> int:
    """The newest issue of a registered report."""
    query = sa.select(sa.func.max(ReportIssueRow.issue)).where(ReportIssueRow.report_id == report_id)
    return session.scalar(query) or 0


def _first(session: Session, query: Query, **parameters: Any) -> Report | None:
    row = session.connection().execute(query, parameters).mappings().first()
    return None if row is None else Report(**row)


def made_by(session: Session, report_id: str, account: str, key: str) -> Made | None:
    """The later issue that this account made with this key."""
    row = session.execute(
        sa.select(ReportIssueRow.issue, ReportIssueRow.fingerprint).where(
            ReportIssueRow.report_id == report_id,
            ReportIssueRow.account == account,
            ReportIssueRow.idempotency_key == key,
        )
    ).first()
    return None if row is None else Made(*row)


def add_issue(session: Session, report: Report, *, account: str, key: str | None, fingerprint: str) -> None:
    """Adds a later issue, which is registered at once."""
    values = {name: getattr(report, name) for name in ("issue", "content", "registered_at", "change_no")}
    by = {"account": account, "idempotency_key": key, "fingerprint": fingerprint}
    session.execute(sa.insert(ReportIssueRow), {"report_id": report.id, **values, **by})


def page(
    session: Session, *, excb: str | None, report_type: str | None, behind: Position | None, limit: int
) -> list[tuple[Position, Report]]:
    """Reports, each by its latest issue, the newest report first, from behind a position on."""
    query = REGISTERED.where(ReportIssueRow.issue == LATEST_ISSUE).add_columns(ReportRow.created_at)
    for column, wanted in ((ReportRow.excb, excb), (ReportRow.type, report_type)):
        query = query if wanted is None else query.where(column == wanted)
    order = (ReportRow.created_at, ReportRow.id)
    if behind is not None:
        query = query.where(sa.tuple_(*order) < sa.tuple_(sa.literal(behind.created_at, Moment), behind.certificate_id))
    query = query.order_by(*(column.desc() for column in order)).limit(limit)
    return [_positioned(dict(row)) for row in session.connection().execute(query).mappings()]


def _positioned(values: dict[str, Any]) -> tuple[Position, Report]:
    created_at = values.pop("created_at")
    return Position(created_at, values["id"], 0), Report(**values)
