"""Messages as they travel: AMQP's frames, and what a broker writes into the headers of a dead letter."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf
from struct import pack, unpack_from
from typing import Any

import amqp
from amqp import spec
from amqp.exceptions import PreconditionFailed
from amqp.serialization import dumps

# Kind, channel, payload.
Frame = tuple[int, int, bytes]
Signature = tuple[int, int]

METHOD, HEADER, BODY, HEARTBEAT = 1, 2, 3, 8


def method_frame(channel: int, method: Signature, types: str = "", *values: Any) -> Frame:
    """A method with its arguments, whose types are py-amqp's letters."""
    return METHOD, channel, pack(">HH", *method) + dumps(types, values)


@dataclass(frozen=True, slots=True)
class Publication:
    """A message and where it was published to; header and body are kept as they came. ``lifetime`` in milliseconds."""

    exchange: str
    routing_key: str
    header: bytes
    body: bytes
    lifetime: float = inf

    @property
    def properties(self) -> dict[str, Any]:
        """A fresh copy of the properties; the application's headers are in ``application_headers``."""
        message = amqp.Message()
        message.inbound_header(self.header)
        properties: dict[str, Any] = message.properties
        return properties

    def with_properties(self, properties: dict[str, Any]) -> Publication:
        # py-amqp has no public way to the bytes of the properties.
        content = amqp.Message(**properties)._serialize_properties()  # noqa: SLF001
        return replace(self, header=pack(">HHQ", spec.Basic.CLASS_ID, 0, len(self.body)) + content)

    def with_header(self, name: str, value: Any) -> Publication:
        properties = self.properties
        properties["application_headers"] = {**(properties.get("application_headers") or {}), name: value}
        return self.with_properties(properties)

    def frames(self, channel: int) -> list[Frame]:
        header = (HEADER, channel, self.header)
        return [header, (BODY, channel, self.body)] if self.body else [header]


class Incoming:
    """A message on its way in: the method came, header and body follow in frames of their own."""

    def __init__(self, exchange: str, routing_key: str, mandatory: bool) -> None:
        self.mandatory = mandatory
        self.complete = False
        self._address = (exchange, routing_key)
        self._header = b""
        self._body: list[bytes] = []
        self._missing = 0

    def add(self, kind: int, payload: bytes) -> None:
        if kind == HEADER:
            self._header = payload
            (self._missing,) = unpack_from(">Q", payload, 4)
        else:
            self._body.append(payload)
            self._missing -= len(payload)
        self.complete = self._missing <= 0

    def publication(self) -> Publication:
        """Raises PreconditionFailed for an expiration that is no number of milliseconds."""
        publication = Publication(*self._address, self._header, b"".join(self._body))
        expiration = publication.properties.get("expiration")
        if expiration is None:
            return publication
        if not expiration.isascii() or not expiration.isdigit():
            raise PreconditionFailed(f"PRECONDITION_FAILED - invalid expiration '{expiration}'")
        return replace(publication, lifetime=int(expiration))


def dead(publication: Publication, queue: str, reason: str, exchange: str, routing_key: str) -> Publication:
    """The dead letter: readdressed, without its expiration, the death recorded as RabbitMQ records it."""
    properties = publication.properties
    headers = properties.get("application_headers") or {}
    expiration = properties.pop("expiration", None)
    earlier = deaths(headers)
    same = [death for death in earlier if (death["queue"], death["reason"]) == (queue, reason)]
    death = {
        "count": 1,
        "exchange": publication.exchange,
        "queue": queue,
        "reason": reason,
        "routing-keys": [publication.routing_key],
        "time": datetime.fromtimestamp(int(time.time()), UTC),
        **({"original-expiration": expiration} if expiration is not None else {}),
    }
    if same:
        death = {**same[0], "count": same[0]["count"] + 1}
    if not earlier:
        headers |= {f"x-first-death-{name}": death[name] for name in ("exchange", "queue", "reason")}
    headers["x-death"] = [death, *(other for other in earlier if other not in same)]
    readdressed = replace(publication, exchange=exchange, routing_key=routing_key, lifetime=inf)
    return readdressed.with_properties({**properties, "application_headers": headers})


def goes_in_circles(publication: Publication, queue: str) -> bool:
    """Whether a dead letter comes back to ``queue`` without anybody having rejected it on the way."""
    reasons = []
    for death in deaths(publication.properties.get("application_headers") or {}):
        reasons.append(death["reason"])
        if death["queue"] == queue:
            return "rejected" not in reasons
    return False


def deaths(headers: dict[str, Any]) -> list[dict[str, Any]]:
    """The ``x-death`` records, latest first; one that a client made up is not taken for a record."""
    records = headers.get("x-death")
    if not isinstance(records, list):
        return []
    known = {"queue", "reason", "count"}
    return [record for record in records if isinstance(record, dict) and known <= record.keys()]
