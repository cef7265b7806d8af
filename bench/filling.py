"""A running register filled with certificates that were drafted and issued by its own API, and what works on them."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import eventlet
import requests

from bench.web import Unexpected
from demonstration.client import in_path
from demonstration.words import paragraph, words
from tests.certificates import a_body, a_person_body
from tests.pictures import a_file
from tests.stack import Register
from tests.waiting import until

BODIES, SERIES, BATCH = ("bas", "sir"), 9_999, 2_000
# Two bodies' numbers of two schemes, in one year.
MOST = 2 * SERIES * len(BODIES)
INDEXED_WITHIN, DONE_WITHIN = 600, 600
API = "/api/v1"


def filled(register: Register, count: int) -> list[str]:
    """The numbers of so many certificates of equipment and persons, issued and found; MOST at the most."""
    numbers: list[str] = []
    bodies = itertools.product((_equipment, _person), BODIES)
    for (write, body), share in zip(bodies, _shares(min(count, MOST)), strict=False):
        numbers += _issued(register, body, write, share)
    address = f"{register.url}{API}/search"

    def all_found() -> bool:
        return bool(requests.get(address, {"limit": 1}, timeout=30).json()["total"] == len(numbers))

    until(all_found, INDEXED_WITHIN, "all are found", pause=0.5)
    return numbers


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
