"""Declaring exchanges and queues, and how queues end."""

from __future__ import annotations

from typing import Any

import pytest
from amqp.exceptions import ConsumerCancelled, NotFound, PreconditionFailed, ResourceLocked

from tests.service.embedded.helpers import OpenChannel, a_name, a_queue, an_exchange, consume, count, publish, take
from tests.waiting import until


def test_the_broker_names_a_queue_that_has_no_name(channel: Any) -> None:
    declared = channel.queue_declare("", exclusive=True)
    assert declared.queue.startswith("amq.gen-")
    assert (declared.message_count, declared.consumer_count) == (0, 0)


def test_declaring_the_same_again_changes_nothing(channel: Any) -> None:
    queue = a_queue(channel, x_max_length=5)
    publish(channel, queue)
    until(lambda: count(channel, queue), 5, "the message is there")
    a_queue(channel, queue, x_max_length=5)
    assert count(channel, queue) == 1


@pytest.mark.parametrize("changed", [{"x_max_length": 6}, {"x_message_ttl": 1}, {}])
def test_declaring_a_queue_differently_is_refused(channel: Any, changed: dict[str, Any]) -> None:
    queue = a_queue(channel, x_max_length=5)
    with pytest.raises(PreconditionFailed):
        a_queue(channel, queue, **changed)


def test_declaring_an_exchange_differently_is_refused(channel: Any) -> None:
    exchange = an_exchange(channel, "topic")
    for kind, durable in (("direct", True), ("topic", False)):
        with pytest.raises(PreconditionFailed):
            channel.exchange_declare(exchange, kind, durable=durable, auto_delete=False)


def test_asking_for_what_is_not_there_is_refused(channel: Any) -> None:
    for ask in (channel.queue_declare, lambda name, passive: channel.exchange_declare(name, "topic", passive=passive)):
        with pytest.raises(NotFound):
            ask(a_name(), passive=True)
    with pytest.raises(NotFound):
        channel.basic_consume(a_name())
    with pytest.raises(NotFound):
        channel.queue_bind(a_queue(channel), a_name(), "key")


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ({"durable": False, "auto_delete": False}, {"x-queue-type": "quorum"}),
        ({"durable": True, "auto_delete": True}, {"x-queue-type": "quorum"}),
        ({"durable": True, "auto_delete": False, "exclusive": True}, {"x-queue-type": "quorum"}),
        ({"durable": True, "auto_delete": False}, {"x-delivery-limit": 3}),
    ],
)
def test_a_queue_of_a_kind_that_cannot_be_is_refused(channel: Any, options: Any, arguments: Any) -> None:
    with pytest.raises(PreconditionFailed):
        channel.queue_declare(a_name(), arguments=arguments, **options)


def test_a_channel_is_of_use_after_an_error_but_its_consumers_are_gone(channel: Any) -> None:
    queue = a_queue(channel)
    taken = consume(channel, queue)
    with pytest.raises(NotFound):
        channel.queue_declare(a_name(), passive=True)
    publish(channel, queue)
    assert take(channel, queue).body == b"x"
    assert taken == []


def test_an_exclusive_queue_is_for_its_connection_and_ends_with_it(open_channel: OpenChannel) -> None:
    owner, other, queue = open_channel(), open_channel(), a_name()
    owner.queue_declare(queue, exclusive=True)
    for touch in (other.basic_get, other.queue_declare, other.basic_consume, other.queue_purge):
        with pytest.raises(ResourceLocked):
            touch(queue)
    owner.connection.close()
    with pytest.raises(NotFound):
        other.queue_declare(queue, passive=True)


def test_an_automatic_queue_ends_with_its_last_consumer(channel: Any) -> None:
    queue = a_name()
    channel.queue_declare(queue, auto_delete=True)
    tags = [channel.basic_consume(queue) for _ in range(2)]
    channel.basic_cancel(tags[0])
    assert channel.queue_declare(queue, passive=True).consumer_count == 1
    channel.basic_cancel(tags[1])
    with pytest.raises(NotFound):
        channel.queue_declare(queue, passive=True)


def test_a_queue_that_nobody_uses_expires(open_channel: OpenChannel) -> None:
    channel, observer = open_channel(), open_channel()
    exchange, queue, kept = (
        an_exchange(channel, "fanout"),
        a_queue(channel, x_expires=300),
        a_queue(channel, x_expires=300),
    )
    consume(channel, kept)
    for name in (queue, kept):
        channel.queue_bind(name, exchange, "")
    unrouted: list[Any] = []
    observer.events["basic_return"].add(lambda *returned: unrouted.append(returned))

    def is_gone() -> bool:
        publish(observer, queue, mandatory=True)
        observer.basic_qos(0, 0, False)
        return bool(unrouted)

    until(is_gone, 5, "the queue expired")
    assert channel.queue_declare(kept, passive=True).consumer_count == 1


def test_deleting_a_queue_tells_its_consumers(open_channel: OpenChannel) -> None:
    consumer, other = open_channel(), open_channel()
    told: list[str] = []
    queue = a_queue(consumer)
    consumer.basic_consume(queue, consumer_tag="told", on_cancel=told.append)
    other.queue_delete(queue)
    consumer.connection.drain_events(timeout=5)
    assert told == ["told"]
    queue = a_queue(consumer)
    consumer.basic_consume(queue)
    other.queue_delete(queue)
    with pytest.raises(ConsumerCancelled):
        consumer.connection.drain_events(timeout=5)


def test_purging_and_deleting_say_how_many_messages_went(channel: Any) -> None:
    queue = a_queue(channel)
    for work in (channel.queue_purge, channel.queue_delete):
        publish(channel, queue)
        publish(channel, queue)
        until(lambda: count(channel, queue) == 2, 5, "both are there")
        assert work(queue) == 2
    assert channel.queue_delete(queue) == 0
