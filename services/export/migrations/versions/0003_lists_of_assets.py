"""Lists of assets that are held against the register, as jobs beside the exports."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Null is for exports, and for replicas of before, which go on beside the new ones.
    op.add_column("jobs", sa.Column("table", sa.JSON(none_as_null=True), nullable=True))
