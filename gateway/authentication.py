"""Who asks: a guest, or the account behind a bearer token; a password only where tokens are made.

Establishes the identity that every call carries. Whether that identity may do what it asks is decided by the service
that does it; here only the token's scope is looked at.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from contracts.errors import Forbidden, TooManyRequests, Unauthenticated
from contracts.identity import GUEST, Identity, Role, Scope
from gateway import access, accounts, passwords, queries, second_factor
from gateway.addresses import line_of
from gateway.calls import Backing
from gateway.domain import (
    SCOPES_OF,
    TOKEN,
    TOKEN_BYTES,
    Attempts,
    identity_of,
    may_ever,
    token_hash,
    token_text,
    who_does,
)
from gateway.tables import Account, Token

BEARER = 'Bearer realm="register"'
INVALID_TOKEN = BEARER + ', error="invalid_token"'
BASIC = 'Basic realm="register", charset="UTF-8"'

CODE_HEADER = "Second-Factor"

# How long a token that was ended elsewhere may still work here.
REMEMBER = 5.0
MOST_REMEMBERED = 10_000
# Requests that wait because of wrong passwords hold a worker each; most workers stay free.
MOST_WAITING = 16
# "Last used" is for people: a write for each request would be waste.
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Remembered:
    identity: Identity
    until: float
    expires_at: datetime


class WrongPassword(Unauthenticated):
    """The name or the password is wrong. ``account``: the one of that name, which the one who asks is not told of."""

    def __init__(self, account: Account | None) -> None:
        super().__init__("The name or the password is wrong.", challenge=BASIC)
        self.account = account


class Authenticator:
    """What one process knows of tokens and of wrong passwords. Times by the steady clock."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, _Remembered] = OrderedDict()
        self._attempts = Attempts()
        self._waiting = 0

    def identity(
        self, backing: Backing, authorization: str | None, address: str, *, passwords: bool, code: str | None = None
    ) -> Identity:
        """The identity behind the header. Raises Unauthenticated; a wrong token is never a guest.

        ``passwords``: whether a name and a password are taken here too; ``code`` is then the second factor's.
        """
        if authorization is None:
            return GUEST
        scheme, _, credentials = authorization.strip().partition(" ")
        if scheme.lower() == "bearer":
            return self._by_token(backing, credentials.strip())
        if scheme.lower() == "basic" and passwords:
            return self._by_password(backing, credentials.strip(), address, code)
        if scheme.lower() == "basic":
            raise Unauthenticated(
                "A name and a password are taken at /api/v1/tokens only: make a token there and send it as "
                "'Authorization: Bearer …'.",
                challenge=BEARER,
            )
        raise Unauthenticated("Send a token as 'Authorization: Bearer …'.", challenge=BEARER)

    def forget(self, hashed: str) -> None:
        """Ends what this process remembers of a token, so that it dies here at once."""
        self._tokens.pop(hashed, None)

    def forget_account(self, name: str) -> None:
        """The same for all tokens of an account."""
        for hashed in [hashed for hashed, known in self._tokens.items() if known.identity.account == name]:
            self._tokens.pop(hashed, None)

    def _by_token(self, backing: Backing, text: str) -> Identity:
        wrong = Unauthenticated("This token is not, or no longer, good; make a new one.", challenge=INVALID_TOKEN)
        if not TOKEN.fullmatch(text):
            raise wrong
        hashed, now = token_hash(text), backing.clock()
        known = self._tokens.get(hashed)
        if known is None or known.until < time.monotonic():
            known = self._look_up(backing, hashed, now)
        if known is None or known.expires_at <= now:
            raise wrong
        return known.identity

    def _look_up(self, backing: Backing, hashed: str, now: datetime) -> _Remembered | None:
        self._tokens.pop(hashed, None)
        with backing.db.read() as session:
            row = queries.live_token(session, hashed, now)
        if row is None:
            return None
        token, account = row
        if token.last_used_at is None:
            access.note("token.first-used", about=token.name, account=account, by_the_way=True)
        if token.last_used_at is None or now - token.last_used_at > USED_EVERY:
            with backing.db.begin() as session:
                queries.mark_used(session, token.id, now)
        return self._remember(token, account)

    def _remember(self, token: Token, account: Account) -> _Remembered:
        known = _Remembered(
            identity_of(cast(Role, account.role), account.excb, account.name, token.scopes.split()),
            time.monotonic() + REMEMBER,
            token.expires_at,
        )
        self._tokens[token.token_hash] = known
        if len(self._tokens) > MOST_REMEMBERED:
            self._tokens.popitem(last=False)
        return known

    def _by_password(self, backing: Backing, credentials: str, address: str, code: str | None) -> Identity:
        account = self.account_with(backing, *_name_and_password(credentials), address)
        _demand_second_factor(account, code)
        role = cast(Role, account.role)
        return Identity(role, account.excb, account.name, SCOPES_OF[role])

    def account_with(self, backing: Backing, name: str, password: str, address: str) -> Account:
        """The account with this name and password, in the same time whether there is one or not.

        Raises WrongPassword, and TooManyRequests when too many wrong ones are being waited for.
        """
        line = line_of(address)
        self._wait(self._attempts.delay(name, line, time.monotonic()))
        with backing.db.read() as session:
            account = queries.account_named(session, name)
        hashed = (account.password_hash if account else "") or passwords.nobodys_hash()
        right = backing.in_thread(passwords.is_right, hashed, password)
        if account is None or not right or not account.password_hash or not account.active:
            self._attempts.failed(name, line, time.monotonic())
            raise WrongPassword(account)
        self._attempts.passed(name, line)
        if passwords.is_outdated(hashed):
            self._hash_anew(backing, account, password)
        return account

    def _hash_anew(self, backing: Backing, account: Account, password: str) -> None:
        """Keeps the password with today's settings: the moment of a log-in is the only one in which it is there."""
        hashed = backing.in_thread(passwords.hashed, password)
        with backing.db.begin() as session:
            queries.replace_hash(session, account.name, account.password_hash, hashed)
        account.password_hash = hashed

    def _wait(self, seconds: float) -> None:
        if not seconds:
            return
        if self._waiting >= MOST_WAITING:
            raise TooManyRequests("Too many wrong passwords at the moment; wait a little.", retry_after=5)
        self._waiting += 1
        try:
            time.sleep(seconds)
        finally:
            self._waiting -= 1


def _name_and_password(credentials: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    name, colon, password = text.partition(":")
    if not colon or not name or len(name) > accounts.LONGEST_NAME or "\0" in text:
        raise Unauthenticated("The Basic credentials cannot be read: base64 of name:password.", challenge=BASIC)
    return name, password


def _demand_second_factor(account: Account, code: str | None) -> None:
    """Where the account needs one. Raises Unauthenticated, TooManyRequests."""
    stage = second_factor.stage_of(account)
    if stage == "open":
        return
    if stage == "enrol":
        raise Unauthenticated(
            "This account needs a second factor: log in to the web site once and set it up.", challenge=BASIC
        )
    if code is None:
        raise Unauthenticated(
            f"Send the code of your second factor, too, in the header {CODE_HEADER}.", challenge=BASIC
        )
    second_factor.demand(account, code)


def new_token() -> str:
    """The text of a new token, which is shown once and never stored."""
    return token_text(secrets.token_urlsafe(TOKEN_BYTES))


def demand(identity: Identity, scopes: tuple[Scope, ...], instead: str = "") -> None:
    """Raises Unauthenticated for a guest, Forbidden for a token that was given for none of such work.

    ``instead``: who does it, and how one asks for it, where the scopes do not say that well enough.
    """
    if identity.role == "guest":
        raise Unauthenticated(challenge=BEARER)
    if not any(identity.may(scope) for scope in scopes):
        raise Forbidden(_way_to(identity, scopes, instead), scopes=list(scopes))


def _way_to(identity: Identity, scopes: tuple[Scope, ...], instead: str) -> str:
    """Another token, where the role may have one; else whoever does it."""
    if not may_ever(identity.role, scopes):
        return f"Your role does not allow this. {instead or who_does(identity, scopes)}"
    wanted = " or ".join(f"'{scope}'" for scope in scopes)
    return f"This needs a token with the scope {wanted}; yours holds {', '.join(identity.scopes)}."
