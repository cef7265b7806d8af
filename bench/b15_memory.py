"""B15: the memory of each process of a real register: idle, and after MINUTES of everything at once.

Searches with all facets, pages and certificates are asked for, certificates drafted and issued, all of them exported
to Excel, and PDFs printed. What stays is resident memory without what is mapped from files: the index of a search
replica and the code of libraries are the system's to take back. How much of it came in the second half stands beside.
"""

from __future__ import annotations

import itertools
import os
import re
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import NamedTuple
from urllib.parse import quote

import eventlet

from bench import setting
from bench.filling import API, Work, filled
from bench.measure import Row
from bench.web import Request, load
from demonstration.client import Client, in_path
from demonstration.words import words
from services.search.index.folder import WRITER_MEMORY
from tests.certificates import a_body
from tests.stack import Register

MINUTES = 2.0
MOST_MEGABYTES = 150.0
CONNECTIONS = 2

Memory = dict[str, float]


class Course(NamedTuple):
    """Megabytes by process: idle, in the middle of the load, at its end."""

    idle: Memory
    middle: Memory
    end: Memory


def run(scale: int) -> list[Row]:
    seconds = 60 * float(os.environ.get("MINUTES") or MINUTES)
    with ExitStack() as opened:
        register = setting.register(opened, setting.servers(opened))
        idle = _memory(register)
        numbers = filled(register, scale)
        work = Work(register.url, itertools.cycle(numbers))
        work.start()
        try:
            middle, end = (_after_load(register, numbers, seconds / 2) for _ in range(2))
        finally:
            work.stop()
    return _rows(Course(idle, middle, end), seconds / 60)


def _rows(course: Course, minutes: float) -> list[Row]:
    rows = []
    for name, megabytes in course.end.items():
        grown = megabytes - course.middle[name]
        rows += [
            Row("B15", f"{name}: idle", "MB", course.idle[name], at_most=MOST_MEGABYTES),
            Row("B15", f"{name}: after {minutes:g} minutes of load", "MB", megabytes, at_most=_most(name)),
            Row("B15", f"{name}: … of which in their second half", "MB", grown),
        ]
    return rows


def _most(name: str) -> float:
    """A replica of the search holds besides what its index may take in before it writes it down."""
    return MOST_MEGABYTES + (WRITER_MEMORY / 1e6 if name == "search" else 0)


def _after_load(register: Register, numbers: list[str], seconds: float) -> Memory:
    random = Random(15)  # noqa: S311 - the same questions each time

    def search() -> Request:
        return "GET", f"{API}/search?q={quote(' '.join(words(random, 2)))}", b"", {}

    def page() -> Request:
        return "GET", f"/certificates/{in_path(random.choice(numbers))}", b"", {}

    def certificate() -> Request:
        return "GET", f"{API}/certificates/{in_path(random.choice(numbers))}", b"", {}

    asking = [
        eventlet.spawn(load, register.url, make, CONNECTIONS, seconds, 200) for make in (search, page, certificate)
    ]
    client, ended = register.log_in("bas-signatory"), eventlet.Event()
    issuing = eventlet.spawn(_issue, client, ended.ready)
    for one in asking:
        one.wait()
    ended.send()
    issuing.wait()
    return _memory(register)


def _issue(client: Client, enough: Callable[[], bool]) -> None:
    while not enough():
        draft = client.create(a_body(), uuid.uuid4().hex)
        client.issue(draft.json()["number"], draft.headers["ETag"])


def _memory(register: Register) -> Memory:
    """Of each process by its name; of the workers of the export service, the larger one's."""
    found: Memory = {}
    for name, process in register.processes.items():
        found[name] = _megabytes(process.pid)
        if children := _children(process.pid):
            found[f"{name}'s workers"] = max(map(_megabytes, children))
    return found


def _megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    match = re.search(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE)
    return int(match[1]) / 1000 if match else 0.0


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
