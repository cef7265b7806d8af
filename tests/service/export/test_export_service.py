"""The service as it runs: in a container, called over the broker, with its timers and its workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import InvalidInput, NotFound
from plumbing import migrations
from plumbing.rpc import rpc
from services.export.service import Export, Workers
from services.export.sources import PAGE
from tests.builders import a_snapshot
from tests.running import Running, running, settings_for
from tests.service.export.neighbours import FakeCertificates
from tests.signing_keys import PASSWORD, a_key_file
from tests.waiting import until

NUMBER = "IECEx BAS 26.0001"


class Search:
    """A neighbour over the broker."""

    name = "search"

    @rpc
    def search(self, q: str, filters: dict[str, Any], limit: int) -> dict[str, Any]:
        return {"total": 1, "items": [], "facets": {}, "next": None, "change_no": 7, "note": f"{q}{filters}{limit}"}

    @rpc
    def scan(self, q: str, filters: dict[str, Any], cursor: str | None, limit: int) -> dict[str, Any]:
        assert (q, filters, cursor, limit) == ("pump", {"excb": ["BAS"]}, None, PAGE)
        return {"total": 1, "items": [a_snapshot(NUMBER)], "next": None, "change_no": 7}


class Certificates:
    """A neighbour over the broker."""

    name = "certificates"
    fake = FakeCertificates()

    @rpc
    def get(self, number: str) -> dict[str, Any]:
        return self.fake.get(number=number)

    @rpc
    def get_issue(self, number: str, issue: int) -> dict[str, Any]:
        return self.fake.get_issue(number=number, issue=issue)

    @rpc
    def history(self, number: str) -> dict[str, Any]:
        return self.fake.history(number=number)

    @rpc
    def changes(self, after: int, limit: int) -> dict[str, Any]:
        return self.fake.changes(after=after, limit=limit)

    @rpc
    def excbs(self) -> list[dict[str, Any]]:
        return self.fake.excbs()

    @rpc
    def standards(self) -> list[dict[str, Any]]:
        return self.fake.standards()

    @rpc
    def units(self) -> list[dict[str, Any]]:
        return self.fake.units()


@pytest.fixture(params=["one process", "servers"])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    uri, database_url = "embedded://export-test", f"sqlite:///{tmp_path}/register.db"
    if request.param == "servers":
        uri, database_url = (request.getfixturevalue(name) for name in ("amqp_uri", "postgres_url"))
    key = {"signing_key": a_key_file(tmp_path), "signing_password": PASSWORD}
    settings = settings_for(uri, database_url, blob_url=f"file://{tmp_path}/blobs", **key)
    migrations.upgrade("export", settings.database_of("export"))
    with running(settings, Export, Search, Certificates) as services:
        yield services


def workers_of(services: Running) -> list[int]:
    provider = next(part for part in services.containers["export"].extensions if isinstance(part, Workers))
    return provider.pool.pids()


def test_a_job_begins_at_once_and_its_file_is_found_where_it_says(services: Running, tmp_path: Path) -> None:
    query = {"q": "pump", "filters": {"excb": ["BAS"]}}
    job = services.call("export", "start", format="csv", query=query, columns=["number"])
    done = until(lambda: _done(services, job["id"]), 30, "the export is done")
    assert (tmp_path / "blobs" / done["file"]["blob"]).read_bytes() == f"Certificate No\r\n{NUMBER}\r\n".encode()


def _done(services: Running, job_id: str) -> Any:
    job = services.call("export", "get", id=job_id)
    return job if job["status"] == "done" else None


def test_a_document_is_drawn_over_the_broker(services: Running, tmp_path: Path) -> None:
    file = services.call("export", "certificate_pdf", seconds=30, number=NUMBER)
    assert (tmp_path / "blobs" / file["blob"]).read_bytes().startswith(b"%PDF-1.7")
    assert services.call("export", "certificate_pdf", number=NUMBER, issue=0) == file


def test_refusals_reach_the_caller_as_what_they_are(services: Running) -> None:
    with pytest.raises(InvalidInput, match="xlsx, csv, ndjson"):
        services.call("export", "start", format="pdf", query={})
    with pytest.raises(NotFound):
        services.call("export", "get", id="nothing")
    with pytest.raises(NotFound):
        services.call("export", "certificate_pdf", number=NUMBER, issue=7)


def test_the_workers_end_with_the_service(services: Running) -> None:
    pids = workers_of(services)
    assert len(pids) == 2
    services.containers["export"].stop()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
