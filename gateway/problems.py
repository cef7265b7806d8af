"""Errors as the API tells them, application/problem+json (RFC 9457), and as pages tell them, from one table.

The class of an error is looked up by its MRO, so that a new member of a family is answered as its family is. What is
not in the table is a fault of ours: 500, the details in the log and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from contracts import errors
from contracts.errors import InvalidInput, RegisterError
from plumbing.logs import log

NOTHING: Mapping[str, Any] = {}
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2
# So many fields a sentence for a person may name.
MOST_NAMED = 5


class MalformedRequest(RegisterError):
    """The request cannot be read."""

    code = "malformed-request"


class UnsupportedMediaType(RegisterError):
    """The body is not of a media type that this address takes, or says so."""

    code = "unsupported-media-type"


class RangeNotSatisfiable(RegisterError):
    """The file has no such bytes. ``details["length"]`` is its length."""

    code = "range-not-satisfiable"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a family of errors is answered."""

    status: int
    title: str


TABLE: dict[type[RegisterError], Kind] = {
    MalformedRequest: Kind(400, "Malformed request"),
    errors.Unauthenticated: Kind(401, "Not logged in"),
    errors.Forbidden: Kind(403, "Not allowed"),
    errors.NotFound: Kind(404, "Not found"),
    errors.RuleViolation: Kind(409, "A rule of the scheme forbids it"),
    errors.WrongState: Kind(409, "Not in this status"),
    errors.SeriesFull: Kind(409, "No numbers left"),
    errors.Gone: Kind(410, "Deleted"),
    errors.VersionMismatch: Kind(412, "Changed in the meantime"),
    errors.TooLarge: Kind(413, "Too large"),
    UnsupportedMediaType: Kind(415, "Unsupported media type"),
    RangeNotSatisfiable: Kind(416, "Range not satisfiable"),
    errors.InvalidInput: Kind(422, "Invalid input"),
    errors.IdempotencyKeyReused: Kind(422, "Idempotency-Key used before"),
    errors.VersionRequired: Kind(428, "Which version?"),
    errors.TooManyRequests: Kind(429, "Too many requests"),
    errors.Unavailable: Kind(503, "Not available at the moment"),
    RegisterError: Kind(500, "Fault in the register"),
}
FAULT = "Something went wrong inside the register. It is in our log under the id in 'instance'."

# What the web server or the router refuses before any error of the family is raised: status → code, title.
REFUSALS: dict[int, tuple[str, str]] = {
    400: ("malformed-request", "Malformed request"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "Method not allowed"),
    408: ("request-timeout", "Request timeout"),
    413: ("too-large", "Too large"),
    414: ("uri-too-long", "Address too long"),
    415: ("unsupported-media-type", "Unsupported media type"),
    431: ("headers-too-large", "Headers too large"),
    501: ("not-implemented", "Not implemented"),
    503: ("unavailable", "Not available at the moment"),
    505: ("http-version-not-supported", "HTTP version not supported"),
}

# Of what neither table knows: the web framework's own.
OTHER = "http-error"


def _family(error_class: type[RegisterError]) -> dict[str, type[RegisterError]]:
    """By code: the class that it was made for, not those that inherit it."""
    children = [_family(child) for child in error_class.__subclasses__()]
    return {code: one for family in children for code, one in family.items()} | {error_class.code: error_class}


FAMILY = _family(RegisterError)
# Every code that a problem may have.
CODES = tuple(sorted({*FAMILY, *(code for code, _title in REFUSALS.values()), OTHER}))

# What a person may do about it, on a page: status → sentences.
REMEDIES: dict[int, str] = {
    400: "Go back to the page that you came from and try again from there.",
    401: "Log in first, then come back to this page.",
    403: "If you should be able to, log in with the account that may, or ask the representative of your body.",
    404: "Look whether the address is written rightly, or search the register with the box at the top of the page.",
    409: "Nothing was changed. Go back, look at how things stand now, and decide again.",
    410: "The number stays in the register's ledger and is never given again.",
    412: "Nothing was changed. Load the page again to see what is new, then make your change once more.",
    413: "Send less at once.",
    422: "Go back, put it right and send it again.",
    429: "Wait a minute, then try again.",
    500: "Try again in a few minutes. If it stays so, tell whoever runs this register the id below.",
    503: "A part of the register cannot be reached just now; what it holds is safe. Try again in a minute.",
}


def kind_of(error_class: type[BaseException]) -> Kind:
    """The entry of the nearest ancestor; a class that is no error of ours is a fault."""
    return next((TABLE[base] for base in error_class.__mro__ if base in TABLE), TABLE[RegisterError])


def type_of(code: str) -> str:
    """The stable address of a kind of problem, which also answers there."""
    return f"/problems/{code}"


def document(
    status: int, code: str, title: str, detail: str, call_id: str, *, more: Mapping[str, Any] = NOTHING
) -> dict[str, Any]:
    """A problem document: the five members of RFC 9457, ``code``, and what else helps a program."""
    own = {
        "type": type_of(code),
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:register:call:{call_id}",
        "code": code,
    }
    return own | {name: value for name, value in more.items() if name not in own}


def refusal(status: int, code: str, detail: str, call_id: str) -> bytes:
    """The document for what the web server refuses by itself."""
    title = REFUSALS.get(status, (code, code.replace("-", " ").capitalize()))[1]
    return json.dumps(document(status, code, title, detail, call_id)).encode()


def register(application: Flask) -> None:
    """Has every error of ``application`` answered from the table."""
    application.register_error_handler(RegisterError, answer)
    application.register_error_handler(HTTPException, _answer_http)
    application.register_error_handler(Exception, _answer_fault)


def answer(error: RegisterError) -> Response:
    """The response for an error of the family."""
    kind = kind_of(type(error))
    if kind.status == 500:
        return _answer_fault(error)
    more = {name: value for name, value in error.details.items() if name != "challenge"}
    body = document(kind.status, error.code, kind.title, detail_of(error), _call_id(), more=more)
    return _respond(kind.status, body, _headers_of(kind.status, error))


def detail_of(error: RegisterError) -> str:
    """Its message, which of very many fields that are wrong names the first few: ``errors`` has them all."""
    rows: list[dict[str, str]] = error.details.get("errors", []) if isinstance(error, InvalidInput) else []
    if len(rows) <= MOST_NAMED or error.message != InvalidInput.fields(rows).message:
        return error.message
    return f"{InvalidInput.fields(rows[:MOST_NAMED]).message}; and {len(rows) - MOST_NAMED:,} more: see 'errors'."


def in_short(error: RegisterError, call_id: str) -> dict[str, Any]:
    """The error as a member of a longer answer, which says of each of many things what became of it.

    A fault was logged where it happened: not once more for each thing that it concerns.
    """
    kind = kind_of(type(error))
    own = {"code": error.code, "title": kind.title, "status": kind.status, "detail": detail_of(error)}
    if kind.status == 500:
        return own | {"detail": FAULT, "instance": f"urn:register:call:{call_id}"}
    return own | {name: value for name, value in error.details.items() if name not in own}


def _headers_of(status: int, error: RegisterError) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": str(error.details.get("challenge") or 'Bearer realm="register"')}
    if status in (429, 503):
        return {"Retry-After": str(error.details.get("retry_after") or RETRY_AFTER)}
    if status == 416:
        return {"Content-Range": f"bytes */{error.details.get('length', 0)}"}
    return {}


def _answer_http(error: HTTPException) -> Response:
    """What Flask itself refuses: no such address, no such method, a body that is too large."""
    status = error.code or 500
    code, title = REFUSALS.get(status, (OTHER, error.name))
    body = document(status, code, title, _sentence(status, error), _call_id())
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return _respond(status, body, headers)


def _sentence(status: int, error: HTTPException) -> str:
    if status == 404:
        nothing = f"There is nothing at {request.path}"
        return f"{nothing}." if _for_a_person() else f"{nothing}; /api/v1/openapi.json lists what there is."
    if status == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return f"{request.path} does not take {request.method}; it takes {allowed}."
    if status == 413:
        return f"A request's body may have up to {request.max_content_length:,} bytes here."
    return error.description or error.name


def _answer_fault(error: Exception) -> Response:
    log.error("request failed", exc_info=error, call_id=_call_id(), method=request.method, path=request.path)
    kind = TABLE[RegisterError]
    return _respond(kind.status, document(kind.status, RegisterError.code, kind.title, FAULT, _call_id()), {})


def _respond(status: int, body: dict[str, Any], headers: dict[str, str]) -> Response:
    # A problem is the moment's: nobody may keep it.
    headers = {"Cache-Control": "no-store"} | headers
    if _for_a_person():
        return Response(_page(body), status, headers, content_type="text/html; charset=utf-8")
    return Response(
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        status,
        headers,
        content_type=MEDIA_TYPE,
    )


def _for_a_person() -> bool:
    """Whether a browser asked for a page. A program that names no media type gets the document."""
    accepted = request.accept_mimetypes
    asked = not request.path.startswith("/api/") and "text/html" in accepted.values()
    return asked and accepted["text/html"] >= accepted["application/json"]


def _page(body: dict[str, Any]) -> str:
    remedy = REMEDIES.get(body["status"], REMEDIES[400])
    more = {name: body.get(name) for name in ("reason", "errors")}
    return render_template("problem.html", problem=body, remedy=remedy, **more)


def _call_id() -> str:
    return str(g.get("call_id") or "none")
