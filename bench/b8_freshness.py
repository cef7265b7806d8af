"""B8: how soon what was issued is found at every replica of search, while fifty certificates a second are issued.

Drafts lie ready; each is issued over HTTP at its moment, on one of several connections, so that a slow answer delays
no other. Time runs from the answer until the replica that is last says that its searches see the change. Every fifth
issuer asks at once with ``min_change`` and must see its own change in the answer.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import eventlet

from bench import setting
from bench.measure import Row, summary
from demonstration.client import Client
from tests.certificates import a_body
from tests.running import Running
from tests.running import running as services
from tests.stack import Register
from tests.waiting import until

RATE, SECONDS, CONNECTIONS = 50, 20, 16
REPLICAS = ("search", "search-2")
ISSUER, ASKS_EACH = "bas-signatory", 5
FOUND_WITHIN = 60.0
LINES = {"Content-Type": "application/x-ndjson"}


def run(scale: int) -> list[Row]:  # noqa: ARG001 (freshness is a matter of the rate)
    with ExitStack() as opened:
        register = setting.register(opened, setting.servers(opened))
        register.start(REPLICAS[1])
        outside = opened.enter_context(services(register.settings))
        with _watched(outside) as seen:
            until(lambda: seen.keys() == set(REPLICAS), FOUND_WITHIN, "both replicas answer")
            issues = Issues(register)
            issues.run()
            last = max(issues.answered)
            until(lambda: all(steps[-1][1] >= last for steps in seen.values()), FOUND_WITHIN, "all are found")
    waited = [max(_seen(steps, no) for steps in seen.values()) - moment for no, moment in issues.answered.items()]
    found = sorted(1000 * max(seconds, 0.0) for seconds in waited)
    moments = sorted(issues.answered.values())
    return [
        Row("B8", "issued over HTTP meanwhile", "a second", (len(moments) - 1) / (moments[-1] - moments[0])),
        Row("B8", "issued: p99 of the answer", "ms", summary(issues.taken, SECONDS).p99),
        Row("B8", "issued → found at both replicas: p95", "ms", found[int(len(found) * 0.95)], at_most=1_000),
        Row("B8", "issued → found at both replicas: p99", "ms", found[int(len(found) * 0.99)], at_most=2_000),
        Row("B8", "own change seen with min_change", "%", 100 * issues.honoured / issues.asked, at_least=100),
    ]


class Issues:
    """Issues drafts at their moments; ``answered``: by change_no when the answer was there."""

    def __init__(self, register: Register) -> None:
        self._clients = [register.log_in(ISSUER) for _ in range(CONNECTIONS)]
        lines = (json.dumps(a_body()) + "\n") * (RATE * SECONDS)
        headers = LINES | {"Idempotency-Key": uuid.uuid4().hex}
        drafted = self._clients[0].call("POST", "/certificates/batch", data=lines, headers=headers)
        rows = [json.loads(line) for line in drafted.content.splitlines()]
        self._drafts = list(enumerate(row["number"] for row in rows if "number" in row))
        self.answered: dict[int, float] = {}
        self.taken: list[float] = []
        self.asked = self.honoured = 0

    def run(self) -> None:
        began, work = time.perf_counter(), iter(self._drafts)
        issuers = [eventlet.spawn(self._issue, client, work, began) for client in self._clients]
        for issuer in issuers:
            issuer.wait()

    def _issue(self, client: Client, work: Iterator[tuple[int, str]], began: float) -> None:
        for place, number in work:
            eventlet.sleep(max(began + place / RATE - time.perf_counter(), 0))
            started = time.perf_counter()
            change_no = client.issue(number, '"0.1"').json()["change_no"]
            self.answered[change_no] = time.perf_counter()
            self.taken.append(self.answered[change_no] - started)
            if place % ASKS_EACH == 0:
                self._ask(client, change_no)

    def _ask(self, client: Client, change_no: int) -> None:
        asked = {"min_change": change_no, "limit": 1, "facets": "none"}
        reached = client.call("GET", "/search", params=asked).json()["change_no"]
        self.asked += 1
        self.honoured += reached >= change_no


# When a replica was first heard to have come to a change.
Steps = list[tuple[float, int]]


@contextmanager
def _watched(outside: Running) -> Iterator[dict[str, Steps]]:
    """What the replicas say of themselves, which take turns in answering."""
    seen: dict[str, Steps] = {}

    def watch() -> None:
        while True:
            status: dict[str, Any] = outside.call("search", "status")
            steps = seen.setdefault(status["replica"], [])
            if not steps or status["change_no"] > steps[-1][1]:
                steps.append((time.perf_counter(), status["change_no"]))
            eventlet.sleep(0.01)

    watching = eventlet.spawn(watch)
    try:
        yield seen
    finally:
        watching.kill()


def _seen(steps: Steps, change_no: int) -> float:
    return next(moment for moment, reached in steps if reached >= change_no)
