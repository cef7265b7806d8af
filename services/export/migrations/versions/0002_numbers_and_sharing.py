"""Exports of lists of numbers, what is missing in them, and jobs that are shared, cancelled and served in turn."""

import sqlalchemy as sa
from alembic import op

from plumbing.db import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("jobs") as batch:
        # Nulls and defaults are for the jobs of before, and for replicas of before, which go on beside the new ones.
        batch.add_column(sa.Column("numbers", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("bom", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("identity", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("callers", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("started_at", Moment(), nullable=True))
        batch.add_column(sa.Column("missing", sa.JSON(none_as_null=True), nullable=True))
