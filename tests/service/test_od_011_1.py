"""OD 011-1 Edition 4.0, clause by clause: what each sentence says of the system's behaviour, over all four schemes.

A test is named after the clause and what it says. ``docs/rules.md`` maps each clause to the rule and to its tests; what
a sentence says of web pages, documents or accounts is tested where those are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from contracts.schemas import STATUSES
from plumbing.db import Handle, create_engine_for
from services.certificates.tables import metadata
from tests.certificates import a_body, a_facility_body, a_licence_body, a_person_body, somebody
from tests.service.certificates import Office

SCHEMES = ("equipment", "service-facility", "mark-licence", "person")
ENDED: dict[str, Any] = {"reason": "Production ended.", "date": "2026-11-21", "supplied_affected": False}
every_scheme = pytest.mark.parametrize("scheme", SCHEMES)


@pytest.fixture
def office() -> Iterator[Office]:
    """On SQLite alone: that both databases say the same is tested where the statements are."""
    handle = Handle(create_engine_for("sqlite://"))
    metadata.create_all(handle.engine)
    yield Office(handle)
    handle.engine.dispose()


def body_of(office: Office, scheme: str, **overrides: Any) -> dict[str, Any]:
    """What a body sends for a certificate of this scheme that passes the gate."""
    if scheme == "mark-licence":
        return a_licence_body(office.issued()["number"], **overrides)
    if scheme == "person":
        return a_person_body(office.photo(), **overrides)
    return {"equipment": a_body, "service-facility": a_facility_body}[scheme](**overrides)


def drafted(office: Office, scheme: str, **overrides: Any) -> dict[str, Any]:
    draft: dict[str, Any] = office.author.create_draft(body=body_of(office, scheme, **overrides))
    return draft


def issued(office: Office, scheme: str) -> dict[str, Any]:
    certificate: dict[str, Any] = office.issued_as(body_of(office, scheme))
    return certificate


def refused_rules(office: Office, draft: dict[str, Any]) -> set[str]:
    """The rules for which the gate refuses the draft; nothing of it is public afterwards."""
    with pytest.raises(RuleViolation) as refusal:
        office.signatory.issue(number=draft["number"], version=draft["version"])
    with pytest.raises(NotFound):
        office.public.get(number=draft["number"])
    return {found["rule"] for found in refusal.value.details["findings"] if found["severity"] == "error"}


@every_scheme
def test_1_1_the_public_may_view_but_cannot_alter_what_stands_in_the_register(office: Office, scheme: str) -> None:
    certificate = issued(office, scheme)
    assert office.public.get(number=certificate["number"])["number"] == certificate["number"]
    with pytest.raises(Forbidden):
        office.public.edit(number=certificate["number"], body=body_of(office, scheme), version=certificate["version"])


def test_1_2_1_an_equipment_number_is_the_body_s_code_the_year_and_a_consecutive_number(office: Office) -> None:
    numbers = [drafted(office, "equipment")["number"] for _ in range(3)]
    assert numbers == ["IECEx BAS 26.0001", "IECEx BAS 26.0002", "IECEx BAS 26.0003"]


def test_1_2_1_the_consecutive_number_is_reset_for_each_year(office: Office) -> None:
    drafted(office, "equipment")
    office.pass_time(days=60)
    assert drafted(office, "equipment")["number"] == "IECEx BAS 27.0001"


def test_1_2_2_equipment_needs_sample_testing_and_a_factory_audit(office: Office) -> None:
    rules = refused_rules(office, drafted(office, "equipment", test_reports=[], quality_reports=[]))
    assert {"equipment-test-reports", "equipment-quality-reports"} <= rules


def test_1_2_2_a_certificate_cannot_be_issued_just_on_the_basis_of_a_test_report_alone(office: Office) -> None:
    assert refused_rules(office, drafted(office, "equipment", quality_reports=[])) == {"equipment-quality-reports"}


def test_1_2_2_a_certificate_stays_current_while_nobody_ends_it(office: Office) -> None:
    number = issued(office, "equipment")["number"]
    office.pass_time(days=365 * 30)
    assert office.public.get(number=number)["status"] == "current"


def test_1_2_2_there_are_four_statuses_and_no_other() -> None:
    assert STATUSES == ("draft", "current", "suspended", "cancelled")


@every_scheme
def test_1_2_2_a_draft_is_viewed_by_its_body_and_the_administrators_only(office: Office, scheme: str) -> None:
    number = drafted(office, scheme)["number"]
    for role in ("author", "signatory", "administrator", "secretariat", "it-administrator"):
        assert office.as_(somebody(role)).get(number=number)["status"] == "draft"
    for nobody in (office.public, office.as_(somebody("signatory", "SIR")), office.as_(somebody("author", "SIR"))):
        with pytest.raises(NotFound):
            nobody.get(number=number)


@every_scheme
def test_1_2_2_a_current_certificate_is_viewed_by_everybody(office: Office, scheme: str) -> None:
    number = issued(office, scheme)["number"]
    for reader in (office.public, office.as_(somebody("author", "SIR")), office.secretariat):
        assert reader.get(number=number)["status"] == "current"


@every_scheme
@pytest.mark.parametrize("action", ["suspend", "reinstate", "cancel", "delete"])
def test_1_2_2_only_the_secretariat_suspends_reinstates_cancels_and_deletes(
    office: Office, scheme: str, action: str
) -> None:
    number = issued(office, scheme)["number"]
    for role in ("guest", "author", "signatory", "administrator", "it-administrator", "service"):
        with pytest.raises(Forbidden):
            getattr(office.as_(somebody(role)), action)(number=number, reason="Because.")


@every_scheme
def test_1_2_2_a_suspension_is_temporary_and_seen_by_everybody(office: Office, scheme: str) -> None:
    number = issued(office, scheme)["number"]
    office.secretariat.suspend(number=number, reason="Surveillance found a fault.")
    shown = office.public.get(number=number)
    assert (shown["status"], shown["status_reason"]) == ("suspended", "Surveillance found a fault.")
    office.secretariat.reinstate(number=number, reason="The fault was mended.")
    assert office.public.get(number=number)["status"] == "current"


@every_scheme
def test_1_2_2_a_suspension_says_nothing_against_what_was_supplied_before(office: Office, scheme: str) -> None:
    number = issued(office, scheme)["number"]
    office.secretariat.suspend(number=number, reason="Surveillance found a fault.")
    assert office.public.get(number=number)["supplied_affected"] is None


@every_scheme
@pytest.mark.parametrize("missing", ["date", "supplied_affected", "reason"])
def test_1_2_2_a_cancellation_states_its_date_and_whether_what_was_supplied_is_impacted(
    office: Office, scheme: str, missing: str
) -> None:
    number = issued(office, scheme)["number"]
    with pytest.raises(InvalidInput, match=missing):
        office.secretariat.cancel(number=number, **{name: value for name, value in ENDED.items() if name != missing})
    assert office.public.get(number=number)["status"] == "current"


@every_scheme
def test_1_2_2_what_was_cancelled_remains_and_is_viewed_by_everybody(office: Office, scheme: str) -> None:
    number = issued(office, scheme)["number"]
    office.secretariat.cancel(number=number, **ENDED)
    office.pass_time(days=365 * 20)
    shown = office.public.get(number=number)
    assert (shown["status"], shown["status_date"], shown["supplied_affected"]) == ("cancelled", "2026-11-21", False)


@every_scheme
def test_1_2_2_a_body_contacts_the_secretariat_to_suspend_or_cancel(office: Office, scheme: str) -> None:
    number = issued(office, scheme)["number"]
    request = office.author.ask(number=number, action="cancel", **ENDED)
    assert office.public.get(number=number)["status"] == "current"
    office.secretariat.approve(id=request["id"])
    assert office.public.get(number=number)["status"] == "cancelled"


def test_1_3_1_a_service_facility_s_number_has_an_s_and_is_never_reset(office: Office) -> None:
    first = drafted(office, "service-facility")["number"]
    office.pass_time(days=800)
    assert (first, drafted(office, "service-facility")["number"]) == ("IECEx BAS S.0001", "IECEx BAS S.0002")


def test_1_3_2_a_service_facility_needs_its_assessment_report(office: Office) -> None:
    rules = refused_rules(office, drafted(office, "service-facility", facility_reports=[]))
    assert rules == {"facility-reports"}


def test_1_3_2_it_states_the_services_the_types_of_protection_and_the_locations(office: Office) -> None:
    draft = drafted(office, "service-facility", services=[], protection=[], locations=[])
    assert refused_rules(office, draft) == {"facility-services", "facility-protection", "facility-locations"}


def test_1_4_1_a_licence_number_is_the_body_s_code_and_three_digits(office: Office) -> None:
    assert [drafted(office, "mark-licence")["number"] for _ in range(2)] == ["BAS001", "BAS002"]


def test_1_4_2_only_a_body_that_was_accepted_for_the_mark_issues_licences(office: Office) -> None:
    draft = drafted(office, "mark-licence")
    equipment = [{"scheme": "equipment", "valid_from": "2003-08-01"}]
    office.secretariat.put_scopes(excb="BAS", rows=equipment)
    assert "scope-scheme" in refused_rules(office, draft)


def test_1_4_2_a_schedule_lists_certificates_of_the_same_body_only(office: Office) -> None:
    other = office.as_(somebody("author", "SIR")).create_draft(body=a_body())
    office.as_(somebody("signatory", "SIR")).issue(number=other["number"], version=other["version"])
    draft = office.author.create_draft(body=a_licence_body(other["number"]))
    assert refused_rules(office, draft) == {"licence-same-body"}


def test_1_4_2_each_listed_certificate_is_valid(office: Office) -> None:
    listed = office.issued()["number"]
    draft = office.author.create_draft(body=a_licence_body(listed))
    office.secretariat.suspend(number=listed, reason="Audit failed.")
    assert refused_rules(office, draft) == {"licence-current"}


def test_1_5_1_a_person_s_number_has_cp_the_body_s_code_and_the_year(office: Office) -> None:
    assert [drafted(office, "person")["number"] for _ in range(2)] == ["IECEx CP BAS 26.0001", "IECEx CP BAS 26.0002"]


def test_1_5_2_a_person_s_assessment_report_comes_before_the_certificate(office: Office) -> None:
    assert refused_rules(office, drafted(office, "person", assessment_reports=[])) == {"person-reports"}


def test_1_5_2_a_person_is_certified_for_the_competence_that_is_listed(office: Office) -> None:
    assert refused_rules(office, drafted(office, "person", units=[])) == {"person-units"}


@every_scheme
def test_2_1_a_body_creates_and_edits_only_its_own(office: Office, scheme: str) -> None:
    draft = drafted(office, scheme)
    edited = office.author.edit(
        number=draft["number"], body={**body_of(office, scheme), "schedule": "Better said."}, version=draft["version"]
    )
    assert edited["schedule"] == "Better said."
    other = office.as_(somebody("signatory", "SIR"))
    with pytest.raises(NotFound):
        other.edit(number=draft["number"], body=body_of(office, scheme), version=edited["version"])
    office.signatory.issue(number=draft["number"], version=edited["version"])
    with pytest.raises(Forbidden):
        other.edit(number=draft["number"], body=body_of(office, scheme), version=edited["version"])


@every_scheme
def test_2_1_the_administrators_have_access_to_all_areas(office: Office, scheme: str) -> None:
    number = drafted(office, scheme)["number"]
    for administrator in (office.secretariat, office.as_(somebody("it-administrator"))):
        assert number in [row["number"] for row in administrator.mine()["items"]]
        assert administrator.check(number=number)["issue"] == 0


@every_scheme
def test_2_3_the_number_advances_by_one_as_soon_as_a_draft_is_saved(office: Office, scheme: str) -> None:
    first, second = drafted(office, scheme)["number"], drafted(office, scheme)["number"]
    assert int(second[-3:]) == int(first[-3:]) + 1
    office.secretariat.delete(number=second, reason="Drafted by mistake.")
    assert int(drafted(office, scheme)["number"][-3:]) == int(first[-3:]) + 2


@every_scheme
def test_2_3_the_authorising_officer_makes_last_changes_and_then_a_draft_is_current(
    office: Office, scheme: str
) -> None:
    draft = drafted(office, scheme)
    body = {**body_of(office, scheme), "schedule": "As approved."}
    edited = office.signatory.edit(number=draft["number"], body=body, version=draft["version"])
    with pytest.raises(Forbidden):
        office.author.issue(number=draft["number"], version=edited["version"])
    office.signatory.issue(number=draft["number"], version=edited["version"])
    shown = office.public.get(number=draft["number"])
    assert (shown["status"], shown["schedule"]) == ("current", "As approved.")


@every_scheme
def test_slides_editing_is_only_allowed_during_the_first_14_days(office: Office, scheme: str) -> None:
    certificate = issued(office, scheme)
    body = {**body_of(office, scheme), "schedule": "Corrected."}
    office.pass_time(days=14)
    corrected = office.signatory.edit(number=certificate["number"], body=body, version=certificate["version"])
    assert corrected["schedule"] == "Corrected."
    office.pass_time(days=1)
    with pytest.raises(RuleViolation, match="was the last day"):
        office.signatory.edit(
            number=certificate["number"], body={**body, "schedule": "Too late."}, version=corrected["version"]
        )


@every_scheme
def test_slides_bodies_only_issue_within_their_scope(office: Office, scheme: str) -> None:
    draft = drafted(office, scheme)
    office.secretariat.put_scopes(excb="BAS", rows=[])
    assert "scope-scheme" in refused_rules(office, draft)


def test_slides_a_unit_verification_covers_specific_items_without_a_factory_audit(office: Office) -> None:
    content = {"kind": "unit-verification", "quality_reports": [], "serial_numbers": ["SN 4711"]}
    certificate = office.issued(**content)
    assert (certificate["number"], certificate["verification"]) == ("IECEx BAS 26.0001", True)
    assert refused_rules(office, drafted(office, "equipment", **content | {"serial_numbers": []})) == {
        "unit-verification-serial-numbers"
    }
