"""Statements on the ID cards of persons: whose are to be printed, and which were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.domain.certificate import Certificate
from services.certificates.domain.lifecycle import CURRENT
from services.certificates.queries.certificates import INSERTS, LATEST_PUBLIC, STANDING
from services.certificates.tables import CertificateRow, IssueRow, PrintedCardRow

PERSON = "person"
_CARDS = (
    STANDING.add_columns(PrintedCardRow.printed_at, PrintedCardRow.account)
    .outerjoin(
        PrintedCardRow,
        sa.and_(PrintedCardRow.certificate_id == IssueRow.certificate_id, PrintedCardRow.issue == IssueRow.issue),
    )
    .where(
        CertificateRow.scheme == PERSON,
        CertificateRow.deleted_at.is_(None),
        IssueRow.status == CURRENT,
        IssueRow.issue == LATEST_PUBLIC,
    )
    .order_by(None)
)


class Card(NamedTuple):
    """A certificate that has a card, and when the card of this issue was printed last, by whom."""

    certificate: Certificate
    printed_at: datetime | None
    printed_by: str | None


def page(
    session: Session,
    *,
    printed: bool,
    excb: str | None,
    issued_from: date | None,
    today: date,
    after: str,
    limit: int,
) -> list[Card]:
    """Cards that were printed, or not yet, of certificates that are good today, in the order of their numbers."""
    at = PrintedCardRow.printed_at
    query = _CARDS.where(
        at.is_not(None) if printed else at.is_(None),
        IssueRow.valid_until >= today,
        CertificateRow.base_number > after,
    )
    query = query if excb is None else query.where(CertificateRow.excb == excb)
    query = query if issued_from is None else query.where(IssueRow.date_of_issue >= issued_from)
    return _read(session, query.order_by(CertificateRow.base_number).limit(limit))


def of_numbers(session: Session, base_numbers: Sequence[str]) -> list[Card]:
    """Those of these certificates that have a card."""
    return _read(session, _CARDS.where(CertificateRow.base_number.in_(base_numbers)))


def mark(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Notes that these cards left the printer; the last time counts."""
    insert = INSERTS[session.get_bind().dialect.name](PrintedCardRow).values(rows)
    update = {name: insert.excluded[name] for name in ("printed_at", "account")}
    session.execute(insert.on_conflict_do_update(index_elements=["certificate_id", "issue"], set_=update))


def _read(session: Session, query: sa.Select[Any]) -> list[Card]:
    found = []
    for row in session.connection().execute(query).mappings():
        values = dict(row)
        printed_at, account = values.pop("printed_at"), values.pop("account")
        found.append(Card(Certificate(**values), printed_at, account))
    return found
