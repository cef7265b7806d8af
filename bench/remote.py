"""A process under measurement takes its orders over a socket: a line of JSON each way.

What listens is a nameko entrypoint for services, and a plain loop for a process without nameko.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import eventlet
from nameko.extensions import Entrypoint

from tests.private import free_port
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[1]


class Remote(Entrypoint):  # type: ignore[misc]
    """Runs the method with the JSON object of each line that comes in."""

    def start(self) -> None:
        listener = eventlet.listen(("127.0.0.1", int(self.container.config["remote_port"])))
        self.container.spawn_managed_thread(lambda: self._accept(listener))

    def _accept(self, listener: Any) -> None:
        while True:
            connection, _address = listener.accept()
            self.container.spawn_managed_thread(lambda connection=connection: self._obey(connection))

    def _obey(self, connection: Any) -> None:
        for line in connection.makefile("r"):

            def answer(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
                connection.sendall(_answer(result, exc_info[1] if exc_info else None))
                return result, None

            self.container.spawn_worker(self, (), json.loads(line), handle_result=answer)


remote = Remote.decorator


def obey(port: int, work: Callable[..., Any]) -> None:
    """The same for a process without nameko: one order after the other, without end."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            connection, _address = listener.accept()
            with connection, connection.makefile("r") as lines:
                for line in lines:
                    connection.sendall(_answer(work(**json.loads(line)), None))


def _answer(result: Any, error: BaseException | None) -> bytes:
    return json.dumps({"result": result, "error": repr(error) if error else None}).encode() + b"\n"


class Worker:
    """A process of the bench and the line to it."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port

    def order(self, **arguments: Any) -> Any:
        """What the process answers. Raises RuntimeError with its error."""
        with socket.create_connection(("127.0.0.1", self._port)) as line, line.makefile("r") as answers:
            line.sendall(json.dumps(arguments).encode() + b"\n")
            answer = json.loads(answers.readline())
        if answer["error"]:
            raise RuntimeError(answer["error"])
        return answer["result"]


@contextmanager
def process(folder: Path, module: str, *arguments: str, environment: dict[str, str]) -> Iterator[Worker]:
    """``python -m module arguments… port`` as a process; it listens on the port when it is ready."""
    port = free_port()
    with (folder / f"{module}-{port}.log").open("wb") as log:
        command = [sys.executable, "-m", module, *arguments, str(port)]
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            until(lambda: running.poll() is not None or _listens(port), 30, f"{module} is ready; see {log.name}")
            yield Worker(port)
        finally:
            running.terminate()
            running.wait(30)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
