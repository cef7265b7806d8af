"""The numbering service: every kind of number, once and for ever, to those who may have it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from contracts.errors import Forbidden, InvalidInput, NotFound, RuleViolation, SeriesFull
from contracts.identity import GUEST, SCOPES, Identity
from contracts.numbers import REPORT_KINDS, ReportNumber, Series, parse
from plumbing.db import Handle
from tests.service.numbering import (
    EQUIPMENT,
    a_handle,
    assert_no_number_twice_and_none_missing,
    numbering,
    numbers_of,
    owners,
)


@pytest.fixture
def handle(database_url: str) -> Iterator[Handle]:
    """Both kinds of database, with a connection for each of the callers."""
    yield from a_handle(database_url)


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Handle]:
    yield from a_handle(postgres_url)


def test_the_first_number_of_a_series_is_one_and_the_next_is_two(handle: Handle) -> None:
    first = numbering(handle).allocate(EQUIPMENT, "certificate-1")
    assert first == {"series": EQUIPMENT, "n": 1, "number": "IECEx BAS 26.0001"}
    assert numbering(handle).allocate(EQUIPMENT, "certificate-2")["number"] == "IECEx BAS 26.0002"


@pytest.mark.parametrize(
    ("series", "number"),
    [
        ("service-facility/BAS", "IECEx BAS S.0001"),
        ("mark-licence/BAS", "BAS001"),
        ("person/BAS/26", "IECEx CP BAS 26.0001"),
        ("ExTR/GB/BAS/26", "GB/BAS/ExTR26.0001"),
        ("QAR/GB/BAS/26", "GB/BAS/QAR26.0001"),
        ("FAR/GB/BAS/26", "GB/BAS/FAR26.0001"),
        ("PCAR/GB/BAS/26", "GB/BAS/PCAR26.0001"),
    ],
)
def test_every_kind_of_number_is_given_and_found_again(handle: Handle, series: str, number: str) -> None:
    assert numbering(handle).allocate(series, "owner")["number"] == number
    assert numbering(handle).whose(number.lower())["owner_id"] == "owner"


@pytest.mark.parametrize("kind", REPORT_KINDS)
def test_the_numbers_of_reports_begin_anew_each_year_in_each_country(handle: Handle, kind: str) -> None:
    for country, year in (("GB", 2026), ("GB", 2027), ("DE", 2026)):
        series = Series.in_year(kind, "BAS", year, country)
        answers = numbering(handle).allocate_many(series.key, owners(3))
        assert numbers_of(answers) == [1, 2, 3]
        assert [parse(f"{answer['number']}/00") for answer in answers] == [
            ReportNumber(kind, country, "BAS", str(year)[2:], n, issue=0) for n in (1, 2, 3)
        ]


def test_every_issue_of_a_report_leads_to_its_one_owner(handle: Handle) -> None:
    (owner,) = owners(1)
    (given,) = numbering(handle).allocate_many("QAR/GB/BAS/26", [owner])
    for spelling in ("GB/BAS/QAR26.0001", "GB/BAS/QAR26.0001/00", "gb-bas-qar26.0001-04"):
        assert numbering(handle).whose(spelling) == given
    assert numbering(handle).ledger("QAR/GB/BAS/26")["items"][0]["owner_id"] == owner


def test_series_count_apart(handle: Handle) -> None:
    for series in (EQUIPMENT, "equipment/BAS/27", "person/BAS/26", "equipment/SIR/26"):
        assert numbering(handle).allocate(series, f"owner-{series[-6:].replace('/', '-')}-{series[0]}")["n"] == 1


def test_a_code_in_another_case_counts_in_the_same_series(handle: Handle) -> None:
    numbering(handle).allocate(EQUIPMENT, "a")
    assert numbering(handle).allocate("equipment/bas/26", "b") == {
        "series": EQUIPMENT,
        "n": 2,
        "number": "IECEx BAS 26.0002",
    }


def test_the_same_owner_gets_the_same_number_for_ever(handle: Handle) -> None:
    first = numbering(handle).allocate(EQUIPMENT, "a")
    numbering(handle).allocate(EQUIPMENT, "b")
    assert numbering(handle).allocate(EQUIPMENT, "a") == first
    assert_no_number_twice_and_none_missing(handle, EQUIPMENT, 2)


def test_an_owner_with_a_number_gets_none_in_another_series(handle: Handle) -> None:
    numbering(handle).allocate(EQUIPMENT, "a")
    with pytest.raises(RuleViolation, match=r"IECEx BAS 26\.0001"):
        numbering(handle).allocate("equipment/BAS/27", "a")
    with pytest.raises(RuleViolation):
        numbering(handle).allocate_many("equipment/BAS/27", ["b", "a", "c"])
    assert numbering(handle).ledger("equipment/BAS/27")["last"] == 0


def test_a_batch_is_numbered_in_the_order_it_came(handle: Handle) -> None:
    batch = ["z", "a", "m"]
    answers = numbering(handle).allocate_many(EQUIPMENT, batch)
    assert answers[0] == {"owner_id": "z", "series": EQUIPMENT, "n": 1, "number": "IECEx BAS 26.0001"}
    assert [(answer["owner_id"], answer["n"]) for answer in answers] == [("z", 1), ("a", 2), ("m", 3)]


def test_a_batch_numbers_only_those_that_have_no_number_yet(handle: Handle) -> None:
    numbering(handle).allocate_many(EQUIPMENT, ["a", "b"])
    answers = numbering(handle).allocate_many(EQUIPMENT, ["c", "b", "d", "c", "a"])
    assert numbers_of(answers) == [3, 2, 4, 3, 1]
    assert_no_number_twice_and_none_missing(handle, EQUIPMENT, 4)


def test_a_batch_repeated_gets_the_same_answer(handle: Handle) -> None:
    batch = owners(500)
    assert numbering(handle).allocate_many(EQUIPMENT, batch) == numbering(handle).allocate_many(EQUIPMENT, batch)
    assert_no_number_twice_and_none_missing(handle, EQUIPMENT, 500)


def test_an_empty_batch_opens_no_series(handle: Handle) -> None:
    assert numbering(handle).allocate_many(EQUIPMENT, []) == []
    assert numbering(handle).ledger(EQUIPMENT) == {"series": EQUIPMENT, "last": 0, "items": [], "next": None}


def test_a_series_is_used_to_its_last_number_and_not_beyond(handle: Handle) -> None:
    numbering(handle).allocate_many("mark-licence/BAS", owners(998))
    with pytest.raises(SeriesFull, match="1 of 999"):
        numbering(handle).allocate_many("mark-licence/BAS", owners(2))
    assert numbering(handle).allocate("mark-licence/BAS", "last")["number"] == "BAS999"
    with pytest.raises(SeriesFull):
        numbering(handle).allocate("mark-licence/BAS", "one too many") if False else numbering(handle).allocate(
            "mark-licence/BAS", "one-too-many"
        )
    assert numbering(handle).allocate("mark-licence/BAS", "last")["n"] == 999
    assert_no_number_twice_and_none_missing(handle, "mark-licence/BAS", 999)


def test_in_a_full_series_everybody_keeps_the_number_they_have(handle: Handle) -> None:
    batch = owners(999)
    first = numbering(handle).allocate_many("mark-licence/BAS", batch)
    assert numbering(handle).allocate_many("mark-licence/BAS", batch) == first
    assert numbering(handle).allocate("mark-licence/BAS", batch[0])["n"] == 1
    with pytest.raises(SeriesFull, match="0 of 999"):
        numbering(handle).allocate_many("mark-licence/BAS", [*batch, "one-too-many"])


def test_a_first_batch_larger_than_the_series_leaves_no_trace(handle: Handle) -> None:
    with pytest.raises(SeriesFull):
        numbering(handle).allocate_many(EQUIPMENT, owners(10_000))
    assert numbering(handle).allocate(EQUIPMENT, "a")["n"] == 1


@pytest.mark.parametrize("identity", [GUEST, Identity("author", "BAS", scopes=SCOPES), Identity("secretariat")])
def test_who_may_not_draw_numbers_changes_nothing(handle: Handle, identity: Identity) -> None:
    with pytest.raises(Forbidden):
        numbering(handle, identity).allocate(EQUIPMENT, "a")
    with pytest.raises(Forbidden):
        numbering(handle, identity).allocate_many(EQUIPMENT, ["a", "b"])
    assert numbering(handle).ledger(EQUIPMENT)["last"] == 0


@pytest.mark.parametrize(
    "spelling", ["IECEx BAS 26.0001", "iecexbas260001x", "IECEx-BAS-26.0001X", "IEC Ex Bas 26.0001 Issue 2"]
)
def test_a_number_is_found_in_any_spelling(handle: Handle, spelling: str) -> None:
    numbering(handle).allocate(EQUIPMENT, "a")
    assert numbering(handle).whose(spelling) == {
        "owner_id": "a",
        "series": EQUIPMENT,
        "n": 1,
        "number": "IECEx BAS 26.0001",
    }


def test_a_number_that_was_never_given_is_nobodys(handle: Handle) -> None:
    with pytest.raises(NotFound, match=r"IECEx BAS 26\.0001"):
        numbering(handle).whose("IECEx BAS 26.0001")
    with pytest.raises(InvalidInput):
        numbering(handle).whose("'; DROP TABLE ledger; --")


def test_the_ledger_is_read_page_by_page(handle: Handle) -> None:
    numbering(handle).allocate_many(EQUIPMENT, [f"owner-{place}" for place in range(1, 6)])
    page = numbering(handle).ledger(EQUIPMENT, after=2, limit=2)
    assert page == {
        "series": EQUIPMENT,
        "last": 5,
        "items": [
            {"n": 3, "number": "IECEx BAS 26.0003", "owner_id": "owner-3"},
            {"n": 4, "number": "IECEx BAS 26.0004", "owner_id": "owner-4"},
        ],
        "next": 4,
    }
    assert numbering(handle).ledger(EQUIPMENT, after=4, limit=2)["next"] is None
    assert numbering(handle).ledger(EQUIPMENT, after=5)["items"] == []


def test_a_batch_takes_one_statement_however_large(postgres: Handle) -> None:
    statements: list[str] = []
    event.listen(postgres.engine, "before_cursor_execute", lambda *execution: statements.append(execution[2]))
    numbering(postgres).allocate_many(EQUIPMENT, owners(9_999))
    assert len(statements) == 1
