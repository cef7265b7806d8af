"""The statistics of a small register, and that drafts are in them, and in the ledger, only as counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import InvalidInput, NotFound, RegisterError
from contracts.identity import ROLES
from plumbing.db import Handle
from services.certificates.tables import metadata
from tests.certificates import MAKER, a_body, a_facility_body, a_licence_body, a_person_body, somebody
from tests.service.certificates import AwayNumbering, Office
from tests.service.reports import registered

FreshHandle = Callable[[sa.MetaData], Handle]
COLUMNS = ("year", "certificates", "reports", "total", "drafts")
# ``last`` and ``given`` are numbers given, to drafts too.
COUNT_DRAFTS = ("drafts", "last", "given")


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def in_year(year: int) -> datetime:
    return datetime(year, 6, 15, 10, tzinfo=UTC)


def refusal(call: Callable[..., Any], **arguments: Any) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        call(**arguments)
    return caught.value


def years_of(office: Office, scheme: str) -> list[tuple[int, ...]]:
    """Year, certificates, reports, total, drafts: the columns of the scheme's own tables."""
    (found,) = office.public.statistics(scheme=scheme)["schemes"]
    return [tuple(row[name] for name in COLUMNS) for row in found["years"]]


def test_the_table_of_service_facilities_is_the_one_that_the_scheme_showed_in_2012(office: Office) -> None:
    shown = {2007: (3, 4), 2008: (12, 15), 2009: (15, 13), 2010: (26, 29), 2011: (31, 33)}
    for year, (certificates, reports) in shown.items():
        office.now = in_year(year)
        for _ in range(certificates):
            office.issued_as(a_facility_body())
        for _ in range(reports):
            registered(office, type="FAR", issued=f"{year}-01-02")
    for _ in range(8):
        office.author.create_draft(body=a_facility_body())
    assert years_of(office, "service-facility") == [
        (2007, 3, 4, 7, 0),
        (2008, 12, 15, 27, 0),
        (2009, 15, 13, 28, 0),
        (2010, 26, 29, 55, 0),
        (2011, 31, 33, 64, 8),
    ]
    totals = office.public.statistics(scheme="service-facility")["totals"]
    assert totals == {"certificates": 87, "issues": 87, "reports": 94, "drafts": 8, "total": 181}


def a_person_of(office: Office, country: str) -> None:
    centre = {"name": "Example Centre", "country": country, "outsourced": False}
    units = [{"unit": "Ex 001", "obtained": f"{office.now.year}-01-02"}]
    office.issued_as(a_person_body(office.photo(), assessment_centre=centre, units=units))


def test_persons_are_counted_by_year_and_by_the_country_where_they_were_assessed(office: Office) -> None:
    for year, countries in ((2010, ["NO"]), (2011, ["KR", "KR", "NO"]), (2012, ["VN"])):
        office.now = in_year(year)
        for country in countries:
            a_person_of(office, country)
    persons = office.public.statistics()["persons"]
    assert [(row["year"], row["certificates"]) for row in persons["years"]] == [(2010, 1), (2011, 3), (2012, 1)]
    assert {row["country"]: row["certificates"] for row in persons["countries"]} == {"KR": 2, "NO": 2, "VN": 1}
    assert persons["excbs"] == [{"excb": "BAS", "certificates": 5}]
    assert persons["total"] == 5


def test_statistics_are_of_all_or_of_one_body(office: Office) -> None:
    office.issued()
    sira = office.as_(somebody("signatory", "SIR"))
    for _ in range(2):
        draft = sira.create_draft(body=a_body(applicant=MAKER | {"country": "NO"}))
        sira.issue(number=draft["number"], version=draft["version"])
    sira.create_draft(body=a_body())
    of_all = {row["excb"]: (row["certificates"], row["drafts"]) for row in office.public.statistics()["excbs"]}
    assert of_all == {"BAS": (1, 0), "SIR": (2, 1)}
    of_sira = office.public.statistics(excb="sir", scheme="equipment")
    assert of_sira["totals"] == {"certificates": 2, "issues": 2, "reports": 0, "drafts": 1, "total": 2}
    assert [(row["country"], row["total"]) for row in of_sira["countries"]] == [("NO", 2)]


def test_a_certificate_counts_once_each_issue_in_its_year_and_a_deleted_one_only_as_deleted(
    office: Office,
) -> None:
    office.now = in_year(2024)
    first, second = office.issued()["number"], office.issued()["number"]
    office.now = in_year(2026)
    for number in (first, second):
        later = office.author.create_issue(number=number, body=a_body(changes="Another seal."))
        office.signatory.issue(number=number, version=later["version"])
    office.secretariat.delete(number=second, reason="Issued twice.")
    found = office.public.statistics()
    years = [(row["year"], row["certificates"], row["issues"]) for row in found["schemes"][0]["years"]]
    assert years == [(2024, 1, 1), (2026, 0, 1)]
    assert {row["status"]: row["certificates"] for row in found["statuses"]} == {"current": 1, "deleted": 1}


def test_drafts_count_in_the_year_in_which_they_were_begun_until_they_are_issued_or_deleted(office: Office) -> None:
    office.now = in_year(2025)
    old, deleted = office.draft(), office.draft()
    office.now = in_year(2026)
    issued = office.issued()["number"]
    office.author.create_issue(number=issued)
    office.secretariat.delete(number=deleted["number"], reason="Never finished.")
    office.numbering = AwayNumbering()
    refusal(office.author.create_draft, body=a_body())
    (equipment,) = office.public.statistics(scheme="equipment")["schemes"]
    assert [(row["year"], row["drafts"]) for row in equipment["years"]] == [(2025, 1), (2026, 1)]
    office.signatory.issue(number=old["number"], version=old["version"])
    assert office.public.statistics()["totals"]["drafts"] == 1


def test_drafts_count_under_their_own_scheme_however_they_came(office: Office) -> None:
    photo = office.photo()
    bodies = [a_body(), a_facility_body(), a_licence_body("IECEx BAS 26.0001"), a_person_body(photo)]
    office.author.create_many(key="b", lines=[{"line": n, "sent": body} for n, body in enumerate(bodies)], issue=False)
    for body in bodies:
        office.author.create_draft(body=body)
    office.author.create_issue(number=office.issued_as(a_facility_body())["number"])
    counted = {row["scheme"]: row["totals"]["drafts"] for row in office.public.statistics()["schemes"]}
    assert counted == {"equipment": 2, "service-facility": 3, "mark-licence": 2, "person": 2}


def test_statistics_of_what_there_is_not_are_refused(office: Office) -> None:
    assert isinstance(refusal(office.public.statistics, scheme="cars"), InvalidInput)
    assert isinstance(refusal(office.public.statistics, excb="XYZ"), NotFound)


def without_drafts(value: Any) -> Any:
    """What is left when all that counts drafts is taken out."""
    if isinstance(value, dict):
        return {name: without_drafts(kept) for name, kept in value.items() if name not in COUNT_DRAFTS}
    return [without_drafts(kept) for kept in value] if isinstance(value, list) else value


def public_figures(office: Office) -> list[Any]:
    ledgers = [office.public.ledger(excb="BAS", scheme="equipment", year=year) for year in (None, 2026)]
    return [*ledgers, office.public.statistics(), office.public.statistics(scheme="equipment", excb="BAS")]


def test_two_registers_that_differ_in_drafts_differ_only_in_how_many_there_are(office: Office) -> None:
    numbers = [office.issued(equipment=f"Transmitter {n}")["number"] for n in range(3)]
    before = public_figures(office)
    office.draft(applicant=MAKER | {"country": "NO"})
    edited = office.draft()
    office.author.edit(number=edited["number"], body=a_body(schedule="Better."), version=edited["version"])
    office.author.create_issue(number=numbers[0], body=a_body(applicant=MAKER | {"country": "KR"}))
    after = public_figures(office)
    assert before != after
    assert without_drafts(before) == without_drafts(after)


def test_everybody_is_told_the_same(office: Office) -> None:
    office.issued()
    office.draft()
    told = [
        (reader.statistics(), reader.ledger(excb="BAS", scheme="equipment", year=2026))
        for reader in (office.as_(somebody(role)) for role in ROLES)
    ]
    assert all(same == told[0] for same in told)
