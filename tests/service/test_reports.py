"""Later issues of reports, how reports are read and listed, and who may do what with them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, IdempotencyKeyReused, InvalidInput, NotFound, RuleViolation
from contracts.identity import ROLES, Identity
from plumbing.db import Handle
from services.certificates.tables import ReportIssueRow, metadata
from tests.certificates import AUTHOR, somebody
from tests.reports import a_report_body
from tests.service.certificates import Office
from tests.service.reports import counts_of, registered

FreshHandle = Callable[[sa.MetaData], Handle]
NUMBER = "GB/BAS/ExTR26.0001"


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def reissued(office: Office, number: str = NUMBER, key: str | None = None, **content: Any) -> Any:
    return office.author.reissue_report(number=number, body=a_report_body(**content), idempotency_key=key)


def test_a_later_issue_is_public_at_once_and_the_first_one_stays_as_it_was(office: Office) -> None:
    first = registered(office)
    office.pass_time(days=400)
    later = reissued(office, summary="Audited again.")
    assert (later["number"], later["issue"], later["registered_on"]) == (f"{NUMBER}/01", 1, "2027-12-26")
    assert office.public.report(number=NUMBER) == office.public.report(number=f"{NUMBER}/01") == later
    assert office.public.report(number=f"{NUMBER}/00") == first | {"latest_issue": 1}


def test_the_log_tells_of_each_issue_and_each_is_counted_in_its_year(office: Office) -> None:
    registered(office)
    office.pass_time(days=400)
    reissued(office)
    first, later = office.log()
    assert (first["type"], later["type"], later["change_no"]) == ("report.registered", "report.reissued", 2)
    assert later["previous"] == {"status": None, "issue": 0}
    assert {sort[4]: n for sort, n in counts_of(office).items()} == {2026: 1, 2027: 1}
    assert office.woken == 2


def test_what_was_read_may_be_sent_back_as_the_next_issue(office: Office) -> None:
    read = registered(office) | {"summary": "Audited again."}
    later = office.author.reissue_report(number=NUMBER, body=read)
    assert (later["issue"], later["summary"]) == (1, "Audited again.")


@pytest.mark.parametrize("spelling", [f"{NUMBER}/00", "gb-bas-extr26.0001-00", "GB BAS ExTR26 0001", f" {NUMBER} "])
def test_any_spelling_of_a_number_is_understood(office: Office, spelling: str) -> None:
    report = registered(office)
    assert office.public.report(number=spelling) == report
    assert reissued(office, spelling)["issue"] == 1


def test_a_report_does_not_become_one_of_another_type(office: Office) -> None:
    registered(office)
    with pytest.raises(InvalidInput, match="type"):
        reissued(office, type="QAR")


def test_there_is_no_issue_behind_99(office: Office) -> None:
    registered(office)
    with office.handle.begin() as session:
        session.execute(sa.update(ReportIssueRow).values(issue=98))
    assert reissued(office)["number"] == f"{NUMBER}/99"
    with pytest.raises(RuleViolation):
        reissued(office)


def test_a_key_gives_the_same_issue_again_and_no_other_content(office: Office) -> None:
    registered(office)
    later = reissued(office, key="k", summary="Audited again.")
    reissued(office, key="k2", summary="And again.")
    assert reissued(office, key="k", summary="Audited again.") == later | {"latest_issue": 2}
    with pytest.raises(IdempotencyKeyReused):
        reissued(office, key="k", summary="Other.")
    assert len(office.log()) == 3


def test_a_key_belongs_to_its_account_and_its_report(office: Office) -> None:
    registered(office)
    registered(office)
    other = office.as_(Identity("author", "BAS", "bas-author-2", AUTHOR.scopes))
    reissued(office, key="k")
    assert other.reissue_report(number=NUMBER, body=a_report_body(), idempotency_key="k")["issue"] == 2
    assert reissued(office, "GB/BAS/ExTR26.0002", key="k")["issue"] == 1


def test_ten_issues_at_once_follow_each_other(office: Office) -> None:
    registered(office)
    with ThreadPoolExecutor(10) as pool:
        issues = sorted(pool.map(lambda _: reissued(office)["issue"], range(10)))
    assert issues == list(range(1, 11))
    assert [change["report"]["issue"] for change in office.log()] == list(range(11))


def test_ten_repeated_requests_at_once_make_one_issue(office: Office) -> None:
    registered(office)
    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(lambda _: reissued(office, key="k")["issue"], range(10))) == {1}
    assert len(office.log()) == 2


@pytest.mark.parametrize("number", [f"{NUMBER}/01", "GB/BAS/ExTR26.0002", "CH/BAS/ExTR26.0001", "IECEx BAS 26.0001"])
def test_what_was_never_registered_is_not_found(office: Office, number: str) -> None:
    registered(office)
    with pytest.raises(NotFound, match="no such report"):
        office.public.report(number=number)


@pytest.mark.parametrize("number", ["", "nonsense", "x" * 300, None, 7, ["GB/BAS/ExTR26.0001"]])
def test_what_is_no_number_is_not_found(office: Office, number: Any) -> None:
    for call in (office.public.report, lambda number: reissued(office, number)):
        with pytest.raises(NotFound):
            call(number=number)


def test_a_report_names_the_public_certificates_that_rest_on_it_and_no_draft(office: Office) -> None:
    number = registered(office)["number"]
    office.draft(test_reports=[number])
    assert office.public.report(number=number)["certificates"] == []
    issued = office.issued(test_reports=[number])
    deleted = office.issued(test_reports=[number])
    office.secretariat.delete(number=deleted["number"], reason="Issued by mistake.")
    reissued(office)
    assert office.public.report(number=NUMBER)["certificates"] == [issued["base_number"]]
    assert office.public.report(number=number)["certificates"] == [issued["base_number"]]


def listed(office: Office, **arguments: Any) -> list[str]:
    return [item["number"] for item in office.public.reports(**arguments)["items"]]


def several(office: Office) -> None:
    """BAS: two test reports and a quality report with a second issue; SEV: a test report, the newest."""
    for kind in ("ExTR", "QAR", "ExTR"):
        registered(office, type=kind)
        office.pass_time(seconds=1)
    office.as_(somebody("author", "SEV")).register_report(body=a_report_body())
    reissued(office, "GB/BAS/QAR26.0001", type="QAR")


def test_the_newest_report_stands_first_by_its_latest_issue(office: Office) -> None:
    several(office)
    assert listed(office) == ["CH/SEV/ExTR26.0001/00", f"{NUMBER[:-1]}2/00", "GB/BAS/QAR26.0001/01", f"{NUMBER}/00"]


def test_reports_are_listed_by_body_and_type(office: Office) -> None:
    several(office)
    assert listed(office, excb="sev") == ["CH/SEV/ExTR26.0001/00"]
    assert listed(office, excb="BAS", type="ExTR") == [f"{NUMBER[:-1]}2/00", f"{NUMBER}/00"]
    assert listed(office, type="QAR") == ["GB/BAS/QAR26.0001/01"]
    assert listed(office, excb="SIR") == listed(office, type="PCAR") == []


def test_a_page_goes_on_behind_the_one_before_whatever_came_meanwhile(office: Office) -> None:
    several(office)
    page = office.public.reports(limit=2)
    registered(office)
    rest = office.public.reports(limit=2, cursor=page["next"])
    assert [item["number"] for item in rest["items"]] == ["GB/BAS/QAR26.0001/01", f"{NUMBER}/00"]
    assert rest["next"] is None


@pytest.mark.parametrize("wrong", [{"type": "XTR"}, {"limit": 0}, {"limit": 101}, {"cursor": "x"}, {"excb": 7}])
def test_a_listing_that_cannot_be_is_refused_by_the_name_of_what_is_wrong(office: Office, wrong: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        office.public.reports(**wrong)
    assert [error["field"] for error in caught.value.details["errors"]] == list(wrong)


def done_by(office: Office, identity: Identity) -> set[str]:
    """What ``identity`` could do with the reports of BAS."""
    service, done = office.as_(identity), set()
    calls: dict[str, Callable[[], Any]] = {
        "register_report": lambda: service.register_report(body=a_report_body()),
        "reissue_report": lambda: service.reissue_report(number=NUMBER, body=a_report_body()),
        "report": lambda: service.report(number=NUMBER),
        "reports": service.reports,
    }
    for name, call in calls.items():
        with suppress(Forbidden):
            call()
            done.add(name)
    return done


READS = {"report", "reports"}
WRITES = {"register_report", "reissue_report"}


def test_each_role_does_with_reports_of_its_body_what_it_may_and_nothing_else(office: Office) -> None:
    registered(office)
    done = {role: done_by(office, somebody(role)) for role in ROLES}
    assert done == {role: READS | (WRITES if role in ("author", "signatory") else set()) for role in ROLES}


def test_another_body_reads_and_registers_its_own(office: Office) -> None:
    registered(office)
    for role in ("author", "signatory"):
        assert done_by(office, somebody(role, "SIR")) == {"report", "reports", "register_report"}
    assert done_by(office, somebody("administrator", "SIR")) == READS


@pytest.mark.parametrize("scope", ["read", "issue", "administer"])
def test_a_token_without_the_scope_draft_only_reads(office: Office, scope: Any) -> None:
    registered(office)
    for role in ("author", "signatory"):
        assert done_by(office, Identity(role, "BAS", "bas", ("read", scope))) == READS


def test_a_body_that_is_no_longer_active_issues_nothing_anew(office: Office) -> None:
    registered(office)
    office.secretariat.put_excbs(rows=[{"code": "BAS", "name": "Baseefa", "country": "GB", "active": False}])
    with pytest.raises(Forbidden, match="not an active"):
        reissued(office)


def test_a_number_keeps_its_country_when_the_body_moves(office: Office) -> None:
    registered(office)
    office.secretariat.put_excbs(rows=[{"code": "BAS", "name": "Baseefa", "country": "IE", "active": True}])
    assert reissued(office)["number"] == f"{NUMBER}/01"
    assert registered(office)["number"] == "IE/BAS/ExTR26.0001/00"


def test_a_report_is_no_certificate_and_a_certificate_no_report(office: Office) -> None:
    report, certificate = registered(office), office.issued()
    calls: list[Callable[[], Any]] = [
        lambda: office.public.get(number=report["number"]),
        lambda: office.public.report(number=certificate["number"]),
        lambda: office.secretariat.suspend(number=report["number"], reason="Audit failed."),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
