"""What a certificate is found by, sorted by, and shown as."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.domain.documents import entry_of
from services.search.domain.hits import highlights_of, hit_of, title_of
from services.search.domain.issues import is_public, key_of
from services.search.domain.text import Highlighter, models
from services.search.domain.values import marked
from tests.builders import a_party, a_snapshot, a_tombstone
from tests.service.search.schemes import a_facility, a_licence, a_person


def test_an_entry_is_keyed_by_the_base_number_so_that_issues_share_it() -> None:
    first, third = ({"certificate": a_snapshot("IECEx BAS 26.0001X", issue=issue)} for issue in (1, 3))
    assert key_of(first) == key_of(third)


def test_numbers_that_differ_in_a_blank_are_two_certificates() -> None:
    one, other = ({"certificate": a_snapshot(number)} for number in ("IECEx CP SIR 11.0007", "IECEx CPSIR 11.0007"))
    assert key_of(one) != key_of(other)


def test_an_entry_has_the_printed_number_the_base_number_and_that_of_the_issue() -> None:
    found = entry_of(a_snapshot("IECEx BAS 26.0001X", issue=2)).numbers
    assert found == ["iecexbas260001", "iecexbas260001#2", "iecexbas260001x"]


def test_the_beginning_of_a_number_may_leave_out_what_goes_without_saying() -> None:
    assert entry_of(a_snapshot("IECEx BAS 26.0001X")).openings == ["260001x", "bas260001x", "iecexbas260001x"]


def test_a_person_s_number_is_found_without_its_cp() -> None:
    assert "sir110007" in entry_of(a_snapshot("IECEx CP SIR 11.0007", excb="SIR")).openings


def test_a_report_is_found_with_its_issue_and_without() -> None:
    assert {"detunextr26000700", "detunextr260007"} <= set(entry_of(a_snapshot()).reports)


def test_every_text_on_a_certificate_is_found() -> None:
    texts = entry_of(a_snapshot(serial_numbers=["SN-77"], schedule="Überdruck")).texts
    assert {"sn-77", "uberdruck", "muster messtechnik gmbh", "ex db [ia iic ga] iib t4 gb"} <= set(texts)


def test_codes_and_dates_are_no_texts() -> None:
    assert not {"current", "equipment", "2026-11-01", "de"} & set(entry_of(a_snapshot()).texts)


def test_values_are_kept_as_they_are_shown() -> None:
    snapshot = a_snapshot("IECEx BAS 26.0001X", manufacturer=a_party("Müller AG", "CH"))
    assert entry_of(snapshot).values == {
        "scheme": ["equipment"],
        "kind": ["equipment"],
        "status": ["current"],
        "excb": ["BAS"],
        "suffix": ["X"],
        "country": ["CH", "DE"],
        "manufacturer": ["Müller AG"],
        "protection": ["d", "i"],
        "group": ["IIB"],
        "temperature": ["T4"],
        "epl": ["Gb"],
        "standard": ["IEC 60079-0", "IEC 60079-1"],
        "edition": ["IEC 60079-0 7.0", "IEC 60079-1 7.0"],
        "unit": [],
        "year": ["2026"],
    }


def test_no_suffix_is_a_value_one_can_ask_for() -> None:
    assert entry_of(a_snapshot()).values["suffix"] == ["none"]


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("IECEx BAS 26.0001", "IECEx BAS 26.0002"),
        ("IECEx BAS 25.9999", "IECEx BAS 26.0001"),
        ("IECEx BAS 99.0001", "IECEx BAS 07.0001"),
        ("IECEx BAS 26.0001", "IECEx SIR 07.0001"),
        ("IECEx UL 26.0001", "IECEx ULD 07.0001"),
    ],
)
def test_number_keys_sort_by_body_year_and_sequence(lower: str, higher: str) -> None:
    assert entry_of(a_snapshot(lower)).number_key < entry_of(a_snapshot(higher)).number_key


def test_issues_of_one_certificate_have_different_number_keys() -> None:
    assert entry_of(a_snapshot(issue=0)).number_key < entry_of(a_snapshot(issue=1)).number_key


def test_date_keys_sort_by_date_and_differ_on_one_day() -> None:
    first, second = a_snapshot("IECEx BAS 26.0001"), a_snapshot("IECEx BAS 26.0002")
    later = a_snapshot("IECEx BAS 07.0001", date_of_issue="2026-11-02")
    assert entry_of(first).date_key < entry_of(second).date_key < entry_of(later).date_key


@given(st.lists(st.text("abcdefgh ", min_size=1, max_size=30), min_size=2, max_size=2))
def test_name_keys_sort_like_names(names: list[str]) -> None:
    one, other = (" ".join(name.split()).ljust(21)[:21].replace(" ", "\0") for name in names)
    first, second = (entry_of(a_snapshot(applicant=a_party(name))).name_keys for name in names)
    assert (one < other) == (first < second)


def test_all_keys_fit_into_the_engine_s_numbers() -> None:
    last = a_snapshot("IECEx ZZZZZ 95.9999", issue=999, date_of_issue="2200-01-01", applicant=a_party("\uffff" * 30))
    entry = entry_of(last)
    assert max(entry.number_key, entry.date_key, *entry.name_keys) < 2**63


def test_an_entry_can_be_made_of_the_least_there_is() -> None:
    assert entry_of({"base_number": "BAS001", "status": "current"}).numbers == ["bas001", "bas001#0"]


def test_drafts_and_tombstones_are_not_public() -> None:
    assert is_public(a_snapshot(status="cancelled"))
    assert not is_public(a_snapshot(status="draft"))
    assert not is_public(a_tombstone())


def test_a_hit_shows_the_parties_as_they_stand_on_the_certificate() -> None:
    hit = hit_of(a_snapshot(equipment="Lamp L1\nwith a long description", demonstration=True))
    assert hit["title"] == title_of(a_snapshot(equipment="Lamp L1")) == "Lamp L1"
    assert hit["applicant"] == a_party()
    assert hit["demonstration"] is True


def test_highlights_name_the_fields_that_matched() -> None:
    found = highlights_of(a_snapshot(), Highlighter({"flameproof", "muster"}, None))
    assert found == {
        "applicant": "<b>Muster</b> Messtechnik GmbH",
        "manufacturer": "<b>Muster</b> Messtechnik GmbH",
        "text": "A transmitter in a <b>flameproof</b> enclosure.",
    }


@pytest.mark.parametrize(
    ("line", "groups", "temperatures", "levels"),
    [
        ("Ex db [ia IIC Ga] IIB T4 Gb", ("IIB",), ("T4",), ("Gb",)),
        ("Ex tb IIIC T95°C Db", ("IIIC",), ("T95°C",), ("Db",)),
        ("Ex ia IIB+H2 T6…T4 Ga", ("IIB", "IIB+H2"), ("T4", "T5", "T6"), ("Ga",)),
        ("Ex db IIC/IIB T4/T6 Gb", ("IIC", "IIB"), ("T4", "T6"), ("Gb",)),
        ("Ex d I Mb", ("I",), (), ("Mb",)),
        ("[Ex ia Ga] IIC", ("IIC",), (), ()),
        ("no marking", (), (), ()),
    ],
)
def test_a_marking_is_found_by_group_temperature_and_level(
    line: str, groups: tuple[str, ...], temperatures: tuple[str, ...], levels: tuple[str, ...]
) -> None:
    assert marked(line)[:3] == (groups, temperatures, levels)


def test_a_marking_is_kept_as_it_is_written_and_in_its_right_spelling() -> None:
    assert entry_of(a_snapshot(marking=["ExdbIIBT4 Gb"])).marking == ["exdbiibt4 gb", "ex db iib t4 gb"]


def test_a_protection_that_is_forgotten_in_the_list_is_read_from_the_marking() -> None:
    assert entry_of(a_snapshot(protection=["i"])).values["protection"] == ["d", "i"]


@pytest.mark.parametrize(
    ("snapshot", "suffixes"),
    [
        (a_snapshot("IECEx BAS 26.0001X", verification=True), ["V", "X"]),
        (a_snapshot(verification=True), ["V"]),
        (a_snapshot("IECEx BAS 26.0001U"), ["U"]),
        (a_snapshot(), ["none"]),
    ],
)
def test_v_is_a_suffix_like_the_others(snapshot: dict[str, Any], suffixes: list[str]) -> None:
    assert entry_of(snapshot).values["suffix"] == suffixes


def test_a_person_is_found_by_name_units_and_the_centre_of_assessment() -> None:
    entry = entry_of(a_person())
    assert (entry.title, entry.names) == ("ana muster", ["ana muster", "trainhouse"])
    assert (entry.values["unit"], entry.values["country"]) == (["Ex 001", "Ex 003"], ["KR", "NO"])


def test_a_facility_s_title_is_whose_services_it_certifies() -> None:
    assert title_of(a_facility()) == "Repair Works Ltd: Repair and overhaul; Inspection"


def test_a_licence_s_title_is_its_licensee() -> None:
    assert title_of(a_licence()) == "Muster Messtechnik GmbH"


def test_only_a_person_s_hit_shows_holder_units_and_validity() -> None:
    hit = hit_of(a_person())
    assert (hit["holder"], hit["units"]) == ({"name": "Ana Muster", "country": "NO"}, ["Ex 001", "Ex 003"])
    assert hit["valid_until"] == "2029-06-01"
    assert not {"holder", "units", "valid_until"} & set(hit_of(a_snapshot()))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("type px-200/a and 3.5 mm", ["px200a"]),
        ("flame-proof and 60079-1", []),
        ("m12x1.5 s7-300", ["m12x15", "s7300"]),
        ("x-" * 30 + "1", []),
    ],
)
def test_a_type_is_one_word_without_its_hyphens(text: str, found: list[str]) -> None:
    assert models(text) == found
