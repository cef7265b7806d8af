"""Statements on the samples that the Secretariat draws, and on their reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from plumbing.db import Moment
from services.certificates.domain.lifecycle import DRAFT
from services.certificates.domain.paging import Position
from services.certificates.tables import CertificateRow, IssueRow, SampleItemRow, SampleRow

Rows = list[dict[str, Any]]

_WITH_ERRORS = sa.func.sum(sa.case((SampleItemRow.errors > 0, 1), else_=0))
_SAMPLES = (
    sa.select(
        *sa.inspect(SampleRow).columns,
        sa.func.count().label("size"),
        sa.func.count(SampleItemRow.reviewed_at).label("reviewed"),
        _WITH_ERRORS.label("with_errors"),
    )
    .join(SampleItemRow, SampleItemRow.sample_id == SampleRow.id)
    .group_by(*sa.inspect(SampleRow).columns)
)


def population(session: Session, year: int, excb: str | None, scheme: str | None) -> dict[str, dict[str, Any]]:
    """By base number: what a sample holds of each certificate that was issued in that year; its latest issue then."""
    days = IssueRow.date_of_issue.between(date(year, 1, 1), date(year, 12, 31))
    columns = (CertificateRow.base_number, CertificateRow.id.label("certificate_id"), CertificateRow.excb)
    query = (
        sa.select(*columns, sa.func.max(IssueRow.issue).label("issue"))
        .join(IssueRow, IssueRow.certificate_id == CertificateRow.id)
        .where(days, IssueRow.status != DRAFT, CertificateRow.deleted_at.is_(None))
        .group_by(*columns)
    )
    query = query if excb is None else query.where(CertificateRow.excb == excb)
    query = query if scheme is None else query.where(CertificateRow.scheme == scheme)
    rows = [dict(row) for row in session.execute(query).mappings()]
    return {row.pop("base_number"): row for row in rows}


def add(session: Session, sample: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> None:
    """Keeps a sample and what is in it, numbered from 1 in this order."""
    session.execute(sa.insert(SampleRow), dict(sample))
    of = {"sample_id": sample["id"], "remark": ""}
    session.connection().execute(
        sa.insert(SampleItemRow), [{**of, **item, "position": place} for place, item in enumerate(items, start=1)]
    )


def find(session: Session, sample_id: str) -> dict[str, Any] | None:
    """The sample, with its ``size`` and how many of it are ``reviewed`` and ``with_errors``."""
    row = session.execute(_SAMPLES.where(SampleRow.id == sample_id)).mappings().first()
    return None if row is None else dict(row)


def page(session: Session, behind: Position | None, limit: int) -> Rows:
    """The samples behind a position, the newest first, likewise."""
    order = (SampleRow.created_at, SampleRow.id)
    query = _SAMPLES.order_by(*(column.desc() for column in order)).limit(limit)
    if behind is not None:
        query = query.where(sa.tuple_(*order) < sa.tuple_(sa.literal(behind.created_at, Moment), behind.certificate_id))
    return [dict(row) for row in session.execute(query).mappings()]


def items(session: Session, sample_id: str, position: int | None = None) -> Rows:
    """The certificates of a sample, or the one at ``position``, with the number and the scheme of each."""
    query = (
        sa.select(
            *sa.inspect(SampleItemRow).columns,
            (CertificateRow.base_number + IssueRow.suffix).label("number"),
            CertificateRow.scheme,
        )
        .join(CertificateRow, CertificateRow.id == SampleItemRow.certificate_id)
        .join(
            IssueRow,
            sa.and_(IssueRow.certificate_id == SampleItemRow.certificate_id, IssueRow.issue == SampleItemRow.issue),
        )
        .where(SampleItemRow.sample_id == sample_id)
        .order_by(SampleItemRow.position)
    )
    query = query if position is None else query.where(SampleItemRow.position == position)
    return [dict(row) for row in session.execute(query).mappings()]


def review(session: Session, sample_id: str, position: int, values: Mapping[str, Any]) -> None:
    """Writes what somebody found of one certificate of a sample."""
    session.execute(
        sa.update(SampleItemRow)
        .where(SampleItemRow.sample_id == sample_id, SampleItemRow.position == position)
        .values(values)
    )
