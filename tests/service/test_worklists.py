"""What waits for the officers of a body, and the gate asked about what was not saved yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput, NotFound
from plumbing.db import Handle
from services.certificates import working
from services.certificates.tables import metadata
from tests.certificates import a_body, a_person_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def numbers(listed: dict[str, Any]) -> list[str]:
    return [row["number"] for row in listed["items"]]


def test_drafts_come_with_the_oldest_first_and_say_since_when(office: Office) -> None:
    older = office.draft()["number"]
    office.pass_time(days=40)
    newer = office.draft(equipment="Lamp\nwith a second line")["number"]
    drafts = office.author.work()["drafts"]
    assert numbers(drafts) == [older, newer]
    assert drafts["items"][0]["begun_at"].startswith("2026-11-21T10:00:00")
    assert drafts["items"][1]["title"] == "Lamp"
    assert not drafts["more"]


def test_what_was_issued_may_be_corrected_for_fourteen_days(office: Office) -> None:
    issued = office.issued()["number"]
    row = office.author.work()["correctable"]["items"][0]
    assert (row["number"], row["date_of_issue"], row["last_editable_day"]) == (issued, "2026-11-21", "2026-12-05")
    office.pass_time(days=14)
    assert numbers(office.author.work()["correctable"]) == [issued]
    office.pass_time(days=1)
    assert numbers(office.author.work()["correctable"]) == []


def test_what_is_suspended_cannot_be_corrected(office: Office) -> None:
    office.secretariat.suspend(number=office.issued()["number"], reason="The audit failed.")
    assert numbers(office.author.work()["correctable"]) == []


def test_persons_are_listed_from_three_months_before_their_validity_ends(office: Office) -> None:
    person = office.issued_as(a_person_body(office.photo()))["number"]
    office.issued()
    assert numbers(office.author.work()["ending"]) == []
    office.pass_time(days=5 * 365 - 80)
    assert numbers(office.author.work()["ending"]) == [person]
    office.pass_time(days=100)
    assert numbers(office.author.work()["ending"]) == [person], "who was forgotten stays in sight for a while"
    office.pass_time(days=100)
    assert numbers(office.author.work()["ending"]) == []


def test_the_draft_of_a_later_issue_stands_among_the_drafts(office: Office) -> None:
    number = office.issued()["number"]
    office.author.create_issue(number=number)
    work = office.author.work()
    assert [(row["number"], row["issue"]) for row in work["drafts"]["items"]] == [(number, 1)]
    assert numbers(work["correctable"]) == [number]


def test_a_body_sees_its_own_work_and_guests_none(office: Office) -> None:
    office.draft()
    assert numbers(office.as_(somebody("author", "SIR")).work()["drafts"]) == []
    assert len(numbers(office.secretariat.work()["drafts"])) == 1
    with pytest.raises(Forbidden):
        office.public.work()


def test_a_long_list_says_that_there_is_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "LONGEST_LIST", 1)
    office.draft()
    office.draft()
    drafts = office.author.work()["drafts"]
    assert (len(drafts["items"]), drafts["more"]) == (1, True)


def test_the_gate_judges_a_later_issue_as_that_issue(office: Office) -> None:
    number = office.issued()["number"]
    office.author.create_issue(number=number)

    def rules(**content: Any) -> set[str]:
        answer = office.author.check_content(body=a_body(**content), number=number)
        return {found["rule"] for found in answer["findings"]}

    assert "changes-missing" in rules(changes="")
    assert "changes-missing" not in rules(changes="A new housing.")
    assert "changes-first-issue" not in rules(changes="A new housing.")


def test_the_gate_says_nothing_of_another_body_s_certificate(office: Office) -> None:
    draft = office.draft()["number"]
    with pytest.raises(NotFound):
        office.as_(somebody("author", "SIR")).check_content(body=a_body(), number=draft)
    issued = office.issued()["number"]
    with pytest.raises(Forbidden):
        office.as_(somebody("author", "SIR")).check_content(body=a_body(), number=issued)


def test_the_gate_is_not_asked_about_another_scheme_under_the_same_number(office: Office) -> None:
    with pytest.raises(InvalidInput):
        office.author.check_content(body=a_person_body(None), number=office.draft()["number"])
