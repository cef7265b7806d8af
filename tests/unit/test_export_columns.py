"""The columns of an export and the cells that certificates give them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.errors import InvalidInput
from contracts.numbers import parse
from contracts.schemas import CertificateSchema
from services.export.columns import COLUMNS, USUAL, cells, chosen, clean, described, headers, linked, of_sheet, of_table
from services.export.document import path_of
from tests.builders import a_party, a_snapshot
from tests.schemes import a_facility, a_licence, a_person


def cell(key: str, **overrides: Any) -> Any:
    return cells(a_snapshot(**overrides), [key])[0]


def test_the_usual_columns_come_when_nobody_chooses() -> None:
    assert of_sheet("equipment", chosen(None)) == list(USUAL["equipment"])


def test_columns_come_in_the_order_they_were_asked_for() -> None:
    assert headers(chosen(["excb", "number"])) == ["ExCB", "Certificate No"]


@pytest.mark.parametrize("columns", [[], "number", ["number", 7], {"number": True}, ["number", "number"]])
def test_what_is_no_choice_of_columns_is_refused(columns: object) -> None:
    with pytest.raises(InvalidInput, match="columns"):
        chosen(columns)


def test_every_column_is_told_of_with_its_header_and_for_whom_it_is_usual() -> None:
    told = {column["key"]: column for column in described()}
    assert list(told) == list(COLUMNS)
    assert told["holder"] == {"key": "holder", "header": "Holder", "usual": ["person"]}
    assert told["number"]["usual"] == list(USUAL)
    assert told["ambient"]["usual"] == []


def test_an_unknown_column_is_named_and_those_there_are_too() -> None:
    with pytest.raises(InvalidInput, match=r"no column 'colour'.*conditions_of_use"):
        chosen(["number", "colour"])


def test_no_two_columns_have_the_same_header() -> None:
    assert len(set(headers(list(COLUMNS)))) == len(COLUMNS)


def test_every_column_has_a_cell_for_a_full_certificate_and_for_an_empty_draft() -> None:
    for snapshot in (a_snapshot(), dict.fromkeys(a_snapshot()) | {"number": "IECEx BAS 26.0001"}):
        assert len(cells(linked(snapshot, "https://register.example"), list(COLUMNS))) == len(COLUMNS)


def test_the_columns_read_fields_that_there_are() -> None:
    assert set(a_snapshot()) <= set(CertificateSchema().fields)


def test_a_date_is_a_date_and_no_date_is_empty() -> None:
    assert cell("date_of_issue") == date(2026, 11, 1)
    assert cell("date_of_issue", date_of_issue=None) is None


@pytest.mark.parametrize("snapshot", [a_facility(), a_licence(), a_person()], ids=lambda it: str(it["scheme"]))
def test_every_usual_column_of_a_scheme_has_its_cell(snapshot: dict[str, Any]) -> None:
    usual = USUAL[snapshot["scheme"]]
    empty = {"superseded_by", "standards"}
    found = dict(zip(usual, cells(linked(snapshot, "https://register.example"), usual), strict=True))
    assert not [key for key, value in found.items() if value in (None, "") and key not in empty]


def test_what_is_listed_but_not_current_is_named_with_its_status() -> None:
    assert cells(a_licence(), ["listed", "not_current"]) == [
        "IECEx BAS 26.0001; IECEx BAS 26.0002",
        "IECEx BAS 26.0002 (suspended)",
    ]


def test_places_are_written_out_and_their_countries_named_once() -> None:
    locations = [a_party("A"), a_party("B"), a_party("C", "PL")]
    place, countries = cells(a_facility(locations=locations), ["locations", "location_countries"])
    assert str(place).startswith("A, Werkstrasse 1, 12345 Musterstadt, DE; B, ")
    assert countries == "DE; PL"


def test_units_stand_with_what_is_said_of_each() -> None:
    assert cells(a_person(), ["units", "unit_scopes", "unit_limits"]) == [
        "Ex 001; Ex 003",
        "Ex 003: d, e, i",
        "Ex 003: Up to 1,000 V only.",
    ]


def test_a_table_of_several_schemes_has_the_usual_columns_of_them_all() -> None:
    both = of_table(["equipment", "person"], [])
    assert {"marking", "holder"} <= set(both)
    assert "part" not in both
    assert of_table(["person"], ["number"]) == ["number"]


def test_lists_stand_in_one_line() -> None:
    assert cell("marking", marking=["Ex d", "Ex t"]) == "Ex d; Ex t"
    assert cell("standards") == "IEC 60079-0 Ed. 7.0; IEC 60079-1 Ed. 7.0"


def test_a_manufacturer_that_is_not_there_yet_is_empty() -> None:
    assert cell("manufacturer", manufacturer=None) is None


def test_yes_no_and_not_stated_are_three_things() -> None:
    answers = [cell("supplied_affected", supplied_affected=value) for value in (True, False, None)]
    assert answers == ["yes", "no", None]


def test_the_link_is_the_address_of_the_record() -> None:
    snapshot = linked(a_snapshot("IECEx BAS 26.0001X"), "https://register.example")
    assert cells(snapshot, ["link"]) == ["https://register.example/certificates/IECEx-BAS-26.0001X"]


@pytest.mark.parametrize("number", ["IECEx BAS 07.0021X", "IECEx BAS S.0001", "BAS001", "IECEx CP SIR 11.0007"])
def test_the_quick_path_of_a_number_is_the_grammar_s(number: str) -> None:
    parsed = parse(number)
    assert path_of(number) == parsed.path


@pytest.mark.parametrize("text", ["=1+1", "Ω ≤ 40 °C", "two\nlines\tand a tab", "", "北京"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_characters_that_no_workbook_holds_are_dropped() -> None:
    assert clean("a\x00\x07b\x1b\uffff\ud800c") == "abc"


def test_characters_that_turn_the_text_around_are_dropped() -> None:
    assert clean("annual\u202etxt.exe\u2066") == "annualtxt.exe"
