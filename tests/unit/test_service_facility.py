"""The service facility scheme: what a certificate must say of the services and where they are offered."""

from __future__ import annotations

from typing import Any

import pytest

from services.certificates.domain import service_facility
from services.certificates.domain.service_facility import STANDARDS_OF_PARTS
from tests.gate import a_draft_in, sentence, told


def broken(**content: Any) -> dict[str, list[str]]:
    return told(a_draft_in("service-facility", content))


def test_the_count_goes_on_over_the_years() -> None:
    assert service_facility.series("BAS", 2026) == service_facility.series("BAS", 2027) == "service-facility/BAS"


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("facility_reports", "facility-reports"),
        ("locations", "facility-locations"),
        ("services", "facility-services"),
        ("protection", "facility-protection"),
        ("standards", "facility-standards"),
    ],
)
def test_what_must_be_there_at_issue(field: str, rule: str) -> None:
    assert broken(**{field: []}) == {rule: [field]}


def test_what_is_serviced_stands_in_the_scope_or_in_the_schedule() -> None:
    assert broken(scope="") == broken(schedule="") == {}
    assert broken(scope="", schedule="") == {"facility-scope": ["scope"]}


@pytest.mark.parametrize(("part", "standards"), STANDARDS_OF_PARTS.items())
def test_each_part_is_done_by_its_standard(part: str, standards: tuple[str, ...]) -> None:
    for number in standards:
        assert broken(part=part, standards=[{"number": number, "edition": "1.0"}]) == {}
    other = [{"number": "IEC 60079-0", "edition": "7.0"}]
    assert broken(part=part, standards=other) == {"facility-part-standard": ["standards"]}


def test_repair_without_its_standard_is_told_which_it_is() -> None:
    draft = a_draft_in("service-facility", {"standards": [{"number": "IEC 60079-17", "edition": "6.0"}]})
    assert sentence("facility-part-standard", draft) == "Services of part 03-5 are done by IEC 60079-19; list it."
