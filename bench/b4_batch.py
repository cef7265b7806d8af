"""B4: persons drafted and issued by a batch, against two calls, draft and issue, for each of them.

Ten thousand of them over two bodies, since a series of numbers ends at 9,999: a fifth in each round. The single calls
go over sixteen connections at once; a batch is one request of one client, who reads its whole answer.
"""

from __future__ import annotations

import json
import time
import uuid
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlsplit

import eventlet
import requests

from bench import setting
from bench.measure import ROUNDS, Row, alternate, compared
from bench.web import Unexpected
from tests.certificates import a_person_body
from tests.pictures import a_file

PERSONS, CONNECTIONS, SECONDS = 10_000, 16, 3.0
API = "/api/v1"
BODIES = ("bas", "sir")


class Sender:
    """A signatory with a photo that all its persons share."""

    def __init__(self, url: str, token: str) -> None:
        self._parts = urlsplit(url)
        self._headers = {"Authorization": f"Bearer {token}"}
        headers = self._headers | {"Content-Type": "image/jpeg"}
        sent = requests.post(f"{url}{API}/photos", a_file(), headers=headers, timeout=30)
        self._body = a_person_body(sent.json()["photo"])

    def batch(self, size: int) -> None:
        """So many persons in one request. Raises Unexpected unless all are issued."""
        line = json.dumps(self._body) + "\n"
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": uuid.uuid4().hex}
        *_, last = self._call(self._connection(), f"{API}/certificates/batch?issue=true", line * size, headers)
        if json.loads(last)["summary"]["issued"] != size:
            raise Unexpected(last)

    def singly(self, seconds: float) -> int:
        """How many persons were drafted and issued in that time, one after the other on each connection."""
        until = time.perf_counter() + seconds
        clients = [eventlet.spawn(self._one_after_the_other, until) for _ in range(CONNECTIONS // len(BODIES))]
        return sum(client.wait() for client in clients)

    def _one_after_the_other(self, until: float) -> int:
        connection, done, body = self._connection(), 0, json.dumps(self._body)
        while time.perf_counter() < until:
            headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
            [draft] = self._call(connection, f"{API}/certificates", body, headers)
            number = json.loads(draft)["number"].replace(" ", "-")
            self._call(connection, f"{API}/certificates/{number}/issue", "", {"If-Match": '"0.1"'})
            done += 1
        return done

    def _connection(self) -> HTTPConnection:
        return HTTPConnection(self._parts.hostname or "", self._parts.port, timeout=60)

    def _call(self, connection: HTTPConnection, path: str, body: str, headers: dict[str, str]) -> list[bytes]:
        """The lines of the answer."""
        connection.request("POST", path, body.encode(), self._headers | headers)
        answer = connection.getresponse()
        lines = answer.read().splitlines()
        if answer.status not in (200, 201):
            raise Unexpected(f"{path}: {answer.status} {lines}")
        return lines


def run(scale: int) -> list[Row]:  # noqa: ARG001 (the size of a batch is the bar's)
    with ExitStack() as opened:
        register = setting.register(opened, setting.servers(opened))
        senders = [Sender(register.url, str(register.log_in(f"{body}-signatory").token)) for body in BODIES]
        pairs = alternate(partial(_in_batches, senders), partial(_singly, senders))
    what = "persons drafted and issued by batch, against singly on 16 connections"
    return [compared("B4", what, "persons/s", pairs, at_least=10)]


def _in_batches(senders: list[Sender]) -> float:
    """Persons a second of batches, one body's after the other's."""
    size = PERSONS // ROUNDS // len(senders)
    began = time.perf_counter()
    for sender in senders:
        sender.batch(size)
    return size * len(senders) / (time.perf_counter() - began)


def _singly(senders: list[Sender]) -> float:
    began = time.perf_counter()
    counting = [eventlet.spawn(sender.singly, SECONDS) for sender in senders]
    return int(sum(counted.wait() for counted in counting)) / (time.perf_counter() - began)
