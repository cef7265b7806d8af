"""What each night proves and mends: that counts and citations are what there is; on both databases."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from contracts.identity import service_identity
from plumbing.db import Handle
from services.certificates import nightly
from services.certificates.queries import counting
from services.certificates.tables import CitationRow, CountRow, metadata
from tests.service.certificates import Office
from tests.service.reports import registered
from tests.service.walking import STEPS, Walk

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def night(office: Office) -> None:
    """What the timers do until everything has been gone through."""
    service = office.as_(service_identity("certificates"))
    service.recount()
    for _ in range(5):
        service.recite()


def counts_are_right(office: Office) -> bool:
    with office.handle.read() as session:
        return counting.all_counts(session) == counting.recount(session)


def spoil(office: Office, *statements: Any) -> None:
    """What somebody might do to the database past all code."""
    with office.handle.begin() as session:
        for statement in statements:
            session.execute(statement)


def test_whatever_happens_the_counts_are_what_a_recount_finds(office: Office) -> None:
    walk = Walk(office, random.Random(2012))
    for _ in range(160):
        walk.step()
        assert counts_are_right(office), walk.trail[-3:]
    assert set(walk.trail) == set(STEPS)


def test_the_night_mends_a_count_that_is_wrong_and_says_which(office: Office) -> None:
    office.issued()
    spoil(office, sa.update(CountRow).where(CountRow.what == "issue").values(n=7))
    assert office.public.statistics()["totals"]["issues"] == 7
    with capture_logs() as logged:
        night(office)
    assert counts_are_right(office)
    assert [(entry["differing"], entry["some"]) for entry in logged] == [
        (1, ["issue/equipment/equipment/BAS/2026/DE/: -6"])
    ]


def test_a_register_that_did_not_count_has_its_counts_after_a_night(office: Office) -> None:
    office.issued()
    registered(office)
    spoil(office, sa.delete(CountRow), sa.delete(CitationRow))
    night(office)
    assert office.public.statistics()["totals"] == {
        "certificates": 1,
        "issues": 1,
        "reports": 1,
        "drafts": 0,
        "total": 2,
    }
    assert counts_are_right(office)


def test_counting_anew_is_once_a_day(office: Office) -> None:
    night(office)
    office.issued()
    spoil(office, sa.delete(CountRow))
    office.pass_time(hours=1)
    night(office)
    assert not counts_are_right(office)
    office.pass_time(days=1)
    night(office)
    assert counts_are_right(office)


def test_what_is_issued_while_the_night_counts_is_counted_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.issued()
    spoil(office, sa.delete(CountRow))
    look = office.handle.snapshot

    @contextmanager
    def looking(longest: str) -> Iterator[Any]:
        with look(longest) as session:
            yield session
        office.issued()

    monkeypatch.setattr(office.handle, "snapshot", looking)
    night(office)
    assert counts_are_right(office)
    assert office.public.statistics()["totals"]["certificates"] == 2


def test_the_night_finds_what_certificates_refer_to_slice_by_slice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "SLICE", 2)
    report = registered(office)["number"]
    numbers = [office.issued(test_reports=[report])["number"] for _ in range(5)]
    office.draft(test_reports=[report])
    spoil(office, sa.delete(CitationRow).where(CitationRow.relation == "report"))
    assert office.public.report(number=report)["certificates"] == []
    with capture_logs() as logged:
        night(office)
    assert office.public.report(number=report)["certificates"] == numbers
    assert sum(entry.get("certificates", 0) for entry in logged) == 5


def test_a_night_in_which_all_is_right_says_and_writes_nothing(office: Office) -> None:
    office.issued()
    with capture_logs() as logged:
        night(office)
    assert logged == []
