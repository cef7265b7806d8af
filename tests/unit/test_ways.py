"""What an officer is shown to be able to do with a certificate, by role and state."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.identity import GUEST, Role
from gateway.pages import ways
from tests.certificates import somebody

TODAY = date(2026, 11, 27)
POSSIBLE = {
    "draft": ["delete"],
    "current": ["suspend", "cancel", "delete"],
    "suspended": ["reinstate", "cancel", "delete"],
    "cancelled": ["delete"],
}
REQUEST = {"id": "5f0c3a3e-7a55-4f0b-9d35-6f1f0b1b9a10", "action": "suspend"}


def so(status: str, **more: Any) -> ways.State:
    """The state of a certificate of two issues, or of a first draft, as its service tells it."""
    told: dict[str, Any] = {
        "number": "IECEx BAS 26.0001X",
        "status": status,
        "possible": POSSIBLE[status],
        "issues": [0, 1],
    }
    if status == "draft":
        told |= {"issues": [], "draft": 0}
    return ways.state_of({"last_editable_day": None, "draft": None, "request": None} | told | more, TODAY)


def texts(role: Role, status: str, **more: Any) -> list[str]:
    return [way.text for way in ways.open_to(role, so(status, **more))]


def test_an_author_opens_and_previews_a_draft_and_a_signatory_issues_it() -> None:
    assert texts("author", "draft") == ["Open the draft", "Preview the draft as PDF"]
    assert texts("signatory", "draft") == ["Open the draft", "Preview the draft as PDF", "Review and issue"]


def test_what_is_current_is_issued_anew_or_the_secretariat_is_asked() -> None:
    assert texts("author", "current") == ["New issue", "Ask to suspend it", "Ask to cancel it"]


def test_a_signatory_corrects_until_the_last_day_and_an_author_never() -> None:
    assert "Correct it" in texts("signatory", "current", last_editable_day="2026-11-27")
    assert "Correct it" not in texts("signatory", "current", last_editable_day="2026-11-26")
    assert "Correct it" not in texts("author", "current", last_editable_day="2026-11-27")


def test_a_correction_leads_to_the_latest_issue_that_is_public() -> None:
    state = so("current", last_editable_day="2026-12-01", draft=2)
    assert state["correctable"] == {"number": "IECEx-BAS-26.0001X", "issue": 1}


def test_while_the_next_issue_is_drafted_there_is_no_other_draft_to_begin() -> None:
    found = texts("author", "current", draft=2)
    assert found[:2] == ["Open the draft", "Preview the draft as PDF"]
    assert "New issue" not in found


def test_what_is_suspended_is_reinstated_or_cancelled_and_not_issued_anew() -> None:
    assert texts("signatory", "suspended", draft=2) == [
        "Open the draft",
        "Preview the draft as PDF",
        "Ask to reinstate it",
        "Ask to cancel it",
    ]


def test_while_a_request_is_open_there_is_nothing_else_to_ask() -> None:
    assert texts("author", "current", request=REQUEST) == ["New issue", "What you asked of the Secretariat"]
    assert so("current", request=REQUEST)["waiting"] == {"state": "open"}


def test_what_is_cancelled_leaves_its_body_nothing_to_do() -> None:
    assert [texts(role, "cancelled") for role in ways.BODY] == [[], [], []]


@pytest.mark.parametrize(
    ("status", "decisions"),
    [
        ("draft", ["Delete it"]),
        ("current", ["Suspend it", "Cancel it", "Delete it"]),
        ("suspended", ["Reinstate it", "Cancel it", "Delete it"]),
        ("cancelled", ["Delete it"]),
    ],
)
def test_the_secretariat_decides_what_the_status_allows(status: str, decisions: list[str]) -> None:
    assert texts("secretariat", status) == decisions


def test_the_secretariat_looks_at_the_request_first() -> None:
    assert texts("secretariat", "current", request=REQUEST)[0] == "Look at the request of its body"
    assert so("current", request=REQUEST)["asked"] == {"request_id": REQUEST["id"]}


def test_the_it_administrator_decides_nothing() -> None:
    assert texts("it-administrator", "current", request=REQUEST) == ["Look at the request of its body"]
    assert texts("it-administrator", "current") == []


def test_the_administrator_of_a_body_looks_and_writes_nothing() -> None:
    assert texts("administrator", "draft") == ["Preview the draft as PDF"]
    assert texts("administrator", "current", request=REQUEST) == ["What you asked of the Secretariat"]


@pytest.mark.parametrize("status", POSSIBLE)
def test_a_guest_has_no_way_in_any_state(status: str) -> None:
    assert texts("guest", status, request=REQUEST) == []


def test_a_certificate_concerns_its_body_and_those_who_oversee() -> None:
    assert ways.concerns(somebody("author", "BAS"), "BAS")
    assert ways.concerns(somebody("secretariat"), "BAS")
    assert not ways.concerns(somebody("author", "SIR"), "BAS")
    assert not ways.concerns(GUEST, "BAS")
