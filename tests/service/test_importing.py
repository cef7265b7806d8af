"""Certificates from before the register come in with their numbers, on both databases; nothing twice, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput, NotFound, Unavailable
from contracts.identity import ROLES
from plumbing.db import Handle
from services.certificates.tables import AbsentNumberRow, CertificateRow, metadata
from tests.certificates import a_body, a_facility_body, a_licence_body, a_person_body, somebody
from tests.service.certificates import AwayNumbering, MuteNumbering, Numbering, Office

FreshHandle = Callable[[sa.MetaData], Handle]
SEVEN = "equipment/BAS/07"


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def a_record(number: str = "IECEx BAS 07.0003", **overrides: Any) -> dict[str, Any]:
    """A certificate of equipment as an old list has it."""
    content = {name: value for name, value in a_body().items() if name not in ("scheme", "kind")}
    return {"number": number, "status": "current", "date_of_issue": "2007-05-02", **content, **overrides}


def bring(office: Office, *records: Any, dry_run: bool = False) -> Any:
    lines = [{"line": n, "sent": record} for n, record in enumerate(records, 1)]
    return office.secretariat.import_many(lines=lines, dry_run=dry_run)


def column(answers: Iterable[dict[str, Any]], name: str) -> list[Any]:
    return [answer[name] for answer in answers]


def fields(answer: dict[str, Any]) -> set[str]:
    """What is wrong with a record."""
    assert (answer["status"], answer["problem"]["code"]) == ("refused", "invalid-input")
    return {error["field"] for error in answer["problem"]["details"]["errors"]}


def odd(answer: dict[str, Any]) -> set[str]:
    assert {finding["severity"] for finding in answer["warnings"]} <= {"warning"}
    return {finding["rule"] for finding in answer["warnings"] if finding["rule"].startswith("import-")}


def absent(office: Office) -> list[str]:
    with office.handle.read() as session:
        return list(session.scalars(sa.select(AbsentNumberRow.base_number).order_by(AbsentNumberRow.base_number)))


def test_an_imported_certificate_is_public_with_its_number_and_its_dates(office: Office) -> None:
    [answer] = bring(office, a_record("iec ex bas 07.0003"))
    assert (answer["status"], answer["number"], answer["change_no"]) == ("imported", "IECEx BAS 07.0003", 1)
    found = office.public.get(number="IECEx BAS 07.0003")
    assert (found["status"], found["date_of_issue"], found["first_issued"]) == ("current", "2007-05-02", "2007-05-02")
    assert office.woken == 1


def test_the_log_tells_of_it_as_imported_by_the_secretariat(office: Office) -> None:
    bring(office, a_record(status="Suspended", status_date="2010-03-01", status_reason="The audit was overdue."))
    [envelope] = office.log()
    assert (envelope["type"], envelope["actor"]) == ("certificate.imported", {"role": "secretariat", "excb": None})
    assert envelope["previous"] == {"status": None, "issue": None}
    [event] = office.public.history(number="IECEx BAS 07.0003")["events"]
    assert (event["to"], event["date"], event["reason"]) == ("suspended", "2010-03-01", "The audit was overdue.")


def test_a_dry_run_says_what_would_be_and_changes_nothing(office: Office) -> None:
    found = bring(office, a_record(), a_record("IECEx BAS 07.0004", status="draft"), dry_run=True)
    assert column(found, "status") == ["importable", "refused"]
    assert (office.log(), office.numbering.owners) == ([], {})
    assert bring(office, a_record())[0]["status"] == "imported"


def test_new_numbers_are_counted_behind_the_imported_ones(office: Office) -> None:
    bring(office, a_record("IECEx BAS 26.0005", date_of_issue="2026-03-01"))
    assert office.draft()["number"] == "IECEx BAS 26.0006"


def test_numbers_that_are_missing_are_noted_until_they_come_in(office: Office) -> None:
    bring(office, a_record("IECEx BAS 07.0002"), a_record("IECEx BAS 07.0005"))
    assert absent(office) == ["IECEx BAS 07.0001", "IECEx BAS 07.0003", "IECEx BAS 07.0004"]
    bring(office, a_record("IECEx BAS 07.0003"), a_record("IECEx BAS 07.0006"))
    assert absent(office) == ["IECEx BAS 07.0001", "IECEx BAS 07.0004"]


def test_the_gaps_are_told_before_and_after_as_runs_of_numbers(office: Office) -> None:
    gaps = [["IECEx BAS 07.0001", "IECEx BAS 07.0002"], ["IECEx BAS 07.0004", "IECEx BAS 07.0004"]]
    expected = [{"series": SEVEN, "last": 5, "absent": gaps}]
    assert office.secretariat.import_gaps(numbers={SEVEN: [3, 5]}) == expected
    bring(office, a_record("IECEx BAS 07.0003"), a_record("IECEx BAS 07.0005"))
    assert office.secretariat.import_gaps(numbers={SEVEN: [3, 5]}, dry_run=False) == expected


def test_what_is_noted_of_absent_numbers_is_made_to_agree_with_the_ledger(office: Office) -> None:
    bring(office, a_record("IECEx BAS 07.0003"))
    with office.handle.begin() as session:
        session.execute(sa.delete(AbsentNumberRow).where(AbsentNumberRow.base_number == "IECEx BAS 07.0001"))
        row = {"series": SEVEN, "base_number": "IECEx BAS 07.0003", "noted_at": office.now}
        session.execute(sa.insert(AbsentNumberRow), row)
    office.secretariat.import_gaps(numbers={SEVEN: []}, dry_run=False)
    assert absent(office) == ["IECEx BAS 07.0001", "IECEx BAS 07.0002"]


def test_the_same_records_again_change_nothing(office: Office) -> None:
    bring(office, a_record())
    assert column(bring(office, a_record()), "status") == ["unchanged"]
    assert column(bring(office, a_record(), dry_run=True), "status") == ["unchanged"]
    assert len(office.log()) == 1


def test_another_record_of_an_imported_certificate_is_refused(office: Office) -> None:
    bring(office, a_record())
    for other in (a_record(equipment="Valve"), a_record(issue=1, first_issued="2006-01-01")):
        [answer] = bring(office, other)
        assert (answer["status"], answer["problem"]["code"]) == ("refused", "rule-violation")
    assert len(office.log()) == 1


def test_a_number_that_the_register_gave_is_refused_and_the_others_come_in(office: Office) -> None:
    office.issued()
    found = bring(office, *[a_record(f"IECEx BAS 26.000{n}", date_of_issue="2026-02-01") for n in (1, 2)])
    assert column(found, "status") == ["refused", "imported"]
    assert "in the register already" in found[0]["problem"]["message"]


def test_a_number_that_a_draft_is_getting_at_this_moment_is_refused(office: Office) -> None:
    office.numbering = MuteNumbering()
    with pytest.raises(Unavailable):
        office.draft()
    office.numbering = Numbering(office.numbering.owners)
    records = [a_record(f"IECEx BAS 26.000{n}", date_of_issue="2026-02-01") for n in (1, 2)]
    assert column(bring(office, *records), "status") == ["refused", "imported"]


def test_of_two_records_of_one_number_the_second_is_refused(office: Office) -> None:
    found = bring(office, a_record(), a_record("IECEx BAS 07.0003X"))
    assert (found[0]["status"], fields(found[1])) == ("imported", {"number"})


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"number": "IECEx BAS"}, {"number"}),
        ({"number": "IECEx XYZ 07.0003"}, {"number"}),
        ({"number": "GB/BAS/QAR07.0004/04"}, {"number"}),
        ({"number": None}, {"number"}),
        ({"status": "draft"}, {"status"}),
        ({"status": "withdrawn"}, {"status"}),
        ({"date_of_issue": "2.5.2007"}, {"date_of_issue"}),
        ({"date_of_issue": None}, {"date_of_issue"}),
        ({"date_of_issue": "2026-11-22"}, {"date_of_issue"}),
        ({"first_issued": "2008-01-01"}, {"first_issued"}),
        ({"status": "suspended"}, {"status_date"}),
        ({"status": "suspended", "status_date": "2007-01-01"}, {"status_date"}),
        ({"status": "suspended", "status_date": "2027-01-01"}, {"status_date"}),
        ({"issue": 2}, {"first_issued"}),
        ({"issue": -1}, {"issue"}),
        ({"issue": 1000}, {"issue"}),
        ({"issue": True}, {"issue"}),
        ({"number": "IECEx BAS 07.0003 Issue 1", "issue": 2}, {"issue"}),
        ({"valid_until": "2030-01-01"}, {"valid_until"}),
        ({"scheme": "person"}, {"scheme"}),
        ({"applicant": {"name": "Muster"}}, {"applicant.country"}),
        ({"equipment": ""}, {"equipment"}),
        ({"unknown": 1}, {"unknown"}),
    ],
)
def test_what_can_be_no_certificate_is_refused_and_named(office: Office, wrong: Any, named: set[str]) -> None:
    found = bring(office, a_record(**wrong), a_record("IECEx BAS 07.0007"))
    assert fields(found[0]) == named
    assert found[1]["status"] == "imported"


def test_what_is_no_record_at_all_is_refused(office: Office) -> None:
    wrong: list[Any] = [None, 7, "text", [], {}]
    assert column(bring(office, *wrong), "status") == ["refused"] * 5


def test_the_rules_of_today_are_warnings_and_kept_with_it(office: Office) -> None:
    [answer] = bring(office, a_record(marking=[], test_reports=[], standards=[]))
    assert answer["status"] == "imported"
    assert {"marking", "standards", "test_reports"} <= {finding["field"] for finding in answer["warnings"]}
    kept = office.secretariat.check(number="IECEx BAS 07.0003")["at_issue"]
    assert kept == answer["warnings"]


def test_what_is_odd_about_a_record_is_told(office: Office) -> None:
    assert odd(bring(office, a_record("IECEx BAS 07.0001X"))[0]) == {"import-suffix"}
    assert odd(bring(office, a_record("IECEx BAS 07.0002V", kind="equipment"))[0]) == {"import-verification"}
    assert odd(bring(office, a_record("IECEx BAS 08.0001"))[0]) == {"import-year"}
    ended = a_record("IECEx BAS 07.0004", status="cancelled", status_date="2009-01-01")
    assert odd(bring(office, ended)[0]) == {"import-reason", "import-supplied-affected"}


def test_a_number_stands_as_it_was_printed(office: Office) -> None:
    records = [a_record("IECEx BAS 07.0001X"), a_record("IECEx BAS 07.0002", conditions_of_use="Protect it.")]
    assert column(bring(office, *records), "number") == ["IECEx BAS 07.0001X", "IECEx BAS 07.0002X"]


@pytest.mark.parametrize(("letters", "kind"), [("", "equipment"), ("U", "component"), ("V", "unit-verification")])
def test_the_letters_of_a_number_say_what_kind_it_is(office: Office, letters: str, kind: str) -> None:
    bring(office, a_record(f"IECEx BAS 07.0003{letters}"))
    assert office.public.get(number="IECEx BAS 07.0003")["kind"] == kind


def a_later_issue(office: Office, **overrides: Any) -> Any:
    later: dict[str, Any] = {"issue": 3, "first_issued": "2007-05-02", "date_of_issue": "2019-01-15"}
    return bring(office, a_record(**later | overrides))[0]


def test_a_certificate_may_begin_with_a_later_issue(office: Office) -> None:
    answer = a_later_issue(office)
    assert (answer["status"], answer["issue"]) == ("imported", 3)
    assert office.public.get_issue(number="IECEx BAS 07.0003", issue=3)["status"] == "current"
    history = office.public.history(number="IECEx BAS 07.0003")
    assert [row["issue"] for row in history["issues"]] == [3]
    for missing in (0, 2, 4):
        with pytest.raises(NotFound):
            office.public.get_issue(number="IECEx BAS 07.0003", issue=missing)


def test_the_issue_may_stand_in_the_number(office: Office) -> None:
    assert a_later_issue(office, number="IECEx BAS 07.0003 Issue 3", issue=None)["issue"] == 3


def test_an_imported_certificate_is_issued_anew_as_any_other(office: Office) -> None:
    a_later_issue(office)
    draft = office.author.create_issue(number="IECEx BAS 07.0003", body=a_body(changes="Another type."))
    new = office.signatory.issue(number=draft["number"], version=draft["version"])
    assert (new["issue"], new["first_issued"]) == (4, "2007-05-02")
    assert [row["issue"] for row in office.public.history(number=new["number"])["issues"]] == [3, 4]


def test_an_imported_suspension_can_be_ended(office: Office) -> None:
    bring(office, a_record(status="suspended", status_date="2010-03-01", status_reason="The audit was overdue."))
    found = office.secretariat.reinstate(number="IECEx BAS 07.0003", reason="It took place.", date="2010-04-01")
    assert found["status"] == "current"


def test_before_the_import_the_register_did_not_know_it(office: Office) -> None:
    bring(office, a_record())
    with pytest.raises(NotFound, match="was not public"):
        office.public.get(number="IECEx BAS 07.0003", as_of="2019-01-01")


def test_all_four_schemes_come_in_and_a_licence_sees_what_comes_with_it(office: Office) -> None:
    state = {"status": "current", "date_of_issue": "2012-06-01"}
    found = bring(
        office,
        {"number": "BAS007", **a_licence_body("IECEx BAS 12.0001"), **state},
        {"number": "IECEx BAS S.0004", **a_facility_body(), **state},
        {"number": "IECEx CP BAS 12.0003", **a_person_body(None), **state},
        a_record("IECEx BAS 12.0001", date_of_issue="2012-05-01"),
    )
    assert column(found, "status") == ["imported"] * 4
    assert [row["status"] for row in office.public.get(number="BAS007")["listed"]] == ["current"]


def test_a_person_is_valid_as_long_as_the_record_or_the_rule_of_its_day_says(office: Office) -> None:
    record = {"status": "current", "date_of_issue": "2012-06-01", **a_person_body(None)}
    bring(office, record | {"number": "IECEx CP BAS 12.0001"})
    bring(office, record | {"number": "IECEx CP BAS 12.0002", "valid_until": "2014-01-31"})
    ends = [office.public.get(number=f"IECEx CP BAS 12.000{n}")["valid_until"] for n in (1, 2)]
    assert ends == ["2015-06-01", "2014-01-31"]


def test_private_data_are_sealed_and_nowhere_else(office: Office) -> None:
    record = {"number": "IECEx CP BAS 12.0003", "status": "current", "date_of_issue": "2012-06-01"}
    record |= a_person_body(None, private={"date_of_birth": "1970-01-02", "identity_number": "X9"})
    assert "X9" not in str(bring(office, record)) + str(office.log())
    kept = office.secretariat.private(number="IECEx CP BAS 12.0003")
    assert kept == {"date_of_birth": "1970-01-02", "identity_number": "X9"}


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_without_numbering_nothing_is_public_and_the_same_records_go_on(office: Office, kind: type[Numbering]) -> None:
    office.numbering = lost = kind()
    with pytest.raises(Unavailable):
        bring(office, a_record())
    with pytest.raises(NotFound):
        office.secretariat.get(number="IECEx BAS 07.0003")
    office.numbering = Numbering(lost.owners)
    assert column(bring(office, a_record()), "status") == ["imported"]
    office.secretariat.import_gaps(numbers={SEVEN: [3]}, dry_run=False)
    assert absent(office) == ["IECEx BAS 07.0001", "IECEx BAS 07.0002"]


class Killed(BaseException):
    """No error that anybody handles: the process is gone."""


@pytest.mark.parametrize("step", ["queries.keep", "queries.waiting", "queries.add", "publish", "queries.put_absent"])
def test_whatever_it_dies_at_the_same_records_go_on(office: Office, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def die(*_arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(f"services.certificates.importing.{step}", die)
        with pytest.raises(Killed):
            bring(office, a_record(), a_record("IECEx BAS 07.0005"))
    assert office.log() == []
    assert column(bring(office, a_record(), a_record("IECEx BAS 07.0005")), "status") == ["imported"] * 2
    owners = office.numbering.owners[SEVEN]
    with office.handle.read() as session:
        rows = session.execute(sa.select(CertificateRow.base_number, CertificateRow.id))
        ids = {row.base_number: row.id for row in rows}
    assert (owners[2], owners[4]) == (ids["IECEx BAS 07.0003"], ids["IECEx BAS 07.0005"])


def test_the_sweeper_gives_no_number_to_what_comes_with_one(office: Office) -> None:
    office.numbering = AwayNumbering()
    with pytest.raises(Unavailable):
        bring(office, a_record())
    office.numbering = Numbering()
    office.pass_time(seconds=60)
    office.as_(somebody("service")).sweep()
    assert office.numbering.owners == {}


def test_an_import_that_broke_off_may_go_on_with_a_mended_record(office: Office) -> None:
    office.numbering = AwayNumbering()
    with pytest.raises(Unavailable):
        bring(office, a_record())
    office.numbering = Numbering()
    assert column(bring(office, a_record(equipment="Valve")), "status") == ["imported"]
    assert office.public.get(number="IECEx BAS 07.0003")["equipment"] == "Valve"


def test_only_the_secretariat_imports(office: Office) -> None:
    for role in set(ROLES) - {"secretariat"}:
        service = office.as_(somebody(role))
        with pytest.raises(Forbidden):
            service.import_many(lines=[{"line": 1, "sent": a_record()}], dry_run=False)
        with pytest.raises(Forbidden):
            service.import_gaps(numbers={}, dry_run=False)
    assert office.numbering.owners == {}


def test_gaps_are_asked_for_a_few_series_at_a_time(office: Office) -> None:
    with pytest.raises(InvalidInput, match="more than 20"):
        office.secretariat.import_gaps(numbers={f"equipment/BAS/{n:02}": [1] for n in range(21)})
