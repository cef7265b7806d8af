"""The other pages of an officer's work: requests, reports, batches, annexes; and how all of them look."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visitors
from tests.browser.officers import (
    AUTHOR,
    SIGNATORY,
    a_party,
    an_officer,
    drafted,
    filled_in,
    led_to,
)
from tests.browser.visitor import PHONE, SMALL, Visitor
from tests.pictures import a_file
from tests.stack import Register


@pytest.fixture
def officer(visitors: Visitors) -> Visitor:
    """An author at a desk."""
    return an_officer(visitors)


def test_a_body_asks_the_secretariat_and_takes_it_back(officer: Visitor, site: Register) -> None:
    items = site.log_in(SIGNATORY).call("GET", "/mine?status=current&scheme=equipment").json()["items"]
    number = items[-1]["number"]
    page = officer.go("/work/certificates?status=current&scheme=equipment")
    page.get_by_role("link", name=f"Ask the Secretariat about {number}").click()
    page.get_by_label("Cancel", exact=True).check()
    page.get_by_label("Reason").fill("Production ended.")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Say since when")
    assert officer.offences() == []
    page.get_by_label("Suspend").check()
    page.get_by_role("button", name="Ask", exact=True).click()
    row = page.get_by_role("row").filter(has_text=number).filter(has_text="Open")
    expect(row).to_contain_text("Production ended.")
    row.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("row").filter(has_text=number).first).to_contain_text("Withdrawn")


def test_a_report_is_registered_and_its_next_issue_begins_with_it(officer: Visitor, site: Register) -> None:
    page = officer.go("/work/reports/new?type=QAR")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("alert")).to_contain_text("Subject")
    filled_in(page, {**a_party("applicant"), "subject": "Quality system, audited", "issued": "2026-11-02"})
    page.get_by_role("button", name="Register").click()
    led_to(page, r"^http://[^/]+/(api/v1/)?(certificates|reports)/")
    page = officer.go("/work/reports?type=QAR")
    row = page.get_by_role("row").filter(has_text="Quality system, audited").first
    number = row.get_by_role("rowheader").inner_text()
    row.get_by_role("link", name="Next issue").click()
    assert page.get_by_label("Subject").input_value() == "Quality system, audited"
    page.get_by_label("Summary").fill("The yearly audit.")
    page.get_by_role("button", name="Register the next issue").click()
    led_to(page, r"^http://[^/]+/(api/v1/)?(certificates|reports)/")
    path = number.replace("/", "-").removesuffix("-00")
    assert site.log_in(AUTHOR).call("GET", f"/reports/{path}").json()["issue"] == 1


def test_officers_read_what_their_body_may_certify_and_change_nothing(visitors: Visitors) -> None:
    page = an_officer(visitors).go("/work")
    page.get_by_role("link", name="Own scopes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What BAS may certify")
    expect(page.get_by_role("row").nth(1)).to_contain_text("in force")
    assert not page.get_by_role("main").get_by_role("button").count()
    page.get_by_role("link", name="What everybody sees of BAS").click()
    expect(page).to_have_url(re.compile("/bodies/BAS$"))


def test_a_batch_tells_what_became_of_each_line(visitors: Visitors, tmp_path: Path) -> None:
    officer = an_officer(visitors)
    page = officer.go("/work/batch")
    page.get_by_role("button", name="Send the batch").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a file")
    file = tmp_path / "batch.ndjson"
    good = '{"scheme": "mark-licence", "applicant": {"name": "Muster GmbH", "country": "DE"}}'
    file.write_text(f"{good}\nno json\n")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Send the batch").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Drafted")
    expect(page.get_by_role("row").nth(2)).to_contain_text("is not JSON")
    expect(page.get_by_role("status")).to_contain_text("0 issued, 1 drafted, 1 refused.")
    assert officer.offences() == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_batch_shows_how_far_it_is_while_the_register_works(visitors: Visitors, scripts: bool) -> None:
    officer = an_officer(visitors, scripts=scripts)
    page = officer.go("/work/batch")

    def halfway(route: Route) -> None:
        """What the register sends, up to a moment in the middle."""
        answer = route.fetch()
        told, mark, _rest = answer.text().partition("200 of 450 lines</span></div></td></tr>")
        route.fulfill(response=answer, body=told + mark)

    def send() -> None:
        page.get_by_label("Or paste the lines").fill("{}\n" * 450)
        page.get_by_role("button", name="Send the batch").click()

    page.route("**/work/batch", halfway)
    send()
    expect(page.get_by_text("200 of 450 lines")).to_be_in_viewport()
    assert officer.page.get_by_role("progressbar").evaluate("(bar) => bar.value / bar.max") == pytest.approx(200 / 450)
    page.unroute("**/work/batch")
    officer.go("/work/batch")
    send()
    expect(page.get_by_role("status")).to_contain_text("450 refused.")
    expect(page.locator(".so-far:visible")).to_have_count(0)


PAGES = (
    "/work",
    "/work/certificates",
    "/work/scopes",
    "/work/requests",
    "/work/certificates/IECEx-BAS-26.0002/request",
    "/work/new",
    "/work/new/equipment",
    "/work/new/service-facility",
    "/work/new/mark-licence",
    "/work/new/person",
    "/work/certificates/IECEx-CP-BAS-26.0001/issues/0",
    "/work/certificates/IECEx-CP-BAS-26.0001/issues/0/issue",
    "/work/reports",
    "/work/reports/new",
    "/work/batch",
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_the_work_is_accessible(visitors: Visitors, dark: bool) -> None:
    officer = an_officer(visitors, SIGNATORY, dark=dark)
    offences = {}
    for path in PAGES:
        officer.go(path)
        offences[path] = officer.offences()
    assert not {path: found for path, found in offences.items() if found}


@pytest.mark.parametrize("width", [SMALL, PHONE])
def test_every_page_of_the_work_fits_a_phone(visitors: Visitors, width: int) -> None:
    officer = an_officer(visitors, SIGNATORY, width=width)
    wide = []
    for path in PAGES:
        officer.go(path)
        if officer.is_wider_than_the_window():
            wide.append(path)
    assert not wide


def test_a_form_with_errors_is_accessible_and_sums_them_up(visitors: Visitors) -> None:
    officer = an_officer(visitors, scripts=False)
    page = officer.go("/work/new/equipment")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved")
    seen = an_officer(visitors, dark=True)
    page = seen.go("/work/new/person")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Person, name")
    assert seen.offences() == []


def test_annexes_are_put_on_a_draft_and_taken_off(officer: Visitor, tmp_path: Path) -> None:
    where = drafted(officer)
    page = officer.go(f"{where}/annexes")
    assert officer.offences() == []
    picture = tmp_path / "drawing.jpg"
    picture.write_bytes(a_file())
    page.get_by_label("Add a file").set_input_files(picture)
    page.get_by_role("button", name="Upload").click()
    row = page.get_by_role("row").filter(has_text="drawing.jpg")
    expect(row).to_be_visible(timeout=15_000)
    assert officer.offences() == []
    expect(officer.go(where).get_by_role("link", name="Annexes (1)")).to_be_visible()
    page.get_by_role("link", name="Annexes (1)").click()
    row.get_by_role("button", name="Take it off").click()
    expect(page.get_by_role("heading", name="No annexes")).to_be_visible()


def test_a_file_that_is_no_annex_is_refused_in_words(officer: Visitor, tmp_path: Path) -> None:
    page = officer.go(f"{drafted(officer)}/annexes")
    file = tmp_path / "drawing.pdf"
    file.write_bytes(b"no drawing")
    page.get_by_label("Add a file").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("heading", name="No annexes")).to_be_visible()
