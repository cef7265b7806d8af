"""Reports, requests and notices, scopes, photos, counts, citations, quality; what new issues and persons need."""

import sqlalchemy as sa
from alembic import op

from plumbing.db import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "absent_numbers",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("base_number", sa.Text(), nullable=False),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("series", "base_number"),
    )
    op.create_table(
        "counts",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "scheme", "kind", "excb", "year", "country", "status"),
    )
    op.create_table(
        "photos",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", Moment(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "excb"),
    )
    op.create_table(
        "runs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("base_number", sa.Text(), nullable=True),
        sa.Column("number_refused", sa.Text(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("base_number"),
        sa.UniqueConstraint("excb", "account", "idempotency_key", name="reports_idempotency_key"),
    )
    op.create_index("reports_by_age", "reports", ["created_at", "id"], unique=False)
    op.create_index("reports_by_body", "reports", ["excb", "created_at", "id"], unique=False)
    op.create_index("reports_by_body_and_type", "reports", ["excb", "type", "created_at", "id"], unique=False)
    op.create_index("reports_by_type", "reports", ["type", "created_at", "id"], unique=False)
    op.create_index("reports_by_series", "reports", ["series", "base_number"], unique=False)
    op.create_index(
        "reports_without_number",
        "reports",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("base_number IS NULL AND number_refused IS NULL"),
        sqlite_where=sa.text("base_number IS NULL AND number_refused IS NULL"),
    )

    op.create_table(
        "samples",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "citations",
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("cited", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"]),
        sa.PrimaryKeyConstraint("certificate_id", "relation", "cited"),
    )
    op.create_index("citations_by_cited", "citations", ["cited", "relation"], unique=False)

    op.create_table(
        "notices",
        sa.Column("change_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"]),
        sa.ForeignKeyConstraint(["change_no"], ["changes.change_no"]),
        sa.PrimaryKeyConstraint("change_no", "certificate_id"),
    )
    op.create_index("notices_by_body", "notices", ["excb", "change_no"], unique=False)

    op.create_table(
        "quality_results",
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"]),
        sa.PrimaryKeyConstraint("certificate_id"),
    )
    op.create_index("quality_results_by_body", "quality_results", ["excb", "year", "certificate_id"], unique=False)
    op.create_table(
        "quality_findings",
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["quality_results.certificate_id"]),
        sa.PrimaryKeyConstraint("certificate_id", "rule"),
    )
    op.create_index(
        "quality_findings_by_rule", "quality_findings", ["excb", "year", "rule", "certificate_id"], unique=False
    )

    op.create_table(
        "report_issues",
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("registered_at", Moment(), nullable=True),
        sa.Column("change_no", sa.BigInteger(), nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        sa.PrimaryKeyConstraint("report_id", "issue"),
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("supplied_affected", sa.Boolean(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_open_request",
        "requests",
        ["certificate_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index("requests_by_body", "requests", ["excb", "asked_at", "id"], unique=False)
    op.create_index("requests_by_state", "requests", ["state", "asked_at", "id"], unique=False)

    op.create_table(
        "sample_items",
        sa.Column("sample_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=True),
        sa.Column("errors", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("reviewed_at", Moment(), nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"]),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"]),
        sa.PrimaryKeyConstraint("sample_id", "position"),
    )
    op.create_table(
        "scopes",
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["excb"], ["excbs.code"]),
        sa.PrimaryKeyConstraint("excb", "scheme", "standard", "valid_from"),
    )
    op.create_index("certificates_by_series", "certificates", ["series", "base_number"], unique=False)

    op.create_index(
        "certificates_deleted",
        "certificates",
        ["id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
    )

    # The release before has no other scheme.
    op.add_column("issues", sa.Column("scheme", sa.Text(), server_default="equipment", nullable=False))
    op.drop_index("issues_by_status", "issues")
    op.create_index(
        "issues_by_status",
        "issues",
        ["status", "created_at", "certificate_id", "issue"],
        unique=False,
        postgresql_include=["scheme", "excb"],
    )
    op.add_column("issues", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column("issues", sa.Column("related", sa.JSON(), nullable=True))
    op.add_column("issues", sa.Column("warnings", sa.JSON(), nullable=True))
    op.add_column("issues", sa.Column("overrides", sa.JSON(), nullable=True))
    op.add_column("issues", sa.Column("private", sa.Text(), nullable=True))
    op.add_column("issues", sa.Column("idempotency_key", sa.Text(), nullable=True))
    op.create_index(
        "issues_by_day_of_issue",
        "issues",
        ["date_of_issue", "certificate_id"],
        unique=False,
        postgresql_where=sa.text("date_of_issue IS NOT NULL"),
        sqlite_where=sa.text("date_of_issue IS NOT NULL"),
    )
    op.create_index(
        "one_draft_at_a_time",
        "issues",
        ["certificate_id"],
        unique=True,
        postgresql_where=sa.text("status = 'draft'"),
        sqlite_where=sa.text("status = 'draft'"),
    )
