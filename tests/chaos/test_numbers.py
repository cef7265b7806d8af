"""Invariant N on the real stack: whatever is killed when, no number twice and none without its certificate."""

from __future__ import annotations

import threading

from tests.certificates import a_body
from tests.chaos.drafting import assert_numbers_whole, draft_many, wait_swept
from tests.stack import Register

COUNT, CLIENTS, KILLS = 200, 20, 10
SWEPT_WITHIN = 30


def test_parallel_clients_of_three_bodies_get_numbers_without_gap_or_double(register: Register) -> None:
    numbers = draft_many(register, COUNT, CLIENTS)
    assert len(set(numbers)) == COUNT
    assert_numbers_whole(register, COUNT)


def test_killing_numbering_and_certificates_in_the_middle_neither_loses_nor_doubles_a_number(
    register: Register,
) -> None:
    victims = ["numbering", "certificates"] * (KILLS // 2)
    lock = threading.Lock()

    def kill_one(done: int) -> None:
        # Spread over the work by its progress, not by the clock.
        with lock:
            if victims and done >= (KILLS - len(victims) + 1) * COUNT // (KILLS + 2):
                register.restart(victims.pop())

    numbers = draft_many(register, COUNT, CLIENTS, each=kill_one)
    assert not victims
    assert len(set(numbers)) == COUNT
    register.wait_ready()
    wait_swept(register, SWEPT_WITHIN)
    assert_numbers_whole(register, COUNT)


def test_a_draft_whose_client_never_came_back_is_finished_by_the_sweeper(register: Register) -> None:
    register.kill("numbering")
    client = register.log_in("bas-author")
    answer = client._session.post(f"{client.api}/certificates", json=a_body(), timeout=30)
    assert answer.status_code == 503
    assert client.call("GET", "/mine").json()["items"] == []
    register.start("numbering")
    wait_swept(register, SWEPT_WITHIN)
    assert_numbers_whole(register, 1)
    assert [item["number"] for item in client.call("GET", "/mine").json()["items"]] == ["IECEx BAS 26.0001"]
