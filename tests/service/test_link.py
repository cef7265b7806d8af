"""What the link does when the line to the broker fails in each of the ways lines fail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import eventlet
import pytest
from eventlet.event import Event
from nameko.extensions import DependencyProvider

from contracts.errors import Unavailable
from plumbing import link as link_module
from plumbing import sockets, topology
from plumbing.confirms import Confirms
from plumbing.rpc import RpcServer, rpc
from tests.proxy import Proxy
from tests.running import Broker, Running, running, settings_for
from tests.waiting import until


class Other:
    name = "other"
    began: list[int] = []
    go = Event()

    @rpc
    def echo(self, value: int) -> int:
        return value

    @rpc
    def held(self, value: int) -> int:
        self.began.append(value)
        self.go.wait()
        return value


class Curtain(DependencyProvider):  # type: ignore[misc]
    """Keeps its service from taking requests until the test says so."""

    server = RpcServer()

    def setup(self) -> None:
        self.server.hold()


class Held:
    name = "held"
    curtain = Curtain()

    @rpc
    def echo(self, value: int) -> int:
        return value


@pytest.fixture
def proxy(amqp_uri: str) -> Iterator[Proxy]:
    parts = urlsplit(amqp_uri)
    proxy = Proxy((str(parts.hostname), parts.port or 5672))
    yield proxy
    proxy.close()


@pytest.fixture
def services(amqp_uri: str, proxy: Proxy) -> Iterator[Running]:
    Other.began, Other.go = [], Event()
    parts = urlsplit(amqp_uri)
    uri = parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@{proxy.address}").geturl()
    with running(settings_for(uri), Other, Held) as services:
        yield services
        if not Other.go.ready():
            Other.go.send()


@pytest.mark.parametrize("cut", [False, True])
def test_what_is_held_back_waits_until_it_is_released_even_while_the_line_is_cut(
    services: Running, proxy: Proxy, cut: bool
) -> None:
    with pytest.raises(Unavailable, match="did not answer in time"):
        services.call("held", "echo", seconds=0.3, value=1)
    if cut:
        proxy.cut()
        until(lambda: not services.link("held").up, 5, "the line is down")
    curtain = next(part for part in services.containers["held"].dependencies if isinstance(part, Curtain))
    curtain.server.release()
    until(lambda: _echoes(services, "held"), 10, "an answer")


def test_a_cut_line_fails_the_calls_that_wait_and_heals_by_itself(services: Running, proxy: Proxy) -> None:
    waiting = [eventlet.spawn(services.call, "other", "held", 20.0, value=n) for n in range(3)]
    until(lambda: len(Other.began) == 3, 5, "three calls began")
    started = time.monotonic()
    proxy.cut()
    for greenlet in waiting:
        with pytest.raises(Unavailable):
            greenlet.wait()
    assert time.monotonic() - started < 10
    Other.go.send()
    until(lambda: _echoes(services), 10, "an answer over the new line")


def _echoes(services: Running, target: str = "other") -> bool:
    try:
        return bool(services.call(target, "echo", seconds=1, value=1) == 1)
    except Unavailable:
        return False


def test_a_request_whose_worker_lost_the_line_is_delivered_again(services: Running, proxy: Proxy) -> None:
    eventlet.spawn_n(_ignoring_unavailable, services)
    until(lambda: Other.began == [7], 5, "the call began")
    proxy.cut()
    until(lambda: Other.began == [7, 7], 10, "it was delivered again")


def _ignoring_unavailable(services: Running) -> None:
    with pytest.raises(Unavailable):
        services.call("other", "held", 20.0, value=7)


def test_confirms_that_never_come_are_an_error_in_time(services: Running, proxy: Proxy) -> None:
    link = services.link("somebody")
    started = time.monotonic()
    with proxy.swallowing_answers(), pytest.raises(Unavailable):
        link.publish_confirmed(topology.EVENTS, [("certificate.x", b"{}", {})], 0.5)
    assert time.monotonic() - started < 3
    until(lambda: _confirms(services), 10, "confirms over the new line")


def _confirms(services: Running) -> bool:
    try:
        services.link("somebody").publish_confirmed(topology.EVENTS, [("certificate.x", b"{}", {})], 1.0)
    except Unavailable:
        return False
    return True


def test_a_frozen_line_holds_a_call_no_longer_than_its_deadline(services: Running, proxy: Proxy) -> None:
    started = time.monotonic()
    with proxy.frozen(), pytest.raises(Unavailable):
        services.call("other", "echo", seconds=0.3, value=1)
    assert time.monotonic() - started < 3
    until(lambda: _echoes(services), 10, "an answer after the thaw")


def test_a_line_without_heartbeat_is_given_up(amqp_uri: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "HEARTBEAT", 1)
    parts = urlsplit(amqp_uri)
    uri = parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@{proxy.address}").geturl()
    with running(settings_for(uri), Other) as services:
        before = proxy.lines
        with proxy.frozen():
            until(lambda: proxy.lines > before, 20, "a new line")
        until(lambda: _echoes(services), 10, "an answer over it")


def test_messages_published_with_confirms_are_on_their_queue(amqp_uri: str) -> None:
    broker = Broker(amqp_uri)
    with running(settings_for(amqp_uri)) as services:
        messages: list[Any] = [("certificate.x", str(n).encode(), {}) for n in range(300)]
        services.link("somebody").publish_confirmed(topology.EVENTS, messages, 10)
        bodies = [body for body, _headers in broker.take_all(topology.UNROUTED, 300)]
    assert bodies == [body for _key, body, _properties in messages]


def test_confirms_count_in_any_order() -> None:
    confirms = Confirms()
    for _ in range(5):
        confirms.expect()
    confirms.acknowledged(3, multiple=False)
    confirms.acknowledged(2, multiple=True)
    confirms.acknowledged(5, multiple=False)
    confirms.wait(3, 0)
    with pytest.raises(Unavailable):
        confirms.wait(4, 0)


def test_a_refused_message_is_an_error_at_once() -> None:
    confirms = Confirms()
    confirms.expect()
    confirms.refused(1, False)
    with pytest.raises(Unavailable):
        confirms.wait(1, 60)


class FakeTransport:
    def __init__(self, fails: bool = False) -> None:
        self.sent: list[bytes] = []
        self.fails = fails

    def write(self, data: bytes) -> None:
        if self.fails:
            raise OSError("gone")
        self.sent.append(data)


def ignore(_error: Exception) -> None:
    pass


def test_frames_of_one_turn_are_sent_together() -> None:
    transport = FakeTransport()
    writes = sockets.JoinedWrites(transport, ignore)
    greenlet = eventlet.spawn(writes.run)
    for frame in (b"a", b"b", b"c"):
        writes.write(frame)
    until(lambda: transport.sent, 1, "a send")
    writes.write(b"d")
    until(lambda: len(transport.sent) == 2, 1, "another")
    greenlet.kill()
    assert transport.sent == [b"abc", b"d"]


def test_a_failed_send_ends_the_link_and_refuses_more() -> None:
    failures: list[Exception] = []
    writes = sockets.JoinedWrites(FakeTransport(fails=True), failures.append)
    eventlet.spawn(writes.run)
    writes.write(b"a")
    until(lambda: failures, 1, "the failure")
    with pytest.raises(OSError, match="no more"):
        writes.write(b"b")


def test_a_blocked_broker_fills_the_buffer_no_further_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "BUFFER_LIMIT", 10)
    writes: Any = sockets.JoinedWrites(FakeTransport(), ignore)
    writes.write(b"x" * 11)
    with pytest.raises(OSError, match="no more"):
        writes.write(b"y")
