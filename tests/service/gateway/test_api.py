"""The API in front of hand-written services: what reaches them, and how their answers look outside."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import (
    DeadlineExceeded,
    IdempotencyKeyReused,
    InvalidInput,
    RegisterError,
    RuleViolation,
    SeriesFull,
    TooManyRequests,
    Unavailable,
    WrongState,
)
from gateway.api import examples
from tests.service.gateway.browser import Browser

HERE = "/api/v1/certificates/IECEx-BAS-26.0001X"


def last_call(browser: Browser) -> tuple[str, dict[str, Any]]:
    _identity, method, arguments = browser.gateway.certificates.calls[-1]
    return method, arguments


def test_a_certificate_is_read_with_its_version_as_the_etag_and_links_to_what_belongs_to_it(browser: Browser) -> None:
    browser.gateway.certificates.add()
    answer = browser.http.get(HERE)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"3"'
    assert "version" not in answer.json
    assert answer.json["links"] == {
        "self": HERE,
        "issue": f"{HERE}/issues/0",
        "history": f"{HERE}/history",
        "pdf": f"{HERE}/issues/0/pdf",
        "html": "/certificates/IECEx-BAS-26.0001X",
    }
    assert {browser.http.get(link).status_code for link in answer.json["links"].values()} == {200}


def test_who_has_the_newest_version_already_gets_304_without_a_body(browser: Browser) -> None:
    browser.gateway.certificates.add()
    answer = browser.http.get(HERE, headers={"If-None-Match": '"2", "3"'})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", '"3"')


def test_what_is_public_may_be_kept_and_asked_about_and_a_draft_may_not(browser: Browser) -> None:
    browser.gateway.certificates.add()
    assert browser.http.get(HERE).headers["Cache-Control"] == "no-cache"
    browser.gateway.certificates.add(status="draft")
    answer = browser.http.get(HERE, headers=browser.as_("author", "BAS"))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer.vary


def test_a_draft_does_not_exist_for_the_public(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    assert browser.http.get(HERE).status_code == 404
    assert browser.http.get(HERE, headers=browser.as_("author", "SIR")).status_code == 404


@pytest.mark.parametrize("spelling", ["iecex%20bas%2026.0001x", "IECEx_BAS_26.0001X", "IEC Ex Bas 26 0001 X"])
def test_any_spelling_of_a_number_is_led_to_the_one_address(browser: Browser, spelling: str) -> None:
    read = browser.http.get(f"/api/v1/certificates/{spelling}/history?x=1")
    headers = browser.as_("signatory", "BAS") | {"If-Match": '"3"'}
    changed = browser.http.post(f"/api/v1/certificates/{spelling}/issue", headers=headers)
    assert (read.status_code, read.headers["Location"]) == (301, f"{HERE}/history?x=1")
    assert (changed.status_code, changed.headers["Location"]) == (308, f"{HERE}/issue")
    assert read.data == changed.data == b""


def test_a_number_with_an_issue_is_led_to_that_issue(browser: Browser) -> None:
    assert browser.http.get(f"{HERE}-002").headers["Location"] == f"{HERE}/issues/2"
    assert browser.http.get(f"{HERE}-002/pdf").headers["Location"] == f"{HERE}/issues/2/pdf"
    headers = browser.as_("signatory", "BAS") | {"If-Match": '"3"'}
    assert browser.http.post(f"{HERE}-002/issue", headers=headers).status_code == 404


def test_nobody_is_led_anywhere_before_he_has_shown_that_he_may(browser: Browser) -> None:
    assert browser.http.post("/api/v1/certificates/iecex%20bas%2026.0001/issue").status_code == 401


@pytest.mark.parametrize("text", ["nonsense", "CH-SEV-ExTR19.0036-00", "x" * 300, "%F0%9F%A6%86"])
def test_what_is_no_certificates_number_is_not_found_and_says_what_a_number_looks_like(
    browser: Browser, text: str
) -> None:
    answer = browser.http.get(f"/api/v1/certificates/{text}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json["detail"]


def test_the_page_of_a_certificate_leads_a_program_to_its_json(browser: Browser) -> None:
    answer = browser.http.get("/certificates/IECEx-BAS-26.0001X", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Location"]) == (303, HERE)


def test_a_draft_is_made_with_the_key_that_was_sent_and_says_where_it_is(browser: Browser) -> None:
    headers = browser.as_("author", "BAS") | {"Idempotency-Key": "order-4711"}
    answer = browser.http.post("/api/v1/certificates", json=examples.CONTENT, headers=headers)
    assert answer.status_code == 201
    assert answer.headers["Location"] == answer.json["links"]["self"] == "/api/v1/certificates/IECEx-BAS-26.0001"
    assert last_call(browser) == ("create_draft", {"body": examples.CONTENT, "idempotency_key": "order-4711"})


@pytest.mark.parametrize("key", ["two words", "x" * 201, "schlüssel"])
def test_an_idempotency_key_that_cannot_be_kept_is_refused_by_its_name(browser: Browser, key: str) -> None:
    headers = browser.as_("author", "BAS") | {"Idempotency-Key": key.encode().decode("latin-1")}
    answer = browser.http.post("/api/v1/certificates", json=examples.CONTENT, headers=headers)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_an_edit_needs_the_version_that_was_read(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    headers = browser.as_("author", "BAS")
    for if_match, status in ((None, 428), ("*", 428), ('"2"', 412), ('W/"3"', 412), ('"3", "4"', 422), ('"3"', 200)):
        sent = headers | ({"If-Match": if_match} if if_match else {})
        assert browser.http.put(HERE, json=examples.CONTENT, headers=sent).status_code == status, if_match
    assert last_call(browser)[1]["version"] == "3"


def test_the_secretariats_reason_for_an_edit_is_handed_on(browser: Browser) -> None:
    browser.gateway.certificates.add()
    headers = browser.as_("secretariat") | {"If-Match": '"3"'}
    browser.http.put(HERE, json=examples.CONTENT, headers=headers, query_string={"reason": "A slip of the pen."})
    assert last_call(browser)[1]["reason"] == "A slip of the pen."


def test_issuing_needs_the_version_too(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    headers = browser.as_("signatory", "BAS")
    assert browser.http.post(f"{HERE}/issue", headers=headers).status_code == 428
    answer = browser.http.post(f"{HERE}/issue", headers=headers | {"If-Match": '"3"'})
    assert (answer.status_code, answer.json["status"], answer.headers["ETag"]) == (200, "current", '"4"')


def test_the_secretariat_decides_with_a_reason_and_what_else_there_is_to_say(browser: Browser) -> None:
    browser.gateway.certificates.add()
    headers = browser.as_("secretariat")
    answer = browser.http.post(f"{HERE}/cancel", json=examples.CANCELLATION, headers=headers)
    assert (answer.status_code, answer.json["status"]) == (200, "cancelled")
    expected = {"number": "IECEx BAS 26.0001X", "version": None, **examples.CANCELLATION}
    assert last_call(browser) == ("cancel", expected)


def test_a_decision_that_lacks_something_is_refused_field_by_field_before_anybody_is_asked(browser: Browser) -> None:
    headers = browser.as_("secretariat")
    answer = browser.http.post(f"{HERE}/cancel", json={"resaon": "typo"}, headers=headers)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == {"reason", "resaon", "date", "supplied_affected"}
    assert not browser.gateway.certificates.calls


@pytest.mark.parametrize("given", [{"json": {"reason": "Twice."}}, {"query_string": {"reason": "Twice."}}])
def test_a_deleted_certificate_is_gone_and_says_why(browser: Browser, given: dict[str, Any]) -> None:
    browser.gateway.certificates.add()
    assert browser.http.delete(HERE, headers=browser.as_("secretariat")).status_code == 422
    assert browser.http.delete(HERE, headers=browser.as_("secretariat"), **given).status_code == 204
    answer = browser.http.get(HERE)
    assert (answer.status_code, answer.json["reason"]) == (410, "Twice.")


def test_a_worklist_shows_drafts_with_their_links(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    answer = browser.http.get("/api/v1/mine?limit=10", headers=browser.as_("author", "BAS"))
    assert answer.json["items"][0]["links"]["self"] == HERE
    assert last_call(browser) == ("mine", {"status": None, "scheme": None, "cursor": None, "limit": 10})


def test_a_search_hands_on_its_filters_as_they_were_given(browser: Browser) -> None:
    query = "q=pump&scheme=equipment&scheme=-person&issued_from=2026-01-01&limit=5&sort=-date&min_change=7&facets=excb"
    answer = browser.http.get(f"/api/v1/search?{query}")
    assert answer.json["items"][0]["links"]["self"] == HERE
    assert browser.gateway.search.calls[-1][2] == {
        "q": "pump",
        "filters": {"scheme": ["equipment", "-person"], "issued_from": "2026-01-01"},
        "sort": "-date",
        "limit": 5,
        "cursor": None,
        "min_change": 7,
        "facets": ["excb"],
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("excb_country", "GB"), ("group", "IIC"), ("temperature", "T135 °C"), ("epl", "Gb"), ("unit", "Ex 001"),
        ("edition", "IEC 60079-0 7.0"), ("year", "2026"),
    ],
)  # fmt: skip
def test_every_filter_is_handed_on_and_so_is_an_export_s(browser: Browser, name: str, value: str) -> None:
    assert browser.http.get("/api/v1/search", query_string={name: value}).status_code == 200
    assert browser.gateway.search.calls[-1][2]["filters"] == {name: [value]}
    answer = browser.http.post("/api/v1/exports", json={"format": "csv", "query": {name: [value]}})
    assert answer.status_code == 202
    assert browser.gateway.export.calls[-1][2]["query"]["filters"] == {name: [value]}


def test_a_day_and_older_issues_are_asked_for_in_a_search_and_in_an_export(browser: Browser) -> None:
    wanted = {"valid_on": "2026-01-01", "issues": "all"}
    browser.http.get("/api/v1/search", query_string=wanted)
    assert browser.gateway.search.calls[-1][2]["filters"] == wanted
    browser.http.post("/api/v1/exports", json={"format": "csv", "query": wanted})
    assert browser.gateway.export.calls[-1][2]["query"]["filters"] == wanted


@pytest.mark.parametrize(
    ("field", "wanted"),
    [("numbers", {"numbers": [0] * 20_000}), ("query.excb", {"query": {"excb": [0] * 20_000}})],
)
def test_of_a_list_that_is_too_long_no_element_is_looked_at(browser: Browser, field: str, wanted: Any) -> None:
    """Each would be an error of its own, and a million of them a long time for everybody."""
    answer = browser.http.post("/api/v1/exports", json={"format": "csv"} | wanted)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("sort=upwards", "sort"),
        ("issued_from=today", "issued_from"),
        ("statsu=current", "statsu"),
        ("issues=some", "issues"),
        ("valid_on=today", "valid_on"),
        ("facets=colour", "facets.0"),
    ],
)
def test_a_parameter_that_is_wrong_or_unknown_is_named(browser: Browser, query: str, field: str) -> None:
    answer = browser.http.get(f"/api/v1/search?{query}")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert not browser.gateway.search.calls


def test_a_parameter_that_is_given_twice_is_named_with_all_else_that_is_wrong(browser: Browser) -> None:
    answer = browser.http.get("/api/v1/search?q=a&q=b&limit=5&limit=5&statsu=current&statsu=x&scheme=a&scheme=b")
    assert answer.status_code == 422
    told = {error["field"]: error["text"] for error in answer.json["errors"]}
    assert told.keys() == {"q", "limit", "statsu"}
    assert told["q"] == told["limit"] == "Is given twice; send it once."
    assert not browser.gateway.search.calls


def test_reference_data_is_asked_for_once_and_then_only_about(browser: Browser) -> None:
    for name in ("excbs", "standards", "units"):
        first = browser.http.get(f"/api/v1/{name}")
        assert first.json["items"]
        again = browser.http.get(f"/api/v1/{name}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput.field("q", "wrong"), 422),
        (RuleViolation("no", findings=[]), 409),
        (WrongState("no", status="suspended", code="x", detail="y", possible=[]), 409),
        (SeriesFull(), 409),
        (IdempotencyKeyReused(), 422),
        (TooManyRequests(retry_after=9), 429),
        (Unavailable(), 503),
        (DeadlineExceeded(), 503),
        (RegisterError("the password is swordfish", secret="swordfish"), 500),
    ],
)
def test_a_services_error_is_answered_from_one_table(browser: Browser, error: RegisterError, status: int) -> None:
    browser.gateway.certificates.faults.append(error)
    answer = browser.http.get("/api/v1/changes")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["instance"].endswith(answer.headers["X-Request-Id"])
    assert ("Retry-After" in answer.headers) == (status in (429, 503))
    assert "swordfish" not in answer.text


def test_all_calls_of_a_request_share_its_deadline_and_the_pdf_has_one_of_its_own(browser: Browser) -> None:
    browser.http.get("/api/v1/changes")
    browser.http.get(f"{HERE}/pdf")
    assert 4 < browser.gateway.certificates.deadlines[-1] <= 5
    assert browser.gateway.export.deadlines == [20]


def test_ready_means_that_every_part_answers_and_names_the_one_that_does_not(browser: Browser) -> None:
    assert browser.http.get("/readyz").json["ready"] is True
    browser.gateway.search.faults.append(Unavailable("It did not answer in time."))
    answer = browser.http.get("/readyz")
    assert (answer.status_code, answer.json["missing"]) == (503, ["search"])
    assert answer.json["parts"]["search"] == {"ready": False, "detail": "It did not answer in time."}
    assert browser.http.get("/healthz").status_code == 200


def test_ready_says_which_replica_answered_and_how_far_it_lags(browser: Browser) -> None:
    assert browser.http.get("/readyz").json["parts"]["search"] == {"ready": True, "replica": "one", "lag": 6}


def test_a_search_that_is_still_building_its_index_is_not_ready(browser: Browser) -> None:
    browser.gateway.search.building = True
    answer = browser.http.get("/readyz")
    assert answer.json["parts"]["search"]["detail"] == "The index is being built: 3 of 9 changes done."
