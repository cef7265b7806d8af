"""Jobs among several callers: one for the same question, turns for all, and an end before their end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.errors import Forbidden, NotFound
from contracts.identity import Identity
from plumbing.context import new_context
from plumbing.db import Handle
from services.export import domain, queries
from tests.service.export.neighbours import (
    EVERYTHING,
    Clock,
    FakeSearch,
    a_query,
    as_account,
    in_background,
    some_certificates,
)
from tests.waiting import until


def test_the_same_export_asked_for_twice_is_one_job(replica: Any) -> None:
    first = replica.start(format="csv", query=EVERYTHING)
    assert replica.start(format="csv", query={"q": "", "filters": {}, "sort": "date"})["id"] == first["id"]
    assert replica.start(format="csv", query=EVERYTHING, bom=True)["id"] != first["id"]
    assert replica.start(format="xlsx", query=EVERYTHING)["id"] != first["id"]
    as_account(replica, "anna")
    assert replica.start(format="csv", query=EVERYTHING)["id"] != first["id"]


def test_a_finished_job_is_not_given_for_a_new_one(replica: Any) -> None:
    first = replica.start(format="csv", query=EVERYTHING)
    replica.work()
    assert replica.start(format="csv", query=EVERYTHING)["id"] != first["id"]


def test_a_caller_s_many_jobs_do_not_stand_before_another_s_first(replica: Any, clock: Clock, db: Handle) -> None:
    started: list[tuple[str, str]] = []
    for account, count in (("anna", 3), ("berta", 2)):
        as_account(replica, account)
        for n in range(count):
            started.append((replica.start(format="csv", query=a_query(n))["id"], account))
            clock.pass_by(timedelta(seconds=1))
    served = []
    for token in "12345":
        with db.begin() as session:
            job = queries.claim(session, clock(), clock() + domain.LEASE, token)
        assert job is not None
        served.append(dict(started)[job.id])
        clock.pass_by(timedelta(seconds=1))
    assert served == ["anna", "berta", "anna", "berta", "anna"]


def test_a_job_that_waits_is_cancelled_and_never_done(replica: Any) -> None:
    job = replica.start(format="csv", query=EVERYTHING)
    replica.cancel(id=job["id"])
    replica.work()
    seen = replica.get(id=job["id"])
    assert (seen["status"], seen["file"]) == ("cancelled", None)


def test_a_job_that_goes_on_stops_and_leaves_no_file(
    replica: Any, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "BEAT", timedelta(seconds=0.02))
    search.snapshots = some_certificates(4)
    job = replica.start(format="csv", query=EVERYTHING)
    search.gate.clear()
    working = in_background(replica.work)
    until(search.reached.is_set, 10, "the job has begun")
    replica.cancel(id=job["id"])
    search.gate.set()
    working.join(20)
    assert replica.get(id=job["id"])["status"] == "cancelled"
    assert not list(replica.blobs._folder.rglob("*.csv"))


def test_a_job_that_two_asked_for_ends_when_both_cancelled_it(replica: Any) -> None:
    job = replica.start(format="csv", query=EVERYTHING)
    replica.start(format="csv", query=EVERYTHING)
    replica.cancel(id=job["id"])
    assert replica.get(id=job["id"])["status"] == "queued"
    replica.cancel(id=job["id"])
    assert replica.get(id=job["id"])["status"] == "cancelled"


def test_a_finished_job_is_removed_with_its_file(replica: Any) -> None:
    job = replica.start(format="csv", query=EVERYTHING)
    replica.work()
    blob = replica.get(id=job["id"])["file"]["blob"]
    replica.cancel(id=job["id"])
    assert not replica.blobs.exists(blob)
    with pytest.raises(NotFound):
        replica.cancel(id=job["id"])


def test_an_account_s_job_is_cancelled_by_nobody_else_but_the_secretariat(replica: Any) -> None:
    as_account(replica, "anna")
    job = replica.start(format="csv", query=EVERYTHING)
    as_account(replica, "berta")
    with pytest.raises(Forbidden):
        replica.cancel(id=job["id"])
    replica.call = new_context(Identity("secretariat", account="office"), seconds=30)
    replica.cancel(id=job["id"])
    assert replica.get(id=job["id"])["status"] == "cancelled"


def test_a_cancelled_job_makes_room_for_the_next(replica: Any) -> None:
    as_account(replica, "anna")
    jobs = [replica.start(format="csv", query=a_query(n))["id"] for n in range(domain.MOST_OPEN_OF_AN_ACCOUNT)]
    replica.cancel(id=jobs[0])
    assert replica.start(format="csv", query=EVERYTHING)["status"] == "queued"
