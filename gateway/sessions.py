"""Sessions of the web site: who asks for a page is who logged in with the browser that sends this cookie.

A session lives in the database, so that ending it ends it in every process at once; the cookie holds a random secret,
the database its hash. A browser that is not logged in gets such a cookie, too, when it is shown a form, but of another
kind that stands for nobody: what it is good for is only that a form comes back from the browser that it was shown to.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import uuid4

from flask import Response, g, request

from contracts.errors import Unauthenticated
from contracts.identity import GUEST, Identity, Role
from gateway import queries
from gateway.calls import backing
from gateway.domain import SCOPES_OF
from gateway.tables import Account, WebSession

# SP 800-63B-4, 2.2.3: again after a day at most, and after an hour without a sign of life.
LONGEST = timedelta(hours=12)
LONGEST_IDLE = timedelta(hours=1)
# Between the password and the second factor there is no reason to dwell.
LONGEST_STAGE = timedelta(minutes=15)
# "Seen" is for people and for the hour above: a write for each page would be waste.
SEEN_EVERY = timedelta(minutes=1)
LONGEST_AGENT = 120

COOKIE = "register"
OF_A_SESSION, OF_A_GUEST = "s", "g"
SECRET = re.compile(r"[sg]_[A-Za-z0-9_-]{43}", re.ASCII)

Stage = Literal["open", "code", "enrol"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A session as one request sees it. Until its stage is "open", the visitor is a guest to everything else."""

    id: str
    account: str
    role: Role
    excb: str | None
    stage: Stage
    expires_at: datetime

    @property
    def identity(self) -> Identity:
        if self.stage != "open":
            return GUEST
        return Identity(self.role, self.excb, self.account, SCOPES_OF[self.role])


def begin() -> None:
    """Establishes from the cookie who asks for a page. Raises Unavailable."""
    g.visit, g.cookie_secret, g.cookie_changed = None, None, False
    secret = request.cookies.get(cookie_name(), "")
    if not SECRET.fullmatch(secret):
        return
    g.cookie_secret = secret
    if secret.startswith(OF_A_SESSION):
        g.visit = _visit_of(secret)
        g.identity = g.visit.identity if g.visit else GUEST


def visit() -> Visit | None:
    """The session behind this request, whatever its stage; None for a request that has none."""
    return cast("Visit | None", g.get("visit"))


def start(account: Account, stage: Stage = "open") -> None:
    """Begins a session of the account under a new secret; the one that the browser had is over.

    For every step up: after the password, after the second factor, after a change of the password. A secret that
    somebody planted in the browser, or saw before, opens nothing afterwards. Raises Unauthenticated if the account was
    ended, or its password changed, since ``account`` was read.
    """
    secret, now, before = new_secret(OF_A_SESSION), backing().clock(), visit()
    session = WebSession(
        id=str(uuid4()),
        account=account.name,
        secret_hash=hash_of(secret),
        stage=stage,
        created_at=now,
        seen_at=now,
        address=g.address,
        agent=agent(),
    )
    with backing().db.begin() as database:
        held = queries.account_locked(database, account.name)
        if not held.active or held.password_hash != account.password_hash:
            raise Unauthenticated("This account was ended or changed a moment ago; log in again.")
        queries.end_sessions_before(database, now - LONGEST)
        if before:
            queries.end_session(database, before.account, before.id)
        database.add(session)
    g.visit = _as_visit(session, account)
    g.identity = g.visit.identity
    _carry(secret)


def end() -> None:
    """Ends the session of this browser."""
    before = visit()
    if before:
        with backing().db.begin() as database:
            queries.end_session(database, before.account, before.id)
    g.visit, g.identity = None, GUEST
    _carry(None)


def finish(response: Response) -> None:
    """Sends the cookie if it changed. Nobody between keeps what was made for somebody."""
    if "cookie_secret" not in g:
        return
    if response.mimetype == "text/html":
        # A form's Origin would be "null" otherwise, and could not be told from that of a stranger's page.
        response.headers["Referrer-Policy"] = "same-origin"
    response.vary.add("Cookie")
    if g.visit or g.cookie_changed:
        response.headers["Cache-Control"] = "no-store"
    if not g.cookie_changed:
        return
    if g.cookie_secret is None:
        response.delete_cookie(cookie_name(), path="/", secure=is_secure(), httponly=True, samesite="Lax")
    else:
        response.set_cookie(cookie_name(), g.cookie_secret, path="/", secure=is_secure(), httponly=True, samesite="Lax")


def form_secret() -> str:
    """What ties the forms that are shown now to this browser; a guest's browser is given one if it has none."""
    if g.cookie_secret is None:
        _carry(new_secret(OF_A_GUEST))
    return hmac.new(cast(str, g.cookie_secret).encode(), b"form", hashlib.sha256).hexdigest()


def is_secure() -> bool:
    """Whether browsers reach the register by TLS, so that the cookie may be kept to it."""
    return backing().settings.public_url.startswith("https:")


def cookie_name() -> str:
    """With the prefix, no other host of the domain and no page without TLS can set it."""
    return f"__Host-{COOKIE}" if is_secure() else COOKIE


def new_secret(kind: str) -> str:
    return f"{kind}_{secrets.token_urlsafe(32)}"


def hash_of(secret: str) -> str:
    """What is stored of a random secret. A plain hash does: 256 random bits cannot be guessed from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def agent() -> str:
    """The browser's or program's name for itself, as far as it is kept."""
    text = "".join(sign for sign in request.headers.get("User-Agent", "") if sign.isprintable())
    return text[:LONGEST_AGENT]


def _carry(secret: str | None) -> None:
    g.cookie_secret, g.cookie_changed = secret, True


def _visit_of(secret: str) -> Visit | None:
    now = backing().clock()
    with backing().db.read() as database:
        row = queries.session_with(database, hash_of(secret))
    if row is None or not _is_good(row[0], now):
        return None
    if now - row[0].seen_at >= SEEN_EVERY:
        with backing().db.once() as database:
            queries.mark_seen(database, row[0].id, now)
    return _as_visit(*row)


def _is_good(session: WebSession, now: datetime) -> bool:
    if session.stage != "open" and now - session.created_at >= LONGEST_STAGE:
        return False
    return now - session.created_at < LONGEST and now - session.seen_at < LONGEST_IDLE


def _as_visit(session: WebSession, account: Account) -> Visit:
    return Visit(
        session.id,
        account.name,
        cast(Role, account.role),
        account.excb,
        cast(Stage, session.stage),
        session.created_at + LONGEST,
    )
