"""Services in this process, for tests of what plumbing does with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kombu
from nameko.containers import ServiceContainer

from contracts.identity import GUEST, Identity
from plumbing.link import Link
from plumbing.rpc import RpcCaller, RpcClient, Target
from plumbing.run import runner_for
from plumbing.settings import Settings
from tests.waiting import until

KEY = "a key for tests, long enough for one"


def settings_for(amqp_uri: str, database_url: str = "sqlite://", **overrides: Any) -> Settings:
    values: dict[str, Any] = {
        "amqp_uri": amqp_uri,
        "database_url": database_url,
        "identity_key": KEY,
        "blob_url": "memory://",
        "index_path": Path("/nonexistent"),
        "replica": "one",
        "web_address": "127.0.0.1:0",
        "health_address": "",
        "public_url": "http://register.example",
        "max_workers": 10,
        "rpc_timeout": 5.0,
        "demonstration": False,
        "log_level": "WARNING",
    }
    return Settings(**values | overrides)


class Somebody:
    """A service that only calls others; ``Running.call`` speaks through it."""

    name = "somebody"
    other = RpcClient("other")


@dataclass
class Running:
    """Services that run, and a way to call them as anybody."""

    containers: dict[str, ServiceContainer]
    settings: Settings

    def call(self, target: str, method: str, seconds: float = 5.0, identity: Identity = GUEST, **arguments: Any) -> Any:
        caller = next(part for part in self.containers["somebody"].extensions if isinstance(part, RpcCaller))
        acting = Target(caller, target, None).acting_for(identity, seconds)  # type: ignore[arg-type]
        return getattr(acting, method)(**arguments)

    def link(self, service: str) -> Link:
        return next(part for part in self.containers[service].extensions if isinstance(part, Link))


@contextmanager
def running(settings: Settings, *classes: Any) -> Iterator[Running]:
    """Runs the service classes, and Somebody beside them, until the block ends."""
    runner = runner_for([*classes, Somebody], settings)
    runner.start()
    services = Running(dict(runner.service_map), settings)
    try:
        for name in services.containers:
            until(lambda name=name: services.link(name).up, 10, f"{name} connected")  # type: ignore[misc]
        yield services
    finally:
        runner.stop()


@dataclass
class Broker:
    """A look at the broker from outside."""

    uri: str

    @contextmanager
    def channel(self) -> Iterator[Any]:
        with kombu.Connection(self.uri) as connection:
            yield connection.channel()

    def publish(self, exchange: str, routing_key: str, body: bytes, headers: Any = None, **properties: Any) -> None:
        with self.channel() as channel:
            kinds = {name: properties.pop(name, None) for name in ("content_type", "content_encoding")}
            message = channel.prepare_message(body, headers=headers or {}, properties=properties, **kinds)
            channel.basic_publish(message, exchange=exchange, routing_key=routing_key)

    def take(self, queue: str) -> tuple[bytes, dict[str, Any]] | None:
        """The body and the headers of the next message on ``queue``, if there is one."""
        with self.channel() as channel:
            message = channel.basic_get(queue, no_ack=True)
            if message is None:
                return None
            body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
            return body, dict(message.properties.get("application_headers") or getattr(message, "headers", None) or {})

    def consumers(self, queue: str) -> int:
        """How many take from ``queue``; none where there is no such queue."""
        with self.channel() as channel:
            try:
                count: int = channel.queue_declare(queue, passive=True).consumer_count
            except channel.connection.channel_errors:
                return 0
            return count

    def take_all(self, queue: str, count: int, seconds: float = 10) -> list[tuple[bytes, dict[str, Any]]]:
        """Exactly ``count`` messages from ``queue``, waited for."""
        taken: list[tuple[bytes, dict[str, Any]]] = []

        def enough() -> bool:
            message = self.take(queue)
            if message is not None:
                taken.append(message)
            return len(taken) >= count

        until(enough, seconds, f"{count} messages on {queue}", pause=0.005)
        return taken

    def reasons(self, queue: str, count: int) -> list[str]:
        return [reason_of(headers) for _body, headers in self.take_all(queue, count)]


def reason_of(headers: dict[str, Any]) -> str:
    """Why a message was dead-lettered: our own words, else the broker's."""
    deaths = headers.get("x-death") or [{}]
    return str(headers.get("reason") or deaths[0].get("reason"))


HostileMessage = Callable[[Broker, str, str], None]
BIG = 5 * 1024 * 1024


def hostile_messages(broker: Broker, exchange: str, routing_key: str) -> int:
    """Publishes twenty messages that no service can take. Returns how many."""
    good = {"content_type": "application/json", "reply_to": "amq.rabbitmq.nowhere", "correlation_id": "1"}
    headers = {"method": "allocate", "deadline": "1", "call_id": "x", "identity": "{}", "signature": "0" * 64}
    variants: list[tuple[bytes, Any, dict[str, Any]]] = [
        (b"{}", headers, {"content_type": "application/json"}),
        (b"{}", headers, {"reply_to": "x", "correlation_id": "1"}),
        (b"{}", headers, {**good, "content_type": "text/plain"}),
        (b"{}", headers, {**good, "content_type": "application/x-python-serialize"}),
        (b"", headers, good),
        (b"not json", headers, good),
        (b"\xff\xfe\x00", headers, good),
        (b"[1, 2]", headers, good),
        (b'"text"', headers, good),
        (b"[" * 100_000, headers, good),
        (b"{" + b" " * BIG + b"}", headers, good),
        (b"{}", headers, good),
        (b"{}", {}, good),
        (b"{}", {**headers, "signature": None}, good),
        (b"{}", {**headers, "signature": 7}, good),
        (b"{}", {**headers, "identity": '{"role": "secretariat"}'}, good),
        (b"{}", {**headers, "deadline": "NaN"}, good),
        (b"{}", {**headers, "method": {"a": 1}}, good),
        (b"{}", headers, {**good, "content_encoding": "utf-16"}),
        (json.dumps({"args": [], "kwargs": {}}).encode(), {"nameko.call_id_stack": ["x"]}, good),
    ]
    for body, message_headers, properties in variants:
        broker.publish(exchange, routing_key, body, message_headers, **properties)
    return len(variants)
