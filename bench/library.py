"""An index made of the corpus, beside the same documents in PostgreSQL: what the bars of search ask in turn."""

from __future__ import annotations

import atexit
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

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
TOLD = 100_000
Item = TypeVar("Item")


@dataclass(frozen=True)
class Library:
    """An index with the folder it lies in, and the same documents in PostgreSQL."""

    index: CertificateIndex
    folder: Path
    other: FullText


@cache
def library(count: int) -> Library:
    """Of so many certificates, in a PostgreSQL that has room for all of them.

    Made once and kept until the bench ends: a million of them take half an hour.
    """
    opened = ExitStack()
    atexit.register(opened.close)
    server = PrivatePostgres(**_tuned())
    opened.callback(server.remove)
    server.start()
    folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
    index = CertificateIndex(folder)
    opened.callback(index.close)
    fill(index, count)
    other = FullText(make_url(server.url).set(drivername="postgresql").render_as_string(hide_password=False))
    other.fill(_told("rows of the database", all_issues(count)))
    return Library(index, folder, other)


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
    position, log, taken = Position(), _told("changes of the index", corpus.log(count)), 0
    while batch := list(islice(log, BATCH)):
        index.apply(batch)
        position, taken = position.after(batch[-1]), taken + len(batch)
        if taken % COMMIT == 0:
            index.commit(position)
    index.commit(position._replace(complete=True))
    index.keep_countries(dict(corpus.BODIES))


def _told(what: str, items: Iterable[Item]) -> Iterator[Item]:
    """The items, of which every hundred thousand are told: nobody waits half an hour before a silent screen."""
    for taken, item in enumerate(items, 1):
        yield item
        if taken % TOLD == 0:
            print(f"{taken:,} {what}", flush=True)


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
