"""What every page does, with fakes behind it."""

from __future__ import annotations

import re

import pytest
from flask import Flask, g

from contracts.errors import Forbidden, Unavailable
from contracts.identity import GUEST
from gateway.pages import assets, guards
from tests.service.gateway.browser import Browser

PERSON = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_page_runs_nothing_that_is_not_a_file_of_ours(browser: Browser) -> None:
    policy = browser.http.get("/", headers=PERSON).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert "unsafe" not in policy


def test_a_page_that_did_not_change_is_not_sent_again(browser: Browser) -> None:
    first = browser.http.get("/", headers=PERSON)
    assert first.headers["Cache-Control"] == "no-cache"
    assert browser.http.get("/", headers=PERSON | {"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_the_style_is_kept_for_a_year_under_an_address_that_changes_with_it(browser: Browser) -> None:
    address = re.search(r'href="(/static/[0-9a-f]{16}/register.css)"', browser.http.get("/", headers=PERSON).text)
    assert address
    answer = browser.http.get(address[1])
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/css", assets.FOR_A_YEAR)


@pytest.mark.parametrize("name", ["nothing.css", "..%2fservice.py", "%2e%2e"])
def test_the_files_are_those_of_the_folder_and_no_others(browser: Browser, name: str) -> None:
    assert browser.http.get(f"/static/{assets.digest()}/{name}").status_code == 404


def test_the_type_face_is_made_of_the_installed_one(browser: Browser) -> None:
    answer = browser.http.get(f"/static/{assets.digest()}/{assets.TYPE_FACE}")
    assert (answer.mimetype, answer.data[:4]) == ("font/woff", b"wOFF")
    assert len(answer.data) < 70_000


def test_a_person_reads_of_an_error_on_a_page_what_it_was_and_what_to_do(browser: Browser) -> None:
    answer = browser.http.get("/nowhere", headers=PERSON)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "There is nothing at /nowhere." in answer.text
    assert "search the register" in answer.text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("nonsense", "&#39;nonsense&#39; is not the number of a certificate or a report."),
        ("BAS ⚡", "&#39;BAS ⚡&#39; is no number: the character U+26A1 stands in no number."),
    ],
)
def test_what_is_no_number_is_said_in_a_sentence(browser: Browser, number: str, text: str) -> None:
    answer = browser.http.get(f"/certificates/{number}", headers=PERSON)
    assert answer.status_code == 404
    assert text in answer.text


def test_a_program_reads_the_same_error_as_a_problem_document(browser: Browser) -> None:
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert browser.http.get("/nowhere", headers=headers).mimetype == "application/problem+json"
    assert browser.http.get("/api/v1/nowhere", headers=PERSON).mimetype == "application/problem+json"


def test_what_a_stranger_wrote_into_an_address_is_no_markup(browser: Browser) -> None:
    answer = browser.http.get("/<script>alert(1)</script>", headers=PERSON)
    assert "<script>alert" not in answer.text


def test_the_home_page_tells_a_program_where_the_api_is_described(browser: Browser) -> None:
    assert browser.http.get("/", headers={"Accept": "application/json"}).json["api"] == "/api/v1/openapi.json"


def test_a_page_of_which_nothing_is_said_is_open_to_nobody() -> None:
    application = Flask("a site")
    application.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with application.test_request_context("/forgotten"):
        g.identity = GUEST
        with pytest.raises(Forbidden, match="open to nobody"):
            guards.enforce()


def test_where_nothing_was_found_there_is_nothing_to_narrow_down_or_print(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = ("Narrow it down", "data-print")
    page = browser.http.get("/search?q=transmitter", headers=PERSON).text
    assert all(offer in page for offer in offered)
    nothing = {"total": 0, "items": [], "facets": {}, "next": None, "change_no": 7, "note": None}
    monkeypatch.setattr(browser.gateway.search, "search", lambda **_asked: nothing)
    page = browser.http.get("/search?q=nothing", headers=PERSON).text
    assert "Nothing was found" in page
    assert not any(offer in page for offer in offered)


def test_a_part_that_is_down_is_said_so_on_a_page_too(browser: Browser) -> None:
    browser.gateway.search.faults.append(Unavailable("It did not answer in time."))
    assert browser.http.get("/", headers=PERSON).status_code == 200


def test_a_report_that_is_not_in_the_register_is_named_and_no_link(browser: Browser) -> None:
    browser.gateway.certificates.add(test_reports=["GB/BAS/ExTR26.0001/00", "GB/BAS/ExTR25.0007/00"])
    page = browser.http.get("/certificates/IECEx-BAS-26.0001X", headers={"Accept": "text/html"}).text
    assert 'href="/reports/GB-BAS-ExTR26.0001-00">GB/BAS/ExTR26.0001/00</a>' in page
    assert "<li>GB/BAS/ExTR25.0007/00</li>" in page
