"""B16: what ``make run`` starts, a second time: how long until it answers with a certificate, and what it costs idle.

The time includes everything that stands between a person's Enter and the answer: checking the databases and accounts,
loading the code, opening the index. Idle cost is that of all its processes together.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import eventlet
import requests

from bench.measure import Row, processor_seconds
from bench.remote import ROOT
from demonstration.client import in_path
from tests.private import free_port
from tests.waiting import until

STARTS = 5
FIRST_START_WITHIN, START_WITHIN, STOPS_WITHIN = 120.0, 60.0, 40.0
# What the start leaves behind (caches, worker processes, the index) is not idleness.
SETTLING, IDLE = 10.0, 15.0


def run(scale: int) -> list[Row]:  # noqa: ARG001 (the demonstration register has one size)
    with tempfile.TemporaryDirectory() as folder:
        url, environment = _surroundings(folder)
        with _started(environment):
            page = until(
                lambda: _a_certificate(url), FIRST_START_WITHIN, "the demonstration register is there", pause=0.5
            )
        starts = [_start(environment, page) for _ in range(STARTS)]
        with _started(environment) as process:
            until(lambda: _answers(page), START_WITHIN, page)
            idle = _idle_cost(process.pid)
    return [
        Row("B16", "make run, warm → first certificate answered", "s", median(starts), at_most=5.0),
        Row("B16", "idle CPU of the embedded register", "% of a core", idle, at_most=2.0),
    ]


def _surroundings(folder: str) -> tuple[str, dict[str, str]]:
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return f"http://127.0.0.1:{port}", {**kept, "HOME": folder, "PORT": str(port), "REGISTER_DATA": folder}


@contextmanager
def _started(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "demonstration", "run"]
    with (Path(environment["HOME"]) / "output").open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOPS_WITHIN)


def _a_certificate(url: str) -> str:
    """The address of some certificate, once all of the demonstration's are there."""
    try:
        found = requests.get(f"{url}/api/v1/search?limit=1", timeout=5).json()
    except requests.RequestException:
        return ""
    # The first of the list is the newest; while seeding goes on it changes, and any of them will do.
    return f"{url}/api/v1/certificates/{in_path(found['items'][0]['number'])}" if found.get("total", 0) > 30 else ""


def _start(environment: dict[str, str], page: str) -> float:
    began = time.perf_counter()
    with _started(environment):
        until(lambda: _answers(page), START_WITHIN, page, pause=0.01)
        return time.perf_counter() - began


def _answers(page: str) -> bool:
    try:
        return requests.get(page, timeout=5).ok
    except requests.RequestException:
        return False


def _idle_cost(process: int) -> float:
    """Per cent of a core that the process and its children take while nobody asks anything."""
    eventlet.sleep(SETTLING)
    before = processor_seconds(process)
    eventlet.sleep(IDLE)
    return 100 * (processor_seconds(process) - before) / IDLE
