"""What bodies ask of the Secretariat, and what both are told without asking."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.certificates.tables.base import Base


class RequestRow(Base):
    """A body asks to suspend, reinstate or cancel; ``state`` is open, approved, rejected or withdrawn."""

    __tablename__ = "requests"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"))
    excb: Mapped[str] = mapped_column(sa.String(5))
    action: Mapped[str]
    reason: Mapped[str]
    since: Mapped[date | None]
    supplied_affected: Mapped[bool | None]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    # Why it was rejected.
    answer: Mapped[str | None]

    __table_args__ = (
        sa.Index("requests_by_state", "state", "asked_at", "id"),
        sa.Index("requests_by_body", "excb", "asked_at", "id"),
        # One open question at a time about one certificate.
        sa.Index(
            "one_open_request",
            "certificate_id",
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
    )


class NoticeRow(Base):
    """Something that a body and the Secretariat should know: a certificate on a licence's schedule is not Current."""

    __tablename__ = "notices"

    # Of the change that caused it, and the certificate that it is about: told once, however often it is worked on.
    change_no: Mapped[int] = mapped_column(sa.ForeignKey("changes.change_no"), primary_key=True, autoincrement=False)
    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"), primary_key=True)
    excb: Mapped[str] = mapped_column(sa.String(5))
    kind: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (sa.Index("notices_by_body", "excb", "change_no"),)
