"""Work that yields to others, in a process as green as the services."""

from __future__ import annotations

import os
import subprocess
import sys

import eventlet
import pytest
from eventlet import patcher

from plumbing.quiet import NICENESS, _in_a_thread, quietly
from tests.architecture.source import ROOT

native = patcher.original("threading")


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
    assert seen == [max(priority(), NICENESS)]


def test_a_priority_that_is_lower_already_stays_as_it_is() -> None:
    seen: list[int] = []

    def lower_and_work() -> None:
        os.setpriority(os.PRIO_PROCESS, native.get_native_id(), 19)
        seen.append(_in_a_thread(priority, ()))

    thread = native.Thread(target=lower_and_work)
    thread.start()
    thread.join()
    assert seen == [19]


def test_the_hub_runs_on_while_quiet_work_blocks() -> None:
    read, write = os.pipe()
    eventlet.spawn_n(os.write, write, b"x")
    assert quietly(os.read, read, 1) == b"x"


def test_what_quiet_work_raises_reaches_whoever_waits() -> None:
    with pytest.raises(ZeroDivisionError):
        quietly(divmod, 1, 0)


@pytest.mark.parametrize(("niceness", "lowered"), [((5,), 5), ((5, 0), 0), ((), 0)])
def test_a_process_stands_back_only_where_all_of_its_services_do(niceness: tuple[int, ...], lowered: int) -> None:
    services = [f"type('Service', (), {{'niceness': {number}}})" for number in niceness] or ["type('Service', (), {})"]
    script = f"import os; from plumbing.run import stand_back; stand_back([{', '.join(services)}]); print(os.nice(0))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) == os.nice(0) + lowered
