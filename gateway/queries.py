"""What the gateway asks of its database. Each function works in the caller's transaction and commits nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gateway.tables import Account, Token

MOST_TOKENS = 200


def put_account(session: Session, name: str, role: str, excb: str | None, password_hash: str) -> Account:
    """Makes the account, or gives the one of this name a new role and password; its tokens stay."""
    account = session.get(Account, name)
    if account is None:
        account = Account(name=name, created_at=datetime.now(UTC))
        session.add(account)
    account.role, account.excb, account.password_hash, account.active = role, excb, password_hash, True
    return account


def account_named(session: Session, name: str) -> Account | None:
    return session.get(Account, name)


def live_token(session: Session, token_hash: str, now: datetime) -> tuple[Token, Account] | None:
    """The token with this hash and its account, if both are good at ``now``."""
    query = (
        sa.select(Token, Account)
        .join(Account, Token.account == Account.name)
        .where(Token.token_hash == token_hash, *_live(now), Account.active.is_(True))
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def tokens_of(session: Session, account: str, now: datetime) -> list[Token]:
    """The account's tokens that can still be used, newest first; at most MOST_TOKENS."""
    query = sa.select(Token).where(Token.account == account, *_live(now)).order_by(Token.created_at.desc(), Token.id)
    return list(session.scalars(query.limit(MOST_TOKENS)))


def token_of(session: Session, account: str, token_id: str) -> Token | None:
    """The token with this id, if it is the account's own."""
    return session.scalar(sa.select(Token).where(Token.id == token_id, Token.account == account))


def mark_used(session: Session, token_id: str, now: datetime) -> None:
    session.execute(sa.update(Token).where(Token.id == token_id).values(last_used_at=now))


def _live(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (Token.revoked_at.is_(None), Token.expires_at > now)
