"""What the request for the draft of a later issue sent, so that its key cannot stand for something else."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("issues", sa.Column("fingerprint", sa.String(64), nullable=True))
