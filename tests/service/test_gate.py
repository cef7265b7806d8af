"""The gate through the service: what is refused, what is told, and what a signatory may take upon himself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import InvalidInput, RuleViolation
from plumbing.db import Handle
from services.certificates.tables import ReportIssueRow, ReportRow, metadata
from tests.certificates import a_body, a_facility_body, a_licence_body, a_person_body, somebody
from tests.service.certificates import MORNING, Office

FreshHandle = Callable[[sa.MetaData], Handle]
UNREAD = "Ex db and more IIC T4 Gb"
REASON = "The marking is that of the drawing; the register's grammar does not know it yet."


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def drafted(office: Office, body: dict[str, Any]) -> dict[str, Any]:
    draft: dict[str, Any] = office.author.create_draft(body=body)
    return draft


def refused(office: Office, draft: dict[str, Any], *overridden: str) -> dict[str, dict[str, Any]]:
    """The errors for which the gate refuses the draft, by rule."""
    overrides = [{"rule": rule, "reason": REASON} for rule in overridden]
    with pytest.raises(RuleViolation) as refusal:
        office.signatory.issue(number=draft["number"], version=draft["version"], overrides=overrides)
    return {found["rule"]: found for found in refusal.value.details["findings"] if found["severity"] == "error"}


def warnings(office: Office, number: str) -> dict[str, str]:
    """What was said when it was issued: by rule, the field."""
    return {found["rule"]: found["field"] for found in office.author.check(number=number)["at_issue"]}


def test_a_refusal_names_rule_field_and_what_would_be_right_and_nothing_is_half_saved(office: Office) -> None:
    draft = drafted(office, a_body(marking=["Ex db [ia IIC Ga] IIB T4 Gb", "Ex tb IIIC T4 Db"]))
    found = refused(office, draft)["marking-not-understood"]
    assert (found["field"], found["overridable"]) == ("marking.1", True)
    assert "such as T85°C" in found["text"]
    assert office.author.get(number=draft["number"]) == {k: v for k, v in draft.items() if k != "findings"}
    assert office.log() == []
    assert office.author.check(number=draft["number"])["at_issue"] == []


def test_a_draft_is_told_at_once_what_the_gate_would_say(office: Office) -> None:
    draft = drafted(office, a_body(marking=["Ex tb IIIC T4 Db"], standards=[{"number": "IEC 99999", "edition": "1.0"}]))
    said = {found["rule"] for found in draft["findings"]}
    assert {"marking-not-understood", "protection-standard"} <= said
    # That costs further looks, which are taken when somebody asks or issues.
    assert "standard-unknown" not in said
    assert "standard-unknown" in {found["rule"] for found in office.author.check(number=draft["number"])["findings"]}


def test_warnings_do_not_hold_up_a_certificate_and_are_kept_with_it(office: Office) -> None:
    old = [{"number": "IEC 60079-0", "edition": "5.0"}, *a_body()["standards"][1:]]
    number = office.issued(standards=old)["number"]
    assert warnings(office, number) == {
        "standard-older-edition": "standards.0",
        "report-unregistered": "quality_reports.0",
    }
    assert "warnings" not in office.public.get(number=number)


def test_a_signatory_answers_for_a_marking_that_is_not_understood(office: Office) -> None:
    draft = drafted(office, a_body(marking=[UNREAD]))
    override = {"rule": "marking-not-understood", "reason": REASON}
    issued = office.signatory.issue(number=draft["number"], version=draft["version"], overrides=[override])
    kept = office.author.check(number=draft["number"])
    assert (issued["status"], issued["marking"], kept["overrides"]) == ("current", [UNREAD], [override])
    assert warnings(office, draft["number"])["marking-not-understood"] == "marking.0"
    assert "overrides" not in office.public.get(number=draft["number"])


def test_a_reason_for_one_marking_is_none_for_another_that_is_not_understood_either(office: Office) -> None:
    draft = drafted(office, a_body(marking=[UNREAD]))
    override = {"rule": "marking-not-understood", "reason": REASON}
    issued = office.signatory.issue(number=draft["number"], version=draft["version"], overrides=[override])
    others = [a_body(marking=[UNREAD], schedule="Corrected."), a_body(marking=[f"{UNREAD} Zz"], schedule="Corrected.")]
    corrected = office.signatory.edit(number=draft["number"], body=others[0], version=issued["version"])
    with pytest.raises(RuleViolation, match="Zz"):
        office.signatory.edit(number=draft["number"], body=others[1], version=corrected["version"])


def test_a_rule_that_there_is_not_cannot_be_answered_for(office: Office) -> None:
    draft = drafted(office, a_body())
    overrides = [{"rule": "no-such-rule", "reason": REASON}]
    with pytest.raises(InvalidInput, match="can be overridden: marking-not-understood, report-country"):
        office.signatory.issue(number=draft["number"], version=draft["version"], overrides=overrides)
    assert office.log() == []


def test_nobody_answers_for_another_rule(office: Office) -> None:
    draft = drafted(office, a_body(marking=[UNREAD], schedule=""))
    assert "equipment-schedule" in refused(office, draft, "equipment-schedule", "marking-not-understood")


def test_nobody_answers_without_a_reason(office: Office) -> None:
    draft = drafted(office, a_body(marking=[UNREAD]))
    for override in ({"rule": "marking-not-understood"}, {"rule": "marking-not-understood", "reason": "  "}):
        with pytest.raises(InvalidInput, match="reason"):
            office.signatory.issue(number=draft["number"], version=draft["version"], overrides=[override])
    assert office.log() == []


def test_what_needed_no_override_has_none(office: Office) -> None:
    draft = drafted(office, a_body())
    overrides = [{"rule": rule, "reason": REASON} for rule in ("marking-not-understood", "equipment-schedule")]
    office.signatory.issue(number=draft["number"], version=draft["version"], overrides=overrides)
    assert office.author.check(number=draft["number"])["overrides"] == []


def test_a_standard_outside_the_scope_is_named(office: Office) -> None:
    draft = drafted(office, a_facility_body(standards=[{"number": "IEC 60079-17", "edition": "6.0"}]))
    rows = [{"scheme": "service-facility", "standard": "IEC 60079-19", "valid_from": "2010-01-01"}]
    office.secretariat.put_scopes(excb="BAS", rows=rows)
    assert refused(office, draft)["scope-standard"]["field"] == "standards.0"
    rows.append({"scheme": "service-facility", "standard": "iec 60079-17", "valid_from": "2026-11-21"})
    office.secretariat.put_scopes(excb="BAS", rows=rows)
    office.signatory.issue(number=draft["number"], version=draft["version"])


def test_a_photo_that_another_body_uploaded_is_nobody_else_s(office: Office) -> None:
    draft = drafted(office, a_person_body("cd" * 32))
    office.as_(somebody("author", "SIR")).keep_photo(sha256="cd" * 32, length=40_000, width=600, height=800)
    assert refused(office, draft).keys() == {"person-photo-uploaded"}
    office.author.keep_photo(sha256="cd" * 32, length=40_000, width=600, height=800)
    office.signatory.issue(number=draft["number"], version=draft["version"])


def test_a_licence_never_lists_a_draft(office: Office) -> None:
    draft = drafted(office, a_licence_body(office.draft()["number"]))
    assert refused(office, draft)["licence-current"]["field"] == "certificates.0"


def test_a_component_on_a_licence_is_remarked_on(office: Office) -> None:
    component = office.issued(kind="component", marking=["Ex db [ia IIC Ga] IIB Gb"], conditions_of_use="Inside only.")
    licence = office.issued_as(a_licence_body(component["number"]))
    assert warnings(office, licence["number"]) == {"licence-kind": "certificates.0"}


def register(office: Office, number: str, series: str) -> None:
    """A report of BAS with its first issue, as if it was registered."""
    report: dict[str, Any] = {
        "type": "FAR",
        "excb": "BAS",
        "demonstration": False,
        "account": "bas",
        "created_at": MORNING,
    }
    with office.handle.begin() as session:
        session.add(ReportRow(id=number, series=series, base_number=number, fingerprint="", **report))
        session.flush()
        session.add(
            ReportIssueRow(report_id=number, issue=0, content={}, registered_at=MORNING, change_no=1, account="bas")
        )


def test_a_number_of_the_own_reports_that_the_register_never_gave_is_refused(office: Office) -> None:
    register(office, "GB/BAS/FAR26.0001", "FAR/GB/BAS/26")
    assert refused(office, drafted(office, a_facility_body(facility_reports=["GB/BAS/FAR26.0002/00"]))).keys() == {
        "report-unknown"
    }
    right = office.issued_as(a_facility_body(facility_reports=["GB/BAS/FAR26.0001/00"]))
    assert warnings(office, right["number"]) == {}


def test_the_own_reports_begin_with_the_own_country_unless_somebody_answers_for_it(office: Office) -> None:
    draft = drafted(office, a_facility_body(facility_reports=["DE/BAS/FAR09.0002/00"]))
    assert refused(office, draft).keys() == {"report-country"}
    overrides = [{"rule": "report-country", "reason": "The body moved in 2010."}]
    office.signatory.issue(number=draft["number"], version=draft["version"], overrides=overrides)
    assert office.author.check(number=draft["number"])["overrides"] == overrides


def test_a_dry_run_says_what_the_issue_would(office: Office) -> None:
    body = a_person_body(None, units=[{"unit": "Ex 003", "obtained": str(date(2027, 1, 1))}])
    said = {found["rule"] for found in office.author.check_content(body=body)["findings"]}
    assert said == {"person-photo", "person-unit-future", "person-unit-prerequisite"}
    assert office.author.mine()["items"] == []
