"""The document that says to programs what is published to the message broker: AsyncAPI, as OpenAPI is for the API.

The form is that of https://www.asyncapi.com/docs/reference/specification/v3.0.0. The shapes of messages are those of
the OpenAPI document, so that the two cannot say different things.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.events import CHANGE_TYPES, EXCHANGE

Document = dict[str, Any]

SCHEMAS = "#/components/schemas/"
DESCRIPTION = f"""
Every public change is published to the topic exchange `{EXCHANGE}` in the order of its `change_no`, which has no holes.
A message may come twice, and after a fault late: apply it if its `change_no` is the next one, ignore what you have, and
pull what is missing from `GET /api/v1/changes`, which gives the same envelopes. Fields and types of changes are only
ever added; pass over those that you do not know.

A queue of your own is durable, is named `jobs.<something>`, and is bound by a key in which `*` stands for one word and
`#` for all that follow: `certificate.issued.#`, `certificate.*.person.*`.
"""
EXCHANGE_BINDING = {
    "is": "routingKey",
    "exchange": {"name": EXCHANGE, "type": "topic", "durable": True, "autoDelete": False},
    "bindingVersion": "0.3.0",
}
HEADERS = {
    "type": "object",
    "properties": {
        "signature": {"type": "string", "description": "by which the register's own services know it for genuine"}
    },
}
TOMBSTONE: Document = {
    "type": "object",
    "description": "what is left of a certificate that was deleted",
    "properties": {
        "number": {"type": "string"},
        "base_number": {"type": "string"},
        "scheme": {"type": "string"},
        "excb": {"type": "string"},
        "status": {"type": "string", "const": "deleted"},
        "reason": {"type": "string", "description": "why it was deleted"},
        "deleted_at": {"type": "string", "format": "date-time"},
        "change_no": {"type": "integer"},
    },
}
TOMBSTONE["required"] = list(TOMBSTONE["properties"])
# By what a change is one of: the shape of its snapshot, what the third word of its key is, and what happened.
SUBJECTS = {
    "certificate": ("Certificate", "its scheme", "A certificate was issued, or what is public of it changed."),
    "report": ("Report", "the type of report", "A report was registered, or issued anew."),
}


def described(openapi: Document) -> Document:
    """The AsyncAPI document of the register that has this OpenAPI document."""
    shapes = openapi["components"]["schemas"]
    payloads = {
        f"{shape}Change": _payload(shapes["Envelope"], subject, shape) for subject, (shape, *_) in SUBJECTS.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": openapi["info"] | {"description": DESCRIPTION.strip()},
        "defaultContentType": "application/json",
        "channels": {f"{subject}s": _channel(subject) for subject in SUBJECTS},
        "operations": {f"publish-{subject}s": _published(subject) for subject in SUBJECTS},
        "components": {
            "messages": {f"{shape}Change": _message(f"{shape}Change", says) for shape, _, says in SUBJECTS.values()},
            "schemas": payloads | {name: shapes[name] for name in sorted(set(_reached(payloads, shapes)))},
        },
    }


def _channel(subject: str) -> Document:
    shape, kind, _ = SUBJECTS[subject]
    happened = [change.removeprefix(f"{subject}.") for change in CHANGE_TYPES if change.startswith(f"{subject}.")]
    return {
        "address": f"{subject}.{{change}}.{{kind}}.{{excb}}",
        "parameters": {
            "change": {"description": "what happened", "enum": happened},
            "kind": {"description": kind},
            "excb": {"description": "code of the body", "examples": ["BAS"]},
        },
        "messages": {f"{shape}Change": {"$ref": f"#/components/messages/{shape}Change"}},
        "bindings": {"amqp": EXCHANGE_BINDING},
    }


def _published(subject: str) -> Document:
    return {"action": "send", "channel": {"$ref": f"#/channels/{subject}s"}, "summary": SUBJECTS[subject][2]}


def _message(name: str, says: str) -> Document:
    return {
        "name": name,
        "summary": says,
        "headers": HEADERS,
        "payload": {"$ref": f"{SCHEMAS}{name}"},
        "bindings": {"amqp": {"contentEncoding": "utf-8", "bindingVersion": "0.3.0"}},
    }


def _payload(envelope: Document, subject: str, shape: str) -> Document:
    """The envelope with the one subject that such a change has."""
    properties = {name: shown for name, shown in envelope["properties"].items() if name not in SUBJECTS}
    types = [change for change in CHANGE_TYPES if change.startswith(f"{subject}.")]
    forms = [{"$ref": f"{SCHEMAS}{shape}"}, *([TOMBSTONE] if subject == "certificate" else [])]
    properties |= {
        "type": {"type": "string", "enum": types},
        subject: {"description": "the whole public snapshot after the change", "oneOf": forms},
    }
    return envelope | {"properties": properties, "required": [*envelope["required"], subject]}


def _reached(part: Any, shapes: Document) -> Iterator[str]:
    """The names of all schemas that a part of the document leads to."""
    if isinstance(part, dict):
        name = part.get("$ref", "").removeprefix(SCHEMAS)
        if name:
            yield name
            yield from _reached(shapes[name], shapes)
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _reached(inner, shapes)
