"""Columns of a table as fields of records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.errors import InvalidInput
from gateway import mapping


def a_record(row: list[Any], **columns: str) -> dict[str, Any]:
    """The record of a row under the mapping ``columns``, whose double underscores are dots."""
    wanted = {name.replace("__", "."): title for name, title in columns.items()}
    return mapping.record(mapping.columns(wanted, list(columns.values())), row)


def fields_of(error: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [row["field"] for row in error.value.details["errors"]]


def test_a_dot_leads_into_a_party() -> None:
    found = a_record(["Muster GmbH", "DE"], applicant__name="Applicant", applicant__country="Country")
    assert found == {"applicant": {"name": "Muster GmbH", "country": "DE"}}


def test_a_list_stands_in_one_cell() -> None:
    assert a_record(["d; i;"], protection="Type") == {"protection": ["d", "i"]}


def test_the_parts_of_a_list_belong_together_by_their_places() -> None:
    found = a_record(
        ["IEC 60079-0; IEC 60079-1;IEC 60079-11", "7.0;; 6.0"], standards__number="Standard", standards__edition="Ed"
    )
    editions = [{"number": "IEC 60079-0", "edition": "7.0"}, {"number": "IEC 60079-1"}]
    assert found == {"standards": [*editions, {"number": "IEC 60079-11", "edition": "6.0"}]}


def test_private_data_of_a_person_have_columns_too() -> None:
    assert a_record(["1970-01-02"], private__date_of_birth="Born") == {"private": {"date_of_birth": "1970-01-02"}}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (datetime(2007, 5, 2, 12, tzinfo=UTC), "2007-05-02"),
        (date(2007, 5, 2), "2007-05-02"),
        (20070502.0, "20070502"),
        (7, "7"),
    ],
)
def test_a_cell_is_taken_as_people_read_it(cell: Any, text: str) -> None:
    assert a_record([cell], date_of_issue="Issued") == {"date_of_issue": text}


@pytest.mark.parametrize(
    ("cell", "value"), [("Yes", True), (False, False), ("no", False), (1, True), ("perhaps", "perhaps")]
)
def test_yes_and_no_are_answers(cell: Any, value: Any) -> None:
    assert a_record([cell], supplied_affected="Affected") == {"supplied_affected": value}


@pytest.mark.parametrize(("cell", "value"), [(3, 3), (3.0, 3), ("3", 3), ("3rd", "3rd"), ("²", "²")])
def test_an_issue_is_a_number_where_it_is_one(cell: Any, value: Any) -> None:
    assert a_record([cell], issue="Issue") == {"issue": value}


def test_an_empty_cell_and_one_that_is_not_there_are_missing() -> None:
    assert a_record([None, " "], number="No", ambient="Ambient", schedule="Schedule") == {}


def test_titles_are_found_in_any_case_and_the_first_of_two_counts() -> None:
    places = mapping.columns({"number": " certificate NO"}, [None, "Certificate No", "Certificate no"])
    assert places == {"number": 1}


def test_a_title_that_misses_is_named() -> None:
    with pytest.raises(InvalidInput) as error:
        mapping.columns({"number": "No", "issue": "Issue"}, ["No"])
    assert fields_of(error) == ["mapping.issue"]


def test_a_field_that_there_is_not_is_named() -> None:
    with pytest.raises(InvalidInput) as error:
        mapping.read('{"number": "No", "change_no": "Change", "applicant": "Applicant"}')
    assert fields_of(error) == ["mapping.applicant", "mapping.change_no"]


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"number": 1}', "[" * 19_000, '{"number": "' + "x" * 20_000])
def test_what_is_no_mapping_is_refused(text: str | None) -> None:
    with pytest.raises(InvalidInput) as error:
        mapping.read(text)
    assert fields_of(error) == ["mapping"]
