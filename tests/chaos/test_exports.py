"""Export jobs on the real stack, whose workers and replicas are killed while they have them."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import requests

from tests.certificates import a_body
from tests.chaos.drafting import BODIES
from tests.stack import Register
from tests.waiting import until

COUNT, ROUNDS = 300, 5
REPLICAS = ("export", "export-2")


def issued(register: Register) -> list[str]:
    """The numbers of certificates that are issued now, and found by the search."""
    signatory = register.log_in(BODIES[-1])
    lines = "".join(json.dumps(a_body()) + "\n" for _ in range(COUNT))
    answer = signatory.call(
        "POST",
        "/certificates/batch",
        params={"issue": "true"},
        data=lines.encode(),
        headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": "certificates"},
    )
    rows = [json.loads(line) for line in answer.text.splitlines()]
    numbers = [row["number"] for row in rows if row.get("status") == "issued"]
    assert len(numbers) == COUNT, rows[:2]
    until(lambda: total(register) == COUNT, 60, "all are found")
    return numbers


def total(register: Register) -> int:
    return int(requests.get(f"{register.url}/api/v1/search", params={"limit": 1}, timeout=20).json()["total"])


def workers_of(register: Register, replica: str) -> list[int]:
    """The processes of this replica's workers."""
    parent = register.processes[replica].pid
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def all_workers(register: Register) -> list[int]:
    return [pid for replica in REPLICAS if register.is_alive(replica) for pid in workers_of(register, replica)]


def start(register: Register, query: dict[str, Any]) -> str:
    wanted = {"format": "csv", "query": query, "columns": ["number"]}
    answer = requests.post(f"{register.url}/api/v1/exports", json=wanted, timeout=20)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def job_of(register: Register, job: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{register.url}/api/v1/exports/{job}", timeout=20).json()
    return found


def rows_of(register: Register, job: str) -> list[str]:
    file = requests.get(f"{register.url}/api/v1/exports/{job}/file", timeout=20).text
    return [row[0] for row in csv.reader(io.StringIO(file))][1:]


def is_fetched(register: Register, *jobs: str) -> bool:
    """Whether all that is left of these jobs is their workers' to do."""
    return all(job_of(register, job)["rows"] == COUNT for job in jobs)


def test_workers_and_a_replica_killed_with_their_jobs_lose_and_double_nothing(register: Register) -> None:
    register.start("export-2")
    numbers = issued(register)
    until(lambda: len(all_workers(register)) == 2 * len(REPLICAS), 30, "both replicas have their workers")
    jobs: list[str] = []
    killed = 0
    for n in range(ROUNDS):
        # A worker that is stopped takes its task and never ends it: whatever is killed now is killed in the middle.
        held = all_workers(register)
        for pid in held:
            os.kill(pid, signal.SIGSTOP)
        begun = [start(register, {"q": "", "issued_from": f"20{n:02}-0{m}-01"}) for m in (1, 2)]
        until(lambda begun=begun: is_fetched(register, *begun), 30, "the jobs wait for their workers")  # type: ignore[misc]
        if n == ROUNDS - 1:
            register.restart("export-2")
        for pid in held:
            killed += _kill(pid)
        jobs += begun
        until(lambda: len(all_workers(register)) >= len(REPLICAS), 30, "there are workers again")
    assert killed >= 10
    until(lambda: all(job_of(register, job)["status"] == "done" for job in jobs), 120, "every job is done")
    for job in jobs:
        assert sorted(rows_of(register, job)) == sorted(numbers)
    assert ended(register) == dict.fromkeys(jobs, 1)


def _kill(pid: int) -> int:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


def ended(register: Register) -> dict[str, int]:
    """How often each job was ended by whoever had it, as the replicas' logs tell."""
    lines = [line for replica in REPLICAS for line in register.log(replica).splitlines() if "export ended" in line]
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return dict(Counter(line["job"] for line in found if line["mine"]))
