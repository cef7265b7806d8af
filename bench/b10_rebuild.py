"""B10: an empty replica takes the whole log, against the same documents put into a bare index of the engine.

Ours reads each envelope, folds the issues of a certificate, makes the document, counts the facets, and commits every
5,000 changes. The bare side is given each document ready and commits every 100,000.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tantivy import Index

from bench import corpus
from bench.library import all_issues
from bench.measure import Row
from services.search.domain.documents import Entry, entry_of
from services.search.follower import Follower
from services.search.index import CertificateIndex
from services.search.index.folder import WRITER_MEMORY
from services.search.index.schema import build_schema, document_of, register_tokenizers

# So many documents lie ready at a time: the engine works in a thread of its own, and must not be given a pause.
CHUNK = 100_000
ROUNDS = 3


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
    return [Row("B10", "rebuild of a replica from the log", "changes/s", ours, bare, ours / bare, at_least=0.5)]


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
