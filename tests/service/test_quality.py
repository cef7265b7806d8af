"""The nightly check of what is Current, and the samples that the Secretariat reviews; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from contracts.errors import InvalidInput, RegisterError
from contracts.identity import service_identity
from plumbing.db import Handle
from services.certificates import nightly
from services.certificates.domain import schemes
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Finding, finding
from services.certificates.tables import IssueRow, QualityFindingRow, metadata
from tests.certificates import a_body, a_facility_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def night(office: Office, slices: int = 5) -> None:
    """What the timer does on the night after."""
    office.pass_time(days=1)
    for _ in range(slices):
        office.as_(service_identity("certificates")).check_quality()


def refusal(call: Callable[..., Any], **arguments: Any) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        call(**arguments)
    return caught.value


def stricter(certificate: Certificate, facts: Facts) -> list[Finding]:
    """Rules that came after the certificates: no pump, and pipes are looked at askance."""
    text, told = str(certificate.content.get("equipment")), f"Found on {facts.today}."
    found = [finding("no-pump", "equipment", told, "A new rule")] if "Pump" in text else []
    return found + ([finding("pipe", "equipment", told, "A new rule", "warning")] if "Pipe" in text else [])


def stricter_night(office: Office, slices: int = 5) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schemes, "findings", stricter)
        night(office, slices)


@pytest.fixture
def checked(office: Office) -> Office:
    """Four of BAS, one with an error, two with warnings; one of SIR without any."""
    for equipment in ("Transmitter", "Pump with Pipe", "Pipe", "Motor"):
        office.issued(equipment=equipment)
    sira = office.as_(somebody("signatory", "SIR"))
    draft = sira.create_draft(body=a_body())
    sira.issue(number=draft["number"], version=draft["version"])
    stricter_night(office)
    return office


def test_every_current_certificate_is_checked_by_the_rules_of_the_day(checked: Office) -> None:
    found = checked.secretariat.quality()
    assert found["items"] == [
        {
            "excb": "BAS",
            "year": 2026,
            "checked": 4,
            "with_errors": 1,
            "with_warnings": 2,
            "error_rate": 0.25,
            "rules": [
                {"rule": "no-pump", "severity": "error", "certificates": 1},
                {"rule": "pipe", "severity": "warning", "certificates": 2},
            ],
        },
        {
            "excb": "SIR",
            "year": 2026,
            "checked": 1,
            "with_errors": 0,
            "with_warnings": 0,
            "error_rate": 0.0,
            "rules": [],
        },
    ]
    ended = "2026-11-22T10:00:00Z"
    assert found["run"] == {"began_at": ended, "finished_at": ended, "certificates": 5}


def test_quality_is_of_all_or_of_one_body_and_year(checked: Office) -> None:
    assert [row["excb"] for row in checked.secretariat.quality(excb="sir")["items"]] == ["SIR"]
    assert checked.secretariat.quality(year=2025)["items"] == []
    assert isinstance(refusal(checked.secretariat.quality, year=1066), InvalidInput)


def test_those_that_break_a_rule_are_found_and_since_when(checked: Office) -> None:
    asked: dict[str, Any] = {"excb": "BAS", "year": 2026, "rule": "pipe"}
    page = checked.secretariat.quality_findings(**asked, limit=1)
    (first,) = page["items"]
    assert (first["number"], first["found_at"]) == ("IECEx BAS 26.0002", "2026-11-22T10:00:00Z")
    assert [row["rule"] for row in first["findings"]] == ["pipe"]
    following = checked.secretariat.quality_findings(**asked, limit=1, cursor=page["next"])
    assert [row["number"] for row in following["items"]] == ["IECEx BAS 26.0003"]
    assert following["next"] is None


@pytest.mark.parametrize("wrong", [{"excb": "\0"}, {"rule": "no\0"}, {"year": 26}, {"cursor": "\0"}, {"limit": 0}])
def test_what_cannot_be_looked_for_is_refused(office: Office, wrong: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"excb": "BAS", "year": 2026, "rule": "pipe"} | wrong
    assert isinstance(refusal(office.secretariat.quality_findings, **asked), InvalidInput)


def test_what_stays_as_it_was_keeps_the_night_on_which_it_was_found(checked: Office) -> None:
    stricter_night(checked)
    (found,) = checked.secretariat.quality_findings(excb="BAS", year=2026, rule="no-pump")["items"]
    assert found["found_at"] == "2026-11-22T10:00:00Z"


def test_what_is_mended_or_not_current_any_more_is_found_no_more(checked: Office) -> None:
    pump = checked.public.get(number="IECEx BAS 26.0002")
    checked.signatory.edit(number=pump["number"], body=a_body(equipment="Fan"), version=pump["version"])
    checked.secretariat.suspend(number="IECEx BAS 26.0003", reason="The audit is overdue.")
    checked.secretariat.delete(number="IECEx BAS 26.0004", reason="Issued twice.")
    stricter_night(checked)
    (bas, _) = checked.secretariat.quality()["items"]
    assert (bas["checked"], bas["with_errors"], bas["with_warnings"], bas["rules"]) == (2, 0, 0, [])
    with checked.handle.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(QualityFindingRow)) == 0


def test_drafts_are_not_checked(office: Office) -> None:
    office.draft(equipment="Pump")
    later = office.issued(equipment="Motor")["number"]
    office.author.create_issue(number=later, body=a_body(equipment="Pump"))
    stricter_night(office)
    (bas,) = office.secretariat.quality()["items"]
    assert (bas["checked"], bas["with_errors"]) == (1, 0)


def test_the_check_goes_slice_by_slice_goes_on_after_a_restart_and_is_once_a_day(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "SLICE", 2)
    for _ in range(5):
        office.issued(equipment="Pump")
    stricter_night(office, slices=1)
    begun = office.secretariat.quality()
    assert (begun["run"]["finished_at"], begun["run"]["certificates"], begun["items"][0]["checked"]) == (None, 2, 2)
    # Each call is a service of its own, as after a restart. The next day begins no new run before the old one ended.
    stricter_night(office, slices=2)
    ended = office.secretariat.quality()
    assert (ended["run"]["certificates"], ended["items"][0]["checked"]) == (5, 5)
    assert ended["run"]["began_at"] == begun["run"]["began_at"]
    office.issued(equipment="Pump")
    stricter_night(office, slices=9)
    assert office.secretariat.quality()["items"][0]["checked"] == 6
    office.issued(equipment="Pump")
    office.as_(service_identity("certificates")).check_quality()
    assert office.secretariat.quality()["items"][0]["checked"] == 6


def test_one_that_no_rule_can_read_is_logged_and_the_others_are_checked(office: Office) -> None:
    spoilt = office.issued()["number"]
    office.issued()
    with office.handle.begin() as session:
        of = session.scalar(sa.select(IssueRow.certificate_id).order_by(IssueRow.created_at).limit(1))
        session.execute(sa.update(IssueRow).where(IssueRow.certificate_id == of).values(content={"kind": "equipment"}))
    with capture_logs() as logged:
        night(office)
    assert [entry["event"] for entry in logged] == ["certificate cannot be judged"]
    assert logged[0]["number"].startswith(spoilt[:-1])
    assert office.secretariat.quality()["items"][0]["checked"] == 1


def test_a_register_that_passed_the_gate_today_has_no_errors_tonight(office: Office) -> None:
    office.issued()
    office.issued_as(a_facility_body())
    night(office)
    assert [(row["checked"], row["with_errors"]) for row in office.secretariat.quality()["items"]] == [(2, 0)]
