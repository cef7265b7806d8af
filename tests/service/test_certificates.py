"""The life of certificates through the service: edits, issue, decisions, deletion, and what each role gets."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import (
    Forbidden,
    Gone,
    InvalidInput,
    NotFound,
    RegisterError,
    RuleViolation,
    VersionMismatch,
    VersionRequired,
    WrongState,
)
from contracts.identity import ROLES
from plumbing.db import Handle
from services.certificates.tables import HistoryRow, metadata
from tests.certificates import a_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]
OTHER = {"schedule": "A better description."}
CANCELLATION: dict[str, Any] = {"reason": "Production ended.", "date": "2026-11-21", "supplied_affected": False}


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def refusal(call: Callable[..., Any], **arguments: Any) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        call(**arguments)
    return caught.value


def test_an_issued_certificate_is_current_from_today_on_and_public(office: Office) -> None:
    issued = office.issued()
    assert (issued["status"], issued["date_of_issue"], issued["first_issued"]) == ("current", *["2026-11-21"] * 2)
    assert office.public.get(number=issued["number"]) == issued


def test_issuing_again_gives_the_same_issue(office: Office) -> None:
    issued = office.issued()
    office.pass_time(days=1)
    assert office.signatory.issue(number=issued["number"], version="0.1") == issued
    assert len(office.log()) == 1


def test_two_signatories_at_once_issue_once(office: Office) -> None:
    draft = office.draft()

    def issue(_: int) -> Any:
        return office.signatory.issue(number=draft["number"], version=draft["version"])

    with ThreadPoolExecutor(5) as pool:
        first, *others = pool.map(issue, range(5))
    assert others == [first] * 4
    assert len(office.log()) == 1


def test_a_draft_is_issued_as_its_signatory_read_it(office: Office) -> None:
    draft = office.draft()
    office.author.edit(number=draft["number"], body=a_body(**OTHER), version="0.1")
    assert isinstance(refusal(office.signatory.issue, number=draft["number"], version="0.1"), VersionMismatch)
    assert isinstance(refusal(office.signatory.issue, number=draft["number"]), VersionRequired)
    assert office.page()["last"] == 0


def test_an_incomplete_draft_is_refused_with_all_findings(office: Office) -> None:
    draft = office.draft(test_reports=[], standards=[])
    error = refusal(office.signatory.issue, number=draft["number"], version="0.1")
    assert isinstance(error, RuleViolation)
    assert error.details["findings"] == office.author.check(number=draft["number"])["findings"]
    errors = [found["field"] for found in error.details["findings"] if found["severity"] == "error"]
    assert errors == ["standards", "test_reports"]
    assert office.author.get(number=draft["number"]) == draft


def test_a_body_that_is_no_longer_accepted_issues_nothing(office: Office) -> None:
    draft = office.draft()
    office.secretariat.put_excbs(rows=[{"code": "BAS", "name": "Baseefa", "country": "GB", "active": False}])
    assert isinstance(refusal(office.signatory.issue, number=draft["number"], version="0.1"), Forbidden)


def test_a_draft_is_edited_as_often_as_its_body_likes(office: Office) -> None:
    draft = office.draft()
    for version in "123":
        quoted = f"0.{version}"
        content = a_body(schedule=f"Description {version}.", conditions_of_use="Protect from impact.")
        edited = office.author.edit(number=draft["number"], body=content, version=quoted)
    assert (edited["version"], edited["number"], edited["schedule"]) == ("0.4", "IECEx BAS 26.0001X", "Description 3.")
    assert office.log() == []


def test_the_second_of_two_editors_learns_of_the_first(office: Office) -> None:
    number = office.draft()["number"]
    office.author.edit(number=number, body=a_body(**OTHER), version="0.1")
    assert isinstance(refusal(office.author.edit, number=number, body=a_body(), version="0.1"), VersionMismatch)
    assert isinstance(refusal(office.author.edit, number=number, body=a_body(), version=None), VersionRequired)


def test_an_amendment_is_public_at_once_and_stays_in_the_history(office: Office) -> None:
    issued = office.issued()
    office.pass_time(days=14)
    amended = office.signatory.edit(number=issued["number"], body=a_body(**OTHER), version=issued["version"])
    assert office.public.get(number=issued["number"]) == amended
    assert (amended["issue"], amended["date_of_issue"]) == (0, "2026-11-21")
    event = office.public.history(number=issued["number"])["events"][1]
    assert (event["type"], event["fields"]) == ("certificate.amended", ["schedule"])
    with office.handle.read() as session:
        kept = session.scalars(sa.select(HistoryRow).where(HistoryRow.type == "certificate.amended")).one()
    assert kept.before is not None
    assert kept.after is not None
    assert (kept.before["schedule"], kept.after["schedule"]) == (issued["schedule"], OTHER["schedule"])
    assert kept.account == "bas-signatory"


def test_after_fourteen_days_only_the_secretariat_amends_and_says_why(office: Office) -> None:
    issued = office.issued()
    number = issued["number"]
    office.pass_time(days=15)
    change = {"number": number, "body": a_body(**OTHER), "version": issued["version"]}
    assert isinstance(refusal(office.signatory.edit, **change), RuleViolation)
    assert isinstance(refusal(office.secretariat.edit, **change), InvalidInput)
    office.secretariat.edit(**change, reason="A slip of the pen.")
    event = office.public.history(number=number)["events"][-1]
    assert (event["reason"], event["by"]) == ("A slip of the pen.", {"role": "secretariat", "excb": None})


def test_an_edit_that_changes_nothing_tells_nobody(office: Office) -> None:
    issued = office.issued()
    assert office.signatory.edit(number=issued["number"], body=a_body(), version="c1") == issued
    assert len(office.log()) == 1


def test_a_certificate_is_suspended_reinstated_and_cancelled(office: Office) -> None:
    number = office.issued()["number"]
    suspended = office.secretariat.suspend(number=number, reason="Audit failed.", supplied_affected=True)
    assert (suspended["status"], suspended["status_reason"], suspended["supplied_affected"]) == (
        "suspended",
        "Audit failed.",
        True,
    )
    office.pass_time(days=2)
    reinstated = office.secretariat.reinstate(number=number, reason="Audit passed.", date="2026-11-22")
    assert (reinstated["status"], reinstated["status_date"], reinstated["status_reason"]) == (
        "current",
        "2026-11-22",
        "",
    )
    cancelled = office.secretariat.cancel(number=number, **CANCELLATION)
    assert (cancelled["status"], cancelled["supplied_affected"]) == ("cancelled", False)
    assert office.public.get(number=number) == cancelled
    assert [change["type"].removeprefix("certificate.") for change in office.log()] == [
        "issued",
        "suspended",
        "reinstated",
        "cancelled",
    ]


def test_the_history_tells_who_when_and_why(office: Office) -> None:
    number = office.issued()["number"]
    office.pass_time(days=1)
    office.secretariat.cancel(number=number, **CANCELLATION)
    assert office.public.history(number=number) == {
        "number": number,
        "issues": [{"issue": 0, "status": "cancelled", "date_of_issue": "2026-11-21", "number": number}],
        "events": [
            {
                "type": "certificate.issued",
                "at": "2026-11-21T10:00:00Z",
                "date": "2026-11-21",
                "from": None,
                "to": "current",
                "reason": "",
                "supplied_affected": None,
                "by": {"role": "excb", "excb": "BAS"},
                "issue": 0,
                "fields": [],
            },
            {
                "type": "certificate.cancelled",
                "at": "2026-11-22T10:00:00Z",
                "date": "2026-11-21",
                "from": "current",
                "to": "cancelled",
                "reason": "Production ended.",
                "supplied_affected": False,
                "by": {"role": "secretariat", "excb": None},
                "issue": 0,
                "fields": [],
            },
        ],
    }


def test_a_transition_that_does_not_exist_is_refused_and_leaves_no_trace(office: Office) -> None:
    number = office.issued()["number"]
    error = refusal(office.secretariat.reinstate, number=number, reason="Why not.")
    assert isinstance(error, WrongState)
    assert error.details["possible"] == ["suspend", "cancel", "delete"]
    assert len(office.log()) == 1


def test_a_decision_may_quote_the_version_that_it_is_about(office: Office) -> None:
    number = office.issued()["number"]
    assert isinstance(
        refusal(office.secretariat.suspend, number=number, reason="Audit failed.", version="0.1"), VersionMismatch
    )
    assert office.secretariat.suspend(number=number, reason="Audit failed.", version="c1")["status"] == "suspended"


def test_a_deleted_certificate_is_gone_for_all_and_its_number_stays_used(office: Office) -> None:
    number = office.issued()["number"]
    office.secretariat.delete(number=number, reason="Entered twice.")
    for role in ROLES:
        error = refusal(office.as_(somebody(role)).get, number=number)
        assert isinstance(error, Gone)
        assert error.details["reason"] == "Entered twice."
    assert isinstance(refusal(office.public.history, number=number), Gone)
    assert isinstance(refusal(office.secretariat.delete, number=number, reason="Again."), Gone)
    assert office.author.mine()["items"] == []
    assert office.draft()["number"] == "IECEx BAS 26.0002"
    tombstone = office.log()[-1]
    assert (tombstone["type"], tombstone["previous"]) == ("certificate.deleted", {"status": "current", "issue": 0})
    assert tombstone["certificate"]["reason"] == "Entered twice."
    assert "equipment" not in tombstone["certificate"]


def test_a_number_is_found_in_any_spelling(office: Office) -> None:
    issued = office.issued(conditions_of_use="Protect from impact.")
    for spelling in ("IECEx BAS 26.0001X", "iec ex bas 26.0001", "IECEx-BAS-26.0001X", "BAS 26.0001U"):
        assert office.public.get(number=spelling) == issued


def test_what_is_no_number_of_a_certificate_is_not_found(office: Office) -> None:
    wrong: list[Any] = ["", "nonsense", "GB/BAS/ExTR26.0001", "IECEx BAS 26.0000", None, 7, [], "é" * 500]
    for number in wrong:
        assert isinstance(refusal(office.public.get, number=number), NotFound)
        assert isinstance(refusal(office.secretariat.suspend, number=number, reason="Audit failed."), NotFound)


def test_an_issue_has_its_own_address(office: Office) -> None:
    issued = office.issued()
    assert office.public.get_issue(number=issued["number"], issue=0) == issued
    assert office.public.get(number=f"{issued['number']} Issue 0") == issued
    assert isinstance(refusal(office.public.get_issue, number=issued["number"], issue=1), NotFound)
    assert isinstance(refusal(office.public.get_issue, number=issued["number"], issue="0"), InvalidInput)


def test_what_was_read_can_be_sent_back_with_a_change(office: Office) -> None:
    draft = office.draft()
    version = draft.pop("version")
    changed = {**draft, "ambient": "-20 °C ≤ Ta ≤ +40 °C", "links": {}}
    edited = office.author.edit(number=draft["number"], body=changed, version=version)
    assert (edited["ambient"], edited["id"]) == ("-20 °C ≤ Ta ≤ +40 °C", draft["id"])


@pytest.mark.parametrize("action", ["suspend", "cancel"])
def test_a_decision_asked_for_twice_is_made_once_and_answered_the_same(office: Office, action: str) -> None:
    number = office.issued()["number"]
    decision = {"number": number, "reason": "Audit failed.", "date": "2026-11-21", "supplied_affected": False}
    first = getattr(office.secretariat, action)(**decision, version="c1")
    assert getattr(office.secretariat, action)(**decision, version="c1") == first
    with pytest.raises(WrongState):
        getattr(office.secretariat, action)(**decision | {"reason": "Another."})
    assert len(office.log()) == 2
