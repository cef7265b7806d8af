"""Which ID cards of persons were printed, so that the queue of the others is known."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.certificates.tables.base import Base


class PrintedCardRow(Base):
    """The card of one issue of a person's certificate left the printer; the last time counts."""

    __tablename__ = "printed_cards"

    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"), primary_key=True)
    issue: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    printed_at: Mapped[datetime]
    account: Mapped[str]
