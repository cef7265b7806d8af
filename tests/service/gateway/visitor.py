"""Somebody at the web site: a browser that keeps cookies and sends the forms that it is shown."""

from __future__ import annotations

import re
from typing import Any, cast
from uuid import uuid4

from contracts.identity import Role
from gateway import accounts
from gateway.calls import GATEWAY
from gateway.sessions import COOKIE
from tests.service.gateway.browser import Browser

PASSWORD = "a river, a bench, a lantern"
TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')


class Visitor:
    """One browser before the pages of ``browser``'s gateway; each has cookies of its own."""

    def __init__(self, browser: Browser, *, address: str = "192.0.2.1") -> None:
        self.browser = browser
        self.http = cast(Any, browser.application.test_client())
        self.http.environ_base.update({GATEWAY: browser.gateway, "REMOTE_ADDR": address})
        self.name = ""

    def get(self, path: str, **more: Any) -> Any:
        return self.http.get(path, **more)

    def send(self, page: str, action: str | None = None, **fields: Any) -> Any:
        """Opens ``page`` and sends a form of it, to ``action`` or to itself."""
        return self.http.post(action or page, data={"csrf_token": self.form_token(page)} | fields)

    def form_token(self, page: str) -> str:
        found = TOKEN.search(self.get(page).text)
        assert found, f"{page} has no form"
        return found[1]

    def log_in(self, role: Role = "author", excb: str | None = "BAS", *, name: str = "") -> Any:
        """Logs in as a new account of this role, or as the one of this ``name``."""
        self.name = name or self.an_account(role, excb)
        return self.send("/login", name=self.name, password=PASSWORD)

    def an_account(self, role: Role, excb: str | None) -> str:
        name = f"{role}-{uuid4()}"
        accounts.create(self.browser.gateway.db, name, role, excb, PASSWORD)
        return name

    @property
    def cookie(self) -> str | None:
        found = self.http.get_cookie(COOKIE)
        return found.value if found else None

    def is_logged_in(self) -> bool:
        """By what the log-in page says to who is: go on."""
        return bool(self.get("/login").status_code == 303)


def as_a(browser: Browser, role: Role, excb: str | None = None) -> Visitor:
    """A visitor who is logged in with this role; a guest is not."""
    visitor = Visitor(browser)
    if role != "guest":
        assert visitor.log_in(role, excb).status_code == 303
    return visitor
