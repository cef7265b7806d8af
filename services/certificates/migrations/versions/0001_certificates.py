"""Certificates, their issues and history, the change log, reference data."""

import sqlalchemy as sa
from alembic import op

from plumbing.db import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("base_number", sa.Text(), nullable=True),
        sa.Column("number_refused", sa.Text(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("deleted_by", sa.Text(), nullable=True),
        sa.Column("deletion_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("base_number"),
        sa.UniqueConstraint("excb", "account", "idempotency_key", name="certificates_idempotency_key"),
    )
    op.create_index(
        "certificates_without_number",
        "certificates",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("base_number IS NULL AND number_refused IS NULL"),
        sqlite_where=sa.text("base_number IS NULL AND number_refused IS NULL"),
    )
    op.create_table(
        "change_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "changes",
        sa.Column("change_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("routing_key", sa.Text(), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("change_no"),
    )
    op.create_index("changes_by_type", "changes", ["type", "change_no"], unique=False)
    op.create_table(
        "excbs",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "published",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "standards",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("previous_edition", sa.Text(), nullable=False),
        sa.Column("current_edition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "units",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit"),
    )
    op.create_table(
        "history",
        sa.Column("change_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("supplied_affected", sa.Boolean(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"]),
        sa.ForeignKeyConstraint(["change_no"], ["changes.change_no"]),
        sa.PrimaryKeyConstraint("change_no"),
    )
    op.create_index("history_by_certificate", "history", ["certificate_id", "change_no"], unique=False)
    op.create_table(
        "issues",
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("date_of_issue", sa.Date(), nullable=True),
        sa.Column("first_issued", sa.Date(), nullable=True),
        sa.Column("status_date", sa.Date(), nullable=True),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("supplied_affected", sa.Boolean(), nullable=True),
        sa.Column("change_no", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"]),
        sa.PrimaryKeyConstraint("certificate_id", "issue"),
    )
    op.create_index("issues_by_age", "issues", ["created_at", "certificate_id", "issue"], unique=False)
    op.create_index("issues_by_body", "issues", ["excb", "created_at", "certificate_id", "issue"], unique=False)
    op.create_index(
        "issues_by_body_and_status", "issues", ["excb", "status", "created_at", "certificate_id", "issue"], unique=False
    )
    op.create_index("issues_by_status", "issues", ["status", "created_at", "certificate_id", "issue"], unique=False)
