"""Creating drafts: the intent, the number, what a crash leaves behind and how it is finished."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, Gone, IdempotencyKeyReused, InvalidInput, NotFound, SeriesFull, Unavailable
from contracts.identity import ROLES, Identity, service_identity
from plumbing.db import Handle
from services.certificates.tables import CertificateRow, metadata
from tests.certificates import AUTHOR, a_body, somebody
from tests.service.certificates import AwayNumbering, FullNumbering, MuteNumbering, Numbering, Office

FreshHandle = Callable[[sa.MetaData], Handle]
SWEEPER = service_identity("certificates")


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def sweep(office: Office, numbering: Numbering) -> None:
    """What the timer does, with the numbering that is back."""
    office.numbering = numbering
    office.pass_time(seconds=10)
    office.as_(SWEEPER).sweep()


def numbers_of(office: Office) -> list[str | None]:
    with office.handle.read() as session:
        return list(session.scalars(sa.select(CertificateRow.base_number).order_by(CertificateRow.base_number)))


def a_lost_draft(office: Office, numbering: Numbering, key: str | None = None) -> None:
    """A draft whose number did not come back."""
    office.numbering = numbering
    with pytest.raises(Unavailable):
        office.author.create_draft(body=a_body(), idempotency_key=key)


def test_a_draft_has_a_number_at_once(office: Office) -> None:
    draft = office.draft()
    assert (draft["number"], draft["status"], draft["issue"], draft["version"]) == (
        "IECEx BAS 26.0001",
        "draft",
        0,
        "0.1",
    )


def test_the_answer_is_what_is_read_afterwards(office: Office) -> None:
    draft = office.draft(conditions_of_use="Protect from impact.")
    assert office.author.get(number=draft["number"]) == draft


def test_each_draft_has_the_next_number_of_its_body(office: Office) -> None:
    sir = office.as_(somebody("author", "SIR"))
    drafts = [office.draft(), sir.create_draft(body=a_body()), office.draft()]
    assert [draft["base_number"] for draft in drafts] == ["IECEx BAS 26.0001", "IECEx SIR 26.0001", "IECEx BAS 26.0002"]


def test_a_demonstration_register_marks_each_record(office: Office) -> None:
    office.demonstration = True
    number = office.issued()["number"]
    office.demonstration = False
    assert office.public.get(number=number)["demonstration"] is True
    assert office.log()[0]["certificate"]["demonstration"] is True


def test_drafts_are_for_authors_and_signatories(office: Office) -> None:
    for role in set(ROLES) - {"author", "signatory"}:
        with pytest.raises(Forbidden):
            office.as_(somebody(role)).create_draft(body=a_body())
    assert numbers_of(office) == []


def test_a_body_that_is_unknown_or_inactive_creates_nothing(office: Office) -> None:
    office.secretariat.put_excbs(rows=[{"code": "SIR", "name": "Sira", "country": "GB", "active": False}])
    for excb in ("XYZ", "SIR"):
        with pytest.raises(Forbidden, match=f"{excb} is not an active"):
            office.as_(somebody("author", excb)).create_draft(body=a_body(), idempotency_key="k")
    assert numbers_of(office) == []


def test_a_body_that_is_wrong_takes_no_number(office: Office) -> None:
    wrong: list[Any] = [None, [], {}, {"scheme": []}, {"scheme": "person"}, a_body(unknown=1), a_body(equipment="")]
    for body in wrong:
        with pytest.raises(InvalidInput):
            office.author.create_draft(body=body)
    assert office.numbering.owners == {}


def test_the_same_key_and_body_give_the_same_draft(office: Office) -> None:
    first = office.author.create_draft(body=a_body(), idempotency_key="k")
    reordered = dict(reversed(a_body().items()))
    assert office.author.create_draft(body=reordered, idempotency_key="k") == first
    assert numbers_of(office) == ["IECEx BAS 26.0001"]


def test_a_repeated_request_shows_the_draft_as_it_stands(office: Office) -> None:
    first = office.author.create_draft(body=a_body(), idempotency_key="k")
    issued = office.signatory.issue(number=first["number"], version="0.1")
    assert office.author.create_draft(body=a_body(), idempotency_key="k") == issued


def test_a_repeated_request_for_a_deleted_draft_says_so(office: Office) -> None:
    draft = office.author.create_draft(body=a_body(), idempotency_key="k")
    office.secretariat.delete(number=draft["number"], reason="Entered twice.")
    with pytest.raises(Gone):
        office.author.create_draft(body=a_body(), idempotency_key="k")


def test_a_key_with_another_body_is_refused(office: Office) -> None:
    office.author.create_draft(body=a_body(), idempotency_key="k")
    with pytest.raises(IdempotencyKeyReused):
        office.author.create_draft(body=a_body(ambient="-20 °C ≤ Ta ≤ +40 °C"), idempotency_key="k")


def test_a_key_belongs_to_its_account(office: Office) -> None:
    other = Identity("author", "BAS", "bas-author-2", AUTHOR.scopes)
    drafts = [office.as_(who).create_draft(body=a_body(), idempotency_key="k") for who in (AUTHOR, other)]
    assert drafts[0]["number"] != drafts[1]["number"]


def test_a_key_that_cannot_be_one_is_refused(office: Office) -> None:
    wrong: list[Any] = ["", "k" * 201, "a\nb", 7]
    for key in wrong:
        with pytest.raises(InvalidInput, match="Idempotency-Key"):
            office.author.create_draft(body=a_body(), idempotency_key=key)


def test_twenty_requests_with_one_key_make_one_draft(office: Office) -> None:
    def create(_: int) -> str:
        return str(office.author.create_draft(body=a_body(), idempotency_key="k")["number"])

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(create, range(20))) == {"IECEx BAS 26.0001"}
    assert numbers_of(office) == ["IECEx BAS 26.0001"]


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_a_draft_without_number_is_shown_to_nobody(office: Office, kind: type[Numbering]) -> None:
    a_lost_draft(office, kind())
    assert office.author.mine()["items"] == []
    assert office.secretariat.mine()["items"] == []
    with pytest.raises(NotFound):
        office.secretariat.get(number="IECEx BAS 26.0001")


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_a_retry_with_the_key_finishes_the_draft(office: Office, kind: type[Numbering]) -> None:
    a_lost_draft(office, lost := kind(), key="k")
    office.numbering = Numbering(lost.owners)
    assert office.author.create_draft(body=a_body(), idempotency_key="k")["number"] == "IECEx BAS 26.0001"
    assert numbers_of(office) == ["IECEx BAS 26.0001"]


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_the_sweeper_finishes_what_was_left(office: Office, kind: type[Numbering]) -> None:
    lost = kind()
    for _ in range(3):
        a_lost_draft(office, lost)
    sweep(office, Numbering(lost.owners))
    assert numbers_of(office) == ["IECEx BAS 26.0001", "IECEx BAS 26.0002", "IECEx BAS 26.0003"]
    assert len(office.author.mine()["items"]) == 3


def test_the_sweeper_leaves_alone_what_is_being_created(office: Office) -> None:
    a_lost_draft(office, AwayNumbering())
    office.numbering = Numbering()
    office.pass_time(seconds=4)
    office.as_(SWEEPER).sweep()
    assert numbers_of(office) == [None]


def test_a_draft_of_last_year_gets_a_number_of_last_year(office: Office) -> None:
    office.now = office.now.replace(month=12, day=31, hour=23, minute=59, second=58)
    a_lost_draft(office, AwayNumbering())
    sweep(office, Numbering())
    assert numbers_of(office) == ["IECEx BAS 26.0001"]
    assert office.draft()["number"] == "IECEx BAS 27.0001"


def test_while_numbering_is_away_the_sweeper_waits(office: Office) -> None:
    a_lost_draft(office, AwayNumbering())
    with pytest.raises(Unavailable):
        sweep(office, AwayNumbering())
    sweep(office, Numbering())
    assert numbers_of(office) == ["IECEx BAS 26.0001"]


def test_a_full_series_is_an_error_and_leaves_nothing_to_see(office: Office) -> None:
    office.numbering = FullNumbering()
    for _ in range(3):
        office.draft()
    with pytest.raises(SeriesFull):
        office.draft()
    assert len(office.author.mine()["items"]) == 3


def test_the_sweeper_gives_what_is_left_of_a_series_and_then_never_asks_again(office: Office) -> None:
    for _ in range(5):
        a_lost_draft(office, AwayNumbering())
        office.pass_time(milliseconds=1)
    sweep(office, FullNumbering())
    assert [number for number in numbers_of(office) if number] == [f"IECEx BAS 26.000{n}" for n in (1, 2, 3)]
    sweep(office, asked := Numbering())
    assert asked.owners == {}


def test_a_fault_in_one_series_does_not_hold_up_the_others(office: Office) -> None:
    office.numbering = AwayNumbering()
    for excb in ("BAS", "SIR"):
        with pytest.raises(Unavailable):
            office.as_(somebody("author", excb)).create_draft(body=a_body())

    class Faulty(Numbering):
        def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
            if "BAS" in series:
                raise InvalidInput("a fault")
            return super().allocate_many(series, owner_ids)

    sweep(office, Faulty())
    assert [number for number in numbers_of(office) if number] == ["IECEx SIR 26.0001"]
