"""Numbers in addresses: any spelling is understood, one is the address, the others are led there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Response, request, url_for
from werkzeug.routing import Map, UnicodeConverter

from contracts.errors import InvalidInput, NotFound
from contracts.numbers import LONGEST_SPELLING, CertificateNumber, Number, ReportNumber, as_path, parse

View = TypeVar("View", bound=Callable[..., Any])

# The operations of which one issue has an address of its own.
OF_AN_ISSUE = {
    "certificates.latest": "certificates.issue",
    "certificates.pdf": "certificates.issue_pdf",
    "photos.of_latest": "photos.of_issue",
    "annexes.of_latest": "annexes.of_issue",
    "annexes.file_of_latest": "annexes.file_of_issue",
    "certificate_pages.show": "certificate_pages.issue",
}


class NumberConverter(UnicodeConverter):
    """``<number:number>`` in a route: any text; ``at_its_address`` reads it.

    Any but ``batch``, which is an address of its own below /certificates and can be no number: else it would claim to
    take what the address of a certificate takes.
    """

    def __init__(self, map: Map) -> None:  # noqa: A002 - the name is werkzeug's
        super().__init__(map)
        self.regex = r"(?!batch(?:/|\Z))[^/]+"


class ReportNumberConverter(UnicodeConverter):
    """``<report:number>`` in a route: any text; ``at_the_address_of_its_report`` reads it."""


EXAMPLES = {NumberConverter: "IECEx-BAS-26.0001X", ReportNumberConverter: "GB-BAS-ExTR26.0001-00"}


def describe(converter: UnicodeConverter) -> dict[str, Any]:
    """What the OpenAPI document says of a number in an address."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_SPELLING,
        "description": "the number, with - for blanks and slashes; any spelling is understood and led to this one",
        "examples": [EXAMPLES[type(converter)]],
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


def at_the_address_of_its_report(view: View) -> View:
    """``view`` with its ``number`` as it is printed, with or without an issue; other spellings are sent on.

    Raises NotFound for what is no report's number.
    """

    @functools.wraps(view)
    def led(*arguments: Any, number: str, **named: Any) -> Any:
        read = _report_number(number)
        if number == read.path:
            return view(*arguments, number=str(read), **named)
        return _sent_on(str(request.endpoint), number=read.path, **named)

    return cast(View, led)


def _redirect(number: CertificateNumber, named: dict[str, Any]) -> Response:
    target, values = str(request.endpoint), named
    if number.issue is not None:
        if target not in OF_AN_ISSUE or not _reading():
            raise NotFound(f"This is an operation on {number.number} as a whole; leave the issue out.")
        target, values = OF_AN_ISSUE[target], named | {"issue": number.issue}
    return _sent_on(target, number=number.path, **values)


def _sent_on(target: str, **values: Any) -> Response:
    """301 for readers; 308 for everybody else, so that method and body stay as they are."""
    address = url_for(target, **values)
    query = request.query_string.decode("latin-1")
    return led_to(f"{address}?{query}" if query else address, 301 if _reading() else 308)


def _reading() -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS")


def led_to(address: str, status: int) -> Response:
    """A redirect without a body of its own."""
    response = Response(status=status, headers={"Location": address})
    del response.headers["Content-Type"]
    return response


def led_to_json(target: str, number: str, **query: Any) -> Response:
    """Leads from a page to what a program reads: the operation ``target`` on ``number``."""
    response = led_to(url_for(target, number=path_of(number), **query), 303)
    response.vary.add("Accept")
    return response


def _certificate_number(text: str) -> CertificateNumber:
    number = _number(text)
    if not isinstance(number, CertificateNumber):
        raise NotFound(f"{number} is the number of a report, not of a certificate.")
    return number


def _report_number(text: str) -> ReportNumber:
    number = _number(text)
    if not isinstance(number, ReportNumber):
        raise NotFound(f"{number} is the number of a certificate, not of a report.")
    return number


def _number(text: str) -> Number:
    try:
        return parse(text)
    except InvalidInput as error:
        raise NotFound(_no_number(text, str(error.details["errors"][0]["text"]))) from error


def _no_number(text: str, why: str) -> str:
    """What is wrong with ``text``, in a sentence about it: "Is not the number of …" or "There is no body …"."""
    joint = " " if why.startswith("Is ") else " is no number: "
    return f"{text[:100]!r}{joint}{why[0].lower()}{why[1:]}"


def path_of(number: str) -> str:
    """The segment that ``number``, as it is printed, has in addresses. Cheap: a list asks for each of its lines."""
    return as_path(number)
