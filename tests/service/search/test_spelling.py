"""Types, markings and reports in the spellings that people use, and what is done where a word is misspelled."""

from __future__ import annotations

import pytest

from services.search.index import CertificateIndex
from tests.builders import a_party, a_snapshot
from tests.service.search.indexes import Fill, ask, numbers
from tests.service.search.schemes import a_facility, a_licence, a_person


@pytest.fixture
def register(holding: Fill) -> CertificateIndex:
    return holding(
        a_snapshot(marking=["Ex db [ia IIC Ga] IIB T4 Gb", "Ex tb IIIC T130°C Db"]),
        a_snapshot(
            "IECEx SIR 26.0002", equipment="Junction box JB/12.5-A", marking=["Ex eb IIC T6 Gb"], schedule="",
            applicant=a_party("Brontag Elektrik AS", "NO"), manufacturer=a_party("Brontag Elektrik AS", "NO"),
            test_reports=["GB/SIR/ExTR26.0001/01"], quality_reports=[],
        ),
        a_person(),
        a_facility(),
        a_licence(),
    )  # fmt: skip


@pytest.mark.parametrize("q", ["px-200", "px200", "PX 200", "px/200", "PX_200", "type px200", "px20"])
def test_a_type_is_found_with_and_without_its_hyphens(register: CertificateIndex, q: str) -> None:
    assert numbers(ask(register, q)) == ["BAS 26.0001"]


@pytest.mark.parametrize("q", ["jb/12.5-a", "JB12.5A", "jb125a", "jb-12-5-a", "jb 12.5"])
def test_slashes_and_dots_in_a_type_may_be_left_out(register: CertificateIndex, q: str) -> None:
    assert numbers(ask(register, q)) == ["SIR 26.0002"]


def test_a_type_that_is_written_without_hyphens_is_found_with_them(holding: Fill) -> None:
    assert ask(holding(a_snapshot(equipment="Sensor PX200")), "px-200").total == 1


@pytest.mark.parametrize(
    "q",
    [
        "Ex db [ia IIC Ga] IIB T4 Gb", "ex db iib t4", "Exdb[iaIICGa]IIBT4Gb", "Ex tb IIIC T130 °C Db", "T130°C Db",
        "Ex tb IIIC T130°C Db IP66",
    ],
)  # fmt: skip
def test_a_marking_is_found_in_any_spelling(register: CertificateIndex, q: str) -> None:
    if q.endswith("IP66"):
        assert ask(register, q).total == 0, "what the certificate does not say is not found"
    else:
        assert numbers(ask(register, q))[0] == "BAS 26.0001"


@pytest.mark.parametrize(
    ("q", "number"),
    [
        ("GB/SIR/ExTR26.0001/01", "SIR 26.0002"),
        ("gb sir extr 26.0001", "SIR 26.0002"),
        ("GB/SIR/PCAR24.0007/00", "CP SIR 24.0007"),
        ("au/sim/far25.0003", "SIM S.0003"),
    ],
)
def test_a_report_leads_to_the_certificates_that_rest_on_it(register: CertificateIndex, q: str, number: str) -> None:
    assert numbers(ask(register, q)) == [number]


@pytest.mark.parametrize(
    ("q", "number"),
    [
        ("Ana Muster", "CP SIR 24.0007"),
        ("muster ana", "CP SIR 24.0007"),
        ("ex 003 trainhouse", "CP SIR 24.0007"),
        ("CP SIR 24.0007", "CP SIR 24.0007"),
        ("sir 24.0007", "CP SIR 24.0007"),
        ("repair works", "SIM S.0003"),
        ("overhaul", "SIM S.0003"),
        ("Yard Two", "SIM S.0003"),
        ("IECEx SIM S0003", "SIM S.0003"),
        ("SIM S.0003", "SIM S.0003"),
        ("BAS 001", "BAS001"),
        ("bas001", "BAS001"),
    ],
)
def test_certificates_of_every_scheme_are_found(register: CertificateIndex, q: str, number: str) -> None:
    assert numbers(ask(register, q))[0] == number


def test_a_certificate_s_number_also_leads_to_the_licence_that_lists_it(register: CertificateIndex) -> None:
    assert numbers(ask(register, "IECEx BAS 26.0001")) == ["BAS 26.0001", "BAS001"]


@pytest.mark.parametrize(
    ("q", "number"),
    [
        ("presure transmiter", "BAS 26.0001"),
        ("pressrue", "BAS 26.0001"),
        ("transmitetr px-200", "BAS 26.0001"),
        ("Brontak Elektrik", "SIR 26.0002"),
        ("juncton box", "SIR 26.0002"),
        ("Anna Muster", "CP SIR 24.0007"),
        ("overhual", "SIM S.0003"),
        ("tranzm", "BAS 26.0001"),
        ("repiar-works", "SIM S.0003"),
    ],
)
def test_a_word_that_nothing_holds_is_taken_for_one_like_it_and_that_is_said(
    register: CertificateIndex, q: str, number: str
) -> None:
    page = ask(register, q)
    assert number in numbers(page)
    assert page.note is not None
    assert page.note.startswith("Nothing holds all of that as it is spelled.")


@pytest.mark.parametrize("q", ["pressure", "transm", "overhaul", "26.0001"])
def test_what_is_spelled_right_is_never_taken_for_something_else(register: CertificateIndex, q: str) -> None:
    assert ask(register, q).note is None


@pytest.mark.parametrize(
    "q",
    ["px-300", "px300", "26.0003", "T7", '"presure"', "IECEx BAS 26.0003", "IIBT5", "jb/12.6-a", "zzzz", "ana muxxxx"],
)
def test_a_number_a_type_and_what_is_quoted_are_never_taken_for_others(register: CertificateIndex, q: str) -> None:
    page = ask(register, q)
    assert (page.total, page.note) == (0, None)


def test_the_note_is_plain_text(register: CertificateIndex) -> None:
    note = ask(register, "<b>presure</b> transmitter").note
    assert note is None or "<" not in note
