"""A number or a nameplate, held against the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import InvalidInput
from plumbing.db import Handle
from services.certificates.domain import paging
from services.certificates.tables import metadata
from tests.certificates import AUTHOR, SECRETARIAT, a_body
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]
NUMBER = "IECEx BAS 26.0001"
MARKING = "Ex db [ia IIC Ga] IIB T4 Gb"


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def verified(office: Office, q: str) -> dict[str, Any]:
    answer: dict[str, Any] = office.public.verify(q=q)
    return answer


def differing(answer: dict[str, Any]) -> list[str]:
    found = [difference for row in answer["markings"] for difference in row["differences"]]
    return [difference["part"] for difference in found if difference["grade"] == "safety"]


@pytest.mark.parametrize("q", ["iec ex bas 26.0001", "IECExBAS26.0001", "  IECEx BAS 26.0001\n", "BAS 26.0001"])
def test_a_number_is_found_in_any_spelling(office: Office, q: str) -> None:
    office.issued()
    answer = verified(office, q)
    assert (answer["found"], answer["certificate"]["status"]) == (True, "current")
    assert answer["text"] == f"{NUMBER} is in the register; it is current."


def test_a_nameplate_that_says_what_the_certificate_says_agrees(office: Office) -> None:
    office.issued()
    answer = verified(office, f"Muster GmbH  PX-200\n{NUMBER}\nEx db [ia IIC Ga] IIB T4 Gb\nIP66  S/N 4711")
    assert [row["agrees"] for row in answer["markings"]] == [True]
    assert answer["text"].endswith("The marking agrees.")


def test_a_nameplate_that_claims_more_is_told_so_in_words(office: Office) -> None:
    office.issued()
    answer = verified(office, f"{NUMBER} Ex db [ia IIC Ga] IIC T6 Gb")
    assert not answer["markings"][0]["agrees"]
    assert set(differing(answer)) == {"group", "temperature"}
    assert all(row["text"] for row in answer["markings"][0]["differences"])


def test_what_is_only_written_otherwise_agrees(office: Office) -> None:
    office.issued(marking=["Ex tb IIIC T85 °C Db", "Ex db IIC T4 Gb"], protection=["d", "t"])
    answer = verified(office, f"{NUMBER} Ex tb IIIC T85°C Db")
    assert (answer["markings"][0]["agrees"], answer["markings"][0]["line"]) == (True, 0)


def test_a_marking_is_explained_part_by_part(office: Office) -> None:
    office.issued()
    (row,) = verified(office, f"{NUMBER} {MARKING}")["markings"]
    assert next(line["part"] for line in row["explanation"]) == "db"
    assert row["zones"] == ["1", "2"]


def test_what_is_not_in_the_register_does_not_exist(office: Office) -> None:
    answer = verified(office, "IECEx BAS 19.0777X Ex db IIC T4 Gb")
    assert (answer["found"], answer["number"]) == (False, "IECEx BAS 19.0777X")
    assert "does not exist" in answer["text"]


def test_a_draft_does_not_exist_for_anybody_here(office: Office) -> None:
    number = office.draft()["number"]
    answers = [office.as_(who).verify(q=number) for who in (AUTHOR, SECRETARIAT)]
    assert answers == [verified(office, number)] * 2
    assert not answers[0]["found"]


def test_text_without_a_number_is_said_to_have_none(office: Office) -> None:
    answer = verified(office, "Ex db IIC T4 Gb")
    assert (answer["found"], answer["number"]) == (False, None)
    assert answer["markings"][0]["status"] == "ok"


def test_a_suspension_is_the_first_thing_that_is_said(office: Office) -> None:
    office.issued()
    office.secretariat.suspend(number=NUMBER, reason="Audit failed.")
    text = verified(office, NUMBER)["text"]
    assert "it is suspended. Since 2026-11-21: Audit failed." in text


def test_a_cancellation_says_whether_what_was_supplied_is_affected(office: Office) -> None:
    office.issued()
    office.secretariat.cancel(number=NUMBER, reason="Recalled.", date="2026-11-21", supplied_affected=True)
    assert "what was supplied before is affected" in verified(office, NUMBER)["text"]


def test_what_was_deleted_certifies_nothing(office: Office) -> None:
    office.issued()
    office.secretariat.delete(number=NUMBER, reason="Issued by mistake.")
    answer = verified(office, NUMBER)
    assert answer["certificate"] == {"number": NUMBER, "status": "deleted", "reason": "Issued by mistake."}


def test_another_suffix_than_the_certificate_has_is_noticed(office: Office) -> None:
    office.issued(conditions_of_use="Protect from impact.")
    assert "Its number is IECEx BAS 26.0001X, not IECEx BAS 26.0001U." in verified(office, f"{NUMBER}U")["text"]


def test_the_issue_on_a_nameplate_is_the_one_that_is_compared(office: Office) -> None:
    office.issued()
    body = a_body(marking=["Ex db IIC T6 Gb"], protection=["d"], changes="Another group.")
    draft = office.author.create_issue(number=NUMBER, body=body)
    office.signatory.issue(number=NUMBER, version=draft["version"])
    answer = verified(office, f"{NUMBER} Issue 0 {MARKING}")
    assert (answer["certificate"]["issue"], answer["certificate"]["latest_issue"]) == (0, 1)
    assert answer["markings"][0]["agrees"]
    assert "Issue 0 was followed by issue 1." in answer["text"]


@pytest.mark.parametrize("q", ["", "  ", "x" * 2_001, 7, None])
def test_what_is_no_text_or_too_long_is_refused_by_its_field(office: Office, q: Any) -> None:
    with pytest.raises(InvalidInput, match="q:"):
        office.public.verify(q=q)


def many(office: Office, *questions: tuple[str, str]) -> list[dict[str, Any]]:
    asked = [{"number": number, "marking": marking} for number, marking in questions]
    answers: list[dict[str, Any]] = office.public.verify_many(questions=asked)
    return answers


def test_many_are_answered_as_each_would_be(office: Office) -> None:
    office.issued()
    wrong = "Ex db [ia IIC Ga] IIC T6 Gb"
    asked = [(NUMBER, ""), ("bas 26.0001 issue 0", MARKING), (NUMBER, wrong), ("IECEx BAS 26.0002", ""), ("none", "")]
    answers = many(office, *asked)
    assert answers[0] == verified(office, NUMBER)
    assert answers[2] == verified(office, f"{NUMBER} {wrong}")
    assert [answer["found"] for answer in answers] == [True, True, True, False, False]
    assert [row["agrees"] for answer in answers for row in answer["markings"]] == [True, False]


def test_what_nobody_would_take_for_a_marking_is_compared_all_the_same(office: Office) -> None:
    office.issued()
    (answer,) = many(office, (NUMBER, "explosion\nproof"))
    assert [(row["nameplate"], row["agrees"]) for row in answer["markings"]] == [("explosion proof", False)]


def test_more_than_fits_into_a_message_is_answered_in_part(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.issued()
    monkeypatch.setattr(paging, "PAGE_SIZE", 5_000)
    answers = many(office, *[(NUMBER, "")] * 100)
    assert 1 < len(answers) < 100


@pytest.mark.parametrize("wrong", [{}, None, {"number": 1, "marking": ""}, {"number": "", "marking": "x" * 2_001}])
def test_what_is_no_question_is_refused_by_its_place(office: Office, wrong: Any) -> None:
    with pytest.raises(InvalidInput, match=r"questions\.1"):
        office.public.verify_many(questions=[{"number": NUMBER, "marking": ""}, wrong])
    with pytest.raises(InvalidInput, match="up to 200"):
        office.public.verify_many(questions=[{"number": NUMBER, "marking": ""}] * 201)
