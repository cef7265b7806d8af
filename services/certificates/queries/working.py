"""Statements behind the worklists of a body."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services.certificates.domain.certificate import Certificate
from services.certificates.domain.lifecycle import CURRENT, DRAFT
from services.certificates.queries.certificates import LATEST_PUBLIC, STANDING
from services.certificates.tables import CertificateRow, IssueRow

Begun = tuple[datetime, Certificate]
_ORDER = (IssueRow.created_at, IssueRow.certificate_id)
_PUBLIC = (IssueRow.status == CURRENT, IssueRow.issue == LATEST_PUBLIC)


def drafts(session: Session, excb: str | None, limit: int) -> list[Begun]:
    """The drafts of a body (None: of all bodies), the oldest first."""
    return _rows(session, excb, limit, IssueRow.status == DRAFT, order=_ORDER)


def issued_since(session: Session, excb: str | None, day: date, limit: int) -> list[Begun]:
    """What is Current and was issued on ``day`` or later, the oldest first."""
    conditions = (*_PUBLIC, IssueRow.date_of_issue >= day)
    return _rows(session, excb, limit, *conditions, order=(IssueRow.date_of_issue, *_ORDER))


def ending(session: Session, excb: str | None, first: date, last: date, limit: int) -> list[Begun]:
    """The persons whose Current certificate is valid until a day from ``first`` to ``last``, by that day."""
    conditions = (*_PUBLIC, IssueRow.scheme == "person", IssueRow.valid_until.between(first, last))
    return _rows(session, excb, limit, *conditions, order=(IssueRow.valid_until, *_ORDER))


def _rows(session: Session, excb: str | None, limit: int, *conditions: Any, order: tuple[Any, ...]) -> list[Begun]:
    numbered = (CertificateRow.base_number.is_not(None), CertificateRow.deleted_at.is_(None))
    query = STANDING.add_columns(IssueRow.created_at).where(*numbered, *conditions)
    if excb is not None:
        query = query.where(IssueRow.excb == excb)
    rows = session.connection().execute(query.order_by(None).order_by(*order).limit(limit)).mappings()
    return [_begun(dict(row)) for row in rows]


def _begun(values: dict[str, Any]) -> Begun:
    return values.pop("created_at"), Certificate(**values)
