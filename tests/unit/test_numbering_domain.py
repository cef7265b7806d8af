"""The rules of giving numbers."""

import pytest

from contracts.errors import Forbidden, InvalidInput, RuleViolation
from contracts.identity import GUEST, SCOPES, Identity, service_identity
from contracts.numbers import Series, absent_owner
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
    assert error.details == {"series": "mark-licence/BAS", "left": 3, "asked": 5}
    assert "3 of 999" in error.message


def test_an_owner_has_one_number_whatever_the_series() -> None:
    with pytest.raises(RuleViolation, match=r"IECEx BAS 25\.0007"):
        domain.all_in(EQUIPMENT, [("a", "equipment/BAS/26", 1), ("b", "equipment/BAS/25", 7)])


def pair(n: object, owner_id: object = "a") -> dict[str, object]:
    return {"n": n, "owner_id": owner_id}


def refused_pairs(owners: object, series: Series = EQUIPMENT) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        domain.check_pairs(series, owners)
    return [row["field"] for row in error.value.details["errors"]]


def test_a_pair_named_twice_is_one_pair() -> None:
    assert domain.check_pairs(EQUIPMENT, [pair(7, "b"), pair(3, "a"), pair(7, "b")]) == {7: "b", 3: "a"}


@pytest.mark.parametrize("owners", [None, "abc", {"n": 1}, (pair(1),), [pair(1)] * 10_001])
def test_what_is_no_list_of_pairs_is_refused(owners: object) -> None:
    assert refused_pairs(owners) == ["owners"]


@pytest.mark.parametrize("wrong", [None, 7, "a", ["n", "owner_id"], {"n": 1}, pair(1) | {"number": "BAS001"}])
def test_what_is_no_pair_is_refused_by_its_place(wrong: object) -> None:
    assert refused_pairs([pair(1), wrong]) == ["owners.1"]


@pytest.mark.parametrize("n", [0, -1, 10_000, "7", 7.0, True, None])
def test_what_is_no_number_of_the_series_is_refused_by_its_place(n: object) -> None:
    assert refused_pairs([pair(9_999, "b"), pair(n)]) == ["owners.1.n"]


def test_a_number_ends_where_its_form_does() -> None:
    assert domain.check_pairs(LICENCES, [pair(999)]) == {999: "a"}
    assert refused_pairs([pair(1_000)], LICENCES) == ["owners.0.n"]


def test_nobody_is_called_like_the_mark_of_an_absent_number() -> None:
    mark = absent_owner(EQUIPMENT.key, 7)
    assert refused_pairs([pair(7, mark)]) == ["owners.0.owner_id"]
    with pytest.raises(InvalidInput, match="marks a number that nobody has"):
        domain.check_owners([mark])


def test_a_number_named_for_two_owners_is_refused() -> None:
    assert refused_pairs([pair(7, "a"), pair(8, "b"), pair(7, "c")]) == ["owners.0.n"]


def test_an_owner_named_for_two_numbers_is_refused() -> None:
    assert refused_pairs([pair(7, "a"), pair(8, "b"), pair(9, "a")]) == ["owners.0.owner_id"]


def conflicts(asked: dict[int, str], held: dict[int, str], given: list[tuple[str, str, int]]) -> list[tuple[int, str]]:
    with pytest.raises(RuleViolation) as error:
        domain.check_adoptable(EQUIPMENT, asked, held, given)
    return [(conflict["n"], conflict["text"]) for conflict in error.value.details["conflicts"]]


def test_free_numbers_absent_ones_and_ones_own_can_be_adopted() -> None:
    held = {1: "a", 2: absent_owner(EQUIPMENT.key, 2)}
    domain.check_adoptable(EQUIPMENT, {1: "a", 2: "b", 3: "c"}, held, [("a", EQUIPMENT.key, 1)])


def test_a_number_of_somebody_else_cannot_be_adopted() -> None:
    said = "IECEx BAS 26.0002 belongs to b and cannot go to x."
    assert conflicts({1: "a", 2: "x"}, {2: "b"}, []) == [(2, said)]


def test_an_owner_with_another_number_cannot_adopt_one() -> None:
    given = [("a", EQUIPMENT.key, 5), ("b", "equipment/BAS/07", 2)]
    assert conflicts({2: "b", 1: "a"}, {}, given) == [
        (1, "a has the number IECEx BAS 26.0005 already and cannot get IECEx BAS 26.0001."),
        (2, "b has the number IECEx BAS 07.0002 already and cannot get IECEx BAS 26.0002."),
    ]


def test_the_gaps_are_what_nobody_asks_for_behind_the_old_end() -> None:
    assert domain.gaps({9: "c", 4: "a", 6: "b"}, end=3) == [5, 7, 8]
    assert domain.gaps({9: "c", 4: "a"}, end=9) == []


def test_what_the_ledger_has_is_not_written_again() -> None:
    entries = domain.new_entries(LICENCES, {1: "a", 3: "c"}, held={1: "a"}, absent=[2])
    assert entries == {3: "c", 2: "absent:mark-licence:BAS:2"}


@pytest.mark.parametrize(("after", "limit"), [(-1, 10), (0, 0), (0, 10_001), ("0", 10), (0, True), (0, 1.5), (None, 1)])
def test_what_is_no_page_is_refused(after: object, limit: object) -> None:
    with pytest.raises(InvalidInput):
        domain.check_page(after, limit)


def test_the_last_page_has_no_next_one() -> None:
    assert domain.next_after([1, 2], last=3) == 2
    assert domain.next_after([3], last=3) is None
    assert domain.next_after([], last=0) is None
