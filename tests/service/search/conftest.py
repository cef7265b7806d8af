"""Indexes and replicas for the tests of search, closed when a test, or its module, is over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import eventlet
import pytest

from services.search.follower import Follower
from services.search.index import CertificateIndex
from tests.service.search.indexes import Fill, put
from tests.service.search.replicas import FakeCertificates, Start


@pytest.fixture
def fill(tmp_path: Path) -> Iterator[Fill]:
    """An index of these snapshots; several calls add to the same one."""
    index = CertificateIndex(tmp_path)

    def add(*snapshots: dict[str, Any]) -> CertificateIndex:
        if snapshots:
            put(index, snapshots)
        return index

    yield add
    index.close()


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fill]:
    """An index of these snapshots that is only read, so that tests may share it."""
    made: dict[str, CertificateIndex] = {}

    def holding(*snapshots: dict[str, Any]) -> CertificateIndex:
        name = json.dumps(snapshots)
        if name not in made:
            made[name] = CertificateIndex(tmp_path_factory.mktemp("index"))
            put(made[name], snapshots)
        return made[name]

    yield holding
    for index in made.values():
        index.close()


@pytest.fixture
def certificates() -> FakeCertificates:
    return FakeCertificates()


@pytest.fixture
def start(tmp_path: Path, certificates: FakeCertificates) -> Iterator[Start]:
    """Starts a replica on the same folder, after ending the one before; it moves only when it is told to."""
    indexes: list[CertificateIndex] = []

    def start() -> Follower:
        for index in indexes:
            index.close()
        indexes[:] = [CertificateIndex(tmp_path)]
        return Follower(indexes[0], certificates.changes)

    yield start
    for index in indexes:
        index.close()


@pytest.fixture
def run() -> Iterator[Callable[[Follower], None]]:
    """Lets a replica move by itself until the test ends."""
    followers: list[Follower] = []

    def run(follower: Follower) -> None:
        followers.append(follower)
        eventlet.spawn(follower.run)

    yield run
    for follower in followers:
        follower.stop()
