"""The broker restarted under load: nothing lost, nothing doubled, the index equal to the log afterwards."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

from demonstration.client import Client
from tests.chaos.drafting import assert_numbers_whole, create_patiently, rows, wait_swept
from tests.private import PrivateRabbitMQ
from tests.servers import Servers, fresh_database
from tests.stack import Register, running_real
from tests.waiting import until

COUNT, CLIENTS, RESTARTS = 60, 6, 2


def issue_patiently(client: Client, number: str) -> None:
    path = f"{client.api}/certificates/{number.replace(' ', '-')}"

    def attempt() -> bool:
        try:
            etag = client._session.get(path, timeout=30).headers.get("ETag", "")
            answer = client._session.post(f"{path}/issue", headers={"If-Match": etag}, timeout=30)
        except OSError:
            return False
        return bool(answer.ok)

    until(attempt, 120, f"{number} issued", pause=0.1)


def test_a_broker_restarted_under_load_loses_and_doubles_nothing(
    servers: Servers, private_broker: PrivateRabbitMQ, tmp_path: Path
) -> None:
    with (
        fresh_database(servers.database_url) as database_url,
        running_real(tmp_path, private_broker.uri, database_url) as register,
    ):
        _issue_while_the_broker_restarts(register, private_broker)
        wait_swept(register, 30)
        assert_numbers_whole(register, COUNT)
        _assert_log_whole(register)
        _assert_index_equals_log(register)


def _issue_while_the_broker_restarts(register: Register, broker: PrivateRabbitMQ) -> None:
    work = iter(range(COUNT))
    done: list[int] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            client = register.log_in("bas-signatory")
            while (index := next(work, None)) is not None:
                issue_patiently(client, create_patiently(client, f"certificate-{index}"))
                done.append(index)
        except Exception as error:  # noqa: BLE001 - reported below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for restart in range(1, RESTARTS + 1):
        enough = partial(_under_way, done, failures, restart * COUNT // (RESTARTS + 2))
        until(enough, 120, "work is under way")
        broker.restart()
    for thread in threads:
        thread.join()
    assert not failures, failures


def _under_way(done: list[int], failures: list[Exception], count: int) -> bool:
    return bool(failures) or len(done) >= count


def _assert_log_whole(register: Register) -> None:
    """Invariant L: one change for each issue, numbered without a hole."""
    log = rows(register, "certificates", "SELECT change_no, type FROM changes ORDER BY change_no")
    assert [number for number, _type in log] == list(range(1, COUNT + 1))
    assert {kind for _number, kind in log} == {"certificate.issued"}


def _assert_index_equals_log(register: Register) -> None:
    """Invariant S: every certificate is found, once, at the log's last change."""
    client = register.log_in("bas-signatory")

    def found() -> bool:
        answer = client._session.get(f"{client.api}/search", params={"limit": 100}, timeout=30)
        return bool(answer.ok and answer.json()["change_no"] == COUNT)

    until(found, 30, "the index has caught up with the log", pause=0.2)
    answer = client.call("GET", "/search", params={"limit": 100}).json()
    numbers = [item["number"] for item in answer["items"]]
    assert answer["total"] == len(numbers) == len(set(numbers)) == COUNT
