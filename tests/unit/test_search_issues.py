"""The issues of one certificate as they are shown, and how a replica is compared with the register."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.search.domain.issues import after, shown
from services.search.domain.keys import LAST_DAY, day_of
from services.search.domain.watching import Watch, differing
from tests.builders import a_snapshot, a_tombstone
from tests.service.search.schemes import a_person


def an_issue(issue: int, **overrides: Any) -> dict[str, Any]:
    return a_person(issue=issue, **overrides)


def test_an_older_issue_has_the_status_of_the_latest_and_its_own_content() -> None:
    first, second = a_snapshot(equipment="Lamp"), a_snapshot(issue=1, status="suspended", status_reason="Recall.")
    (older, _), (latest, _) = shown({0: first, 1: second})
    assert (older["equipment"], older["status"], older["status_reason"]) == ("Lamp", "suspended", "Recall.")
    assert (older["latest_issue"], latest) == (1, second)


def test_no_issue_is_left_of_a_certificate_that_was_deleted() -> None:
    assert after({0: a_snapshot(), 1: a_snapshot(issue=1)}, {"certificate": a_tombstone()}) == {}


def test_a_person_is_valid_since_the_first_of_the_issues_that_followed_each_other() -> None:
    first = an_issue(0, date_of_issue="2014-06-01", valid_until="2019-05-31")
    second = an_issue(1, date_of_issue="2019-06-01", valid_until="2024-05-31")
    third = an_issue(2, date_of_issue="2024-08-01", valid_until="2029-07-31")
    validities = [validity for _, validity in shown({0: first, 1: second})]
    assert validities == [(day_of("2014-06-01"), day_of("2019-05-31")), (day_of("2014-06-01"), day_of("2024-05-31"))]
    *_, (_, after_a_gap) = shown({0: first, 1: second, 2: third})
    assert after_a_gap == (day_of("2024-08-01"), day_of("2029-07-31"))


def test_what_does_not_expire_is_valid_on_every_day() -> None:
    ((_, validity),) = shown({0: a_snapshot()})
    assert validity == (0, LAST_DAY)


# The comparison with the register


def test_slices_differ_by_count_by_hash_and_by_being_missing() -> None:
    held = {"BAS 2026": (2, 5), "BAS 2025": (1, 7), "SIR 2026": (1, 1)}
    told = [
        {"excb": "BAS", "year": "2026", "count": 2, "hash": 5},
        {"excb": "BAS", "year": "2025", "count": 1, "hash": 8},
        {"excb": "ITS", "year": "2026", "count": 1, "hash": 1},
    ]
    assert differing(held, told) == {"BAS 2025", "SIR 2026", "ITS 2026"}


def test_a_difference_counts_when_it_is_there_at_every_look() -> None:
    watch, now = Watch(), datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert [watch.look(found, now) for found in (["A", "B"], ["A", "C"], ["A"])] == [None, None, ["A"]]
    assert not watch.due(now)


def test_agreement_is_seen_at_once_and_looked_for_again_the_next_night() -> None:
    watch, now = Watch(), datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert watch.due(now)
    assert watch.look([], now) == []
    assert not watch.due(now + timedelta(hours=22))
    assert watch.due(now + timedelta(hours=23))
