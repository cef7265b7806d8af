"""Statements on what the rules say of Current certificates, and reviewers of samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.domain.quality import Checked, Outcome
from services.certificates.queries.certificates import Query
from services.certificates.tables import (
    CertificateRow,
    QualityFindingRow,
    QualityResultRow,
    SampleItemRow,
    SampleRow,
)

Rows = list[dict[str, Any]]

_WITH_ERRORS = sa.func.sum(sa.case((QualityResultRow.errors > 0, 1), else_=0))
_WITH_WARNINGS = sa.func.sum(sa.case((QualityResultRow.warnings > 0, 1), else_=0))
_REVIEWED_WRONG = sa.func.sum(sa.case((SampleItemRow.errors > 0, 1), else_=0))


def outcomes(session: Session, ids: Collection[str]) -> dict[str, Outcome]:
    """By id: what is kept of these certificates."""
    columns = [getattr(QualityResultRow, name) for name in ("certificate_id", *Outcome._fields)]
    rows = session.execute(sa.select(*columns).where(QualityResultRow.certificate_id.in_(ids)))
    return {certificate_id: Outcome(*values) for certificate_id, *values in rows}


def put(session: Session, new: Mapping[str, Outcome], gone: Collection[str]) -> None:
    """Keeps what was found of certificates, by id, in place of what was known of them; what is ``gone`` goes."""
    outdated = [*new, *gone]
    for table in (QualityFindingRow, QualityResultRow):
        session.execute(sa.delete(table).where(table.certificate_id.in_(outdated)))
    if new:
        rows = [{"certificate_id": key, **found._asdict()} for key, found in new.items()]
        session.connection().execute(sa.insert(QualityResultRow), rows)
    broken = [
        {"certificate_id": key, "rule": rule, "severity": severity, "excb": found.excb, "year": found.year}
        for key, found in new.items()
        for rule, severity in {row["rule"]: row["severity"] for row in found.findings}.items()
    ]
    if broken:
        session.connection().execute(sa.insert(QualityFindingRow), broken)


def by_body(session: Session, year: int | None, excb: str | None) -> list[Checked]:
    """By body and year, in that order."""
    table = QualityResultRow
    query = sa.select(table.excb, table.year, sa.func.count(), _WITH_ERRORS, _WITH_WARNINGS)
    rows = session.execute(_narrowed(query.group_by(table.excb, table.year), table, year, excb))
    return sorted(Checked(*row) for row in rows)


def broken_rules(
    session: Session, year: int | None, excb: str | None
) -> dict[tuple[str, int], list[tuple[str, str, int]]]:
    """By body and year: rule, severity, how many certificates break it."""
    table = QualityFindingRow
    columns = (table.excb, table.year, table.rule, table.severity)
    found = defaultdict(list)
    query = _narrowed(sa.select(*columns, sa.func.count()).group_by(*columns), table, year, excb)
    for body, of_year, rule, severity, count in session.execute(query):
        found[body, of_year].append((rule, severity, count))
    return found


def breaking(session: Session, excb: str, year: int, rule: str, *, after: str, limit: int) -> Rows:
    """``number, scheme, found_at, findings`` of those certificates that break the rule, in the order of numbers."""
    query = (
        sa.select(
            CertificateRow.base_number.label("number"),
            QualityResultRow.scheme,
            QualityResultRow.found_at,
            QualityResultRow.findings,
        )
        .select_from(QualityFindingRow)
        .join(QualityResultRow, QualityResultRow.certificate_id == QualityFindingRow.certificate_id)
        .join(CertificateRow, CertificateRow.id == QualityFindingRow.certificate_id)
        .where(QualityFindingRow.excb == excb, QualityFindingRow.year == year, QualityFindingRow.rule == rule)
        .where(CertificateRow.base_number > after)
        .order_by(CertificateRow.base_number)
        .limit(limit)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def _narrowed(query: Query, table: Any, year: int | None, excb: str | None) -> Query:
    query = query if year is None else query.where(table.year == year)
    return query if excb is None else query.where(table.excb == excb)


def reviews(session: Session, year: int | None, excb: str | None) -> list[tuple[str, int, int, int]]:
    """Body, year of the sample, how many of its certificates were reviewed, how many of them have errors."""
    query = (
        sa.select(SampleItemRow.excb, SampleRow.year, sa.func.count(SampleItemRow.reviewed_at), _REVIEWED_WRONG)
        .join(SampleRow, SampleRow.id == SampleItemRow.sample_id)
        .where(SampleItemRow.reviewed_at.is_not(None))
        .group_by(SampleItemRow.excb, SampleRow.year)
        .order_by(SampleItemRow.excb, SampleRow.year)
    )
    query = query if year is None else query.where(SampleRow.year == year)
    query = query if excb is None else query.where(SampleItemRow.excb == excb)
    return [(body, of_year, *counts) for body, of_year, *counts in session.execute(query)]
