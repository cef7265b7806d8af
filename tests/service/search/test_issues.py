"""Later issues: which one is found, and how the older ones follow it."""

from __future__ import annotations

import pytest

from services.search.index import CertificateIndex
from tests.builders import a_snapshot, a_tombstone
from tests.service.search.indexes import Fill, Found, ask, found
from tests.service.search.schemes import a_person


@pytest.fixture
def reissued(holding: Fill) -> CertificateIndex:
    """A certificate with three issues, of which the last came when it was suspended, and one with one."""
    return holding(
        a_snapshot("IECEx BAS 24.0001", date_of_issue="2024-05-01", equipment="Lamp", status_date="2024-05-01"),
        a_snapshot("IECEx BAS 24.0001", issue=1, date_of_issue="2025-05-01", equipment="Lantern"),
        a_snapshot("IECEx BAS 24.0001X", issue=2, date_of_issue="2026-05-01", equipment="Beacon", status="suspended"),
        a_snapshot("IECEx SIR 26.0002", equipment="Lamp"),
    )


ISSUES: Found = [("BAS 24.0001", 0), ("BAS 24.0001", 1), ("BAS 24.0001X", 2)]


def test_only_the_latest_issue_is_found_unless_all_are_asked_for(reissued: CertificateIndex) -> None:
    assert found(ask(reissued, sort="number")) == [ISSUES[2], ("SIR 26.0002", 0)]
    assert found(ask(reissued, sort="number", issues="all")) == [*ISSUES, ("SIR 26.0002", 0)]


def test_the_words_of_an_older_issue_find_it_only_where_it_is_asked_for(reissued: CertificateIndex) -> None:
    assert found(ask(reissued, "lantern beacon")) == []
    assert found(ask(reissued, '"lamp"')) == [("SIR 26.0002", 0)]
    assert found(ask(reissued, "lamp", issues="all", sort="number")) == [ISSUES[0], ("SIR 26.0002", 0)]


@pytest.mark.parametrize(
    "q", ["IECEx BAS 24.0001-001", "IECEx BAS 24.0001X Issue 1", "bas24.0001 iss. 01", "IECEx BAS 24.0001, issue no. 1"]
)
def test_a_number_with_an_issue_finds_that_issue_first_then_the_latest(reissued: CertificateIndex, q: str) -> None:
    assert found(ask(reissued, q)) == [ISSUES[1], ISSUES[2]]


def test_an_issue_that_is_not_there_finds_the_latest(reissued: CertificateIndex) -> None:
    assert found(ask(reissued, "IECEx BAS 24.0001 Issue 7")) == [ISSUES[2]]


def test_filters_hold_for_an_older_issue_that_its_number_finds(reissued: CertificateIndex) -> None:
    assert found(ask(reissued, "IECEx BAS 24.0001 Issue 1", status="current")) == []
    assert found(ask(reissued, "IECEx BAS 24.0001 Issue 1", issued_to="2025-12-31")) == [ISSUES[1]]


def test_an_older_issue_has_the_status_of_the_latest(reissued: CertificateIndex) -> None:
    items = ask(reissued, issues="all", status="suspended", sort="number").items
    assert [(item["issue"], item["status"], item["latest"]) for item in items] == [
        (0, "suspended", False), (1, "suspended", False), (2, "suspended", True),
    ]  # fmt: skip


def test_a_reinstatement_reaches_every_issue_whenever_it_was_committed(fill: Fill) -> None:
    fill(a_snapshot(), a_snapshot(issue=1, status="suspended"))
    index = fill(a_snapshot(issue=1, status="current"))
    assert ask(index, issues="all", status="current").total == 2


def test_a_deleted_certificate_takes_all_its_issues_out(fill: Fill) -> None:
    fill(a_snapshot(), a_snapshot(issue=1))
    index = fill(a_snapshot("IECEx BAS 26.0002"), a_tombstone())
    assert found(ask(index, issues="all")) == [("BAS 26.0002", 0)]
    assert found(ask(index, "26.0001 issue 0")) == []


def test_an_issue_that_is_imported_after_a_later_one_is_an_older_one(fill: Fill) -> None:
    index = fill(a_snapshot(issue=3, status="cancelled"), a_snapshot(issue=1))
    assert found(ask(index)) == [("BAS 26.0001", 3)]
    assert ask(index, issues="all", status="cancelled").total == 2


def test_who_was_certified_on_a_day_is_found(holding: Fill) -> None:
    index = holding(
        a_person("IECEx CP SIR 19.0001", date_of_issue="2019-06-01", valid_until="2024-05-31"),
        a_person("IECEx CP SIR 19.0001", issue=1, date_of_issue="2024-06-01", valid_until="2029-05-31"),
        a_person("IECEx CP SIR 19.0002", date_of_issue="2019-06-01", valid_until="2024-05-31"),
        a_snapshot("IECEx BAS 26.0001"),
    )
    both, renewed, equipment = ("CP SIR 19.0002", 0), ("CP SIR 19.0001", 1), ("BAS 26.0001", 0)
    assert found(ask(index, valid_on="2020-01-01", sort="number")) == [equipment, renewed, both]
    assert found(ask(index, valid_on="2024-06-01", sort="number")) == [equipment, renewed]
    assert found(ask(index, valid_on="2019-05-31")) == [equipment]
    assert found(ask(index, valid_on="2020-01-01", scheme="person", issues="all", sort="number")) == [
        ("CP SIR 19.0001", 0), renewed, both,
    ]  # fmt: skip
