"""Clients that know nothing of the embedded broker run on it as on RabbitMQ: plain kombu, and nameko's own parts."""

from __future__ import annotations

import uuid
from typing import Any

import eventlet
import kombu
import pytest
from kombu.mixins import ConsumerMixin
from nameko.containers import ServiceContainer
from nameko.events import EventDispatcher, event_handler
from nameko.rpc import RpcProxy, rpc
from nameko.testing.services import entrypoint_hook, entrypoint_waiter


class Job(ConsumerMixin):  # type: ignore[misc]
    """A batch job on plain kombu: takes so many messages, then ends."""

    def __init__(self, connection: Any, queue: Any, number: int) -> None:
        self.connection, self.queue, self.number = connection, queue, number
        self.taken: list[Any] = []

    def get_consumers(self, consumer_class: Any, _channel: Any) -> list[Any]:
        return [consumer_class([self.queue], callbacks=[self.take], prefetch_count=1, accept=["json"])]

    def take(self, body: Any, message: Any) -> None:
        self.taken.append(body)
        message.ack()
        self.should_stop = len(self.taken) == self.number


def test_a_plain_kombu_job_takes_what_a_plain_kombu_producer_sends(uri: str) -> None:
    exchange = kombu.Exchange(f"events-{uuid.uuid4().hex}", "topic")
    queue = kombu.Queue(
        f"job-{uuid.uuid4().hex}", exchange, "certificate.#", queue_arguments={"x-queue-type": "quorum"}
    )
    with kombu.Connection(uri) as connection:
        job = Job(connection, queue, 3)
        queue(connection.default_channel).declare()
        producer = kombu.Producer(connection, exchange)
        for number in range(3):
            producer.publish({"number": number}, routing_key="certificate.issued", retry=True)
        with eventlet.Timeout(10):
            job.run()
    assert job.taken == [{"number": 0}, {"number": 1}, {"number": 2}]


def test_kombus_simple_queue_puts_and_gets(uri: str) -> None:
    with kombu.Connection(uri) as connection, connection.SimpleQueue(f"simple-{uuid.uuid4().hex}") as queue:
        queue.put({"a": 1})
        message = queue.get(timeout=5)
        assert message.payload == {"a": 1}
        message.ack()
        with pytest.raises(queue.Empty):
            queue.get(timeout=0.05)


class Echo:
    """A stock nameko service."""

    name = "echo"
    dispatch = EventDispatcher()

    @rpc  # type: ignore[untyped-decorator]
    def echo(self, text: str) -> str:
        if not text:
            raise ValueError("nothing to echo")
        self.dispatch("echoed", {"text": text})
        return text


class Asker:
    """Another one, that calls the first and hears its events."""

    name = "asker"
    echo = RpcProxy("echo")
    missing = RpcProxy("missing")

    @rpc  # type: ignore[untyped-decorator]
    def ask(self, text: str) -> Any:
        return self.echo.echo(text)

    @rpc  # type: ignore[untyped-decorator]
    def ask_at_once(self, number: int) -> list[str]:
        replies = [self.echo.echo.call_async(str(which)) for which in range(number)]
        return [reply.result() for reply in replies]

    @rpc  # type: ignore[untyped-decorator]
    def ask_nobody(self) -> Any:
        return self.missing.echo("")

    @event_handler("echo", "echoed")  # type: ignore[untyped-decorator]
    def on_echoed(self, payload: dict[str, str]) -> dict[str, str]:
        return payload


@pytest.fixture(scope="session")
def asker(uri: str) -> Any:
    containers = [ServiceContainer(service, {"AMQP_URI": uri}) for service in (Echo, Asker)]
    for container in containers:
        container.start()
    yield containers[1]
    for container in containers:
        container.stop()


def test_namekos_own_rpc_answers(asker: ServiceContainer) -> None:
    with entrypoint_hook(asker, "ask_at_once") as ask:
        assert ask(20) == [str(number) for number in range(20)]


def test_namekos_own_rpc_brings_errors(asker: ServiceContainer) -> None:
    with entrypoint_hook(asker, "ask") as ask, pytest.raises(Exception, match="nothing to echo"):
        ask("")
    with entrypoint_hook(asker, "ask_nobody") as ask, pytest.raises(Exception, match="missing"):
        ask()


def test_namekos_own_events_arrive(asker: ServiceContainer) -> None:
    with entrypoint_hook(asker, "ask") as ask, entrypoint_waiter(asker, "on_echoed", timeout=10) as heard:
        ask("hello")
    assert heard.get() == {"text": "hello"}
