"""The whole service in a container over either broker, and the hub that stays free meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import eventlet
import pytest
from eventlet import tpool

from contracts import events
from contracts.errors import Unavailable
from plumbing.rpc import rpc
from plumbing.signing import sign
from plumbing.wire import CONTENT_TYPE, encode
from services.search.follower import Follower
from services.search.index import CertificateIndex
from services.search.service import Search
from tests.running import KEY, Broker, running, settings_for
from tests.service.search.replicas import FakeCertificates
from tests.waiting import until


class Certificates:
    """Serves a log as the real service does."""

    name = "certificates"
    neighbour = FakeCertificates()

    @rpc
    def changes(self, after: int = 0, limit: int = 100) -> dict[str, Any]:
        return self.neighbour.changes(after, limit)


@pytest.fixture(params=["embedded", "rabbitmq"])
def broker_uri(request: pytest.FixtureRequest) -> str:
    return "embedded://search" if request.param == "embedded" else str(request.getfixturevalue("amqp_uri"))


def test_the_service_follows_and_answers_over_either_broker(broker_uri: str, tmp_path: Path) -> None:
    log = Certificates.neighbour = FakeCertificates()
    log.append()
    settings = settings_for(broker_uri, index_path=tmp_path)
    with running(settings, Certificates, Search) as register:
        until(lambda: register.call("search", "status")["ready"], 10, "the log was taken")
        envelope = log.append()
        body = encode(envelope)
        Broker(broker_uri).publish(
            events.EXCHANGE,
            events.routing_key("certificate.issued", "equipment", "BAS"),
            body,
            {"signature": sign(KEY, body)},
            content_type=CONTENT_TYPE,
        )
        answer = register.call("search", "search", q="transmitter", min_change=2)
        assert (answer["total"], answer["change_no"]) == (2, 2)
        assert len(register.call("search", "scan")["items"]) == 2
    again = CertificateIndex(tmp_path)
    assert again.view.position.change_no == 2
    again.close()


def test_a_replica_takes_no_questions_before_it_holds_the_whole_log(broker_uri: str, tmp_path: Path) -> None:
    log = Certificates.neighbour = FakeCertificates()
    log.append()
    log.silent = True
    with running(settings_for(broker_uri, index_path=tmp_path), Certificates, Search) as register:
        with pytest.raises(Unavailable, match="did not answer in time"):
            register.call("search", "status", seconds=0.3)
        asked = eventlet.spawn(register.call, "search", "search", q="transmitter")
        until(lambda: waiting(broker_uri) == (1, 0), 5, "the question waits for a replica that is ready")
        log.silent = False
        assert asked.wait()["total"] == 1


def waiting(broker_uri: str) -> tuple[int, int]:
    """How many questions wait, and for how many replicas."""
    with Broker(broker_uri).channel() as channel:
        declared = channel.queue_declare("rpc.search", passive=True)
        return declared.message_count, declared.consumer_count


def test_the_hub_stays_free_while_the_index_works(tmp_path: Path, certificates: FakeCertificates) -> None:
    """Counts, not times: other greenlets go on many times while one long commit runs."""
    for _ in range(300):
        certificates.append()
    index = CertificateIndex(tmp_path)
    follower = Follower(index, certificates.changes, tpool.execute)
    turns = [0]

    def turn() -> None:
        while True:
            turns[0] += 1
            eventlet.sleep(0.001)

    turning = eventlet.spawn(turn)
    follower.step()
    turning.kill()
    index.close()
    assert turns[0] > 3
