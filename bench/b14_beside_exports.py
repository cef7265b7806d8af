"""B14: how long /healthz and a search take while exports and PDFs are made, against the same without them.

All processes are real, on RabbitMQ and PostgreSQL. Beside what is measured, one client exports all SCALE certificates
to Excel again and again, and another one prints certificates that nobody printed before; how many rows and PDFs that
were, stands below. Up to 39,996 certificates: two bodies' numbers of two schemes.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

import eventlet
import requests

from bench import setting
from bench.measure import Load, Row, compared
from bench.web import Request, Unexpected, load
from demonstration.client import in_path
from demonstration.words import paragraph, words
from tests.certificates import a_body, a_person_body
from tests.pictures import a_file
from tests.stack import Register
from tests.waiting import until

BODIES, SERIES, BATCH = ("bas", "sir"), 9_999, 2_000
ROUNDS, SECONDS, CONNECTIONS = 3, 8.0, 2
INDEXED_WITHIN, DONE_WITHIN = 600, 600
API = "/api/v1"
HEALTH: Request = ("GET", "/healthz", b"", {})


@dataclass
class Work:
    """What is done beside: exports of everything, and PDFs of numbers that were not printed yet."""

    url: str
    numbers: Iterator[str]
    rows: int = 0
    documents: int = 0
    going_on: bool = False
    _doing: list[eventlet.greenthread.GreenThread] = field(default_factory=list)

    def start(self) -> None:
        self.going_on = True
        self._doing = [eventlet.spawn(self._repeat, one) for one in (self._export, self._print)]

    def stop(self) -> None:
        """Waits for what has begun: the next turn is to be without it."""
        self.going_on = False
        for one in self._doing:
            one.wait()

    def _repeat(self, one: Callable[[], None]) -> None:
        while self.going_on:
            one()

    def _export(self) -> None:
        started = requests.post(f"{self.url}{API}/exports", json={"format": "xlsx", "query": {}}, timeout=30)
        address = self.url + started.headers["Location"]

        def done() -> int | None:
            job = requests.get(address, timeout=30).json()
            if job["status"] not in ("queued", "running", "done"):
                raise Unexpected(job)
            return int(job["rows"]) if job["status"] == "done" else None

        self.rows += until(done, DONE_WITHIN, "the export is done", pause=0.2) or 0

    def _print(self) -> None:
        answer = requests.get(f"{self.url}{API}/certificates/{in_path(next(self.numbers))}/pdf", timeout=60)
        if answer.status_code != 200:
            raise Unexpected(answer.text)
        self.documents += 1


def run(scale: int) -> list[Row]:
    with ExitStack() as opened:
        register = setting.register(opened, setting.servers(opened))
        numbers = _filled(register, min(scale, 2 * SERIES * len(BODIES)))
        work = Work(register.url, itertools.cycle(numbers))
        turns = [_turn(register.url, work) for _ in range(ROUNDS + 1)][1:]
    rows = [_compared(what, [(busy[what], quiet[what]) for busy, quiet in turns]) for what in ("health", "search")]
    return [
        *(row for pair in rows for row in pair),
        Row("B14", "… beside them: rows exported", "rows/s", work.rows / (ROUNDS + 1) / SECONDS),
        Row("B14", "… beside them: certificates printed", "PDFs/s", work.documents / (ROUNDS + 1) / SECONDS),
    ]


def _compared(what: str, pairs: list[tuple[Load, Load]]) -> list[Row]:
    beside = f"{what} while exports and PDFs are made, against without"
    p50 = compared("B14", f"{beside}: p50", "ms", [(busy.p50, quiet.p50) for busy, quiet in pairs])
    p99 = compared("B14", f"{beside}: p99", "ms", [(busy.p99, quiet.p99) for busy, quiet in pairs], at_most=2)
    return [p50, p99]


def _turn(url: str, work: Work) -> tuple[dict[str, Load], dict[str, Load]]:
    """With the work beside it, and without."""
    work.start()
    try:
        busy = _asked(url)
    finally:
        work.stop()
    return busy, _asked(url)


def _asked(url: str) -> dict[str, Load]:
    random = Random(14)  # noqa: S311 - the same questions each time

    def search() -> Request:
        return "GET", f"{API}/search?facets=none&q={quote(' '.join(words(random, 2)))}", b"", {}

    asked = {"health": lambda: HEALTH, "search": search}
    waiting = {what: eventlet.spawn(load, url, make, CONNECTIONS, SECONDS, 200) for what, make in asked.items()}
    return {what: one.wait() for what, one in waiting.items()}


def _filled(register: Register, count: int) -> list[str]:
    """The numbers of so many certificates of equipment and persons, issued and found."""
    numbers: list[str] = []
    bodies = itertools.product((_equipment, _person), BODIES)
    for (write, body), share in zip(bodies, _shares(count), strict=False):
        numbers += _issued(register, body, write, share)
    address = f"{register.url}{API}/search"

    def all_found() -> bool:
        return bool(requests.get(address, {"limit": 1}, timeout=30).json()["total"] == count)

    until(all_found, INDEXED_WITHIN, "all are found", pause=0.5)
    return numbers


def _shares(count: int) -> list[int]:
    return [SERIES] * (count // SERIES) + [count % SERIES]


def _issued(register: Register, body: str, write: Callable[[Random, str], dict[str, object]], count: int) -> list[str]:
    client, random, numbers = register.log_in(f"{body}-signatory"), Random(body), list[str]()  # noqa: S311 - inventing
    photo = client.call("POST", "/photos", data=a_file(), headers={"Content-Type": "image/jpeg"}).json()["photo"]
    while len(numbers) < count:
        size = min(BATCH, count - len(numbers))
        lines = "".join(json.dumps(write(random, photo)) + "\n" for _ in range(size)).encode()
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": uuid.uuid4().hex}
        address = f"{register.url}{API}/certificates/batch?issue=true"
        authorised = headers | {"Authorization": f"Bearer {client.token}"}
        answer = requests.post(address, lines, headers=authorised, timeout=600).text.splitlines()
        numbers += [row["number"] for line in answer if (row := json.loads(line)).get("status") == "issued"]
    return numbers


def _equipment(random: Random, _photo: str) -> dict[str, object]:
    return a_body(equipment=" ".join(words(random, 4)), schedule=paragraph(random, 2, 4))


def _person(random: Random, photo: str) -> dict[str, object]:
    return a_person_body(photo, schedule=" ".join(words(random, 8)))
