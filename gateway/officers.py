"""Accounts as those manage them who may: made by invitation, given another role, ended at once, begun anew.

What ends, ends for good: its sessions and invitations are deleted, its tokens revoked, its password emptied, in one
transaction. Other gateways notice with the next page, and within ``authentication.REMEMBER`` seconds for a token.
The API and the pages both do what they do by these functions; each is one line of the access audit.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from contracts.errors import Forbidden, InvalidInput, NotFound
from contracts.identity import Role
from gateway import access, accounts, queries, second_factor
from gateway.calls import backing, identity, register
from gateway.domain import check_may_manage, roles_to_give, sees_accounts_of
from gateway.sessions import hash_of
from gateway.tables import Account, Invitation

# Long enough to hand over by another way than e-mail, short enough to be forgotten for good.
INVITED_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Invited:
    """An account that may set its password once, with the code that is shown now and never again."""

    account: Account
    code: str
    until: datetime


def listed(excb: str | None = None) -> list[Account]:
    """The accounts that whoever asks may see, by body and name; ``excb`` of this one. Raises Forbidden."""
    own = sees_accounts_of(identity())
    with backing().db.read() as session:
        return queries.accounts_of(session, own or excb)


def one(name: str) -> Account:
    """Raises NotFound, also for an account that whoever asks may not see; Forbidden for who sees none."""
    own = sees_accounts_of(identity())
    with backing().db.read() as session:
        account = queries.account_named(session, name)
    if account is None or own not in (None, account.excb):
        raise NotFound("There is no such account.")
    return account


def invite(name: str, role: Role, excb: str | None) -> Invited:
    """A new account, which sets its own password. Raises Forbidden, InvalidInput."""
    if sees_accounts_of(identity()) not in (None, excb):
        raise Forbidden("An administrator makes accounts of the own body only.")
    accounts.check(name, role, excb)
    check_may_manage(identity(), name, role, excb)
    _check_body(excb)
    with backing().db.begin() as session:
        if queries.account_named(session, name):
            raise InvalidInput.field("name", "There is an account of this name already; choose another one.")
        account = queries.put_account(session, name, role, excb, "")
        invited = _invited(session, account)
    access.note("account.made", about=f"{name} as {_described(account)}")
    return invited


def renew(name: str) -> Invited:
    """Ends everything of the account at once and lets its holder begin anew, on a suspected breach or a lost password.

    Raises NotFound, Forbidden.
    """
    with backing().db.begin() as session:
        account = _managed(session, name)
        if not account.active:
            raise InvalidInput.field("name", "This account is not active; reactivate it instead.")
        _end_all(session, account)
        invited = _invited(session, account)
    _forget(account)
    access.note("account.renewed", about=name)
    return invited


def deactivate(name: str) -> None:
    """Ends everything of the account at once, and keeps it ended; said twice, it is so once.

    Raises NotFound, Forbidden.
    """
    with backing().db.begin() as session:
        account = _managed(session, name)
        account.active = False
        _end_all(session, account)
    _forget(account)
    access.note("account.deactivated", about=name)


def reactivate(name: str) -> Invited:
    """Lets the holder of an account that was deactivated begin anew. Raises NotFound, Forbidden, InvalidInput."""
    with backing().db.begin() as session:
        account = _managed(session, name)
        if account.active:
            raise InvalidInput.field("name", "This account is active; renew it to let its holder begin anew.")
        account.active = True
        invited = _invited(session, account)
    access.note("account.reactivated", about=name)
    return invited


def change_role(name: str, role: Role) -> Account:
    """Another role in the same body. Its sessions end, so that none goes on with other rights than it began with.

    Raises NotFound, Forbidden, InvalidInput.
    """
    with backing().db.begin() as session:
        account = _managed(session, name)
        accounts.check(name, role, account.excb)
        if role not in roles_to_give(identity()):
            raise Forbidden(f"The role {role} is not yours to give.")
        before, account.role = account.role, role
        queries.end_sessions(session, name)
    _forget(account)
    access.note("account.role-changed", about=f"{name} from {before} to {role}")
    return account


def end_second_factor(name: str) -> Account:
    """For who has lost it and the recovery codes; its sessions end. Raises NotFound, Forbidden."""
    with backing().db.begin() as session:
        account = _managed(session, name)
        second_factor.end(session, account)
        queries.end_sessions(session, name)
    access.note("account.second-factor-ended", about=name)
    return account


def demand_second_factor(excb: str | None, demanded: bool) -> None:
    """Whether all accounts of a body (None: those of no body) need a second factor. Raises Forbidden.

    Who has none sets one up at the next log-in; the sessions of those end.
    """
    if not roles_to_give(identity()) or sees_accounts_of(identity()) not in (None, excb):
        raise Forbidden("This is for the body's administrator and for the Secretariat.")
    _check_body(excb)
    with backing().db.begin() as session:
        queries.set_second_factor_demanded(session, excb, demanded)
        if demanded:
            queries.end_sessions_without_second_factor(session, excb, but=identity().account or "")
    access.note("second-factor.demanded" if demanded else "second-factor.optional", about=excb or "the Secretariat")


def is_invited(name: str, code: str) -> bool:
    """Whether the account has this invitation, and ``accept`` would take it now."""
    with backing().db.begin() as session:
        return queries.invited(session, name, hash_of(code), backing().clock()) is not None


def accept(name: str, code: str, password_hash: str) -> Account | None:
    """Sets the password of an account by its invitation, which is used up; None where there is no such invitation."""
    with backing().db.begin() as session:
        account = queries.invited(session, name, hash_of(code), backing().clock())
        if account is None:
            return None
        account.password_hash = password_hash
        queries.end_invitation(session, name)
    return account


def _managed(session: Session, name: str) -> Account:
    """The account, held, if whoever asks may change it. Raises NotFound, Forbidden."""
    sees_accounts_of(identity())
    account = queries.account_named(session, name)
    if account is None:
        raise NotFound("There is no such account.")
    check_may_manage(identity(), name, account.role, account.excb)
    return queries.account_locked(session, name)


def _end_all(session: Session, account: Account) -> None:
    account.password_hash = ""
    queries.end_sessions(session, account.name)
    queries.end_invitation(session, account.name)
    queries.revoke_tokens(session, account.name, backing().clock())


def _invited(session: Session, account: Account) -> Invited:
    code, until = secrets.token_urlsafe(24), backing().clock() + INVITED_FOR
    session.flush()
    session.add(Invitation(account=account.name, code_hash=hash_of(code), expires_at=until))
    return Invited(account, code, until)


def _forget(account: Account) -> None:
    current_app.extensions["authenticator"].forget_account(account.name)


def _check_body(excb: str | None) -> None:
    """Raises InvalidInput for the code of no body."""
    if excb is not None and excb not in {body["code"] for body in register().certificates.excbs()}:
        raise InvalidInput.field("excb", "There is no such body; use its code, such as BAS.")


def _described(account: Account) -> str:
    return f"{account.role} of {account.excb}" if account.excb else account.role
