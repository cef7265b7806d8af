"""What is counted, and the tables that the counts add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

from services.certificates.domain import figures, statistics
from services.certificates.domain.figures import Abroad, Figures, Sum
from services.certificates.domain.statistics import CERTIFICATE, ISSUE, REPORT, Sort
from tests.certificates import a_current, a_draft

NOTHING = Figures([], [])


def counted(difference: Counter[Sort]) -> dict[Sort, int]:
    return {sort: n for sort, n in difference.items() if n}


def a_sort(what: str, year: int = 2026, status: str = "", country: str = "DE") -> Sort:
    return Sort(what, "equipment", "equipment", "BAS", year, country, status)


def test_a_first_issue_is_one_certificate_and_one_issue() -> None:
    found = statistics.difference(a_draft(), a_current())
    assert counted(found) == {a_sort(CERTIFICATE, status="current"): 1, a_sort(ISSUE): 1}


def test_a_suspended_certificate_counts_under_its_status_and_its_issues_stay() -> None:
    found = statistics.difference(a_current(), a_current(status="suspended"))
    assert counted(found) == {
        a_sort(CERTIFICATE, status="current"): -1,
        a_sort(CERTIFICATE, status="suspended"): 1,
    }


def test_an_amendment_that_changes_nothing_counted_counts_nothing() -> None:
    assert not counted(statistics.difference(a_current(), a_current({"schedule": "Another text."})))


def test_a_later_issue_counts_in_its_own_year_and_is_no_other_certificate() -> None:
    later = a_current(issue=1, date_of_issue=date(2028, 1, 1))
    assert counted(statistics.of_later_issue(a_current(), later)) == {a_sort(ISSUE, 2028): 1}


def test_what_is_deleted_counts_as_deleted_and_none_of_its_issues_counts() -> None:
    later = a_current(issue=1, date_of_issue=date(2028, 1, 1))
    assert counted(statistics.of_deletion([a_current(), later])) == {
        a_sort(CERTIFICATE, status="current"): -1,
        a_sort(CERTIFICATE, status="deleted"): 1,
        a_sort(ISSUE): -1,
        a_sort(ISSUE, 2028): -1,
    }


def test_a_draft_is_not_counted() -> None:
    assert not statistics.certificate_sort(a_draft())
    assert not statistics.issue_sort(a_draft())


def test_a_person_counts_where_the_assessment_was() -> None:
    content = {"scheme": "person", "applicant": {"country": "DE"}, "assessment_centre": {"country": "KR"}}
    person = replace(a_current(scheme="person"), content=content)
    assert statistics.country_of(person) == "KR"
    assert statistics.country_of(replace(person, content=content | {"assessment_centre": None})) == ""


def table(sums: list[Sum], scheme: str) -> list[dict[str, Any]]:
    (found,) = figures.answer(Figures(sums, []), scheme)["schemes"]
    return list(found["years"])


def test_a_table_sets_the_reports_beside_the_certificates_that_rest_on_them() -> None:
    sums = [
        Sum(CERTIFICATE, "service-facility", "BAS", 2010, "", 20),
        Sum(CERTIFICATE, "service-facility", "SIR", 2010, "", 6),
    ]
    sums += [Sum(ISSUE, "service-facility", "BAS", 2010, "", 31), Sum(REPORT, "FAR", "SIR", 2010, "", 29)]
    sums += [Sum("draft", "service-facility", "SIR", 2010, "", 7)]
    (row,) = table(sums, "service-facility")
    assert row == {"year": 2010, "certificates": 26, "issues": 31, "reports": 29, "total": 55, "drafts": 7}


def test_equipment_rests_on_two_kinds_of_reports() -> None:
    sums = [Sum(REPORT, "ExTR", "BAS", 2010, "", 2), Sum(REPORT, "QAR", "BAS", 2010, "", 3)]
    assert table(sums, "equipment")[0]["reports"] == 5


def test_years_are_in_order_and_one_in_which_nothing_is_left_has_no_row() -> None:
    sums = [Sum(ISSUE, "person", "BAS", year, "", 1) for year in (2012, 2010)]
    sums += [Sum("draft", "person", "BAS", 2011, "", 1), Sum("draft", "person", "BAS", 2011, "", -1)]
    assert [row["year"] for row in table(sums, "person")] == [2010, 2012]


def test_persons_are_counted_by_the_country_of_their_centre() -> None:
    abroad = [Abroad(CERTIFICATE, "person", "KR", 97), Abroad(CERTIFICATE, "person", "NO", 42)]
    abroad += [Abroad(CERTIFICATE, "equipment", "NO", 5), Abroad(ISSUE, "person", "NO", 50)]
    persons = figures.answer(Figures([], abroad), None)["persons"]
    assert persons["countries"] == [{"country": "KR", "certificates": 97}, {"country": "NO", "certificates": 42}]


def test_a_register_without_anything_has_empty_tables_and_no_totals() -> None:
    answer = figures.answer(NOTHING, None)
    assert answer["totals"] == {"certificates": 0, "issues": 0, "reports": 0, "drafts": 0, "total": 0}
    assert [scheme["years"] for scheme in answer["schemes"]] == [[], [], [], []]
    assert not answer["excbs"] + answer["countries"] + answer["statuses"]
