"""The life of a certificate: statuses, transitions, the fourteen days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contracts.errors import InvalidInput, RuleViolation, VersionMismatch, VersionRequired, WrongState
from contracts.schemas import load_content
from services.certificates.domain import lifecycle
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts
from services.certificates.domain.lifecycle import Decision
from tests.certificates import ISSUED_ON, a_body, a_current, a_draft

TODAY = date(2026, 11, 21)
OTHER_TEXT = {"schedule": "A better description."}


def decided(status: str, action: str, day: date = TODAY, reason: str = "Surveillance ended.") -> Certificate:
    return lifecycle.decided(a_current(status=status), action, Decision(day, reason, True))


def test_an_issued_draft_is_current_from_today_on() -> None:
    issued = lifecycle.issued(a_draft(), Facts(TODAY))
    assert (issued.status, issued.date_of_issue, issued.first_issued) == ("current", TODAY, TODAY)


def test_a_later_issue_keeps_the_date_of_the_first() -> None:
    issued = lifecycle.issued(a_draft({"changes": "Type PX-300."}, issue=1, first_issued=ISSUED_ON), Facts(TODAY))
    assert (issued.date_of_issue, issued.first_issued) == (TODAY, ISSUED_ON)


def test_every_change_has_another_version() -> None:
    assert lifecycle.issued(a_draft(version=4), Facts(TODAY)).version == 5


@pytest.mark.parametrize("status", ["current", "suspended", "cancelled"])
def test_only_a_draft_is_issued(status: str) -> None:
    with pytest.raises(WrongState, match=f"is {status}"):
        lifecycle.issued(a_current(status=status), Facts(TODAY))


def test_a_draft_that_breaks_rules_is_refused_with_all_of_them() -> None:
    with pytest.raises(RuleViolation) as refusal:
        lifecycle.issued(a_draft({"test_reports": [], "standards": []}), Facts(TODAY))
    fields = {finding["field"] for finding in refusal.value.details["findings"]}
    assert fields == {"test_reports", "standards"}


def test_a_suspended_certificate_says_since_when_and_why() -> None:
    suspended = decided("current", "suspend")
    assert (suspended.status, suspended.status_date, suspended.status_reason) == (
        "suspended",
        TODAY,
        "Surveillance ended.",
    )


def test_a_reinstatement_does_not_begin_before_the_suspension() -> None:
    suspended = decided("current", "suspend")
    with pytest.raises(InvalidInput, match="before the suspension, 2026-11-21"):
        lifecycle.decided(suspended, "reinstate", Decision(TODAY - timedelta(days=1), "Paid.", None))


def test_a_reinstated_certificate_is_current_without_a_blemish() -> None:
    reinstated = decided("suspended", "reinstate")
    assert (reinstated.status, reinstated.status_reason, reinstated.supplied_affected) == ("current", "", None)


@pytest.mark.parametrize("status", ["current", "suspended"])
def test_a_certificate_is_cancelled_whether_current_or_suspended(status: str) -> None:
    assert decided(status, "cancel").status == "cancelled"


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("draft", "suspend"),
        ("draft", "reinstate"),
        ("draft", "cancel"),
        ("current", "reinstate"),
        ("suspended", "suspend"),
        ("cancelled", "suspend"),
        ("cancelled", "reinstate"),
        ("cancelled", "cancel"),
    ],
)
def test_no_other_transition_exists(status: str, action: str) -> None:
    with pytest.raises(WrongState) as refusal:
        decided(status, action)
    assert refusal.value.details["status"] == status
    assert action not in refusal.value.details["possible"]


def test_a_wrong_state_says_what_would_be_possible() -> None:
    with pytest.raises(WrongState, match="possible now: reinstate, cancel, delete"):
        decided("suspended", "suspend")


def test_nothing_happens_to_a_certificate_before_it_was_issued() -> None:
    with pytest.raises(InvalidInput, match="date of issue"):
        decided("current", "suspend", day=ISSUED_ON - timedelta(days=1))


def test_a_decision_holds_from_today_if_it_does_not_say() -> None:
    assert lifecycle.decision("suspend", TODAY, reason="Audit failed.").date == TODAY


def test_a_decision_for_tomorrow_is_not_taken() -> None:
    with pytest.raises(InvalidInput, match="today is 2026-11-21"):
        lifecycle.decision("suspend", TODAY, reason="Audit failed.", date="2026-11-22")


def test_a_cancellation_names_all_that_is_missing() -> None:
    with pytest.raises(InvalidInput) as refusal:
        lifecycle.decision("cancel", TODAY)
    assert {error["field"] for error in refusal.value.details["errors"]} == {"reason", "date", "supplied_affected"}


@pytest.mark.parametrize("blank", [None, "", "   ", "\n"])
def test_a_decision_without_a_reason_is_not_taken(blank: str | None) -> None:
    with pytest.raises(InvalidInput, match="reason"):
        lifecycle.decision("suspend", TODAY, reason=blank)


@pytest.mark.parametrize("given", ["tomorrow", "", 7, [], "2026-02-30", "2026-11-21T00:00:00"])
def test_a_date_is_a_date(given: object) -> None:
    with pytest.raises(InvalidInput, match="a date such as 2026-11-21"):
        lifecycle.decision("suspend", TODAY, reason="Audit failed.", date=given)


@pytest.mark.parametrize("given", ["yes", 1.5, [], {}])
def test_whether_supplied_products_are_affected_is_true_or_false(given: object) -> None:
    with pytest.raises(InvalidInput, match="true or false"):
        lifecycle.decision("cancel", TODAY, reason="Ended.", date="2026-11-20", supplied_affected=given)


def edited(certificate: Certificate, today: date = TODAY, by_secretariat: bool = False) -> str:
    content = {**certificate.content, **OTHER_TEXT}
    changed = lifecycle.edited(certificate, content, by_secretariat=by_secretariat, facts=Facts(today))
    return str(changed.content["schedule"])


def test_a_draft_is_edited_at_any_time_and_need_not_be_complete() -> None:
    draft = a_draft({"marking": []})
    assert edited(draft, today=TODAY + timedelta(days=1000)) == OTHER_TEXT["schedule"]


def test_the_fourteenth_day_after_the_issue_is_the_last_for_corrections() -> None:
    assert edited(a_current(), today=ISSUED_ON + timedelta(days=14)) == OTHER_TEXT["schedule"]


def test_on_the_fifteenth_day_the_body_corrects_nothing_any_more() -> None:
    with pytest.raises(RuleViolation, match="2026-11-15 was the last day"):
        edited(a_current(), today=ISSUED_ON + timedelta(days=15))


def test_the_secretariat_edits_at_any_time() -> None:
    assert edited(a_current(), today=TODAY + timedelta(days=1000), by_secretariat=True) == OTHER_TEXT["schedule"]


@pytest.mark.parametrize("status", ["suspended", "cancelled"])
def test_only_the_secretariat_edits_what_is_not_current(status: str) -> None:
    certificate = a_current(status=status)
    assert edited(certificate, ISSUED_ON, by_secretariat=True) == OTHER_TEXT["schedule"]
    with pytest.raises(WrongState):
        edited(certificate, ISSUED_ON)


def test_an_edit_that_changes_nothing_is_no_change() -> None:
    certificate = a_current()
    same = lifecycle.edited(certificate, dict(certificate.content), by_secretariat=False, facts=Facts(TODAY))
    assert same is certificate


def test_a_published_certificate_stays_complete() -> None:
    content = {**a_current().content, "standards": []}
    with pytest.raises(RuleViolation, match="standards"):
        lifecycle.edited(a_current(), content, by_secretariat=True, facts=Facts(ISSUED_ON))


def test_the_kind_is_settled_by_the_issue() -> None:
    content = load_content(a_body(kind="component"))
    assert lifecycle.edited(a_draft(), content, by_secretariat=False, facts=Facts(TODAY)).suffix == "U"
    with pytest.raises(InvalidInput, match="kind"):
        lifecycle.edited(a_current(), content, by_secretariat=True, facts=Facts(ISSUED_ON))


def test_a_change_quotes_the_version_that_it_changes() -> None:
    lifecycle.check_version(a_draft(version=3), "0.3")
    with pytest.raises(VersionMismatch):
        lifecycle.check_version(a_draft(version=3), "0.2")
    with pytest.raises(VersionRequired):
        lifecycle.check_version(a_draft(version=3), None)


def test_what_a_published_certificate_lacked_already_stops_nobody_from_mending_it() -> None:
    old = a_current({"standards": []})
    assert edited(old, ISSUED_ON) == OTHER_TEXT["schedule"]


def test_a_later_issue_follows_a_current_one_only() -> None:
    draft, suspended = a_draft(issue=1), a_current(status="suspended")
    with pytest.raises(WrongState, match="is suspended"):
        lifecycle.issued(draft, Facts(TODAY, previous={draft.id: suspended}))


def test_the_next_issue_has_the_number_and_the_content_and_tells_anew_what_changed() -> None:
    latest = a_current({"changes": "A new housing."}, issue=1)
    draft = lifecycle.next_issue(latest, None)
    assert (draft.base_number, draft.issue, draft.status, draft.version) == (latest.base_number, 2, "draft", 1)
    assert draft.content == {**latest.content, "changes": ""}


def test_what_is_published_of_an_issue_is_not_taken_over_by_the_next() -> None:
    draft = lifecycle.next_issue(a_current(related={"superseded_by": ["BAS001"]}), None)
    assert (draft.change_no, draft.date_of_issue, draft.status_date, draft.related) == (None, None, None, None)
    assert draft.first_issued == ISSUED_ON


@pytest.mark.parametrize("status", ["suspended", "cancelled"])
def test_only_a_current_certificate_gets_a_next_issue(status: str) -> None:
    with pytest.raises(WrongState, match=f"is {status}"):
        lifecycle.next_issue(a_current(status=status), None)


def test_the_kind_stays_over_all_issues() -> None:
    with pytest.raises(InvalidInput, match="kind"):
        lifecycle.next_issue(a_current(), load_content(a_body(kind="component")))
    with pytest.raises(InvalidInput, match="kind"):
        lifecycle.edited(
            a_draft(issue=1), load_content(a_body(kind="component")), by_secretariat=True, facts=Facts(TODAY)
        )
