"""Forms that can only be sent from the page they stand on: no other site makes a visitor's browser do something here.

Every request to a page that could change something needs the token which ``csrf_field()`` puts into each form, or in
the header ``X-CSRF-Token`` for a script of ours; and where it comes from, as the browser says, must not be elsewhere.
The API needs neither: it takes no cookie.
"""

from __future__ import annotations

import hmac
from urllib.parse import SplitResult, urlsplit

from flask import Flask, g, request
from markupsafe import Markup

from contracts.errors import Forbidden
from gateway import sessions
from gateway.calls import backing

FIELD, HEADER = "csrf_token", "X-CSRF-Token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
REFUSAL = (
    "This form was not sent from a page of the register that is open in this browser now, so nothing was changed. "
    "Go back, load the page again, and send it again."
)


class ForeignForm(Forbidden):
    """The form was not sent from a page of the register that is open in this browser."""


def csrf_token() -> str:
    """The token of the forms that this browser is shown; it changes with each log-in."""
    return sessions.form_secret()


def csrf_field() -> Markup:
    """The hidden field of every form whose method is post."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def install(application: Flask) -> None:
    """Gives the two functions to every template."""
    application.jinja_env.globals.update(csrf_token=csrf_token, csrf_field=csrf_field)


def check() -> None:
    """Refuses what may have been sent from elsewhere. Raises ForeignForm."""
    if request.method in SAFE_METHODS:
        return
    if not _comes_from_here() or not _has_token():
        raise ForeignForm(REFUSAL)


def _has_token() -> bool:
    sent = request.headers.get(HEADER) or request.form.get(FIELD)
    if not sent or g.cookie_secret is None:
        return False
    return hmac.compare_digest(sent.encode("utf-8", "replace"), csrf_token().encode())


def _comes_from_here() -> bool:
    """What the browser says itself: every current one sends at least one of the two headers."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or split(origin).netloc in (request.host, split(backing().settings.public_url).netloc)


def split(address: str) -> SplitResult:
    """The parts of an address in a header; of what is none, all empty."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
