"""An index made of the corpus, beside the same documents in PostgreSQL: what the bars of search ask in turn."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from bench import corpus
from bench.measure import Load, Row, alternate, compared, summary
from bench.stock.fulltext import FullText
from services.search.domain.issues import Snapshot, Validity, shown
from services.search.domain.log import Position
from services.search.domain.questions import read_question
from services.search.index import CertificateIndex, Page
from tests.private import PrivatePostgres

BATCH, COMMIT = 500, 5_000
QUESTIONS = 100


@contextmanager
def both(count: int) -> Iterator[tuple[CertificateIndex, FullText]]:
    """The index and the database of so many certificates, in a PostgreSQL that has room for all of them."""
    server = PrivatePostgres(**_tuned())
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            index = CertificateIndex(Path(folder))
            fill(index, count)
            other = FullText(make_url(server.url).set(drivername="postgresql").render_as_string(hide_password=False))
            other.fill(all_issues(count))
            yield index, other
            index.close()
    finally:
        server.remove()


def _tuned() -> dict[str, str]:
    """A quarter of the memory as buffers, as its manual advises, but no more than a million certificates need."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "shared_buffers": f"{min(memory // 4, 4_096)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "maintenance_work_mem": f"{min(memory // 16, 1_024)}MB",
        "max_wal_size": "4GB",
        "random_page_cost": "1.1",
        # Compiling a question takes longer than answering it.
        "jit": "off",
    }


def fill(index: CertificateIndex, count: int) -> None:
    position, log, taken = Position(), corpus.log(count), 0
    while batch := list(islice(log, BATCH)):
        index.apply(batch)
        position, taken = position.after(batch[-1]), taken + len(batch)
        if taken % COMMIT == 0:
            index.commit(position)
    index.commit(position._replace(complete=True))
    index.keep_countries(dict(corpus.BODIES))


def all_issues(count: int) -> Iterator[tuple[Snapshot, Validity]]:
    """Every document of the index, as it is shown."""
    for number in range(count):
        yield from shown({snapshot["issue"]: snapshot for snapshot in corpus.snapshots(number)})


def search(
    index: CertificateIndex, q: str, sort: str = "relevance", facets: tuple[str, ...] = (), **filters: Any
) -> Page:
    """What the service does with a question, but for the way to it."""
    return index.view.search(read_question(q, filters, sort), 20, facets=facets)


def in_turn(
    bar: str,
    what: str,
    ours: Callable[[str], Any],
    other: Callable[[str], Any],
    asked: Callable[[], str],
    *,
    p50: float | None = None,
    p99: float | None = None,
) -> list[Row]:
    """The same rotating questions to both, in turn; the bars are how large a part of the other's time ours may take."""

    questions: list[str] = []

    def first() -> Load:
        questions[:] = [asked() for _ in range(QUESTIONS)]
        return timed(ours, questions)

    pairs = alternate(first, lambda: timed(other, questions))
    return [
        compared(bar, f"{what}: p50", "ms", [(mine.p50, its.p50) for mine, its in pairs], at_most=p50),
        compared(bar, f"{what}: p99", "ms", [(mine.p99, its.p99) for mine, its in pairs], at_most=p99),
    ]


def timed(ask: Callable[[str], Any], questions: list[str]) -> Load:
    taken = []
    began = time.perf_counter()
    for question in questions:
        started = time.perf_counter()
        ask(question)
        taken.append(time.perf_counter() - started)
    return summary(taken, time.perf_counter() - began)
