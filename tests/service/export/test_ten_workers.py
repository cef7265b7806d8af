"""Ten workers are killed in the middle of their jobs: every job ends once, with the right rows."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from plumbing.db import Handle
from services.export import domain, queries
from services.export.pool import WorkerProcess
from tests.service.export.neighbours import Clock, FakeSearch, a_query, file_of, some_certificates
from tests.service.export.test_checking import as_csv, sent
from tests.unit.test_checked_assets import NUMBER, an_answer
from tests.workbooks import cells

ROWS, LINES, KILLS = 5_000, 2_000, 10


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The workers that were killed, each when it had written its first rows."""
    victims: list[int] = []
    ask = WorkerProcess.ask

    def ask_and_kill(
        worker: WorkerProcess, task: dict[str, Any], silence: float, progress: Callable[[int], None]
    ) -> None:
        def kill(rows: int) -> None:
            progress(rows)
            if len(victims) < KILLS and worker.process.pid not in victims:
                victims.append(worker.process.pid)
                os.kill(worker.process.pid, signal.SIGKILL)

        ask(worker, task, silence, kill)

    monkeypatch.setattr(WorkerProcess, "ask", ask_and_kill)
    return victims


def test_ten_workers_killed_in_the_middle_cost_no_job_a_row(
    replica: Any, search: FakeSearch, clock: Clock, db: Handle, killed: list[int]
) -> None:
    search.snapshots, search.page = some_certificates(ROWS), 1_000
    replica.certificates.verified[NUMBER] = an_answer()
    jobs = [replica.start(format=kind, query=a_query(n)) for n, kind in enumerate(("csv", "xlsx", "csv", "xlsx"))]
    lines = [["Tag", "Certificate", ""], *([f"P-{n}", NUMBER, ""] for n in range(1, LINES))]
    jobs.append(sent(replica, lines))
    for _ in range(2):
        replica.work()
        clock.pass_by(domain.PAUSE * 2)
    assert len(killed) == KILLS
    done = [replica.get(id=job["id"]) for job in jobs]
    assert [(job["status"], job["rows"], job["percent"]) for job in done] == [("done", ROWS, 100)] * 4 + [
        ("done", LINES, 100)
    ]
    files = [file_of(replica, job["id"]) for job in jobs]
    numbers = [f"IECEx BAS 26.{n:04}" for n in range(1, ROWS + 1)]
    for file, kind in zip(files, ("csv", "xlsx", "csv", "xlsx"), strict=False):
        table = as_csv(file, ",") if kind == "csv" else cells(file)
        assert [row[0] for row in table[1:]] == numbers
    assert [row[:2] for row in as_csv(files[4])] == [row[:2] for row in lines]
    with db.read() as session:
        attempts = [found.attempts for job in jobs if (found := queries.find(session, job["id"]))]
    assert attempts == [2] * 5
