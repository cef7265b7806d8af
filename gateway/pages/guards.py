"""Who may open a page. What is not said to be open to somebody is open to nobody.

    @blueprint.get("/officers")
    @for_roles("administrator", "secretariat")
    def officers(): ...

or ``open_to_all(blueprint)`` for all of its pages. Who is not logged in is led to the log-in and back; who is, but may
not, is told so. What one may see and do on a page, the service behind decides by the same identity as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, current_app, request, url_for

from contracts.errors import Forbidden
from contracts.identity import Identity, Role, Scope
from gateway import paths, sessions
from gateway.calls import identity
from gateway.pages import forms

Page = TypeVar("Page")
ATTRIBUTE = "open_to"
LONGEST_NEXT = 2_000
HOME = "/"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open a page, and how that is said to who may not."""

    allows: Callable[[Identity], bool]
    description: str
    needs_log_in: bool = True


def open_to_all(page: Page) -> Page:
    """Guests, too."""
    return _marked(page, Access(lambda _identity: True, "everybody", needs_log_in=False))


def signed_in(page: Page) -> Page:
    """Whoever has an account."""
    return _marked(page, Access(lambda _identity: True, "every account"))


def for_roles(*roles: Role) -> Callable[[Page], Page]:
    """The accounts with one of these roles."""
    return lambda page: _marked(page, Access(lambda identity: identity.role in roles, " or ".join(roles)))


def for_scopes(*scopes: Scope) -> Callable[[Page], Page]:
    """The accounts whose role may do one of these."""
    wanted = " or ".join(scopes)
    return lambda page: _marked(page, Access(lambda identity: any(map(identity.may, scopes)), f"who may {wanted}"))


def access_of(endpoint: str) -> Access | None:
    """What is said of the page itself, else of all pages of its blueprint."""
    view = current_app.view_functions.get(endpoint)
    blueprint = current_app.blueprints.get(endpoint.rpartition(".")[0])
    return getattr(view, ATTRIBUTE, None) or getattr(blueprint, ATTRIBUTE, None)


def enforce() -> Response | None:
    """Lets the visitor through, or leads to the log-in. Raises Forbidden."""
    access = access_of(request.endpoint or "")
    if access is None:
        raise Forbidden("This page is open to nobody.")
    if not access.needs_log_in:
        return None
    if identity().role == "guest":
        return led_to_log_in()
    if not access.allows(identity()):
        raise Forbidden(f"This page is for: {access.description}. You are logged in as {identity().role}.")
    return None


def led_to_log_in() -> Response:
    """To the step of the log-in that comes next, and from there back to where the visitor wanted to go."""
    visit = sessions.visit()
    step = {None: "accounts.log_in", "code": "accounts.code", "enrol": "second_factor.enrol"}
    endpoint = step[visit.stage if visit else None]
    return paths.led_to(url_for(endpoint, next=_wanted()), 303)


def _wanted() -> str:
    """The page that was asked for, or the one whose form was sent."""
    if request.method in forms.SAFE_METHODS:
        return safe_next(request.full_path.removesuffix("?"))
    came_from = forms.split(request.referrer or "")
    return (
        safe_next(f"{came_from.path}?{came_from.query}".removesuffix("?")) if came_from.netloc == request.host else HOME
    )


def safe_next(text: str | None) -> str:
    """``text`` if it is a path of our own, else home: a link to the log-in must not lead on to another site."""
    if not text or len(text) > LONGEST_NEXT or not text.startswith("/") or text.startswith("//"):
        return HOME
    if "\\" in text or not text.isprintable():
        return HOME
    return text


def _marked(page: Page, access: Access) -> Page:
    holder: Any = page
    setattr(holder, ATTRIBUTE, access)
    return page
