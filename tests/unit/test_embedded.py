"""The embedded broker where RabbitMQ has no part: separate brokers, sleeping readers, cut connections, topics."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
import kombu
import pytest
from amqp.exceptions import AMQPNotImplementedError

from plumbing import embedded
from plumbing.embedded.broker import topic_matches

embedded.register()


def a_broker() -> str:
    """The address of a broker that nobody else knows."""
    return f"embedded://{uuid.uuid4().hex}"


@contextmanager
def a_channel(uri: str) -> Iterator[Any]:
    with kombu.Connection(uri) as connection:
        yield connection.channel()


def publish(channel: Any, queue: str, body: bytes = b"x") -> None:
    channel.basic_publish(channel.prepare_message(body), exchange="", routing_key=queue)


@pytest.mark.parametrize(
    ("pattern", "key", "fits"),
    [
        ("a.b", "a.b", True),
        ("a.b", "a.c", False),
        ("a.*", "a.b", True),
        ("a.*", "a", False),
        ("a.*", "a.b.c", False),
        ("a.#", "a", True),
        ("a.#", "a.b.c", True),
        ("#", "", True),
        ("#.c", "a.b.c", True),
        ("#.c", "a.b.d", False),
        ("*.#.c", "c", False),
        ("a.#.#", "a", True),
    ],
)
def test_a_star_is_one_word_and_a_hash_any_number(pattern: str, key: str, fits: bool) -> None:
    assert topic_matches(pattern, key) is fits


def test_brokers_of_different_names_and_virtual_hosts_are_separate() -> None:
    uri = a_broker()
    with a_channel(uri) as one, a_channel(f"{uri}/other") as other, a_channel(a_broker()) as third:
        one.queue_declare("q")
        for channel in (other, third):
            with pytest.raises(channel.connection.channel_errors, match="NOT_FOUND"):
                channel.queue_declare("q", passive=True)


def test_a_queue_outlives_the_connections_to_its_broker() -> None:
    uri = a_broker()
    with a_channel(uri) as channel:
        channel.queue_declare("q", auto_delete=False)
        publish(channel, "q")
    with a_channel(uri) as channel:
        assert channel.queue_declare("q", passive=True).message_count == 1


def test_a_sleeping_reader_wakes_when_a_message_comes() -> None:
    uri, taken = a_broker(), eventlet.event.Event()
    with a_channel(uri) as consumer, a_channel(uri) as publisher:
        consumer.queue_declare("q")
        consumer.basic_consume("q", callback=taken.send)
        reader = eventlet.spawn(consumer.connection.drain_events)
        eventlet.sleep(0)
        publish(publisher, "q", b"hello")
        assert taken.wait(timeout=5).body == b"hello"
        reader.wait()


def test_a_sleeping_reader_wakes_when_an_acknowledgement_opens_its_window() -> None:
    with a_channel(a_broker()) as channel:
        taken: list[Any] = []
        channel.queue_declare("q")
        channel.basic_qos(0, 1, False)
        channel.basic_consume("q", callback=taken.append)
        publish(channel, "q", b"1")
        # py-amqp reads what is there before it publishes, the first message with it.
        publish(channel, "q", b"2")
        reader = eventlet.spawn(channel.connection.drain_events)
        eventlet.sleep(0)
        assert len(taken) == 1
        channel.basic_ack(taken[0].delivery_tag)
        reader.wait()
        assert taken[1].body == b"2"


def test_a_sleeping_reader_wakes_with_an_error_when_its_connection_is_cut() -> None:
    with a_channel(a_broker()) as channel:
        reader = eventlet.spawn(channel.connection.drain_events)
        eventlet.sleep(0)
        channel.connection.transport.close()
        with pytest.raises(OSError, match="closed"):
            reader.wait()


def test_a_cut_connection_takes_no_more_and_its_messages_go_to_others() -> None:
    uri = a_broker()
    with a_channel(uri) as cut, a_channel(uri) as other:
        cut.queue_declare("q", auto_delete=False)
        publish(cut, "q")
        cut.basic_get("q")
        cut.connection.transport.close()
        with pytest.raises(OSError, match="closed"):
            publish(cut, "q")
        assert other.basic_get("q").delivery_info["redelivered"]


def test_reading_ends_with_a_timeout_when_nothing_comes() -> None:
    with a_channel(a_broker()) as channel, pytest.raises(TimeoutError):
        channel.connection.drain_events(timeout=0.01)


def test_heartbeats_are_answered() -> None:
    with kombu.Connection(a_broker(), heartbeat=20) as connection:
        connection.connect()
        received = connection.connection.bytes_recv
        connection.connection.send_heartbeat()
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=0.01)
        assert connection.connection.bytes_recv == received + 1


def test_what_the_broker_does_not_know_ends_the_connection_with_an_error() -> None:
    with a_channel(a_broker()) as channel, pytest.raises(AMQPNotImplementedError, match="NOT_IMPLEMENTED"):
        channel.tx_select()
