"""Events over the real broker and over the embedded one: in order, never lost, dead-lettered with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from plumbing import consume, topology
from plumbing.consume import event_handler
from plumbing.db import Database
from plumbing.relay import LogRow, Relay
from plumbing.signing import sign
from plumbing.wire import CONTENT_TYPE, encode
from tests.running import KEY, Broker, Running, hostile_messages, reason_of, running, settings_for
from tests.waiting import until


class Base(DeclarativeBase):
    pass


class Change(Base):
    __tablename__ = "changes"
    change_no: Mapped[int] = mapped_column(primary_key=True)


class Published(Base):
    __tablename__ = "published"
    id: Mapped[int] = mapped_column(primary_key=True)
    change_no: Mapped[int]


def read(session: Session, limit: int) -> list[LogRow]:
    after = session.scalar(sa.select(Published.change_no)) or 0
    numbers = session.scalars(
        sa.select(Change.change_no).where(Change.change_no > after).order_by(Change.change_no).limit(limit)
    )
    return [
        LogRow(n, f"event-{n}", "certificate.issued.equipment.BAS", encode({"change_no": n}).decode()) for n in numbers
    ]


def mark(session: Session, change_no: int) -> None:
    session.merge(Published(id=1, change_no=change_no))


class Log:
    name = "log"
    db = Database()
    relay = Relay(read, mark)


class Follower:
    name = "follower"
    seen: list[int] = []
    failures: dict[int, int] = {}

    @event_handler("certificate.#")
    def on_change(self, envelope: dict[str, Any]) -> None:
        number = envelope["change_no"]
        if self.failures.get(number, 0) > 0:
            self.failures[number] -= 1
            raise RuntimeError(f"cannot take {number}")
        self.seen.append(number)


class Replica:
    name = "replica"
    seen: list[int] = []

    @event_handler("certificate.#", per_replica=True)
    def on_change(self, envelope: dict[str, Any]) -> None:
        self.seen.append(envelope["change_no"])


@pytest.fixture(params=["embedded", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> Broker:
    if request.param == "rabbitmq":
        return Broker(request.getfixturevalue("amqp_uri"))
    return Broker(f"embedded://{request.node.name}".replace("[", "-").replace("]", ""))


@pytest.fixture(autouse=True)
def clean_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consume, "PAUSES", (0.01, 0.02))
    Follower.seen, Follower.failures, Replica.seen = [], {}, []


@pytest.fixture
def follower(broker: Broker) -> Iterator[Running]:
    with running(settings_for(broker.uri), Follower) as services:
        yield services


def publish(broker: Broker, change_no: int, key: str = KEY) -> None:
    body = encode({"change_no": change_no})
    headers = {"signature": sign(key, body)}
    broker.publish(topology.EVENTS, "certificate.issued.equipment.BAS", body, headers, content_type=CONTENT_TYPE)


def test_events_are_handled_in_their_order(follower: Running, broker: Broker) -> None:
    for number in range(1, 51):
        publish(broker, number)
    until(lambda: len(Follower.seen) == 50, 10, "50 events")
    assert Follower.seen == list(range(1, 51))


def test_a_handler_that_fails_is_tried_again_before_the_next_event(follower: Running, broker: Broker) -> None:
    Follower.failures = {1: 2}
    publish(broker, 1)
    publish(broker, 2)
    until(lambda: len(Follower.seen) == 2, 10, "two events")
    assert Follower.seen == [1, 2]


def test_an_event_that_cannot_be_handled_is_dead_lettered_with_the_reason(follower: Running, broker: Broker) -> None:
    Follower.failures = {1: 1000}
    publish(broker, 1)
    publish(broker, 2)
    assert broker.reasons(topology.DEAD_EVENTS, 1) == ["RuntimeError: cannot take 1"]
    until(lambda: Follower.seen == [2], 10, "the next event")
    assert Follower.failures[1] == 1000 - 3


def test_twenty_hostile_events_end_in_the_dead_letters_with_a_reason(follower: Running, broker: Broker) -> None:
    sent = hostile_messages(broker, topology.EVENTS, "certificate.issued.equipment.BAS")
    assert all(broker.reasons(topology.DEAD_EVENTS, sent))
    publish(broker, 1)
    until(lambda: Follower.seen == [1], 10, "the event after them")


def test_a_forged_event_is_refused(follower: Running, broker: Broker) -> None:
    publish(broker, 1, key="some other key that is long enough")
    assert broker.reasons(topology.DEAD_EVENTS, 1) == ["the signature is wrong"]
    assert Follower.seen == []


def test_half_a_character_in_a_signature_harms_nobody(follower: Running, broker: Broker) -> None:
    key, spoilt = "certificate.issued.equipment.BAS", {"signature": "\ud800"}
    broker.publish(topology.EVENTS, key, b"{}", spoilt, content_type=CONTENT_TYPE)
    assert broker.reasons(topology.DEAD_EVENTS, 1) == ["the signature is wrong"]
    publish(broker, 1)
    until(lambda: Follower.seen == [1], 10, "the event after it")


def test_an_event_waits_for_a_service_that_is_down(broker: Broker) -> None:
    with running(settings_for(broker.uri), Follower):
        pass
    publish(broker, 1)
    with running(settings_for(broker.uri), Follower):
        until(lambda: Follower.seen == [1], 10, "the event")


def test_an_event_that_nobody_is_bound_to_is_kept(broker: Broker) -> None:
    with running(settings_for(broker.uri)):
        publish(broker, 1)
        [(body, _headers)] = broker.take_all(topology.UNROUTED, 1)
    assert body == encode({"change_no": 1})


def test_every_replica_gets_every_event(broker: Broker) -> None:
    settings = settings_for(broker.uri)
    other = settings_for(broker.uri, replica="two")
    with running(settings, Replica), running(other, Replica):
        publish(broker, 1)
        until(lambda: len(Replica.seen) == 2, 10, "both replicas")
    assert Replica.seen == [1, 1]


@pytest.fixture
def log_database(database_url: str, fresh_handle: Callable[..., Any]) -> Any:
    return fresh_handle(Base.metadata)


def test_the_relay_publishes_the_log_in_order_and_remembers_how_far(
    broker: Broker, database_url: str, log_database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plumbing.settings.Settings.database_of", lambda settings, _service: settings.database_url)
    settings = settings_for(broker.uri, database_url)
    # SQLite serves one process, PostgreSQL any number of replicas.
    replicas = 1 if database_url.startswith("sqlite") else 2
    with ExitStack() as stack:
        for classes in [(Follower,), *[(Log,)] * replicas]:
            stack.enter_context(running(settings, *classes))
        for numbers in (range(1, 201), range(201, 221)):
            with log_database.begin() as session:
                session.add_all(Change(change_no=number) for number in numbers)
            until(lambda numbers=numbers: Follower.seen[-1:] == [numbers[-1]], 20, "the log")  # type: ignore[misc]
    assert Follower.seen == list(range(1, 221))
    with log_database.read() as session:
        assert session.scalar(sa.select(Published.change_no)) == 220


def test_dead_letters_keep_the_body_as_it_was(follower: Running, broker: Broker) -> None:
    broker.publish(topology.EVENTS, "certificate.x", b"\x00not json", {"a": 1}, content_type=CONTENT_TYPE)
    [(body, headers)] = broker.take_all(topology.DEAD_EVENTS, 1)
    assert body == b"\x00not json"
    assert (headers["a"], reason_of(headers)) == (1, "the signature is wrong")
