"""An officer's day: drafting every scheme by its form, issuing, and what happens when two write at once."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from demonstration.people import portrait
from tests.browser.conftest import Visitors
from tests.browser.officers import (
    FORMS,
    OTHER,
    SIGNATORY,
    a_party,
    an_officer,
    drafted,
    filled_in,
    led_to,
    saved,
    the_certificate,
)
from tests.browser.visitor import PHONE, Visitor
from tests.stack import Register


@pytest.fixture
def officer(visitors: Visitors) -> Visitor:
    """An author at a desk."""
    return an_officer(visitors)


@pytest.mark.parametrize("kind", FORMS)
def test_an_author_drafts_by_the_form_and_a_signatory_issues(
    visitors: Visitors, site: Register, tmp_path: Path, kind: str
) -> None:
    author, (address, values) = an_officer(visitors), FORMS[kind]
    page = author.go(address)
    filled_in(page, values)
    if kind == "person":
        picture = tmp_path / "portrait.png"
        picture.write_bytes(portrait(1))
        page.locator("[data-photo-file]").set_input_files(picture)
        expect(page.get_by_text("The photo is uploaded.")).to_be_visible()
    if kind == "mark-licence":
        current = next(
            row["number"]
            for row in site.log_in(SIGNATORY).call("GET", "/mine?status=current&scheme=equipment").json()["items"]
        )
        page.get_by_label("Certificates", exact=True).fill(current)
    page.get_by_role("button", name="Save the draft").click()
    led_to(page, "/work/certificates/")
    number = page.locator("[data-number]").inner_text()
    where = urlsplit(page.url).path
    assert the_certificate(site, number)["status"] == "draft"

    signatory = an_officer(visitors, SIGNATORY)
    page = signatory.go(where)
    page.get_by_role("button", name="Review and issue").click()
    expect(page.get_by_role("heading", name="What becomes public")).to_be_visible()
    if kind == "person":
        assert "1980-02-03" not in page.content()
        assert "L01X00T47" not in page.content()
    page.get_by_role("button", name="Issue IECEx" if kind != "mark-licence" else "Issue BAS").click()
    led_to(page, r"^http://[^/]+/(api/v1/)?(certificates|reports)/")
    certificate = the_certificate(site, number)
    assert certificate["status"] == "current"
    assert certificate["approver"]["name"] == "A. Example"
    assert "private" not in certificate


def test_what_is_typed_is_saved_by_itself_and_the_gate_speaks_beside_the_fields(officer: Visitor) -> None:
    where = drafted(officer)
    page = officer.page
    expect(page.locator('[data-notes="marking"]')).to_contain_text("Give the Ex marking")
    page.get_by_label("Marking").fill("Ex db IIC T4 Db")
    saved(page)
    expect(page.locator('[data-notes="marking"] .error')).to_contain_text("Line 1:")
    page.get_by_label("Marking").fill("Ex db IIC T4 Gb")
    expect(page.locator('[data-notes="marking"] .error')).to_have_count(0, timeout=15_000)
    saved(page)
    assert officer.go(where).get_by_label("Marking").input_value() == "Ex db IIC T4 Gb"


def test_a_field_that_is_wrong_keeps_the_draft_unsaved_and_says_so(officer: Visitor) -> None:
    drafted(officer)
    page = officer.page
    page.locator('[name="applicant.country"]').fill("Gernamy")
    expect(page.locator("[data-state]")).to_contain_text("Not saved", timeout=15_000)
    expect(page.locator('[data-notes="applicant.country"]')).to_contain_text("Germany or DE")
    assert page.locator('[name="applicant.country"]').get_attribute("aria-invalid") == "true"
    page.locator('[name="applicant.country"]').fill("switzerland")
    saved(page)
    page.reload()
    expect(page.locator('[name="applicant.country"]')).to_have_value("Switzerland (CH)")


def test_the_new_number_shows_when_the_first_conditions_are_saved(officer: Visitor) -> None:
    drafted(officer)
    officer.page.get_by_label("Specific conditions of use").fill("Not in the sun.")
    expect(officer.page.locator("[data-number]")).to_have_text(re.compile("X$"), timeout=15_000)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_two_who_write_at_once_both_keep_what_they_typed(visitors: Visitors, scripts: bool) -> None:
    mine = an_officer(visitors, scripts=scripts)
    where = drafted(mine)
    if scripts:
        mine.go(where)
    theirs = an_officer(visitors, SIGNATORY, scripts=False)
    page = theirs.go(where)
    filled_in(page, {"schedule": "Their schedule.", "ambient": "-20 °C ≤ Ta ≤ +60 °C"})
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-state]")).to_contain_text("Saved at")

    page = mine.page
    filled_in(page, {"schedule": "My schedule.", "optional_accessory": "My bracket."})
    if scripts:
        page.get_by_role("button", name="Show both").click(timeout=15_000)
    else:
        page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Somebody else saved this draft")).to_be_visible()
    assert not scripts or mine.offences() == []
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("-20 °C ≤ Ta ≤ +60 °C")
    expect(conflict).to_contain_text("Their schedule.")
    expect(conflict).to_contain_text("My schedule.")
    assert page.get_by_label("Optional accessory").input_value() == "My bracket."
    page.get_by_label("What they saved").check()
    page.get_by_role("button", name="Save with these choices").click()
    expect(page.locator("[data-state]")).to_contain_text("Saved at")
    page = mine.go(where)
    read = {
        name: page.locator(f'[name="{name}"]').input_value() for name in ("schedule", "ambient", "optional_accessory")
    }
    assert read == {
        "schedule": "Their schedule.",
        "ambient": "-20 °C ≤ Ta ≤ +60 °C",
        "optional_accessory": "My bracket.",
    }


def test_without_scripts_records_come_and_go_and_the_check_is_a_button(visitors: Visitors) -> None:
    officer = an_officer(visitors, scripts=False)
    page = officer.go("/work/new/equipment")
    filled_in(page, {"equipment": "Lamp", "standards.0.number": "IEC 60079-0", "standards.0.edition": "7.0"})
    page.get_by_role("button", name="Add a standard").click()
    expect(page.locator('[name="standards.1.number"]')).to_be_in_viewport()
    filled_in(page, {"standards.1.number": "IEC 60079-1", "standards.1.edition": "7.0"})
    page.get_by_role("button", name="Remove standard 1").click()
    assert page.locator('[name^="standards."]').evaluate_all("all => all.map(one => one.value)") == [
        "IEC 60079-1",
        "7.0",
    ]
    page.get_by_text("Choose several").click()
    page.get_by_label("IEC 60079-11").check()
    page.get_by_role("button", name="Add the chosen").click()
    expect(page.locator('[value="IEC 60079-11"]').first).to_be_visible()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert")).to_contain_text("Applicant, name")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    assert page.get_by_label("Equipment").first.input_value() == "Lamp", "what was typed stays"
    page.get_by_role("alert").get_by_role("link", name="Applicant, name").click()
    filled_in(page, a_party("applicant"))
    page.get_by_role("button", name="Check").click()
    expect(page.locator("[data-state]")).to_have_text("Checked; not saved.")
    expect(page.locator('[data-notes="marking"]')).to_contain_text("Give the Ex marking")


def test_a_picture_that_is_none_is_refused_like_any_other_field(officer: Visitor, tmp_path: Path) -> None:
    page = officer.go("/work/new/person")
    picture = tmp_path / "portrait.png"
    picture.write_bytes(b"no picture")
    page.locator("[data-photo-file]").set_input_files(picture)
    expect(page.locator("[data-photo-state].note.refused")).to_have_text(re.compile("^Not taken: (?!photo)[A-Z]"))


def test_on_a_phone_every_standard_has_its_labels(visitors: Visitors) -> None:
    officer = an_officer(visitors, width=PHONE)
    page = officer.go("/work/new/equipment")
    page.get_by_role("button", name="Add a standard").click()
    labels = page.locator(".of-standards .record").nth(1).locator("label")
    assert [label.bounding_box()["height"] > 10 for label in labels.all()] == [True, True]  # type: ignore[index]
    assert not officer.is_wider_than_the_window()


def test_with_scripts_records_come_and_go_at_once(officer: Visitor) -> None:
    where = drafted(officer)
    page = officer.page
    page.get_by_role("button", name="Add a standard").click()
    page.keyboard.type("IEC 60079-1")
    page.keyboard.press("Tab")
    expect(page.locator(".of-standards .record").nth(1).get_by_label("Edition")).to_have_value("7.0")
    saved(page)
    page = officer.go(where)
    assert page.locator('[name="standards.0.number"]').input_value() == "IEC 60079-1", (
        "the empty first one is passed over"
    )
    page.get_by_role("button", name="Remove standard 1").click()
    saved(page)
    assert officer.go(where).locator('[name="standards.0.number"]').input_value() == ""


def test_a_mark_licence_is_drafted_with_the_keyboard_alone(officer: Visitor) -> None:
    page = officer.go("/work/new")
    page.get_by_role("link", name="Mark licence").focus()
    page.keyboard.press("Enter")
    led_to(page, "/work/new/mark-licence")
    page.get_by_role("button", name="Save the draft").focus()
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name ?? ''")
        reached.add(name)
        if name in ("applicant.name", "applicant.country"):
            page.keyboard.type("Muster GmbH" if name == "applicant.name" else "DE")
    assert {"applicant.address", "certificates", "schedule", "approver.name"} <= reached
    page.get_by_label("Position").press("Enter")
    led_to(page, "/work/certificates/")
    expect(page.locator("[data-number]")).to_have_text(re.compile(r"BAS\d{3}"))


def test_another_kind_has_other_fields(officer: Visitor) -> None:
    page = officer.go("/work/new/equipment")
    page.get_by_label("Equipment", exact=False).first.wait_for()
    assert page.get_by_label("Serial numbers").count() == 0
    page.get_by_label("Certificate type").select_option("unit-verification")
    expect(page.get_by_label("Serial numbers")).to_be_visible()
    assert page.get_by_label("Quality assessment reports").count() == 0


def test_another_body_s_draft_is_as_unknown_as_a_number_never_given(visitors: Visitors) -> None:
    where = drafted(an_officer(visitors))
    other = an_officer(visitors, OTHER)
    unknown = re.sub(r"26\.\d{4}", "26.9999", where)
    told: dict[str, set[str]] = {}
    for address in (where, unknown):
        for below in ("", "/issue", "/pdf", "/photo"):
            answer = other.page.request.get(f"{other.url}{address}{below}", headers={"Accept": "text/html"})
            assert answer.status == 404, f"{address}{below}"
            told.setdefault(below, set()).add(re.sub(r"urn:register:call:\w+|[0-9a-f]{64}", "", answer.text()))
    assert all(len(texts) == 1 for texts in told.values())


def test_a_published_certificate_is_corrected_by_a_signatory_within_its_days(
    visitors: Visitors, site: Register
) -> None:
    number = (
        site.log_in(SIGNATORY).call("GET", "/mine?status=current&scheme=service-facility").json()["items"][0]["number"]
    )
    signatory = an_officer(visitors, SIGNATORY)
    page = signatory.go("/work")
    page.get_by_role("link", name=number).first.click()
    expect(page.get_by_text("Saving corrects what the public reads, at once.")).to_be_visible()
    page.get_by_label("Scope and limits").fill("Motors up to 6 kV.")
    expect(page.locator("[data-state]")).to_contain_text("not published yet", timeout=15_000)
    assert the_certificate(site, number)["scope"] != "Motors up to 6 kV."
    page.get_by_role("button", name="Publish the correction").click()
    expect(page.get_by_role("heading", name="Published")).to_be_visible()
    assert the_certificate(site, number)["scope"] == "Motors up to 6 kV."


def test_the_draft_of_a_later_issue_is_given_up_after_a_question(visitors: Visitors, site: Register) -> None:
    current = site.log_in(SIGNATORY).call("GET", "/mine?status=current&scheme=equipment").json()["items"]
    number = current[-1]["number"]
    officer = an_officer(visitors)
    officer.go("/work/certificates?status=current&scheme=equipment")
    officer.page.get_by_role("button", name=f"New issue of {number}").click()
    led_to(officer.page, "/issues/[0-9]+")
    draft = urlsplit(officer.page.url).path
    officer.page.get_by_role("link", name="Give up this draft").click()
    assert officer.offences() == []
    officer.page.get_by_role("button", name="Give it up").click()
    led_to(officer.page, "/work/certificates$")
    assert the_certificate(site, number)["status"] == "current"
    officer.go(draft, status=404)


def test_the_next_issue_begins_with_what_stands(visitors: Visitors, site: Register) -> None:
    officer = an_officer(visitors)
    number = site.log_in(SIGNATORY).call("GET", "/mine?status=current&scheme=person").json()["items"][0]["number"]
    page = officer.go("/work/certificates?status=current&scheme=person")
    page.get_by_role("button", name=f"New issue of {number}").click()
    led_to(page, "/issues/1$")
    assert page.get_by_label("Name").first.input_value() == the_certificate(site, number)["holder"]["name"]
    expect(page.locator('[data-notes="changes"]')).to_contain_text("Say what issue 1 changes")
    page.get_by_label("Details of changes").fill("Certified anew.")
    saved(page)
    page.get_by_role("button", name="Review", exact=True).click()
    expect(page.get_by_role("heading", name="What this issue changes")).to_be_visible()
    expect(page.get_by_text("A signatory of your body issues it from this page.")).to_be_visible()


def test_what_stops_the_issue_leads_back_to_its_field(visitors: Visitors) -> None:
    signatory = an_officer(visitors, SIGNATORY)
    where = drafted(signatory)
    page = signatory.go(f"{where}/issue")
    assert page.get_by_role("button", name="Issue IECEx").is_disabled()
    page.get_by_role("link", name="Marking").first.click()
    led_to(page, f"{where}#f-marking$")
