"""Short words for what the tests of the brokers do: queues of some kind, publishing, taking, waiting."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.waiting import until

OpenChannel = Callable[..., Any]


def a_name() -> str:
    return f"test-{uuid.uuid4().hex}"


def a_queue(channel: Any, name: str = "", **arguments: Any) -> str:
    """A durable queue; ``x_max_length=1`` becomes the argument ``x-max-length``."""
    name = name or a_name()
    renamed = {key.replace("_", "-"): value for key, value in arguments.items()}
    channel.queue_declare(name, durable=True, auto_delete=False, arguments=renamed)
    return name


def a_quorum_queue(channel: Any, **arguments: Any) -> str:
    return a_queue(channel, x_queue_type="quorum", **arguments)


def a_mortal_queue(channel: Any, **arguments: Any) -> tuple[str, str]:
    """A queue, and the one where its dead letters end."""
    dead = a_queue(channel)
    queue = a_queue(channel, x_dead_letter_exchange="", x_dead_letter_routing_key=dead, **arguments)
    return queue, dead


def an_exchange(channel: Any, kind: str, **arguments: Any) -> str:
    name = a_name()
    renamed = {key.replace("_", "-"): value for key, value in arguments.items()}
    channel.exchange_declare(name, kind, durable=True, auto_delete=False, arguments=renamed)
    return name


def publish(channel: Any, routing_key: str, body: bytes = b"x", exchange: str = "", **properties: Any) -> None:
    headers = properties.pop("headers", None)
    mandatory = properties.pop("mandatory", False)
    message = channel.prepare_message(body, headers=headers, properties=properties)
    channel.basic_publish(message, exchange=exchange, routing_key=routing_key, mandatory=mandatory)


def take(channel: Any, queue: str, no_ack: bool = True) -> Any:
    """The next message, waited for."""
    return until(lambda: channel.basic_get(queue, no_ack=no_ack), 5, f"a message in {queue}")


def count(channel: Any, queue: str) -> int:
    return int(channel.queue_declare(queue, passive=True).message_count)


def consume(channel: Any, queue: str, prefetch: int = 0, **options: Any) -> list[Any]:
    """Starts a consumer; the list fills while the connection is drained."""
    taken: list[Any] = []
    channel.basic_qos(0, prefetch, False)
    channel.basic_consume(queue, callback=taken.append, **options)
    return taken


def drain(channel: Any, taken: list[Any], number: int) -> None:
    """Reads until ``taken`` holds so many messages."""
    while len(taken) < number:
        channel.connection.drain_events(timeout=5)


def nothing_comes(channel: Any) -> bool:
    """A round trip: whatever the broker sent before its answer has been read by then."""
    channel.basic_qos(0, 0, False)
    with pytest.raises(TimeoutError):
        channel.connection.drain_events(timeout=0.05)
    return True


def bodies(messages: list[Any]) -> list[str]:
    return [bytes(message.body).decode() for message in messages]


def headers_of(message: Any) -> dict[str, Any]:
    return dict(message.properties["application_headers"])
