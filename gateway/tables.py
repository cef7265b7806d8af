"""The gateway's tables: accounts, how they log in, their tokens and sessions, and who did what when.

Nobody else reads them; certificates are elsewhere. No secret that a person or a program sends is stored as it is:
passwords as argon2id hashes, random secrets as plain hashes, what must be read again sealed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, BigInteger, ForeignKey, Index, Integer, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from plumbing.db import Moment

# PostgreSQL counts on in 64 bits; SQLite by itself only in its own integer key, which has as many.
Counted = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    pass


class Account(Base):
    """Somebody who may log in. ``excb`` is set for the roles that are held for a body.

    ``password_hash`` is empty while no password is good. ``second_factor`` is the sealed secret of the codes, which
    are asked for since ``second_factor_since``; ``second_factor_step`` is the time step of the last one that was used.
    """

    __tablename__ = "accounts"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    excb: Mapped[str | None] = mapped_column(String(5), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    second_factor: Mapped[str | None] = mapped_column(String(500))
    second_factor_since: Mapped[datetime | None] = mapped_column(Moment)
    second_factor_step: Mapped[int | None] = mapped_column(BigInteger)


class Token(Base):
    """An API token of an account: its hash, never its text. ``scopes`` is separated by blanks."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.name", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class WebSession(Base):
    """Somebody logged in to the web site: the hash of the cookie's secret, never the secret. It ends by deletion.

    ``stage`` is "open", or what must be done before it opens: "code" (the second factor) or "enrol" (set one up).
    """

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.name", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    stage: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(120))


class Invitation(Base):
    """What lets an account set its password once. An account has one at most; it ends by deletion."""

    __tablename__ = "invitations"

    account: Mapped[str] = mapped_column(ForeignKey("accounts.name", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class RecoveryCode(Base):
    """Stands in once for the second factor; it ends by deletion."""

    __tablename__ = "recovery_codes"

    account: Mapped[str] = mapped_column(ForeignKey("accounts.name", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class SecondFactorDemand(Base):
    """A body whose accounts all need a second factor; the empty code stands for those that are of no body."""

    __tablename__ = "second_factor_demands"

    excb: Mapped[str] = mapped_column(String(5), primary_key=True)


class Access(Base):
    """One line of the access audit: who did what when, from where, to what, and how it ended. Only ever added."""

    __tablename__ = "accesses"
    __table_args__ = (Index("ix_accesses_excb_id", "excb", "id"), Index("ix_accesses_account_id", "account", "id"))

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    # None: somebody who is no account. The name that was typed is not kept: it may be a password.
    account: Mapped[str | None] = mapped_column(String(100))
    role: Mapped[str | None] = mapped_column(String(20))
    excb: Mapped[str | None] = mapped_column(String(5))
    what: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(10))
    object: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(120))


# An entry is never changed, and not removed before the shortest time that an operator may set for keeping it.
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

for _dialect, _statements in ONLY_ADDED.items():
    for _statement in _statements:
        event.listen(Access.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]

metadata = Base.metadata
