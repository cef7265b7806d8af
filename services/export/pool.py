"""The worker processes of this replica: started once, kept warm, replaced when they die.

A task of a worker that dies is given to another one, once. Talks over a socket pair with the standard library only, so
that the same code is green in the service, where sockets and locks are patched, and works in any plain process.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from contracts.errors import Unavailable
from plumbing.logs import log
from services.export.key import SigningKey

ROOT = Path(__file__).resolve().parents[2]
ATTEMPTS = 2
# Compilers and libraries may keep what they allocated; a fresh process now and then keeps the memory bounded.
TASKS_A_LIFE = 1_000
# For a worker to be free: a long task leaves one of them to the short ones.
PATIENCE = 60.0

Progress = Callable[[int], None]


class WorkerDied(Exception):
    """The process ended, or said nothing for too long, before it had answered."""


class TaskFailed(Exception):
    """The worker could not do the task; the message is for the log, not for people."""


class WorkerProcess:
    """One process and the line to it; the ``key`` goes there before the first task."""

    def __init__(self, key: SigningKey) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "services.export.worker"]
            line = theirs.fileno()
            # A cooperative process makes its sockets non-blocking; to the worker that would look like the end of input.
            os.set_blocking(line, True)
            self.process = subprocess.Popen(command, stdin=line, stdout=line, cwd=ROOT)  # noqa: S603 - ours, constant
        self._lines = self._socket.makefile("rb")
        self._key, self.tasks = key, 0

    def ask(self, task: dict[str, Any], silence: float, progress: Progress) -> None:
        """Returns when the task is done. ``silence``: seconds without a word after which the worker counts as dead."""
        first = not self.tasks
        self.tasks += 1
        try:
            self._socket.settimeout(silence)
            for message in [{"key": self._key.for_worker()}, task] if first else [task]:
                self._socket.sendall(json.dumps(message).encode() + b"\n")
            for line in self._lines:
                answer = json.loads(line)
                if "progress" not in answer:
                    return _raise_failure(answer)
                progress(answer["progress"])
        except OSError as error:
            raise WorkerDied(str(error)) from error
        raise WorkerDied("its output ended")

    def is_fit(self) -> bool:
        return self.process.poll() is None and self.tasks < TASKS_A_LIFE

    def kill(self) -> None:
        """Ends the process; whoever waits for its answer learns that it died."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Ends the process and the line to it. For whoever has the worker to himself."""
        self.kill()
        self._lines.close()
        self._socket.close()


def _raise_failure(answer: dict[str, Any]) -> None:
    if "failed" in answer:
        raise TaskFailed(answer["failed"])


class WorkerPool:
    """``size`` workers, of which long tasks take one less, so that a short one never waits for a million rows.

    ``scratch`` is a folder for files on their way between the service and its workers; ``jobs`` bounds how many jobs
    fetch and write at the same time; ``key`` signs what they draw.
    """

    def __init__(self, key: SigningKey, size: int = 2) -> None:
        self.key = key
        self.scratch = Path(tempfile.mkdtemp(prefix="register-export-"))
        self.jobs = threading.BoundedSemaphore(size)
        self._long = threading.BoundedSemaphore(max(1, size - 1))
        self._idle: queue.LifoQueue[WorkerProcess | None] = queue.LifoQueue()
        self._all: set[WorkerProcess] = set()
        self._closed = False
        for _ in range(size):
            self._idle.put(self._start())

    def pids(self) -> list[int]:
        return [worker.process.pid for worker in self._all]

    def run(
        self,
        task: dict[str, Any],
        *,
        silence: float,
        patience: float = PATIENCE,
        long: bool = False,
        progress: Progress = lambda _rows: None,
    ) -> None:
        """Has a worker do ``task``. Raises Unavailable when none is free in time or two died on it, or TaskFailed.

        In seconds: ``silence`` after which the worker is taken for dead, ``patience`` to wait for a free one.
        """
        with self._long if long else nullcontext():
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return self._run_once(self._take(patience), task, silence, progress)
                except WorkerDied as death:
                    log.warning("worker died", task=task["task"], attempt=attempt, reason=str(death))
        raise Unavailable("This could not be made at the moment; try again soon.")

    def _run_once(self, worker: WorkerProcess, task: dict[str, Any], silence: float, progress: Progress) -> None:
        try:
            worker.ask(task, silence, progress)
        except TaskFailed:
            raise
        except BaseException:
            # Dead, hung, or left by a caller whose time ran out: what it may still answer belongs to nobody.
            self._discard(worker)
            raise
        finally:
            self._idle.put(worker if worker in self._all else None)

    def _take(self, seconds: float) -> WorkerProcess:
        """An idle worker. A process that died in its sleep is replaced before it costs a task."""
        if self._closed:
            raise Unavailable("The service is stopping.")
        try:
            worker = self._idle.get(timeout=seconds)
        except queue.Empty:
            raise Unavailable("All workers are busy; try again soon.") from None
        if worker is not None and worker.is_fit():
            return worker
        if worker is not None:
            self._discard(worker)
        return self._start()

    def _start(self) -> WorkerProcess:
        worker = WorkerProcess(self.key)
        self._all.add(worker)
        return worker

    def _discard(self, worker: WorkerProcess) -> None:
        self._all.discard(worker)
        worker.close()

    def close(self) -> None:
        """Ends the workers, whatever they do. Who waits for a busy one finds it dead and closes the line himself."""
        self._closed = True
        for worker in list(self._all):
            worker.kill()
        while not self._idle.empty():
            worker_or_none = self._idle.get()
            if worker_or_none is not None:
                self._discard(worker_or_none)
        shutil.rmtree(self.scratch, ignore_errors=True)
