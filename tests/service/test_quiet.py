"""Work that yields to others, in a process as green as the services."""

from __future__ import annotations

import os
import sys

import eventlet
import pytest
from eventlet import patcher

from plumbing.quiet import NICENESS, quietly

native = patcher.original("threading")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own on Linux only")


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, native.get_native_id())


def test_quiet_work_has_a_low_priority_and_leaves_that_of_all_else() -> None:
    before = priority()
    assert quietly(priority) == max(before, NICENESS)
    assert priority() == before


def test_a_thread_that_quiet_work_starts_is_as_quiet() -> None:
    seen: list[int] = []

    def start() -> None:
        thread = native.Thread(target=lambda: seen.append(priority()))
        thread.start()
        thread.join()

    quietly(start)
    assert seen == [NICENESS]


def test_the_hub_runs_on_while_quiet_work_blocks() -> None:
    read, write = os.pipe()
    eventlet.spawn_n(os.write, write, b"x")
    assert quietly(os.read, read, 1) == b"x"


def test_what_quiet_work_raises_reaches_whoever_waits() -> None:
    with pytest.raises(ZeroDivisionError):
        quietly(divmod, 1, 0)
