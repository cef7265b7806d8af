"""Annexes: files that belong to one issue of a certificate."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Null is for the issues of before, and for replicas of before, which go on beside the new ones.
    op.add_column("issues", sa.Column("annexes", sa.JSON(), nullable=True))
