"""The ledger of numbers, and nightly runs: which series is meant, what an entry says, when there is work."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.errors import InvalidInput
from contracts.numbers import Series
from services.certificates.domain import ledger, runs
from services.certificates.domain.ledger import Entry
from services.certificates.domain.runs import Run

TODAY = date(2026, 11, 21)
NIGHT = datetime(2026, 11, 21, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("year", [2026, 26])
def test_a_year_is_written_in_full_or_by_its_last_digits(year: int) -> None:
    assert ledger.asked("equipment", "BAS", "GB", year, TODAY) == Series("equipment", "BAS", "26")


def test_a_series_of_reports_bears_the_country_of_its_body() -> None:
    assert ledger.asked("ExTR", "BAS", "GB", 2019, TODAY) == Series("ExTR", "BAS", "19", "GB")


def test_without_a_year_only_what_counts_on_is_one_series() -> None:
    assert ledger.asked("mark-licence", "BAS", "GB", None, TODAY) == Series("mark-licence", "BAS")
    assert ledger.asked("person", "BAS", "GB", None, TODAY) is None


def test_what_counts_on_over_the_years_has_none_to_ask_for() -> None:
    with pytest.raises(InvalidInput, match="hold no year") as refusal:
        ledger.asked("service-facility", "BAS", "GB", 2026, TODAY)
    assert refusal.value.details["errors"][0]["field"] == "year"


@pytest.mark.parametrize("year", [1995, 2096, 10_000, -1, "2026", True])
def test_a_year_without_numbers_is_refused(year: object) -> None:
    with pytest.raises(InvalidInput):
        ledger.asked("equipment", "BAS", "GB", year, TODAY)


def test_a_page_is_in_the_order_of_numbers_and_says_behind_which_the_next_begins() -> None:
    series = Series("mark-licence", "BAS")
    entries = [Entry(series.number(n), "current", TODAY, 0) for n in (12, 2, 7)]
    rows, following = ledger.page(series, entries, 2)
    assert ([row["n"] for row in rows], following) == ([2, 7], 7)
    assert ledger.page(series, entries, 3)[1] is None


def test_only_what_is_deleted_has_a_reason() -> None:
    series = Series("equipment", "BAS", "26")
    entries = [Entry(series.number(1), "current", TODAY, 0), Entry(series.number(2), "deleted", TODAY, 0, "Twice.")]
    rows, _ = ledger.page(series, entries, 5)
    assert rows[0] == {"n": 1, "number": "IECEx BAS 26.0001", "fate": "current", "since": "2026-11-21", "issue": 0}
    assert rows[1]["reason"] == "Twice."


def test_a_run_is_due_once_a_day() -> None:
    done = Run("quality", NIGHT).finished(NIGHT + timedelta(hours=1))
    assert runs.due("quality", None, NIGHT) == Run("quality", NIGHT)
    assert runs.due("quality", done, NIGHT + timedelta(hours=23)) is None
    assert runs.due("quality", done, NIGHT + timedelta(days=1)) == Run("quality", NIGHT + timedelta(days=1))


def test_a_run_that_was_left_goes_on_where_it_stopped_even_the_day_after() -> None:
    left = Run("quality", NIGHT).after("5b4b", 500)
    assert runs.due("quality", left, NIGHT + timedelta(days=1)) == left
    assert runs.shown(left) == {"began_at": "2026-11-21T00:05:00Z", "finished_at": None, "certificates": 500}
