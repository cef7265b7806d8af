"""Registering reports: the intent, the number, what a crash leaves behind and how it is finished."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, IdempotencyKeyReused, InvalidInput, NotFound, SeriesFull, Unavailable
from contracts.identity import Identity
from plumbing.db import Handle
from services.certificates import changes
from services.certificates.tables import metadata
from tests.certificates import AUTHOR, a_body, somebody
from tests.reports import a_report_body
from tests.service.certificates import AwayNumbering, FullNumbering, MuteNumbering, Numbering, Office
from tests.service.reports import SWEEPER, a_lost_report, counts_of, numbers_of, registered, sweep

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def nothing_is_public(office: Office) -> bool:
    with pytest.raises(NotFound):
        office.secretariat.report(number="GB/BAS/ExTR26.0001")
    return (office.public.reports()["items"], office.log(), counts_of(office), office.woken) == ([], [], {}, 0)


def test_a_report_has_its_number_at_once_and_is_public(office: Office) -> None:
    report = registered(office)
    assert (report["number"], report["issue"], report["latest_issue"]) == ("GB/BAS/ExTR26.0001/00", 0, 0)
    assert (report["registered_on"], report["change_no"], report["certificates"]) == ("2026-11-21", 1, [])
    assert office.public.report(number=report["number"]) == report
    assert office.woken == 1


def test_one_is_told_which_of_many_numbers_have_a_report(office: Office) -> None:
    there, gone = registered(office)["number"], "GB/BAS/ExTR26.0099/00"
    assert office.public.registered_reports(numbers=[gone, there, "no number", "GB/BAS/ExTR26.0001/01"]) == [there]
    assert office.public.registered_reports(numbers=[]) == []
    with pytest.raises(InvalidInput, match="5,000"):
        office.public.registered_reports(numbers=[there] * 5_001)


def test_each_type_body_and_country_has_a_counter_of_its_own(office: Office) -> None:
    sev = office.as_(somebody("author", "SEV"))
    numbers = [registered(office, type=kind)["number"] for kind in ("ExTR", "QAR", "FAR", "PCAR", "ExTR")]
    numbers.append(sev.register_report(body=a_report_body())["number"])
    assert numbers == [
        "GB/BAS/ExTR26.0001/00",
        "GB/BAS/QAR26.0001/00",
        "GB/BAS/FAR26.0001/00",
        "GB/BAS/PCAR26.0001/00",
        "GB/BAS/ExTR26.0002/00",
        "CH/SEV/ExTR26.0001/00",
    ]


def test_reports_and_certificates_are_counted_apart(office: Office) -> None:
    registered(office)
    assert office.draft()["number"] == "IECEx BAS 26.0001"


def test_the_log_tells_of_a_report_as_it_is_read(office: Office) -> None:
    report = registered(office)
    (told,) = office.log()
    assert (told["type"], told["change_no"], told["actor"]) == ("report.registered", 1, {"role": "excb", "excb": "BAS"})
    assert told["report"] == {name: report[name] for name in report if name not in ("latest_issue", "certificates")}
    with office.handle.read() as session:
        (row,) = changes.unpublished(session, 10)
    assert row.routing_key == "report.registered.ExTR.BAS"
    assert "bas-author" not in row.body


def test_it_is_counted_under_its_type_in_the_year_of_registration(office: Office) -> None:
    registered(office, issued="1998-05-04")
    assert counts_of(office) == {("report", "ExTR", "", "BAS", 2026, "DE", ""): 1}


def test_a_demonstration_register_marks_each_report(office: Office) -> None:
    office.demonstration = True
    assert registered(office)["demonstration"] is True


def test_a_body_needs_no_scope_to_register(office: Office) -> None:
    office.secretariat.put_scopes(excb="BAS", rows=[])
    assert registered(office)["number"] == "GB/BAS/ExTR26.0001/00"


def test_a_body_that_is_unknown_or_inactive_registers_nothing(office: Office) -> None:
    office.secretariat.put_excbs(rows=[{"code": "SIR", "name": "Sira", "country": "GB", "active": False}])
    for excb in ("XYZ", "SIR"):
        with pytest.raises(Forbidden, match=f"{excb} is not an active"):
            office.as_(somebody("author", excb)).register_report(body=a_report_body(), idempotency_key="k")
    assert numbers_of(office) == []


def test_a_report_that_is_wrong_takes_no_number(office: Office) -> None:
    wrong: list[Any] = [None, [], {}, a_report_body(type="XTR"), a_report_body(issued="2026-11-22")]
    for body in wrong:
        with pytest.raises(InvalidInput):
            office.author.register_report(body=body)
    assert office.numbering.owners == {}


def test_the_same_key_and_body_give_the_same_report(office: Office) -> None:
    first = office.author.register_report(body=a_report_body(), idempotency_key="k")
    reordered = dict(reversed(a_report_body().items()))
    assert office.author.register_report(body=reordered, idempotency_key="k") == first
    assert (numbers_of(office), len(office.log())) == (["GB/BAS/ExTR26.0001"], 1)


def test_a_repeated_request_gives_the_first_issue_and_names_the_latest(office: Office) -> None:
    first = office.author.register_report(body=a_report_body(), idempotency_key="k")
    office.author.reissue_report(number=first["number"], body=a_report_body(summary="Again."))
    again = office.author.register_report(body=a_report_body(), idempotency_key="k")
    assert again == first | {"latest_issue": 1}


def test_a_key_with_another_body_is_refused(office: Office) -> None:
    office.author.register_report(body=a_report_body(), idempotency_key="k")
    with pytest.raises(IdempotencyKeyReused):
        office.author.register_report(body=a_report_body(summary="Other."), idempotency_key="k")


def test_a_key_belongs_to_its_account(office: Office) -> None:
    other = Identity("author", "BAS", "bas-author-2", AUTHOR.scopes)
    made = [office.as_(who).register_report(body=a_report_body(), idempotency_key="k") for who in (AUTHOR, other)]
    assert made[0]["number"] != made[1]["number"]


def test_a_draft_and_a_report_may_be_made_with_the_same_key(office: Office) -> None:
    office.author.register_report(body=a_report_body(), idempotency_key="k")
    assert office.author.create_draft(body=a_body(), idempotency_key="k")["number"] == "IECEx BAS 26.0001"


def test_twenty_requests_with_one_key_make_one_report(office: Office) -> None:
    def register(_: int) -> str:
        return str(office.author.register_report(body=a_report_body(), idempotency_key="k")["number"])

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(register, range(20))) == {"GB/BAS/ExTR26.0001/00"}
    assert (numbers_of(office), len(office.log())) == (["GB/BAS/ExTR26.0001"], 1)


def test_twenty_reports_at_once_have_twenty_numbers_and_a_log_without_holes(office: Office) -> None:
    with ThreadPoolExecutor(20) as pool:
        numbers = set(pool.map(lambda _: registered(office)["number"], range(20)))
    assert numbers == {f"GB/BAS/ExTR26.{n:04}/00" for n in range(1, 21)}
    assert [change["change_no"] for change in office.log()] == list(range(1, 21))
    assert list(counts_of(office).values()) == [20]


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_nothing_is_public_of_a_report_without_number(office: Office, kind: type[Numbering]) -> None:
    a_lost_report(office, kind())
    assert nothing_is_public(office)


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_a_retry_with_the_key_finishes_the_report(office: Office, kind: type[Numbering]) -> None:
    a_lost_report(office, lost := kind(), key="k")
    office.numbering = Numbering(lost.owners)
    report = office.author.register_report(body=a_report_body(), idempotency_key="k")
    assert (report["number"], len(office.log())) == ("GB/BAS/ExTR26.0001/00", 1)


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_the_sweeper_finishes_what_was_left(office: Office, kind: type[Numbering]) -> None:
    lost = kind()
    for _ in range(3):
        a_lost_report(office, lost)
    sweep(office, Numbering(lost.owners))
    assert numbers_of(office) == [f"GB/BAS/ExTR26.000{n}" for n in (1, 2, 3)]
    assert [change["change_no"] for change in office.log()] == [1, 2, 3]
    assert list(counts_of(office).values()) == [3]
    assert office.woken == 1


def test_a_crash_before_the_commit_leaves_nothing_and_is_finished(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: Any) -> None:
        raise Unavailable

    with monkeypatch.context() as crash:
        crash.setattr("services.certificates.queries.reports.complete", die)
        a_lost_report(office, numbering := Numbering())
    assert nothing_is_public(office)
    sweep(office, numbering)
    assert [change["report"]["number"] for change in office.log()] == ["GB/BAS/ExTR26.0001/00"]


def test_the_body_registered_it_whoever_finished_it(office: Office) -> None:
    a_lost_report(office, AwayNumbering())
    sweep(office, Numbering())
    assert office.log()[0]["actor"] == {"role": "excb", "excb": "BAS"}


def test_the_sweeper_leaves_alone_what_is_being_registered(office: Office) -> None:
    a_lost_report(office, AwayNumbering())
    office.numbering = Numbering()
    office.pass_time(seconds=4)
    office.as_(SWEEPER).sweep_reports()
    assert numbers_of(office) == [None]


def test_the_sweeper_and_a_retry_at_the_same_moment_register_once(office: Office) -> None:
    """Both have the number; the one that comes second to the log's lock finds the report registered."""
    a_lost_report(office, AwayNumbering(), key="k")
    both = threading.Barrier(2, timeout=20)

    class Meeting(Numbering):
        def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
            given = super().allocate_many(series, owner_ids)
            both.wait()
            return given

    office.numbering = Meeting()
    office.pass_time(seconds=10)
    with ThreadPoolExecutor(2) as pool:
        sweeping = pool.submit(office.as_(SWEEPER).sweep_reports)
        retry = pool.submit(office.author.register_report, body=a_report_body(), idempotency_key="k")
        sweeping.result()
        assert retry.result()["number"] == "GB/BAS/ExTR26.0001/00"
    assert (len(office.log()), list(counts_of(office).values())) == (1, [1])


def test_a_report_of_last_year_gets_a_number_of_last_year(office: Office) -> None:
    office.now = office.now.replace(month=12, day=31, hour=23, minute=59, second=58)
    a_lost_report(office, AwayNumbering())
    sweep(office, Numbering())
    assert numbers_of(office) == ["GB/BAS/ExTR26.0001"]
    assert registered(office)["number"] == "GB/BAS/ExTR27.0001/00"


def test_while_numbering_is_away_the_sweeper_waits(office: Office) -> None:
    a_lost_report(office, AwayNumbering())
    with pytest.raises(Unavailable):
        sweep(office, AwayNumbering())
    sweep(office, Numbering())
    assert numbers_of(office) == ["GB/BAS/ExTR26.0001"]


def test_a_full_series_is_an_error_and_leaves_nothing_to_see(office: Office) -> None:
    office.numbering = FullNumbering()
    for _ in range(3):
        registered(office)
    with pytest.raises(SeriesFull):
        registered(office)
    assert len(office.public.reports()["items"]) == len(office.log()) == 3


def test_the_sweeper_gives_what_is_left_of_a_series_and_then_never_asks_again(office: Office) -> None:
    for _ in range(5):
        a_lost_report(office, AwayNumbering())
        office.pass_time(milliseconds=1)
    sweep(office, FullNumbering())
    assert [number for number in numbers_of(office) if number] == [f"GB/BAS/ExTR26.000{n}" for n in (1, 2, 3)]
    sweep(office, asked := Numbering())
    assert asked.owners == {}


def test_a_fault_in_one_series_does_not_hold_up_the_others(office: Office) -> None:
    office.numbering = AwayNumbering()
    for kind in ("ExTR", "QAR"):
        with pytest.raises(Unavailable):
            registered(office, type=kind)

    class Faulty(Numbering):
        def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
            if "ExTR" in series:
                raise InvalidInput("a fault")
            return super().allocate_many(series, owner_ids)

    sweep(office, Faulty())
    assert [number for number in numbers_of(office) if number] == ["GB/BAS/QAR26.0001"]
