"""Invariant O, and hostile messages on every queue of a running register."""

from __future__ import annotations

import time

import pytest
import requests

from contracts.events import EXCHANGE
from demonstration.client import Client
from plumbing import topology
from tests.certificates import a_body
from tests.running import Broker, hostile_messages
from tests.stack import Register
from tests.waiting import until

DEADLINE = 5.0
BODY_FIELDS = {"query": {}, "format": "xlsx"}


def an_issued_number(register: Register) -> str:
    author, signatory = register.log_in("bas-author"), register.log_in("bas-signatory")
    draft = author.create(a_body(), "one")
    return str(signatory.issue(draft.json()["number"], draft.headers["ETag"]).json()["number"])


def ask(client: Client, method: str, path: str, **arguments: object) -> requests.Response:
    """One try, timed against the deadline."""
    started = time.monotonic()
    answer = client._session.request(method, f"{client.api}{path}", timeout=30, **arguments)  # type: ignore[arg-type]
    assert time.monotonic() - started < DEADLINE + 2
    return answer


# What each service is needed for. Everything else must answer as if nothing had happened.
QUESTIONS = {
    "certificate": ("GET", "/certificates/{number}", {}),
    "changes": ("GET", "/changes", {}),
    "search": ("GET", "/search", {"params": {"q": "transmitter"}}),
    "draft": ("POST", "/certificates", {"json": a_body()}),
    "export": ("POST", "/exports", {"json": {"format": "xlsx", "query": {}}}),
}
NEEDS = {
    "numbering": {"draft"},
    "certificates": {"certificate", "changes", "draft"},
    # An export is refused at once where nobody can say what it would hold.
    "search": {"search", "export"},
    "export": {"export"},
}


@pytest.mark.parametrize("stopped", NEEDS)
def test_a_dead_service_fails_only_what_needs_it_and_that_with_503_in_time(register: Register, stopped: str) -> None:
    number = an_issued_number(register).replace(" ", "-")
    client = register.log_in("bas-author")
    until(lambda: ask(client, "GET", "/search").json()["total"] == 1, 20, "the certificate is searchable")
    register.kill(stopped)
    for name, (method, path, arguments) in QUESTIONS.items():
        answer = ask(client, method, path.format(number=number), **arguments)
        if name in NEEDS[stopped]:
            assert answer.status_code == 503, (name, answer.text)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.headers["Retry-After"]
        else:
            assert answer.ok, (name, answer.text)
    register.start(stopped)
    register.wait_ready()
    assert ask(client, "GET", f"/certificates/{number}").ok


def test_hostile_messages_on_every_queue_of_the_register_leave_every_service_alive(register: Register) -> None:
    broker = Broker(register.settings.amqp_uri)
    services = ("numbering", "certificates", "search", "export")
    sent = sum(hostile_messages(broker, topology.RPC, service) for service in services)
    assert len(broker.reasons(topology.DEAD_RPC, sent)) == sent == 80
    sent = hostile_messages(broker, EXCHANGE, "certificate.issued.equipment.BAS")
    assert all(broker.reasons(topology.DEAD_EVENTS, sent))
    assert all(register.is_alive(name) for name in register.processes)
    assert register.is_ready()
    assert an_issued_number(register)
