"""/reports in front of a hand-written service: addresses, versions, what is handed on."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.api import examples
from tests.service.gateway.browser import Browser

BASE = "/api/v1/reports/GB-BAS-ExTR26.0001"
LINKS = {
    "self": BASE,
    "issue": f"{BASE}-01",
    "pdf": f"{BASE}-01/pdf",
    "html": "/reports/GB-BAS-ExTR26.0001-01",
}


def last_call(browser: Browser) -> tuple[str, dict[str, Any]]:
    _identity, method, arguments = browser.gateway.certificates.calls[-1]
    return method, arguments


def test_a_report_without_an_issue_is_its_latest_one(browser: Browser) -> None:
    answer = browser.http.get(BASE)
    assert (answer.status_code, answer.json["number"], answer.json["latest_issue"]) == (200, "GB/BAS/ExTR26.0001/01", 1)
    assert answer.json["certificates"] == ["IECEx BAS 26.0001"]
    assert answer.json["links"] == LINKS
    assert {browser.http.get(link).status_code for link in answer.json["links"].values()} == {200}
    assert browser.http.get(BASE).data == answer.data
    assert last_call(browser) == ("report", {"number": "GB/BAS/ExTR26.0001"})


def test_each_issue_has_an_address_of_its_own(browser: Browser) -> None:
    assert browser.http.get(f"{BASE}-00").json["number"] == "GB/BAS/ExTR26.0001/00"
    assert browser.http.get(f"{BASE}-02").status_code == 404


@pytest.mark.parametrize("spelling", ["gb-bas-extr26.0001-00", "GB_BAS_ExTR26.0001_00", "GB BAS ExTR26 0001 00"])
def test_any_spelling_is_led_to_the_one_address(browser: Browser, spelling: str) -> None:
    read = browser.http.get(f"/api/v1/reports/{spelling}?x=1")
    changed = browser.http.post(f"/api/v1/reports/{spelling}/issues", headers=browser.as_("author", "BAS"))
    assert (read.status_code, read.headers["Location"]) == (301, f"{BASE}-00?x=1")
    assert (changed.status_code, changed.headers["Location"]) == (308, f"{BASE}-00/issues")
    assert read.data == changed.data == b""


@pytest.mark.parametrize("text", ["nonsense", "IECEx-BAS-26.0001X", "x" * 300, "%F0%9F%A6%86"])
def test_what_is_no_reports_number_is_not_found(browser: Browser, text: str) -> None:
    answer = browser.http.get(f"/api/v1/reports/{text}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert not browser.gateway.certificates.calls


def test_who_has_it_already_gets_304_until_something_rests_on_it(browser: Browser) -> None:
    tag = browser.http.get(f"{BASE}-00").headers["ETag"]
    again = browser.http.get(f"{BASE}-00", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", "no-cache")
    browser.gateway.certificates.resting = ("IECEx BAS 26.0001", "IECEx BAS 26.0002")
    assert browser.http.get(f"{BASE}-00", headers={"If-None-Match": tag}).status_code == 200


def test_a_report_s_summary_is_shown_as_pdf(browser: Browser) -> None:
    answer = browser.http.get(f"{BASE}-00/pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert browser.gateway.export.calls[-1][1:] == ("report_pdf", {"number": "GB/BAS/ExTR26.0001/00"})


def test_the_page_of_a_report_leads_a_program_to_its_json(browser: Browser) -> None:
    answer = browser.http.get("/reports/GB-BAS-ExTR26.0001-01", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{BASE}-01")
    assert browser.http.get("/reports/gb-bas-extr26.0001-01").status_code == 301


def test_a_report_is_registered_with_the_key_that_was_sent_and_says_where_it_is(browser: Browser) -> None:
    headers = browser.as_("author", "BAS") | {"Idempotency-Key": "order-4711"}
    answer = browser.http.post("/api/v1/reports", json=examples.REPORT, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{BASE}-00")
    assert last_call(browser) == ("register_report", {"body": examples.REPORT, "idempotency_key": "order-4711"})


def test_the_next_issue_is_registered_under_the_same_number(browser: Browser) -> None:
    headers = browser.as_("signatory", "BAS") | {"Idempotency-Key": "audit-2"}
    answer = browser.http.post(f"{BASE}/issues", json=examples.REPORT, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{BASE}-02")
    expected = {"number": "GB/BAS/ExTR26.0001", "body": examples.REPORT, "idempotency_key": "audit-2"}
    assert last_call(browser) == ("reissue_report", expected)


def test_reports_are_listed_with_their_links(browser: Browser) -> None:
    answer = browser.http.get("/api/v1/reports?excb=BAS&type=ExTR&limit=5&cursor=x")
    assert (answer.json["items"][0]["links"], answer.json["next"]) == (LINKS, "more")
    assert last_call(browser) == ("reports", {"excb": "BAS", "type": "ExTR", "limit": 5, "cursor": "x"})


@pytest.mark.parametrize(("query", "field"), [("type=XTR", "type"), ("limit=0", "limit"), ("body=BAS", "body")])
def test_a_parameter_that_is_wrong_or_unknown_is_named(browser: Browser, query: str, field: str) -> None:
    answer = browser.http.get(f"/api/v1/reports?{query}")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
