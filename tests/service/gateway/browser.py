"""Somebody in front of the gateway: a client of its application, and credentials to be somebody with."""

from __future__ import annotations

import base64
import functools
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from flask import Flask

from contracts.identity import SCOPES, Identity, Role, Scope
from gateway import accounts, queries
from gateway.application import create_application
from gateway.authentication import Authenticator, new_token
from gateway.calls import GATEWAY
from gateway.domain import SCOPES_OF, expiry, token_hash
from gateway.limits import Limits
from gateway.tables import Token
from plumbing.db import Handle
from tests.service.gateway.fakes import FakeGateway, some_settings

TOKENS = "/api/v1/tokens"
WANTED = {"name": "laptop", "scopes": ["draft"], "expires_in_days": 30}


@functools.cache
def the_application() -> Flask:
    """One for all tests: making it takes longer than most of them, and it knows nothing but the authenticator."""
    return create_application(some_settings())


class Browser:
    """A client of the gateway's application; ``as_`` gives the header that makes it somebody."""

    def __init__(self, db: Handle, folder: Path) -> None:
        self.gateway = FakeGateway(db, folder)
        self.application = the_application()
        self.application.extensions["authenticator"] = Authenticator()
        self.application.extensions["limits"] = Limits(self.gateway.settings.guest_rate)
        self.http = cast(Any, self.application.test_client())
        self.http.environ_base[GATEWAY] = self.gateway

    def as_(self, role: Role, excb: str | None = None, scopes: tuple[Scope, ...] = SCOPES) -> dict[str, str]:
        """The Authorization header of a new token, with those of ``scopes`` that the role may hold."""
        text, name, now = new_token(), f"{role}-{uuid4()}", self.gateway.now
        held = " ".join(scope for scope in SCOPES_OF[role] if scope in scopes)
        with self.gateway.db.begin() as session:
            queries.put_account(session, name, role, excb, "no password")
            session.flush()
            session.add(
                Token(
                    id=str(uuid4()),
                    account=name,
                    name="test",
                    scopes=held,
                    token_hash=token_hash(text),
                    created_at=now,
                    expires_at=expiry(now, 1),
                )
            )
        return {"Authorization": f"Bearer {text}"}

    def an_author(self) -> dict[str, str]:
        """The Basic header of a new account; names differ, so that no test's wrong passwords slow another."""
        name = f"author-{uuid4()}"
        accounts.create(self.gateway.db, name, "author", "BAS", "open sesame")
        return basic(name, "open sesame")

    def a_token(self, credentials: dict[str, str]) -> tuple[str, dict[str, str]]:
        """The id of a new token of the account with these ``credentials``, and the header that uses it."""
        made = self.http.post(TOKENS, json=WANTED, headers=credentials).json
        return made["id"], {"Authorization": f"Bearer {made['token']}"}

    def status_with(self, headers: dict[str, str]) -> int:
        """How a request that everybody may make is answered with ``headers``."""
        return int(self.http.get("/api/v1/changes", headers=headers).status_code)

    def last_asker(self) -> Identity | None:
        """As whom the certificates service was last asked."""
        return self.gateway.certificates.calls[-1][0]


def basic(name: str, password: str) -> dict[str, str]:
    """The header that sends a name and a password."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}
