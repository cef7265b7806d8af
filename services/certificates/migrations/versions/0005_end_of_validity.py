"""An index by which the persons are found whose validity ends soon."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index(
        "issues_by_end_of_validity",
        "issues",
        ["valid_until", "certificate_id"],
        postgresql_where=sa.text("valid_until IS NOT NULL"),
        sqlite_where=sa.text("valid_until IS NOT NULL"),
    )
