"""Mark licences: what happens to a licence when a certificate on its schedule is not Current any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput
from plumbing.db import Handle, create_engine_for
from services.certificates.tables import metadata
from tests.certificates import a_licence_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def a_licence(office: Office, count: int = 2) -> tuple[str, list[str]]:
    """The number of a licence that was issued, and those of the certificates on its schedule."""
    listed = [office.issued(equipment=f"Transmitter {n}")["number"] for n in range(count)]
    return office.issued_as(a_licence_body(*listed))["number"], listed


def statuses(office: Office, licence: str) -> list[str]:
    return [row["status"] for row in office.public.get(number=licence)["listed"]]


def test_a_licence_has_the_code_of_its_body_and_counts_on(office: Office) -> None:
    assert a_licence(office)[0] == "BAS001"
    office.pass_time(days=400)
    assert a_licence(office)[0] == "BAS002"


def test_a_licence_shows_how_its_certificates_stand(office: Office) -> None:
    licence, listed = a_licence(office)
    assert [row["number"] for row in office.public.get(number=licence)["listed"]] == listed
    assert statuses(office, licence) == ["current", "current"]


def test_a_suspended_certificate_is_flagged_on_the_licence_and_the_log_tells_it(office: Office) -> None:
    licence, listed = a_licence(office)
    office.secretariat.suspend(number=listed[0], reason="Audit failed.")
    assert statuses(office, licence) == ["suspended", "current"]
    told = office.log()[-1]
    assert (told["type"], told["certificate"]["number"]) == ("certificate.related", licence)
    assert told["certificate"]["listed"][0] == {"number": listed[0], "status": "suspended", "since": "2026-11-21"}
    assert told["previous"] == {"status": "current", "issue": 0}


def test_a_reinstated_certificate_is_flagged_no_longer(office: Office) -> None:
    licence, listed = a_licence(office)
    office.secretariat.suspend(number=listed[0], reason="Audit failed.")
    office.secretariat.reinstate(number=listed[0], reason="Audit passed.")
    assert statuses(office, licence) == ["current", "current"]


@pytest.mark.parametrize("end", ["cancel", "delete"])
def test_what_was_cancelled_or_deleted_is_flagged_as_that(office: Office, end: str) -> None:
    licence, listed = a_licence(office)
    if end == "cancel":
        office.secretariat.cancel(number=listed[1], reason="Ended.", date="2026-11-21", supplied_affected=False)
    else:
        office.secretariat.delete(number=listed[1], reason="Issued by mistake.")
    assert statuses(office, licence) == ["current", {"cancel": "cancelled", "delete": "deleted"}[end]]


def test_the_body_and_the_secretariat_are_told(office: Office) -> None:
    licence, listed = a_licence(office)
    office.secretariat.suspend(number=listed[0], reason="Audit failed.")
    (notice,) = office.author.notices()["items"]
    assert notice == office.secretariat.notices()["items"][0]
    assert (notice["number"], notice["excb"]) == (licence, "BAS")
    assert f"{listed[0]} (suspended)" in notice["text"]
    assert office.as_(somebody("author", "SIR")).notices()["items"] == []
    with pytest.raises(Forbidden):
        office.public.notices()


def test_a_licence_without_any_current_certificate_is_said_to_be_one(office: Office) -> None:
    _, listed = a_licence(office, count=1)
    office.secretariat.suspend(number=listed[0], reason="Audit failed.")
    assert "No certificate on its schedule is Current" in office.secretariat.notices()["items"][0]["text"]


def test_notices_are_read_on_from_the_last_one(office: Office) -> None:
    _, listed = a_licence(office, count=3)
    for number in listed:
        office.secretariat.suspend(number=number, reason="Audit failed.")
    first = office.author.notices(limit=2)
    rest = office.author.notices(after=first["next"], limit=2)
    assert [len(page["items"]) for page in (first, rest)] == [2, 1]
    assert rest["next"] is None


@pytest.mark.parametrize("after", [-1, "1", None, 1.5])
def test_what_is_no_change_number_is_refused(office: Office, after: Any) -> None:
    with pytest.raises(InvalidInput, match="after"):
        office.author.notices(after=after)


def test_one_change_tells_of_every_licence_that_lists_the_certificate(office: Office) -> None:
    number = office.issued()["number"]
    licences = [office.issued_as(a_licence_body(number))["number"] for _ in range(3)]
    office.secretariat.suspend(number=number, reason="Audit failed.")
    told = [change["certificate"]["number"] for change in office.log()[-3:]]
    assert told == licences
    assert [change["change_no"] for change in office.log()] == list(range(1, len(office.log()) + 1))


def test_a_draft_that_a_licence_would_list_is_unknown_to_everybody(office: Office) -> None:
    draft = office.draft()["number"]
    shown = office.author.create_draft(body=a_licence_body(draft))
    assert (shown["listed"], shown["certificates"]) == ([], [draft])


def test_ten_suspensions_and_ten_new_issues_at_once_end_without_a_deadlock_and_true(postgres_url: str) -> None:
    handle = Handle(create_engine_for(postgres_url, workers=21))
    metadata.create_all(handle.engine)
    office = Office(handle)
    licence, listed = a_licence(office, count=10)
    drafts = [office.issued_as(a_licence_body(*listed))["number"] for _ in range(10)]
    at_once = threading.Barrier(20)

    def suspend(number: str) -> None:
        at_once.wait()
        office.secretariat.suspend(number=number, reason="Audit failed.")

    def cancel(number: str) -> None:
        at_once.wait()
        office.secretariat.cancel(number=number, reason="Given back.", date="2026-11-21", supplied_affected=False)

    with ThreadPoolExecutor(20) as pool:
        work = [pool.submit(suspend, number) for number in listed] + [pool.submit(cancel, n) for n in drafts]
        assert [job.result() for job in work] == [None] * 20
    assert all(statuses(office, number) == ["suspended"] * 10 for number in [licence, *drafts])
    log = office.log()
    assert [change["change_no"] for change in log] == list(range(1, len(log) + 1))
    last = {change["certificate"]["number"]: change["certificate"] for change in log}
    for number in [licence, *drafts]:
        public = office.public.get(number=number)
        assert {name: public[name] for name in last[number]} == last[number]
    handle.engine.dispose()
