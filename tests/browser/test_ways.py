"""What who is logged in finds on the page of a certificate: what they can do with it, and the files of a draft."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import expect

from demonstration.client import in_path
from demonstration.generate import invent
from tests.browser.conftest import Visitors
from tests.browser.officers import AUTHOR, OTHER, SIGNATORY, an_officer, drafted
from tests.browser.visitor import SMALL, Visitor
from tests.pictures import a_file
from tests.stack import Register

_INDEXES = count(9_000)


def issued(site: Register) -> str:
    """The path of a Current certificate of BAS that nobody else works on."""
    client = site.log_in(SIGNATORY)
    draft = client.create(invent(next(_INDEXES), (("BAS", "GB"),)).body, str(uuid4()))
    number: str = client.issue(draft.json()["number"], draft.headers["ETag"]).json()["number"]
    return f"/certificates/{in_path(number)}"


def ways(visitor: Visitor) -> list[str]:
    """The texts of the ways on the page that stands open."""
    return visitor.page.locator(".ways li").all_inner_texts()


def test_the_page_of_a_certificate_shows_each_reader_what_they_can_do(visitors: Visitors, site: Register) -> None:
    path = issued(site)
    guest, author = visitors(), an_officer(visitors)
    guest.go(path)
    author.go(path)
    assert ways(guest) == []
    assert ways(author) == ["New issue", "Ask to suspend it", "Ask to cancel it"]
    assert author.offences() == []
    author.page.emulate_media(media="print")
    expect(author.page.locator(".ways")).to_be_hidden()
    author.page.emulate_media(media="screen")
    author.page.get_by_role("link", name="Ask to suspend it").click()
    expect(author.page.get_by_label("Suspend")).to_be_checked()
    author.page.get_by_label("Reason").fill("The line changed.")
    author.page.get_by_role("button", name="Ask", exact=True).click()
    expect(author.page.get_by_role("heading", name="Requests to the Secretariat")).to_be_visible()
    author.go(path)
    assert ways(author) == ["New issue", "What you asked of the Secretariat"]
    other = an_officer(visitors, OTHER)
    other.go(path)
    assert ways(other) == []

    secretary = an_officer(visitors, "secretariat", width=SMALL)
    page = secretary.go(path)
    assert ways(secretary) == ["Look at the request of its body", "Suspend it", "Cancel it", "Delete it"]
    assert secretary.offences() == []
    assert not secretary.is_wider_than_the_window()
    page.get_by_role("link", name="Look at the request of its body").click()
    expect(page.get_by_role("button", name="Grant: suspend")).to_be_visible()


def test_a_signatory_goes_from_the_page_to_a_correction_and_to_the_next_issue(
    visitors: Visitors, site: Register
) -> None:
    path, signatory = issued(site), an_officer(visitors, SIGNATORY)
    signatory.go(path).get_by_role("link", name="Correct it").click()
    expect(signatory.page.get_by_text("Saving corrects what the public reads, at once.")).to_be_visible()
    signatory.go(path).get_by_role("button", name="New issue").click()
    expect(signatory.page.get_by_label("Details of changes")).to_be_visible()
    signatory.go(path)
    assert ways(signatory)[:4] == ["Open the draft", "Preview the draft as PDF", "Review and issue", "Correct it"]


def test_guests_are_told_of_no_ways_and_the_page_of_who_is_logged_in_is_kept_nowhere(
    visitors: Visitors, site: Register
) -> None:
    path, html = issued(site), {"Accept": "text/html"}
    guest, author = visitors(), an_officer(visitors)
    page = guest.page.request.get(path, headers=html)
    assert page.headers["cache-control"] == "no-cache"
    assert not [word for word in ("ways", "csrf", "/work", "/secretariat") if word in page.text()]
    assert author.page.request.get(path, headers=html).headers["cache-control"] == "no-store"


def test_the_files_of_a_draft_open_for_whom_the_draft_exists(
    visitors: Visitors, site: Register, tmp_path: Path
) -> None:
    author = an_officer(visitors)
    where = drafted(author)
    page, picture = author.go(f"{where}/annexes"), tmp_path / "drawing.jpg"
    picture.write_bytes(a_file())
    page.get_by_label("Add a file").set_input_files(picture)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("row").filter(has_text="drawing.jpg")).to_be_visible(timeout=15_000)
    path = where.removeprefix("/work").partition("/issues")[0]
    files = [f"{where}/pdf", f"{where}/annexes/drawing.jpg"]
    for account in (AUTHOR, "bas-administrator", "secretariat"):
        reader = an_officer(visitors, account)
        page = reader.go(path)
        addresses = [link.get_attribute("href") for link in page.locator("main a").all()]
        assert set(files) <= set(addresses)
        assert not [address for address in addresses if address and address.startswith("/api")]
        answers = [page.request.get(address) for address in files]
        assert [answer.status for answer in answers] == [200, 200]
        assert all("no-store" in answer.headers["cache-control"] for answer in answers)
    other = an_officer(visitors, OTHER)
    assert [other.page.request.get(address).status for address in files] == [404, 404]
