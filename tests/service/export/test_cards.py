"""ID cards of persons: one by one, and in sheets for the Secretariat's printer."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from contracts.errors import Forbidden, InvalidInput, NotFound
from contracts.identity import Identity
from plumbing.context import new_context
from tests.builders import a_snapshot
from tests.schemes import a_person
from tests.service.export.neighbours import Clock, FakeCertificates

SECRETARIAT = Identity("secretariat", account="office")
MILLIMETRE = 72 / 25.4


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Documents touch no database: one kind is enough here."""
    return f"{request.param}:///{tmp_path / 'register.db'}"


def read(replica: Any, file: dict[str, Any]) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(replica.blobs.get(file["blob"])))


def card_of(replica: Any, certificates: FakeCertificates, **overrides: Any) -> list[str]:
    certificates.issues = {0: a_person(**overrides)}
    return [page.extract_text() for page in read(replica, replica.card_pdf(number="CP")).pages]


def test_a_card_has_two_pages_in_the_size_of_a_credit_card(replica: Any, certificates: FakeCertificates) -> None:
    certificates.issues = {0: a_person()}
    file = replica.card_pdf(number="IECEx CP BAS 26.0001")
    assert file["filename"] == "card-IECEx-CP-BAS-26.0001-issue-0.pdf"
    sizes = [(float(page.mediabox.width), float(page.mediabox.height)) for page in read(replica, file).pages]
    assert sizes == [pytest.approx((85.6 * MILLIMETRE, 54 * MILLIMETRE), abs=0.1)] * 2


def test_a_card_shows_whose_it_is_until_when_and_for_what(replica: Any, certificates: FakeCertificates) -> None:
    front, back = card_of(replica, certificates)
    for part in ("Maria Muster", "IECEx CP BAS 26.0001", "Example Certification Body (BAS)", "2031-10-31"):
        assert part in front
    for part in ("Ex 001", "Basic principles of protection", "Ex 003", "Within limits", "This card is a copy"):
        assert part in back


def test_the_longest_name_and_all_units_stay_on_their_two_pages(replica: Any, certificates: FakeCertificates) -> None:
    units = [{"unit": f"Ex {n:03}", "obtained": None, "scope": "", "limits": ""} for n in range(50)]
    holder = {"name": "W" * 300, "country": "DE"}
    _, back = card_of(replica, certificates, holder=holder, units=units)
    assert "and 38 more: see the register." in back


@pytest.mark.parametrize("status", ["suspended", "cancelled"])
def test_a_card_that_is_not_good_says_so_on_both_faces(
    replica: Any, certificates: FakeCertificates, status: str
) -> None:
    for face in card_of(replica, certificates, status=status, status_date="2026-11-10"):
        assert f"{status.upper()} since 2026-11-10" in face


def test_a_card_whose_time_is_over_says_so_from_the_next_day_on(
    replica: Any, certificates: FakeCertificates, clock: Clock
) -> None:
    assert not any("ENDED" in face for face in card_of(replica, certificates))
    clock.now = datetime(2031, 11, 1, tzinfo=UTC)
    assert all("VALIDITY ENDED" in face for face in card_of(replica, certificates))


def test_only_persons_have_cards_and_only_once_they_are_certified(replica: Any, certificates: FakeCertificates) -> None:
    certificates.issues = {0: a_snapshot()}
    with pytest.raises(InvalidInput, match="only persons have a card"):
        replica.card_pdf(number="IECEx BAS 26.0001")
    certificates._seen = lambda: {0: a_person(status="draft", date_of_issue=None)}  # type: ignore[method-assign]
    with pytest.raises(NotFound, match="not issued yet"):
        replica.card_pdf(number="CP")


def as_secretariat(replica: Any) -> None:
    replica.call = new_context(SECRETARIAT, seconds=30)


def test_a_sheet_has_eight_fronts_and_behind_them_their_backs(replica: Any, certificates: FakeCertificates) -> None:
    as_secretariat(replica)
    numbers = [f"IECEx CP BAS 26.{n:04}" for n in range(1, 10)]
    certificates.others = {number: a_person(number) for number in numbers}
    file = replica.cards_pdf(numbers=numbers)
    pages = [page.extract_text() for page in read(replica, file).pages]
    assert len(pages) == 4
    assert [page.count("Valid until") for page in pages] == [8, 0, 1, 0]
    assert [page.count("This card is a copy") for page in pages] == [0, 8, 0, 1]
    fronts, backs = ([page.find(f"26.000{n}") for n in (1, 2)] for page in pages[:2])
    assert fronts == sorted(fronts)
    assert backs == sorted(backs, reverse=True), "the sheet is turned over its long edge"


def test_the_sheet_names_every_number_of_which_no_card_should_be_carried(
    replica: Any, certificates: FakeCertificates
) -> None:
    as_secretariat(replica)
    certificates.others = {
        "a": a_person(),
        "b": a_person(status="suspended"),
        "c": a_snapshot(),
        "d": a_person(valid_until="2026-01-01"),
    }
    with pytest.raises(InvalidInput) as refusal:
        replica.cards_pdf(numbers=list(certificates.others))
    assert [error["field"] for error in refusal.value.details["errors"]] == ["numbers.1", "numbers.2", "numbers.3"]


@pytest.mark.parametrize("numbers", [[], ["x"] * 101, "x", [1]])
def test_a_sheet_takes_one_to_a_hundred_numbers(replica: Any, numbers: Any) -> None:
    as_secretariat(replica)
    with pytest.raises(InvalidInput, match="numbers"):
        replica.cards_pdf(numbers=numbers)


def test_nobody_but_the_secretariat_prints_sheets(replica: Any) -> None:
    replica.call = new_context(Identity("signatory", "BAS", "bas-signatory"), seconds=30)
    with pytest.raises(Forbidden):
        replica.cards_pdf(numbers=["IECEx CP BAS 26.0001"])
