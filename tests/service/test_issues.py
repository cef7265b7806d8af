"""Later issues: the number stays, what was issued stays readable, and one draft at a time follows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import (
    Forbidden,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    RegisterError,
    VersionMismatch,
    WrongState,
)
from plumbing.db import Handle, create_engine_for
from services.certificates.tables import metadata
from tests.certificates import a_body, somebody
from tests.service.certificates import Office, read

FreshHandle = Callable[[sa.MetaData], Handle]
CHANGED = {"schedule": "A transmitter in a larger enclosure.", "changes": "A larger enclosure."}


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def next_draft(office: Office, number: str, **content: Any) -> dict[str, Any]:
    """The draft of the next issue, whose content is changed so far that it may be issued."""
    return read(office.author.create_issue(number=number, body=a_body(**{**CHANGED, **content})))


def reissued(office: Office, number: str, **content: Any) -> dict[str, Any]:
    draft = next_draft(office, number, **content)
    issued: dict[str, Any] = office.signatory.issue(number=number, version=draft["version"])
    return issued


def test_the_next_issue_begins_as_a_draft_that_only_its_body_sees(office: Office) -> None:
    issued = office.issued()
    draft = read(office.author.create_issue(number=issued["number"]))
    assert (draft["number"], draft["issue"], draft["status"]) == (issued["number"], 1, "draft")
    assert office.author.get_issue(number=issued["number"], issue=1) == draft
    assert office.public.get(number=issued["number"]) == issued
    with pytest.raises(NotFound):
        office.public.get_issue(number=issued["number"], issue=1)


def test_an_issued_next_issue_is_what_the_number_leads_to(office: Office) -> None:
    first = office.issued()
    office.pass_time(days=40)
    second = reissued(office, first["number"])
    assert office.public.get(number=first["number"]) == second
    assert (second["issue"], second["date_of_issue"], second["first_issued"]) == (1, "2026-12-31", "2026-11-21")


def test_an_older_issue_stays_readable_at_its_own_address(office: Office) -> None:
    first = office.issued()
    second = reissued(office, first["number"])
    old = office.public.get_issue(number=first["number"], issue=0)
    assert old["schedule"] == first["schedule"]
    assert (old["latest_issue"], second["schedule"]) == (1, CHANGED["schedule"])


def test_an_older_issue_of_a_suspended_certificate_is_not_shown_as_current(office: Office) -> None:
    number = office.issued()["number"]
    reissued(office, number)
    before = office.public.get_issue(number=number, issue=0)
    office.secretariat.suspend(number=number, reason="Audit failed.")
    old = office.public.get_issue(number=number, issue=0)
    assert (old["status"], old["status_reason"]) == ("suspended", "Audit failed.")
    assert old["version"] != before["version"]


def test_the_log_tells_of_a_next_issue_what_stood_before(office: Office) -> None:
    number = office.issued()["number"]
    reissued(office, number)
    told = office.log()[-1]
    assert (told["type"], told["previous"]) == ("certificate.issued", {"status": "current", "issue": 0})
    assert told["certificate"]["issue"] == 1


def test_the_suffix_belongs_to_the_issue(office: Office) -> None:
    first = office.issued()
    second = reissued(office, first["number"], conditions_of_use="Protect from impact.")
    assert (first["number"], second["number"]) == ("IECEx BAS 26.0001", "IECEx BAS 26.0001X")
    history = office.public.history(number=second["number"])["issues"]
    assert [row["number"] for row in history] == [first["number"], second["number"]]


def test_only_one_draft_is_open_at_a_time(office: Office) -> None:
    number = office.issued()["number"]
    draft = next_draft(office, number)
    with pytest.raises(WrongState, match="Issue 1"):
        next_draft(office, number)
    assert office.author.get_issue(number=number, issue=1) == draft


def test_a_draft_that_was_never_issued_has_no_next_issue(office: Office) -> None:
    with pytest.raises(WrongState):
        office.author.create_issue(number=office.draft()["number"])


def test_the_key_that_made_the_draft_gets_it_again(office: Office) -> None:
    number = office.issued()["number"]
    first = office.author.create_issue(number=number, idempotency_key="k")
    assert office.author.create_issue(number=number, idempotency_key="k") == first
    with pytest.raises(WrongState):
        office.author.create_issue(number=number, idempotency_key="other")


def test_the_key_of_an_issue_that_was_published_meanwhile_drafts_no_other(office: Office) -> None:
    number = office.issued()["number"]
    draft = office.author.create_issue(number=number, body=a_body(**CHANGED), idempotency_key="k")
    issued = office.signatory.issue(number=number, version=draft["version"])
    assert office.author.create_issue(number=number, body=a_body(**CHANGED), idempotency_key="k") == issued
    assert office.author.mine()["items"] == [issued]


def test_twenty_who_draft_the_next_issue_at_once_make_one(postgres_office: Office) -> None:
    number, at_once = postgres_office.issued()["number"], threading.Barrier(20)

    def attempt(_: int) -> bool:
        at_once.wait()
        try:
            postgres_office.author.create_issue(number=number)
        except WrongState:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(attempt, range(20))) == 1


@pytest.fixture
def postgres_office(postgres_url: str) -> Iterator[Office]:
    handle = Handle(create_engine_for(postgres_url, workers=21))
    metadata.create_all(handle.engine)
    yield Office(handle)
    handle.engine.dispose()


def test_the_version_says_which_of_both_is_edited(office: Office) -> None:
    issued = office.issued()
    draft = next_draft(office, issued["number"])
    body = a_body(**CHANGED, ambient="0 °C ≤ Ta ≤ +40 °C")
    edited = office.author.edit(number=issued["number"], body=body, version=draft["version"])
    assert (edited["issue"], edited["status"], edited["ambient"]) == (1, "draft", "0 °C ≤ Ta ≤ +40 °C")
    assert office.public.get(number=issued["number"]) == issued
    amended = office.signatory.edit(number=issued["number"], body=body, version=issued["version"])
    assert (amended["issue"], amended["status"]) == (0, "current")


def test_an_address_of_another_issue_than_the_version_is_refused(office: Office) -> None:
    issued = office.issued()
    draft = next_draft(office, issued["number"])
    with pytest.raises(VersionMismatch):
        office.author.edit(number=issued["number"], body=a_body(), version=draft["version"], issue=0)


@pytest.mark.parametrize("action", ["suspend", "cancel"])
def test_a_new_issue_does_not_bring_back_what_the_secretariat_ended(office: Office, action: str) -> None:
    number = office.issued()["number"]
    draft = next_draft(office, number)
    decision = {"reason": "Audit failed.", "date": "2026-11-21", "supplied_affected": False}
    getattr(office.secretariat, action)(number=number, **decision)
    with pytest.raises(WrongState):
        office.signatory.issue(number=number, version=draft["version"])
    assert len(office.log()) == 2


def test_issuing_twice_publishes_one_next_issue(office: Office) -> None:
    number = office.issued()["number"]
    draft = next_draft(office, number)
    first = office.signatory.issue(number=number, version=draft["version"])
    assert office.signatory.issue(number=number, version=draft["version"]) == first
    assert len(office.log()) == 2


def test_a_key_that_drafted_an_issue_cannot_draft_another_one(office: Office) -> None:
    number = office.issued()["number"]
    draft = office.author.create_issue(number=number, body=a_body(**CHANGED), idempotency_key="k")
    with pytest.raises(IdempotencyKeyReused):
        office.author.create_issue(number=number, body=a_body(changes="Something else."), idempotency_key="k")
    assert office.author.create_issue(number=number, body=a_body(**CHANGED), idempotency_key="k") == draft


def test_who_read_another_draft_than_the_one_issued_is_not_told_that_it_was(office: Office) -> None:
    draft = office.author.create_draft(body=a_body())
    edited = office.author.edit(number=draft["number"], body=a_body(schedule="Another."), version=draft["version"])
    issued = office.signatory.issue(number=draft["number"], version=edited["version"])
    with pytest.raises(VersionMismatch):
        office.signatory.issue(number=draft["number"], version=draft["version"])
    for version in (edited["version"], issued["version"], None):
        assert office.signatory.issue(number=draft["number"], version=version) == issued


def test_only_the_latest_issue_or_the_draft_of_the_next_is_edited(office: Office) -> None:
    number = office.issued()["number"]
    issued = reissued(office, number)
    for issue, text in ((0, "issue 1 followed it"), (7, "no draft of issue 7")):
        with pytest.raises(WrongState, match=text):
            office.signatory.edit(number=number, body=a_body(**CHANGED), version=issued["version"], issue=issue)


def test_another_body_drafts_no_issue_of_a_certificate(office: Office) -> None:
    number = office.issued()["number"]
    with pytest.raises(Forbidden):
        office.as_(somebody("author", "SIR")).create_issue(number=number)


@pytest.mark.parametrize("who", ["author", "signatory", "secretariat"])
def test_its_officers_or_the_secretariat_give_up_a_draft_and_the_certificate_stays(office: Office, who: str) -> None:
    issued = office.issued()
    draft = next_draft(office, issued["number"])
    with pytest.raises(Forbidden):
        office.as_(somebody("signatory", "SIR")).delete_draft(number=issued["number"], issue=1)
    getattr(office, who).delete_draft(number=issued["number"], issue=1, version=draft["version"])
    assert office.public.get(number=issued["number"]) == issued
    assert next_draft(office, issued["number"])["issue"] == 1


def test_what_was_issued_is_never_given_up_as_a_draft(office: Office) -> None:
    number = office.issued()["number"]
    reissued(office, number)
    with pytest.raises(WrongState):
        office.secretariat.delete_draft(number=number, issue=1)


def test_a_worklist_shows_each_certificate_once_beside_its_draft(office: Office) -> None:
    number = office.issued()["number"]
    reissued(office, number)
    next_draft(office, number)
    rows = [(row["issue"], row["status"]) for row in office.author.mine()["items"]]
    assert sorted(rows) == [(1, "current"), (2, "draft")]


def test_two_issues_differ_field_by_field_and_what_matters_for_safety_comes_first(office: Office) -> None:
    number = office.issued()["number"]
    reissued(office, number, ambient="0 °C ≤ Ta ≤ +40 °C", conditions_of_use="Protect from impact.")
    found = office.public.diff(number=number, from_issue=0, to_issue=1)
    grades = {row["field"]: row["grade"] for row in found["fields"]}
    assert grades == {
        "suffix": "safety",
        "ambient": "safety",
        "conditions_of_use": "safety",
        "schedule": "editorial",
        "changes": "editorial",
    }
    assert [row["grade"] for row in found["fields"]] == ["safety"] * 3 + ["editorial"] * 2


def test_the_difference_from_a_draft_is_not_for_the_public(office: Office) -> None:
    number = office.issued()["number"]
    next_draft(office, number)
    assert office.author.diff(number=number, from_issue=0, to_issue=1)["fields"]
    with pytest.raises(NotFound):
        office.public.diff(number=number, from_issue=0, to_issue=1)


def test_what_stood_on_a_day_is_what_the_register_told_at_its_end(office: Office) -> None:
    first = office.issued()
    office.pass_time(days=10)
    reissued(office, first["number"])
    office.pass_time(days=10)
    office.secretariat.suspend(number=first["number"], reason="Audit failed.")

    def stood(day: str) -> tuple[int, str]:
        told = office.public.get(number=first["number"], as_of=day)
        return told["issue"], told["status"]

    assert [stood(day) for day in ("2026-11-21", "2026-11-30", "2026-12-01", "2026-12-11")] == [
        (0, "current"),
        (0, "current"),
        (1, "current"),
        (1, "suspended"),
    ]


def test_what_was_in_force_but_recorded_later_is_said(office: Office) -> None:
    number = office.issued()["number"]
    office.pass_time(days=10)
    office.secretariat.suspend(number=number, reason="Audit failed.", date="2026-11-25")
    told = office.public.get(number=number, as_of="2026-11-26")
    assert told["status"] == "current"
    assert [(row["type"], row["date"]) for row in told["recorded_later"]] == [("certificate.suspended", "2026-11-25")]


@pytest.mark.parametrize("day", ["2026-11-22", "yesterday", "", 7])
def test_a_day_to_come_or_none_at_all_is_refused(office: Office, day: Any) -> None:
    with pytest.raises(InvalidInput, match="as_of"):
        office.public.get(number=office.issued()["number"], as_of=day)


def test_before_its_first_issue_there_was_nothing(office: Office) -> None:
    number = office.issued()["number"]
    with pytest.raises(NotFound, match="was not public"):
        office.public.get(number=number, as_of="2026-11-20")


def test_a_successor_is_named_on_what_it_supersedes_and_the_log_tells_it(office: Office) -> None:
    old = office.issued()
    successor = office.issued(supersedes=["iecex bas 26.0001"])
    told = office.log()[-1]
    assert (told["type"], told["certificate"]["base_number"]) == ("certificate.related", old["base_number"])
    now = office.public.get(number=old["number"])
    assert now["superseded_by"] == [successor["base_number"]]
    assert (now["status"], now["schedule"]) == ("current", old["schedule"])


def test_a_deleted_successor_supersedes_nothing(office: Office) -> None:
    old = office.issued()
    successor = office.issued(supersedes=[old["number"]])
    office.secretariat.delete(number=successor["number"], reason="Issued by mistake.")
    assert office.public.get(number=old["number"])["superseded_by"] == []
    assert [change["type"] for change in office.log()[-2:]] == ["certificate.deleted", "certificate.related"]


def test_what_a_successor_superseded_by_mistake_is_mended_by_an_amendment(office: Office) -> None:
    old = office.issued()
    successor = office.issued(supersedes=[old["number"]])
    office.signatory.edit(number=successor["number"], body=a_body(), version=successor["version"])
    assert office.public.get(number=old["number"])["superseded_by"] == []


def test_a_draft_supersedes_nothing(office: Office) -> None:
    old = office.issued()
    office.draft(supersedes=[old["number"]])
    assert office.public.get(number=old["number"]) == old


def test_changes_and_numbers_have_no_hole_after_all_of_this(office: Office) -> None:
    old = office.issued()
    office.issued(supersedes=[old["number"]])
    reissued(office, old["number"])
    assert [change["change_no"] for change in office.log()] == list(range(1, 5))


def refused(call: Callable[..., Any], **arguments: Any) -> type[RegisterError] | None:
    try:
        call(**arguments)
    except RegisterError as error:
        return type(error)
    return None


def test_nothing_of_a_later_draft_shows_to_the_public(office: Office) -> None:
    number = office.issued()["number"]
    calls: list[tuple[Callable[..., Any], dict[str, Any]]] = [
        (office.public.get, {"number": number}),
        (office.public.get_issue, {"number": number, "issue": 0}),
        (office.public.history, {"number": number}),
        (office.page, {}),
    ]
    before = [call(**arguments) for call, arguments in calls]
    next_draft(office, number, supersedes=[number])
    assert [call(**arguments) for call, arguments in calls] == before
    assert refused(office.public.get_issue, number=number, issue=1) is refused(
        office.public.get_issue, number=number, issue=2
    )
