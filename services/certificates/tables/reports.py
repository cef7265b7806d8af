"""Reports as they are registered: one row owns the number, each issue has its summary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.certificates.tables.base import Base


class ReportRow(Base):
    """What owns the number of a report, or waits for one (``base_number`` is null). Rows are never removed."""

    __tablename__ = "reports"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    type: Mapped[str]
    excb: Mapped[str] = mapped_column(sa.String(5))
    series: Mapped[str]
    base_number: Mapped[str | None] = mapped_column(unique=True)
    number_refused: Mapped[str | None]
    demonstration: Mapped[bool]
    created_at: Mapped[datetime]
    account: Mapped[str]
    idempotency_key: Mapped[str | None]
    fingerprint: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (
        sa.UniqueConstraint("excb", "account", "idempotency_key", name="reports_idempotency_key"),
        sa.Index(
            "reports_without_number",
            "created_at",
            postgresql_where=sa.text("base_number IS NULL AND number_refused IS NULL"),
            sqlite_where=sa.text("base_number IS NULL AND number_refused IS NULL"),
        ),
        sa.Index("reports_by_series", "series", "base_number"),
        # Listings, the newest first: of a body or of all, of every type or of one.
        sa.Index("reports_by_body", "excb", "created_at", "id"),
        sa.Index("reports_by_body_and_type", "excb", "type", "created_at", "id"),
        sa.Index("reports_by_age", "created_at", "id"),
        sa.Index("reports_by_type", "type", "created_at", "id"),
    )


class ReportIssueRow(Base):
    """One issue of a report; ``change_no`` and ``registered_at`` are null while its report waits for a number."""

    __tablename__ = "report_issues"

    report_id: Mapped[str] = mapped_column(sa.ForeignKey("reports.id"), primary_key=True)
    issue: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    registered_at: Mapped[datetime | None]
    change_no: Mapped[int | None] = mapped_column(sa.BigInteger)
    account: Mapped[str]
    # Of the request that made this issue; the first one's stands with the report.
    idempotency_key: Mapped[str | None]
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))
