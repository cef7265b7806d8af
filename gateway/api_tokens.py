"""API tokens as their holders and those who manage accounts make, list and end them; the API and the pages alike."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from flask import current_app

from contracts.errors import Forbidden, NotFound, Unauthenticated
from contracts.identity import Scope
from gateway import access, queries
from gateway.authentication import Authenticator, new_token
from gateway.calls import backing, identity
from gateway.domain import check_may_manage, expiry, scopes_for, sees_accounts_of, token_hash
from gateway.tables import Account, Token


def make(name: str, scopes: Iterable[Scope], days: int) -> tuple[Token, str]:
    """A token of the account that asks, and its text, which is shown once. Raises Forbidden, Unauthenticated."""
    asking, text, now = identity(), new_token(), backing().clock()
    token = Token(
        id=str(uuid4()),
        account=asking.account or "",
        name=name,
        scopes=" ".join(scopes_for(asking.role, scopes)),
        token_hash=token_hash(text),
        created_at=now,
        expires_at=expiry(now, days),
    )
    with backing().db.begin() as session:
        held = queries.account_locked(session, token.account)
        # Ended since its password was looked at: a token must not outlive that.
        if not held.active or not held.password_hash:
            raise Unauthenticated("This account was ended a moment ago.")
        session.add(token)
    access.note("token.made", about=f"{name}: {token.scopes}")
    return token, text


def own() -> list[Token]:
    """Those that can still be used, newest first."""
    with backing().db.read() as session:
        return queries.tokens_of(session, identity().account or "", backing().clock())


def of_others(account: str | None = None) -> list[tuple[Token, Account]]:
    """The tokens of all accounts that whoever asks sees, or those of one. Raises Forbidden."""
    excb = sees_accounts_of(identity())
    with backing().db.read() as session:
        return queries.tokens_in(session, excb, account, backing().clock())


def revoke(token_id: str) -> None:
    """Ends an own token, or one of an account that whoever asks manages; said twice, it is so once. Raises NotFound."""
    with backing().db.begin() as session:
        found = queries.token_with(session, token_id)
        if found is None or not _may_end(found[1]):
            raise NotFound("You have no such token.")
        token, holder = found
        token.revoked_at = token.revoked_at or backing().clock()
    authenticator: Authenticator = current_app.extensions["authenticator"]
    authenticator.forget(token.token_hash)
    access.note("token.revoked", about=f"{token.name} of {holder.name}")


def _may_end(holder: Account) -> bool:
    if holder.name == identity().account:
        return True
    try:
        check_may_manage(identity(), holder.name, holder.role, holder.excb)
    except (Forbidden, NotFound):
        return False
    return True
