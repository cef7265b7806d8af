"""An event as its consumer gets it, and what of it is the same each time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import kombu

from contracts.events import EXCHANGE
from tests.stack import Register
from tests.waiting import until

GOLDEN = Path(__file__).parent / "golden"
WITHIN = 20.0

Published = tuple[bytes, dict[str, Any]]


@contextmanager
def listening(register: Register, routing_key: str) -> Iterator[Callable[[], Published]]:
    """Gives a function that waits for the first event of this routing key since then."""
    with kombu.Connection(register.environment["AMQP_URI"]) as connection:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).queue
        channel.queue_bind(queue, EXCHANGE, routing_key)

        def first_event() -> Published:
            message = until(lambda: channel.basic_get(queue, no_ack=True), WITHIN, "the event is published")
            body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
            return body, {**message.properties, "routing_key": message.delivery_info["routing_key"]}

        yield first_event


def without_what_differs(body: bytes) -> str:
    """The event with a placeholder for each value that is another one each time."""
    text = body.decode()
    envelope = json.loads(text)
    told = envelope.get("certificate") or envelope["report"]
    today = date.fromisoformat(told.get("date_of_issue") or told["registered_on"]).isoformat()
    for pattern, placeholder in (
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<moment>"),
        (re.escape(today), "<today>"),
        (r'(?<="change_no":)( ?)\d+', r"\1<number in the log>"),
        (re.escape(told["base_number"]), "<number>"),
    ):
        text = re.sub(pattern, placeholder, text)
    return text
