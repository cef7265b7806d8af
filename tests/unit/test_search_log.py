"""In what order changes are taken, and whether a log is still the same one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.domain.log import MOST_EARLY, Inbox, Position, follows
from tests.builders import an_envelope


def changes(*numbers: int) -> list[dict[str, Any]]:
    return [dict(an_envelope(number)) for number in numbers]


def test_changes_are_taken_in_order_and_once() -> None:
    inbox = Inbox(0)
    for change in changes(2, 1, 1, 2, 3):
        inbox.offer(change)
    assert [change["change_no"] for change in inbox.take()] == [1, 2, 3]
    assert inbox.take() == []


def test_what_we_have_is_ignored() -> None:
    inbox = Inbox(5)
    inbox.offer(changes(5)[0])
    assert inbox.take() == []
    assert not inbox.gap


def test_a_gap_shows_until_what_is_missing_has_come() -> None:
    inbox = Inbox(0)
    inbox.offer(changes(2)[0])
    assert (inbox.take(), inbox.gap) == ([], True)
    inbox.offer(changes(1)[0])
    assert (inbox.gap, len(inbox.take())) == (False, 2)


def test_an_inbox_forgets_what_is_furthest_away() -> None:
    inbox = Inbox(0)
    for change in changes(*range(2, MOST_EARLY + 3), 1):
        inbox.offer(change)
    assert len(inbox.take()) == MOST_EARLY


def test_an_inbox_can_be_set_back() -> None:
    inbox = Inbox(5)
    inbox.skip_to(3)
    inbox.offer(changes(4)[0])
    assert len(inbox.take()) == 1


@given(st.lists(st.integers(1, 12)), st.permutations(range(1, 13)))
def test_however_changes_come_they_are_taken_in_order(noise: list[int], order: list[int]) -> None:
    inbox, taken = Inbox(0), []
    for change in changes(*noise, *order):
        inbox.offer(change)
        taken += [change["change_no"] for change in inbox.take()]
    assert taken == list(range(1, 13))


def test_a_position_survives_being_written_down() -> None:
    position = Position(7, "event", complete=True)
    assert Position.from_wire(position.to_wire() | {"new": 1}) == position
    with pytest.raises(ValueError, match="position"):
        Position.from_wire({"change_no": 7})


def test_a_log_that_begins_with_what_was_taken_last_is_the_same_log() -> None:
    last = changes(7)[0]
    assert follows(changes(7, 8), Position().after(last))
    assert follows([], Position())


def test_a_log_that_begins_otherwise_is_another_one() -> None:
    position = Position(7, "another event")
    assert not follows(changes(7, 8), position)
    assert not follows(changes(8), Position().after(changes(7)[0]))
    assert not follows([], position)
