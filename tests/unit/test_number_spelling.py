"""How people spell numbers: every real number we know, every spelling they use, and any text at all."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import InvalidInput
from contracts.numbers import LONGEST_SPELLING, CertificateNumber, normalise, parse, parse_or_none

REAL_EQUIPMENT = [
    "IECEx TSA 05.0017X",
    "IECEx BAS 05.0070",
    "IECEx BAS 06.0001",
    "IECEx PTB 06.0090",
    "IECEx KEM 09.0016X",
    "IECEx SIR 06.0045X",
    "IECEx DEK 11.0081X",
    "IECEx TUN 10.0002X",
    "IECEx SEV 19.0035X",
    "IECEx TUN 04.0003",
    "IECEx UL 14.0001U",
    "IECEx ExTC 12.0007X",
    "IECEx FTZU 12.0007",
]
OTHER_FORMS = ["IECEx BAS S.0001", "BAS001", "UL001", "ExTC017", "IECEx CP SIR 11.0007", "IECEx CP ExTC 11.0007"]
REPORTS = [
    "CH/SEV/ExTR19.0036/00",
    "GB/BAS/QAR14.0004/04",
    "GB/BAS/FAR12.0001/00",
    "NO/PRE/PCAR18.0171/01",
    "AU/ExTC/ExTR19.0036/00",
]
REAL = REAL_EQUIPMENT + OTHER_FORMS + REPORTS
# One character that compatibility folding makes eighteen.
LONG_WHEN_FOLDED = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}"


def text_of(error: pytest.ExceptionInfo[InvalidInput]) -> str:
    return str(error.value.details["errors"][0]["text"])


@pytest.mark.parametrize("number", REAL)
def test_a_real_number_is_read_and_printed_unchanged(number: str) -> None:
    assert str(parse(number)) == number


@pytest.mark.parametrize(
    "spell",
    [
        str.lower,
        str.upper,
        str.title,
        lambda text: f"  {text} ",
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace(" ", "\N{NO-BREAK SPACE}"),
        lambda text: text.replace(" ", "\N{IDEOGRAPHIC SPACE}"),
        lambda text: text.replace(" ", "\N{NARROW NO-BREAK SPACE}"),
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace(" ", "-"),
        lambda text: text.replace(" ", "_"),
        lambda text: text.replace(" ", "/"),
        lambda text: text.replace(" ", "."),
        lambda text: text.replace(" ", "+"),
        lambda text: text.replace(".", " "),
        lambda text: text.replace(".", ""),
        lambda text: text.replace(".", ","),
        lambda text: text.replace(".", "-"),
        lambda text: text.replace(".", " . "),
        lambda text: text.replace("/", "-"),
        lambda text: text.replace("/", " / "),
        lambda text: text.replace("/", "\\"),
        lambda text: text.replace(" ", "\N{EN DASH}").replace("/", "\N{NON-BREAKING HYPHEN}"),
        lambda text: text.replace(" ", "\N{MINUS SIGN}").replace("/", "\N{DIVISION SLASH}"),
        lambda text: text.replace("IECEx", "IEC Ex"),
        lambda text: text.replace("IECEx", "IEC-Ex"),
        lambda text: text.replace("IECEx ", "IEC Ex: "),
        lambda text: text.replace("IECEx ", "iecex"),
        lambda text: text.replace("IECEx ", ""),
        lambda text: text.replace("ExTR", "EXTR"),
        lambda text: text.replace(".", ".\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}"),
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
        lambda text: f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK},",
    ],
)
def test_a_number_is_the_same_with_other_blanks_dashes_and_case(spell: Callable[[str], str]) -> None:
    assert [str(parse(spell(number))) for number in REAL] == REAL


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("IECExBAS07.0021X", "IECEx BAS 07.0021X"),
        ("iecexbas070021x", "IECEx BAS 07.0021X"),
        ("IEC Ex Bas 04.0053", "IECEx BAS 04.0053"),
        ("IECEx-BAS-07.0021X", "IECEx BAS 07.0021X"),
        ("IECEx BAS 07.0021 X", "IECEx BAS 07.0021X"),
        ("IECEx BAS 07.0021-x", "IECEx BAS 07.0021X"),
        ("IECEx BAS 12.0004V", "IECEx BAS 12.0004V"),
        ("IECEx BAS 12.0004XV", "IECEx BAS 12.0004VX"),
        ("IECEx BAS 12.0004 V X", "IECEx BAS 12.0004VX"),
        ("IECExEXTC12.0007", "IECEx ExTC 12.0007"),
        ("IECEx BAS S0001", "IECEx BAS S.0001"),
        ("IECEx BAS S 0001", "IECEx BAS S.0001"),
        ("IECExBASS0001", "IECEx BAS S.0001"),
        ("iecex-bas-s.0001", "IECEx BAS S.0001"),
        ("IECEx UL S0001", "IECEx UL S.0001"),
        ("IECEx CES S.0001", "IECEx CES S.0001"),
        ("IECExCESS0001", "IECEx CES S.0001"),
        ("bas 001", "BAS001"),
        ("BAS-001", "BAS001"),
        ("IECExCPSIR11.0007", "IECEx CP SIR 11.0007"),
        ("IECExCP SIR110007", "IECEx CP SIR 11.0007"),
        ("IECEx CPC 11.0007", "IECEx CPC 11.0007"),
        ("CH-SEV-ExTR19.0036-00", "CH/SEV/ExTR19.0036/00"),
        ("CH/SEV/EXTR 19.0036/00", "CH/SEV/ExTR19.0036/00"),
        ("ch/sev/Ex TR19.0036", "CH/SEV/ExTR19.0036"),
        ("CHSEVExTR19.0036/00", "CH/SEV/ExTR19.0036/00"),
        ("GB/BAS/QAR14.0004 Issue 4", "GB/BAS/QAR14.0004/04"),
        ("GB/BAS/QAR14.0004/4", "GB/BAS/QAR14.0004/04"),
    ],
)
def test_a_spelling_is_read_as_its_number(spelling: str, number: str) -> None:
    assert str(parse(spelling)) == number


@pytest.mark.parametrize(
    ("spelling", "issue"),
    [
        ("IECEx INE 14.0061X-002", 2),
        ("IECEx INE 14.0061X/002", 2),
        ("IECEx INE 14.0061X Issue 2", 2),
        ("IECEx INE 14.0061X, issue no. 2", 2),
        ("IECEx INE 14.0061X Issue No: 0", 0),
        ("IECEx INE 14.0061X iss. 02", 2),
        ("IECEx INE 14.0061X iss2", 2),
        ("IECEx INE 14.0061X (Issue Number 12)", 12),
        ("IECEx INE 14.0061X Issue #3", 3),
        ("IECEx INE 14.0061X Issue № 3", 3),
        ("IECEx-INE-14.0061X-Issue-3", 3),
        ("IECEx INE 14.0061X", None),
    ],
)
def test_an_issue_after_the_number_is_read(spelling: str, issue: int | None) -> None:
    assert parse(spelling) == CertificateNumber("equipment", "INE", "14", 61, "X", issue=issue)


def test_an_issue_is_read_after_a_number_without_suffix_and_in_every_scheme() -> None:
    assert str(parse("IECEx TUN 04.0003-002")) == "IECEx TUN 04.0003 Issue 2"
    assert str(parse("IECEx BAS S.0001 iss. 2")) == "IECEx BAS S.0001 Issue 2"
    assert str(parse("BAS001 Issue 2")) == "BAS001 Issue 2"
    assert str(parse("IECEx CP SIR 11.0007/02")) == "IECEx CP SIR 11.0007 Issue 2"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "IECEx",
        "IECEx BAS",
        "IECEx 07.0021X",
        "IECEx BAS 07.0021Y",
        "IECEx BAS 07.0021UX",
        "IECEx BAS 07.0021XU",
        "IECEx BAS 07.0021VU",
        "IECEx BAS 07.0021XX",
        "IECEx BAS 07.0000",
        "IECEx BAS 07.002",
        "IECEx BAS 07.00211",
        "IECEx BAS 2007.0021",
        "IECEx B 07.0021",
        "IECEx BASEEF 07.0021",
        "IECEx CP 07.0021",
        "IECEx CP CP 07.0021",
        "IECEx BAS S.0001X",
        "IECEx BAS S.001",
        "IECEx CES 0001",
        "IECEx S.0001",
        "IECEx CP SIR 11.0007X",
        "IECEx BAS001",
        "IECEx001",
        "CP001",
        "Ex 001",
        "BAS000",
        "BAS0001",
        "QAR14.0004",
        "SEV/ExTR19.0036/00",
        "KIWA/ExTR19.0036/00",
        "XX/SEV/ExTR19.0036/00",
        "CH/SEV/ExTR19.0036/100",
        "CH/SEV/TR19.0036/00",
        "IECEx BAS 07.0021X and IECEx BAS 07.0022X",
        "IECEx BAS 07.0021*",
        "IECEx BAS \N{ARABIC-INDIC DIGIT ZERO}7.0021",
        "IECEx \N{CYRILLIC CAPITAL LETTER VE}AS 07.0021",
        "IECEx BA\N{LATIN SMALL LETTER SHARP S} 07.0021",
        "IECEx BAS 07.0021\0",
        "\ud800",
        None,
        7,
        ["IECEx BAS 07.0021"],
    ],
)
def test_what_is_no_number_is_refused(text: object) -> None:
    assert parse_or_none(text) is None


@pytest.mark.parametrize(
    ("text", "what_would_be_right"),
    [
        ("hello", "IECEx BAS 07.0021X"),
        ("IECEx CP 07.0021", "its code, such as BAS, is missing"),
        ("IECEx BAS 07.0000", "from IECEx BAS 07.0001 to IECEx BAS 07.9999"),
        ("IECEx BAS 07.0021XU", "X and U do not occur together"),
        ("XX/SEV/ExTR19.0036/00", "ISO 3166-1"),
        ("CH/SEV/ExTR19.0036/100", "from 0 to 99"),
        ("BAS*", "U+002A"),
    ],
)
def test_the_error_says_what_would_be_right(text: str, what_would_be_right: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse(text)
    assert what_would_be_right in text_of(error)


def test_the_error_names_the_field_that_was_asked_about() -> None:
    with pytest.raises(InvalidInput) as error:
        parse("IECEx BAS 07.0000", field="certificates.3")
    assert error.value.details["errors"][0]["field"] == "certificates.3"


def test_with_the_bodies_known_only_their_codes_are_read_and_printed_as_they_write_them() -> None:
    assert str(parse("iecex cnex 14.0021", codes=["CNEx", "BAS"])) == "IECEx CNEx 14.0021"
    assert parse_or_none("PX-200", codes=["CNEx", "BAS"]) is None


def test_with_the_bodies_known_a_text_that_reads_two_ways_is_read_as_the_one_that_exists() -> None:
    assert str(parse("IECExCPST11.0007", codes=["CPST"])) == "IECEx CPST 11.0007"
    assert str(parse("IECExCPST11.0007", codes=["ST"])) == "IECEx CP ST 11.0007"


@given(st.text(max_size=300) | st.text("IECEXBAS CPUVX/-.0123456789", max_size=40))
def test_any_text_is_a_number_or_invalid_input(text: str) -> None:
    number = parse_or_none(text)
    assert number is None or parse(str(number)) == number


@pytest.mark.parametrize("piece", ["IEC EX ", "A", "0", "A 0", " ", "-", "ISSUE ", "X", "/", LONG_WHEN_FOLDED])
def test_hostile_text_is_refused_however_long(piece: str) -> None:
    assert parse_or_none((piece * LONGEST_SPELLING)[:LONGEST_SPELLING]) is None
    assert parse_or_none(piece * 1_000_000) is None


def test_a_search_by_prefix_ignores_everything_but_letters_and_digits() -> None:
    assert normalise("IEC Ex Bas-07.") == "iecexbas07"
    assert normalise("\N{FULLWIDTH LATIN CAPITAL LETTER I}ECEx *%_\0") == "iecex"
