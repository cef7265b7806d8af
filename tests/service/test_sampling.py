"""Random samples that the Secretariat draws and reviews, and who may see what of quality; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput, NotFound, RegisterError
from contracts.identity import ROLES, Identity
from plumbing.db import Handle
from services.certificates.domain.samples import drawn
from services.certificates.tables import metadata
from tests.certificates import a_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def refusal(call: Callable[..., Any], **arguments: Any) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        call(**arguments)
    return caught.value


def issued_by(office: Office, excb: str, **content: Any) -> str:
    signatory = office.as_(somebody("signatory", excb))
    draft = signatory.create_draft(body=a_body(**content))
    return str(signatory.issue(number=draft["number"], version=draft["version"])["number"])


@pytest.fixture
def sampled(office: Office) -> tuple[Office, dict[str, Any]]:
    """A sample of a tenth of twelve: two certificates."""
    for _ in range(12):
        office.issued()
    return office, office.secretariat.draw_sample(year=2026)


def all_right(sample: dict[str, Any], **otherwise: str) -> dict[str, str]:
    return {question["id"]: "yes" for question in sample["checklists"]["equipment"]} | otherwise


def test_a_sample_says_from_how_many_it_was_drawn_and_by_which_seed(sampled: tuple[Office, dict[str, Any]]) -> None:
    _, sample = sampled
    assert (sample["population"], sample["size"], sample["percent"], len(sample["items"])) == (12, 2, 10, 2)
    assert len(sample["seed"]) == 32
    assert (sample["drawn_by"], sample["drawn_at"]) == ("secretariat", "2026-11-21T10:00:00Z")


def test_the_seed_draws_the_same_sample_again(sampled: tuple[Office, dict[str, Any]]) -> None:
    _, sample = sampled
    numbers = [f"IECEx BAS 26.{n:04d}" for n in range(1, 13)]
    assert [item["number"] for item in sample["items"]] == drawn(sample["seed"], numbers, 10)


def test_a_sample_is_of_what_was_issued_in_the_year_and_is_still_there(office: Office) -> None:
    old, deleted = office.issued()["number"], office.issued()["number"]
    office.draft()
    office.pass_time(days=365)
    office.secretariat.delete(number=deleted, reason="Issued twice.")
    later = office.author.create_issue(number=old, body=a_body(changes="Another seal."))
    office.signatory.issue(number=old, version=later["version"])
    issued_by(office, "SIR")
    drawn = office.secretariat.draw_sample(year=2027, percent=100)
    found = {(item["number"], item["issue"], item["excb"]) for item in drawn["items"]}
    assert found == {(old, 1, "BAS"), ("IECEx SIR 27.0001", 0, "SIR")}
    assert [item["issue"] for item in office.secretariat.draw_sample(year=2026, percent=100)["items"]] == [0]
    assert office.secretariat.draw_sample(year=2027, excb="sir", percent=1)["size"] == 1


def test_there_is_no_sample_of_nothing(office: Office) -> None:
    office.issued()
    for asked in ({"year": 2011}, {"year": 2026, "scheme": "person"}, {"year": 2026, "excb": "XYZ"}):
        assert isinstance(refusal(office.secretariat.draw_sample, **asked), NotFound)
    for wrong in ({"year": 11}, {"year": 2026, "percent": 0}, {"year": "2026"}, {"year": 2026, "scheme": "cars"}):
        assert isinstance(refusal(office.secretariat.draw_sample, **wrong), InvalidInput)


def test_a_review_counts_and_a_second_one_replaces_it(sampled: tuple[Office, dict[str, Any]]) -> None:
    office, sample = sampled
    wrong = all_right(sample, marking="no", dates="no")
    first = office.secretariat.review(sample_id=sample["id"], position=1, answers=wrong, remark="T4, not T6.")
    assert (first["errors"], first["remark"], first["reviewed_by"]) == (2, "T4, not T6.", "secretariat")
    office.secretariat.review(sample_id=sample["id"], position=2, answers=all_right(sample))
    found = office.secretariat.sample(id=sample["id"])
    assert (found["reviewed"], found["with_errors"], found["error_rate"]) == (2, 1, 0.5)
    assert found["items"][0]["answers"] == wrong
    office.secretariat.review(sample_id=sample["id"], position=1, answers=all_right(sample))
    assert office.secretariat.sample(id=sample["id"])["error_rate"] == 0.0


def test_reviews_add_up_by_body_and_year(sampled: tuple[Office, dict[str, Any]]) -> None:
    office, sample = sampled
    office.secretariat.review(sample_id=sample["id"], position=1, answers=all_right(sample, dates="no"))
    reviewed = office.secretariat.quality()["reviewed"]
    assert reviewed == [{"excb": "BAS", "year": 2026, "reviewed": 1, "with_errors": 1, "error_rate": 1.0}]
    assert office.secretariat.quality(excb="SIR")["reviewed"] == office.secretariat.quality(year=2025)["reviewed"] == []


def test_a_review_answers_the_questions_of_a_certificate_that_is_in_the_sample(
    sampled: tuple[Office, dict[str, Any]],
) -> None:
    office, sample = sampled
    answers: Any = all_right(sample)
    review = office.secretariat.review
    assert isinstance(refusal(review, sample_id=sample["id"], position=3, answers=answers), NotFound)
    assert isinstance(refusal(review, sample_id="none", position=1, answers=answers), NotFound)
    wrongs: list[Any] = [{}, answers | {"photo": "yes"}, answers | {"dates": "maybe"}, [], None]
    for wrong in wrongs:
        assert isinstance(refusal(review, sample_id=sample["id"], position=1, answers=wrong), InvalidInput)


def test_samples_are_listed_the_newest_first_page_by_page(office: Office) -> None:
    office.issued()
    ids: list[str] = []
    for _ in range(3):
        office.pass_time(seconds=1)
        ids.insert(0, office.secretariat.draw_sample(year=2026)["id"])
    page = office.secretariat.samples(limit=2)
    rest = office.secretariat.samples(limit=2, cursor=page["next"])
    assert [sample["id"] for sample in page["items"] + rest["items"]] == ids
    assert rest["next"] is None
    assert isinstance(refusal(office.secretariat.samples, cursor="x"), InvalidInput)


# Who may see and do what.


def done_by(office: Office, identity: Identity, sample: dict[str, Any]) -> set[str]:
    service = office.as_(identity)
    calls: dict[str, Callable[[], Any]] = {
        "quality": service.quality,
        "findings": lambda: service.quality_findings(excb="BAS", year=2026, rule="a-rule"),
        "samples": service.samples,
        "sample": lambda: service.sample(id=sample["id"]),
        "draw": lambda: service.draw_sample(year=2026),
        "review": lambda: service.review(sample_id=sample["id"], position=1, answers=all_right(sample)),
    }
    done = set()
    for name, call in calls.items():
        with suppress(Forbidden):
            call()
            done.add(name)
    return done


def test_the_secretariat_works_on_quality_the_it_administrator_looks_and_nobody_else_knows(
    sampled: tuple[Office, dict[str, Any]],
) -> None:
    office, sample = sampled
    looks = {"quality", "findings", "samples", "sample"}
    done = {role: done_by(office, somebody(role), sample) for role in ROLES}
    assert done == dict.fromkeys(ROLES, frozenset()) | {
        "secretariat": looks | {"draw", "review"},
        "it-administrator": looks,
    }


def test_a_token_that_only_reads_draws_and_reviews_nothing(sampled: tuple[Office, dict[str, Any]]) -> None:
    office, sample = sampled
    reader = Identity("secretariat", account="secretariat", scopes=("read",))
    assert done_by(office, reader, sample) == {"quality", "findings", "samples", "sample"}
    assert done_by(office, Identity("secretariat", account="secretariat", scopes=()), sample) == set()
