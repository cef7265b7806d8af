"""What is found in the text of a nameplate, pasted or typed."""

import pytest

from contracts.markings import LONGEST_NAMEPLATE, split_nameplate
from contracts.numbers import parse


@pytest.mark.parametrize(
    ("text", "number", "marking"),
    [
        ("IECEx BAS 12.0034X Ex db IIC T4 Gb", "IECEx BAS 12.0034X", "Ex db IIC T4 Gb"),
        ("Ex db IIC T4 Gb IECEx BAS 12.0034U", "IECEx BAS 12.0034U", "Ex db IIC T4 Gb"),
        (
            "Cert. No.: IECEx BAS 12.0034 X\nEx db IIC T4 Gb\nTa -20 to +60C IP66 S/N 123",
            "IECEx BAS 12.0034X",
            "Ex db IIC T4 Gb Ta -20 to +60C IP66",
        ),
        (
            "CE 0344 ⟨Ex⟩ II 2(1)G Ex db [ia Ga] IIC T6 Gb; IEC Ex DEK 11.0081X WARNING - Explosion hazard",
            "IECEx DEK 11.0081X",
            "Ex db [ia Ga] IIC T6 Gb",
        ),
        ("Sira 12ATEX1234X IECEx SIR 12.0045X Ex ia IIC T4 Ga", "IECEx SIR 12.0045X", "Ex ia IIC T4 Ga"),
        ("TUN 10.0002X Ex d IIC T6 Gb Ta=-40°C...+60°C 0102", "IECEx TUN 10.0002X", "Ex d IIC T6 Gb Ta=-40°C...+60°C"),
        ("IECExINE14.0061X-002 ExdIICT6", "IECEx INE 14.0061X Issue 2", "ExdIICT6"),
        ("IECEx ExTC 12.0007X Issue 1 [Ex ia Ga] IIC Um 250 V", "IECEx ExTC 12.0007X Issue 1", "[Ex ia Ga] IIC"),
        ("iecex bas 12.0034x ex db iic t4 gb", "IECEx BAS 12.0034X", "ex db iic t4 gb"),
        (
            "IECEx EXV 20.0033 Ex h IIC T6 Ga • Ex h IIIC T85°C Da",
            "IECEx EXV 20.0033",
            "Ex h IIC T6 Ga\nEx h IIIC T85°C Da",
        ),
        ("Ex db IIC T4 Gb / II 2 D Ex tb IIIC T85°C Db", "", "Ex db IIC T4 Gb\nEx tb IIIC T85°C Db"),
        ("Ex db IIC T6…T4 Gb Ta: see certificate", "", "Ex db IIC T6…T4 Gb"),
        ("Ｅｘ ｄｂ ＩＩＣ Ｔ４ Ｇｂ", "", "Ex db IIC T4 Gb"),
        ("IECEx BAS 07.0021X", "IECEx BAS 07.0021X", ""),
        ("Kim Example, IECEx CP SIR 11.0007, valid until 2031", "IECEx CP SIR 11.0007", ""),
        ("IECExCPSIR11.0007", "IECEx CP SIR 11.0007", ""),
        ("Ex workshop IECEx BAS S.0001 Issue 2", "IECEx BAS S.0001 Issue 2", ""),
        ("BAS001", "BAS001", ""),
    ],
)
def test_number_and_marking_are_found_in_any_order(text: str, number: str, marking: str) -> None:
    found_number, found_marking = split_nameplate(text)
    assert (str(parse(found_number)) if found_number else "", found_marking) == (number, marking)


def test_a_contradiction_on_a_nameplate_is_not_cut_away() -> None:
    assert split_nameplate("Ex db IIC T4 Db S/N 4") == ("", "Ex db IIC T4 Db")


@pytest.mark.parametrize("text", ["", "Exit", "Exported by ACME", "Type Ex 100", "IECEx", "12.0034X", None, 7])
def test_what_is_neither_gives_nothing(text: object) -> None:
    assert split_nameplate(text) == ("", "")


def test_only_the_beginning_of_a_very_long_text_is_looked_at() -> None:
    assert split_nameplate(" " * LONGEST_NAMEPLATE + "Ex db IIC T4 Gb") == ("", "")
