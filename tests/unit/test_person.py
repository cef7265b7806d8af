"""Personnel competence: photo, units, the assessment, and how long a certificate is valid."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.certificates import reference
from services.certificates.domain import person
from services.certificates.domain.facts import Facts
from tests.gate import NOTHING, PHOTO, TODAY, VALIDITY, a_draft_in, sentence, told


def broken(**content: Any) -> dict[str, list[str]]:
    return told(a_draft_in("person", content), NOTHING)


def holding(*units: str, obtained: str | None = "2026-10-01") -> dict[str, list[str]]:
    return broken(units=[{"unit": unit, "obtained": obtained} for unit in units])


def knowing(*photos: tuple[str, str]) -> Facts:
    return Facts(TODAY, photos=frozenset(photos), validity=VALIDITY)


def test_the_count_restarts_each_year_for_each_body() -> None:
    assert person.series("BAS", 2026) == "person/BAS/26"


@pytest.mark.parametrize(
    ("field", "empty", "rule"),
    [
        ("photo", None, "person-photo"),
        ("units", [], "person-units"),
        ("assessment_reports", [], "person-reports"),
        ("assessment_centre", None, "person-assessment-centre"),
    ],
)
def test_what_must_be_there_at_issue(field: str, empty: object, rule: str) -> None:
    assert broken(**{field: empty}) == {rule: [field]}


def test_an_employer_and_a_schedule_may_be_missing() -> None:
    assert broken(applicant=None, schedule="") == {}


def test_a_photo_is_one_that_the_body_has_uploaded() -> None:
    draft = a_draft_in("person")
    assert told(draft, knowing((PHOTO, "BAS"))) == {}
    for facts in (knowing((PHOTO, "SIR")), knowing()):
        assert told(draft, facts) == {"person-photo-uploaded": ["photo"]}


def test_the_units_of_the_rules_are_those_of_the_reference_data() -> None:
    assert list(person.UNITS) == [row["unit"] for row in reference.units()]
    assert {*person.PREREQUISITES, *sum(person.PREREQUISITES.values(), ())} <= {*person.UNITS}


def test_a_unit_is_one_of_the_twelve() -> None:
    assert holding("Ex 000", "Ex 011") == {}
    assert holding("Ex 001", "Ex 012") == {"person-unit-unknown": ["units.1.unit"]}


def test_a_unit_is_listed_once() -> None:
    assert holding("Ex 001", "Ex 003", "Ex 001") == {"person-unit-repeated": ["units.2.unit"]}


def test_a_unit_is_held_since_a_day() -> None:
    assert holding("Ex 001", obtained=None) == {"person-unit-undated": ["units.0.obtained"]}


def test_a_unit_is_not_obtained_in_the_future() -> None:
    assert holding("Ex 001", obtained="2026-11-21") == {}
    assert holding("Ex 001", obtained="2026-11-22") == {"person-unit-future": ["units.0.obtained"]}


@pytest.mark.parametrize("unit", [f"Ex {n:03d}" for n in range(2, 11)])
def test_most_units_build_on_the_first(unit: str) -> None:
    assert holding("Ex 001", unit) == {}
    assert holding(unit) == {"person-unit-prerequisite": ["units.0.unit"]}


def test_a_missing_prerequisite_is_named() -> None:
    draft = a_draft_in("person", {"units": [{"unit": "Ex 007", "obtained": "2026-10-01"}]})
    assert sentence("person-unit-prerequisite", draft) == "Ex 007 builds on Ex 001, which is not listed."


@pytest.mark.parametrize(("issued", "last"), [("2012-02-29", "2015-02-28"), ("2026-11-21", "2031-11-21")])
def test_a_certificate_is_valid_for_as_long_as_the_rule_of_its_day_says(issued: str, last: str) -> None:
    assert person.valid_until(date.fromisoformat(issued), NOTHING) == date.fromisoformat(last)


def test_without_a_rule_of_its_day_no_certificate_is_issued() -> None:
    early = Facts(date(2009, 12, 31), validity=VALIDITY)
    assert "person-validity" in told(a_draft_in("person"), early)
    assert told(a_draft_in("person"), Facts(TODAY)) == {"person-validity": ["valid_until"]}
