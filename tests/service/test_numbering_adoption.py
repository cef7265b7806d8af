"""Numbers that were given before the register: they go to their owners, and what is missing between them is marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from contracts.errors import Forbidden, InvalidInput, RuleViolation, SeriesFull
from contracts.identity import GUEST, SCOPES, Identity
from contracts.numbers import Series, absent_owner, is_absent
from plumbing.db import Handle
from services.numbering import queries
from tests.service.numbering import EQUIPMENT, a_handle, adopt, ledger_of, numbering, numbers_of, owners


@pytest.fixture
def handle(database_url: str) -> Iterator[Handle]:
    """Both kinds of database, with a connection for each of the callers."""
    yield from a_handle(database_url)


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Handle]:
    yield from a_handle(postgres_url)


def refused(handle: Handle, asked: dict[int, str], series: str = EQUIPMENT) -> list[dict[str, Any]]:
    """The conflicts for which nothing was adopted."""
    before = numbering(handle).ledger(series)
    with pytest.raises(RuleViolation) as error:
        adopt(handle, asked, series)
    assert numbering(handle).ledger(series) == before
    conflicts: list[dict[str, Any]] = error.value.details["conflicts"]
    return conflicts


def test_owners_get_the_numbers_they_come_with_and_the_gaps_are_named(handle: Handle) -> None:
    assert adopt(handle, {5: "e", 2: "b"}) == {
        "series": EQUIPMENT,
        "last": 5,
        "adopted": [
            {"owner_id": "e", "series": EQUIPMENT, "n": 5, "number": "IECEx BAS 26.0005"},
            {"owner_id": "b", "series": EQUIPMENT, "n": 2, "number": "IECEx BAS 26.0002"},
        ],
        "absent": [1, 3, 4],
    }
    assert ledger_of(handle) == {
        1: "absent:equipment:BAS:26:1",
        2: "b",
        3: "absent:equipment:BAS:26:3",
        4: "absent:equipment:BAS:26:4",
        5: "e",
    }


@pytest.mark.parametrize("series", ["service-facility/BAS", "mark-licence/BAS", "person/BAS/07", "ExTR/GB/BAS/07"])
def test_every_kind_of_number_is_adopted(handle: Handle, series: str) -> None:
    answer = adopt(handle, {3: "c"}, series)
    assert (answer["adopted"][0]["number"], answer["absent"]) == (Series.parse(series).number(3), [1, 2])
    assert ledger_of(handle, series) == {1: absent_owner(series, 1), 2: absent_owner(series, 2), 3: "c"}


def test_the_next_number_is_the_one_behind_the_highest(handle: Handle) -> None:
    adopt(handle, {5: "e"})
    assert numbers_of(numbering(handle).allocate_many(EQUIPMENT, ["x", "e", "y"])) == [6, 5, 7]
    assert adopt(handle, {9: "i"})["absent"] == [8]
    assert list(ledger_of(handle)) == list(range(1, 10))


def test_an_adoption_repeated_gets_the_same_answer_and_marks_nothing_anew(handle: Handle) -> None:
    first = adopt(handle, {5: "e", 2: "b"})
    ledger = ledger_of(handle)
    assert adopt(handle, {5: "e", 2: "b"}) == first | {"absent": []}
    assert ledger_of(handle) == ledger


def test_what_was_adopted_in_part_is_completed(handle: Handle) -> None:
    adopt(handle, {5: "e"})
    answer = adopt(handle, {5: "e", 4: "d", 7: "g"})
    assert (answer["last"], answer["absent"]) == (7, [6])
    assert {n: owner for n, owner in ledger_of(handle).items() if not is_absent(owner)} == {4: "d", 5: "e", 7: "g"}


def test_a_number_below_the_end_does_not_move_the_counter_back(handle: Handle) -> None:
    numbering(handle).allocate_many(EQUIPMENT, ["a", "b", "c"])
    assert adopt(handle, {2: "b"}) == {
        "series": EQUIPMENT,
        "last": 3,
        "adopted": [{"owner_id": "b", "series": EQUIPMENT, "n": 2, "number": "IECEx BAS 26.0002"}],
        "absent": [],
    }
    assert numbering(handle).allocate(EQUIPMENT, "d")["n"] == 4


def test_an_absent_number_may_be_adopted_later_and_then_is_its_owners_for_ever(handle: Handle) -> None:
    adopt(handle, {3: "c"})
    assert is_absent(numbering(handle).whose("IECEx BAS 26.0002")["owner_id"])
    assert adopt(handle, {2: "b"})["absent"] == []
    assert numbering(handle).whose("IECEx BAS 26.0002")["owner_id"] == "b"
    assert numbering(handle).allocate(EQUIPMENT, "b")["n"] == 2
    assert [conflict["owner_id"] for conflict in refused(handle, {2: "x"})] == ["x"]


def test_all_conflicts_are_named_and_nothing_is_changed(handle: Handle) -> None:
    numbering(handle).allocate_many(EQUIPMENT, ["a", "b"])
    numbering(handle).allocate("equipment/BAS/25", "old")
    asked = {1: "a", 2: "x", 5: "b", 7: "old", 9: "fine"}
    assert refused(handle, asked) == [
        {
            "n": 2,
            "number": "IECEx BAS 26.0002",
            "owner_id": "x",
            "text": "IECEx BAS 26.0002 belongs to b and cannot go to x.",
        },
        {
            "n": 5,
            "number": "IECEx BAS 26.0005",
            "owner_id": "b",
            "text": "b has the number IECEx BAS 26.0002 already and cannot get IECEx BAS 26.0005.",
        },
        {
            "n": 7,
            "number": "IECEx BAS 26.0007",
            "owner_id": "old",
            "text": "old has the number IECEx BAS 25.0001 already and cannot get IECEx BAS 26.0007.",
        },
    ]
    assert numbering(handle).allocate(EQUIPMENT, "c")["n"] == 3


def test_two_owners_cannot_change_places(handle: Handle) -> None:
    adopt(handle, {1: "a", 2: "b"})
    assert len(refused(handle, {1: "b", 2: "a"})) == 4


def test_even_past_the_rules_no_number_is_taken_from_its_owner(handle: Handle) -> None:
    numbering(handle).allocate(EQUIPMENT, "a")
    with pytest.raises(IntegrityError), handle.begin() as session:
        queries.put(session, Series.parse(EQUIPMENT), {1: "x"})
    assert ledger_of(handle) == {1: "a"}


def test_a_series_is_adopted_to_its_last_number_and_not_beyond(handle: Handle) -> None:
    with pytest.raises(InvalidInput, match="from 1 to 999, the last of mark-licence/BAS"):
        adopt(handle, {999: "last", 1_000: "too-far"}, "mark-licence/BAS")
    assert adopt(handle, {999: "last"}, "mark-licence/BAS")["absent"] == list(range(1, 999))
    with pytest.raises(SeriesFull, match="0 of 999"):
        numbering(handle).allocate("mark-licence/BAS", "one-too-many")
    assert adopt(handle, {1: "first"}, "mark-licence/BAS")["last"] == 999


def test_to_adopt_nothing_opens_no_series(handle: Handle) -> None:
    assert adopt(handle, {}) == {"series": EQUIPMENT, "last": 0, "adopted": [], "absent": []}
    assert ledger_of(handle) == {}
    numbering(handle).allocate(EQUIPMENT, "a")
    assert adopt(handle, {})["last"] == 1


@pytest.mark.parametrize("identity", [GUEST, Identity("signatory", "BAS", scopes=SCOPES), Identity("secretariat")])
def test_who_may_not_draw_numbers_adopts_none(handle: Handle, identity: Identity) -> None:
    with pytest.raises(Forbidden):
        numbering(handle, identity).adopt(EQUIPMENT, [{"n": 1, "owner_id": "a"}])
    assert numbering(handle).ledger(EQUIPMENT)["last"] == 0


def test_a_whole_series_is_adopted_in_one_call(handle: Handle) -> None:
    asked = dict(enumerate(owners(9_999), start=1))
    assert adopt(handle, asked)["absent"] == []
    assert ledger_of(handle) == asked


def test_a_counter_is_moved_far_ahead_in_a_few_statements(postgres: Handle) -> None:
    numbering(postgres).allocate(EQUIPMENT, "a")
    statements: list[str] = []
    event.listen(postgres.engine, "before_cursor_execute", lambda *execution: statements.append(execution[2]))
    assert len(adopt(postgres, {9_000: "z"})["absent"]) == 8_998
    assert sum(statement.startswith("INSERT INTO ledger") for statement in statements) == 1
    assert len(statements) == 5
