"""In what order certificates are listed, page by page, while others are inserted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.search.domain.questions import SORTS, read_question
from services.search.index import CertificateIndex
from tests.builders import a_party, a_snapshot, a_tombstone
from tests.service.search.indexes import Fill, ask, many, numbers, scanned


def test_each_sort_order_is_what_its_name_says(fill: Fill) -> None:
    index = fill(
        a_snapshot("IECEx BAS 26.0002", date_of_issue="2026-03-01", applicant=a_party("Zeta")),
        a_snapshot("IECEx SIR 26.0001", date_of_issue="2026-01-01", applicant=a_party("Ärmel & Co")),
        a_snapshot("IECEx BAS 26.0001", date_of_issue="2026-02-01", applicant=a_party("Beta Works")),
    )
    newest, of_bas, first_of_bas = "BAS 26.0002", "BAS 26.0001", "SIR 26.0001"
    assert numbers(ask(index, sort="number")) == [of_bas, newest, first_of_bas]
    assert numbers(ask(index, sort="-number")) == [first_of_bas, newest, of_bas]
    assert numbers(ask(index, sort="date")) == [first_of_bas, of_bas, newest]
    assert numbers(ask(index, sort="-date")) == numbers(ask(index)) == [newest, of_bas, first_of_bas]
    assert numbers(ask(index, sort="name")) == [first_of_bas, of_bas, newest]


def pages(
    index: CertificateIndex, sort: str, limit: int, between: Callable[[], None] = lambda: None
) -> list[list[str]]:
    question, position, found = read_question("transmitter", sort=sort), None, []
    while True:
        page = index.view.search(question, limit, position)
        assert page.total >= 47
        found.append(numbers(page))
        position = page.next
        if position is None:
            return found
        assert len(position) == question.position_length
        between()


@pytest.mark.parametrize("sort", list(SORTS))
@pytest.mark.parametrize("limit", [1, 10, 47])
def test_pages_together_are_the_whole_list(fill: Fill, sort: str, limit: int) -> None:
    index = fill(*many(20))
    fill(*many(27, 21))
    listed = [number for page in pages(index, sort, limit) for number in page]
    assert listed == numbers(ask(index, "transmitter", 100, sort))
    assert len(set(listed)) == 47


@pytest.mark.parametrize("sort", list(SORTS))
def test_what_is_inserted_meanwhile_moves_nothing(fill: Fill, sort: str) -> None:
    index = fill(*many(47, 21))
    before = {snapshot["number"].removeprefix("IECEx ") for snapshot in many(47, 21)}
    newcomers = iter(range(1, 20))

    def insert() -> None:
        number = next(newcomers)
        words = {"equipment": "Transmitter transmitter transmitter"} if sort == "relevance" else {}
        fill(a_snapshot(f"IECEx BAS 26.{number:04}", date_of_issue="2026-02-01", applicant=a_party("0"), **words))

    listed = [number for page in pages(index, sort, 10, insert) for number in page]
    assert len(listed) == len(set(listed))
    assert before <= set(listed)


def test_a_page_by_relevance_goes_on_although_the_hit_shown_last_is_gone(fill: Fill) -> None:
    index = fill(*many(47))
    question = read_question("transmitter")
    first = index.view.search(question, 10)
    fill(a_tombstone(first.items[-1]["number"]))
    second = index.view.search(question, 10, first.next)
    assert len(second.items) == 10
    assert second.total == 46


def test_relevance_ends_where_nobody_goes_and_says_so(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.search.index.reading.DEEPEST_RELEVANCE", 20)
    index, question = fill(*many(47)), read_question("transmitter")
    second = index.view.search(question, 10, index.view.search(question, 10).next)
    assert (len(second.items), second.next, bool(second.note)) == (10, None, True)


def test_a_position_beyond_the_deepest_page_is_an_empty_page(fill: Fill) -> None:
    page = fill(*many(47)).view.search(read_question("transmitter"), 10, [0, 2**63 - 1, 0])
    assert page.items == []


def test_a_scan_gives_whole_snapshots_in_the_order_of_their_numbers(fill: Fill) -> None:
    index, question = fill(*many(47)), read_question("transmitter").for_scan()
    first = index.view.scan(question, 40)
    fill(a_snapshot("IECEx BAS 25.0001"))
    second = index.view.scan(question, 40, first.next)
    assert [item["number"] for item in scanned(first) + scanned(second)] == [item["number"] for item in many(47)]
    assert (first.total, second.total, second.next) == (47, 47, None)
    assert scanned(first)[0] == many(1)[0] | {"change_no": 1}


@pytest.mark.parametrize("sort", ["date", "-date", "number", "name"])
def test_all_issues_together_are_listed_page_by_page(fill: Fill, sort: str) -> None:
    index = fill(*(a_snapshot(f"IECEx BAS 26.000{n}", issue=issue) for n in range(1, 6) for issue in range(2)))
    question, position, found = read_question("transmitter", {"issues": "all"}, sort), None, []
    while True:
        page = index.view.search(question, 3, position)
        found += [(item["number"], item["issue"]) for item in page.items]
        position = page.next
        if position is None:
            break
    assert (len(found), len(set(found)), page.total) == (10, 10, 10)


def test_pages_of_words_taken_for_others_go_on_with_the_same_words(fill: Fill) -> None:
    index, question = fill(*many(12)), read_question("transmiter pressure", sort="number")
    first = index.view.search(question, 10)
    assert (first.total, bool(first.note)) == (12, True)
    fill(a_snapshot("IECEx SIR 26.0001", equipment="Pressure transmiter"))
    second = index.view.search(question, 10, first.next)
    assert len(second.items) == 3, "the two that are left, and the newcomer that holds the word as it was typed"


def test_a_page_of_a_scan_stays_small(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.search.index.contents.LARGEST_SCAN", 10)
    index, question, position, found = fill(*many(3)), read_question().for_scan(), None, []
    while True:
        page = index.view.scan(question, 40, position)
        found += page.contents
        position = page.next
        if position is None:
            break
        assert len(page.contents) == 1
    assert len(found) == 3
