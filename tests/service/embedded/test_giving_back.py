"""Messages that are given back, by a client or because it was lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.embedded.helpers import (
    OpenChannel,
    a_mortal_queue,
    a_queue,
    a_quorum_queue,
    bodies,
    consume,
    count,
    drain,
    headers_of,
    publish,
    take,
)
from tests.waiting import until


def test_a_requeued_message_comes_again_and_says_so(channel: Any) -> None:
    queue = a_queue(channel)
    publish(channel, queue, b"1")
    publish(channel, queue, b"2")
    first = take(channel, queue, no_ack=False)
    channel.basic_reject(first.delivery_tag, requeue=True)
    again, second = take(channel, queue), take(channel, queue)
    assert (bodies([again, second]), again.delivery_info["redelivered"]) == (["1", "2"], True)
    assert not second.delivery_info["redelivered"]


@pytest.mark.parametrize("kind", ["classic", "quorum"])
@pytest.mark.parametrize("what", ["channel", "connection"])
def test_what_a_lost_client_held_goes_back_in_order(open_channel: OpenChannel, what: str, kind: str) -> None:
    lost, other = open_channel(), open_channel()
    queue = a_quorum_queue(lost) if kind == "quorum" else a_queue(lost)
    for number in range(4):
        publish(lost, queue, str(number).encode())
    taken = consume(lost, queue, prefetch=3)
    drain(lost, taken, 3)
    lost.basic_ack(taken[1].delivery_tag)
    (lost if what == "channel" else lost.connection).close()
    until(lambda: count(other, queue) == 3, 5, "all are back")
    back = [take(other, queue) for _ in range(3)]
    assert bodies(back) == ["0", "2", "3"]
    assert [message.delivery_info["redelivered"] for message in back[:2]] == [True, True]


def test_a_lost_clients_messages_wake_the_next_consumer(open_channel: OpenChannel) -> None:
    lost, other = open_channel(), open_channel()
    queue = a_queue(lost)
    publish(lost, queue)
    first = consume(lost, queue)
    drain(lost, first, 1)
    second = consume(other, queue)
    lost.connection.close()
    drain(other, second, 1)
    assert second[0].delivery_info["redelivered"]


def test_after_its_delivery_limit_a_message_is_dead(channel: Any) -> None:
    queue, dead = a_mortal_queue(channel, x_queue_type="quorum", x_delivery_limit=2)
    publish(channel, queue)
    counts = []
    for _ in range(3):
        message = take(channel, queue, no_ack=False)
        counts.append(headers_of(message)["x-delivery-count"])
        channel.basic_reject(message.delivery_tag, requeue=True)
    assert counts == [0, 1, 2]
    death = headers_of(take(channel, dead))["x-death"][0]
    assert (death["reason"], death["queue"], death["count"]) == ("delivery_limit", queue, 1)
    assert count(channel, queue) == 0


def test_a_message_that_ends_its_consumers_is_dead_after_its_delivery_limit(open_channel: OpenChannel) -> None:
    channel = open_channel()
    queue, dead = a_mortal_queue(channel, x_queue_type="quorum", x_delivery_limit=1)
    publish(channel, queue)
    for _ in range(2):
        victim = open_channel()
        drain(victim, consume(victim, queue), 1)
        victim.connection.close()
    assert headers_of(take(channel, dead))["x-first-death-reason"] == "delivery_limit"
