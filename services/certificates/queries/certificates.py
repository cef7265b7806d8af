"""Statements on certificates, their issues, their drafts and their history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from plumbing.db import Moment
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.drafts import Intent
from services.certificates.domain.lifecycle import DRAFT, Decision
from services.certificates.domain.paging import Position
from services.certificates.domain.permissions import ALL, Drafts
from services.certificates.queries import at_once
from services.certificates.tables import Base, CertificateRow, ChangeRow, ExcbRow, HistoryRow, IssueRow

Query = sa.Select[*tuple[Any, ...]]

# The fields of a Certificate: those that its own row holds, then those of the row of its issue.
CERTIFICATE_FIELDS = ("id", "base_number", "excb", "scheme", "demonstration", "deletion_reason")
STATE_FIELDS = (
    "status", "suffix", "version", "date_of_issue", "first_issued", "status_date", "status_reason",
    "supplied_affected", "change_no", "valid_until", "related", "annexes", "warnings", "overrides",
)  # fmt: skip
STANDING = (
    sa.select(
        *(getattr(CertificateRow, name) for name in CERTIFICATE_FIELDS),
        *(getattr(IssueRow, name) for name in ("issue", "content", *STATE_FIELDS)),
    )
    .select_from(CertificateRow)
    .join(IssueRow, IssueRow.certificate_id == CertificateRow.id)
    # The latest public issue, or the draft where nothing was published yet.
    .order_by(IssueRow.status == DRAFT, IssueRow.issue.desc())
)
# A draft that the reader may not see is not even read: how long that takes would tell of it.
SHOWN = sa.or_(
    IssueRow.status != DRAFT,
    CertificateRow.excb == sa.bindparam("drafts_of", type_=sa.Text),
    sa.bindparam("all_drafts", type_=sa.Boolean),
)
FIND = STANDING.where(CertificateRow.base_number == sa.bindparam("base_number"), SHOWN).limit(1)
FIND_ISSUE = FIND.where(IssueRow.issue == sa.bindparam("issue"))
FIND_BY_ID = STANDING.where(CertificateRow.id == sa.bindparam("certificate_id")).limit(1)
FIND_DRAFT = FIND.where(IssueRow.status == DRAFT)

# The issue of a certificate that stands for it: its latest public one.
_OTHER = sa.orm.aliased(IssueRow)
LATEST_PUBLIC = (
    sa.select(sa.func.max(_OTHER.issue))
    .where(_OTHER.certificate_id == IssueRow.certificate_id, _OTHER.status != DRAFT)
    .correlate(IssueRow)
    .scalar_subquery()
)

IS_ACTIVE = sa.select(ExcbRow.active).where(ExcbRow.code == sa.bindparam("excb"))
LOCK = (
    sa.select(ExcbRow.active)
    .select_from(CertificateRow)
    .join(ExcbRow, ExcbRow.code == CertificateRow.excb)
    .where(CertificateRow.base_number == sa.bindparam("base_number"))
    # Not so strong that it keeps out rows that refer to the certificate: whoever holds the log's lock writes such rows
    # about certificates that others have locked, and those wait for the log.
    .with_for_update(of=CertificateRow, key_share=True)
)


def _parameters(table: type[Base], names: Sequence[str]) -> list[sa.BindParameter[Any]]:
    """A parameter for each column, of its type: in a SELECT the database cannot guess it."""
    return [sa.bindparam(name, type_=table.__table__.c[name].type) for name in names]


INTENT_FIELDS = (
    "id", "excb", "scheme", "series", "demonstration", "created_at", "account", "idempotency_key", "fingerprint",
)  # fmt: skip
# Both databases know ON CONFLICT, each by its own construct.
INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# A draft of an active body, unless there is one of the same key; returns its id.
KEEP_INTENT = {
    dialect: insert(CertificateRow)
    .from_select(
        INTENT_FIELDS,
        sa.select(*_parameters(CertificateRow, INTENT_FIELDS)).where(IS_ACTIVE.scalar_subquery()),
    )
    .on_conflict_do_nothing(index_elements=["excb", "account", "idempotency_key"])
    .returning(CertificateRow.id)
    for dialect, insert in INSERTS.items()
}
FIRST_ISSUE_FIELDS = (
    "issue", "excb", "scheme", "status", "suffix", "content", "version", "created_at", "status_reason", "private",
)  # fmt: skip
EARLIER_INTENT = sa.select(
    CertificateRow.id, CertificateRow.series, CertificateRow.fingerprint, CertificateRow.base_number
).where(
    CertificateRow.excb == sa.bindparam("excb"),
    CertificateRow.account == sa.bindparam("account"),
    CertificateRow.idempotency_key == sa.bindparam("idempotency_key"),
)
INSERT_FIRST_ISSUE = sa.insert(IssueRow)
# Both inserts in one statement, which PostgreSQL can and SQLite cannot.
_KEPT = KEEP_INTENT["postgresql"].cte("kept")
KEEP_AT_ONCE = (
    sa.insert(IssueRow)
    .from_select(
        ("certificate_id", *FIRST_ISSUE_FIELDS),
        sa.select(_KEPT.c.id, *_parameters(IssueRow, FIRST_ISSUE_FIELDS)),
    )
    .returning(IssueRow.certificate_id)
)
PUT_NUMBER = (
    sa.update(CertificateRow)
    .where(CertificateRow.id == sa.bindparam("draft"), CertificateRow.base_number.is_(None))
    .values(base_number=sa.bindparam("number"))
)
PUT_NUMBERS_AT_ONCE = sa.text(
    "UPDATE certificates SET base_number = given.number"
    " FROM unnest(CAST(:drafts AS varchar[]), CAST(:numbers AS text[])) AS given (draft, number)"
    " WHERE id = given.draft AND base_number IS NULL"
)


def keep_intent(session: Session, intent: Intent) -> Intent | None:
    """Keeps a new draft and returns it, or the one that stands, if the account used the same key before.

    None where the body is not active. On PostgreSQL a new draft is one statement, on SQLite a transaction is needed.
    """
    connection = session.connection()
    row = {name: getattr(intent, name) for name in (*INTENT_FIELDS, "suffix", "content", "private")}
    row |= {"issue": 0, "status": DRAFT, "version": 1, "status_reason": ""}
    if connection.dialect.name == "postgresql":
        kept = connection.execute(KEEP_AT_ONCE, row).first()
    else:
        kept = connection.execute(KEEP_INTENT[connection.dialect.name], row).first()
        if kept is not None:
            connection.execute(
                INSERT_FIRST_ISSUE, {"certificate_id": intent.id} | {n: row[n] for n in FIRST_ISSUE_FIELDS}
            )
    if kept is not None:
        return intent
    if not connection.execute(IS_ACTIVE, {"excb": intent.excb}).scalar():
        return None
    return replace(intent, **connection.execute(EARLIER_INTENT, row).mappings().one())


def put_numbers(session: Session, numbers: Mapping[str, str]) -> None:
    """Gives each draft its base number, by the draft's id; one that has a number keeps it."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(PUT_NUMBERS_AT_ONCE, {"drafts": list(numbers), "numbers": list(numbers.values())})
    else:
        connection.execute(PUT_NUMBER, [{"draft": draft, "number": number} for draft, number in numbers.items()])


def refuse_numbers(session: Session, ids: Collection[str], code: str) -> None:
    """Notes that these drafts can have no number."""
    session.execute(sa.update(CertificateRow).where(CertificateRow.id.in_(ids)).values(number_refused=code))


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
    active: bool | None = session.connection().execute(LOCK, {"base_number": base_number}).scalar()
    return active


def find(session: Session, base_number: str, issue: int | None = None, drafts: Drafts = ALL) -> Certificate | None:
    """The issue asked for, or the latest public one, or the draft where nothing was published yet and it is shown."""
    shown = {"base_number": base_number, "drafts_of": drafts.of, "all_drafts": drafts.all}
    if issue is None:
        return _first(session, FIND, **shown)
    return _first(session, FIND_ISSUE, issue=issue, **shown)


def find_draft(session: Session, base_number: str, drafts: Drafts = ALL) -> Certificate | None:
    """The open draft of the certificate, of whichever issue, if there is one and it is shown."""
    return _first(session, FIND_DRAFT, base_number=base_number, drafts_of=drafts.of, all_drafts=drafts.all)


def latest_public(session: Session, ids: Collection[str]) -> dict[str, Certificate]:
    """By id: the latest public issue of each of these certificates that has one."""
    query = STANDING.where(IssueRow.issue == LATEST_PUBLIC, CertificateRow.id.in_(ids)).order_by(None)
    return {row["id"]: Certificate(**row) for row in session.connection().execute(query).mappings()}


def public_issues(session: Session, certificate_id: str) -> list[Certificate]:
    """Every issue of the certificate that was published, the latest one last."""
    query = STANDING.where(CertificateRow.id == certificate_id, IssueRow.status != DRAFT).order_by(None)
    rows = session.connection().execute(query.order_by(IssueRow.issue)).mappings()
    return [Certificate(**row) for row in rows]


def find_by_id(session: Session, certificate_id: str) -> Certificate:
    """The latest public issue of the certificate that has this id, or its draft."""
    certificate = _first(session, FIND_BY_ID, certificate_id=certificate_id)
    assert certificate is not None
    return certificate


def _first(session: Session, query: Query, **parameters: Any) -> Certificate | None:
    row = session.connection().execute(query, parameters).mappings().first()
    return None if row is None else Certificate(**row)


def save(session: Session, *pairs: tuple[Certificate, Certificate]) -> None:
    """Writes the new state of issues, ``(old, new)``; the content, which may be large, only where that changed."""
    states, whole = [], []
    for old, new in pairs:
        state = {name: getattr(new, name) for name in STATE_FIELDS} | {"certificate_id": new.id, "issue": new.issue}
        if new.content is old.content:
            states.append(state)
        else:
            whole.append(state | {"content": new.content})
    for rows in (states, whole):
        at_once.update(session, IssueRow, rows)


def add_draft(session: Session, draft: Certificate, *, at: datetime, key: str | None, fingerprint: str) -> bool:
    """Adds the draft of a later issue, with the private data of the issue before; False if there is a draft already."""
    before = sa.select(IssueRow.private).where(IssueRow.certificate_id == draft.id, IssueRow.issue == draft.issue - 1)
    row = {name: getattr(draft, name) for name in (*STATE_FIELDS, "content", "excb", "scheme", "issue")}
    row |= {"certificate_id": draft.id, "created_at": at, "idempotency_key": key, "fingerprint": fingerprint}
    row |= {"private": before.scalar_subquery()}
    insert = INSERTS[session.get_bind().dialect.name](IssueRow).values(row).on_conflict_do_nothing()
    return session.connection().execute(insert.returning(IssueRow.issue)).first() is not None


def issue_of_key(session: Session, certificate_id: str, key: str) -> tuple[int, str | None] | None:
    """The later issue that a request with this Idempotency-Key drafted, whatever became of it, and what it sent."""
    asked = sa.select(IssueRow.issue, IssueRow.fingerprint)
    row = session.execute(
        asked.where(IssueRow.certificate_id == certificate_id, IssueRow.idempotency_key == key)
    ).first()
    return None if row is None else (row.issue, row.fingerprint)


def drop_draft(session: Session, draft: Certificate) -> None:
    """Removes the draft of a later issue. Its certificate stays, and the next draft has the same issue number."""
    session.execute(
        sa.delete(IssueRow).where(
            IssueRow.certificate_id == draft.id, IssueRow.issue == draft.issue, IssueRow.status == DRAFT
        )
    )


def put_private(session: Session, certificate: Certificate, sealed: str | None) -> None:
    """Keeps a person's sealed private data with this issue."""
    session.execute(
        sa.update(IssueRow)
        .where(IssueRow.certificate_id == certificate.id, IssueRow.issue == certificate.issue)
        .values(private=sealed)
    )


def private_of(session: Session, certificate: Certificate) -> str | None:
    """The sealed private data of this issue."""
    return session.scalar(
        sa.select(IssueRow.private).where(
            IssueRow.certificate_id == certificate.id, IssueRow.issue == certificate.issue
        )
    )


def told_until(session: Session, certificate_id: str, end: datetime) -> tuple[int, str] | None:
    """``(change_no, envelope)`` of the last change of the certificate before ``end``."""
    row = session.execute(
        sa.select(ChangeRow.change_no, ChangeRow.envelope)
        .join(HistoryRow, HistoryRow.change_no == ChangeRow.change_no)
        .where(HistoryRow.certificate_id == certificate_id, HistoryRow.at < end)
        .order_by(HistoryRow.change_no.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.change_no, row.envelope)


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
    return [dict(row) for row in session.connection().execute(query).mappings()]


def worklist(
    session: Session, *, excb: str | None, status: str | None, scheme: str | None, behind: Position | None, limit: int
) -> list[tuple[Position, Certificate]]:
    """Drafts and latest public issues of a body (None: of all bodies), newest first, from behind a position on."""
    query = STANDING.add_columns(IssueRow.created_at).where(
        CertificateRow.base_number.is_not(None),
        CertificateRow.deleted_at.is_(None),
        sa.or_(IssueRow.status == DRAFT, IssueRow.issue == LATEST_PUBLIC),
    )
    for column, wanted in ((IssueRow.excb, excb), (IssueRow.status, status), (CertificateRow.scheme, scheme)):
        query = query if wanted is None else query.where(column == wanted)
    order = (IssueRow.created_at, IssueRow.certificate_id, IssueRow.issue)
    if behind is not None:
        query = query.where(sa.tuple_(*order) < sa.tuple_(sa.literal(behind.created_at, Moment), *behind[1:]))
    rows = _mappings(session, query.order_by(None).order_by(*(column.desc() for column in order)).limit(limit))
    return [_positioned(row) for row in rows]


def _positioned(values: dict[str, Any]) -> tuple[Position, Certificate]:
    created_at = values.pop("created_at")
    certificate = Certificate(**values)
    return Position(created_at, certificate.id, certificate.issue), certificate


def was_made_by(session: Session, certificate: Certificate, change_type: str, decision: Decision) -> bool:
    """Whether what stands is the outcome of this very decision."""
    made_by = sa.select(HistoryRow.type, HistoryRow.since, HistoryRow.reason, HistoryRow.supplied_affected)
    row = session.execute(made_by.where(HistoryRow.change_no == certificate.change_no)).first()
    return row is not None and tuple(row) == (change_type, decision.date, decision.reason, decision.supplied_affected)


def is_active(session: Session, excb: str) -> bool:
    """Whether there is such a body and it may work."""
    return bool(session.connection().execute(IS_ACTIVE, {"excb": excb}).scalar())
