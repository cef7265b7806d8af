"""The API of the ledger, the statistics and the quality, in front of a hand-written service."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from gateway.api import examples
from tests.service.gateway.browser import Browser


def last_call(browser: Browser) -> tuple[str, dict[str, Any]]:
    _identity, method, arguments = browser.gateway.certificates.calls[-1]
    return method, arguments


@pytest.mark.parametrize("year", [2026, 26])
def test_the_ledger_of_a_year_is_asked_for_as_people_write_years(browser: Browser, year: int) -> None:
    answer = browser.http.get(f"/api/v1/numbers/BAS/equipment/{year}?after=7&limit=5")
    assert answer.json["items"][0]["number"] == "IECEx BAS 26.0001"
    asked = {"excb": "BAS", "scheme": "equipment", "year": year, "after": 7, "limit": 5}
    assert last_call(browser) == ("ledger", asked)


def test_without_a_year_the_service_decides_what_that_means(browser: Browser) -> None:
    answer = browser.http.get("/api/v1/numbers/BAS/equipment")
    assert answer.json["years"] == [{"year": 2026, "given": 3, "drafts": 2}]
    assert last_call(browser) == ("ledger", {"excb": "BAS", "scheme": "equipment", "after": 0, "limit": 1_000})


@pytest.mark.parametrize("address", ["statistics?scheme=equipment", "numbers/BAS/equipment/26"])
def test_what_seldom_changes_is_asked_about(browser: Browser, address: str) -> None:
    first = browser.http.get(f"/api/v1/{address}")
    again = browser.http.get(f"/api/v1/{address}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


def test_statistics_of_one_scheme_and_body(browser: Browser) -> None:
    assert browser.http.get("/api/v1/statistics?scheme=person&excb=BAS").json["totals"]["drafts"] == 2
    assert last_call(browser) == ("statistics", {"scheme": "person", "excb": "BAS"})
    assert browser.http.get("/api/v1/statistics?scheme=cars").status_code == 422


def test_nobody_keeps_what_is_said_of_quality(browser: Browser) -> None:
    answer = browser.http.get("/api/v1/quality?year=2026", headers=browser.as_("it-administrator"))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert last_call(browser) == ("quality", {"year": 2026, "excb": None})


def test_the_certificates_that_break_a_rule_are_asked_for_by_body_year_and_rule(browser: Browser) -> None:
    headers = browser.as_("secretariat")
    address = "/api/v1/quality/findings?excb=BAS&year=2026&rule=equipment-marking"
    assert browser.http.get(address, headers=headers).status_code == 200
    asked = {"excb": "BAS", "year": 2026, "rule": "equipment-marking", "cursor": None, "limit": 100}
    assert last_call(browser) == ("quality_findings", asked)
    refused = browser.http.get("/api/v1/quality/findings", headers=headers)
    assert {error["field"] for error in refused.json["errors"]} == {"excb", "year", "rule"}


def test_a_sample_is_of_a_tenth_where_nobody_says_otherwise(browser: Browser) -> None:
    answer = browser.http.post("/api/v1/quality/samples", json={"year": 2026}, headers=browser.as_("secretariat"))
    assert (answer.status_code, answer.json["seed"]) == (201, "00ff")
    assert last_call(browser) == ("draw_sample", {"year": 2026, "excb": None, "scheme": None, "percent": 10})


def test_a_review_says_of_which_certificate_of_which_sample(browser: Browser) -> None:
    sample = uuid4()
    address = f"/api/v1/quality/samples/{sample}/items/3"
    assert browser.http.put(address, json=examples.REVIEW, headers=browser.as_("secretariat")).status_code == 200
    assert last_call(browser) == ("review", {"sample_id": str(sample), "position": 3, **examples.REVIEW})


def test_an_answer_that_is_none_is_refused_before_anybody_is_asked(browser: Browser) -> None:
    address = f"/api/v1/quality/samples/{uuid4()}/items/1"
    answer = browser.http.put(address, json={"answers": {"dates": "maybe"}}, headers=browser.as_("secretariat"))
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "answers.dates.value")
    assert not browser.gateway.certificates.calls
