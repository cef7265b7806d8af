"""What certificates refer to: bodies with their scopes, standards, units of competence, uploaded photos."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.certificates.tables.base import Base


class ExcbRow(Base):
    """A certification body; never removed, because its certificates stay."""

    __tablename__ = "excbs"

    code: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    name: Mapped[str]
    country: Mapped[str] = mapped_column(sa.String(2))
    active: Mapped[bool]


class StandardRow(Base):
    """A standard with its last two editions."""

    __tablename__ = "standards"

    number: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    title: Mapped[str]
    previous_edition: Mapped[str]
    current_edition: Mapped[str]


class UnitRow(Base):
    """A unit of competence of persons."""

    __tablename__ = "units"

    unit: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    assessment: Mapped[str]


class ScopeRow(Base):
    """A scheme and a standard (``*``: all) that a body may certify in, both days included."""

    __tablename__ = "scopes"

    excb: Mapped[str] = mapped_column(sa.ForeignKey("excbs.code"), primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    standard: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_until: Mapped[date | None]


class PhotoRow(Base):
    """A picture that a body uploaded, by its SHA-256: no body can claim another one's by its hash."""

    __tablename__ = "photos"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    excb: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    length: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    uploaded_at: Mapped[datetime]
    account: Mapped[str]
