"""Jobs from start to end, on both databases, with real workers: each ends once, whatever dies on the way."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from contracts.errors import InvalidInput, NotFound, TooManyRequests, Unavailable
from plumbing.db import Handle
from services.export import domain, queries
from services.export.pool import WorkerPool
from tests.builders import a_snapshot
from tests.service.export.neighbours import Clock, FakeSearch, a_replica, as_account
from tests.waiting import until

EVERYTHING: dict[str, Any] = {"q": "", "filters": {}}


def some_certificates(count: int) -> list[dict[str, Any]]:
    return [a_snapshot(f"IECEx BAS 26.{n:04}") for n in range(1, count + 1)]


def file_of(replica: Any, job_id: str) -> bytes:
    return bytes(replica.blobs.get(replica.get(id=job_id)["file"]["blob"]))


def numbers_in(workbook: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(BytesIO(workbook)).worksheets[0]
    return [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]]


def in_background(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_job_waits_until_it_is_done_and_then_has_its_file(replica: Any, search: FakeSearch) -> None:
    search.snapshots = some_certificates(5)
    job = replica.start(format="xlsx", query={"q": "pump", "filters": {"status": ["current"]}})
    assert (job["status"], job["total"], job["percent"], job["file"]) == ("queued", 5, 0, None)
    replica.work()
    done = replica.get(id=job["id"])
    assert (done["status"], done["rows"], done["total"], done["percent"]) == ("done", 5, 5, 100)
    assert done["change_no"] == 7
    assert done["file"]["filename"] == "certificates-2026-11-21.xlsx"
    assert done["file"]["length"] == len(file_of(replica, job["id"]))
    assert numbers_in(file_of(replica, job["id"])) == [f"IECEx BAS 26.{n:04}" for n in range(1, 6)]


def test_nothing_found_gives_a_file_too(replica: Any) -> None:
    job = replica.start(format="xlsx", query=EVERYTHING)
    replica.work()
    assert replica.get(id=job["id"])["status"] == "done"
    assert numbers_in(file_of(replica, job["id"])) == []


def test_ndjson_is_the_public_snapshots_as_they_are(replica: Any, search: FakeSearch) -> None:
    search.snapshots = some_certificates(3)
    job = replica.start(format="ndjson", query=EVERYTHING)
    replica.work()
    assert [json.loads(line) for line in file_of(replica, job["id"]).splitlines()] == search.snapshots


def test_columns_are_chosen_and_ordered(replica: Any, search: FakeSearch) -> None:
    search.snapshots = some_certificates(1)
    job = replica.start(format="csv", query=EVERYTHING, columns=["excb", "number"])
    replica.work()
    assert file_of(replica, job["id"]) == b"ExCB,Certificate No\r\nBAS,IECEx BAS 26.0001\r\n"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"format": "pdf", "query": EVERYTHING}, "format"),
        ({"format": ["xlsx"], "query": EVERYTHING}, "format"),
        ({"format": "xlsx", "query": "pump"}, "query"),
        ({"format": "xlsx", "query": {"words": "pump"}}, "query.words"),
        ({"format": "xlsx", "query": {"q": 7}}, "query.q"),
        ({"format": "xlsx", "query": {"filters": ["status"]}}, "query.filters"),
        ({"format": "xlsx", "query": {"filters": {"colour": ["red"]}}}, "filters.colour"),
        ({"format": "xlsx", "query": EVERYTHING, "columns": ["number", "secret"]}, "columns"),
    ],
)
def test_what_cannot_be_exported_is_refused_at_once(replica: Any, arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        replica.start(**arguments)
    assert [error["field"] for error in refusal.value.details["errors"]] == [field]
    assert replica.workers.pids()


def test_a_job_that_never_was_is_not_found(replica: Any) -> None:
    with pytest.raises(NotFound):
        replica.get(id="no such job")


def test_an_account_has_three_jobs_at_a_time_and_the_next_when_one_is_done(replica: Any) -> None:
    as_account(replica, "anna")
    for _ in range(domain.MOST_OPEN_OF_AN_ACCOUNT):
        replica.start(format="csv", query=EVERYTHING)
    with pytest.raises(TooManyRequests) as refusal:
        replica.start(format="csv", query=EVERYTHING)
    assert refusal.value.details["retry_after"] > 0
    as_account(replica, "berta")
    replica.start(format="csv", query=EVERYTHING)
    replica.work()
    as_account(replica, "anna")
    replica.start(format="csv", query=EVERYTHING)


def test_guests_share_one_allowance_even_when_they_come_at_once(
    replica: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "MOST_OPEN_OF_GUESTS", 4)
    answers: list[str] = []

    def start() -> None:
        try:
            answers.append(replica.start(format="csv", query=EVERYTHING)["status"])
        except TooManyRequests:
            answers.append("refused")

    threads = [in_background(start) for _ in range(10)]
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == ["queued"] * 4 + ["refused"] * 6


def test_progress_is_seen_while_the_rows_are_fetched(
    replica: Any, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "BEAT", timedelta(seconds=0.02))
    search.snapshots = some_certificates(4)
    job = replica.start(format="csv", query=EVERYTHING)
    pages = search.scan

    def slow_scan(**arguments: Any) -> dict[str, Any]:
        if arguments["cursor"] is not None:
            search.gate.clear()
        return pages(**arguments)

    monkeypatch.setattr(search, "scan", slow_scan)
    working = in_background(replica.work)
    until(lambda: replica.get(id=job["id"])["rows"] == 2, 10, "the first page is counted")
    seen = replica.get(id=job["id"])
    assert (seen["status"], seen["percent"]) == ("running", 25)
    search.gate.set()
    working.join(20)
    assert replica.get(id=job["id"])["percent"] == 100


def test_a_query_that_the_search_refuses_later_ends_the_job_with_its_words(replica: Any, search: FakeSearch) -> None:
    job = replica.start(format="csv", query=EVERYTHING)
    search.failures = [InvalidInput.field("q", "Is too long.")]
    replica.work()
    seen = replica.get(id=job["id"])
    assert (seen["status"], seen["error"], seen["file"]) == ("failed", "q: Is too long.", None)


def test_a_search_that_is_away_puts_the_job_off_and_it_is_done_later(
    replica: Any, search: FakeSearch, clock: Clock
) -> None:
    search.snapshots = some_certificates(3)
    job = replica.start(format="csv", query=EVERYTHING)
    search.failures = [Unavailable("The search service did not answer in time; try again soon.")]
    replica.work()
    assert replica.get(id=job["id"])["status"] == "queued"
    replica.work()
    assert replica.get(id=job["id"])["status"] == "queued", "nobody hammers a search that is away"
    clock.pass_by(domain.PAUSE * 2)
    replica.work()
    assert replica.get(id=job["id"])["status"] == "done"
    assert file_of(replica, job["id"]).count(b"IECEx BAS") == 3


def test_a_search_that_stays_away_ends_the_job_with_an_error(replica: Any, search: FakeSearch, clock: Clock) -> None:
    job = replica.start(format="csv", query=EVERYTHING)
    search.failures = [Unavailable() for _ in range(domain.MOST_ATTEMPTS)]
    for _ in range(domain.MOST_ATTEMPTS):
        replica.work()
        clock.pass_by(domain.PAUSE * domain.MOST_ATTEMPTS)
    seen = replica.get(id=job["id"])
    assert (seen["status"], seen["error"]) == ("failed", domain.GIVEN_UP)


def test_a_job_that_ended_every_replica_that_had_it_is_given_up(replica: Any, clock: Clock, db: Handle) -> None:
    job = replica.start(format="csv", query=EVERYTHING)
    for _ in range(domain.MOST_ATTEMPTS):
        with db.begin() as session:
            assert queries.claim(session, clock(), clock() + domain.LEASE, "of a replica that dies")
        clock.pass_by(domain.LEASE * 2)
    replica.work()
    seen = replica.get(id=job["id"])
    assert (seen["status"], seen["error"]) == ("failed", domain.GIVEN_UP)


def test_a_worker_killed_in_the_middle_costs_nobody_anything(
    replica: Any, search: FakeSearch, workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    search.snapshots, search.page = some_certificates(2_100), 1_000
    job = replica.start(format="csv", query=EVERYTHING)
    killed: list[int] = []
    run = workers.run

    def run_and_kill(task: dict[str, Any], *, progress: Callable[[int], None], **options: Any) -> None:
        def kill_once(rows: int) -> None:
            progress(rows)
            if not killed:
                killed.extend(workers.pids())
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)

        run(task, progress=kill_once, **options)

    monkeypatch.setattr(workers, "run", run_and_kill)
    replica.work()
    seen = replica.get(id=job["id"])
    assert len(killed) == 2
    assert (seen["status"], seen["rows"]) == ("done", 2_100)
    assert len(set(file_of(replica, job["id"]).splitlines())) == 1 + 2_100


def test_the_job_of_a_dead_replica_is_taken_over_and_its_late_answer_is_thrown_away(
    db: Handle, workers: WorkerPool, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first replica hangs in the middle without a heartbeat, as a dead one would, and comes back too late."""
    slow, quick = FakeSearch(*some_certificates(3)), FakeSearch(*some_certificates(3))
    first, second = (a_replica(db, workers, tmp_path, search, clock) for search in (slow, quick))
    monkeypatch.setattr(domain, "BEAT", timedelta(hours=1))
    job = first.start(format="csv", query=EVERYTHING)
    slow.gate.clear()
    hanging = in_background(first.work)
    until(slow.reached.is_set, 10, "the first replica has begun")
    second.work()
    assert second.get(id=job["id"])["status"] == "running", "a lease that holds is respected"
    clock.pass_by(domain.LEASE + timedelta(seconds=1))
    second.work()
    done = second.get(id=job["id"])
    assert done["status"] == "done"
    slow.gate.set()
    hanging.join(20)
    assert second.get(id=job["id"]) == done
    assert file_of(second, job["id"]).count(b"IECEx BAS") == 3
    assert len(list((tmp_path / "blobs/exports" / job["id"]).iterdir())) == 1, "the late file is gone"


def test_a_heartbeat_keeps_the_lease_as_long_as_the_work_takes(
    db: Handle, workers: WorkerPool, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = FakeSearch(*some_certificates(1))
    first = a_replica(db, workers, tmp_path, slow, clock)
    second = a_replica(db, workers, tmp_path, FakeSearch(), clock)
    monkeypatch.setattr(domain, "BEAT", timedelta(seconds=0.02))
    job = first.start(format="csv", query=EVERYTHING)
    slow.gate.clear()
    working = in_background(first.work)
    until(slow.reached.is_set, 10, "the first replica has begun")
    clock.pass_by(domain.LEASE - timedelta(seconds=1))

    def renewed() -> bool:
        with db.read() as session:
            held = queries.find(session, job["id"])
        return held is not None and held.lease_until is not None and held.lease_until > clock() + timedelta(seconds=2)

    until(renewed, 10, "the lease is renewed")
    clock.pass_by(timedelta(seconds=2))
    second.work()
    slow.gate.set()
    working.join(20)
    assert second.get(id=job["id"])["rows"] == 1


def test_two_replicas_do_ten_jobs_once_each(
    db: Handle, workers: WorkerPool, tmp_path: Path, clock: Clock
) -> None:
    searches = [FakeSearch(*some_certificates(3)) for _ in range(2)]
    replicas = [a_replica(db, workers, tmp_path, search, clock) for search in searches]
    jobs = [replicas[0].start(format="ndjson", query=EVERYTHING)["id"] for _ in range(10)]
    for thread in [in_background(replica.work) for replica in replicas for _ in range(2)]:
        thread.join(30)
    assert [replicas[0].get(id=job)["status"] for job in jobs] == ["done"] * 10
    with db.read() as session:
        attempts = [job.attempts for job in (queries.find(session, job_id) for job_id in jobs) if job]
    assert attempts == [1] * 10
    assert len([path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]) == 10


def test_a_finished_job_and_its_file_are_removed_after_their_time(
    replica: Any, search: FakeSearch, clock: Clock, tmp_path: Path
) -> None:
    search.snapshots = some_certificates(1)
    old = replica.start(format="csv", query=EVERYTHING)
    replica.work()
    clock.pass_by(domain.KEPT)
    young = replica.start(format="csv", query=EVERYTHING)
    replica.work()
    replica.clear()
    assert replica.get(id=old["id"])["file"], "exactly its time is not over its time"
    clock.pass_by(timedelta(seconds=1))
    replica.clear()
    with pytest.raises(NotFound, match="24 hours"):
        replica.get(id=old["id"])
    assert file_of(replica, young["id"])
    assert len([path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]) == 1


def test_files_that_no_job_points_to_are_swept_away_by_their_age(replica: Any, clock: Clock) -> None:
    """The clock of files is the store's own, so that the test's clock runs ahead."""
    keys = ["exports/x/lost.csv", "previews/draft.pdf", "documents/IECEx-BAS-26.0001/issue-0.pdf"]
    for key in keys:
        replica.blobs.put(key, b"")
    clock.pass_by(timedelta(days=400))
    replica.clear()
    assert [key for key in keys if replica.blobs.exists(key)] == []


def test_a_worker_that_cannot_write_fails_the_job_and_tells_nobody_why(
    replica: Any, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    search.snapshots = [a_snapshot() | {"standards": "not a list"}]
    job = replica.start(format="csv", query=EVERYTHING)
    replica.work()
    seen = replica.get(id=job["id"])
    assert (seen["status"], seen["error"]) == ("failed", "The file could not be written; this was logged.")
