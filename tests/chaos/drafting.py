"""Many clients that draft at once and do not give up, and what must be true of the numbers afterwards."""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from collections.abc import Callable

import psycopg
import requests
from sqlalchemy.engine import make_url

from demonstration.client import BUSY, Client
from tests.certificates import a_body
from tests.stack import Register
from tests.waiting import until

BODIES = ("bas-author", "sir-author", "ptb-signatory")
PATIENCE = 120


def draft_many(register: Register, count: int, clients: int, each: Callable[[int], None] | None = None) -> list[str]:
    """The numbers of ``count`` drafts by ``clients`` parallel clients, made with one key each however often retried.

    ``each`` is told after every draft how many are done.
    """
    work = iter(range(count))
    numbers: list[str] = []
    failures: list[Exception] = []
    lock = threading.Lock()

    def run(account: str) -> None:
        try:
            client = register.log_in(account)
            while (index := next(work, None)) is not None:
                number = create_patiently(client, f"draft-{index}")
                with lock:
                    numbers.append(number)
                if each is not None:
                    each(len(numbers))
        except Exception as error:  # noqa: BLE001 - reported below, in the test's own thread
            failures.append(error)

    threads = [
        threading.Thread(target=run, args=(account,)) for account, _ in zip(itertools.cycle(BODIES), range(clients))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    return numbers


def create_patiently(client: Client, key: str) -> str:
    """The draft's number, after as many tries as it takes; anything but success and 503 fails the test."""

    def attempt() -> str | None:
        try:
            answer = client._session.post(
                f"{client.api}/certificates", json=a_body(), headers={"Idempotency-Key": key}, timeout=30
            )
        except requests.RequestException:
            return None
        if answer.status_code in BUSY:
            return None
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    return str(until(attempt, PATIENCE, f"the draft {key}", pause=0.1))


def rows(register: Register, service: str, statement: str) -> list[tuple[object, ...]]:
    """What a service's database answers."""
    url = make_url(register.settings.database_of(service)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        return list(connection.execute(statement))


def assert_numbers_whole(register: Register, expected: int) -> None:
    """Invariant N: the numbers of each series are 1…n, none twice, each with its certificate."""
    ledger = rows(register, "numbering", "SELECT series, n, owner_id FROM ledger")
    series: dict[object, list[int]] = defaultdict(list)
    for name, n, _owner in ledger:
        series[name].append(int(str(n)))
    for name, given in series.items():
        assert sorted(given) == list(range(1, len(given) + 1)), name
    certificates = rows(register, "certificates", "SELECT id, series, base_number FROM certificates")
    assert all(number is not None for _id, _series, number in certificates)
    owners = {owner: (name, n) for name, n, owner in ledger}
    for identifier, name, number in certificates:
        assert owners[identifier][0] == name
        assert str(number).endswith(f".{int(str(owners[identifier][1])):04}")
    assert len(ledger) == len(certificates) == expected
    assert len({number for *_rest, number in certificates}) == expected


def wait_swept(register: Register, seconds: float) -> None:
    """Until no draft is without its number."""
    unfinished = "SELECT id FROM certificates WHERE base_number IS NULL"
    until(lambda: not rows(register, "certificates", unfinished), seconds, "every draft has its number", pause=0.5)
