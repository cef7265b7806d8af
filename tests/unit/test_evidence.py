"""The reports that a certificate rests on: their numbers, kinds, countries, and whether the register has them."""

from __future__ import annotations

import pytest

from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Counted, Facts
from tests.certificates import a_draft
from tests.gate import TODAY, a_draft_in, everything, sentence, told

OWN = "GB/BAS/QAR26.0004"


def resting_on(*reports: str) -> Certificate:
    return a_draft({"quality_reports": list(reports)})


def knowing(*registered: str, series: tuple[str, ...] = ("QAR/GB/BAS/26",)) -> Facts:
    return Facts(TODAY, reports=Counted(frozenset(registered), frozenset(series)))


@pytest.mark.parametrize("text", ["see file", "QAR26.0004/00", "IECEx BAS 26.0001", "XX/BAS/QAR26.0004/00"])
def test_what_is_no_number_of_a_report_is_pointed_out(text: str) -> None:
    draft = resting_on("DE/TUN/QAR24.0001/00", text)
    assert told(draft) == {"report-number": ["quality_reports.1"]}
    assert sentence("report-number", draft).endswith("write it like GB/BAS/QAR24.0004/01.")


def test_a_report_is_named_with_its_issue() -> None:
    assert told(resting_on(OWN)) == {"report-number": ["quality_reports.0"]}
    assert sentence("report-number", resting_on(OWN)) == f"Say which issue of the report it is, as in {OWN}/00."


def test_a_quality_report_is_no_test_report() -> None:
    draft = a_draft({"test_reports": ["DE/TUN/ExTR26.0007/00", "GB/BAS/QAR24.0004/04"]})
    assert told(draft) == {"report-kind": ["test_reports.1"]}
    text = "GB/BAS/QAR24.0004/04 is of the kind QAR; here stand reports of the kind ExTR."
    assert sentence("report-kind", draft) == text


@pytest.mark.parametrize(
    ("scheme", "field", "right"),
    [
        ("service-facility", "facility_reports", "DE/TUN/FAR25.0003/00"),
        ("person", "assessment_reports", "DE/TUN/PCAR25.0004/00"),
    ],
)
def test_each_scheme_has_its_kind_of_report(scheme: str, field: str, right: str) -> None:
    assert told(a_draft_in(scheme, {field: [right]})) == {}
    assert told(a_draft_in(scheme, {field: ["DE/TUN/ExTR25.0003/00"]})) == {"report-kind": [f"{field}.0"]}


def test_a_body_s_own_report_begins_with_its_country() -> None:
    draft, facts = resting_on("DE/BAS/QAR24.0004/04"), Facts(TODAY, countries={"BAS": "GB"})
    assert told(draft, facts) == {"report-country": ["quality_reports.0"]}
    assert "reports of BAS with GB" in sentence("report-country", draft, facts)
    assert told(resting_on("GB/BAS/QAR24.0004/04", "DE/TUN/QAR24.0004/04"), facts) == {}


def test_a_registered_report_is_right() -> None:
    assert told(resting_on(f"{OWN}/01"), knowing(f"{OWN}/00", f"{OWN}/01")) == {}


@pytest.mark.parametrize("report", [f"{OWN}/02", "GB/BAS/QAR26.0005/00"])
def test_where_the_register_counts_an_unregistered_number_was_never_given(report: str) -> None:
    draft, facts = resting_on(report), knowing(f"{OWN}/00", f"{OWN}/01")
    assert told(draft, facts) == {"report-unknown": ["quality_reports.0"]}
    assert sentence("report-unknown", draft, facts).startswith(f"{report} is not registered")


def test_a_report_of_a_year_that_the_register_never_counted_should_be_registered() -> None:
    draft = resting_on("GB/BAS/QAR12.0004/00")
    assert told(draft, knowing()) == {"report-unregistered": ["quality_reports.0"]}


def test_leaving_out_the_issue_is_no_way_around() -> None:
    assert "report-unknown" in told(resting_on("GB/BAS/QAR26.0005"), knowing(f"{OWN}/00"))
    assert "report-unknown" not in told(resting_on(OWN), knowing(f"{OWN}/03"))


def test_the_reports_of_other_bodies_may_be_anywhere() -> None:
    facts = knowing(series=("QAR/DE/TUN/26",))
    assert told(resting_on("DE/TUN/QAR26.0004/00"), facts) == {}


def test_nothing_is_said_of_what_nobody_looked_up() -> None:
    assert told(resting_on("DE/BAS/QAR26.0005/00")) == {}
    assert told(resting_on(f"{OWN}/00"), everything(reports=None, countries=None)) == {}
