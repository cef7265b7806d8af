"""The quality of the register: what today's rules say of every Current certificate, and samples that people look at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.certificates.tables.base import Base


class RunRow(Base):
    """How far a nightly work has come; one row for each, by its name. ``position``: the last certificate's id."""

    __tablename__ = "runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    position: Mapped[str]
    done: Mapped[int]


class QualityResultRow(Base):
    """What the rules say of one Current certificate, and since when they say so."""

    __tablename__ = "quality_results"

    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"), primary_key=True)
    excb: Mapped[str] = mapped_column(sa.String(5))
    scheme: Mapped[str]
    # Of the issue that was checked.
    year: Mapped[int]
    errors: Mapped[int]
    warnings: Mapped[int]
    findings: Mapped[list[Any]]
    found_at: Mapped[datetime]

    __table_args__ = (sa.Index("quality_results_by_body", "excb", "year", "certificate_id"),)


class QualityFindingRow(Base):
    """A rule that a certificate breaks: the findings of its result, so that they are counted and found by rule."""

    __tablename__ = "quality_findings"

    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("quality_results.certificate_id"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    excb: Mapped[str] = mapped_column(sa.String(5))
    year: Mapped[int]
    severity: Mapped[str]

    __table_args__ = (sa.Index("quality_findings_by_rule", "excb", "year", "rule", "certificate_id"),)


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
    """One certificate of a sample. ``answers`` by question of the checklist, null until somebody looked.

    ``errors``: how many of the answers are no.
    """

    __tablename__ = "sample_items"

    sample_id: Mapped[str] = mapped_column(sa.ForeignKey("samples.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"))
    issue: Mapped[int]
    excb: Mapped[str] = mapped_column(sa.String(5))
    answers: Mapped[dict[str, Any] | None]
    errors: Mapped[int | None]
    remark: Mapped[str]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
