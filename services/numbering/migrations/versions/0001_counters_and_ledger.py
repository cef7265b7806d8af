"""Counters and the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last > 0", name="counters_begin_at_one"),
        sa.PrimaryKeyConstraint("series"),
    )
    op.create_table(
        "ledger",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("n > 0", name="ledger_begins_at_one"),
        sa.PrimaryKeyConstraint("series", "n"),
        sa.UniqueConstraint("owner_id"),
    )
