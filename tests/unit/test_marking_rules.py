"""What the gate makes of a marking: understood or not, of an older edition, and in agreement with the rest."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.schemas import SCHEMES
from services.certificates.domain import schemes
from services.certificates.domain.marking import letter_of
from tests.certificates import a_draft
from tests.gate import sentence, told

GENERAL = {"number": "IEC 60079-0", "edition": "7.0"}


def marked(*lines: str, **content: Any) -> dict[str, list[str]]:
    """What is said of these lines; their types of protection and standards agree with them unless given."""
    return told(a_draft({"marking": list(lines), **content}))


def resting_on(*standards: str) -> list[dict[str, str]]:
    return [{"number": number, "edition": "1.0"} for number in standards]


@pytest.mark.parametrize(
    "line",
    ["Ex db IIC T4 Db", "Ex tb IIIC T4 Db", "for hazardous areas", "Ex db [ia IIC Ga IIB T4 Gb", "Ex ic IIC T4 Ga"],
)
def test_a_line_that_is_not_understood_holds_up_the_certificate(line: str) -> None:
    assert marked("Ex db [ia IIC Ga] IIB T4 Gb", line)["marking-not-understood"] == ["marking.1"]


def test_it_says_what_was_not_understood_and_what_would_be_right() -> None:
    text = sentence("marking-not-understood", a_draft({"marking": ["Ex tb IIIC T4 Db"]}))
    assert text.startswith("“Ex tb IIIC T4 Db” is not understood.")
    assert "such as T85°C" in text


def test_a_signatory_may_answer_for_what_is_not_understood_and_for_little_else() -> None:
    overridable = [rule.id for name in SCHEMES for rule in schemes.of(name).RULES if rule.overridable]
    assert set(overridable) == {"marking-not-understood", "report-country"}


@pytest.mark.parametrize("line", ["Ex d [ia IIC] IIB T4 Gb", "EEx d [ia] IIB T4"])
def test_what_older_editions_wrote_is_pointed_out(line: str) -> None:
    said = marked(line)
    assert "marking-not-understood" not in said
    assert set(said["marking-legacy"]) == {"marking.0"}


def test_what_is_unusual_is_pointed_out_once_each() -> None:
    said = marked("Ex ia db IIB T4 Gb", "Ex ia db IIB T4 Gb")
    assert said == {"marking-unusual": ["marking.0", "marking.1", "marking.1"]}


def test_an_age_is_not_called_unusual_too() -> None:
    assert "marking-unusual" not in marked("Ex d [ia] IIB T4 Gb")


def test_a_component_has_no_temperature_in_its_marking() -> None:
    component = {"kind": "component", "conditions_of_use": "Only inside enclosures.", "protection": ["d"]}
    assert marked("Ex db IIC Gb", **component) == {}
    assert marked("Ex db IIC Gb", "Ex db IIC T4 Gb", **component) == {"component-temperature": ["marking.1"]}


def test_each_type_of_protection_in_the_marking_is_listed() -> None:
    assert marked("Ex db [ia IIC Ga] IIB T4 Gb", protection=["d"]) == {"protection-marking": ["protection"]}
    text = sentence("protection-marking", a_draft({"protection": ["d"]}))
    assert text == "“i” stands in the marking; list it among the types of protection, too."


def test_each_type_of_protection_that_is_listed_stands_in_the_marking() -> None:
    assert marked("Ex db IIB T4 Gb", protection=["d", "i"]) == {"protection-marking": ["protection.1"]}


def test_what_is_not_understood_may_hold_any_type_of_protection() -> None:
    assert marked("Ex db IIB T4 Gb", "Ex 4711", protection=["d", "i"]) == {"marking-not-understood": ["marking.1"]}


@pytest.mark.parametrize("text", ["d", "db", "Ex d", "Ex db", '"d"', "Ex “db”", "Ex da"])
def test_a_type_of_protection_is_known_in_every_spelling(text: str) -> None:
    assert letter_of(text) == "d"


def test_a_type_of_protection_comes_with_its_standard() -> None:
    draft = a_draft({"standards": resting_on("IEC 60079-0", "IEC 60079-11")})
    assert told(draft) == {"protection-standard": ["standards"]}
    assert sentence("protection-standard", draft) == "Type of protection “d” rests on IEC 60079-1; list it."


def test_one_of_several_standards_is_enough() -> None:
    system = resting_on("IEC 60079-0", "IEC 60079-1", "IEC 60079-25")
    assert told(a_draft({"standards": system})) == {}


def test_electrical_equipment_lists_the_general_requirements() -> None:
    draft = a_draft({"standards": resting_on("IEC 60079-1", "IEC 60079-11")})
    assert told(draft) == {"standard-general": ["standards"]}


def test_non_electrical_equipment_need_not() -> None:
    pump = {"protection": ["h"], "standards": resting_on("ISO 80079-36")}
    assert marked("Ex h IIC T4 Gb", **pump) == {}
    assert marked("Ex h IIC T4 Gb", "Ex db IIC T4 Gb", **pump).keys() >= {"standard-general"}


def test_the_dust_series_of_old_had_general_requirements_of_its_own() -> None:
    series = {"protection": ["t"], "standards": resting_on("IEC 61241-0", "IEC 61241-1")}
    assert marked("Ex tD A21 IP65 T80°C", **series).keys() == {"marking-legacy"}
