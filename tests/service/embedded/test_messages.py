"""What a message is: its body, its properties, its headers."""

from __future__ import annotations

from typing import Any

from tests.service.embedded.helpers import a_queue, headers_of, publish, take


def test_a_message_arrives_with_its_body_properties_and_headers(channel: Any) -> None:
    queue, headers = a_queue(channel), {"text": "ü", "number": 7, "list": [1, None, True], "table": {"a": 1.5}}
    sent: dict[str, Any] = {
        "correlation_id": "c", "reply_to": "r", "delivery_mode": 2, "message_id": "m", "type": "t", "app_id": "a",
        "timestamp": 1_700_000_000, "expiration": "60000",
    }  # fmt: skip
    publish(channel, queue, b'{"a": 1}', headers=headers, **sent)
    message = take(channel, queue)
    assert message.body == b'{"a": 1}'
    assert message.properties == {**sent, "application_headers": headers}


def test_kombu_sees_the_same_attributes(channel: Any) -> None:
    queue = a_queue(channel)
    message = channel.prepare_message(b"{}", 5, "application/json", "utf-8", {"a": "b"}, {"correlation_id": "c"})
    channel.basic_publish(message, exchange="", routing_key=queue)
    seen = channel.message_to_python(take(channel, queue))
    assert (seen.body, seen.content_type, seen.content_encoding) == ("{}", "application/json", "utf-8")
    assert (seen.headers, seen.properties["correlation_id"], seen.properties["priority"]) == ({"a": "b"}, "c", 5)
    assert (seen.delivery_info["exchange"], seen.delivery_info["routing_key"]) == ("", queue)


def test_a_message_without_content_type_or_body_arrives_as_it_is(channel: Any) -> None:
    queue = a_queue(channel)
    publish(channel, queue, b"")
    seen = channel.message_to_python(take(channel, queue))
    assert (bytes(seen.body or b""), seen.content_type, seen.headers) == (b"", None, {})


def test_a_large_body_arrives_whole(channel: Any) -> None:
    queue, body = a_queue(channel), bytes(range(256)) * 20_000
    publish(channel, queue, body)
    assert take(channel, queue).body == body


def test_the_publisher_may_change_its_message_afterwards(channel: Any) -> None:
    queue = a_queue(channel)
    message = channel.prepare_message(b"x", headers={"a": "before"}, properties={})
    channel.basic_publish(message, exchange="", routing_key=queue)
    message.properties["application_headers"]["a"] = "after"
    assert headers_of(take(channel, queue)) == {"a": "before"}
