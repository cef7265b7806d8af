"""RPC over the real broker and over the embedded one: the same promises on both."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import eventlet
import pytest
from amqp import Message
from eventlet.event import Event

from contracts.errors import DeadlineExceeded, InvalidInput, MalformedCall, RegisterError, TooLarge, Unavailable
from contracts.identity import Identity
from plumbing import topology, wire
from plumbing.context import new_context
from plumbing.rpc import Call, RpcCaller, RpcClient, rpc
from tests.running import Broker, Running, hostile_messages, running, settings_for
from tests.waiting import until

AUTHOR = Identity("author", "BAS", "somebody", ("read", "draft"))


class Other:
    name = "other"
    call = Call()
    served: list[Any] = []
    released = Event()

    @rpc
    def echo(self, value: Any) -> Any:
        self.served.append(value)
        return value

    @rpc
    def who(self) -> dict[str, Any]:
        return {"identity": self.call.identity.to_wire(), "left": self.call.remaining(), "id": self.call.call_id}

    @rpc
    def refuse(self) -> None:
        raise InvalidInput.field("excb", "Must be a code.")

    @rpc
    def break_down(self) -> None:
        raise ValueError("a secret")

    @rpc
    def not_json(self) -> object:
        return object()

    @rpc
    def long(self, size: int) -> str:
        return "x" * size

    @rpc
    def hang(self) -> None:
        self.released.wait()


class Chained:
    name = "chained"
    other = RpcClient("other")

    @rpc
    def who(self) -> Any:
        return self.other.who()


@pytest.fixture(params=["embedded", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> Broker:
    if request.param == "rabbitmq":
        return Broker(request.getfixturevalue("amqp_uri"))
    return Broker(f"embedded://{request.node.name}".replace("[", "-").replace("]", ""))


@pytest.fixture
def services(broker: Broker) -> Iterator[Running]:
    Other.served, Other.released = [], Event()
    with running(settings_for(broker.uri, max_workers=5), Other, Chained) as services:
        yield services
        Other.released.send()


def test_a_call_gives_its_result(services: Running) -> None:
    assert services.call("other", "echo", value={"text": "≤ 40 °C"}) == {"text": "≤ 40 °C"}


def test_the_callers_identity_and_deadline_reach_the_last_service(services: Running) -> None:
    seen = services.call("chained", "who", seconds=3, identity=AUTHOR)
    assert Identity.from_wire(seen["identity"]) == AUTHOR
    assert 0 < seen["left"] <= 3


def test_an_error_crosses_by_its_code_with_its_details(services: Running) -> None:
    with pytest.raises(InvalidInput) as caught:
        services.call("other", "refuse")
    assert caught.value.details == {"errors": [{"field": "excb", "text": "Must be a code."}]}


@pytest.mark.parametrize("method", ["break_down", "not_json"])
def test_an_unexpected_error_crosses_without_its_text(services: Running, method: str) -> None:
    with pytest.raises(RegisterError) as caught:
        services.call("other", method)
    assert type(caught.value) is RegisterError
    assert "secret" not in str(caught.value)


def test_an_answer_that_no_broker_takes_is_an_error_of_that_call_alone(services: Running) -> None:
    with pytest.raises(TooLarge, match="ask for less at once"):
        services.call("other", "long", size=wire.LARGEST_REPLY)
    assert len(services.call("other", "long", size=wire.LARGEST_REPLY - 100)) == wire.LARGEST_REPLY - 100


def test_an_unknown_method_or_argument_is_a_malformed_call(services: Running) -> None:
    calls: list[tuple[str, Any]] = [("nothing", {}), ("_private", {}), ("echo", {}), ("echo", {"value": 1, "other": 2})]
    for method, arguments in calls:
        with pytest.raises(MalformedCall):
            services.call("other", method, **arguments)


def test_a_call_ends_at_its_deadline_and_leaves_nothing_behind(services: Running) -> None:
    started = time.monotonic()
    with pytest.raises(Unavailable):
        services.call("other", "hang", seconds=0.3)
    assert time.monotonic() - started < 2
    caller = next(part for part in services.containers["somebody"].extensions if isinstance(part, RpcCaller))
    assert not caller._waiting
    assert caller._places["other"].balance == 3


def test_waiting_for_the_connection_counts_as_waiting_for_the_answer(
    services: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = services.link("somebody")
    monkeypatch.setattr(link, "wait_up", lambda seconds: eventlet.sleep(seconds * 0.9))
    started = time.monotonic()
    with pytest.raises(Unavailable):
        services.call("other", "hang", seconds=1)
    assert time.monotonic() - started < 1.5


def test_a_call_past_its_deadline_is_not_even_sent(services: Running) -> None:
    with pytest.raises(DeadlineExceeded):
        services.call("other", "echo", seconds=-1, value=1)


def test_a_service_that_hangs_keeps_nobody_from_the_others(services: Running) -> None:
    hung = [eventlet.spawn(services.call, "other", "hang", 1.0) for _ in range(20)]
    eventlet.sleep(0)
    with pytest.raises(Unavailable):
        services.call("other", "echo", seconds=0.2, value=1)
    assert services.call("chained", "ping") == {}
    for greenlet in hung:
        with pytest.raises(Unavailable):
            greenlet.wait()


def test_more_calls_than_places_wait_their_turn(services: Running) -> None:
    calls = [eventlet.spawn(services.call, "other", "echo", value=n) for n in range(12)]
    assert [call.wait() for call in calls] == list(range(12))


def test_a_service_that_nobody_ever_started_is_unavailable_at_once(services: Running) -> None:
    started = time.monotonic()
    with pytest.raises(Unavailable):
        services.call("nowhere", "echo", seconds=10, value=1)
    assert time.monotonic() - started < 2


def test_abandoned_calls_are_never_run(broker: Broker) -> None:
    Other.served = []
    settings = settings_for(broker.uri)
    with running(settings, Other) as services:
        services.call("other", "echo", value="first")
    with running(settings) as services:
        for number in range(20):
            with pytest.raises(Unavailable):
                services.call("other", "echo", seconds=0.05, value=number)
    with running(settings, Other) as services:
        services.call("other", "echo", value="last")
    assert Other.served == ["first", "last"]


def test_twenty_hostile_messages_harm_nobody_and_end_in_the_dead_letters_with_a_reason(
    services: Running, broker: Broker
) -> None:
    sent = hostile_messages(broker, topology.RPC, "other")
    reasons = broker.reasons(topology.DEAD_RPC, sent)
    assert sent == 20
    assert all(reasons)
    assert services.call("other", "echo", value="alive") == "alive"
    assert Other.served == ["alive"]


@pytest.mark.parametrize("name", ["method", "identity", "signature"])
def test_half_a_character_in_a_header_harms_nobody(services: Running, broker: Broker, name: str) -> None:
    headers = wire.request_headers(services.settings.identity_key, "other", "echo", b"{}", new_context())
    properties = {"reply_to": "nowhere", "correlation_id": "1", "content_type": wire.CONTENT_TYPE}
    broker.publish(topology.RPC, "other", b"{}", headers | {name: "\ud800"}, **properties)
    assert broker.reasons(topology.DEAD_RPC, 1) == ["the signature is wrong"]
    assert services.call("other", "echo", value="alive") == "alive"


def test_properties_that_nobody_can_read_harm_nobody(services: Running, broker: Broker) -> None:
    class Spoilt(Message):  # type: ignore[misc]
        def _serialize_properties(self) -> bytes:
            written: bytes = super()._serialize_properties()
            return written.replace(b"spoilt", b"\xff" * 6)

    with broker.channel() as channel:
        channel.basic_publish(Spoilt(b"{}", correlation_id="spoilt"), exchange=topology.RPC, routing_key="other")
    assert broker.reasons(topology.DEAD_RPC, 1) == ["no reply_to"]
    assert services.call("other", "echo", value="alive") == "alive"


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (lambda headers: headers | {"identity": '{"role":"secretariat","scopes":["issue"]}'}, "the signature is wrong"),
        (lambda headers: headers | {"method": "who"}, "the signature is wrong"),
        (lambda headers: headers | {"deadline": f"{time.time() + 50:.3f}"}, "the signature is wrong"),
    ],
)
def test_a_request_that_was_changed_on_its_way_is_refused(
    services: Running, broker: Broker, tamper: Any, reason: str
) -> None:
    key, body = services.settings.identity_key, wire.encode({"value": 1})
    headers = wire.request_headers(key, "other", "echo", body, new_context())
    properties = {"reply_to": "nowhere", "correlation_id": "1", "content_type": wire.CONTENT_TYPE}
    broker.publish(topology.RPC, "other", body, tamper(headers), **properties)
    assert broker.reasons(topology.DEAD_RPC, 1) == [reason]
    assert Other.served == []


def test_a_request_for_one_service_cannot_be_played_to_another(services: Running, broker: Broker) -> None:
    body = wire.encode({})
    headers = wire.request_headers(services.settings.identity_key, "other", "who", body, new_context())
    properties = {"reply_to": "nowhere", "correlation_id": "1", "content_type": wire.CONTENT_TYPE}
    broker.publish(topology.RPC, "chained", body, headers, **properties)
    assert broker.reasons(topology.DEAD_RPC, 1) == ["the signature is wrong"]


def test_a_request_that_comes_too_late_is_refused(services: Running, broker: Broker) -> None:
    body = wire.encode({"value": 1})
    late = new_context(seconds=-1)
    headers = wire.request_headers(services.settings.identity_key, "other", "echo", body, late)
    properties = {"reply_to": "nowhere", "correlation_id": "1", "content_type": wire.CONTENT_TYPE}
    broker.publish(topology.RPC, "other", body, headers, **properties)
    assert broker.reasons(topology.DEAD_RPC, 1) == ["expired"]
    assert Other.served == []


def test_a_service_that_stops_finishes_what_it_began(broker: Broker) -> None:
    class Slow:
        name = "other"

        @rpc
        def work(self) -> str:
            eventlet.sleep(0.5)
            return "done"

    with running(settings_for(broker.uri), Slow) as services:
        answer = eventlet.spawn(services.call, "other", "work")
        until(lambda: len(services.containers["other"]._worker_threads) == 1, 5, "the work began")
        services.containers["other"].stop()
        assert answer.wait() == "done"
