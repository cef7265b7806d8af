"""The Flask application: what every request goes through before and after its view.

Made once a process; what a request needs of the service (database, other services) comes in its WSGI environment,
so that this module knows nothing of nameko and tests run it as it is.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import NotFound

from contracts.errors import Unauthenticated
from contracts.identity import GUEST
from gateway import access, addresses, bodies, health, paths, problems, sessions
from gateway.api import (
    PREFIX,
    accesses,
    accounts,
    annexes,
    batches,
    beginning,
    cards,
    certificates,
    changes,
    documents,
    events,
    exports,
    imports,
    issues,
    mine,
    numbers,
    photos,
    quality,
    reference,
    reports,
    requests,
    search,
    statistics,
    tokens,
    verify,
)
from gateway.authentication import CODE_HEADER, Authenticator, WrongPassword
from gateway.calls import CALL_ID, NOTES, backing
from gateway.limits import Limits
from gateway.openapi import RegisterApi
from gateway.pages import PAGES, forms, frame, guards
from gateway.pages.guards import open_to_all
from gateway.sizes import LARGEST_BODY, MOST_FIELDS, largest_body
from plumbing.settings import Settings

VERSION = "1"
RESOURCES = (
    beginning,
    certificates,
    batches,
    imports,
    cards,
    issues,
    photos,
    annexes,
    reports,
    requests,
    verify,
    documents,
    search,
    exports,
    changes,
    events,
    mine,
    numbers,
    statistics,
    quality,
    reference,
    tokens,
    accounts,
    accesses,
)
# Operators ask, whoever else does; and the files of the pages are the same for all.
UNLIMITED = (health.blueprint.name, "assets")

DESCRIPTION = """
Certificates for explosive-atmosphere equipment, services and people. Anyone may search, read, print and export without
an account; certification bodies draft and issue; the Secretariat suspends, cancels and deletes.

Errors are `application/problem+json` (RFC 9457) with a stable `code`. Times are UTC. Fields are only ever added.
"""
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "made at POST /api/v1/tokens"},
    "password": {"type": "http", "scheme": "basic", "description": "name and password of an account, at /tokens only"},
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What is no page loads and runs nothing in a browser that is made to show it.
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


def create_application(settings: Settings) -> Flask:
    """The WSGI application, for a gateway of these settings."""
    application = Flask("gateway", static_folder=None)
    application.config.update(
        API_TITLE="Register of Ex certificates",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        RPC_TIMEOUT=settings.rpc_timeout,
        # A form may be as long as a certificate, and has a field for each of its lines.
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_FIELDS,
        DEMONSTRATION=settings.demonstration,
    )
    application.json.sort_keys = False  # type: ignore[attr-defined]
    # A redirect to a tidier address would be built from the Host header, which is the client's to choose.
    application.url_map.merge_slashes = False
    application.url_map.converters["number"] = paths.NumberConverter
    application.url_map.converters["report"] = paths.ReportNumberConverter
    application.extensions["authenticator"] = Authenticator()
    application.extensions["limits"] = Limits(settings.guest_rate)
    problems.register(application)
    application.before_request(_begin)
    application.before_request(_begin_page)
    application.after_request(_finish)
    _add_resources(application)
    _add_root(application)
    frame.install(application, PAGES)
    forms.install(application)
    return application


def _add_resources(application: Flask) -> None:
    # The addresses of operations begin at the register's root, wherever that is.
    about = {"info": {"description": DESCRIPTION.strip()}, "servers": [{"url": "/"}]}
    api = RegisterApi(application, spec_kwargs=about)
    for converter in paths.EXAMPLES:
        api.register_converter(converter, paths.describe)
    for name, scheme in SECURITY.items():
        api.spec.components.security_scheme(name, scheme)
    for resource in RESOURCES:
        api.register_blueprint(resource.blueprint)


def _add_root(application: Flask) -> None:
    application.register_blueprint(open_to_all(health.blueprint))
    application.add_url_rule("/problems/<code>", "problem", open_to_all(_problem))


def _begin() -> None:
    """Establishes who asks, and until when the request may take."""
    g.call_id = request.environ.get(CALL_ID) or uuid.uuid4().hex[:16]
    g.deadline = time.monotonic() + current_app.config["RPC_TIMEOUT"]
    g.identity, g.by_password = GUEST, False
    request.max_content_length = largest_body(request.method, request.path)
    g.address = addresses.client_address(
        request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), backing().settings.trusted_proxies
    )
    if request.blueprint in UNLIMITED:
        return
    if _is_api():
        _begin_call()
    else:
        sessions.begin()
    _limits().check(g.identity, g.address)
    request.environ.setdefault(NOTES, {}).update(role=g.identity.role, account=g.identity.account)


def _begin_call() -> None:
    """The API: who asks says so by a header. No cookie counts, so that no page elsewhere can speak for its visitor."""
    authenticator: Authenticator = current_app.extensions["authenticator"]
    authorization = request.headers.get("Authorization")
    passwords, code = request.blueprint == tokens.blueprint.name, request.headers.get(CODE_HEADER)
    try:
        g.identity = authenticator.identity(backing(), authorization, g.address, passwords=passwords, code=code)
    except Unauthenticated as refusal:
        _limits().count_failure(g.address)
        if not g.get("noted"):
            account = refusal.account if isinstance(refusal, WrongPassword) else None
            access.note("api.credentials", "failed", account=account)
        raise
    bodies.check_coding(request)
    g.by_password = (authorization or "").lower().startswith("basic ")


def _limits() -> Limits:
    limits: Limits = current_app.extensions["limits"]
    return limits


def _begin_page() -> Response | None:
    """The pages: who asks says so by the session's cookie, and every form by its token. No other header counts."""
    if _is_api() or request.routing_exception is not None:
        return None
    forms.check()
    return guards.enforce()


def _is_api() -> bool:
    return request.path.startswith(PREFIX)


def _finish(response: Response) -> Response:
    access.note_answer(response)
    _leave_empty(response)
    sessions.finish(response)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        frame.finish(response)
    # A browser's PDF viewer is itself a page, which the policy would keep from working.
    elif response.mimetype != "application/pdf":
        response.headers.setdefault("Content-Security-Policy", API_POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-Id"] = g.call_id
    if _is_api():
        response.vary.add("Authorization")
    return response


def _leave_empty(response: Response) -> None:
    """What has no body is of no media type. Flask's own answer to OPTIONS would be an empty page."""
    if request.method == "OPTIONS" and _is_api() and response.status_code == 200:
        response.status_code = 204
    if response.status_code == 204:
        response.headers.pop("Content-Type", None)


def _problem(code: str) -> Response | dict[str, Any]:
    """What a problem's type means: the address in its ``type``."""
    if code in problems.FAMILY:
        kind = problems.kind_of(problems.FAMILY[code])
        text = (problems.FAMILY[code].__doc__ or "").strip().splitlines()[0]
        return jsonify({"code": code, "title": kind.title, "status": kind.status, "description": text})
    for status, (known, title) in problems.REFUSALS.items():
        if known == code:
            return jsonify({"code": code, "title": title, "status": status})
    if code == problems.OTHER:
        return jsonify({"code": code, "title": "Refused for a reason that 'title' and 'detail' say"})
    raise NotFound
