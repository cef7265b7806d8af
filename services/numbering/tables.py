"""Counters and the ledger: how far each series has come, and who got which number, for ever.

Rows of the ledger are never deleted: a number stays with its owner when the certificate is deleted. Nor are they ever
changed, but in one way: the mark of an absent number gives place to the owner that adopts it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Counter(Base):
    """The last number given in a series. Its row is the lock under which numbers are given."""

    __tablename__ = "counters"
    __table_args__ = (CheckConstraint("last > 0", name="counters_begin_at_one"),)

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class Entry(Base):
    """One number and its owner: the id of a certificate or a report, or the mark of a number that nobody has."""

    __tablename__ = "ledger"
    __table_args__ = (CheckConstraint("n > 0", name="ledger_begins_at_one"),)

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    owner_id: Mapped[str] = mapped_column(String(64), unique=True)


metadata = Base.metadata
