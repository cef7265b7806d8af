"""Numbers in addresses: any spelling is understood, one is the address, the others are led there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Response, request, url_for
from werkzeug.routing import UnicodeConverter

from contracts.errors import InvalidInput, NotFound
from contracts.numbers import LONGEST_SPELLING, CertificateNumber, parse

View = TypeVar("View", bound=Callable[..., Any])

# The operations of which one issue has an address of its own.
OF_AN_ISSUE = {
    "certificates.latest": "certificates.issue",
    "certificates.pdf": "certificates.issue_pdf",
    "photos.of_latest": "photos.of_issue",
}


class NumberConverter(UnicodeConverter):
    """``<number:number>`` in a route: any text; ``at_its_address`` reads it."""


def describe(_converter: NumberConverter) -> dict[str, Any]:
    """What the OpenAPI document says of a number in an address."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_SPELLING,
        "description": "the number, with - for blanks; any spelling is understood and led to this one",
        "examples": ["IECEx-BAS-26.0001X"],
    }


def at_its_address(view: View) -> View:
    """``view`` with its ``number`` as it is printed; other spellings are sent to the address of this one.

    Raises NotFound for what is no certificate's number.
    """

    @functools.wraps(view)
    def led(*arguments: Any, number: str, **named: Any) -> Any:
        read = _certificate_number(number)
        if number == read.path and read.issue is None:
            return view(*arguments, number=read.number, **named)
        return _redirect(read, named)

    return cast(View, led)


def _redirect(number: CertificateNumber, named: dict[str, Any]) -> Response:
    """301 for readers; 308 for everybody else, so that method and body stay as they are."""
    reading = request.method in ("GET", "HEAD", "OPTIONS")
    target, values = str(request.endpoint), named
    if number.issue is not None:
        if target not in OF_AN_ISSUE or not reading:
            raise NotFound(f"This is an operation on {number.number} as a whole; leave the issue out.")
        target, values = OF_AN_ISSUE[target], {"issue": number.issue}
    address = url_for(target, number=number.path, **values)
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
