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
from tests.service.certificates import AwayNumbering, FullNumbering, MuteNumbering, Numbering, Register

FreshHandle = Callable[[sa.MetaData], Handle]
SWEEPER = service_identity("certificates")


@pytest.fixture
def register(fresh_handle: FreshHandle) -> Register:
    return Register(fresh_handle(metadata))


def sweep(register: Register, numbering: Numbering) -> None:
    """What the timer does, with the numbering that is back."""
    register.numbering = numbering
    register.pass_time(seconds=10)
    register.as_(SWEEPER).sweep()


def numbers_of(register: Register) -> list[str | None]:
    with register.handle.read() as session:
        return list(session.scalars(sa.select(CertificateRow.base_number).order_by(CertificateRow.base_number)))


def a_lost_draft(register: Register, numbering: Numbering, key: str | None = None) -> None:
    """A draft whose number did not come back."""
    register.numbering = numbering
    with pytest.raises(Unavailable):
        register.author.create_draft(body=a_body(), idempotency_key=key)


def test_a_draft_has_a_number_at_once(register: Register) -> None:
    draft = register.draft()
    assert (draft["number"], draft["status"], draft["issue"], draft["version"]) == (
        "IECEx BAS 26.0001",
        "draft",
        0,
        "1",
    )


def test_the_answer_is_what_is_read_afterwards(register: Register) -> None:
    draft = register.draft(conditions_of_use="Protect from impact.")
    assert register.author.get(number=draft["number"]) == draft


def test_each_draft_has_the_next_number_of_its_body(register: Register) -> None:
    sir = register.as_(somebody("author", "SIR"))
    drafts = [register.draft(), sir.create_draft(body=a_body()), register.draft()]
    assert [draft["base_number"] for draft in drafts] == ["IECEx BAS 26.0001", "IECEx SIR 26.0001", "IECEx BAS 26.0002"]


def test_a_demonstration_register_marks_each_record(register: Register) -> None:
    register.demonstration = True
    number = register.issued()["number"]
    register.demonstration = False
    assert register.public.get(number=number)["demonstration"] is True
    assert register.log()[0]["certificate"]["demonstration"] is True


def test_drafts_are_for_authors_and_signatories(register: Register) -> None:
    for role in set(ROLES) - {"author", "signatory"}:
        with pytest.raises(Forbidden):
            register.as_(somebody(role)).create_draft(body=a_body())
    assert numbers_of(register) == []


@pytest.mark.parametrize("excb", ["XYZ", "SIR"])
def test_a_body_that_is_unknown_or_inactive_creates_nothing(register: Register, excb: str) -> None:
    register.secretariat.put_excbs(rows=[{"code": "SIR", "name": "Sira", "country": "GB", "active": False}])
    with pytest.raises(Forbidden, match=f"{excb} is not an active"):
        register.as_(somebody("author", excb)).create_draft(body=a_body(), idempotency_key="k")
    assert numbers_of(register) == []


@pytest.mark.parametrize(
    "body", [None, [], {}, {"scheme": []}, {"scheme": "person"}, a_body(unknown=1), a_body(equipment="")]
)
def test_a_body_that_is_wrong_takes_no_number(register: Register, body: Any) -> None:
    with pytest.raises(InvalidInput):
        register.author.create_draft(body=body)
    assert register.numbering.owners == {}


def test_the_same_key_and_body_give_the_same_draft(register: Register) -> None:
    first = register.author.create_draft(body=a_body(), idempotency_key="k")
    reordered = dict(reversed(a_body().items()))
    assert register.author.create_draft(body=reordered, idempotency_key="k") == first
    assert numbers_of(register) == ["IECEx BAS 26.0001"]


def test_a_repeated_request_shows_the_draft_as_it_stands(register: Register) -> None:
    first = register.author.create_draft(body=a_body(), idempotency_key="k")
    issued = register.signatory.issue(number=first["number"], version="1")
    assert register.author.create_draft(body=a_body(), idempotency_key="k") == issued


def test_a_repeated_request_for_a_deleted_draft_says_so(register: Register) -> None:
    draft = register.author.create_draft(body=a_body(), idempotency_key="k")
    register.secretariat.delete(number=draft["number"], reason="Entered twice.")
    with pytest.raises(Gone):
        register.author.create_draft(body=a_body(), idempotency_key="k")


def test_a_key_with_another_body_is_refused(register: Register) -> None:
    register.author.create_draft(body=a_body(), idempotency_key="k")
    with pytest.raises(IdempotencyKeyReused):
        register.author.create_draft(body=a_body(ambient="-20 °C ≤ Ta ≤ +40 °C"), idempotency_key="k")


def test_a_key_belongs_to_its_account(register: Register) -> None:
    other = Identity("author", "BAS", "bas-author-2", AUTHOR.scopes)
    drafts = [register.as_(who).create_draft(body=a_body(), idempotency_key="k") for who in (AUTHOR, other)]
    assert drafts[0]["number"] != drafts[1]["number"]


@pytest.mark.parametrize("key", ["", "k" * 201, "a\nb", 7])
def test_a_key_that_cannot_be_one_is_refused(register: Register, key: Any) -> None:
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        register.author.create_draft(body=a_body(), idempotency_key=key)


def test_twenty_requests_with_one_key_make_one_draft(register: Register) -> None:
    def create(_: int) -> str:
        return str(register.author.create_draft(body=a_body(), idempotency_key="k")["number"])

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(create, range(20))) == {"IECEx BAS 26.0001"}
    assert numbers_of(register) == ["IECEx BAS 26.0001"]


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_a_draft_without_number_is_shown_to_nobody(register: Register, kind: type[Numbering]) -> None:
    a_lost_draft(register, kind())
    assert register.author.mine()["items"] == []
    assert register.secretariat.mine()["items"] == []
    with pytest.raises(NotFound):
        register.secretariat.get(number="IECEx BAS 26.0001")


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_a_retry_with_the_key_finishes_the_draft(register: Register, kind: type[Numbering]) -> None:
    a_lost_draft(register, lost := kind(), key="k")
    register.numbering = Numbering(lost.owners)
    assert register.author.create_draft(body=a_body(), idempotency_key="k")["number"] == "IECEx BAS 26.0001"
    assert numbers_of(register) == ["IECEx BAS 26.0001"]


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_the_sweeper_finishes_what_was_left(register: Register, kind: type[Numbering]) -> None:
    lost = kind()
    for _ in range(3):
        a_lost_draft(register, lost)
    sweep(register, Numbering(lost.owners))
    assert numbers_of(register) == ["IECEx BAS 26.0001", "IECEx BAS 26.0002", "IECEx BAS 26.0003"]
    assert len(register.author.mine()["items"]) == 3


def test_the_sweeper_leaves_alone_what_is_being_created(register: Register) -> None:
    a_lost_draft(register, AwayNumbering())
    register.numbering = Numbering()
    register.pass_time(seconds=4)
    register.as_(SWEEPER).sweep()
    assert numbers_of(register) == [None]


def test_a_draft_of_last_year_gets_a_number_of_last_year(register: Register) -> None:
    register.now = register.now.replace(month=12, day=31, hour=23, minute=59, second=58)
    a_lost_draft(register, AwayNumbering())
    sweep(register, Numbering())
    assert numbers_of(register) == ["IECEx BAS 26.0001"]
    assert register.draft()["number"] == "IECEx BAS 27.0001"


def test_while_numbering_is_away_the_sweeper_waits(register: Register) -> None:
    a_lost_draft(register, AwayNumbering())
    with pytest.raises(Unavailable):
        sweep(register, AwayNumbering())
    sweep(register, Numbering())
    assert numbers_of(register) == ["IECEx BAS 26.0001"]


def test_a_full_series_is_an_error_and_leaves_nothing_to_see(register: Register) -> None:
    register.numbering = FullNumbering()
    for _ in range(3):
        register.draft()
    with pytest.raises(SeriesFull):
        register.draft()
    assert len(register.author.mine()["items"]) == 3


def test_the_sweeper_gives_what_is_left_of_a_series_and_then_never_asks_again(register: Register) -> None:
    for _ in range(5):
        a_lost_draft(register, AwayNumbering())
        register.pass_time(milliseconds=1)
    sweep(register, FullNumbering())
    assert [number for number in numbers_of(register) if number] == [f"IECEx BAS 26.000{n}" for n in (1, 2, 3)]
    sweep(register, asked := Numbering())
    assert asked.owners == {}


def test_a_fault_in_one_series_does_not_hold_up_the_others(register: Register) -> None:
    register.numbering = AwayNumbering()
    for excb in ("BAS", "SIR"):
        with pytest.raises(Unavailable):
            register.as_(somebody("author", excb)).create_draft(body=a_body())

    class Faulty(Numbering):
        def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
            if "BAS" in series:
                raise InvalidInput("a fault")
            return super().allocate_many(series, owner_ids)

    sweep(register, Faulty())
    assert [number for number in numbers_of(register) if number] == ["IECEx SIR 26.0001"]
