"""Consumers: windows, turns, ends."""

from __future__ import annotations

from typing import Any

import pytest
from amqp.exceptions import AccessRefused, PreconditionFailed

from tests.service.embedded.helpers import (
    OpenChannel,
    a_queue,
    an_exchange,
    bodies,
    consume,
    count,
    drain,
    nothing_comes,
    publish,
)
from tests.waiting import until


def test_a_delivery_says_where_it_came_from(channel: Any) -> None:
    exchange, queue = an_exchange(channel, "topic"), a_queue(channel)
    channel.queue_bind(queue, exchange, "#")
    taken = consume(channel, queue, consumer_tag="me")
    publish(channel, "a.b", exchange=exchange)
    drain(channel, taken, 1)
    assert taken[0].delivery_info == {
        "consumer_tag": "me", "delivery_tag": 1, "redelivered": False, "exchange": exchange, "routing_key": "a.b",
    }  # fmt: skip


def test_a_consumer_holds_no_more_than_its_prefetch(channel: Any) -> None:
    queue = a_queue(channel)
    taken = consume(channel, queue, prefetch=2)
    for number in range(5):
        publish(channel, queue, str(number).encode())
    drain(channel, taken, 2)
    assert nothing_comes(channel)
    channel.basic_ack(taken[0].delivery_tag)
    drain(channel, taken, 3)
    assert bodies(taken) == ["0", "1", "2"]


def test_one_acknowledgement_may_be_for_all_before_it(channel: Any) -> None:
    queue = a_queue(channel)
    taken = consume(channel, queue, prefetch=2)
    for number in range(4):
        publish(channel, queue, str(number).encode())
    drain(channel, taken, 2)
    channel.basic_ack(taken[1].delivery_tag, multiple=True)
    drain(channel, taken, 4)
    assert nothing_comes(channel)


def test_a_consumer_that_need_not_acknowledge_gets_everything(channel: Any) -> None:
    queue = a_queue(channel)
    taken = consume(channel, queue, prefetch=1, no_ack=True)
    for _ in range(3):
        publish(channel, queue)
    drain(channel, taken, 3)
    channel.close()


def test_consumers_of_a_queue_take_turns(open_channel: OpenChannel) -> None:
    channel = open_channel()
    queue = a_queue(channel)
    one, other = consume(channel, queue), consume(channel, queue)
    for number in range(6):
        publish(channel, queue, str(number).encode())
    while len(one) + len(other) < 6:
        channel.connection.drain_events(timeout=5)
    assert sorted([bodies(one), bodies(other)]) == [["0", "2", "4"], ["1", "3", "5"]]


def test_a_cancelled_consumer_gets_nothing_more_but_may_still_acknowledge(channel: Any) -> None:
    taken: list[Any] = []
    queue = a_queue(channel)
    tag = channel.basic_consume(queue, callback=taken.append)
    publish(channel, queue, b"1")
    drain(channel, taken, 1)
    channel.basic_cancel(tag)
    publish(channel, queue, b"2")
    until(lambda: count(channel, queue) == 1, 5, "the second stays")
    channel.basic_ack(taken[0].delivery_tag)
    channel.close()
    assert bodies(taken) == ["1"]


def test_an_exclusive_consumer_is_the_only_one(open_channel: OpenChannel) -> None:
    one, other = open_channel(), open_channel()
    queue = a_queue(one)
    tag = one.basic_consume(queue, exclusive=True)
    with pytest.raises(AccessRefused):
        other.basic_consume(queue)
    one.basic_cancel(tag)
    other.basic_consume(queue)
    with pytest.raises(AccessRefused):
        one.basic_consume(queue, exclusive=True)


def test_an_empty_queue_has_nothing_to_get(channel: Any) -> None:
    assert channel.basic_get(a_queue(channel)) is None


def test_acknowledging_what_was_never_delivered_is_an_error(channel: Any) -> None:
    channel.basic_ack(42)
    with pytest.raises(PreconditionFailed):
        channel.connection.drain_events(timeout=5)
