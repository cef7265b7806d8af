"""Work for many in one go."""

from __future__ import annotations

from collections.abc import Sequence

import eventlet
import pytest
from eventlet.event import Event

from plumbing.together import Gatherings


class Work:
    """Doubles numbers; each batch waits until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go = Event()

    def __call__(self, items: Sequence[int]) -> dict[int, int]:
        self.batches.append(list(items))
        self.go.wait()
        if 13 in items:
            raise ValueError("13")
        return {item: 2 * item for item in items}


def test_who_comes_alone_is_served_at_once_and_who_comes_meanwhile_is_served_together() -> None:
    gatherings, work = Gatherings(), Work()
    callers = [eventlet.spawn(gatherings.do, "series", item, work) for item in range(5)]
    eventlet.sleep(0)
    work.go.send()
    assert [caller.wait() for caller in callers] == [0, 2, 4, 6, 8]
    assert work.batches == [[0], [1, 2, 3, 4]]


def test_what_fails_for_one_fails_for_all_of_the_batch_and_for_no_other() -> None:
    gatherings, work = Gatherings(), Work()
    callers = [eventlet.spawn(gatherings.do, "series", item, work) for item in (1, 13, 2)]
    eventlet.sleep(0)
    work.go.send()
    assert callers[0].wait() == 2
    for caller in callers[1:]:
        with pytest.raises(ValueError, match="13"):
            caller.wait()


def test_different_keys_do_not_wait_for_each_other() -> None:
    gatherings, work = Gatherings(), Work()
    callers = [eventlet.spawn(gatherings.do, key, key, work) for key in (1, 2)]
    eventlet.sleep(0)
    assert work.batches == [[1], [2]]
    work.go.send()
    assert [caller.wait() for caller in callers] == [2, 4]
