"""What bodies ask of the Secretariat: asked once, answered once, and done as it was asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput, NotFound, WrongState
from contracts.identity import ROLES
from plumbing.db import Handle
from services.certificates.tables import metadata
from tests.certificates import a_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]
SUSPENSION: dict[str, Any] = {"action": "suspend", "reason": "The production line changed."}
CANCELLATION: dict[str, Any] = {
    "action": "cancel",
    "reason": "Production ended.",
    "date": "2026-11-22",
    "supplied_affected": False,
}


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    office = Office(fresh_handle(metadata))
    office.issued()
    office.pass_time(days=3)
    return office


NUMBER = "IECEx BAS 26.0001"


def ask(office: Office, **more: Any) -> dict[str, Any]:
    request: dict[str, Any] = office.author.ask(number=NUMBER, **{**SUSPENSION, **more})
    return request


def test_a_request_waits_for_the_secretariat_and_changes_nothing(office: Office) -> None:
    before = office.public.get(number=NUMBER)
    request = ask(office)
    assert (request["state"], request["number"], request["asked_by"]) == ("open", NUMBER, "bas-author")
    assert office.secretariat.requests(state="open")["items"] == [request]
    assert office.public.get(number=NUMBER) == before
    assert len(office.log()) == 1


def test_a_request_names_the_certificate_as_it_is_printed_today(office: Office) -> None:
    issued = office.issued(conditions_of_use="Protect from impact.")
    request = office.author.ask(number=issued["number"], **SUSPENSION)
    assert request["number"] == issued["number"] == "IECEx BAS 26.0002X"
    assert office.author.create_issue(number=issued["number"], body=a_body(changes="None left."))["number"][-1] != "X"
    assert office.secretariat.requests(state="open")["items"] == [request]
    assert office.secretariat.request(id=request["id"])["number"] == issued["number"]
    assert office.secretariat.approve(id=request["id"])["request"]["number"] == issued["number"]


def test_an_approved_request_is_decided_as_it_was_asked(office: Office) -> None:
    answer = office.secretariat.approve(id=ask(office, **CANCELLATION)["id"])
    certificate = answer["certificate"]
    assert (certificate["status"], certificate["status_date"]) == ("cancelled", "2026-11-22")
    assert (certificate["status_reason"], certificate["supplied_affected"]) == ("Production ended.", False)
    assert answer["request"]["state"] == "approved"
    assert office.log()[-1]["actor"] == {"role": "secretariat", "excb": None}


def test_approving_twice_decides_once(office: Office) -> None:
    request = ask(office)
    assert office.secretariat.approve(id=request["id"]) == office.secretariat.approve(id=request["id"])
    assert len(office.log()) == 2


def test_a_rejected_request_says_why_and_changes_nothing(office: Office) -> None:
    request = office.secretariat.reject(id=ask(office)["id"], reason="No audit report.")
    assert (request["state"], request["answer"]) == ("rejected", "No audit report.")
    with pytest.raises(WrongState, match="was rejected"):
        office.secretariat.approve(id=request["id"])
    assert office.public.get(number=NUMBER)["status"] == "current"


def test_a_rejection_without_a_reason_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInput, match="reason"):
        office.secretariat.reject(id=ask(office)["id"])


def test_the_body_takes_its_request_back(office: Office) -> None:
    request = office.author.withdraw(id=ask(office)["id"])
    assert request["state"] == "withdrawn"
    assert office.author.withdraw(id=request["id"]) == request
    assert ask(office)["id"] != request["id"]


def test_a_request_sent_twice_is_one_request(office: Office) -> None:
    assert ask(office) == ask(office)
    assert len(office.author.requests()["items"]) == 1


def test_a_second_question_about_a_certificate_waits_for_the_first(office: Office) -> None:
    ask(office)
    with pytest.raises(WrongState, match="withdraw it first"):
        ask(office, **CANCELLATION)


def test_a_cancellation_is_asked_for_with_all_that_it_needs(office: Office) -> None:
    with pytest.raises(InvalidInput) as refusal:
        office.author.ask(number=NUMBER, action="cancel", reason="Production ended.")
    assert {error["field"] for error in refusal.value.details["errors"]} == {"date", "supplied_affected"}
    assert office.author.requests()["items"] == []


@pytest.mark.parametrize("wrong", [{"action": "delete"}, {"action": ""}, {"reason": " "}, {"date": "2027-01-01"}])
def test_what_can_be_no_request_is_refused_by_its_field(office: Office, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        ask(office, **wrong)


def test_what_the_status_does_not_allow_cannot_be_asked_for(office: Office) -> None:
    with pytest.raises(WrongState):
        ask(office, action="reinstate")


def test_a_request_that_came_too_late_is_not_approved(office: Office) -> None:
    request = ask(office)
    office.secretariat.cancel(number=NUMBER, **{k: v for k, v in CANCELLATION.items() if k != "action"})
    with pytest.raises(WrongState, match="is cancelled"):
        office.secretariat.approve(id=request["id"])
    assert office.author.requests()["items"][0]["state"] == "open"


def test_another_body_neither_asks_nor_sees(office: Office) -> None:
    request, other = ask(office), office.as_(somebody("signatory", "SIR"))
    assert other.requests()["items"] == []
    with pytest.raises(Forbidden):
        other.ask(number=NUMBER, **SUSPENSION)
    with pytest.raises(NotFound):
        other.withdraw(id=request["id"])


def test_each_role_gets_as_far_as_it_may(office: Office) -> None:
    request = ask(office)

    def may(role: Any, call: str, **arguments: Any) -> bool:
        try:
            getattr(office.as_(somebody(role)), call)(**arguments)
        except (Forbidden, NotFound):
            return False
        except WrongState:
            return True
        return True

    askers = {role for role in ROLES if may(role, "ask", number=NUMBER, **SUSPENSION)}
    readers = {role for role in ROLES if may(role, "requests")}
    rejecters = {role for role in ROLES if may(role, "reject", id=request["id"], reason="No.")}
    assert askers == {"author", "signatory"}
    assert readers == {"author", "signatory", "administrator", "secretariat", "it-administrator"}
    assert rejecters == {"secretariat"}


def test_requests_come_in_pages_the_newest_first(office: Office) -> None:
    asked = []
    for n in range(5):
        office.pass_time(minutes=1)
        number = office.issued(equipment=f"Transmitter {n}")["number"]
        asked.append(office.author.ask(number=number, **SUSPENSION)["number"])
    first = office.secretariat.requests(limit=3)
    rest = office.secretariat.requests(limit=3, cursor=first["next"])
    assert [row["number"] for page in (first, rest) for row in page["items"]] == asked[::-1]
    assert rest["next"] is None


def test_nothing_of_a_request_is_public(office: Office) -> None:
    before = (office.public.get(number=NUMBER), office.public.history(number=NUMBER), office.log())
    ask(office)
    assert (office.public.get(number=NUMBER), office.public.history(number=NUMBER), office.log()) == before
    with pytest.raises(Forbidden):
        office.public.requests()
