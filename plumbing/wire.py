"""How a request and a reply lie on the wire: JSON bodies, headers, and the signature over all of it.

A request carries, as headers: ``method``, ``deadline`` (seconds since the epoch), ``call_id``, ``identity`` (JSON) and
``signature``, which covers these, the target and the body. So whoever can write to the broker can neither invent a
caller nor change what one asked; and what was recorded cannot be played again after its deadline.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from contracts.errors import RegisterError, TooLarge
from contracts.identity import Identity
from plumbing.context import CallContext
from plumbing.signing import is_signed, sign, to_bytes

CONTENT_TYPE = "application/json"
LARGEST_REQUEST = 2 * 1024 * 1024
# RabbitMQ takes no message over 16 MiB: it would close the channel, and with it end the calls of everybody else.
LARGEST_REPLY = 15 * 1024 * 1024
# A signed identity is worth no more than this, whatever deadline a caller asks for.
LONGEST_LIFE = 60.0


class Refused(Exception):
    """A message that is not a request at all, is not signed, or came too late; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request whose signature was right."""

    method: str
    arguments: dict[str, Any]
    context: CallContext
    reply_to: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Written:
    """A result that is JSON already, as what lies in a database often is: to read it only to write it again would
    keep everybody else waiting."""

    text: str

    @classmethod
    def page(cls, items: Iterable[str], **others: Any) -> Written:
        """``{"items": […], **others}``, of items that are JSON already."""
        return cls(f'{{"items":[{",".join(items)}],{encode(others).decode()[1:]}')


def encode(value: Any) -> bytes:
    """Plain JSON; raises TypeError for what JSON does not have (dates and such are the schemas' work)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def request_headers(key: str, target: str, method: str, body: bytes, context: CallContext) -> dict[str, Any]:
    """The headers of a signed request."""
    deadline = f"{min(context.deadline, time.time() + LONGEST_LIFE):.3f}"
    identity = json.dumps(context.identity.to_wire(), separators=(",", ":"))
    parts = (target, method, deadline, context.call_id, identity)
    return {
        "method": method,
        "deadline": deadline,
        "call_id": context.call_id,
        "identity": identity,
        "signature": sign(key, *(part.encode() for part in parts), body),
    }


def read_request(key: str, target: str, message: Any) -> Request:
    """The request in ``message``. Raises Refused with the reason; never anything else."""
    body = message.body.encode() if isinstance(message.body, str) else bytes(message.body or b"")
    properties = message.properties
    reply_to, correlation_id = properties.get("reply_to"), properties.get("correlation_id")
    if not isinstance(reply_to, str) or not reply_to:
        raise Refused("no reply_to")
    if not isinstance(correlation_id, str) or not correlation_id:
        raise Refused("no correlation_id")
    if properties.get("content_type") != CONTENT_TYPE:
        raise Refused(f"content_type is not {CONTENT_TYPE}")
    if len(body) > LARGEST_REQUEST:
        raise Refused(f"{len(body)} bytes are more than the {LARGEST_REQUEST} of a request")
    headers = properties.get("application_headers") or {}
    context = _context(key, target, headers, body)
    if context.remaining() <= 0:
        raise Refused("expired")
    return Request(headers["method"], _arguments(body), context, reply_to, correlation_id)


def _context(key: str, target: str, headers: dict[str, Any], body: bytes) -> CallContext:
    fields = [headers.get(name) for name in ("method", "deadline", "call_id", "identity")]
    if not all(isinstance(value, str) for value in fields):
        raise Refused("method, deadline, call_id or identity is missing from the headers")
    method, deadline, call_id, identity = (str(value) for value in fields)
    parts = (target, method, deadline, call_id, identity)
    if not is_signed(key, headers.get("signature"), *map(to_bytes, parts), body):
        raise Refused("the signature is wrong")
    try:
        until = float(deadline)
        if until > time.time() + LONGEST_LIFE + 1:
            raise Refused("the deadline is further away than an identity lasts")
        return CallContext(Identity.from_wire(json.loads(identity)), until, call_id)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("the identity or the deadline cannot be read") from error


def _arguments(body: bytes) -> dict[str, Any]:
    try:
        arguments = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("the body is not JSON") from error
    if not isinstance(arguments, dict):
        raise Refused("the body is not a JSON object")
    return arguments


def reply_of(result: Any, error: BaseException | None) -> bytes:
    """The body of a reply. An error of no known kind crosses without its text: that may hold anything.

    Raises TypeError or ValueError for what is no JSON, TooLarge for what no broker takes.
    """
    if error is None:
        written = isinstance(result, Written)
        body = f'{{"result":{result.text}}}'.encode() if written else encode({"result": result})
        if len(body) > LARGEST_REPLY:
            raise TooLarge(f"The answer would have {len(body):,} bytes; ask for less at once, with a lower limit.")
        return body
    if not isinstance(error, RegisterError):
        error = RegisterError("Something went wrong inside the register; the log has the details.")
    return encode({"error": error.to_wire()})


def read_reply(body: bytes | str) -> Any:
    """The result in a reply. Raises the error in it, one of contracts.errors."""
    reply = json.loads(body)
    if "error" in reply:
        raise RegisterError.from_wire(reply["error"])
    return reply["result"]
