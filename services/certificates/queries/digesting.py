"""Statements that read all that is public, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.queries.certificates import LATEST_PUBLIC
from services.certificates.tables import CertificateRow, IssueRow

LATEST_PUBLIC_ISSUES = (
    sa.select(
        CertificateRow.id,
        CertificateRow.base_number,
        CertificateRow.excb,
        IssueRow.issue,
        IssueRow.status,
        IssueRow.change_no,
        IssueRow.first_issued,
    )
    .select_from(CertificateRow)
    .join(IssueRow, sa.and_(IssueRow.certificate_id == CertificateRow.id, IssueRow.issue == LATEST_PUBLIC))
    .where(CertificateRow.deleted_at.is_(None), CertificateRow.id > sa.bindparam("after_id"))
    .order_by(CertificateRow.id)
    .limit(sa.bindparam("most"))
)


def latest_public(session: Session, *, after: str, limit: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """``id, base_number, excb, issue, status, change_no, first_issued`` of the next certificates that are public."""
    return session.connection().execute(LATEST_PUBLIC_ISSUES, {"after_id": after, "most": limit}).all()
