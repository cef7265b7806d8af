"""The forms of numbers: what a number prints, reads back and counts in."""

from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.countries import COUNTRIES
from contracts.errors import InvalidInput, SeriesFull
from contracts.numbers import (
    CERTIFICATE_SCHEMES,
    REPORT_KINDS,
    CertificateNumber,
    ReportNumber,
    Series,
    absent_owner,
    canonical_code,
    full_year,
    is_absent,
    normalise,
    parse,
    short_year,
)
from services.numbering.tables import Entry

RESERVED = ("CP", "EX", "IECEX", "EXTR", "QAR", "FAR", "PCAR")
CODES = st.text(ascii_uppercase, min_size=2, max_size=5).map(canonical_code).filter(lambda code: code not in RESERVED)
YEARS = st.integers(0, 99).map("{:02d}".format)
SEQUENCES = st.integers(1, 9999)
REPORT_NUMBERS = st.builds(
    ReportNumber,
    st.sampled_from(REPORT_KINDS),
    st.sampled_from(sorted(COUNTRIES)),
    CODES,
    YEARS,
    SEQUENCES,
    st.none() | st.integers(0, 99),
)


@st.composite
def certificate_numbers(draw: st.DrawFn) -> CertificateNumber:
    scheme = draw(st.sampled_from(CERTIFICATE_SCHEMES))
    yearly = scheme in ("equipment", "person")
    suffix, verification = draw(st.sampled_from([("", False), ("X", False), ("U", False), ("", True), ("X", True)]))
    return CertificateNumber(
        scheme,
        draw(CODES),
        draw(YEARS) if yearly else None,
        draw(st.integers(1, 999) if scheme == "mark-licence" else SEQUENCES),
        suffix if scheme == "equipment" else "",
        verification and scheme == "equipment",
        draw(st.none() | st.integers(0, 999)),
    )


def test_a_report_is_read_into_its_parts() -> None:
    assert parse("CH/SEV/ExTR19.0036/00") == ReportNumber("ExTR", "CH", "SEV", "19", 36, 0)


def test_v_is_kept_apart_from_the_suffix() -> None:
    assert parse("IECEx BAS 12.0004VX") == CertificateNumber("equipment", "BAS", "12", 4, "X", verification=True)


def test_a_number_prints_its_base_path_and_normalised_form() -> None:
    number = parse("IECEx BAS 07.0021X Issue 2")
    assert (number.base, number.path, number.normalised) == (
        "IECEx BAS 07.0021",
        "IECEx-BAS-07.0021X",
        "iecexbas070021x",
    )


def test_a_report_prints_its_base_path_and_normalised_form() -> None:
    number = parse("CH/SEV/ExTR19.0036/00")
    assert (number.base, number.path, number.normalised) == (
        "CH/SEV/ExTR19.0036",
        "CH-SEV-ExTR19.0036-00",
        "chsevextr19003600",
    )


@given(certificate_numbers())
def test_a_printed_certificate_number_is_read_as_itself(number: CertificateNumber) -> None:
    assert parse(str(number)) == number
    assert parse(number.number).base == number.base
    assert str(parse(number.path)) == number.number


@given(REPORT_NUMBERS)
def test_a_printed_report_number_is_read_as_itself(number: ReportNumber) -> None:
    assert parse(str(number)) == parse(number.path) == number


@given(certificate_numbers() | REPORT_NUMBERS)
def test_a_number_counts_in_the_series_that_gave_it(number: CertificateNumber | ReportNumber) -> None:
    assert Series.parse(number.series.key) == number.series
    assert number.series.number(number.sequence) == number.base


@given(certificate_numbers() | REPORT_NUMBERS)
def test_each_number_has_a_mark_of_its_own_for_when_nobody_has_it(number: CertificateNumber | ReportNumber) -> None:
    mark = absent_owner(number.series.key, number.sequence)
    assert is_absent(mark)
    assert mark.split(":")[1:] == [*number.series.key.split("/"), str(number.sequence)]
    assert len(mark) <= Entry.owner_id.type.length


def test_the_id_of_a_certificate_is_no_mark() -> None:
    assert not is_absent("123e4567-e89b-12d3-a456-426614174000")


@given(certificate_numbers() | REPORT_NUMBERS)
def test_a_spelled_number_is_found_by_its_normalised_form(number: CertificateNumber | ReportNumber) -> None:
    assert normalise(number.path) == normalise(number.path.upper()) == number.normalised


@given(st.text(max_size=60))
def test_any_key_is_a_series_or_invalid_input(key: str) -> None:
    try:
        series = Series.parse(key)
    except InvalidInput:
        return
    assert Series.parse(series.key) == series


def test_nobody_builds_a_number_that_could_not_be_read_back() -> None:
    with pytest.raises(InvalidInput, match="excb"):
        CertificateNumber("equipment", "B S", "07", 21)
    with pytest.raises(InvalidInput, match="year"):
        CertificateNumber("equipment", "BAS", None, 21)
    with pytest.raises(InvalidInput, match="year"):
        CertificateNumber("mark-licence", "BAS", "07", 21)
    with pytest.raises(InvalidInput, match="scheme"):
        CertificateNumber("ExTR", "BAS", "07", 21)
    with pytest.raises(InvalidInput, match="kind"):
        ReportNumber("equipment", "GB", "BAS", "07", 21)


@pytest.mark.parametrize(
    ("key", "last", "first_number"),
    [
        ("equipment/BAS/26", 9999, "IECEx BAS 26.0001"),
        ("service-facility/BAS", 9999, "IECEx BAS S.0001"),
        ("mark-licence/BAS", 999, "BAS001"),
        ("person/SIR/26", 9999, "IECEx CP SIR 26.0001"),
        ("ExTR/GB/BAS/26", 9999, "GB/BAS/ExTR26.0001"),
        ("PCAR/NO/PRE/26", 9999, "NO/PRE/PCAR26.0001"),
        ("equipment/ExTC/26", 9999, "IECEx ExTC 26.0001"),
    ],
)
def test_a_series_knows_its_key_its_end_and_its_numbers(key: str, last: int, first_number: str) -> None:
    series = Series.parse(key)
    assert (series.key, series.last, series.number(1)) == (key, last, first_number)


def test_the_last_number_of_a_series_is_printed_and_the_next_one_refused() -> None:
    assert Series.parse("mark-licence/BAS").number(999) == "BAS999"
    with pytest.raises(SeriesFull):
        Series.parse("mark-licence/BAS").number(1000)
    with pytest.raises(InvalidInput):
        Series.parse("mark-licence/BAS").number(0)


def test_a_body_has_one_series_in_whatever_case_its_code_is_written() -> None:
    assert Series.parse("equipment/bas/26") == Series.parse("equipment/BAS/26")
    assert Series.parse("equipment/EXTC/26").key == "equipment/ExTC/26"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "BAS",
        "equipment",
        "equipment/BAS",
        "equipment/BAS/2026",
        "equipment/BAS/26/1",
        "equipment//26",
        "equipment/CP/26",
        "equipment/GB/BAS/26",
        "equipment/B\N{LATIN SMALL LETTER SHARP S}/26",
        "equipment/BAS/\N{ARABIC-INDIC DIGIT TWO}6",
        "service-facility/BAS/26",
        "mark-licence",
        "ExTR/BAS/26",
        "ExTR/XX/BAS/26",
        "extr/GB/BAS/26",
        None,
        7,
    ],
)
def test_what_is_no_series_is_refused(key: object) -> None:
    with pytest.raises(InvalidInput):
        Series.parse(key)


def test_a_year_is_two_digits_in_a_number_and_four_for_people() -> None:
    assert (short_year(2026), short_year(2003), short_year(1999)) == ("26", "03", "99")
    assert (full_year("26"), full_year("03"), full_year("99")) == (2026, 2003, 1999)
    with pytest.raises(InvalidInput):
        short_year(26)


def test_the_series_of_a_year_has_the_year_only_where_the_count_restarts() -> None:
    assert Series.in_year("equipment", "bas", 2026).key == "equipment/BAS/26"
    assert Series.in_year("service-facility", "BAS", 2026).key == "service-facility/BAS"
    assert Series.in_year("QAR", "BAS", 2026, "GB").key == "QAR/GB/BAS/26"
