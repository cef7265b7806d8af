"""Whether a nameplate says what its certificate says."""

import pytest

from contracts.markings import closest, compare


def grades(certificate: str, nameplate: str) -> list[tuple[str, str]]:
    return [(difference.part, difference.grade) for difference in compare(certificate, nameplate)]


def test_the_same_marking_has_no_difference() -> None:
    assert compare("Ex db IIC T4 Gb", " Ex  db IIC T4 Gb") == []
    assert compare("Ex db IIC T4 Db", "Ex db IIC T4 Db") == []


@pytest.mark.parametrize(
    ("certificate", "nameplate"),
    [
        ("Ex db IIC T4 Gb", "ExdbIICT4Gb"),
        ("Ex db IIC T4 Gb", "EX DB IIC T4 GB"),
        ("Ex db IIC T4 Gb", "II 2 G Ex db IIC T4 Gb"),
        ("Ex db eb IIC T4 Gb", "Ex eb db IIC T4 Gb"),
        ("Ex tb IIIC T85°C Db", "Ex tb IIIC T 85 \N{MASCULINE ORDINAL INDICATOR}C Db"),
        ("Ex db IIC T6…T4 Gb", "Ex db IIC T4...T6 Gb"),
        ("Ex db IIC T6…T4 Gb", "Ex db IIC T6/T5/T4 Gb"),
        ("Ex d IIC T6 Gb", "Ex db IIC T6 Gb"),
        ("Ex db IIC T4 Gb", "Ex d IIC T4"),
        ("[Ex ia IIC Ga]", "[Ex ia Ga] IIC"),
        ("Ex db [ia Ga] IIC T4 Gb", "Ex db [ia] IIC T4 Gb"),
        ("Ex db IIC T4 Gb -40 °C ≤ Ta ≤ +60 °C", "Ex db IIC T4 Gb"),
        ("Ex db IIC T4 Gb -20 °C ≤ Ta ≤ +40 °C", "Ex db IIC T4 Gb"),
        ("Ex db IIC T4 Gb", "Ex db IIC T4 Gb IP66"),
    ],
)
def test_what_is_only_written_differently_is_no_difference_of_safety(certificate: str, nameplate: str) -> None:
    assert {grade for _part, grade in grades(certificate, nameplate)} == {"spelling"}


@pytest.mark.parametrize(
    ("certificate", "nameplate", "part", "said"),
    [
        ("Ex db IIB T4 Gb", "Ex db IIC T4 Gb", "group", "claims IIC, which is more than the certificate covers: IIB"),
        ("Ex db IIC T4 Gb", "Ex db IIB T4 Gb", "group", "less than the certificate covers (IIC)"),
        ("Ex db IIB T4 Gb", "Ex db IIB+H2 T4 Gb", "group", "more than the certificate covers"),
        ("Ex db IIB+H2 T4 Gb", "Ex db II(H2) T4 Gb", "group", "The certificate is for IIB+H2"),
        ("Ex ib IIC T4 Gb", "Ex ib IIIC T85°C Db", "group", "different atmospheres"),
        ("Ex db IIC T4 Gb", "Ex db IIC T6 Gb", "temperature", "claims T6, cooler surfaces"),
        ("Ex db IIC T6 Gb", "Ex db IIC T4 Gb", "temperature", "hotter surfaces"),
        ("Ex db IIC T6…T4 Gb", "Ex db IIC T6 Gb", "temperature", "under which conditions T6 alone is right"),
        ("Ex db IIC T4 Gb", "Ex db IIC Gb", "temperature", "only on the certificate"),
        ("Ex tb IIIC T100°C Db", "Ex tb IIIC T85°C Db", "temperature", "claims T85°C, cooler"),
        ("Ex ia IIC T4 Gb", "Ex ia IIC T4 Ga", "EPL", "claims Ga, a better level of protection"),
        ("Ex ia IIC T4 Gb", "Ex ia IIC T4", "EPL", "gives no EPL, which then reads as Ga, a better level"),
        ("Ex ia IIC T4 Ga", "Ex ia IIC T4 Gb", "EPL", "The certificate is for Ga"),
        ("Ex h IIC T4 Gb", "Ex h IIC T4", "EPL", "missing on the nameplate"),
        ("Ex ib IIC T4 Gb", "Ex ia IIC T4 Gb", "protection", "for ib, the nameplate says ia"),
        ("Ex db eb IIC T4 Gb", "Ex db IIC T4 Gb", "protection", "for db eb, the nameplate says db"),
        ("[Ex ia Ga] IIC", "Ex ia IIC Ga", "protection", "for connected circuits only"),
        (
            "Ex db [ia Ga] IIC T4 Gb",
            "Ex db [ib Gb] IIC T4 Gb",
            "connected circuits",
            "must be those of the certificate",
        ),
        ("Ex db IIC T4 Gb", "Ex db IIC T4 Gb Ta -40 to +60 C", "ambient temperature", "wider ambient range"),
        ("Ex db IIC T4 Gb Ta ≤ +35 °C", "Ex db IIC T4 Gb", "ambient temperature", "wider ambient range"),
        ("Ex db IIC T4 Gb IP66", "Ex db IIC T4 Gb IP67", "IP code", "the nameplate IP67"),
        ("Ex tD A21 T80°C", "Ex tD A20 T80°C", "zone", "must be the one of the certificate"),
        ("Ex db IIC T4 Gb", "Ex db IIC T4 Ga", "EPL", "claims Ga, a better level of protection"),
        ("Ex db IIC T4 Gb", "Ex db IIC T4 Ga", "marking", "contradicts itself"),
        ("Ex db IIC T4 Gb", "hello", "marking", "The marking on the nameplate is not understood"),
        ("hello", "Ex db IIC T4 Gb", "marking", "The marking on the certificate is not understood"),
    ],
)
def test_a_difference_in_meaning_is_one_of_safety(certificate: str, nameplate: str, part: str, said: str) -> None:
    found = [difference for difference in compare(certificate, nameplate) if difference.part == part]
    assert [difference.grade for difference in found] == ["safety"]
    assert said in found[0].text


def test_the_closest_line_of_a_certificate_is_found() -> None:
    lines = ["Ex db IIC T4 Gb", "Ex tb IIIC T100°C Db", "Ex tb IIIC T85°C Db"]
    assert closest("Ex tb IIIC T85 C Db", lines) == 2
    assert closest("Ex tb IIIA T100°C Db", lines) == 1
    assert closest("Ex db IIC T6 Gb", lines) == 0


def test_no_line_is_close_to_what_is_not_understood_but_itself() -> None:
    assert closest("hello", ["Ex db IIC T4 Gb"]) is None
    assert closest("hello", ["Ex db IIC T4 Gb", "hello"]) == 1
    assert closest("Ex db IIC T4 Gb", []) is None
