"""What stands behind ``make run``, ``make stack`` and ``make demo-data``: started, looked at, stopped, started anew."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.schemas import SCHEMES
from demonstration import accounts
from demonstration.client import Client
from demonstration.scheme import FACILITIES, LATER_ISSUES, LICENCES, PERSONS
from demonstration.seed import COUNT, public
from tests.private import free_port
from tests.servers import Servers, fresh_database
from tests.stack import ROOT
from tests.waiting import until

READY_WITHIN = 120
STOPS_WITHIN = 40
PUBLIC = public()
CERTIFICATES = COUNT + FACILITIES + PERSONS + LICENCES


@dataclass
class Terminal:
    """A person's terminal: one command that runs, and what it printed."""

    process: subprocess.Popen[bytes]
    printed: Path
    url: str

    def text(self) -> str:
        return self.printed.read_text(encoding="utf-8")

    def wait_ready(self) -> str:
        """All that it printed until it said how to get in."""

        def is_ready() -> bool:
            assert self.process.poll() is None, self.text()
            return "Ctrl-C stops it" in self.text()

        until(is_ready, READY_WITHIN, "the register says how to get in", pause=0.1)
        return self.text()

    def press_ctrl_c(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOPS_WITHIN)


Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts ``python -m demonstration …`` with its data in the test's folder."""
    started: list[Terminal] = []

    def run(*arguments: str, **environment: str) -> Terminal:
        port = environment.setdefault("PORT", str(free_port()))
        printed = tmp_path / f"printed-{len(started)}"
        with printed.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "demonstration", *arguments],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "REGISTER_DATA": str(tmp_path / "data"), **environment},
                stdout=output,
                stderr=output,
            )
        started.append(Terminal(process, printed, f"http://127.0.0.1:{port}"))
        return started[-1]

    yield run
    for terminal in started:
        if terminal.process.poll() is None:
            terminal.press_ctrl_c()


def total(url: str) -> int:
    found: int = Client(url).call("GET", "/search?limit=1").json()["total"]
    return found


def password_in(printed: str) -> str:
    (password,) = re.findall(r"all with the password   (\S+)", printed)
    return str(password)


def test_it_is_full_at_the_first_start_and_quick_and_unchanged_at_the_second(start: Start, tmp_path: Path) -> None:
    first = start("run")
    printed = first.wait_ready()
    assert all(account.name in printed for account in accounts.NAMED)
    until(lambda: total(first.url) == PUBLIC, 20, "all public certificates are in the index")
    own = [Client.log_in(first.url, account.name, password_in(printed)) for account in accounts.SIGNATORIES]
    assert sum(len(client.call("GET", "/mine?limit=100").json()["items"]) for client in own) == CERTIFICATES
    log = requests.get(f"{first.url}/api/v1/changes?limit=1000", timeout=10).json()["items"]
    told = [change["certificate"] for change in log if "certificate" in change]
    assert {certificate["status"] for certificate in told} == {"current", "suspended", "cancelled"}
    assert {certificate["scheme"] for certificate in told} == set(SCHEMES)
    assert sum(certificate["issue"] > 0 for certificate in told) == LATER_ISSUES + 1
    assert all(certificate["demonstration"] for certificate in told)
    assert_the_tables_of_the_slides_are_those_of_the_log(first.url, log)
    assert first.press_ctrl_c() == 0

    second = start("run")
    assert password_in(second.wait_ready()) == password_in(printed)
    assert total(second.url) == PUBLIC
    assert requests.get(f"{second.url}/api/v1/changes?limit=1000", timeout=10).json()["items"] == log
    for name in ("demo-password", "identity-key"):
        assert stat.S_IMODE((tmp_path / "data" / name).stat().st_mode) == 0o600

    neighbour = start("run")
    assert neighbour.process.wait(READY_WITHIN) == 1
    assert "already running with the data in" in neighbour.text()

    filled = start("fill", "12", PORT=second.url.rpartition(":")[2])
    assert filled.process.wait(READY_WITHIN) == 0, filled.text()
    again = start("fill", "12", PORT=second.url.rpartition(":")[2])
    assert again.process.wait(READY_WITHIN) == 0, again.text()
    until(lambda: total(second.url) == PUBLIC + 12, 20, "the generated certificates are found, once each")


def assert_the_tables_of_the_slides_are_those_of_the_log(url: str, log: list[dict[str, Any]]) -> None:
    """Certificates, reports and totals of a year, and persons by country, added up anew from what the log told."""
    figures = Client(url).call("GET", "/statistics").json()
    first = {change["certificate"]["base_number"]: change["certificate"] for change in log if "certificate" in change}
    reports = Counter(change["report"]["type"] for change in log if "report" in change)
    for table in figures["schemes"]:
        (year,) = table["years"]
        certificates = sum(found["scheme"] == table["scheme"] for found in first.values())
        registered = sum(reports[kind] for kind in table["reports"])
        assert (year["certificates"], year["reports"]) == (certificates, registered)
        assert year["total"] == table["totals"]["total"] == certificates + registered
    persons = Counter(c["assessment_centre"]["country"] for c in first.values() if c["scheme"] == "person")
    assert {row["country"]: row["certificates"] for row in figures["persons"]["countries"]} == dict(persons)


def test_a_taken_port_is_said_in_words(start: Start) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        terminal = start("run", PORT=str(port))
        assert terminal.process.wait(READY_WITHIN) == 1
    assert f"Port {port} is taken" in terminal.text()
    assert "make run PORT=" in terminal.text()


def test_the_stack_runs_as_separate_processes_with_a_given_password(start: Start, servers: Servers) -> None:
    with fresh_database(servers.database_url) as database_url:
        stack = start("stack", AMQP_URI=servers.fresh_vhost(), DATABASE_URL=database_url, DEMO_PASSWORD="chosen")
        assert password_in(stack.wait_ready()) == "chosen"
        until(lambda: total(stack.url) == PUBLIC, 20, "all public certificates are in the index")
        assert stack.press_ctrl_c() == 0


def test_a_missing_server_is_said_in_words(start: Start) -> None:
    nobody = free_port()
    stack = start(
        "stack",
        AMQP_URI=f"amqp://guest:guest@127.0.0.1:{nobody}//",
        DATABASE_URL=f"postgresql://postgres@127.0.0.1:{nobody}/register",
    )
    assert stack.process.wait(READY_WITHIN) == 1
    assert "no RabbitMQ for us" in stack.text()
    assert "no PostgreSQL for us" in stack.text()
    assert "Traceback" not in stack.text()


def test_filling_a_register_that_does_not_run_is_said_in_words(start: Start) -> None:
    filled = start("fill", "1")
    assert filled.process.wait(READY_WITHIN) == 1
    assert "No register answers at" in filled.text()
