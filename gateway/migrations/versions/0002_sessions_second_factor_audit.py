"""Sessions of the web site, invitations, the second factor, and the access audit."""

import sqlalchemy as sa
from alembic import op

from plumbing.db import Moment

revision = "0002"
down_revision = "0001"

# As the tables declare it on this day.
ONLY_ADDED = {
    "sqlite": (
        (
            "CREATE TRIGGER accesses_unchanged BEFORE UPDATE ON accesses"
            " BEGIN SELECT RAISE(ABORT, 'the access audit is only added to'); END"
        ),
        (
            "CREATE TRIGGER accesses_kept BEFORE DELETE ON accesses WHEN OLD.at > datetime('now', '-30 days')"
            " BEGIN SELECT RAISE(ABORT, 'the access audit is only added to'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION refuse_change_of_accesses() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the access audit is only added to'; END $$"
        ),
        (
            "CREATE TRIGGER accesses_unchanged BEFORE UPDATE ON accesses"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_accesses()"
        ),
        (
            "CREATE TRIGGER accesses_kept BEFORE DELETE ON accesses"
            " FOR EACH ROW WHEN (OLD.at > now() - interval '30 days') EXECUTE FUNCTION refuse_change_of_accesses()"
        ),
    ),
}


def _account() -> sa.Column:
    return sa.Column("account", sa.String(length=100), nullable=False)


def _of_an_account() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account"], ["accounts.name"], ondelete="CASCADE")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("second_factor", sa.String(length=500), nullable=True))
    op.add_column("accounts", sa.Column("second_factor_since", Moment(), nullable=True))
    op.add_column("accounts", sa.Column("second_factor_step", sa.BigInteger(), nullable=True))
    op.create_index("ix_accounts_excb", "accounts", ["excb"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        _account(),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=120), nullable=False),
        _of_an_account(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_table(
        "invitations",
        _account(),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        _of_an_account(),
        sa.PrimaryKeyConstraint("account"),
        sa.UniqueConstraint("code_hash"),
    )
    op.create_table(
        "recovery_codes",
        _account(),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        _of_an_account(),
        sa.PrimaryKeyConstraint("account", "code_hash"),
    )
    op.create_table(
        "second_factor_demands",
        sa.Column("excb", sa.String(length=5), nullable=False),
        sa.PrimaryKeyConstraint("excb"),
    )
    _create_accesses()


def _create_accesses() -> None:
    op.create_table(
        "accesses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("excb", sa.String(length=5), nullable=True),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("object", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_accesses_at", "accesses", ["at"])
    op.create_index("ix_accesses_excb_id", "accesses", ["excb", "id"])
    op.create_index("ix_accesses_account_id", "accesses", ["account", "id"])
    for statement in ONLY_ADDED[op.get_context().dialect.name]:
        op.execute(statement)
