"""The one table from errors to problem documents."""

import json

import pytest

from contracts import errors
from gateway import problems


class BrandNewRule(errors.WrongState):
    """A member of a family that the table has never heard of."""


def test_an_error_is_answered_as_its_nearest_ancestor() -> None:
    assert problems.kind_of(BrandNewRule) == problems.TABLE[errors.WrongState]
    assert problems.kind_of(errors.DeadlineExceeded).status == 503


@pytest.mark.parametrize("error_class", [errors.RegisterError, errors.MalformedCall, ValueError, KeyError])
def test_what_the_table_does_not_know_is_our_own_fault(error_class: type[BaseException]) -> None:
    assert problems.kind_of(error_class).status == 500


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("invalid-input", 422),
        ("rule-violation", 409),
        ("wrong-state", 409),
        ("series-full", 409),
        ("idempotency-key-reused", 422),
        ("version-mismatch", 412),
        ("version-required", 428),
        ("not-found", 404),
        ("gone", 410),
        ("unauthenticated", 401),
        ("forbidden", 403),
        ("too-large", 413),
        ("too-many-requests", 429),
        ("unavailable", 503),
        ("deadline-exceeded", 503),
        ("malformed-call", 500),
        ("a-code-of-tomorrow", 500),
    ],
)
def test_an_error_that_crossed_the_wire_keeps_its_status(code: str, status: int) -> None:
    assert problems.kind_of(type(errors.RegisterError.from_wire({"code": code, "message": "x"}))).status == status


def test_the_family_knows_each_code_by_the_class_that_it_was_made_for() -> None:
    assert problems.FAMILY["wrong-state"] is errors.WrongState
    assert {error_class.code for error_class in problems.TABLE} < set(problems.CODES)


def wrong_fields(count: int) -> errors.InvalidInput:
    return errors.InvalidInput.fields([{"field": f"numbers.{n}", "text": "Must be text."} for n in range(count)])


def test_of_very_many_wrong_fields_the_sentence_names_a_few_and_says_how_many_there_are() -> None:
    detail = problems.detail_of(wrong_fields(1_205))
    assert detail.startswith("numbers.0: Must be text.; numbers.1: Must be text.; ")
    assert detail.endswith("numbers.4: Must be text.; and 1,200 more: see 'errors'.")
    told = problems.in_short(wrong_fields(1_205), "abc")
    assert (told["detail"], len(told["errors"])) == (detail, 1_205)


def test_a_few_wrong_fields_are_all_named_and_a_message_in_better_words_stays() -> None:
    assert problems.detail_of(wrong_fields(5)) == wrong_fields(5).message
    better = errors.InvalidInput("Too much is wrong.", errors=wrong_fields(9).details["errors"])
    assert problems.detail_of(better) == "Too much is wrong."


def test_details_never_replace_what_every_document_says() -> None:
    details = {"status": "suspended", "possible": []}
    document = problems.document(409, "wrong-state", "Not in this status", "No.", "abc", more=details)
    assert document["status"] == 409
    assert document["possible"] == []


def test_a_refusal_has_the_same_members_as_every_problem() -> None:
    refusal = json.loads(problems.refusal(413, "too-large", "At most 5 bytes.", "abc"))
    assert refusal.keys() == problems.document(404, "not-found", "Not found", "No.", "abc").keys()
    assert refusal["type"] == "/problems/too-large"
