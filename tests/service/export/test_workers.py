"""The worker processes: warm, replaced when they die, never in each other's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Unavailable
from services.export.document import Printed, Reference
from services.export.pool import ROOT, TaskFailed, WorkerPool
from tests.builders import a_snapshot
from tests.signing_keys import a_signing_key
from tests.waiting import until

NO_REFERENCE = Reference([], [], [])


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(a_signing_key())
    yield pool
    pool.close()


def a_drawing(pool: WorkerPool, name: str = "a.pdf", **overrides: Any) -> dict[str, Any]:
    facts = Printed(a_snapshot(**overrides), [], 1).facts(NO_REFERENCE, "http://register.example")
    return {"task": "draw", "template": "equipment", "facts": facts, "seal": None, "target": str(pool.scratch / name)}


def a_long_task(pool: WorkerPool) -> dict[str, Any]:
    """Reads from a pipe that nobody fills: it takes until its worker is killed."""
    os.mkfifo(pool.scratch / "pipe")
    spool = {"scheme": "equipment", "path": str(pool.scratch / "pipe"), "rows": 1}
    target = str(pool.scratch / "never")
    return {
        "task": "write",
        "format": "csv",
        "columns": ["number"],
        "spools": [spool],
        "public_url": "",
        "about": [],
        "target": target,
    }


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A killed process whose parent is gone may wait for its burial.
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_a_task_is_done_by_a_process_of_its_own(pool: WorkerPool) -> None:
    pool.run(a_drawing(pool), silence=30)
    assert (pool.scratch / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert os.getpid() not in pool.pids()


def test_workers_stay_for_the_next_task(pool: WorkerPool) -> None:
    before = pool.pids()
    for _ in range(3):
        pool.run(a_drawing(pool), silence=30)
    assert pool.pids() == before


def test_a_task_that_fails_leaves_its_worker_fit(pool: WorkerPool) -> None:
    before = pool.pids()
    with pytest.raises(TaskFailed, match="KeyError"):
        pool.run({"task": "no such task"}, silence=30)
    assert pool.pids() == before


def test_workers_that_died_idle_are_replaced_unseen(pool: WorkerPool) -> None:
    for pid in pool.pids():
        os.kill(pid, signal.SIGKILL)
    for _ in range(3):
        pool.run(a_drawing(pool), silence=30)
    assert (pool.scratch / "a.pdf").exists()


def test_a_worker_that_says_nothing_for_too_long_is_killed_and_the_task_tried_once_more(pool: WorkerPool) -> None:
    with pytest.raises(Unavailable, match="try again"):
        pool.run(a_long_task(pool), silence=0.5)
    pool.run(a_drawing(pool), silence=30)


def test_a_short_task_does_not_wait_for_a_long_one(pool: WorkerPool) -> None:
    """Two long tasks are asked for; the second must leave the second worker free."""
    task = a_long_task(pool)
    ends: list[str] = []

    def run_long() -> None:
        try:
            pool.run(task, silence=60, long=True)
        except Unavailable as error:
            ends.append(error.message)

    threads = [threading.Thread(target=run_long, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    pool.run(a_drawing(pool), silence=30)
    assert ends == []
    pool.close()
    for thread in threads:
        thread.join(20)
    assert len(ends) == 2


def test_nobody_waits_longer_for_a_worker_than_he_said(pool: WorkerPool) -> None:
    task = a_long_task(pool)
    for _ in pool.pids():
        threading.Thread(target=_until_killed, args=(pool, task), daemon=True).start()
    until(lambda: _is_busy(pool), 10, "both workers are busy")
    with pytest.raises(Unavailable, match="busy"):
        pool.run(a_drawing(pool), silence=30, patience=0.1)


def _until_killed(pool: WorkerPool, task: dict[str, Any]) -> None:
    with pytest.raises(Unavailable):
        pool.run(task, silence=60)


def _is_busy(pool: WorkerPool) -> bool:
    try:
        pool.run(a_drawing(pool), silence=30, patience=0.05)
    except Unavailable:
        return True
    return False


def test_a_closed_pool_leaves_no_process_and_no_file(pool: WorkerPool) -> None:
    pids = pool.pids()
    pool.close()
    assert not [pid for pid in pids if is_alive(pid)]
    assert not pool.scratch.exists()
    with pytest.raises(Unavailable):
        pool.run(a_drawing(pool), silence=1)


def test_an_old_worker_retires(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.export.pool.TASKS_A_LIFE", 2)
    before = set(pool.pids())
    for _ in range(5):
        pool.run(a_drawing(pool), silence=30)
    assert before - set(pool.pids())


def test_workers_end_with_a_service_that_was_killed(tmp_path: Path) -> None:
    """The service is a plain process here, which shows that the pool needs no cooperative one."""
    program = """
        import sys, threading
        from services.export.pool import WorkerPool
        from tests.signing_keys import a_signing_key
        pool = WorkerPool(a_signing_key())
        assert "eventlet" not in sys.modules
        print(*pool.pids(), flush=True)
        threading.Event().wait()
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    service = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment)
    assert service.stdout is not None
    pids = [int(pid) for pid in service.stdout.readline().split()]
    assert len(pids) == 2
    service.kill()
    service.wait()
    service.stdout.close()
    until(lambda: not any(map(is_alive, pids)), 20, "the workers have ended")


LOOKING = """
import os, threading
from services.export.worker import NICENESS, behind_others
seen = []
def look(task, report):
    # On Linux each thread has a priority of its own.
    seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
look({}, None); behind_others(look)({}, None); look({}, None)
mine = seen[0]
assert seen == [mine, min(19, mine + NICENESS), mine], seen
"""


def test_a_long_task_stands_behind_others_and_what_comes_after_it_does_not() -> None:
    subprocess.run([sys.executable, "-c", LOOKING], cwd=ROOT, check=True)
