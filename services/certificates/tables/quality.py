"""The quality of the register: what today's rules say of every Current certificate, and samples that people look at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.certificates.tables.base import Base


class QualityRunRow(Base):
    """One row: how far the check of all Current certificates has come. ``position``: the last certificate's id."""

    __tablename__ = "quality_run"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    position: Mapped[str]
    checked: Mapped[int]


class QualityResultRow(Base):
    """What the rules said of one certificate when it was checked last."""

    __tablename__ = "quality_results"

    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"), primary_key=True)
    excb: Mapped[str] = mapped_column(sa.String(5))
    scheme: Mapped[str]
    # Of the issue that was checked.
    year: Mapped[int]
    errors: Mapped[int]
    warnings: Mapped[int]
    findings: Mapped[list[Any]]
    checked_at: Mapped[datetime]

    __table_args__ = (sa.Index("quality_results_by_body", "excb", "year", "certificate_id"),)


class SampleRow(Base):
    """A random sample of the certificates of a year, to be looked at by the Secretariat."""

    __tablename__ = "samples"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    year: Mapped[int]
    excb: Mapped[str | None] = mapped_column(sa.String(5))
    scheme: Mapped[str | None]
    percent: Mapped[int]
    # Drawn again with the same seed it is the same sample, so that nobody can choose what is looked at.
    seed: Mapped[str]
    population: Mapped[int]
    created_at: Mapped[datetime]
    account: Mapped[str]


class SampleItemRow(Base):
    """One certificate of a sample. ``answers`` by question of the checklist, null until somebody looked."""

    __tablename__ = "sample_items"

    sample_id: Mapped[str] = mapped_column(sa.ForeignKey("samples.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"))
    issue: Mapped[int]
    excb: Mapped[str] = mapped_column(sa.String(5))
    answers: Mapped[dict[str, Any] | None]
    remark: Mapped[str]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
