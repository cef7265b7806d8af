"""The queue of ID cards: each issue of a person's certificate waits once, until its card was printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput
from plumbing.db import Handle
from services.certificates.tables import metadata
from tests.certificates import SIGNATORY, a_person_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    office = Office(fresh_handle(metadata))
    photo = office.photo()
    for _ in range(2):
        office.issued_as(a_person_body(photo))
    office.issued()
    office.author.create_draft(body=a_person_body(photo))
    return office


def waiting(office: Office, **asked: Any) -> list[str]:
    return [card["number"] for card in office.secretariat.cards(**asked)["items"]]


FIRST, SECOND = "IECEx CP BAS 26.0001", "IECEx CP BAS 26.0002"


def test_each_person_who_was_certified_waits_for_a_card(office: Office) -> None:
    assert waiting(office) == [FIRST, SECOND]
    card = office.secretariat.cards()["items"][0]
    assert (card["holder"], card["photo"], card["printed_at"]) == ("Kim Example", True, None)


def test_what_was_printed_leaves_the_queue_and_says_when_and_by_whom(office: Office) -> None:
    (card,) = office.secretariat.mark_cards_printed(numbers=[FIRST])
    assert (card["number"], card["printed_by"]) == (FIRST, "secretariat")
    assert card["printed_at"].startswith("2026-11-21T10:00")
    assert waiting(office) == [SECOND]
    assert waiting(office, printed=True) == [FIRST]


def test_a_lost_card_is_printed_again(office: Office) -> None:
    office.secretariat.mark_cards_printed(numbers=[FIRST])
    office.pass_time(days=1)
    (card,) = office.secretariat.mark_cards_printed(numbers=[FIRST])
    assert card["printed_at"].startswith("2026-11-22")


def test_a_new_issue_waits_for_its_own_card(office: Office) -> None:
    office.secretariat.mark_cards_printed(numbers=[FIRST])
    draft = office.author.create_issue(number=FIRST, body=a_person_body("ab" * 32, changes="Assessed anew."))
    office.as_(SIGNATORY).issue(number=FIRST, version=draft["version"])
    assert waiting(office) == [FIRST, SECOND]


def test_nobody_gets_a_card_whose_certificate_is_not_current_or_over(office: Office) -> None:
    office.secretariat.suspend(number=FIRST, reason="An appeal.")
    assert waiting(office) == [SECOND]
    with pytest.raises(InvalidInput, match="Have no card"):
        office.secretariat.mark_cards_printed(numbers=[FIRST, SECOND])
    assert waiting(office, printed=True) == []
    office.pass_time(days=6 * 365)
    assert waiting(office) == []


def test_the_queue_is_read_in_pages_by_body_and_since_when(office: Office) -> None:
    page = office.secretariat.cards(limit=1)
    assert page["next"] == FIRST
    assert waiting(office, cursor=page["next"]) == [SECOND]
    assert waiting(office, excb="SIR") == []
    office.pass_time(days=2)
    assert waiting(office, issued_from="2026-11-22") == []


@pytest.mark.parametrize("numbers", [[], ["nothing"], ["IECEx BAS 26.0001"], "IECEx CP BAS 26.0001", None])
def test_what_has_no_card_is_refused(office: Office, numbers: Any) -> None:
    with pytest.raises(InvalidInput, match="numbers"):
        office.secretariat.mark_cards_printed(numbers=numbers)


@pytest.mark.parametrize("role", ["guest", "author", "signatory", "administrator"])
def test_the_queue_is_the_secretariats(office: Office, role: Any) -> None:
    with pytest.raises(Forbidden):
        office.as_(somebody(role)).cards()
    for other in (role, "it-administrator"):
        with pytest.raises(Forbidden):
            office.as_(somebody(other)).mark_cards_printed(numbers=[FIRST])
