"""The rules of export jobs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.errors import InvalidInput, TooManyRequests
from services.export import domain
from services.export.domain import Job, check_format, check_open, check_query

MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)


def a_job(**overrides: Any) -> Job:
    values: dict[str, Any] = {
        "id": "4f1c",
        "format": "xlsx",
        "q": "",
        "filters": {},
        "columns": ["number"],
        "requested_by": None,
        "status": "running",
        "created_at": MORNING,
    }
    return Job(**values | overrides)


@pytest.mark.parametrize(
    ("job", "percent"),
    [
        (a_job(status="queued"), 0),
        (a_job(total=0), 0),
        (a_job(total=200, rows=100), 25),
        (a_job(total=200, rows=200), 50),
        (a_job(total=200, rows=200, written=100), 75),
        (a_job(total=200, rows=200, written=200), 99),
        (a_job(total=100, rows=150, written=150), 99),
        (a_job(total=0, status="done"), 100),
    ],
)
def test_percent_is_of_the_whole_work_and_100_only_when_the_file_is_there(job: Job, percent: int) -> None:
    assert job.percent == percent


def test_a_file_is_named_by_the_day_and_typed_by_its_format() -> None:
    file = a_job(status="done", format="csv", token="t1", length=5).answer()["file"]
    assert file == {
        "blob": "exports/4f1c/t1.csv",
        "filename": "certificates-2026-11-21.csv",
        "content_type": "text/csv; charset=utf-8",
        "length": 5,
    }


@pytest.mark.parametrize("status", ["queued", "running", "failed"])
def test_a_job_that_is_not_done_has_no_file(status: str) -> None:
    assert a_job(status=status, token="t1").answer()["file"] is None


def test_each_lease_writes_a_file_of_its_own() -> None:
    assert a_job(token="first").blob != a_job(token="second").blob


@pytest.mark.parametrize("kind", ["pdf", "XLSX", "", None, 7, ["xlsx"]])
def test_an_unknown_format_is_told_which_there_are(kind: object) -> None:
    with pytest.raises(InvalidInput, match="xlsx, csv, ndjson"):
        check_format(kind)


def test_a_screen_s_query_is_taken_as_it_is() -> None:
    assert check_query({"q": "pump", "filters": {"excb": ["BAS"]}, "sort": "-date"}) == ("pump", {"excb": ["BAS"]})
    assert check_query({}) == ("", {})


def test_a_query_holds_nothing_that_a_database_cannot_keep() -> None:
    assert check_query({"q": "pump\0valve"}) == ("pump valve", {})


@pytest.mark.parametrize(
    ("account", "limit"), [("anna", domain.MOST_OPEN_OF_AN_ACCOUNT), (None, domain.MOST_OPEN_OF_GUESTS)]
)
def test_the_allowance_ends_where_it_says(account: str | None, limit: int) -> None:
    check_open(account, limit - 1)
    with pytest.raises(TooManyRequests) as refusal:
        check_open(account, limit)
    assert refusal.value.details["retry_after"] > 0
