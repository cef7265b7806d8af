"""The equipment scheme: its suffixes, its series, and what must be there at issue."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.schemas import load_content
from services.certificates.domain import equipment
from tests.certificates import a_body, a_draft
from tests.gate import told


def suffix(**overrides: Any) -> str:
    return equipment.suffix(load_content(a_body(**overrides)))


def broken(**content: Any) -> list[str]:
    return list(told(a_draft(content)))


def a_unit_verification(**content: Any) -> dict[str, Any]:
    return {"kind": "unit-verification", "quality_reports": [], "serial_numbers": ["SN 4711"], **content}


def test_equipment_without_conditions_has_no_suffix() -> None:
    assert suffix() == ""


def test_conditions_of_use_give_an_x() -> None:
    assert suffix(conditions_of_use="Protect from impact.") == "X"


def test_blank_conditions_are_none() -> None:
    assert suffix(conditions_of_use="  \n ") == ""


def test_a_component_has_a_u_and_never_an_x() -> None:
    assert suffix(kind="component", conditions_of_use="Only inside enclosures.") == "U"


def test_a_unit_verification_may_have_conditions() -> None:
    assert suffix(kind="unit-verification", conditions_of_use="Protect from impact.") == "X"


def test_the_count_restarts_each_year_for_each_body() -> None:
    assert equipment.series("BAS", 2026) == "equipment/BAS/26"


def test_a_complete_certificate_breaks_no_rule() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("field", "empty", "rule"),
    [
        ("manufacturer", None, "equipment-manufacturer"),
        ("protection", [], "equipment-protection"),
        ("marking", [], "equipment-marking"),
        ("standards", [], "equipment-standards"),
        ("test_reports", [], "equipment-test-reports"),
        ("quality_reports", [], "equipment-quality-reports"),
        ("schedule", "", "equipment-schedule"),
        ("approver", None, "equipment-approver"),
    ],
)
def test_what_must_be_there_at_issue(field: str, empty: object, rule: str) -> None:
    assert broken(**{field: empty}) == [rule]


@pytest.mark.parametrize("field", ["ambient", "optional_accessory", "conditions_of_use"])
def test_what_may_be_missing_at_issue(field: str) -> None:
    assert broken(**{field: ""}) == []


def test_who_made_it_should_say_where() -> None:
    assert broken(manufacturing_locations=[]) == ["equipment-manufacturing-locations"]


def a_component(**content: Any) -> dict[str, Any]:
    marking = ["Ex db [ia IIC Ga] IIB Gb"]
    return {"kind": "component", "marking": marking, "conditions_of_use": "Only inside enclosures.", **content}


def test_a_component_needs_a_quality_report_too() -> None:
    assert broken(**a_component()) == []
    assert broken(**a_component(quality_reports=[])) == ["equipment-quality-reports"]


def test_a_component_should_state_its_limitations() -> None:
    assert broken(**a_component(conditions_of_use="")) == ["component-limitations"]


def test_a_unit_verification_needs_no_quality_report() -> None:
    assert broken(**a_unit_verification()) == []


def test_a_unit_verification_has_no_quality_report() -> None:
    assert broken(**a_unit_verification(quality_reports=["GB/BAS/QAR24.0004/04"])) == [
        "unit-verification-no-quality-reports"
    ]


def test_a_unit_verification_names_its_items() -> None:
    assert broken(**a_unit_verification(serial_numbers=[])) == ["unit-verification-serial-numbers"]
