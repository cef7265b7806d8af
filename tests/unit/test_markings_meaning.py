"""What a marking says in plain words, what is checked on a whole certificate, and which standards stand behind it."""

import pytest

from contracts.markings import LETTERS, check, explain, parse, standards_for


def explained(text: str) -> dict[str, str]:
    return dict(explain(parse(text)))


def codes_of(lines: list[str], kind: str) -> list[tuple[int, str, str]]:
    return [(index, problem.severity, problem.code) for index, problem in check(lines, kind=kind)]


def test_a_marking_is_explained_part_by_part_in_its_order() -> None:
    parts = [explanation.part for explanation in explain(parse("EEx ia/db [ia Ga] IIC T4 Gb Ta ≤ +60 °C IP66"))]
    assert parts == ["EEx", "ia", "db", "[ia Ga]", "IIC", "T4", "Gb", "Ta ≤ +60 °C", "IP66"]


@pytest.mark.parametrize(
    ("text", "part", "said"),
    [
        ("Ex db IIC T4 Gb", "db", "Flameproof enclosure, level b"),
        ("Ex nA IIC T4 Gc", "nA", "Non-sparking"),
        ("Ex op is IIC T4 Ga", "op is", "inherently safe"),
        ("Ex ia/db IIC T4 Ga/Gb", "db", "On the other side of a wall"),
        ("Ex db+eb IIC T4 Ga", "eb", "independently"),
        ("Ex db [ia IIC Ga] IIB T4 Gb", "[ia IIC Ga]", "For connected circuits only"),
        ("[Ex ia Ga] IIC", "[ia Ga]", "stands outside the hazardous area"),
        ("Ex db IIC T4 Gb", "IIC", "Gases of group IIC, such as hydrogen and acetylene; also for IIB and IIA."),
        ("Ex db IIB+H2 T4 Gb", "IIB+H2", "And for hydrogen."),
        ("Ex d II(CS2) T4", "II(CS2)", "For carbon disulphide only."),
        ("Ex db IIC T4 Gb", "T4", "No surface hotter than 135 °C."),
        ("Ex db IIC T6…T4 Gb", "T6…T4", "85 °C to 135 °C"),
        ("Ex ta IIIC T200 320°C Da", "T200 320°C", "No surface hotter than 320 °C under 200 mm of dust."),
        ("Ex db IIC T4 Gb", "Gb", "Equipment protection level Gb: zones 1 and 2."),
        ("Ex ia/db IIC T4 Ga/Gb", "Ga/Gb", "on both sides of a wall"),
        ("Ex ia I Ma", "Ma", "stay switched on"),
        ("Ex tD A21 T80°C", "A21", "zone 21"),
        ("Ex db IIC T4 Gb Ta ≥ -40 °C", "Ta ≥ -40 °C", "from -40 °C"),
    ],
)
def test_a_part_is_said_in_plain_words(text: str, part: str, said: str) -> None:
    assert said in explained(text)[part]


def test_what_is_not_understood_is_explained_as_far_as_it_was_read() -> None:
    assert list(explained("Ex db IIC T4 Db")) == ["db", "IIC", "T4", "Db"]
    assert explain(parse("hello")) == []


def test_a_component_has_no_temperature() -> None:
    assert codes_of(["Ex eb IIC Gb", "Ex db IIC T4 Gb"], "component") == [(1, "error", "component-temperature")]


@pytest.mark.parametrize("kind", ["equipment", "unit-verification"])
def test_equipment_for_gas_and_dust_should_have_a_temperature(kind: str) -> None:
    lines = ["Ex eb IIC Gb", "Ex tb IIIC Db", "Ex db I Mb", "[Ex ia Ga] IIC", "Ex db IIC T4 Gb"]
    assert codes_of(lines, kind) == [(0, "warning", "no-temperature"), (1, "warning", "no-temperature")]


def test_a_line_that_is_not_understood_is_told_by_its_index() -> None:
    assert codes_of(["Ex db IIC T4 Gb", "Ex db IIC T4 Db"], "equipment") == [(1, "error", "epl-of-another-group")]


def test_a_marking_stands_once_on_a_certificate() -> None:
    assert codes_of(["Ex db IIC T4 Gb", "ExdbIICT4Gb"], "equipment") == [(1, "warning", "repeated-line")]


def test_every_letter_rests_on_a_standard() -> None:
    assert all(standards_for(letter) for letter in LETTERS)
    assert standards_for("d") == standards_for("db") == ("IEC 60079-1",)
    assert "IEC 60079-7" in standards_for("nA")
    assert standards_for("z") == ()
