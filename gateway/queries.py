"""What the gateway asks of its database. Each function works in the caller's transaction and commits nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gateway.tables import Access, Account, Invitation, RecoveryCode, SecondFactorDemand, Token, WebSession

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
    # No name can have a zero in it, and no database can look for one.
    return None if "\0" in name else session.get(Account, name)


def accounts_of(session: Session, excb: str | None) -> list[Account]:
    """All accounts by body and name, or those of one body."""
    query = sa.select(Account).order_by(Account.excb, Account.name)
    return list(session.scalars(query if excb is None else query.where(Account.excb == excb)))


def account_locked(session: Session, name: str) -> Account:
    """The account, held against other changes until the transaction ends. It must be there."""
    return session.scalars(sa.select(Account).where(Account.name == name).with_for_update()).one()


def replace_hash(session: Session, name: str, before: str, after: str) -> None:
    """Keeps the password in another form, unless it was changed in the meantime."""
    query = sa.update(Account).where(Account.name == name, Account.password_hash == before)
    session.execute(query.values(password_hash=after))


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


def tokens_in(session: Session, excb: str | None, account: str | None, now: datetime) -> list[tuple[Token, Account]]:
    """The tokens that can still be used, of one body or of all, of one account or of all; newest first, MOST_TOKENS."""
    query = sa.select(Token, Account).join(Account, Token.account == Account.name).where(*_live(now))
    if excb is not None:
        query = query.where(Account.excb == excb)
    if account is not None:
        query = query.where(Account.name == account)
    rows = session.execute(query.order_by(Token.created_at.desc(), Token.id).limit(MOST_TOKENS))
    return [(token, holder) for token, holder in rows]


def token_with(session: Session, token_id: str) -> tuple[Token, Account] | None:
    """The token with this id and its account."""
    query = sa.select(Token, Account).join(Account, Token.account == Account.name).where(Token.id == token_id)
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def revoke_tokens(session: Session, account: str, now: datetime) -> None:
    query = sa.update(Token).where(Token.account == account, Token.revoked_at.is_(None))
    session.execute(query.values(revoked_at=now))


def mark_used(session: Session, token_id: str, now: datetime) -> None:
    session.execute(sa.update(Token).where(Token.id == token_id).values(last_used_at=now))


def _live(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (Token.revoked_at.is_(None), Token.expires_at > now)


def session_with(session: Session, secret_hash: str) -> tuple[WebSession, Account] | None:
    """The web session with this hash and its account, if that may log in; how old it is, the caller looks at."""
    query = (
        sa.select(WebSession, Account)
        .join(Account, WebSession.account == Account.name)
        .where(WebSession.secret_hash == secret_hash, Account.active.is_(True))
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def sessions_of(session: Session, account: str, since: datetime) -> list[WebSession]:
    """The account's open sessions that began after ``since``, newest first."""
    query = sa.select(WebSession).where(
        WebSession.account == account, WebSession.created_at > since, WebSession.stage == "open"
    )
    return list(session.scalars(query.order_by(WebSession.created_at.desc(), WebSession.id)))


def mark_seen(session: Session, session_id: str, now: datetime) -> None:
    session.execute(sa.update(WebSession).where(WebSession.id == session_id).values(seen_at=now))


def end_session(session: Session, account: str, session_id: str) -> bool:
    """Whether there was such a session of the account."""
    query = sa.delete(WebSession).where(WebSession.id == session_id, WebSession.account == account)
    return bool(session.execute(query).rowcount)  # type: ignore[attr-defined]


def end_sessions(session: Session, account: str, but: str = "") -> None:
    """Ends the account's sessions, ``but`` this one."""
    session.execute(sa.delete(WebSession).where(WebSession.account == account, WebSession.id != but))


def end_sessions_before(session: Session, moment: datetime) -> None:
    session.execute(sa.delete(WebSession).where(WebSession.created_at <= moment))


def second_factor_demanded(session: Session, excb: str | None) -> bool:
    return session.get(SecondFactorDemand, excb or "") is not None


def set_second_factor_demanded(session: Session, excb: str | None, demanded: bool) -> None:
    session.execute(sa.delete(SecondFactorDemand).where(SecondFactorDemand.excb == (excb or "")))
    if demanded:
        session.add(SecondFactorDemand(excb=excb or ""))


def second_factor_demands(session: Session) -> set[str | None]:
    """The bodies that demand a second factor; None stands for the accounts of no body."""
    return {code or None for code in session.scalars(sa.select(SecondFactorDemand.excb))}


def end_sessions_without_second_factor(session: Session, excb: str | None, but: str) -> None:
    """The sessions of a body's accounts that set up no second factor, ``but`` those of this account."""
    of_body = Account.excb.is_(None) if excb is None else Account.excb == excb
    without = sa.select(Account.name).where(of_body, Account.second_factor_since.is_(None), Account.name != but)
    session.execute(sa.delete(WebSession).where(WebSession.account.in_(without)))


def invited(session: Session, account: str, code_hash: str, now: datetime) -> Account | None:
    """The active account that this invitation is for, held against other changes, if it is still good."""
    if "\0" in account:
        return None
    query = (
        sa.select(Account)
        .join(Invitation, Invitation.account == Account.name)
        .where(Account.name == account, Account.active.is_(True))
        .where(Invitation.code_hash == code_hash, Invitation.expires_at > now)
    )
    return session.scalars(query.with_for_update(of=Account)).one_or_none()


def end_invitation(session: Session, account: str) -> None:
    session.execute(sa.delete(Invitation).where(Invitation.account == account))


def end_recovery_codes(session: Session, account: str) -> None:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account == account))


def use_recovery_code(session: Session, account: str, code_hash: str) -> bool:
    """Whether it was one of the account's, which it is no more."""
    query = sa.delete(RecoveryCode).where(RecoveryCode.account == account, RecoveryCode.code_hash == code_hash)
    return bool(session.execute(query).rowcount)  # type: ignore[attr-defined]


def accesses_since(session: Session, account: str, what: str, since: datetime) -> int:
    """How often something is noted of an account since then."""
    query = sa.select(sa.func.count()).select_from(Access)
    return session.scalar(query.where(Access.account == account, Access.what == what, Access.at >= since)) or 0


def accesses(
    session: Session, excb: str | None, filters: dict[str, Any], before: int | None, limit: int
) -> list[Access]:
    """Lines of the access audit of one body or of all, newest first, below the id ``before``.

    ``filters``: account, what (or its beginning, up to a point), outcome, since, until; each may be None, for any.
    """
    query = sa.select(Access).order_by(Access.id.desc()).limit(limit)
    if excb is not None:
        query = query.where(Access.excb == excb)
    if before is not None:
        query = query.where(Access.id < before)
    return list(session.scalars(query.where(*_those(filters))))


def _those(filters: dict[str, Any]) -> list[sa.ColumnElement[bool]]:
    conditions: dict[str, Callable[[Any], sa.ColumnElement[bool]]] = {
        "account": lambda name: Access.account == name,
        "what": lambda what: (Access.what == what) | Access.what.startswith(f"{what}.", autoescape=True),
        "outcome": lambda outcome: Access.outcome == outcome,
        "since": lambda moment: Access.at >= moment,
        "until": lambda moment: Access.at < moment,
    }
    return [condition(filters[name]) for name, condition in conditions.items() if filters.get(name) is not None]


def end_accesses_before(session: Session, moment: datetime, most: int) -> int:
    """How many old lines went, ``most`` at a time."""
    old = sa.select(Access.id).where(Access.at < moment).order_by(Access.at).limit(most)
    return int(session.execute(sa.delete(Access).where(Access.id.in_(old))).rowcount)  # type: ignore[attr-defined]


def end_invitations_before(session: Session, moment: datetime) -> None:
    session.execute(sa.delete(Invitation).where(Invitation.expires_at <= moment))
