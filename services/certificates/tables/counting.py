"""What the statistics add up, kept with every change; and numbers that the register does not have a certificate for."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.certificates.tables.base import Base


class CountRow(Base):
    """How many there are of one sort; the yearly tables are sums over these few rows.

    ``what`` is ``certificate`` (each counts once, in the year of its first issue, under the status it has today),
    ``issue`` (each published issue, in its own year) or ``report`` (each issue of one, under its type, in the year
    of its registration). Of a deleted certificate only the certificate is left, under the status ``deleted``.
    ``country``: the applicant's; a person's is that of the assessment centre.
    """

    __tablename__ = "counts"

    what: Mapped[str] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    excb: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    country: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class AbsentNumberRow(Base):
    """A number below one that was imported, of which the register knows nothing: a named gap in the ledger."""

    __tablename__ = "absent_numbers"

    series: Mapped[str] = mapped_column(primary_key=True)
    base_number: Mapped[str] = mapped_column(primary_key=True)
    noted_at: Mapped[datetime]
