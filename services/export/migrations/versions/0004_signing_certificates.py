"""The certificates of the keys that ever signed documents."""

import sqlalchemy as sa
from alembic import op

from plumbing.db import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "signing_certificates",
        sa.Column("fingerprint", sa.String(length=64), primary_key=True),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("first_used_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("withdrawal", sa.Text(), nullable=False),
    )
