"""Listening to events, over the real broker and the embedded one: quick, in order, and sure of what it missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from plumbing import topology
from plumbing.listening import Listening
from plumbing.signing import sign
from plumbing.wire import CONTENT_TYPE, encode
from tests.running import KEY, Broker, Running, hostile_messages, running, settings_for
from tests.waiting import until


class Ear:
    """Remembers what it hears; 0 stands for having begun anew."""

    heard: list[int] = []

    def __init__(self, up: Callable[[], bool]) -> None:
        Ear.up = staticmethod(up)  # type: ignore[attr-defined]

    def change(self, envelope: dict[str, Any]) -> None:
        self.heard.append(envelope["change_no"])

    def anew(self) -> None:
        self.heard.append(0)


class Listens:
    name = "listens"
    ear = Listening(Ear)


@pytest.fixture(params=["embedded", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> Broker:
    if request.param == "rabbitmq":
        return Broker(request.getfixturevalue("amqp_uri"))
    return Broker(f"embedded://{request.node.name}".replace("[", "-").replace("]", ""))


@pytest.fixture
def listening(broker: Broker) -> Iterator[Running]:
    Ear.heard = []
    with running(settings_for(broker.uri), Listens) as services:
        yield services


def publish(broker: Broker, change_no: int) -> None:
    body = encode({"change_no": change_no})
    headers = {"signature": sign(KEY, body)}
    broker.publish(topology.EVENTS, "certificate.issued.equipment.BAS", body, headers, content_type=CONTENT_TYPE)


def test_a_listener_begins_anew_and_hears_in_order(listening: Running, broker: Broker) -> None:
    for number in range(1, 21):
        publish(broker, number)
    until(lambda: len(Ear.heard) == 21, 10, "twenty events")
    assert Ear.heard == list(range(21))


def test_what_is_no_event_of_ours_is_dropped(listening: Running, broker: Broker) -> None:
    hostile_messages(broker, topology.EVENTS, "certificate.issued.equipment.BAS")
    publish(broker, 1)
    until(lambda: len(Ear.heard) == 2, 10, "the one event")
    assert Ear.heard == [0, 1]


def test_a_new_line_begins_anew(listening: Running, broker: Broker) -> None:
    link = listening.link("listens")
    link._give_up(ConnectionResetError("cut by the test"))
    until(lambda: Ear.heard == [0, 0] and link.up, 10, "a second beginning")
    publish(broker, 1)
    until(lambda: Ear.heard == [0, 0, 1], 10, "the event after it")
