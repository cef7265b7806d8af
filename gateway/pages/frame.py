"""What all pages have in common: the template environment, what each template may use, the headers of a page."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from flask import Flask, Response, current_app, g, request
from jinja2 import StrictUndefined
from markupsafe import Markup

from contracts.identity import GUEST
from gateway import paths
from gateway.pages import assets, navigation, reference, words

# Nothing but the register's own files: no script or style that stands in a page, so no text can become one.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
# The camera is for scanning the code on a document; a page asks before it uses it.
PERMISSIONS = "camera=(self), microphone=(), geolocation=()"
# Asked each time whether it changed: a suspension is seen at the next look.
OF_GUESTS, OF_ACCOUNTS = "no-cache", "private, no-store"


def install(application: Flask, pages: Iterable[ModuleType]) -> None:
    """Adds ``pages``, their files and their template environment to ``application``."""
    application.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    reference.install(application.extensions)
    application.jinja_env.globals.update(asset=assets.asset, words=words, path_of=paths.path_of, link=link)
    application.jinja_env.filters.update(is_page=is_page, combined=combined, scheme_name=words.SCHEMES.get)
    application.context_processor(_of_every_page)
    application.register_blueprint(assets.blueprint)
    for module in pages:
        application.register_blueprint(module.blueprint)


def finish(response: Response) -> None:
    """The headers of an answer that is a page."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Permissions-Policy"] = PERMISSIONS
    # What a page shows depends on who is logged in; some addresses also answer programs.
    response.vary.update(("Cookie", "Accept"))
    guest = g.identity.role == "guest"
    response.headers.setdefault("Cache-Control", OF_GUESTS if guest else OF_ACCOUNTS)
    if guest and response.status_code == 200 and request.method in ("GET", "HEAD"):
        response.add_etag()
        response.make_conditional(request)


def prefers_json() -> bool:
    """Whether who asks would rather have JSON than a page: programs say so by ``Accept: application/json``."""
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def is_page(endpoint: str) -> bool:
    """Whether this register has the page."""
    return endpoint in current_app.view_functions


def link(href: str, text: object) -> Markup:
    """A link, for a cell of a table."""
    return Markup('<a href="{}">{}</a>').format(href, text)


def combined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both, for attributes in templates."""
    return first | second


def _of_every_page() -> dict[str, Any]:
    return {
        "identity": g.get("identity", GUEST),
        "navigation": {name: navigation.links(entries) for name, entries in navigation.BARS.items()},
        "in_a_demonstration": current_app.config["DEMONSTRATION"],
    }
