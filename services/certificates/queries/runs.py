"""Statements on how far nightly work has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.domain.runs import Run
from services.certificates.queries.certificates import INSERTS
from services.certificates.tables import CertificateRow, RunRow


def last(session: Session, name: str) -> Run | None:
    """The last run of this name, be it finished or not."""
    row = session.execute(sa.select(*sa.inspect(RunRow).columns).where(RunRow.name == name)).mappings().first()
    return None if row is None else Run(**row)


def keep(session: Session, run: Run) -> None:
    """Keeps how far the run has come, in place of the one before it."""
    values = asdict(run)
    insert = INSERTS[session.get_bind().dialect.name](RunRow).values(values)
    session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))


def ids_after(session: Session, position: str, limit: int) -> Sequence[str]:
    """The ids of the next certificates, drafts and deleted ones too, in the order of ids."""
    query = sa.select(CertificateRow.id).where(CertificateRow.id > position).order_by(CertificateRow.id).limit(limit)
    return session.scalars(query).all()
