"""Real workers for the tests of exports: two processes, shared by a module's tests, replaced when a test kills them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from plumbing.db import Handle
from services.export.pool import WorkerPool
from services.export.tables import metadata
from tests.service.export.neighbours import Clock, FakeCertificates, FakeSearch, a_replica
from tests.signing_keys import a_signing_key


@pytest.fixture(scope="session")
def shared_workers() -> Iterator[WorkerPool]:
    workers = WorkerPool(a_signing_key())
    yield workers
    workers.close()


@pytest.fixture
def workers(shared_workers: WorkerPool) -> Iterator[WorkerPool]:
    yield shared_workers
    assert list(shared_workers.scratch.iterdir()) == [], "a job or a document left files behind"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def search() -> FakeSearch:
    return FakeSearch()


@pytest.fixture
def db(fresh_handle: Callable[[sqlalchemy.MetaData], Handle]) -> Handle:
    return fresh_handle(metadata)


@pytest.fixture
def replica(db: Handle, workers: WorkerPool, tmp_path: Path, search: FakeSearch, clock: Clock) -> Any:
    return a_replica(db, workers, tmp_path, search, clock)


@pytest.fixture
def certificates(replica: Any) -> FakeCertificates:
    certificates: FakeCertificates = replica.certificates
    return certificates
