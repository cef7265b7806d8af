"""Which queues a message goes to, what comes back, and what is confirmed."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from amqp.exceptions import NotFound, PreconditionFailed

from plumbing.embedded.broker import topic_matches
from tests.service.embedded.helpers import (
    OpenChannel,
    a_name,
    a_queue,
    an_exchange,
    bodies,
    count,
    drain,
    publish,
    take,
)
from tests.waiting import until


def test_a_direct_exchange_goes_by_the_whole_key_and_a_fanout_by_none(channel: Any) -> None:
    direct, fanout = an_exchange(channel, "direct"), an_exchange(channel, "fanout")
    one, other = a_queue(channel), a_queue(channel)
    for exchange, queue in product((direct, fanout), (one, other)):
        channel.queue_bind(queue, exchange, f"to-{queue}")
    publish(channel, f"to-{one}", b"direct", direct)
    publish(channel, "whatever", b"fanout", fanout)
    assert bodies([take(channel, one), take(channel, one)]) == ["direct", "fanout"]
    assert bodies([take(channel, other)]) == ["fanout"]


def test_topics_match_as_the_embedded_rule_says(channel: Any) -> None:
    words = ["", "a", "b", "*", "#"]
    patterns = ["", *words[1:], *(".".join(pair) for pair in product(words, words)), "a.#.b", "#.a.#", "*.#.*", "a.*.#"]
    keys = ["", "a", "b", "a.b", "b.a", "a.a.b", "a.b.a.b", ".", "a.", ".a", "a..b", "c"]
    exchange, queues = an_exchange(channel, "topic"), {}
    for pattern in dict.fromkeys(patterns):
        queues[pattern] = channel.queue_declare("", exclusive=True).queue
        channel.queue_bind(queues[pattern], exchange, pattern)
    for key in keys:
        publish(channel, key, f"<{key}>".encode(), exchange)
    for pattern, queue in queues.items():
        expected = [f"<{key}>" for key in keys if topic_matches(pattern, key)]
        assert bodies([take(channel, queue) for _ in expected]) == expected
        assert count(channel, queue) == 0, pattern


def test_a_queue_bound_twice_gets_one_copy(channel: Any) -> None:
    exchange, queue = an_exchange(channel, "topic"), a_queue(channel)
    for pattern in ("a.*", "#", "#"):
        channel.queue_bind(queue, exchange, pattern)
    publish(channel, "a.b", b"once", exchange)
    publish(channel, "c", b"last", exchange)
    assert bodies([take(channel, queue), take(channel, queue)]) == ["once", "last"]


def test_what_nobody_is_bound_to_takes_the_alternate_exchange(channel: Any) -> None:
    alternate = an_exchange(channel, "fanout")
    exchange = an_exchange(channel, "topic", alternate_exchange=alternate)
    bound, unrouted = a_queue(channel), a_queue(channel)
    channel.queue_bind(bound, exchange, "known.#")
    channel.queue_bind(unrouted, alternate, "")
    publish(channel, "known.event", b"known", exchange)
    publish(channel, "new.event", b"new", exchange, mandatory=True)
    message = take(channel, unrouted)
    assert (message.body, message.delivery_info["exchange"]) == (b"new", exchange)
    assert message.delivery_info["routing_key"] == "new.event"
    assert (take(channel, bound).body, count(channel, unrouted)) == (b"known", 0)


def test_a_mandatory_message_that_no_queue_takes_is_returned(channel: Any) -> None:
    returned: list[Any] = []
    channel.events["basic_return"].add(lambda *arguments: returned.append(arguments))
    name = a_name()
    publish(channel, name, b"back", mandatory=True, correlation_id="c")
    publish(channel, name, b"dropped")
    drain(channel, returned, 1)
    error, exchange, routing_key, message = returned[0]
    assert (error.reply_code, error.reply_text, exchange, routing_key) == (312, "NO_ROUTE", "", name)
    assert (message.body, message.properties) == (b"back", {"correlation_id": "c"})
    with pytest.raises(NotFound):
        channel.queue_declare(name, passive=True)


def test_publishing_to_an_exchange_that_nobody_declared_is_an_error(channel: Any) -> None:
    publish(channel, "key", exchange=a_name())
    with pytest.raises(NotFound):
        channel.connection.drain_events(timeout=5)


def test_confirmed_publishing_returns_or_raises_at_the_caller(open_channel: OpenChannel) -> None:
    channel = open_channel(transport_options={"confirm_publish": True})
    queue = a_queue(channel)
    publish(channel, queue, mandatory=True)
    assert count(channel, queue) == 1
    with pytest.raises(channel.connection.channel_errors, match="NO_ROUTE"):
        publish(channel, a_name(), mandatory=True)
    with pytest.raises(NotFound):
        publish(channel, "key", exchange=a_name())


def test_confirms_are_counted_from_one(channel: Any) -> None:
    confirmed: list[int] = []
    channel.confirm_select()
    channel.events["basic_ack"].add(lambda tag, _multiple: confirmed.append(tag))
    queue = a_queue(channel)
    for _ in range(3):
        publish(channel, queue)
    until(lambda: channel.connection.drain_events(timeout=5) or confirmed[-1] == 3, 5, "three confirms")


def test_an_expiration_that_is_no_number_is_refused(channel: Any) -> None:
    publish(channel, a_queue(channel), expiration="soon")
    with pytest.raises(PreconditionFailed):
        channel.connection.drain_events(timeout=5)
