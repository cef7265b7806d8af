"""What is looked at before the Secretariat decides: the queue in its order, and what a decision would touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput, NotFound, VersionMismatch, WrongState
from contracts.identity import GUEST
from plumbing.db import Handle
from services.certificates.tables import metadata
from tests.certificates import a_licence_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]
NUMBER, OTHER = "IECEx BAS 26.0001", "IECEx BAS 26.0002"
SIR_AUTHOR = somebody("author", "SIR")


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    office = Office(fresh_handle(metadata))
    office.issued()
    office.issued()
    office.pass_time(days=3)
    return office


def ask(office: Office, number: str = NUMBER, action: str = "suspend", **more: Any) -> dict[str, Any]:
    office.pass_time(minutes=1)
    asked: dict[str, Any] = office.author.ask(number=number, action=action, reason="The line changed.", **more)
    return asked


def test_the_queue_is_answered_from_its_oldest_end(office: Office) -> None:
    first, second = ask(office), ask(office, OTHER)
    page = office.secretariat.requests(state="open", oldest_first=True, limit=1)
    assert page["items"] == [first]
    rest = office.secretariat.requests(state="open", oldest_first=True, limit=1, cursor=page["next"])
    assert (rest["items"], rest["next"]) == ([second], None)


def test_the_queue_is_seen_by_what_is_asked_for_and_by_body(office: Office) -> None:
    suspension = ask(office)
    ask(office, OTHER, "cancel", date="2026-11-22", supplied_affected=False)
    assert office.secretariat.requests(action="suspend")["items"] == [suspension]
    assert len(office.secretariat.requests(excb="bas")["items"]) == 2
    assert office.secretariat.requests(excb="SIR")["items"] == []
    with pytest.raises(InvalidInput, match="action"):
        office.secretariat.requests(action="delete")


def test_a_body_asks_for_no_other_bodys_requests(office: Office) -> None:
    assert office.author.requests(excb="BAS")["items"] == []
    with pytest.raises(Forbidden, match="only its own"):
        office.author.requests(excb="SIR")


def test_how_many_wait_is_counted_by_what_is_asked_for(office: Office) -> None:
    asked, other = ask(office), ask(office, OTHER)
    office.secretariat.reject(id=other["id"], reason="No.")
    assert office.secretariat.waiting_requests() == {"suspend": {"count": 1, "since": asked["asked_at"]}}
    assert office.as_(SIR_AUTHOR).waiting_requests() == {}


def test_one_request_is_read_by_its_body_and_the_secretariat_only(office: Office) -> None:
    asked = ask(office)
    assert office.author.request(id=asked["id"]) == office.secretariat.request(id=asked["id"]) == asked
    with pytest.raises(NotFound):
        office.as_(SIR_AUTHOR).request(id=asked["id"])
    with pytest.raises(Forbidden):
        office.public.request(id=asked["id"])


def test_a_request_is_not_granted_upon_what_was_read_of_another_version(office: Office) -> None:
    asked, read = ask(office), office.public.get(number=NUMBER)
    office.secretariat.suspend(number=NUMBER, reason="At once.")
    with pytest.raises(VersionMismatch):
        office.secretariat.approve(id=asked["id"], version=read["version"])
    assert office.secretariat.request(id=asked["id"])["state"] == "open"


def test_what_a_decision_touches_is_told_before_it_is_made(office: Office) -> None:
    licence = office.issued_as(a_licence_body(NUMBER, OTHER))
    office.author.create_issue(number=NUMBER)
    asked = ask(office)
    assert office.secretariat.consequences(number=NUMBER) == {
        "number": NUMBER,
        "status": "current",
        "possible": ["suspend", "cancel", "delete"],
        "last_editable_day": "2026-12-05",
        "issues": [0],
        "draft": 1,
        "request": asked,
        "licences": [
            {
                "number": licence["number"],
                "holder": licence["applicant"]["name"],
                "status": "current",
                "others_current": 1,
            }
        ],
        "more_licences": False,
    }


def test_what_is_not_current_is_corrected_by_its_body_no_more(office: Office) -> None:
    draft = office.author.create_draft(body=a_licence_body(NUMBER))["number"]
    office.secretariat.suspend(number=NUMBER, reason="At once.")
    assert office.author.consequences(number=draft)["last_editable_day"] is None
    assert office.author.consequences(number=NUMBER)["last_editable_day"] is None


def test_a_licence_that_is_over_is_not_touched(office: Office) -> None:
    licence = office.issued_as(a_licence_body(NUMBER))
    office.secretariat.cancel(number=licence["number"], reason="Over.", date="2026-11-24", supplied_affected=False)
    assert office.secretariat.consequences(number=NUMBER)["licences"] == []


@pytest.mark.parametrize(
    "who",
    [GUEST, SIR_AUTHOR, somebody("administrator", "SIR")],
    ids=["guest", "author of another body", "administrator of another body"],
)
def test_weighing_is_for_the_body_and_those_who_oversee(office: Office, who: Any) -> None:
    assert office.author.consequences(number=NUMBER)["possible"]
    assert office.as_(somebody("it-administrator")).consequences(number=NUMBER)["possible"]
    with pytest.raises(Forbidden):
        office.as_(who).consequences(number=NUMBER)


def test_a_decision_is_tried_without_consequence(office: Office) -> None:
    before = office.public.get(number=NUMBER)
    decision: dict[str, Any] = {"reason": "Production ended.", "date": "2026-11-22", "supplied_affected": False}
    after = office.secretariat.weigh(number=NUMBER, action="cancel", **decision)
    assert (after["status"], after["status_date"]) == ("cancelled", "2026-11-22")
    assert office.secretariat.weigh(number=NUMBER, action="delete", reason="Twice.")["status"] == "deleted"
    assert office.public.get(number=NUMBER) == before


def test_what_could_not_be_decided_is_refused_when_it_is_tried(office: Office) -> None:
    with pytest.raises(InvalidInput, match="supplied_affected"):
        office.secretariat.weigh(number=NUMBER, action="cancel", reason="Over.", date="2026-11-22")
    with pytest.raises(InvalidInput, match="future"):
        office.secretariat.weigh(number=NUMBER, action="suspend", reason="Over.", date="2027-01-01")
    with pytest.raises(InvalidInput, match="reason"):
        office.secretariat.weigh(number=NUMBER, action="delete")
    with pytest.raises(WrongState):
        office.secretariat.weigh(number=NUMBER, action="reinstate", reason="Over.")
    with pytest.raises(Forbidden):
        office.signatory.weigh(number=NUMBER, action="suspend", reason="Over.")
