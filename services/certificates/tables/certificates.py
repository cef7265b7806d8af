"""Certificates, their issues, their history, and the change log.

A certificate is what owns a number; an issue is what is shown under it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.certificates.tables.base import Base


class CertificateRow(Base):
    """What owns a number, or waits for one (an intent: ``base_number`` is null). Rows are never removed.

    ``excb`` is no foreign key here: every new draft would lock its body's one row, and bodies are never removed.
    """

    __tablename__ = "certificates"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    excb: Mapped[str] = mapped_column(sa.String(5))
    scheme: Mapped[str]
    # Kept from the first save on, so that the number is of that year whenever it is given.
    series: Mapped[str]
    base_number: Mapped[str | None] = mapped_column(unique=True)
    # The code of the error for which no number can be given: a sweeper would ask in vain for ever. Or ``imported``:
    # it comes with its number.
    number_refused: Mapped[str | None]
    demonstration: Mapped[bool]
    created_at: Mapped[datetime]
    account: Mapped[str]
    idempotency_key: Mapped[str | None]
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[str | None]
    deletion_reason: Mapped[str | None]

    __table_args__ = (
        sa.UniqueConstraint("excb", "account", "idempotency_key", name="certificates_idempotency_key"),
        sa.Index(
            "certificates_without_number",
            "created_at",
            postgresql_where=sa.text("base_number IS NULL AND number_refused IS NULL"),
            sqlite_where=sa.text("base_number IS NULL AND number_refused IS NULL"),
        ),
        # The ledger of a series.
        sa.Index("certificates_by_series", "series", "base_number"),
        sa.Index(
            "certificates_deleted",
            "id",
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
        ),
    )


class IssueRow(Base):
    """One issue of a certificate, from its draft on. ``version`` counts every change of it."""

    __tablename__ = "issues"

    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"), primary_key=True)
    issue: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Both repeated from the certificate, so that one index serves a body's worklist, and one counts drafts. The default
    # is for code of the release before, which has no other scheme.
    excb: Mapped[str] = mapped_column(sa.String(5))
    scheme: Mapped[str] = mapped_column(server_default="equipment")
    status: Mapped[str]
    suffix: Mapped[str]
    content: Mapped[dict[str, Any]]
    version: Mapped[int]
    created_at: Mapped[datetime]
    date_of_issue: Mapped[date | None]
    first_issued: Mapped[date | None]
    status_date: Mapped[date | None]
    status_reason: Mapped[str]
    supplied_affected: Mapped[bool | None]
    change_no: Mapped[int | None] = mapped_column(sa.BigInteger)
    # A person's; null where nothing expires.
    valid_until: Mapped[date | None]
    # What other certificates make of this one: see domain.related.
    related: Mapped[dict[str, Any] | None]
    # The files that belong to this issue: see domain.annexes.
    annexes: Mapped[list[Any] | None]
    # What the gate said when it was issued, and what the signatory took upon himself; neither is public.
    warnings: Mapped[list[Any] | None]
    overrides: Mapped[list[Any] | None]
    # Of a person: sealed, never published.
    private: Mapped[str | None]
    # Of the request that made this draft, for all issues but the first, whose certificate has its own.
    idempotency_key: Mapped[str | None]
    # Of what that request sent: the same key for something else is refused. Null in rows from before the column was.
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))

    # Worklists, newest first: of a body or of all, of every status or of one.
    __table_args__ = (
        sa.Index("issues_by_body", "excb", "created_at", "certificate_id", "issue"),
        sa.Index("issues_by_body_and_status", "excb", "status", "created_at", "certificate_id", "issue"),
        sa.Index("issues_by_age", "created_at", "certificate_id", "issue"),
        sa.Index(
            "issues_by_status",
            "status",
            "created_at",
            "certificate_id",
            "issue",
            postgresql_include=["scheme", "excb"],
        ),
        # What was issued in a year.
        sa.Index(
            "issues_by_day_of_issue",
            "date_of_issue",
            "certificate_id",
            postgresql_where=sa.text("date_of_issue IS NOT NULL"),
            sqlite_where=sa.text("date_of_issue IS NOT NULL"),
        ),
        # Persons whose validity ends soon.
        sa.Index(
            "issues_by_end_of_validity",
            "valid_until",
            "certificate_id",
            postgresql_where=sa.text("valid_until IS NOT NULL"),
            sqlite_where=sa.text("valid_until IS NOT NULL"),
        ),
        sa.Index(
            "one_draft_at_a_time",
            "certificate_id",
            unique=True,
            postgresql_where=sa.text("status = 'draft'"),
            sqlite_where=sa.text("status = 'draft'"),
        ),
    )


class ChangeRow(Base):
    """The change log, which is the outbox: ``envelope`` is the text that is published, to the byte."""

    __tablename__ = "changes"

    change_no: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(sa.String(36))
    type: Mapped[str]
    routing_key: Mapped[str]
    envelope: Mapped[str]
    # In bytes, so that a page can be cut before its text is read.
    size: Mapped[int]

    __table_args__ = (sa.Index("changes_by_type", "type", "change_no"),)


class ChangeCounterRow(Base):
    """One row: the last ``change_no`` given."""

    __tablename__ = "change_counter"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(sa.BigInteger)


class PublishedRow(Base):
    """One row: how far the log was published. Apart from the counter, whose lock a relay must not wait for."""

    __tablename__ = "published"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change_no: Mapped[int] = mapped_column(sa.BigInteger)


class HistoryRow(Base):
    """What happened to a published certificate, one row a change; ``account``, ``before``, ``after`` are internal."""

    __tablename__ = "history"

    change_no: Mapped[int] = mapped_column(sa.ForeignKey("changes.change_no"), primary_key=True, autoincrement=False)
    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"))
    issue: Mapped[int]
    type: Mapped[str]
    at: Mapped[datetime]
    since: Mapped[date]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    reason: Mapped[str]
    supplied_affected: Mapped[bool | None]
    role: Mapped[str]
    excb: Mapped[str | None] = mapped_column(sa.String(5))
    account: Mapped[str]
    # The content that an amendment replaced, and its new one.
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]

    __table_args__ = (sa.Index("history_by_certificate", "certificate_id", "change_no"),)


class CitationRow(Base):
    """What the latest public issue of a certificate refers to, so that it is found from the other side.

    ``relation`` is ``report``, ``listed`` (on a mark licence) or ``supersedes``; ``cited`` a base number.
    """

    __tablename__ = "citations"

    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("certificates.id"), primary_key=True)
    relation: Mapped[str] = mapped_column(primary_key=True)
    cited: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (sa.Index("citations_by_cited", "cited", "relation"),)
