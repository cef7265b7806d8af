"""The quality of the register: what an outcome counts, how samples are drawn, what a review must answer."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.errors import InvalidInput
from contracts.schemas import SCHEMES
from services.certificates.domain import quality, samples
from services.certificates.domain.quality import Checked
from services.certificates.domain.rules import finding
from tests.certificates import a_current

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
NUMBERS = [f"IECEx BAS 26.{n:04d}" for n in range(1, 41)]
ERROR = finding("a-rule", "marking", "Wrong.", "IEC 60079-0", overridable=True)
WARNING = finding("another", "schedule", "Short.", "IEC 60079-0", "warning")


def answers(scheme: str = "equipment", **given: str) -> dict[str, str]:
    return {question["id"]: "yes" for question in samples.checklist_of(scheme)} | given


def test_an_outcome_counts_errors_and_warnings_in_the_year_of_the_issue() -> None:
    found = quality.outcome(a_current(), [ERROR, WARNING], NOW)
    assert (found.excb, found.scheme, found.year, found.errors, found.warnings) == ("BAS", "equipment", 2026, 1, 1)


def test_what_a_signatory_took_upon_himself_is_a_warning() -> None:
    taken = a_current(overrides=[{"rule": "a-rule", "reason": "Checked by hand."}])
    assert quality.outcome(taken, [ERROR], NOW)[3:5] == (0, 1)


def test_what_nobody_may_take_upon_himself_stays_an_error() -> None:
    taken = a_current(overrides=[{"rule": "a-rule", "reason": "Checked by hand."}])
    assert quality.outcome(taken, [finding("a-rule", "marking", "Wrong.", "IEC 60079-0")], NOW).errors == 1


def test_what_was_found_before_keeps_its_date_also_in_other_words() -> None:
    before = quality.outcome(a_current(), [ERROR], NOW)
    later = NOW + timedelta(days=1)
    again = quality.outcome(a_current(), [ERROR | {"text": "Still wrong."}], later).after(before)
    assert (again.found_at, again.findings[0]["text"]) == (NOW, "Still wrong.")
    assert quality.outcome(a_current(), [ERROR, WARNING], later).after(before).found_at == later
    assert quality.outcome(a_current(), [], later).after(None).found_at == later


def test_a_rate_of_nothing_is_none() -> None:
    assert quality.rate(0, 0) is None
    assert quality.rate(1, 3) == 0.3333


def test_the_commonest_rules_come_first_and_errors_before_warnings() -> None:
    broken = [("a", "warning", 9), ("b", "error", 1), ("c", "error", 3), *((f"d{n}", "warning", 1) for n in range(9))]
    shown = quality.shown(Checked("BAS", 2026, 10, 4, 9), broken)
    assert [rule["rule"] for rule in shown["rules"]] == ["c", "b", "a", "d0", "d1"]
    assert shown["error_rate"] == 0.4


@pytest.mark.parametrize(("percent", "size"), [(1, 1), (10, 4), (11, 5), (100, 40)])
def test_a_sample_has_at_least_so_many_in_a_hundred_and_never_none(percent: int, size: int) -> None:
    assert len(samples.drawn("seed", NUMBERS, percent)) == size


def test_anybody_can_draw_a_sample_again_who_knows_its_seed() -> None:
    drawn = samples.drawn("seed", NUMBERS, 10)
    order = sorted(NUMBERS, key=lambda number: hashlib.sha256(f"seed:{number}".encode()).hexdigest())
    assert samples.drawn("seed", reversed(NUMBERS), 10) == drawn == order[:4]
    assert samples.drawn("other", NUMBERS, 10) != drawn


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_has_its_questions(scheme: str) -> None:
    asked = [question["id"] for question in samples.checklist_of(scheme)]
    assert len(set(asked)) == len(asked) > 5


def test_each_no_is_an_error() -> None:
    assert samples.answered(answers(), "equipment") == 0
    assert samples.answered(answers(marking="no", dates="no", annexes="not-applicable"), "equipment") == 2


def test_every_question_is_answered_and_no_other() -> None:
    given: dict[str, Any] = answers(photo="yes")
    del given["marking"]
    with pytest.raises(InvalidInput) as refusal:
        samples.answered(given, "equipment")
    assert [error["field"] for error in refusal.value.details["errors"]] == ["answers.marking", "answers.photo"]
