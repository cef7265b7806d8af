"""The tables of the export service: its jobs, whose files lie in the blob store, and the keys that signed documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from plumbing.db import Moment


class Base(DeclarativeBase):
    """Plain JSON, not JSONB: nothing searches inside."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way to say it
        datetime: Moment,
        dict[str, Any]: sa.JSON(none_as_null=True),
        list[str]: sa.JSON(none_as_null=True),
        list[dict[str, str]]: sa.JSON(none_as_null=True),
        str: sa.Text,
    }


class JobRow(Base):
    """A job; what the columns mean stands at services.export.domain.Job."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    format: Mapped[str]
    q: Mapped[str]
    filters: Mapped[dict[str, Any]]
    columns: Mapped[list[str]]
    # What may be null or has a default, replicas of before do not name.
    numbers: Mapped[list[str] | None]
    bom: Mapped[bool] = mapped_column(server_default=sa.false())
    # Of a list of assets: the Table that it is.
    table: Mapped[dict[str, Any] | None]
    requested_by: Mapped[str | None]
    status: Mapped[str]
    created_at: Mapped[datetime]
    identity: Mapped[str | None] = mapped_column(sa.String(64))
    callers: Mapped[int] = mapped_column(server_default="1")
    started_at: Mapped[datetime | None]
    missing: Mapped[list[dict[str, str]] | None]
    rows: Mapped[int]
    written: Mapped[int]
    total: Mapped[int | None]
    change_no: Mapped[int | None] = mapped_column(sa.BigInteger)
    attempts: Mapped[int]
    token: Mapped[str | None] = mapped_column(sa.String(36))
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
    length: Mapped[int | None] = mapped_column(sa.BigInteger)

    # Only open jobs are looked for, every second; finished ones by their age, once in a while.
    __table_args__ = (
        sa.Index(
            "jobs_open",
            "created_at",
            postgresql_where=sa.text("finished_at IS NULL"),
            sqlite_where=sa.text("finished_at IS NULL"),
        ),
        sa.Index("jobs_finished", "finished_at"),
    )


class SigningCertificateRow(Base):
    """The certificate of a key that signs documents, or did. ``withdrawal`` is the reason, if it was."""

    __tablename__ = "signing_certificates"

    # SHA-256 of its DER form, in hexadecimal digits.
    fingerprint: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    pem: Mapped[str]
    first_used_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawal: Mapped[str]


metadata = Base.metadata
