"""How a request is read, and where a listing goes on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import InvalidInput
from gateway.api.searching import DATES, SearchParameters
from services.search.domain import cursors
from services.search.domain.documents import SHAPE
from services.search.domain.filters import MOST_VALUES
from services.search.domain.questions import (
    LONGEST_Q,
    SORTS,
    Part,
    read_change_no,
    read_facets,
    read_limit,
    read_question,
)
from services.search.domain.values import FACETS


def fields_of(error: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [row["field"] for row in error.value.details["errors"]]


# Questions


def test_words_and_phrases_are_the_parts_of_a_question() -> None:
    parts = read_question('pump "flame proof" valve').parts
    assert parts == (Part("pump"), Part("flame proof", exact=True), Part("valve", prefix=True))


def test_a_phrase_at_the_end_is_finished() -> None:
    assert read_question('pump "flame proof"').parts[-1] == Part("flame proof", exact=True)


@pytest.mark.parametrize("q", ["“flame proof”", "„flame proof“", "«flame proof»"])
def test_the_quotes_of_any_language_hold_a_phrase_together(q: str) -> None:
    assert read_question(q).parts == (Part("flame proof", exact=True),)


def test_a_quote_that_is_never_closed_is_ignored() -> None:
    assert read_question('pump "flame').parts == (Part("pump"), Part("flame", prefix=True))


def test_what_looks_like_an_operator_is_a_word() -> None:
    assert [part.text for part in read_question("a AND title:b NOT (c*").parts] == ["a", "and", "title:b", "not", "(c*"]


def test_a_word_that_is_repeated_is_asked_for_once() -> None:
    assert len(read_question("pump pump Pump pump ").parts) == 2, "once finished, once as a beginning"


@pytest.mark.parametrize(
    "q", ["IECEx BAS 26.0001X", "iecex bas 26.0001x", "IEC Ex BAS26.0001X", "bas 26.0001 X", "IECEx-BAS-26.0001X"]
)
def test_a_number_is_read_in_any_spelling(q: str) -> None:
    assert read_question(q).spelled.certificates == ("iecexbas260001", "iecexbas260001x")


@pytest.mark.parametrize("q", ["IECEx INE 14.0061X-002", "INE 14.0061X Issue 2", "ine14.0061 iss. 02"])
def test_a_number_with_an_issue_means_that_issue_of_its_certificate(q: str) -> None:
    spelled = read_question(q).spelled
    assert (spelled.certificates[0], spelled.issue) == ("iecexine140061", "iecexine140061#2")


def test_a_report_s_number_is_read() -> None:
    assert read_question("DE TUN ExTR 26.0007/00").spelled.reports == ("detunextr26000700",)


def test_the_beginning_of_a_number_is_read() -> None:
    assert read_question("BAS 26.00").opening == "bas2600"


def test_without_words_the_newest_come_first() -> None:
    assert read_question("  ", sort="relevance").sort == "-date"
    assert read_question("pump", sort="relevance").sort == "relevance"


def test_a_value_behind_a_minus_is_excluded() -> None:
    question = read_question(filters={"scheme": ["equipment", "-person"], "status": "-cancelled"})
    assert question.included == (("scheme", ("equipment",)),)
    assert question.excluded == (("scheme", ("person",)), ("status", ("cancelled",)))


def test_values_are_folded_like_what_they_are_compared_with() -> None:
    question = read_question(filters={"excb": ["BAS"], "country": "de", "manufacturer": "MÜLLER AG"})
    assert question.included == (("country", ("DE",)), ("excb", ("BAS",)), ("manufacturer", ("muller ag",)))


def test_the_period_of_issue_is_read_as_days() -> None:
    question = read_question(filters={"issued_from": "2000-01-02", "issued_to": ["2000-01-03"]})
    assert (question.from_day, question.to_day) == (1, 2)


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"colour": ["red"]}, "colour"),
        ({"scheme": ["equipmnt"]}, "scheme"),
        ({"status": ["draft"]}, "status"),
        ({"excb": ["B4S"]}, "excb"),
        ({"country": ["XX"]}, "country"),
        ({"suffix": ["Y"]}, "suffix"),
        ({"unit": ["Ex 1"]}, "unit"),
        ({"year": ["26"]}, "year"),
        ({"excb_country": ["XX"]}, "excb_country"),
        ({"issues": "some"}, "issues"),
        ({"issues": ["all", "latest"]}, "issues"),
        ({"valid_on": "today"}, "valid_on"),
        ({"standard": [""]}, "standard"),
        ({"scheme": [1]}, "scheme"),
        ({"scheme": {"a": 1}}, "scheme"),
        ({"scheme": ["equipment"] * (MOST_VALUES + 1)}, "scheme"),
        ({"manufacturer": ["x" * 301]}, "manufacturer"),
        ({"issued_from": "yesterday"}, "issued_from"),
        ({"issued_from": "20260101"}, "issued_from"),
        ({"issued_to": ["2026-01-01", "2026-01-02"]}, "issued_to"),
        ({"issued_to": []}, "issued_to"),
        ({"issued_from": "2026-02-01", "issued_to": "2026-01-01"}, "issued_from"),
        ([], "filters"),
    ],
)
def test_a_wrong_filter_is_refused_by_name(filters: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read_question(filters=filters)
    assert fields_of(error) == [field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidInput) as error:
        read_question("x" * (LONGEST_Q + 1), {"scheme": "a", "kind": "b"}, "colour")
    assert sorted(fields_of(error)) == ["kind", "q", "scheme", "sort"]


@pytest.mark.parametrize("q", [None, 1, ["pump"], "x" * (LONGEST_Q + 1)])
def test_what_is_no_q_is_refused(q: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        read_question(q)
    assert fields_of(error) == ["q"]


@pytest.mark.parametrize(
    ("name", "given", "meant"),
    [
        ("excb", "extc", "ExTC"),
        ("unit", "ex001", "Ex 001"),
        ("unit", "001", "Ex 001"),
        ("suffix", "v", "V"),
        ("year", "2026", "2026"),
        ("edition", "IEC 60079-0 7.0", "iec 60079-0 7.0"),
        ("excb_country", "gb", "GB"),
    ],
)
def test_a_value_is_read_in_any_spelling(name: str, given: str, meant: str) -> None:
    assert read_question(filters={name: given}).included == ((name, (meant,)),)


def test_older_issues_are_found_only_where_they_are_asked_for() -> None:
    assert [read_question(filters={"issues": issues}).all_issues for issues in ("latest", "all")] == [False, True]


def test_all_facets_are_counted_unless_some_are_named() -> None:
    assert read_facets(None) == FACETS
    assert read_facets(["excb", "excb", "year"]) == ("excb", "year")
    assert read_facets("none") == read_facets(["none", "excb"]) == ()


@pytest.mark.parametrize("facets", [["colour"], [1], 5, {"excb": 1}])
def test_a_facet_that_is_none_is_refused(facets: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        read_facets(facets)
    assert fields_of(error) == ["facets"]


@pytest.mark.parametrize("limit", [0, -1, 201, "20", True, 1.5, None])
def test_a_limit_is_a_number_in_bounds(limit: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        read_limit(limit, 200)
    assert fields_of(error) == ["limit"]


@pytest.mark.parametrize("min_change", [-1, "7", True, 2**63])
def test_min_change_is_a_number_of_a_change(min_change: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        read_change_no(min_change)
    assert fields_of(error) == ["min_change"]


@given(st.text(max_size=500), st.sampled_from(list(SORTS)))
def test_any_text_is_a_question(q: str, sort: str) -> None:
    question = read_question(q, sort=sort)
    assert all(part.text.strip() for part in question.parts)


# Cursors


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=4), st.text())
def test_a_cursor_gives_back_its_position(position: list[int], question: str) -> None:
    assert cursors.decode(cursors.encode(position, question), question, len(position)) == position


def test_a_cursor_of_another_question_is_refused() -> None:
    mine, other = read_question("pump").identity, read_question("valve").identity
    with pytest.raises(InvalidInput) as error:
        cursors.decode(cursors.encode([1, 2], mine), other, 2)
    assert fields_of(error) == ["cursor"]


def test_a_scan_s_cursor_is_none_of_a_search() -> None:
    question = read_question("pump", sort="number")
    assert question.identity != question.for_scan().identity


def test_a_cursor_of_another_shape_of_index_is_refused() -> None:
    assert read_question("pump").identity.startswith(f"{SHAPE} ")


@given(st.data())
def test_a_cursor_that_was_tampered_with_is_refused(data: st.DataObject) -> None:
    cursor = cursors.encode([1, 2, 3], "q")
    place = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from("ABCabc019-_=. é"))
    tampered = cursor[:place] + letter + cursor[place + 1 :]
    if tampered != cursor:
        with pytest.raises(InvalidInput):
            cursors.decode(tampered, "q", 3)


NO_CURSORS = ["", "x" * 501, 5, "AAAA", "é", cursors.encode([1], "q"), cursors.encode([-1, 2], "q")]


@pytest.mark.parametrize("cursor", NO_CURSORS)
def test_what_is_no_cursor_is_refused(cursor: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        cursors.decode(cursor, "q", 2)
    assert fields_of(error) == ["cursor"]


@pytest.mark.parametrize("field", DATES)
def test_a_day_written_otherwise_is_told_how_days_are_written(field: str) -> None:
    assert SearchParameters().validate({field: "31/12/2020"}) == {field: ["Must be a date such as 2026-11-21."]}
