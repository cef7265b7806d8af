"""The form of an export: its columns, which the API tells of, too."""

from __future__ import annotations

import re
from io import BytesIO

from contracts.errors import InvalidInput, Unavailable
from gateway.pages import reference
from tests.service.gateway.browser import Browser
from tests.service.gateway.visitor import Visitor

MARKED = re.compile(r'name="columns" value="(\w+)"( checked)?')


def marked(page: str) -> list[str]:
    return [key for key, checked in MARKED.findall(page) if checked]


def test_the_api_tells_of_every_column_and_whether_that_changed(browser: Browser) -> None:
    first = browser.http.get("/api/v1/exports/columns")
    assert first.json["items"][-1] == {"key": "change_no", "header": "Change", "usual": []}
    tag = {"If-None-Match": first.headers["ETag"]}
    assert browser.http.get("/api/v1/exports/columns", headers=tag).status_code == 304


def test_the_usual_columns_of_what_is_searched_are_marked_and_not_sent(browser: Browser) -> None:
    visitor = Visitor(browser)
    assert marked(visitor.get("/exports/new?scheme=equipment").text) == ["number", "applicant", "marking"]
    assert marked(visitor.get("/exports/new?scheme=person").text) == ["number", "holder", "applicant"]
    visitor.send("/exports/new", "/exports", scheme="person", format="xlsx", columns=["number", "holder", "applicant"])
    assert browser.gateway.export.calls[-1][2]["columns"] is None


def test_columns_are_asked_for_in_the_order_in_which_the_form_has_them(browser: Browser) -> None:
    Visitor(browser).send("/exports/new", "/exports", format="csv", columns=["marking", "number"])
    assert browser.gateway.export.calls[-1][2]["columns"] == ["marking", "number"]


def test_a_format_without_columns_is_asked_for_none(browser: Browser) -> None:
    Visitor(browser).send("/exports/new", "/exports", format="zip", columns=["marking"])
    assert browser.gateway.export.calls[-1][2]["columns"] is None


def test_marked_columns_and_their_order_stay_where_something_was_wrong(browser: Browser) -> None:
    answer = Visitor(browser).send("/exports/new", "/exports", format="pdf", columns=["marking", "number"])
    assert answer.status_code == 422
    assert marked(answer.text) == ["marking", "number"]
    assert '<details class="sheet" open>' in answer.text


def test_what_is_wrong_with_the_columns_stands_beside_them(browser: Browser) -> None:
    visitor = Visitor(browser)
    visitor.get("/exports/new")
    browser.gateway.export.faults.append(InvalidInput.field("columns", "There is no column 'colour'."))
    # What the columns are is known from the page before, and not asked again.
    answer = visitor.send("/exports/new", "/exports", format="csv", columns=["colour"])
    assert answer.status_code == 422
    assert answer.text.count("There is no column &#39;colour&#39;.") == 2


def test_the_form_does_without_the_choice_while_exports_are_down(browser: Browser) -> None:
    reference.install(browser.application.extensions)
    browser.gateway.export.faults.append(Unavailable("It did not answer in time."))
    answer = Visitor(browser).get("/exports/new")
    assert answer.status_code == 200
    assert "f-columns" not in answer.text


def test_a_check_is_told_of_in_lines_and_leads_to_the_next_list(browser: Browser) -> None:
    visitor = Visitor(browser)
    where = visitor.send("/checks", file=(BytesIO(b"Tag,Certificate\nPT-1,BAS001\n"), "plant.csv")).headers["Location"]
    job_id = where.partition("?")[0].rpartition("/")[2]
    assert "Your list is being checked" in visitor.get(where).text
    browser.gateway.export.finish(job_id, b"a file")
    browser.gateway.export.jobs[job_id] |= {"rows": 2, "missing": [{"number": "BAS001", "text": "There is none."}]}
    page = visitor.get(where).text
    assert "Check of a list: done" in page
    assert "2 lines, " in page
    assert "Lines without an answer" in page
    assert "Check another list" in page
    assert "Search again" not in page
