"""Numbers of a series are 1…n, none twice and none missing, whoever asks at once and whatever fails in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from contracts.errors import RuleViolation, Unavailable
from contracts.numbers import Series, is_absent
from plumbing.db import Handle
from services.numbering import queries
from tests.service.numbering import (
    CALLERS,
    EQUIPMENT,
    a_handle,
    adopt,
    assert_no_number_twice_and_none_missing,
    ledger_of,
    numbering,
    owners,
)
from tests.waiting import until


@pytest.fixture
def handle(database_url: str) -> Iterator[Handle]:
    """Both kinds of database, with a connection for each of the callers."""
    yield from a_handle(database_url)


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Handle]:
    yield from a_handle(postgres_url)


class WorkerDies(Exception):
    """What a test raises between the lock and the commit."""


def die_before_the_commit(
    handle: Handle,
    last_words: Callable[[Session], None] = lambda _session: None,
    series: str = EQUIPMENT,
    owner_id: str = "lost",
) -> None:
    """Gives a number, says the last words, and never commits."""
    with suppress(WorkerDies), handle.begin() as session:
        queries.give(session, Series.parse(series), [owner_id])
        last_words(session)
        raise WorkerDies


def test_a_rollback_after_the_lock_leaves_no_hole(handle: Handle) -> None:
    numbering(handle).allocate(EQUIPMENT, "a")
    die_before_the_commit(handle)
    assert numbering(handle).allocate(EQUIPMENT, "b")["n"] == 2
    assert_no_number_twice_and_none_missing(handle, EQUIPMENT, 2)


def test_a_connection_that_is_cut_before_the_commit_leaves_no_hole(postgres: Handle) -> None:
    with pytest.raises(Unavailable):
        die_before_the_commit(postgres, last_words=lambda session: cut(postgres, session))
    assert numbering(postgres).allocate(EQUIPMENT, "a")["n"] == 1
    assert_no_number_twice_and_none_missing(postgres, EQUIPMENT, 1)


def cut(handle: Handle, session: Session) -> None:
    """The server ends the connection of ``session``, which notices at its next statement."""
    pid = session.scalar(text("SELECT pg_backend_pid()"))
    with handle.begin() as administrator:
        administrator.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    session.execute(text("SELECT 1"))


def test_who_waits_for_the_lock_gets_the_number_that_was_rolled_back(postgres: Handle) -> None:
    with ThreadPoolExecutor(1) as others:
        calls: list[Future[dict[str, Any]]] = []

        def another_call_waits(_session: Session) -> None:
            calls.append(others.submit(numbering(postgres).allocate, EQUIPMENT, "a"))
            until(lambda: waits_for_locks(postgres) == 1, 5, "the second call waits for the counter")

        die_before_the_commit(postgres, last_words=another_call_waits)
        assert calls[0].result(5)["n"] == 1


def waits_for_locks(handle: Handle) -> int:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with handle.read() as session:
        return int(session.execute(text(waiting)).scalar_one())


def test_a_busy_series_does_not_hold_up_another(postgres: Handle) -> None:
    with postgres.begin() as session:
        queries.give(session, Series.parse(EQUIPMENT), ["slow"])
        assert numbering(postgres).allocate("equipment/BAS/27", "quick")["n"] == 1


def test_twenty_callers_on_three_series_get_every_number_once(handle: Handle) -> None:
    asked = {f"equipment/{excb}/26": owners(200) for excb in ("BAS", "SIR", "ExTC")}
    start = Event()

    def caller(place: int) -> None:
        service = numbering(handle)
        start.wait(10)
        for series, series_owners in asked.items():
            mine = series_owners[place::CALLERS]
            for owner_id in mine[:5]:
                service.allocate(series, owner_id)
            service.allocate_many(series, mine[4:])

    run_at_once(caller, start)
    for series in asked:
        assert_no_number_twice_and_none_missing(handle, series, 200)


def test_callers_that_ask_for_the_same_owners_get_the_same_numbers(handle: Handle) -> None:
    batch, start = owners(30), Event()
    answers: dict[str, set[int]] = defaultdict(set)

    def caller(place: int) -> None:
        start.wait(10)
        mine = batch[place:] + batch[:place]
        for answer in numbering(handle).allocate_many(EQUIPMENT, mine):
            answers[answer["owner_id"]].add(answer["n"])

    run_at_once(caller, start)
    assert sorted(n for numbers in answers.values() for n in numbers) == list(range(1, 31))
    assert_no_number_twice_and_none_missing(handle, EQUIPMENT, 30)


def test_calls_for_the_same_owners_in_two_series_do_not_wait_in_a_circle(postgres: Handle) -> None:
    with ThreadPoolExecutor(2) as others:
        calls: list[Future[list[dict[str, Any]]]] = []

        def two_calls_wait(_session: Session) -> None:
            calls.append(others.submit(numbering(postgres).allocate_many, EQUIPMENT, ["a", "m", "z"]))
            calls.append(others.submit(numbering(postgres).allocate_many, "equipment/BAS/27", ["z", "m", "a"]))
            until(lambda: waits_for_locks(postgres) == 2, 5, "both calls wait, having begun at either end")

        die_before_the_commit(postgres, two_calls_wait, series="equipment/BAS/28", owner_id="m")
        outcomes = {type(call.exception(10)) for call in calls}
    assert outcomes == {type(None), RuleViolation}


def test_callers_that_adopt_and_callers_that_draw_get_every_number_once(handle: Handle) -> None:
    start, told, marked = Event(), dict[int, str](), list[int]()

    def caller(place: int) -> None:
        start.wait(10)
        for round_, owner_id in enumerate(owners(5)):
            if place % 2:
                answers = numbering(handle).allocate_many(EQUIPMENT, [owner_id, *owners(3)])
                told.update({answer["n"]: answer["owner_id"] for answer in answers})
                continue
            # Some are overtaken by those who draw, and refused; others take over what was marked meanwhile.
            with suppress(RuleViolation):
                n = 200 * round_ + 10 * place + 1
                marked.extend(adopt(handle, {n: owner_id})["absent"])
                told[n] = owner_id

    run_at_once(caller, start)
    ledger = ledger_of(handle)
    assert_no_number_twice_and_none_missing(handle, EQUIPMENT, len(ledger))
    assert {n: owner for n, owner in ledger.items() if not is_absent(owner)} == told
    assert sorted({*marked, *told}) == list(ledger)
    assert len(marked) == len(set(marked))


def test_who_adopts_a_number_that_is_being_drawn_waits_and_is_refused(postgres: Handle) -> None:
    with ThreadPoolExecutor(1) as others:
        with postgres.begin() as session:
            queries.give(session, Series.parse(EQUIPMENT), ["drawn"])
            call = others.submit(adopt, postgres, {1: "adopted", 3: "c"})
            until(lambda: waits_for_locks(postgres) == 1, 5, "the adoption waits for the counter")
        with pytest.raises(RuleViolation, match="belongs to drawn"):
            call.result(5)
    assert ledger_of(postgres) == {1: "drawn"}


def test_who_draws_while_numbers_are_adopted_gets_the_next_one(postgres: Handle) -> None:
    series = Series.parse(EQUIPMENT)
    with ThreadPoolExecutor(1) as others:
        with postgres.begin() as session:
            assert queries.count_to(session, series, 2) == 2
            call = others.submit(numbering(postgres).allocate, EQUIPMENT, "drawn")
            until(lambda: waits_for_locks(postgres) == 1, 5, "the call waits for the counter")
            queries.put(session, series, {1: "a", 2: "b"})
        assert call.result(5)["n"] == 3
    assert_no_number_twice_and_none_missing(postgres, EQUIPMENT, 3)


def test_an_adoption_that_is_rolled_back_leaves_neither_numbers_nor_marks(handle: Handle) -> None:
    with suppress(WorkerDies), handle.begin() as session:
        queries.count_to(session, Series.parse(EQUIPMENT), 9)
        queries.put(session, Series.parse(EQUIPMENT), {9: "lost"})
        raise WorkerDies
    assert ledger_of(handle) == {}
    assert adopt(handle, {2: "b"})["absent"] == [1]


def test_an_owner_who_gets_a_number_in_another_series_at_that_moment_is_named(postgres: Handle) -> None:
    with ThreadPoolExecutor(1) as others:
        with postgres.begin() as session:
            queries.give(session, Series.parse("equipment/BAS/27"), ["a"])
            call = others.submit(adopt, postgres, {4: "a", 5: "b"})
            until(lambda: waits_for_locks(postgres) == 1, 5, "the adoption waits for the owner")
        with pytest.raises(RuleViolation, match=r"a has the number IECEx BAS 27\.0001 already"):
            call.result(5)
    assert ledger_of(postgres) == {}


def test_an_adoption_in_another_series_does_not_wait_in_a_circle(postgres: Handle) -> None:
    with ThreadPoolExecutor(2) as others:
        calls: list[Future[Any]] = []

        def two_calls_wait(_session: Session) -> None:
            calls.append(others.submit(numbering(postgres).allocate_many, EQUIPMENT, ["a", "m", "z"]))
            calls.append(others.submit(adopt, postgres, {1: "z", 2: "m", 3: "a"}, "equipment/BAS/27"))
            until(lambda: waits_for_locks(postgres) == 2, 5, "both calls wait, having begun at either end")

        die_before_the_commit(postgres, two_calls_wait, series="equipment/BAS/28", owner_id="m")
        outcomes = {type(call.exception(10)) for call in calls}
    assert outcomes == {type(None), RuleViolation}


def run_at_once(caller: Callable[[int], None], start: Event) -> None:
    with ThreadPoolExecutor(CALLERS) as threads:
        calls = [threads.submit(caller, place) for place in range(CALLERS)]
        start.set()
        for call in calls:
            call.result(60)
