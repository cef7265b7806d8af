"""What is said of a content that no schema takes: every field at once, and for each what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import InvalidInput
from contracts.schemas import load_content
from tests.certificates import a_body


def told(body: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        load_content(body)
    return {row["field"]: row["text"] for row in refused.value.details["errors"]}


def told_of(field: str, value: Any) -> str:
    return told(a_body(**{field.partition(".")[0]: value}))[field]


def test_all_that_is_missing_is_told_at_once() -> None:
    assert told({"scheme": "equipment"}) == {"applicant": "Is missing.", "equipment": "Is missing."}


def test_a_name_that_no_field_has_is_told() -> None:
    assert told(a_body(colour="red")) == {"colour": "There is no such field."}


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("equipment", None, "Must not be null."),
        ("equipment", 5, "Must be a string."),
        ("marking", "Ex db IIC T4 Gb", "Must be a list."),
        ("marking.1", ["Ex db IIC T4 Gb", 5], "Must be a string."),
        ("manufacturer", "Muster GmbH", "Must be a JSON object."),
        ("standards.0", ["IEC 60079-0"], "Must be a JSON object."),
    ],
)
def test_a_value_of_another_type_is_told_which_it_should_be(field: str, value: Any, text: str) -> None:
    assert told_of(field, value) == text


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\u200b \u202e"])
def test_what_nobody_sees_is_empty(text: str) -> None:
    assert told_of("equipment", text) == "Must not be empty."


def test_what_is_no_object_is_told_as_the_body() -> None:
    assert told([1]) == {"body": "Must be a JSON object."}
