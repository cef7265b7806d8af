"""Each job ends once, whoever dies on the way: workers and replicas, on both databases."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plumbing.db import Handle
from services.export import domain, queries
from services.export.pool import WorkerPool
from services.export.tables import JobRow
from tests.service.export.neighbours import (
    EVERYTHING,
    Clock,
    FakeSearch,
    a_query,
    a_replica,
    file_of,
    in_background,
    some_certificates,
)
from tests.waiting import until


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


def test_two_replicas_do_ten_jobs_once_each(db: Handle, workers: WorkerPool, tmp_path: Path, clock: Clock) -> None:
    searches = [FakeSearch(*some_certificates(3)) for _ in range(2)]
    replicas = [a_replica(db, workers, tmp_path, search, clock) for search in searches]
    jobs = [replicas[0].start(format="ndjson", query=a_query(n))["id"] for n in range(10)]
    for thread in [in_background(replica.work) for replica in replicas for _ in range(2)]:
        thread.join(30)
    assert [replicas[0].get(id=job)["status"] for job in jobs] == ["done"] * 10
    with db.read() as session:
        attempts = [job.attempts for job in (queries.find(session, job_id) for job_id in jobs) if job]
    assert attempts == [1] * 10
    assert len([path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]) == 10


def test_a_job_that_a_replica_of_before_wrote_is_done(replica: Any, clock: Clock, db: Handle) -> None:
    known = {"id": "old", "format": "csv", "q": "", "filters": {}, "columns": ["number"], "status": "queued"}
    counted = {"created_at": clock(), "rows": 0, "written": 0, "attempts": 0}
    with db.begin() as session:
        session.execute(sa.insert(JobRow).values(known | counted))
    replica.work()
    assert replica.get(id="old")["status"] == "done"
