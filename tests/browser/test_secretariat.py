"""The Secretariat's pages, as whoever sits there goes through them; bodies ask by the API, guests look by it."""

from __future__ import annotations

import json
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from demonstration import accounts
from demonstration.client import Client, in_path
from demonstration.generate import invent
from tests.browser.conftest import Visitors
from tests.browser.visitor import PHONE, SMALL, Visitor
from tests.stack import Register

REASON = "The last audit found the production line changed."
_INDEXES = count(5_000)


@pytest.fixture
def secretary(visitors: Visitors) -> Visitor:
    """Somebody of the Secretariat, at a desk."""
    visitor = visitors()
    visitor.log_in("secretariat")
    return visitor


def issued(site: Register) -> str:
    """The number of a Current certificate of BAS that nobody else works on."""
    client = site.log_in("bas-signatory")
    invented = next(one for index in _INDEXES if (one := invent(index, accounts.BODIES)).excb == "BAS")
    draft = client.create(invented.body, str(uuid4()))
    number: str = client.issue(draft.json()["number"], draft.headers["ETag"]).json()["number"]
    return number


def asked(site: Register, number: str, action: str = "suspend", **more: Any) -> str:
    """The id of a request of BAS about its certificate."""
    body = {"action": action, "reason": REASON, **more}
    path = f"/certificates/{in_path(number)}/requests"
    return str(site.log_in("bas-author").call("POST", path, json=body).json()["id"])


def told(site: Register, number: str) -> dict[str, Any]:
    """What guests are told of a certificate."""
    answer: dict[str, Any] = Client(site.url).get(number).json()
    return answer


def decide(page: Page, number: str, action: str) -> None:
    page.goto(f"/secretariat/certificates/{in_path(number)}/{action}")


def press(visitor: Visitor, name: str) -> None:
    """Goes to a button or link by the Tab key alone, and presses Enter."""
    visitor.tab_to(name)
    visitor.page.keyboard.press("Enter")


def some_pages(site: Register) -> list[str]:
    number, listed = issued(site), issued(site)
    request = asked(site, number)
    secretariat = site.log_in("secretariat")
    sample = secretariat.call("POST", "/quality/samples", json={"year": int(Client.today()[:4]), "percent": 1}).json()
    here, samples = f"/secretariat/certificates/{in_path(listed)}", "/secretariat/quality/samples"
    return [
        "/secretariat",
        "/secretariat/requests",
        "/secretariat/requests?state=withdrawn&excb=ZLM",
        f"/secretariat/requests/{request}",
        here,
        *(f"{here}/{action}" for action in ("suspend", "cancel", "delete")),
        "/secretariat/bodies",
        "/secretariat/bodies/new",
        *(f"/secretariat/bodies/BAS{page}" for page in ("", "/end", "/scopes")),
        "/secretariat/standards",
        "/secretariat/standards/new",
        "/secretariat/standards/edit?number=IEC+60079-1",
        "/secretariat/quality",
        "/secretariat/quality/findings?excb=BAS&year=2026&rule=equipment-marking",
        samples,
        f"{samples}/{sample['id']}",
        f"{samples}/{sample['id']}/1",
        "/secretariat/cards",
        "/secretariat/cards?printed=yes&excb=ZLM",
        "/secretariat/import",
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_accessible_and_as_wide_as_a_small_phone(visitors: Visitors, site: Register, dark: bool) -> None:
    visitor = visitors(dark=dark)
    visitor.log_in("secretariat")
    for path in some_pages(site):
        page = visitor.go(path)
        assert not visitor.offences(), path
        page.set_viewport_size({"width": SMALL, "height": 800})
        assert not visitor.is_wider_than_the_window(), path
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_body_asks_for_suspension_and_the_secretariat_grants_it_by_keys_alone(
    secretary: Visitor, site: Register
) -> None:
    number = issued(site)
    asked(site, number)
    page = secretary.go("/secretariat")
    press(secretary, "Requests")
    expect(page.get_by_role("heading", level=1)).to_have_text("What bodies ask for")
    press(secretary, f"Suspension of {number}")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Suspension of {number}")
    assert told(site, number)["status"] == "current"
    press(secretary, f"Grant: suspend {number}")
    expect(page.get_by_role("heading", name="Granted")).to_be_visible()
    assert (told(site, number)["status"], told(site, number)["status_reason"]) == ("suspended", REASON)


def test_a_refusal_wants_a_reason_and_leaves_the_certificate(secretary: Visitor, site: Register) -> None:
    number = issued(site)
    page = secretary.go(f"/secretariat/requests/{asked(site, number)}")
    page.get_by_label("Reason").fill(" ")
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator("#f-reason-error")).to_contain_text("Say why")
    assert not secretary.offences()
    page.get_by_label("Reason").fill("The audit report does not support it.")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("The audit report does not support it.")).to_be_visible()
    assert told(site, number)["status"] == "current"


def test_what_becomes_public_is_shown_before_it_is_suspended_and_reinstated(secretary: Visitor, site: Register) -> None:
    number, page = issued(site), secretary.page
    for action, text, status in (("suspend", "Suspend", "suspended"), ("reinstate", "Reinstate", "current")):
        decide(page, number, action)
        page.get_by_label("Reason").fill(REASON)
        page.get_by_role("button", name="Show what becomes public").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{text} {number}?")
        expect(page.get_by_text(REASON).first).to_be_visible()
        assert told(site, number)["status"] != status
        page.get_by_role("button", name=f"{text} {number}").click()
        expect(page.get_by_role("heading", name=f"Done: it is {status}")).to_be_visible()
        assert told(site, number)["status"] == status


def test_a_cancellation_says_what_is_missing_and_what_cannot_be_taken_back(secretary: Visitor, site: Register) -> None:
    number, page = issued(site), secretary.page
    decide(page, number, "cancel")
    page.get_by_label("Reason").fill("Production ended.")
    page.get_by_role("button", name="Show what becomes public").click()
    expect(page.locator("#f-supplied_affected-error")).to_contain_text("yes or no")
    expect(page.get_by_label("Reason")).to_have_value("Production ended.")
    page.get_by_label("No, it is not affected").check()
    page.get_by_role("button", name="Show what becomes public").click()
    expect(page.get_by_role("heading", name="This cannot be taken back")).to_be_visible()
    assert not secretary.offences()
    page.get_by_role("button", name=f"Cancel {number}").click()
    expect(page.get_by_role("heading", name="Done: it is cancelled")).to_be_visible()
    assert (told(site, number)["status"], told(site, number)["supplied_affected"]) == ("cancelled", False)


def test_the_licences_that_list_it_are_told_before(secretary: Visitor, site: Register) -> None:
    found = Client(site.url).call("GET", "/search?scheme=mark-licence&status=current&limit=1").json()["items"][0]
    listed = told(site, found["number"])["listed"][0]["number"]
    page = secretary.go(f"/secretariat/certificates/{in_path(listed)}")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=found["number"]))
    expect(row).to_be_visible()


def test_what_was_deleted_says_why_and_keeps_its_number(secretary: Visitor, site: Register) -> None:
    number, page = issued(site), secretary.page
    decide(page, number, "delete")
    page.get_by_label("Reason").fill("Issued twice by mistake.")
    page.get_by_role("button", name="Show what becomes public").click()
    page.get_by_role("button", name=f"Delete {number}").click()
    expect(page.get_by_text("Issued twice by mistake.")).to_be_visible()
    expect(page.get_by_text("The number stays used")).to_be_visible()


def test_nothing_typed_is_lost_when_the_certificate_changed_meanwhile(secretary: Visitor, site: Register) -> None:
    number, page = issued(site), secretary.page
    decide(page, number, "cancel")
    page.get_by_label("Reason").fill("Production ended.")
    page.get_by_label("Yes, it is affected").check()
    site.log_in("secretariat").act(number, "suspend", {"reason": REASON})
    page.get_by_role("button", name="Show what becomes public").click()
    expect(page.get_by_text("The certificate changed after this page was made")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("Production ended.")
    expect(page.get_by_label("Yes, it is affected")).to_be_checked()
    expect(page.locator(".about .badge")).to_have_text("Suspended")
    page.get_by_role("button", name="Show what becomes public").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Cancel {number}?")


def test_a_body_is_accepted_with_its_scopes_and_ended(secretary: Visitor, site: Register) -> None:
    page = secretary.go("/secretariat/bodies/new")
    page.get_by_label("Code").fill("nwb")
    page.get_by_label("Name").fill("A new body")
    page.get_by_label("Country").fill("xx")
    page.get_by_role("button", name="Accept it").click()
    expect(page.locator("#f-country-error")).to_contain_text("ISO 3166")
    page.get_by_label("Country").fill("sweden")
    page.get_by_role("button", name="Accept it").click()
    page.get_by_role("link", name="Change the scopes").click()
    page.get_by_label("Standard, row 1").fill("IEC 60079-1")
    page.get_by_label("From, row 1").fill("2026-31-01")
    page.get_by_role("button", name="Save the scopes").click()
    expect(page.locator(r"#f-valid_from\.0-error")).to_contain_text("such as 2026-11-21")
    assert not secretary.offences()
    page.get_by_label("From, row 1").fill("2026-01-31")
    page.get_by_label("Scheme, row 2").select_option("Person")
    page.get_by_label("From, row 2").fill("2030-01-01")
    page.get_by_role("button", name="Save the scopes").click()
    expect(page.get_by_role("row", name="Equipment IEC 60079-1 2026-01-31 no end in force")).to_be_visible()
    expect(page.get_by_role("row", name="Person all 2030-01-01 no end not begun")).to_be_visible()
    page.get_by_role("link", name="End NWB …").click()
    page.get_by_role("button", name="End NWB").click()
    expect(page.get_by_role("heading", name="Ended")).to_be_visible()
    bodies = {body["code"]: body for body in Client(site.url).call("GET", "/excbs").json()["items"]}
    assert (bodies["NWB"]["active"], bodies["NWB"]["country"], len(bodies["NWB"]["scopes"])) == (False, "SE", 2)


def test_scopes_that_somebody_else_changed_are_not_overwritten(secretary: Visitor, site: Register) -> None:
    page = secretary.go("/secretariat/bodies/ZLM/scopes")
    page.get_by_label("Standard, row 1").fill("IEC 60079-11")
    rows = [{"scheme": "person", "valid_from": "2020-01-01"}]
    site.log_in("secretariat").call("PUT", "/excbs/ZLM/scopes", json={"rows": rows})
    page.get_by_role("button", name="Save the scopes").click()
    expect(page.get_by_role("heading", name="As it is now")).to_be_visible()
    expect(page.get_by_text("person, all standards, from 2020-01-01")).to_be_visible()
    expect(page.get_by_label("Standard, row 1")).to_have_value("IEC 60079-11")
    page.get_by_role("button", name="Save the scopes").click()
    expect(page.get_by_role("row", name="Equipment IEC 60079-11 2003-08-01 no end in force")).to_be_visible()


def test_a_new_edition_is_kept(secretary: Visitor, site: Register) -> None:
    page = secretary.go("/secretariat/standards")
    page.get_by_role("link", name="IEC 60079-33").click()
    page.get_by_label("Edition in force").fill(" ")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#f-current_edition-error")).to_be_visible()
    page.get_by_label("Edition in force").fill("2.0 (2026)")
    page.get_by_label("Edition before").fill("1.0 (2012)")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="IEC 60079-33").filter(has_text="2.0 (2026)")).to_be_visible()
    kept = {row["number"]: row for row in Client(site.url).call("GET", "/standards").json()["items"]}
    assert kept["IEC 60079-33"]["previous_edition"] == "1.0 (2012)"


def test_a_sample_is_drawn_and_looked_at(secretary: Visitor) -> None:
    page = secretary.go("/secretariat/quality/samples")
    page.get_by_label("Year of issue").fill("1999")
    page.get_by_role("button", name="Draw a sample").click()
    expect(page.locator("#f-year-error")).to_contain_text("Nothing was issued")
    page.get_by_label("Year of issue").fill(Client.today()[:4])
    page.get_by_label("Per cent").fill("1")
    page.get_by_label("Scheme").select_option("Mark licence")
    page.get_by_role("button", name="Draw a sample").click()
    expect(page.get_by_text("0 of 1")).to_be_visible()
    page.locator("tbody th a").click()
    page.get_by_role("button", name="Save, and on to the next").click()
    expect(page.locator(".error-summary")).to_contain_text("Is not answered")
    for group in page.get_by_role("group").all():
        group.get_by_label("Yes").check()
    page.get_by_role("group").first.get_by_label("No: something is wrong").check()
    page.get_by_label("Remark").fill("The issue is not printed.")
    page.get_by_role("button", name="Save, and on to the next").click()
    expect(page.get_by_text("1 wrong")).to_be_visible()
    expect(page.get_by_text("The issue is not printed.")).to_be_visible()


def test_cards_are_drawn_on_sheets_and_leave_the_queue_when_they_are_printed(secretary: Visitor) -> None:
    page = secretary.go("/secretariat/cards")
    boxes = page.get_by_role("checkbox")
    waiting = boxes.count()
    for box in boxes.all()[1:]:
        box.uncheck()
    number = str(boxes.first.get_attribute("value"))
    # By hand, for Chromium would ask where to put the file.
    form: Any = {"numbers": number, "csrf_token": page.locator("form [name=csrf_token]").first.input_value()}
    sheets = page.request.post("/secretariat/cards/sheet", form=form, timeout=20_000)
    assert sheets.body().startswith(b"%PDF")
    page.get_by_role("button", name="They are printed").click()
    expect(page.get_by_text("1 card has left the printer.")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(waiting - 1)
    page.get_by_role("link", name="Printed").click()
    expect(page.get_by_role("link", name=number)).to_be_visible()


def a_record(number: str) -> dict[str, Any]:
    body = invent(1, accounts.BODIES).body
    return body | {"number": number, "status": "current", "issue": 0, "date_of_issue": "2009-05-04"}


def test_a_file_from_before_is_tried_then_imported_line_by_line(secretary: Visitor, site: Register) -> None:
    records = [a_record("IECEx TSA 09.0003"), {"number": "IECEx TSA 09.0004"}]
    file: Any = {
        "name": "old.ndjson",
        "mimeType": "text/plain",
        "buffer": "\n".join(map(json.dumps, records)).encode(),
    }
    page = secretary.go("/secretariat/import")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("2 records: 1 can be imported, 0 there already, 1 refused.")).to_be_visible()
    expect(page.get_by_text("nobody has IECEx TSA 09.0001 to IECEx TSA 09.0002")).to_be_visible()
    assert not secretary.offences()
    page.get_by_role("link", name="Import it, or try another").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Import it").click()
    expect(page.get_by_text("2 records: 1 imported, 0 there already, 1 refused.")).to_be_visible()
    assert told(site, "IECEx TSA 09.0003")["status"] == "current"


def test_a_file_that_is_none_is_refused_beside_its_field(secretary: Visitor) -> None:
    page = secretary.go("/secretariat/import")
    page.get_by_label("File").set_input_files({"name": "a.xlsx", "mimeType": "application/zip", "buffer": b"PK"})
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#f-mapping-error")).to_contain_text("Is missing")


@pytest.mark.parametrize("path", ["/secretariat", "/secretariat/requests", "/secretariat/cards"])
def test_others_are_led_to_the_log_in_or_refused(visitors: Visitors, path: str) -> None:
    guest = visitors(width=PHONE)
    guest.go(path)
    assert "/login" in guest.page.url
    guest.log_in("bas-author")
    guest.go(path, 403)
