"""Exports of lists of numbers, what is missing in them, and jobs that are shared, cancelled and served in turn."""

import sqlalchemy as sa
from alembic import op

from plumbing.db import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("jobs") as batch:
        # Jobs of before live for a day; the defaults are theirs alone.
        batch.add_column(sa.Column("numbers", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("bom", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("identity", sa.String(length=64), nullable=False, server_default=""))
        batch.add_column(sa.Column("callers", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("started_at", Moment(), nullable=True))
        batch.add_column(sa.Column("missing", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
