"""B10: an empty replica takes the whole log, against the same documents put into a bare index of the engine.

Ours reads each envelope, folds the issues of a certificate, makes the document, counts the facets, and commits every
5,000 changes. The bare side is given each document ready and commits every 100,000.

The register must stay as fast meanwhile: somebody drafts and issues one certificate after the other while a second
replica is started with nothing, again and again, and in turn without that.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url
from tantivy import Index

from bench import corpus
from bench.library import all_issues
from bench.measure import Load, Row, alternate, compared, summary
from contracts.events import routing_key
from demonstration.client import Client
from demonstration.prepare import make_accounts, make_tables
from plumbing.settings import SERVICES
from services.search.domain.documents import Entry, entry_of
from services.search.follower import Follower
from services.search.index import CertificateIndex
from services.search.index.folder import WRITER_MEMORY
from services.search.index.schema import build_schema, document_of, register_tokenizers
from tests.certificates import a_body
from tests.running import Broker
from tests.servers import Servers, fresh_database
from tests.stack import PASSWORD, Register, real
from tests.waiting import until

# So many documents lie ready at a time: the engine works in a thread of its own, and must not be given a pause.
CHUNK = 100_000
ROUNDS = 3
# For how long certificates are issued with no rebuild beside, and how many changes a replica takes at the least.
SECONDS, SLOWEST = 6.0, 300
COPY = "COPY changes (change_no, event_id, type, routing_key, envelope, size) FROM STDIN"


class Log:
    """The log as it comes over the wire, made up before anything is measured."""

    def __init__(self, count: int) -> None:
        self._texts = [json.dumps(envelope) for envelope in corpus.log(count)]

    def changes(self, after: int, limit: int) -> dict[str, Any]:
        items = json.loads(f"[{','.join(self._texts[after : after + limit])}]")
        return {"items": items, "next": None, "last": len(self._texts)}


def run(scale: int) -> list[Row]:
    rates = [(_replica(scale), _bare(scale)) for _ in range(ROUNDS if scale <= 20_000 else 1)]
    ours, bare = max(mine for mine, _ in rates), max(its for _, its in rates)
    row = Row("B10", "rebuild of a replica from the log", "changes/s", ours, bare, ours / bare, at_least=0.5)
    return [row, *_register_meanwhile(scale)]


def _replica(count: int) -> float:
    """Changes a second."""
    with tempfile.TemporaryDirectory() as folder:
        index, log = CertificateIndex(Path(folder)), Log(count)
        began = time.perf_counter()
        Follower(index, log.changes).step(look=True)
        seconds = time.perf_counter() - began
        assert index.view.position.complete
        documents = index.view.documents
        index.close()
    return documents / seconds


def _bare(count: int) -> float:
    """Documents a second."""
    with tempfile.TemporaryDirectory() as folder:
        schema = build_schema()
        index = Index(schema, path=folder)
        register_tokenizers(index)
        writer = index.writer(WRITER_MEMORY, 1)
        seconds, documents = 0.0, 0
        for chunk in _chunks(count):
            began = time.perf_counter()
            for entry, content in chunk:
                writer.add_document(document_of(schema, entry, content))
            writer.commit()
            seconds, documents = seconds + time.perf_counter() - began, documents + len(chunk)
        return documents / seconds


def _chunks(count: int) -> Iterator[list[tuple[Entry, bytes]]]:
    issues = all_issues(count)
    while part := list(islice(issues, CHUNK)):
        yield [(entry_of(snapshot, validity), json.dumps(snapshot).encode()) for snapshot, validity in part]


def _register_meanwhile(count: int) -> list[Row]:
    with ExitStack() as opened:
        servers = Servers()
        opened.callback(servers.stop)
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        url = opened.enter_context(fresh_database(servers.database_url))
        register = real(folder, servers.fresh_vhost(), url)
        opened.callback(register.stop)
        make_tables(register.settings)
        make_accounts(register.settings, PASSWORD)
        _fill(register, count)
        for name in SERVICES:
            register.start(name)
        register.wait_ready(60 + count / SLOWEST)
        client = register.log_in("bas-signatory")
        pairs = alternate(partial(_beside_a_rebuild, register, client, count), partial(_alone, client), ROUNDS)
    what = "draft and issue while a replica is rebuilt, against without"
    return [
        compared("B10", f"{what}: p50", "ms", [(mine.p50, its.p50) for mine, its in pairs]),
        compared("B10", f"{what}: p99", "ms", [(mine.p99, its.p99) for mine, its in pairs], at_most=1.5),
    ]


def _fill(register: Register, count: int) -> None:
    """Puts the log of so many certificates into its tables, of which replicas read nothing else."""
    url = make_url(register.settings.database_of("certificates")).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        last = 0
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for envelope in corpus.log(count):
                text, last, kind = json.dumps(envelope), envelope["change_no"], envelope["type"]
                key = routing_key(kind, envelope["certificate"]["scheme"], envelope["certificate"]["excb"])
                copy.write_row((last, envelope["event_id"], kind, key, text, len(text)))
        connection.execute("INSERT INTO change_counter (id, value) VALUES (1, %s)", (last,))
        connection.execute("INSERT INTO published (id, change_no) VALUES (1, %s)", (last,))


def _beside_a_rebuild(register: Register, client: Client, count: int) -> Load:
    shutil.rmtree(register.folder / "index-search-2", ignore_errors=True)
    register.start("search-2")
    latest = time.perf_counter() + 60 + count / SLOWEST
    load = _issue(client, lambda: time.perf_counter() > latest or _replicas(register) == 2)
    register.kill("search-2")
    until(lambda: _replicas(register) == 1, 10, "the broker knows that the replica is gone")
    return load


def _alone(client: Client) -> Load:
    ends = time.perf_counter() + SECONDS
    return _issue(client, lambda: time.perf_counter() > ends)


def _issue(client: Client, enough: Callable[[], bool]) -> Load:
    """One certificate after the other, from draft to issue."""
    taken, began = [], time.perf_counter()
    while not enough():
        started = time.perf_counter()
        draft = client.create(a_body(), uuid.uuid4().hex)
        client.issue(draft.json()["number"], draft.headers["ETag"])
        taken.append(time.perf_counter() - started)
    return summary(taken, time.perf_counter() - began)


def _replicas(register: Register) -> int:
    """How many take questions: those that hold the whole log."""
    return Broker(register.settings.amqp_uri).consumers("rpc.search")
