"""Who may open a page. What is not said to be open to somebody is open to nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request

from contracts.errors import Forbidden
from contracts.identity import Identity
from gateway.calls import identity

Page = TypeVar("Page")
ATTRIBUTE = "open_to"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open a page, and how that is said to who may not."""

    allows: Callable[[Identity], bool]
    description: str


def open_to_all(page: Page) -> Page:
    """Guests, too: said of a page, or of a blueprint and so of all of its pages."""
    holder: Any = page
    setattr(holder, ATTRIBUTE, Access(lambda _identity: True, "everybody"))
    return page


def access_of(endpoint: str) -> Access | None:
    """What is said of the page itself, else of all pages of its blueprint."""
    view = current_app.view_functions.get(endpoint)
    blueprint = current_app.blueprints.get(endpoint.rpartition(".")[0])
    return getattr(view, ATTRIBUTE, None) or getattr(blueprint, ATTRIBUTE, None)


def enforce() -> None:
    """Lets the visitor through. Raises Forbidden."""
    access = access_of(request.endpoint or "")
    if access is None:
        raise Forbidden("This page is open to nobody.")
    if not access.allows(identity()):
        raise Forbidden(f"This page is for: {access.description}. You are here as {identity().role}.")
