"""What may be registered as a report, and how it is told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.errors import InvalidInput, RuleViolation
from contracts.schemas import ReportContentSchema, ReportSchema
from services.certificates.domain import reports
from services.certificates.domain.statistics import Sort
from tests.certificates import AUTHOR
from tests.reports import a_report, a_report_body

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
ANSWERED_ONLY = {"latest_issue", "certificates", "links"}


def an_intent(body: dict[str, Any] | None = None, key: str | None = None, country: str = "GB") -> Any:
    content = reports.content_of(body or a_report_body(), TODAY)
    return reports.intend(content, AUTHOR, key, report_id="id", country=country, now=NOW, demonstration=False)


def test_a_test_report_from_before_the_system_keeps_its_own_date() -> None:
    assert reports.content_of(a_report_body(issued="1998-05-04"), TODAY)["issued"] == "1998-05-04"


@pytest.mark.parametrize("issued", ["1996-01-01", "2026-11-21"])
def test_the_first_day_and_today_are_dates_of_reports(issued: str) -> None:
    assert reports.content_of(a_report_body(issued=issued), TODAY)["issued"] == issued


@pytest.mark.parametrize("issued", ["1995-12-31", "2026-11-22", "soon", None])
def test_a_date_that_no_report_has_is_refused_by_its_name(issued: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        reports.content_of(a_report_body(issued=issued), TODAY)
    assert [error["field"] for error in caught.value.details["errors"]] == ["issued"]


@pytest.mark.parametrize("body", [None, [], "ExTR", {}, a_report_body(type="XTR"), a_report_body(colour="red")])
def test_what_is_no_report_is_refused(body: Any) -> None:
    with pytest.raises(InvalidInput):
        reports.content_of(body, TODAY)


def test_what_was_read_may_be_sent_back_for_the_next_issue() -> None:
    read = reports.answer(a_report(), 0, ["IECEx BAS 26.0001"]) | {"links": {}}
    assert reports.content_of(read, TODAY, as_read=True) == a_report().content
    with pytest.raises(InvalidInput):
        reports.content_of(read, TODAY)


@pytest.mark.parametrize(
    ("report_type", "series"),
    [("ExTR", "ExTR/GB/BAS/26"), ("QAR", "QAR/GB/BAS/26"), ("FAR", "FAR/GB/BAS/26"), ("PCAR", "PCAR/GB/BAS/26")],
)
def test_each_type_counts_for_itself(report_type: str, series: str) -> None:
    assert an_intent(a_report_body(type=report_type)).series == series


def test_the_number_has_the_country_of_the_body_and_the_year_of_registration() -> None:
    assert an_intent(a_report_body(issued="1998-05-04"), country="CH").series == "ExTR/CH/BAS/26"


def test_the_same_body_has_the_same_fingerprint_however_its_fields_are_ordered() -> None:
    reordered = dict(reversed(a_report_body().items()))
    assert an_intent(reordered).fingerprint == an_intent().fingerprint
    assert an_intent(a_report_body(summary="Other.")).fingerprint != an_intent().fingerprint


def test_a_key_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        an_intent(key="")


def test_the_next_issue_has_the_same_number_and_its_own_content() -> None:
    content = a_report({"summary": "Audited again."}).content
    new = reports.next_issue(a_report(), content, NOW)
    assert (new.number, new.content["summary"], new.registered_at) == ("GB/BAS/ExTR26.0001/01", "Audited again.", NOW)


def test_a_report_stays_of_its_type() -> None:
    with pytest.raises(InvalidInput, match="type: Must stay ExTR"):
        reports.next_issue(a_report(), a_report({"type": "QAR"}).content, NOW)


def test_there_is_no_issue_behind_99() -> None:
    assert reports.next_issue(a_report(issue=98), a_report().content, NOW).number == "GB/BAS/ExTR26.0001/99"
    with pytest.raises(RuleViolation, match="/99 is the last issue"):
        reports.next_issue(a_report(issue=99), a_report().content, NOW)


def test_a_snapshot_holds_all_public_fields_and_no_others() -> None:
    assert reports.snapshot(a_report()).keys() == ReportSchema().fields.keys() - ANSWERED_ONLY
    assert not ReportSchema().validate(reports.snapshot(a_report()))


def test_no_field_of_the_content_hides_one_of_the_register() -> None:
    of_the_register = ReportSchema().fields.keys() - ANSWERED_ONLY - ReportContentSchema().fields.keys()
    assert len(of_the_register) == 8
    assert len(reports.snapshot(a_report())) == 8 + len(ReportContentSchema().fields)


def test_the_envelope_of_a_first_issue_and_of_a_later_one() -> None:
    first, later = reports.envelope(a_report(), "e"), reports.envelope(a_report(issue=2), "e")
    assert (first["type"], first["previous"]) == ("report.registered", {"status": None, "issue": None})
    assert (later["type"], later["previous"]) == ("report.reissued", {"status": None, "issue": 1})
    assert first["actor"] == {"role": "excb", "excb": "BAS"}
    assert "certificate" not in first


def test_an_issue_counts_in_the_year_in_which_it_was_registered() -> None:
    old = a_report({"issued": "1998-05-04"})
    assert reports.counted(old) == Sort("report", "ExTR", "", "BAS", 2026, "DE", "")
