"""Numbers in addresses: any spelling is understood, one is the address, the others are led there."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from werkzeug.routing import UnicodeConverter

from contracts.errors import InvalidInput, NotFound
from contracts.numbers import LONGEST_SPELLING, CertificateNumber, parse

# The operations of which one issue has an address of its own.
OF_AN_ISSUE = {"certificates.latest": "certificates.issue", "certificates.pdf": "certificates.issue_pdf"}


class NumberConverter(UnicodeConverter):
    """``<number:number>`` in a route: any text; ``lead_to_canonical`` reads it."""


def describe(_converter: NumberConverter) -> dict[str, Any]:
    """What the OpenAPI document says of a number in an address."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_SPELLING,
        "description": "the number, with - for blanks; any spelling is understood and led to this one",
        "examples": ["IECEx-BAS-26.0001X"],
    }


def lead_to_canonical() -> Response | None:
    """Before a view with a ``number``: reads it, or sends the client to the address with the canonical spelling.

    The view gets the number as it is printed. Raises NotFound for what is no certificate's number.
    """
    arguments = request.view_args
    if not arguments or "number" not in arguments:
        return None
    number = _certificate_number(arguments["number"])
    if arguments["number"] == number.path and number.issue is None:
        arguments["number"] = number.number
        return None
    return _redirect(number, arguments)


def _redirect(number: CertificateNumber, arguments: dict[str, Any]) -> Response:
    """301 for readers; 308 for everybody else, so that method and body stay as they are."""
    reading = request.method in ("GET", "HEAD", "OPTIONS")
    target, values = str(request.endpoint), {**arguments, "number": number.path}
    if number.issue is not None:
        if target not in OF_AN_ISSUE or not reading:
            raise NotFound(f"This is an operation on {number.number} as a whole; leave the issue out.")
        target, values = OF_AN_ISSUE[target], values | {"issue": number.issue}
    address = url_for(target, **values)
    query = request.query_string.decode("latin-1")
    return led_to(f"{address}?{query}" if query else address, 301 if reading else 308)


def led_to(address: str, status: int) -> Response:
    """A redirect without a body of its own."""
    response = Response(status=status, headers={"Location": address})
    del response.headers["Content-Type"]
    return response


def _certificate_number(text: str) -> CertificateNumber:
    try:
        number = parse(text)
    except InvalidInput as error:
        raise NotFound(f"{text[:100]!r} is no number: {error.details['errors'][0]['text']}") from error
    if not isinstance(number, CertificateNumber):
        raise NotFound(f"{number} is the number of a report, not of a certificate.")
    return number


def path_of(number: str) -> str:
    """The segment that ``number``, as it is printed, has in addresses."""
    return parse(number).path
