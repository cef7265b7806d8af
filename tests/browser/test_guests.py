"""What guests do: find, narrow down, read, verify, export, print; by mouse, keyboard or phone, without scripts."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
import requests
from playwright.sync_api import Page

from tests.browser.conftest import Visitors
from tests.browser.places import STATUSES, Places, path_of
from tests.browser.visitor import DESK, PHONE, SMALL, Visitor
from tests.stack import Register

LARGEST_PAGE = 50_000


@pytest.fixture(scope="session")
def places(site: Register) -> Places:
    return Places(site.url)


def test_every_page_is_accessible(visitor: Visitor, places: Places) -> None:
    found = {}
    for name, path in places.all().items():
        visitor.go(path, STATUSES.get(name, 200))
        found[name] = visitor.offences()
    assert not {name: offences for name, offences in found.items() if offences}


def test_every_page_can_be_read_in_the_dark(visitors: Visitors, places: Places) -> None:
    visitor = visitors(dark=True)
    found = {}
    for name, path in places.all().items():
        visitor.go(path, STATUSES.get(name, 200))
        found[name] = visitor.offences("color-contrast")
    assert not {name: offences for name, offences in found.items() if offences}


def test_no_page_scrolls_sideways(visitor: Visitor, places: Places) -> None:
    too_wide = []
    for name, path in places.all().items():
        visitor.go(path, STATUSES.get(name, 200))
        for width in (SMALL, PHONE, DESK):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            too_wide += [f"{name} at {width}"] if visitor.is_wider_than_the_window() else []
    assert not too_wide


def test_no_page_is_large(places: Places) -> None:
    sizes = {name: len(places.page(path).content) for name, path in places.all().items()}
    assert not {name: size for name, size in sizes.items() if size > LARGEST_PAGE}


def test_each_page_says_first_what_it_is_and_last_of_which_register(visitor: Visitor, places: Places) -> None:
    titles = [visitor.go(path, STATUSES.get(name, 200)).title() for name, path in places.all().items()]
    assert all(title.endswith(" – Register of Ex certificates") for title in titles)
    assert all(title.split(" – ")[0].strip() for title in titles)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_guest_finds_narrows_down_excludes_and_takes_it_back(visitors: Visitors, scripts: bool) -> None:
    page = visitors(scripts=scripts).go("/")
    page.get_by_role("searchbox").fill("transmitter")
    page.get_by_role("searchbox").press("Enter")
    everything = count(page.get_by_role("status").inner_text())
    facets = page.get_by_role("group", name="Status")
    facets.get_by_role("button", name=re.compile("^Current")).click()
    assert "status=current" in page.url
    current = count(page.get_by_role("status").inner_text())
    assert 0 < current < everything
    page.get_by_role("button", name="Remove Status: Current").click()
    page.get_by_role("group", name="Status").get_by_role("button", name="not Suspended").click()
    assert "status=-suspended" in page.url
    assert current <= count(page.get_by_role("status").inner_text()) < everything
    assert "Suspended" not in page.locator("tbody").inner_text()
    page.get_by_role("link", name="Remove all").click()
    assert page.url.endswith("/search?q=transmitter")


def test_a_list_can_be_ordered_and_shown_with_other_columns(visitor: Visitor) -> None:
    page = visitor.go("/search?scheme=equipment")
    page.get_by_role("link", name="Date of issue").click()
    assert "sort=-date" in page.url
    page.get_by_text("Order, columns, dates").click()
    page.get_by_role("checkbox", name="Marking").uncheck()
    page.get_by_role("button", name="Show it so").click()
    headers = page.get_by_role("columnheader").all_inner_texts()
    assert "Marking" not in headers
    assert "What" in headers
    assert "sort=-date" in page.url


def test_pages_of_a_list_follow_one_another_without_a_repetition(visitor: Visitor) -> None:
    page = visitor.go("/search?sort=number")
    first = page.get_by_role("rowheader").all_inner_texts()
    page.get_by_role("link", name="Next page").click()
    second = page.get_by_role("rowheader").all_inner_texts()
    assert len(first) == 20
    assert not set(first) & set(second)
    page.get_by_role("link", name="Back to the first").click()
    assert page.get_by_role("rowheader").all_inner_texts() == first


def test_conditions_of_use_stand_before_all_that_the_certificate_covers(visitor: Visitor, places: Places) -> None:
    page = visitor.go(path_of(places.first(suffix="X", status="current")))
    text = page.get_by_role("main").inner_text()
    assert text.index("Specific conditions of use") < text.index("Marking") < text.index("What it covers")


def test_what_the_register_said_on_a_day_is_asked_for_on_the_page_and_leads_back(
    visitor: Visitor, places: Places
) -> None:
    path = path_of(places.first(scheme="equipment", status="suspended"))
    page = visitor.go(path)
    today = page.get_by_label("What did the register say on …").get_attribute("max") or ""
    page.get_by_label("What did the register say on …").fill(today)
    page.get_by_role("button", name="Show").click()
    page.get_by_role(
        "heading", name=f"As the register told at the end of {today} (UTC), which is not over yet"
    ).wait_for()
    assert not visitor.offences()
    page.set_viewport_size({"width": SMALL, "height": 900})
    assert not visitor.is_wider_than_the_window()
    page.get_by_role("link", name="read it as it stands today").click()
    assert page.url.endswith(path)
    visitor.go(f"{path}?as_of=2001-01-01", 404)
    assert "was not public on 2001-01-01" in page.get_by_role("alert").inner_text()
    assert not visitor.offences()


def test_verifying_says_once_why_a_certificate_is_suspended(visitor: Visitor, places: Places) -> None:
    number = places.first(scheme="equipment", status="suspended")["number"]
    reason = places.api(f"verify?q={number}")["certificate"]["status_reason"]
    text = visitor.go(f"/verify?q={number}").get_by_role("main").inner_text()
    assert text.count(reason.rstrip(".")) == 1


@pytest.mark.parametrize("status", ["suspended", "cancelled"])
def test_a_certificate_that_is_not_in_force_says_so_and_why_in_words(
    visitor: Visitor, places: Places, status: str
) -> None:
    page = visitor.go(path_of(places.first(scheme="equipment", status=status)))
    assert status in page.title()
    notice = page.get_by_role("heading", name=re.compile(f"^{status} since", re.IGNORECASE)).locator("..")
    assert "Why:" in notice.inner_text()


def test_each_part_of_the_marking_is_explained(visitor: Visitor, places: Places) -> None:
    hit = places.first(protection="d", scheme="equipment")
    page = visitor.go(path_of(hit))
    assert "Flameproof enclosure" in str(page.locator(".parts").first.text_content())


def test_older_issues_are_read_and_compared(visitor: Visitor, places: Places) -> None:
    page = visitor.go(path_of(places.with_issues()))
    page.get_by_role("link", name="Issue 0", exact=True).click()
    assert page.get_by_role("heading", name="This is an older issue").is_visible()
    page.get_by_role("link", name="see what changed").click()
    assert page.get_by_role("heading", name=re.compile("^What changed from issue 0")).is_visible()
    assert page.get_by_role("table").is_visible()


def test_the_photo_of_a_person_is_shown(visitor: Visitor, places: Places) -> None:
    hit = places.first(scheme="person")
    page = visitor.go(path_of(hit))
    photo = page.get_by_role("img", name=f"Photo of {hit['holder']['name']}")
    assert photo.evaluate("picture => picture.complete && picture.naturalWidth > 0")


def test_a_number_in_any_spelling_leads_to_the_one_address(places: Places) -> None:
    hit = places.first(kind="equipment")
    spelled = hit["number"].lower().replace(" ", "%20")
    answer = places.page(f"/certificates/{spelled}")
    assert (answer.status_code, answer.headers["Location"]) == (301, path_of(hit))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_nameplate_is_held_against_its_certificate_in_words(
    visitors: Visitors, places: Places, scripts: bool
) -> None:
    page = visitors(scripts=scripts).go("/verify")
    plate = places.first(status="current", kind="equipment", suffix="none")["number"] + " Ex ia I Mb"
    page.get_by_role("textbox", name="A number, or all that stands on the nameplate").fill(plate)
    page.get_by_role("main").get_by_role("button", name="Verify").click()
    said = page.get_by_role("status").first.inner_text()
    assert "is in the register; it is current" in said
    assert "The marking is not that of the certificate" in said
    assert page.get_by_role("table").is_visible()


def test_what_is_not_in_the_register_does_not_exist(visitor: Visitor) -> None:
    page = visitor.go("/verify?q=IECEx+BAS+26.9999")
    assert page.get_by_role("heading", name="Not in the register").is_visible()
    assert "does not exist" in page.get_by_role("status").first.inner_text()


def test_the_code_of_a_document_leads_to_the_verification(places: Places) -> None:
    """Where documents printed earlier lead, too: their codes name this address."""
    number = places.first(status="current")["number"]
    assert f"{number} is in the register" in places.page(f"/verify?q={number}").text


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_was_found_is_exported_as_a_workbook(visitors: Visitors, scripts: bool) -> None:
    page = visitors(scripts=scripts).go("/search?q=pressure&status=current")
    page.get_by_role("link", name="Export").click()
    page.get_by_role("button", name="Make the file").click()
    link = page.get_by_role("link", name=re.compile("^Download .*xlsx"))
    link.wait_for(timeout=30_000)
    with page.expect_download() as started:
        link.click()
    assert started.value.path().read_bytes()[:2] == b"PK"


def test_an_export_without_a_format_says_so_beside_the_choice(visitor: Visitor) -> None:
    page = visitor.go("/exports/new?q=pressure")
    page.evaluate("document.querySelectorAll('[name=format]').forEach((one) => { one.checked = false; })")
    page.get_by_role("button", name="Make the file").click()
    assert "Choose one of the formats." in page.get_by_role("alert").inner_text()


def test_columns_of_an_export_are_marked_and_ordered_with_the_keyboard(visitor: Visitor) -> None:
    page = visitor.go("/exports/new?scheme=person")
    page.get_by_text("Columns of a workbook or CSV").click()
    for name in ("Issue", "Status", "Date of issue", "Assessment centre"):
        page.get_by_role("checkbox", name=name, exact=True).uncheck()
    up = page.get_by_role("button", name="Move Holder up")
    up.focus()
    up.press("Enter")
    up.press("Enter")
    assert "Holder is column 1 of" in page.get_by_role("status").last.inner_text()
    assert up.evaluate("(one) => one === document.activeElement")
    assert not visitor.offences()
    page.get_by_label("CSV").check()
    page.get_by_role("button", name="Make the file").click()
    assert first_line(page).startswith("Holder,Certificate No,Valid until,")


def test_columns_of_an_export_are_marked_without_scripts_in_the_register_s_order(visitors: Visitors) -> None:
    page = visitors(scripts=False).go("/exports/new?scheme=equipment")
    page.get_by_text("Columns of a workbook or CSV").click()
    assert not page.get_by_role("button", name="Move Holder up").count()
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("checkbox", name="Marking").check()
    page.get_by_role("checkbox", name="Certificate No").check()
    page.get_by_label("CSV").check()
    page.get_by_role("button", name="Make the file").click()
    assert first_line(page) == "Certificate No,Marking"


def first_line(page: Page) -> str:
    """Of the CSV that is being made."""
    link = page.get_by_role("link", name=re.compile("^Download"))
    link.wait_for(timeout=30_000)
    with page.expect_download() as started:
        link.click()
    return started.value.path().read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_list_of_equipment_comes_back_with_what_the_register_says(visitor: Visitor, places: Places) -> None:
    page = visitor.go("/checks")
    number = places.first(kind="equipment")["number"]
    table = f"Tag,Certificate\nPT-1,{number}\nPT-2,IECEx BAS 26.9999\n".encode()
    page.get_by_label("The list").set_input_files({"name": "plant.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="Check it").click()
    link = page.get_by_role("link", name=re.compile("^Download"))
    link.wait_for(timeout=30_000)
    with page.expect_download() as started:
        link.click()
    assert number in started.value.path().read_text(encoding="utf-8-sig")


def test_a_list_in_the_characters_of_windows_is_read_where_that_is_chosen(visitor: Visitor, places: Places) -> None:
    table = f"Gerät;Certificate\nFühler;{places.first(kind='equipment')['number']}\n".encode("cp1252")
    page = visitor.go("/checks")
    for characters in ("UTF-8 (Excel: CSV UTF-8)", "Windows-1252 (Excel: CSV)"):
        page.get_by_label("The list").set_input_files({"name": "plant.csv", "mimeType": "text/csv", "buffer": table})
        page.get_by_label("Characters of a CSV").select_option(characters)
        page.get_by_role("button", name="Check it").click()
        if characters.startswith("UTF-8"):
            assert "Line 1 is not UTF-8" in page.get_by_role("alert").inner_text()
    page.get_by_role("link", name=re.compile("^Download")).wait_for(timeout=30_000)


def test_a_file_that_is_no_list_is_refused_beside_its_field(visitor: Visitor) -> None:
    page = visitor.go("/checks")
    page.get_by_label("The list").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": b"\x00\x01"})
    page.get_by_role("button", name="Check it").click()
    assert page.get_by_role("alert").is_visible()


def test_the_register_can_be_used_with_a_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.go("/about")
    page.keyboard.press("/")
    page.keyboard.type("pressure transmitter")
    page.keyboard.press("Enter")
    page.get_by_role("columnheader", name="What").wait_for()
    visitor.tab_to("IECEx")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Marking").wait_for()
    visitor.tab_to("PDF")


def test_a_certificate_prints_without_what_is_for_the_screen(visitor: Visitor, places: Places) -> None:
    hit = places.first(kind="equipment", suffix="X")
    page = visitor.go(path_of(hit))
    paper = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = "\n".join(sheet.extract_text() for sheet in paper.pages)
    for word in (hit["number"], hit["status"].capitalize(), "Specific conditions of use", "Standards"):
        assert word in text
    for word in ("Log in", "Statistics", "JSON"):
        assert word not in text


def test_a_certificate_is_json_to_who_asks_for_json(places: Places) -> None:

    hit = places.first(kind="equipment")
    answer = requests.get(places.url + path_of(hit), headers={"Accept": "application/json"}, timeout=10)
    assert answer.json()["number"] == hit["number"]


def count(text: str) -> int:
    """``1,234 certificates`` as a number."""
    return int(text.split(maxsplit=1)[0].replace(",", ""))
