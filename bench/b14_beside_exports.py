"""B14: how long /healthz and a search take while exports and PDFs are made, against the same without them.

All processes are real, on RabbitMQ and PostgreSQL. Beside what is measured, one client exports all SCALE certificates
(39,996 at the most) to Excel again and again, and another one prints certificates that nobody printed before; how many
rows and PDFs that were, stands below.
"""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from random import Random
from urllib.parse import quote

import eventlet

from bench import setting
from bench.filling import API, Work, filled
from bench.measure import Load, Row, compared
from bench.web import Request, load
from demonstration.words import words

ROUNDS, SECONDS, CONNECTIONS = 3, 8.0, 2
HEALTH: Request = ("GET", "/healthz", b"", {})


def run(scale: int) -> list[Row]:
    with ExitStack() as opened:
        register = setting.register(opened, setting.servers(opened))
        work = Work(register.url, itertools.cycle(filled(register, scale)))
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
