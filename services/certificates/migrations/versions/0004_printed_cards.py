"""Which ID cards of persons were printed."""

import sqlalchemy as sa
from alembic import op

from plumbing.db import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "printed_cards",
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("printed_at", Moment(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"]),
        sa.PrimaryKeyConstraint("certificate_id", "issue"),
    )
