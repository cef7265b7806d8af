"""Reading JSON bodies: what is no JSON, no object or no text at all is refused with its place in the body."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from flask import Request

from contracts.errors import InvalidInput
from gateway.problems import MalformedRequest, UnsupportedMediaType

MEDIA_TYPE = "application/json"
# Deeper than any body of ours, and far from where whoever walks through it runs out of stack.
DEEPEST = 50
# More than any number of ours has; Python itself refuses some hundreds more, with advice for whoever runs it.
MOST_DIGITS = 4_000
# ASCII is UTF-8 as well.
CHARSETS = ("utf-8", "utf8", "us-ascii")


def json_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body. Raises UnsupportedMediaType, MalformedRequest or InvalidInput."""
    data = request.get_data(cache=True)
    if data and request.mimetype != MEDIA_TYPE:
        raise UnsupportedMediaType(
            f"The body is {request.mimetype or 'of no stated type'}; send JSON with Content-Type: application/json."
        )
    check_charset(request)
    if not data:
        raise InvalidInput.field("body", "Is missing: send a JSON object, with Content-Type: application/json.")
    value = parsed(data)
    if not isinstance(value, dict):
        raise InvalidInput.field("body", "Must be a JSON object.")
    return value


def check_charset(request: Request) -> None:
    """Raises UnsupportedMediaType for a body that says to be in another encoding than UTF-8, as JSON is."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in CHARSETS:
        raise UnsupportedMediaType(f"The body's charset is {charset[:40]}; send JSON in UTF-8, which needs no charset.")


def check_coding(request: Request) -> None:
    """Raises UnsupportedMediaType for a body that says to be compressed."""
    coding = request.headers.get("Content-Encoding", "").strip()
    if coding.lower() not in ("", "identity"):
        raise UnsupportedMediaType(
            f"The body's Content-Encoding is {coding[:40]}; send it uncompressed, without that header."
        )


def parsed(data: bytes, part: str = "body") -> Any:
    """The JSON value in these bytes, which are the body or a part of it. Raises MalformedRequest."""
    try:
        return _parsed(data)
    except _NoJson as error:
        text = f"The {part} {error}."
        raise MalformedRequest(text, errors=[{"field": part, "text": text}]) from error


class _NoJson(ValueError):
    """What is wrong with it, to be read behind its name."""


def _parsed(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _NoJson(f"is not UTF-8 at byte {error.start}") from error
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise _NoJson(f"is not JSON at line {error.lineno}, column {error.colno}: {error.msg}") from error
    except _NoJson:
        raise
    except ValueError as error:
        raise _NoJson(f"holds what JSON does not: {error}") from error
    except RecursionError as error:
        raise _too_deep() from error
    _check_depth(value)
    _check_surrogates(text, value)
    return value


def _check_depth(value: Any) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        children = (child for parent in level for child in (parent.values() if isinstance(parent, dict) else parent))
        level = [child for child in children if isinstance(child, dict | list)]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> _NoJson:
    return _NoJson(f"is nested more than {DEEPEST} levels deep")


def _finite(text: str) -> float:
    if math.isinf(value := float(text)):
        raise ValueError(f"{text} is too large a number")
    return value


def _whole(text: str) -> int:
    if (digits := len(text.lstrip("-"))) > MOST_DIGITS:
        raise _NoJson(f"holds a number of {digits:,} digits; at most {MOST_DIGITS:,} are read")
    return int(text)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _check_surrogates(text: str, value: Any) -> None:
    """Half of a UTF-16 pair is valid JSON but no text: it can be neither stored nor sent on."""
    if "\\ud" not in text.lower():
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise _NoJson("holds half of a character (an unpaired surrogate such as \\ud800)") from error
