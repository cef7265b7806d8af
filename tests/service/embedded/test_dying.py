"""Messages that die: rejected, expired, pushed out; and what their records say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.service.embedded.helpers import (
    OpenChannel,
    a_mortal_queue,
    a_name,
    a_queue,
    an_exchange,
    bodies,
    consume,
    count,
    drain,
    headers_of,
    publish,
    take,
)
from tests.waiting import until


def test_a_dead_letter_tells_of_its_death(channel: Any) -> None:
    exchange = an_exchange(channel, "topic")
    queue, dead = a_mortal_queue(channel)
    channel.queue_bind(queue, exchange, "#")
    publish(channel, "the.key", b"body", exchange, headers={"own": "header"}, correlation_id="c", expiration="60000")
    channel.basic_reject(take(channel, queue, no_ack=False).delivery_tag, requeue=False)
    letter = take(channel, dead)
    headers = headers_of(letter)
    (death,) = headers.pop("x-death")
    assert isinstance(death.pop("time"), datetime)
    assert death == {
        "count": 1, "reason": "rejected", "queue": queue, "exchange": exchange, "routing-keys": ["the.key"],
        "original-expiration": "60000",
    }  # fmt: skip
    assert headers == {
        "own": "header",
        "x-first-death-exchange": exchange,
        "x-first-death-queue": queue,
        "x-first-death-reason": "rejected",
    }
    assert (letter.body, letter.properties["correlation_id"]) == (b"body", "c")
    assert "expiration" not in letter.properties
    assert (letter.delivery_info["exchange"], letter.delivery_info["routing_key"]) == ("", dead)


def test_a_dead_letter_keeps_its_key_where_the_queue_names_none(channel: Any) -> None:
    exchange, dead = an_exchange(channel, "topic"), a_queue(channel)
    channel.queue_bind(dead, exchange, "#")
    queue = a_queue(channel, x_dead_letter_exchange=exchange)
    publish(channel, queue)
    channel.basic_reject(take(channel, queue, no_ack=False).delivery_tag, requeue=False)
    assert take(channel, dead).delivery_info["routing_key"] == queue


@pytest.mark.parametrize("exchange", [None, "an-exchange-that-nobody-declared"])
def test_a_rejected_message_without_anywhere_to_go_is_gone(channel: Any, exchange: str | None) -> None:
    queue = a_queue(channel, **({"x_dead_letter_exchange": exchange} if exchange else {}))
    publish(channel, queue)
    channel.basic_reject(take(channel, queue, no_ack=False).delivery_tag, requeue=False)
    assert channel.basic_get(queue) is None


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_a_message_dies_at_its_expiration_though_nobody_looks(open_channel: OpenChannel, kind: str) -> None:
    publisher, mourner = open_channel(), open_channel()
    queue, dead = a_mortal_queue(publisher, x_queue_type=kind)
    letters = consume(mourner, dead)
    publish(publisher, queue, b"late", expiration="50")
    drain(mourner, letters, 1)
    (death,) = headers_of(letters[0])["x-death"]
    assert (death["reason"], death["original-expiration"], death["queue"]) == ("expired", "50", queue)
    assert count(publisher, queue) == 0


def test_a_queues_own_time_limit_holds_for_all_its_messages(channel: Any) -> None:
    queue, dead = a_mortal_queue(channel, x_message_ttl=50)
    publish(channel, queue, b"1", expiration="60000")
    publish(channel, queue, b"2")
    assert bodies([take(channel, dead), take(channel, dead)]) == ["1", "2"]


def test_a_message_that_may_not_wait_is_for_a_waiting_consumer_only(open_channel: OpenChannel) -> None:
    channel = open_channel()
    queue, dead = a_mortal_queue(channel)
    publish(channel, queue, b"nobody waits", expiration="0")
    assert take(channel, dead).body == b"nobody waits"
    taken = consume(channel, queue)
    publish(channel, queue, b"somebody waits", expiration="0")
    drain(channel, taken, 1)


def test_a_held_message_does_not_expire_but_one_that_comes_back_too_late_does(channel: Any) -> None:
    queue, dead = a_mortal_queue(channel, x_message_ttl=50)
    publish(channel, queue, b"held")
    held = take(channel, queue, no_ack=False)
    publish(channel, queue, b"waits")
    assert take(channel, dead).body == b"waits"
    channel.basic_reject(held.delivery_tag, requeue=True)
    assert take(channel, dead).body == b"held"


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_a_full_queue_buries_its_oldest(channel: Any, kind: str) -> None:
    queue, dead = a_mortal_queue(channel, x_queue_type=kind, x_max_length=2)
    for number in range(4):
        publish(channel, queue, str(number).encode())
    letters = [take(channel, dead), take(channel, dead)]
    assert bodies(letters) == ["0", "1"]
    assert headers_of(letters[0])["x-first-death-reason"] == "maxlen"
    assert bodies([take(channel, queue), take(channel, queue)]) == ["2", "3"]


def test_dying_twice_in_one_place_is_counted(channel: Any) -> None:
    queue, dead = a_mortal_queue(channel)
    publish(channel, queue, b"again")
    for _ in range(2):
        channel.basic_reject(take(channel, queue, no_ack=False).delivery_tag, requeue=False)
        letter = take(channel, dead)
        properties = dict(letter.properties)
        publish(channel, queue, b"again", headers=properties.pop("application_headers"), **properties)
    channel.basic_reject(take(channel, queue, no_ack=False).delivery_tag, requeue=False)
    (death,) = headers_of(take(channel, dead))["x-death"]
    assert (death["count"], death["reason"]) == (3, "rejected")


def test_deaths_are_told_latest_first(channel: Any) -> None:
    last = a_queue(channel)
    second = a_queue(channel, x_dead_letter_exchange="", x_dead_letter_routing_key=last, x_message_ttl=20)
    first = a_queue(channel, x_dead_letter_exchange="", x_dead_letter_routing_key=second)
    publish(channel, first)
    channel.basic_reject(take(channel, first, no_ack=False).delivery_tag, requeue=False)
    headers = headers_of(take(channel, last))
    assert [(death["reason"], death["queue"]) for death in headers["x-death"]] == [
        ("expired", second),
        ("rejected", first),
    ]
    assert (headers["x-first-death-reason"], headers["x-first-death-queue"]) == ("rejected", first)


def test_a_message_does_not_die_in_circles(channel: Any) -> None:
    queue, witness = a_name(), a_queue(channel)
    exchange = an_exchange(channel, "fanout")
    a_queue(channel, queue, x_dead_letter_exchange=exchange, x_message_ttl=20)
    channel.queue_bind(queue, exchange, "")
    channel.queue_bind(witness, exchange, "")
    publish(channel, queue)
    assert headers_of(take(channel, witness))["x-death"][0]["count"] == 1
    until(lambda: count(channel, queue) == 0, 5, "the queue is empty")
    assert channel.basic_get(witness) is None


def test_a_made_up_record_of_deaths_does_no_harm(channel: Any) -> None:
    queue, dead = a_mortal_queue(channel)
    publish(channel, queue, headers={"x-death": "never"})
    channel.basic_reject(take(channel, queue, no_ack=False).delivery_tag, requeue=False)
    assert headers_of(take(channel, dead))["x-death"][0]["reason"] == "rejected"
