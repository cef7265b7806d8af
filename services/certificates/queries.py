"""Every statement on certificates, issues, history and reference data; those on the log are in ``changes``.

Functions of a Session that hold no rule and open no transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from plumbing.db import Moment
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.drafts import Intent
from services.certificates.domain.lifecycle import DRAFT
from services.certificates.domain.paging import Position
from services.certificates.tables import Base, CertificateRow, ExcbRow, HistoryRow, IssueRow

Query = sa.Select[*tuple[Any, ...]]

# What the fields of a Certificate are called in its issue's row; the others belong to the certificate's row.
ISSUE_FIELDS = (
    "issue",
    "status",
    "suffix",
    "content",
    "version",
    "date_of_issue",
    "first_issued",
    "status_date",
    "status_reason",
    "supplied_affected",
    "change_no",
)
CERTIFICATE_FIELDS = ("id", "base_number", "excb", "scheme", "demonstration", "deletion_reason")
STANDING = (
    sa.select(
        *(getattr(CertificateRow, name) for name in CERTIFICATE_FIELDS),
        *(getattr(IssueRow, name) for name in ISSUE_FIELDS),
    )
    .select_from(CertificateRow)
    .join(IssueRow, IssueRow.certificate_id == CertificateRow.id)
)
INTENT_FIELDS = (
    "id",
    "excb",
    "scheme",
    "series",
    "demonstration",
    "created_at",
    "account",
    "idempotency_key",
    "fingerprint",
)


def insert_into(session: Session, table: type[Base]) -> Any:
    """An INSERT that can say what to do ON CONFLICT: both databases can, each by its own construct."""
    dialect = session.get_bind().dialect.name
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)


def keep_intent(session: Session, intent: Intent) -> Intent:
    """Keeps a new draft and returns it, or the one that stands, if the account used the same key before."""
    new = insert_into(session, CertificateRow).values({name: getattr(intent, name) for name in INTENT_FIELDS})
    new = new.on_conflict_do_nothing(index_elements=["excb", "account", "idempotency_key"])
    if session.execute(new.returning(CertificateRow.id)).first() is None:
        return _earlier_intent(session, intent)
    issue = {
        "certificate_id": intent.id,
        "issue": 0,
        "excb": intent.excb,
        "status": DRAFT,
        "suffix": intent.suffix,
        "content": intent.content,
        "version": 1,
        "created_at": intent.created_at,
        "status_reason": "",
    }
    session.execute(sa.insert(IssueRow).values(issue))
    return intent


def _earlier_intent(session: Session, intent: Intent) -> Intent:
    row = session.execute(
        sa.select(CertificateRow.id, CertificateRow.series, CertificateRow.fingerprint, CertificateRow.base_number)
        .where(CertificateRow.excb == intent.excb)
        .where(CertificateRow.account == intent.account)
        .where(CertificateRow.idempotency_key == intent.idempotency_key)
    ).mappings()
    return replace(intent, **row.one())


def put_numbers(session: Session, numbers: Mapping[str, str]) -> None:
    """Gives each draft its base number, by the draft's id; one that has a number keeps it."""
    statement = (
        sa.update(CertificateRow)
        .where(CertificateRow.id == sa.bindparam("draft"))
        .where(CertificateRow.base_number.is_(None))
        .values(base_number=sa.bindparam("number"))
    )
    rows = [{"draft": draft_id, "number": number} for draft_id, number in numbers.items()]
    session.connection().execute(statement, rows)


def refuse_number(session: Session, draft_id: str, code: str) -> None:
    """Notes that the draft can have no number."""
    session.execute(sa.update(CertificateRow).where(CertificateRow.id == draft_id).values(number_refused=code))


def unfinished(session: Session, created_before: datetime, limit: int) -> Sequence[sa.Row[str, str]]:
    """``(series, id)`` of the drafts that wait for a number, oldest first."""
    return session.execute(
        sa.select(CertificateRow.series, CertificateRow.id)
        .where(CertificateRow.base_number.is_(None), CertificateRow.number_refused.is_(None))
        .where(CertificateRow.created_at < created_before)
        .order_by(CertificateRow.created_at)
        .limit(limit)
    ).all()


def lock(session: Session, base_number: str) -> bool | None:
    """Locks a certificate until the end of the transaction: whether its body is active, or None if there is no such.

    What stands is read only afterwards: read together with the lock, it could be older than the lock.
    """
    return session.execute(
        sa.select(ExcbRow.active)
        .select_from(CertificateRow)
        .join(ExcbRow, ExcbRow.code == CertificateRow.excb)
        .where(CertificateRow.base_number == base_number)
        .with_for_update(of=CertificateRow)
    ).scalar()


def find(session: Session, base_number: str, issue: int | None = None) -> Certificate | None:
    """The issue asked for, or the latest public one, or the draft where nothing was published yet."""
    query = STANDING.where(CertificateRow.base_number == base_number)
    if issue is not None:
        query = query.where(IssueRow.issue == issue)
    return _first(session, query)


def find_by_id(session: Session, certificate_id: str) -> Certificate:
    """The latest public issue of the certificate with this id, or its draft."""
    certificate = _first(session, STANDING.where(CertificateRow.id == certificate_id))
    assert certificate is not None
    return certificate


def _first(session: Session, query: Query) -> Certificate | None:
    latest = query.order_by(IssueRow.status == DRAFT, IssueRow.issue.desc()).limit(1)
    row = session.execute(latest).mappings().first()
    return None if row is None else Certificate(**row)


def save(session: Session, old: Certificate, new: Certificate) -> None:
    """Writes what differs between two states of one issue; the content, which is large, only when it changed."""
    changed = {name: getattr(new, name) for name in ISSUE_FIELDS if getattr(new, name) != getattr(old, name)}
    session.execute(
        sa.update(IssueRow).where(IssueRow.certificate_id == old.id, IssueRow.issue == old.issue).values(changed)
    )


def delete(session: Session, certificate_id: str, *, at: datetime, account: str, reason: str) -> None:
    """Marks the certificate as deleted; its row and its number stay."""
    session.execute(
        sa.update(CertificateRow)
        .where(CertificateRow.id == certificate_id)
        .values(deleted_at=at, deleted_by=account, deletion_reason=reason)
    )


def issues_of(session: Session, certificate_id: str) -> list[dict[str, Any]]:
    """``issue, status, date_of_issue, suffix`` of every issue, the first one first."""
    return _mappings(
        session,
        sa.select(IssueRow.issue, IssueRow.status, IssueRow.date_of_issue, IssueRow.suffix)
        .where(IssueRow.certificate_id == certificate_id)
        .order_by(IssueRow.issue),
    )


def history_of(session: Session, certificate_id: str) -> list[dict[str, Any]]:
    """All that happened to the certificate since it was first published, the oldest first."""
    return _mappings(
        session,
        sa.select(*sa.inspect(HistoryRow).columns)
        .where(HistoryRow.certificate_id == certificate_id)
        .order_by(HistoryRow.change_no),
    )


def _mappings(session: Session, query: Query) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(query).mappings()]


def worklist(
    session: Session, *, excb: str | None, status: str | None, scheme: str | None, behind: Position | None, limit: int
) -> list[tuple[Position, Certificate]]:
    """Issues of a body (None: of all bodies), newest first, from behind a position on."""
    query = STANDING.add_columns(IssueRow.created_at).where(
        CertificateRow.base_number.is_not(None), CertificateRow.deleted_at.is_(None)
    )
    for column, wanted in ((IssueRow.excb, excb), (IssueRow.status, status), (CertificateRow.scheme, scheme)):
        query = query if wanted is None else query.where(column == wanted)
    order = (IssueRow.created_at, IssueRow.certificate_id, IssueRow.issue)
    if behind is not None:
        query = query.where(sa.tuple_(*order) < sa.tuple_(sa.literal(behind.created_at, Moment), *behind[1:]))
    rows = _mappings(session, query.order_by(*(column.desc() for column in order)).limit(limit))
    return [_positioned(row) for row in rows]


def _positioned(values: dict[str, Any]) -> tuple[Position, Certificate]:
    created_at = values.pop("created_at")
    certificate = Certificate(**values)
    return Position(created_at, certificate.id, certificate.issue), certificate


def is_active(session: Session, excb: str) -> bool:
    """Whether there is such a body and it may work."""
    return bool(session.scalar(sa.select(ExcbRow.active).where(ExcbRow.code == excb)))


def put(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows of reference data, or brings those that are there up to date, by primary key."""
    if not rows:
        return
    keys = [column.name for column in sa.inspect(table).primary_key]
    insert = insert_into(session, table).values(rows)
    update = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    session.execute(insert.on_conflict_do_update(index_elements=keys, set_=update))


def put_new(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows of reference data that are not there yet."""
    session.execute(insert_into(session, table).values(rows).on_conflict_do_nothing())


def reference(session: Session, table: type[Base], *order: str) -> list[dict[str, Any]]:
    """All rows of a table of reference data, as plain values."""
    columns = [column for column in sa.inspect(table).columns if column.name != "position"]
    query = sa.select(*columns).order_by(*(sa.inspect(table).columns[name] for name in order))
    return _mappings(session, query)
