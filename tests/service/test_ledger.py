"""The public ledger of numbers: what became of each that was given; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import InvalidInput, NotFound, RegisterError
from plumbing.db import Handle
from services.certificates.tables import AbsentNumberRow, metadata
from tests.certificates import a_body
from tests.reports import a_report_body
from tests.service.certificates import Office
from tests.service.reports import registered

FreshHandle = Callable[[sa.MetaData], Handle]
CANCELLATION: dict[str, Any] = {"reason": "The maker stopped.", "supplied_affected": False}


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def in_year(year: int) -> datetime:
    return datetime(year, 6, 15, 10, tzinfo=UTC)


def fates(office: Office, year: int = 2026) -> dict[int, str]:
    page = office.public.ledger(excb="BAS", scheme="equipment", year=year)
    return {item["n"]: item["fate"] for item in page["items"]}


def refusal(call: Callable[..., Any], **arguments: Any) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        call(**arguments)
    return caught.value


def test_every_number_is_in_the_ledger_with_its_fate_but_drafts_are_only_counted(office: Office) -> None:
    suspended, cancelled, deleted = [office.issued()["number"] for _ in range(3)]
    office.draft()
    office.issued()
    office.pass_time(days=1)
    office.secretariat.suspend(number=suspended, reason="The audit is overdue.")
    office.secretariat.cancel(number=cancelled, date="2026-11-22", **CANCELLATION)
    office.secretariat.delete(number=deleted, reason="Issued twice.")
    page = office.public.ledger(excb="bas", scheme="equipment", year=26)
    assert (page["excb"], page["year"], page["last"], page["drafts"], page["next"]) == ("BAS", 2026, 5, 1, None)
    assert fates(office) == {1: "suspended", 2: "cancelled", 3: "deleted", 5: "current"}
    assert page["items"][2] == {
        "n": 3,
        "number": "IECEx BAS 26.0003",
        "fate": "deleted",
        "since": "2026-11-22",
        "issue": 0,
        "reason": "Issued twice.",
    }


def test_a_deleted_draft_is_listed_since_its_number_is_used_up_but_nobody_is_told_why(office: Office) -> None:
    number = office.draft()["number"]
    office.secretariat.delete(number=number, reason="Entered by mistake.")
    (item,) = office.public.ledger(excb="BAS", scheme="equipment", year=2026)["items"]
    assert (item["n"], item["fate"], item["reason"], item["issue"]) == (1, "deleted", None, None)


def test_the_draft_of_a_later_issue_is_no_number(office: Office) -> None:
    number = office.issued()["number"]
    office.author.create_issue(number=number)
    page = office.public.ledger(excb="BAS", scheme="equipment", year=2026)
    assert (page["last"], page["drafts"], page["items"][0]["issue"]) == (1, 0, 0)


def test_an_absent_number_is_named_as_such(office: Office) -> None:
    noted = {"series": "equipment/BAS/07", "base_number": "IECEx BAS 07.0002", "noted_at": office.now}
    with office.handle.begin() as session:
        session.execute(sa.insert(AbsentNumberRow), noted)
    page = office.public.ledger(excb="BAS", scheme="equipment", year=2007)
    assert (page["last"], page["items"][0]["fate"], page["items"][0]["number"]) == (2, "absent", "IECEx BAS 07.0002")


def test_what_was_imported_is_listed_and_so_is_what_is_missing_between(office: Office) -> None:
    def bring(number: str) -> None:
        record = {"number": number, "status": "current", "date_of_issue": "2007-05-02"}
        content = {name: value for name, value in a_body().items() if name not in ("scheme", "kind")}
        office.secretariat.import_many(lines=[{"line": 1, "sent": content | record}], dry_run=False)

    bring("IECEx BAS 07.0003")
    assert fates(office, 2007) == {1: "absent", 2: "absent", 3: "current"}
    bring("IECEx BAS 07.0002")
    assert fates(office, 2007) == {1: "absent", 2: "current", 3: "current"}
    assert office.public.ledger(excb="BAS", scheme="equipment")["years"] == [{"year": 2007, "given": 3, "drafts": 0}]


def test_the_ledger_comes_in_pages(office: Office) -> None:
    for _ in range(5):
        office.issued()
    page = office.public.ledger(excb="BAS", scheme="equipment", year=2026, limit=2)
    seen = [item["n"] for item in page["items"]]
    while page["next"] is not None:
        page = office.public.ledger(excb="BAS", scheme="equipment", year=2026, limit=2, after=page["next"])
        seen += [item["n"] for item in page["items"]]
    assert seen == [1, 2, 3, 4, 5]


def test_without_a_year_the_ledger_tells_in_which_years_there_are_numbers(office: Office) -> None:
    for year in (2024, 2026):
        office.now = in_year(year)
        office.issued()
    office.draft()
    answer = office.public.ledger(excb="BAS", scheme="equipment")
    assert answer == {
        "excb": "BAS",
        "scheme": "equipment",
        "years": [{"year": 2026, "given": 2, "drafts": 1}, {"year": 2024, "given": 1, "drafts": 0}],
    }


def test_what_counts_on_over_the_years_is_one_series(office: Office) -> None:
    assert office.public.ledger(excb="BAS", scheme="mark-licence") == {
        "excb": "BAS",
        "scheme": "mark-licence",
        "year": None,
        "last": 0,
        "drafts": 0,
        "items": [],
        "next": None,
    }
    assert isinstance(refusal(office.public.ledger, excb="BAS", scheme="mark-licence", year=2026), InvalidInput)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"excb": "XYZ"}, NotFound),
        ({"excb": 7}, InvalidInput),
        ({"excb": "B\0S"}, InvalidInput),
        ({"scheme": "cars"}, InvalidInput),
        ({"scheme": None}, InvalidInput),
        ({"year": 1990}, InvalidInput),
        ({"after": -1}, InvalidInput),
        ({"limit": 1_001}, InvalidInput),
    ],
)
def test_the_ledger_says_what_it_does_not_have(office: Office, asked: dict[str, Any], error: type[Exception]) -> None:
    wanted: dict[str, Any] = {"excb": "BAS", "scheme": "equipment", "year": 2026} | asked
    assert isinstance(refusal(office.public.ledger, **wanted), error)


def test_reports_have_a_ledger_of_their_own(office: Office) -> None:
    office.now = in_year(2024)
    for _ in range(2):
        number = registered(office, type="QAR", issued="2024-01-02")["number"]
    office.author.reissue_report(number=number, body=a_report_body(type="QAR", issued="2024-02-03"))
    page = office.public.ledger(excb="BAS", scheme="QAR", year=2024)
    assert [(item["number"], item["fate"], item["issue"]) for item in page["items"]] == [
        ("GB/BAS/QAR24.0001", "registered", 0),
        ("GB/BAS/QAR24.0002", "registered", 1),
    ]
    assert (page["last"], page["drafts"]) == (2, 0)
    assert office.public.ledger(excb="BAS", scheme="QAR")["years"] == [{"year": 2024, "given": 2, "drafts": 0}]
