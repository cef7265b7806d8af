"""A replica compares what it holds with the register, and says where they differ."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import REGISTRY

from contracts.digests import mark
from services.search.domain.watching import LOOKS, Watch
from tests.service.search.replicas import FakeCertificates, Start, service_of

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


class Told:
    """certificates' figures; one certificate more where ``missing``."""

    def __init__(self, certificates: FakeCertificates) -> None:
        self._certificates, self.missing, self.asked = certificates, 0, 0

    def digest(self) -> list[dict[str, Any]]:
        self.asked += 1
        snapshots = [envelope["certificate"] for envelope in self._certificates.log]
        marks = (mark(it["base_number"], it["issue"], it["status"], it["change_no"]) for it in snapshots)
        return [{"excb": "BAS", "year": "2026", "count": len(snapshots) + self.missing, "hash": sum(marks)}]


@pytest.fixture
def search(start: Start, certificates: FakeCertificates) -> Any:
    for _ in range(3):
        certificates.append()
    follower = start()
    follower.step()
    service = service_of(follower)
    service.certificates, service.night_watch, service.clock = Told(certificates), Watch(), lambda: NOW
    return service


def figure() -> float | None:
    return REGISTRY.get_sample_value("register_index_differences", {"replica": "one"})


def test_a_replica_that_holds_the_register_says_so_and_looks_again_the_next_night(search: Any) -> None:
    for _ in range(5):
        search.watch()
    assert (figure(), search.certificates.asked) == (0, 1)


def test_a_difference_that_stays_is_published(search: Any) -> None:
    search.certificates.missing = 1
    for _ in range(LOOKS):
        search.watch()
    assert (figure(), search.certificates.asked) == (1, LOOKS)


def test_a_difference_that_passes_is_none(search: Any) -> None:
    search.certificates.missing = 1
    search.watch()
    search.certificates.missing = 0
    search.watch()
    assert (figure(), search.certificates.asked) == (0, 2)


def test_nothing_is_compared_while_the_index_is_being_built(start: Start, certificates: FakeCertificates) -> None:
    service = service_of(start())
    service.certificates, service.night_watch, service.clock = Told(certificates), Watch(), lambda: NOW
    service.watch()
    assert service.certificates.asked == 0
