"""Persons: how long a certificate is valid, what is kept of them and never shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput, NotFound, Unavailable
from contracts.identity import ROLES
from plumbing.db import Handle
from plumbing.vault import Vault
from services.certificates.tables import IssueRow, metadata
from tests.certificates import a_person_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]
PRIVATE = {"date_of_birth": "1980-02-29", "identity_number": "M 4711"}


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def a_person(office: Office, **overrides: Any) -> dict[str, Any]:
    issued: dict[str, Any] = office.issued_as(a_person_body(office.photo(), **overrides))
    return issued


def test_a_person_has_a_number_with_cp_that_restarts_each_year(office: Office) -> None:
    assert a_person(office)["number"] == "IECEx CP BAS 26.0001"
    office.pass_time(days=60)
    assert a_person(office)["number"] == "IECEx CP BAS 27.0001"


def test_a_certificate_of_today_is_valid_for_five_years(office: Office) -> None:
    assert a_person(office)["valid_until"] == "2031-11-21"


def test_one_of_the_first_years_was_valid_for_three(office: Office) -> None:
    office.now = office.now.replace(year=2012)
    assert a_person(office)["valid_until"] == "2015-11-21"


def test_on_the_day_after_its_validity_has_ended_and_its_status_has_not_changed(office: Office) -> None:
    number = a_person(office)["number"]
    office.now = office.now.replace(year=2031)
    last_day = office.public.get(number=number)
    office.pass_time(days=1)
    day_after = office.public.get(number=number)
    assert (last_day["validity_ended"], day_after["validity_ended"]) == (False, True)
    assert last_day["status"] == day_after["status"] == "current"


def test_a_kept_copy_is_no_longer_the_newest_once_the_validity_has_ended(office: Office) -> None:
    before = a_person(office)
    office.now = office.now.replace(year=2032)
    after = office.public.get(number=before["number"])
    assert after["version"] != before["version"]
    office.secretariat.suspend(number=before["number"], reason="Not heard of.", version=after["version"])


def test_a_new_issue_certifies_anew_from_its_own_day_on(office: Office) -> None:
    number = a_person(office)["number"]
    office.now = office.now.replace(year=2030)
    body = a_person_body(office.photo(), changes="Assessed again.")
    draft = office.author.create_issue(number=number, body=body)
    again = office.signatory.issue(number=number, version=draft["version"])
    assert (again["number"], again["issue"], again["valid_until"]) == (number, 1, "2035-11-21")


def test_private_data_are_in_no_answer_no_event_and_not_readable_in_the_database(office: Office) -> None:
    issued = a_person(office, private=PRIVATE)
    answers = [
        issued,
        office.author.get(number=issued["number"]),
        office.author.history(number=issued["number"]),
        office.author.mine(),
        office.log(),
    ]
    with office.handle.read() as session:
        rows = session.execute(sa.select(*sa.inspect(IssueRow).columns)).mappings().all()
    text = json.dumps([answers, [dict(row) for row in rows]], default=str)
    assert "1980" not in text
    assert "4711" not in text


def test_only_who_writes_the_body_s_certificates_and_the_secretariat_read_them(office: Office) -> None:
    number = a_person(office, private=PRIVATE)["number"]

    def reads(role: Any, excb: str = "BAS") -> bool:
        try:
            return bool(office.as_(somebody(role, excb)).private(number=number) == PRIVATE)
        except Forbidden:
            return False

    assert {role for role in ROLES if reads(role)} == {"author", "signatory", "secretariat"}
    assert not reads("signatory", "SIR")


def test_an_edit_without_private_data_keeps_them_and_one_with_them_replaces_them(office: Office) -> None:
    draft = office.author.create_draft(body=a_person_body(office.photo(), private=PRIVATE))
    edited = office.author.edit(
        number=draft["number"], body=a_person_body(draft["photo"], changes=""), version=draft["version"]
    )
    assert office.author.private(number=draft["number"]) == PRIVATE
    other = {"date_of_birth": None, "identity_number": "N 1"}
    body = a_person_body(draft["photo"], private=other)
    office.author.edit(number=draft["number"], body=body, version=edited["version"])
    assert office.author.private(number=draft["number"]) == other


def test_the_next_issue_keeps_them(office: Office) -> None:
    number = a_person(office, private=PRIVATE)["number"]
    office.author.create_issue(number=number)
    assert office.author.private(number=number, issue=1) == PRIVATE


@pytest.mark.parametrize("wrong", [{"date_of_birth": "yesterday"}, {"passport": "1"}, "1980-02-29"])
def test_wrong_private_data_are_refused_by_their_field_and_nothing_is_kept(office: Office, wrong: Any) -> None:
    with pytest.raises(InvalidInput, match="private"):
        office.author.create_draft(body=a_person_body(office.photo(), private=wrong))
    assert office.author.mine()["items"] == []


def test_a_register_without_a_key_keeps_no_private_data() -> None:
    with pytest.raises(InvalidInput, match="no key"):
        Vault().seal(PRIVATE)


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    sealed = Vault("the old key, long enough").seal(PRIVATE)
    assert Vault("the new key, long enough", "the old key, long enough").open(sealed) == PRIVATE
    with pytest.raises(Unavailable):
        Vault("the new key, long enough").open(sealed)


def test_the_public_finds_no_private_data_of_a_draft(office: Office) -> None:
    draft = office.author.create_draft(body=a_person_body(office.photo(), private=PRIVATE))
    with pytest.raises(NotFound):
        office.public.private(number=draft["number"])


def test_a_leap_day_s_certificate_ends_on_the_last_day_of_february(office: Office) -> None:
    office.now = office.now.replace(year=2028, month=2, day=29)
    assert date.fromisoformat(a_person(office)["valid_until"]) == date(2033, 2, 28)
