"""The register as processes, for tests from outside: all in one, or one for each service on real servers.

A process may be killed, stopped and started again, and a service may have more than one replica. Each process writes
its log to a file of its own in the register's folder.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import requests

from demonstration.client import Client
from demonstration.prepare import make_accounts, make_tables
from plumbing.settings import SERVICES, Settings
from tests.private import free_port
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "the password of these tests"
READY_WITHIN = 60
STOPS_WITHIN = 30
EVERYTHING = "all"


@dataclass
class Register:
    """A running register. Processes go by name: ``all``, or a service's, or ``search-2`` for another replica."""

    folder: Path
    environment: dict[str, str]
    port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _logs: list[IO[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """What its processes read from their environment, for a test that looks into a database or queue."""
        with _environment(self.environment):
            return Settings.read()

    def log_in(self, account: str) -> Client:
        return Client.log_in(self.url, account, PASSWORD)

    def start(self, name: str) -> None:
        """Starts a process; one of a service's further replicas where the name ends in a number."""
        service, _, replica = name.partition("-")
        environment = self.environment | {"REPLICA": name}
        if replica:
            environment["INDEX_PATH"] = str(self.folder / f"index-{name}")
        arguments = ["--all"] if service == EVERYTHING else [service]
        log = (self.folder / f"{name}.log").open("ab")
        self._logs.append(log)
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "plumbing.run", *arguments], cwd=ROOT, env=environment, stdout=log, stderr=log
        )

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends a process; SIGTERM lets it finish what it is at."""
        process = self.processes[name]
        process.send_signal(how)
        process.wait(STOPS_WITHIN)

    def restart(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        self.kill(name, how)
        self.start(name)

    def is_alive(self, name: str) -> bool:
        return self.processes[name].poll() is None

    def is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def wait_ready(self, seconds: float = READY_WITHIN) -> None:
        def ready_or_dead() -> bool:
            dead = [name for name in self.processes if not self.is_alive(name)]
            assert not dead, f"{dead} ended at the start:\n{self.log(dead[0])[-3000:]}"
            return self.is_ready()

        until(ready_or_dead, seconds, f"the register is ready; its logs are in {self.folder}", pause=0.1)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for log in self._logs:
            log.close()


def embedded(folder: Path) -> Register:
    """A register in one process, on files in ``folder``; not started."""
    return _register(folder, {"AMQP_URI": "embedded://register", "DATABASE_URL": f"sqlite:///{folder}/register.sqlite"})


def real(folder: Path, amqp_uri: str, database_url: str) -> Register:
    """A register of separate processes on these servers; not started."""
    return _register(folder, {"AMQP_URI": amqp_uri, "DATABASE_URL": database_url})


@contextmanager
def running(register: Register, *names: str) -> Iterator[Register]:
    """Makes its tables and accounts, starts the named processes, waits until it is ready; stops it at the end."""
    make_tables(register.settings)
    make_accounts(register.settings, PASSWORD)
    try:
        for name in names:
            register.start(name)
        register.wait_ready()
        yield register
    finally:
        register.stop()


@contextmanager
def running_embedded(folder: Path) -> Iterator[Register]:
    with running(embedded(folder), EVERYTHING) as register:
        yield register


@contextmanager
def running_real(folder: Path, amqp_uri: str, database_url: str) -> Iterator[Register]:
    with running(real(folder, amqp_uri, database_url), *SERVICES) as register:
        yield register


def _register(folder: Path, servers: dict[str, str]) -> Register:
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BLOB_URL": f"file://{folder}/blobs",
        "DEMONSTRATION": "true",
        "IDENTITY_KEY": secrets.token_hex(32),
        "INDEX_PATH": str(folder / "index"),
        "LOG_LEVEL": "INFO",
        "PUBLIC_URL": "https://register.example",
        # A warning at run time is as wrong as one in a unit test; it shows in the log.
        "PYTHONWARNINGS": "default",
        "PERSONAL_DATA_KEY": secrets.token_hex(32),
        "SECOND_FACTOR_KEY": secrets.token_hex(32),
        "REGISTER_DATA": str(folder),
        "WEB_ADDRESS": f"127.0.0.1:{port}",
        **servers,
    }
    return Register(folder, environment, port)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
