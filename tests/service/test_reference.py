"""Certification bodies, standards and units of competence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput, NotFound, VersionMismatch
from contracts.identity import Role
from contracts.numbers import canonical_code
from plumbing.db import Handle
from services.certificates import reference
from services.certificates.tables import metadata
from tests.certificates import somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


ALL_EQUIPMENT = {"scheme": "equipment", "standard": "*", "valid_from": "2003-08-01", "valid_until": None}


def body_of(office: Office, code: str) -> dict[str, Any]:
    return next(row for row in office.public.excbs() if row["code"] == code)


def test_the_project_brings_its_reference_data_along(office: Office) -> None:
    counts = [len(rows) for rows in (office.public.excbs(), office.public.standards(), office.public.units())]
    assert counts == [52, 33, 12]
    assert body_of(office, "ExTC") == {
        "code": "ExTC",
        "name": "Ex Testing and Certification",
        "country": "AU",
        "active": True,
        "scopes": [ALL_EQUIPMENT],
    }
    assert office.public.standards()[0] == {
        "number": "IEC 60079-0",
        "title": "Equipment – General requirements",
        "previous_edition": "6.0 (2011)",
        "current_edition": "7.0 (2017)",
    }
    assert office.public.units()[0]["unit"] == "Ex 000"


def test_every_body_of_the_files_can_be_found_by_its_numbers(office: Office) -> None:
    assert all(canonical_code(row["code"]) == row["code"] for row in office.public.excbs())


def test_loading_again_keeps_what_the_secretariat_changed(office: Office) -> None:
    changed = {"code": "KEM", "name": "KEMA Quality", "country": "NL", "active": False}
    office.secretariat.put_excbs(rows=[changed])
    reference.load(office.handle)
    assert body_of(office, "KEM") == changed | {"scopes": [ALL_EQUIPMENT]}
    assert len(office.public.excbs()) == 52


def test_the_secretariat_adds_bodies(office: Office) -> None:
    rows = office.secretariat.put_excbs(rows=[{"code": "xyz", "name": "A new body", "country": "SE"}])
    assert {"code": "XYZ", "name": "A new body", "country": "SE", "active": True, "scopes": []} in rows
    assert len(rows) == 53


def test_the_last_of_two_rows_for_one_body_holds(office: Office) -> None:
    rows = [{"code": code, "name": code, "country": "SE"} for code in ("abc", "ABC")]
    office.secretariat.put_excbs(rows=rows)
    assert body_of(office, "ABC")["name"] == "ABC"


def test_a_body_that_could_have_no_numbers_is_refused(office: Office) -> None:
    right = {"code": "ABC", "name": "A", "country": "SE"}
    wrong: list[Any] = [
        right | {"code": "CP"},
        right | {"code": "A"},
        right | {"name": ""},
        right | {"country": "XX"},
        {},
        7,
    ]
    for row in wrong:
        with pytest.raises(InvalidInput):
            office.secretariat.put_excbs(rows=[right, row])
    assert len(office.public.excbs()) == 52


def test_who_changes_a_body_upon_what_is_no_longer_so_is_refused(office: Office) -> None:
    read = office.public.excb(code="bas")
    row = {"code": "BAS", "name": "SGS Baseefa", "country": "GB", "active": False}
    office.secretariat.put_excbs(rows=[row], version=read["version"])
    for late in (
        lambda: office.secretariat.put_excbs(rows=[row], version=read["version"]),
        lambda: office.secretariat.put_scopes(excb="BAS", rows=[], version=read["version"]),
    ):
        with pytest.raises(VersionMismatch):
            late()
    assert body_of(office, "BAS")["scopes"] == read["scopes"]


def test_a_new_body_does_not_take_the_place_of_one_that_is_there(office: Office) -> None:
    with pytest.raises(VersionMismatch):
        office.secretariat.put_excbs(rows=[{"code": "BAS", "name": "Another", "country": "SE"}], version="")
    office.secretariat.put_excbs(rows=[{"code": "NEW", "name": "Another", "country": "SE"}], version="")
    assert office.public.excb(code="NEW")["scopes"] == []


def test_the_secretariat_keeps_the_editions_and_the_gate_judges_by_them(office: Office) -> None:
    row = {"number": "IEC 60079-1", "title": "Flameproof", "current_edition": "9.0 (2026)", "previous_edition": ""}
    read = office.public.standard(number="IEC 60079-1")
    office.secretariat.put_standards(rows=[row], version=read["version"])
    reference.load(office.handle)
    assert office.public.standards()[1] == row
    draft = office.draft()
    findings = office.author.check(number=draft["number"])["findings"]
    assert any("IEC 60079-1" in found["text"] and "9.0" in found["text"] for found in findings)
    with pytest.raises(VersionMismatch):
        office.secretariat.put_standards(rows=[row], version=read["version"])


def test_a_new_standard_follows_the_others(office: Office) -> None:
    row = {"number": "IEC/IEEE 60079-99", "title": "A new part", "current_edition": "1.0 (2026)"}
    assert office.secretariat.put_standards(rows=[row], version="")[-1] == row | {"previous_edition": ""}
    with pytest.raises(NotFound):
        office.public.standard(number="IEC 0")


@pytest.mark.parametrize("number", ["", "60079-1", "iec 60079-1", "IEC 60079-1; x", "IEC", "IEC 60079-", "I" * 61])
def test_what_can_be_no_standard_is_refused(office: Office, number: str) -> None:
    row = {"number": number, "title": "A title", "current_edition": "1.0 (2026)"}
    with pytest.raises(InvalidInput, match="number"):
        office.secretariat.put_standards(rows=[row])


@pytest.mark.parametrize("role", ["guest", "author", "signatory", "administrator", "it-administrator"])
def test_nobody_else_keeps_bodies_or_standards(office: Office, role: Role) -> None:
    service = office.as_(somebody(role))
    for refused in (
        lambda: service.put_excbs(rows=[]),
        lambda: service.put_scopes(excb="BAS", rows=[]),
        lambda: service.put_standards(rows=[]),
    ):
        with pytest.raises(Forbidden):
            refused()
