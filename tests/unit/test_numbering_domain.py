"""The rules of giving numbers."""

import pytest

from contracts.errors import Forbidden, InvalidInput, RuleViolation
from contracts.identity import GUEST, SCOPES, Identity, service_identity
from contracts.numbers import Series
from services.numbering import domain

EQUIPMENT = Series.parse("equipment/BAS/26")
LICENCES = Series.parse("mark-licence/BAS")


NOBODYS = [
    GUEST,
    Identity("secretariat", scopes=SCOPES),
    Identity("it-administrator", scopes=SCOPES),
    Identity("author", "BAS", scopes=SCOPES),
    Identity("signatory", "BAS", scopes=SCOPES),
    Identity("administrator", "BAS", scopes=SCOPES),
]


def test_a_service_draws_numbers() -> None:
    domain.check_may_allocate(service_identity("certificates"))


@pytest.mark.parametrize("identity", NOBODYS)
def test_nobody_else_draws_numbers(identity: Identity) -> None:
    with pytest.raises(Forbidden):
        domain.check_may_allocate(identity)


@pytest.mark.parametrize("identity", [NOBODYS[1], NOBODYS[2], service_identity("certificates")])
def test_the_secretariat_and_services_see_the_whole_ledger(identity: Identity) -> None:
    domain.check_may_look(identity)


@pytest.mark.parametrize("identity", [NOBODYS[0], *NOBODYS[3:]])
def test_nobody_else_sees_which_numbers_are_drafts(identity: Identity) -> None:
    with pytest.raises(Forbidden):
        domain.check_may_look(identity)


def test_an_owner_named_twice_is_one_owner() -> None:
    assert domain.check_owners(["b", "a", "b"]) == ["b", "a"]


@pytest.mark.parametrize("owner_ids", [None, "abc", {"a": 1}, ("a",), ["a"] * 10_001])
def test_what_is_no_list_of_owners_is_refused(owner_ids: object) -> None:
    with pytest.raises(InvalidInput):
        domain.check_owners(owner_ids)


@pytest.mark.parametrize("owner_id", ["", "a" * 65, "a b", "a\n", "\0", "\ud800", "ä", None, 7, ["a"]])
def test_what_is_no_owner_is_refused_by_its_place(owner_id: object) -> None:
    with pytest.raises(InvalidInput) as error:
        domain.check_owners(["fine", owner_id])
    assert [row["field"] for row in error.value.details["errors"]] == ["owner_ids.1"]


def test_a_full_series_says_what_is_left() -> None:
    error = domain.full(LICENCES, last=996, count=5)
    assert error.details == {"series": "mark-licence/BAS", "left": 3}
    assert "3 of 999" in error.message


def test_an_owner_has_one_number_whatever_the_series() -> None:
    with pytest.raises(RuleViolation, match=r"IECEx BAS 25\.0007"):
        domain.all_in(EQUIPMENT, [("a", "equipment/BAS/26", 1), ("b", "equipment/BAS/25", 7)])


@pytest.mark.parametrize(("after", "limit"), [(-1, 10), (0, 0), (0, 10_001), ("0", 10), (0, True), (0, 1.5), (None, 1)])
def test_what_is_no_page_is_refused(after: object, limit: object) -> None:
    with pytest.raises(InvalidInput):
        domain.check_page(after, limit)


def test_the_last_page_has_no_next_one() -> None:
    assert domain.next_after([1, 2], last=3) == 2
    assert domain.next_after([3], last=3) is None
    assert domain.next_after([], last=0) is None
