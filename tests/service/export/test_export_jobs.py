"""Jobs from start to end, on both databases, with real workers: what is asked for and what comes of it."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from contracts.errors import InvalidInput, NotFound, TooManyRequests, Unavailable
from services.export import domain
from tests.builders import a_snapshot
from tests.service.export.neighbours import (
    EVERYTHING,
    Clock,
    FakeSearch,
    a_query,
    as_account,
    file_of,
    in_background,
    some_certificates,
)
from tests.waiting import until


def numbers_in(workbook: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(BytesIO(workbook)).worksheets[0]
    return [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]]


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


def test_whatever_is_searched_for_can_be_kept(replica: Any) -> None:
    job = replica.start(format="csv", query={"q": "\0\x01=1+1 \U0001f525", "filters": {"status": ["\0"]}})
    replica.work()
    assert replica.get(id=job["id"])["status"] == "done"


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
    for n in range(domain.MOST_OPEN_OF_AN_ACCOUNT):
        replica.start(format="csv", query=a_query(n))
    with pytest.raises(TooManyRequests) as refusal:
        replica.start(format="csv", query=EVERYTHING)
    assert refusal.value.details["retry_after"] > 0
    as_account(replica, "berta")
    replica.start(format="csv", query=EVERYTHING)
    replica.work()
    as_account(replica, "anna")
    replica.start(format="csv", query=EVERYTHING)


def test_guests_share_one_allowance_even_when_they_come_at_once(replica: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "MOST_OPEN_OF_GUESTS", 4)
    answers: list[str] = []

    def start(n: int) -> None:
        try:
            answers.append(replica.start(format="csv", query=a_query(n))["status"])
        except TooManyRequests:
            answers.append("refused")

    threads = [in_background(partial(start, n)) for n in range(10)]
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
