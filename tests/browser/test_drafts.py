"""Drafts never show on pages: what guests are told is the same, to the byte, before and after somebody drafts.

The ledger and the statistics say how many drafts there are, by the scheme's own rule, and nothing else of them; here
they are looked through for the draft itself.
"""

from __future__ import annotations

import re

import requests

from demonstration.client import Client
from demonstration.generate import invent
from tests.browser.places import Places, path_of
from tests.stack import PASSWORD, Register

BAS = (("BAS", "GB"),)
COUNTING = {"years", "ledger", "statistics"}
# The id of the request and the token of a form, which are others each time.
OF_THE_REQUEST = re.compile(rb"urn:register:call:[0-9a-f]+|name=\"csrf_token\" value=\"[0-9a-f]+\"")


def test_a_draft_changes_no_page_that_guests_see(site: Register) -> None:
    places = Places(site.url)
    paths = {name: path for name, path in places.all().items() if name not in COUNTING}
    signatory = Client.log_in(site.url, "bas-signatory", PASSWORD)
    first = signatory.create(invent(7_000, BAS).body, "page-with-a-draft")
    issued = signatory.issue(first.json()["number"], first.headers["ETag"]).json()
    # The index has it by then.
    places.api(f"search?min_change={issued['change_no']}&limit=1")
    paths |= {"one that gets a draft": path_of(issued), "its next issue": f"{path_of(issued)}/issues/1"}
    before = {name: shown(places.page(path)) for name, path in paths.items()}
    draft = signatory.create(invent(7_001, BAS).body, "pages-of-drafts").json()
    signatory.call("POST", f"{path_of(issued)}/issues")
    assert {name: shown(places.page(path)) for name, path in paths.items()} == before
    told = "\n".join(places.page(path).text for path in ("/numbers/BAS/equipment", "/statistics", "/search?sort=-date"))
    assert draft["number"] not in told
    assert draft["equipment"] not in told


def test_the_page_of_a_draft_is_that_of_a_number_which_was_never_given(site: Register) -> None:
    places = Places(site.url)
    signatory = Client.log_in(site.url, "bas-signatory", PASSWORD)
    draft = signatory.create(invent(7_002, BAS).body, "page-of-a-draft").json()
    never = draft["number"][:-1].rstrip("0123456789") + "9998"
    for ending in ("", "/issues/0", "/differences?from=0&to=1"):
        there, nowhere = (places.page(path_of({"number": number}) + ending) for number in (draft["number"], never))
        assert there.status_code == nowhere.status_code == 404
        assert shown(there) == shown(nowhere)


def shown(answer: requests.Response) -> tuple[int, bytes]:
    """What a guest gets, but for what is drawn anew each time."""
    return answer.status_code, OF_THE_REQUEST.sub(b"", answer.content)
