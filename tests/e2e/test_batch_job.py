"""examples/notify_issued.py beside the register of five processes, started, killed and started again."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.test_life_cycle import issued
from tests.stack import ROOT, Register
from tests.waiting import until

WITHIN = 30.0


@pytest.fixture
def start_job(real_register: Register, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts the job, whose lines go to ``printed`` in the test's folder."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        "PATH": os.environ["PATH"],
        "AMQP_URI": real_register.environment["AMQP_URI"],
        "LAST_CHANGE_FILE": str(tmp_path / "last"),
    }

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "printed").open("ab") as printed:
            program = [sys.executable, str(ROOT / "examples" / "notify_issued.py")]
            started.append(subprocess.Popen(program, env=environment, stdout=printed, stderr=printed))
        return started[-1]

    yield start
    for job in started:
        job.kill()
        job.wait()


def test_it_misses_nothing_while_it_is_away_and_tells_nothing_twice(
    real_register: Register, start_job: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    signatory, printed = real_register.log_in("bas-signatory"), tmp_path / "printed"
    job = start_job()
    numbers: list[str] = []

    def next_is_told() -> bool:
        numbers.append(issued(signatory)["number"])
        return any(number in printed.read_text() for number in numbers)

    # Its queue is there from its first moment on; what was issued before that is not its own to tell.
    until(next_is_told, WITHIN, "the job tells of a certificate")
    job.kill()
    job.wait()
    while_away = [issued(signatory)["number"] for _ in range(3)]
    start_job()
    until(lambda: while_away[-1] in printed.read_text(), WITHIN, "the job tells of what it was away for")
    told = [line.partition(" issue ")[0] for line in printed.read_text().splitlines()]
    assert [number for number in told if number in while_away] == while_away
    assert len(told) == len(set(told))
