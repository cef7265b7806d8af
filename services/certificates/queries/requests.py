"""Statements on requests of bodies to the Secretariat, and on notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contracts.events import timestamp
from plumbing.db import Moment
from services.certificates.domain import related
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.lifecycle import DRAFT
from services.certificates.domain.paging import Position
from services.certificates.domain.requests import OPEN, Request
from services.certificates.tables import CertificateRow, IssueRow, NoticeRow, RequestRow

NOT_CURRENT = "listed-not-current"
COLUMNS = [getattr(RequestRow, field.name) for field in fields(Request)]
# As it is printed: the suffix is that of the latest issue which is public.
_SUFFIX = (
    sa.select(IssueRow.suffix)
    .where(IssueRow.certificate_id == RequestRow.certificate_id, IssueRow.status != DRAFT)
    .order_by(IssueRow.issue.desc())
    .limit(1)
    .correlate(RequestRow)
    .scalar_subquery()
)
_WITH_NUMBER = sa.select(*COLUMNS, (CertificateRow.base_number + sa.func.coalesce(_SUFFIX, "")).label("number")).join(
    CertificateRow, CertificateRow.id == RequestRow.certificate_id
)


def notify(session: Session, licences: Sequence[Certificate], at: datetime) -> None:
    """Leaves a notice for each licence among these that lists a certificate which is not Current."""
    rows: list[dict[str, Any]] = [
        {
            "change_no": licence.change_no,
            "certificate_id": licence.id,
            "excb": licence.excb,
            "kind": NOT_CURRENT,
            "text": text,
            "at": at,
        }
        for licence in licences
        if (text := related.notice(licence)) is not None
    ]
    if rows:
        session.connection().execute(sa.insert(NoticeRow), rows)


def add(session: Session, request: Request) -> None:
    session.execute(sa.insert(RequestRow), asdict(request))


def save(session: Session, request: Request) -> None:
    """Writes how the request ended."""
    values = {name: getattr(request, name) for name in ("state", "decided_at", "decided_by", "answer")}
    session.execute(sa.update(RequestRow).where(RequestRow.id == request.id).values(values))


def open_about(session: Session, certificate_id: str) -> Request | None:
    """The request about a certificate that waits for an answer."""
    query = sa.select(*COLUMNS).where(RequestRow.certificate_id == certificate_id, RequestRow.state == OPEN)
    row = session.execute(query).mappings().first()
    return None if row is None else Request(**row)


def locked(session: Session, request_id: str) -> tuple[Request, str] | None:
    """The request, locked until the end of the transaction, and the number of its certificate."""
    query = _WITH_NUMBER.where(RequestRow.id == request_id).with_for_update(of=RequestRow)
    row = session.execute(query).mappings().first()
    return None if row is None else _numbered(dict(row))


def find(session: Session, request_id: str) -> tuple[Request, str] | None:
    """The request, and the number of its certificate."""
    row = session.execute(_WITH_NUMBER.where(RequestRow.id == request_id)).mappings().first()
    return None if row is None else _numbered(dict(row))


def page(
    session: Session,
    *,
    excb: str | None = None,
    state: str | None = None,
    action: str | None = None,
    behind: Position | None = None,
    limit: int,
    oldest_first: bool = False,
) -> list[tuple[Request, str]]:
    """Requests of a body (None: of all) with the numbers of their certificates, newest first or oldest first."""
    query = _WITH_NUMBER
    for column, wanted in ((RequestRow.excb, excb), (RequestRow.state, state), (RequestRow.action, action)):
        query = query if wanted is None else query.where(column == wanted)
    order = (RequestRow.asked_at, RequestRow.id)
    if behind is not None:
        here = sa.tuple_(sa.literal(behind.created_at, Moment), behind.certificate_id)
        query = query.where(sa.tuple_(*order) > here if oldest_first else sa.tuple_(*order) < here)
    sorting = (column.asc() if oldest_first else column.desc() for column in order)
    return [_numbered(dict(row)) for row in session.execute(query.order_by(*sorting).limit(limit)).mappings()]


def waiting(session: Session, excb: str | None) -> dict[str, tuple[int, datetime]]:
    """By what is asked for: how many requests of a body (None: of all) are open, and since when the oldest is."""
    query = sa.select(RequestRow.action, sa.func.count(), sa.func.min(RequestRow.asked_at))
    query = query.where(RequestRow.state == OPEN).group_by(RequestRow.action)
    rows = session.execute(query if excb is None else query.where(RequestRow.excb == excb))
    return {action: (count, since) for action, count, since in rows}


def _numbered(row: dict[str, Any]) -> tuple[Request, str]:
    number = row.pop("number")
    return Request(**row), number


def notices(session: Session, *, excb: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Notices behind ``after`` of a body (None: of all), the oldest first, as JSON values."""
    query = (
        sa.select(
            NoticeRow.change_no,
            CertificateRow.base_number.label("number"),
            NoticeRow.excb,
            NoticeRow.kind,
            NoticeRow.text,
            NoticeRow.at,
        )
        .join(CertificateRow, CertificateRow.id == NoticeRow.certificate_id)
        .where(NoticeRow.change_no > after)
        .order_by(NoticeRow.change_no)
        .limit(limit)
    )
    rows = session.execute(query if excb is None else query.where(NoticeRow.excb == excb)).mappings()
    return [dict(row) | {"at": timestamp(row["at"])} for row in rows]
