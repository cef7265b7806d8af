"""One worker process: takes tasks as JSON lines on standard input, answers on standard output, one task at a time.

What takes the processor for itself happens here, so that the service keeps answering: workbooks and documents. A
plain Python process: nothing in here may import nameko, eventlet, the database or the broker.

    → {"task": "write", "format": "xlsx", …, "target": path}     ← {"progress": rows} …  {"done": {}}
    → {"task": "draw", "template": "person", "facts": {…}, …}      ← {"done": {}} or {"failed": "what went wrong"}

Before the first task comes a line {"key": …}, without an answer: the key that signs documents.

It ends when its input ends or its parent is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from services.export import giving_back
from services.export.drawing import Drawer
from services.export.sheets import Order, Report, Spool, write

if TYPE_CHECKING:
    from services.export.seal import Sealer

PARENT_CHECK = 1.0
# How far a long task stands back for the processor: services get ten times its share when both want it.
NICENESS = 10

Task = Callable[[dict[str, Any], Report], None]


def behind_others(work: Task) -> Task:
    """``work`` on a thread of low priority: a file of many rows takes seconds anyway, a search should take none.

    A thread of its own, since nobody gets back the priority that he gave away.
    """

    def aside(task: dict[str, Any], report: Report) -> None:
        with ThreadPoolExecutor(1, initializer=os.nice, initargs=(NICENESS,)) as thread:
            thread.submit(work, task, report).result()

    return aside


class Worker:
    """The tasks, and what they share: the warm compiler, and the key."""

    def __init__(self) -> None:
        self._drawer = Drawer()
        self.key: dict[str, Any] = {}
        self._tasks: dict[str, Task] = {
            "write": behind_others(self._write),
            "draw": self._draw,
            "give back": behind_others(giving_back.write),
        }

    def do(self, task: dict[str, Any], report: Report) -> dict[str, Any]:
        """The last answer to ``task``. Never raises: what goes wrong with one task must not end the next."""
        try:
            self._tasks[task["task"]](task, report)
        except Exception as error:  # noqa: BLE001 - the boundary of the process: the parent gets it, the log has it whole
            traceback.print_exc()
            return {"failed": f"{type(error).__name__}: {error}"[:500]}
        return {"done": {}}

    def _write(self, task: dict[str, Any], report: Report) -> None:
        spools = [Spool(spool["scheme"], Path(spool["path"]), spool["rows"]) for spool in task["spools"]]
        order = Order(task["columns"], spools, task["public_url"], task["about"], task.get("bom", False))
        write(task["format"], order, Path(task["target"]), report)

    def _draw(self, task: dict[str, Any], _report: Report) -> None:
        pdf = self._drawer.document(task["template"], task["facts"])
        if seal := task["seal"]:
            pdf = self._sealer.sealed(pdf, seal["said"], datetime.fromisoformat(seal["at"]))
        Path(task["target"]).write_bytes(pdf)

    @cached_property
    def _sealer(self) -> Sealer:
        # Its library takes a third of a second to load, which the start should not wait for.
        from services.export.seal import Sealer  # noqa: PLC0415

        return Sealer(self.key)


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answers line by line until there are no more."""

    def send(message: dict[str, Any]) -> None:
        outgoing.write(json.dumps(message).encode() + b"\n")
        outgoing.flush()

    worker = Worker()
    for line in incoming:
        task = json.loads(line)
        if "key" in task:
            worker.key = task["key"]
        else:
            send(worker.do(task, lambda rows: send({"progress": rows})))


def _end_with(parent: int) -> None:
    """Ends the process when its parent is gone, even in the middle of a long task."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    # Ctrl-C in a terminal reaches the whole group; the service decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with(os.getppid())
    # Nobody's stray print may stand between the answers.
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(sys.stdin.buffer, outgoing)
    except (BrokenPipeError, ConnectionResetError):
        return


if __name__ == "__main__":
    main()
