"""Certification bodies, standards and units of competence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import InvalidInput
from contracts.numbers import canonical_code
from plumbing.db import Handle
from services.certificates import reference
from services.certificates.tables import metadata
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
