"""Starts a register for a person at a terminal: prepares it, waits until it answers, says how to get in, waits."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from demonstration import accounts
from demonstration.client import is_ready
from demonstration.seed import seed
from demonstration.surroundings import ROOT, CannotStart, Surroundings, address, check_port_is_free, password

WHAT_PREPARING_READS = (
    "*/migrations/versions/*.py",
    "services/*/migrations/versions/*.py",
    "services/*/reference/*.*",
    "demonstration/accounts.py",
)
READY_WITHIN = 60.0
STOPS_WITHIN = 25.0


def run() -> int:
    """The whole register in one process."""
    return serve(Surroundings.embedded(), [sys.executable, "-m", "plumbing.run", "--all"])


def serve(surroundings: Surroundings, command: Sequence[str]) -> int:
    """Runs ``command`` as a register until it ends or is stopped; the exit code. Raises CannotStart, Refused."""
    _stop_on_signals()
    check_port_is_free()
    with surroundings.lock():
        _prepare(surroundings)
        # In a session of its own, so that Ctrl-C reaches us alone and the register is told once.
        register = subprocess.Popen(command, cwd=ROOT, env=surroundings.environment, start_new_session=True)
        try:
            _wait_until_ready(register)
            seed(address(), password())
            _say_how_to_get_in(surroundings)
            return register.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            _stop(register)


def _stop_on_signals() -> None:
    # SIGINT too: a shell that starts us in the background has it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def _stop(register: subprocess.Popen[bytes]) -> None:
    """Lets what runs finish; whoever presses Ctrl-C again does not wait for it."""
    if register.poll() is not None:
        return
    print("Stopping.", file=sys.stderr)
    register.terminate()
    try:
        register.wait(STOPS_WITHIN)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        os.killpg(register.pid, signal.SIGKILL)
        register.wait()


def _wait_until_ready(register: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not is_ready(address()):
        if register.poll() is not None:
            raise CannotStart("The register ended while it was starting; the reason stands above.")
        if time.monotonic() > deadline:
            raise CannotStart(f"The register was not ready within {READY_WITHIN:.0f} s; see {address()}/readyz.")
        time.sleep(0.1)


def _say_how_to_get_in(surroundings: Surroundings) -> None:
    rows = "\n".join(f"    {account.name:<18} {account.description}" for account in accounts.NAMED)
    print(
        f"""
  The register answers at   {address()}
  Its API is described at   {address()}/api/v1/openapi.json

  Log-ins of the demonstration, all with the password   {password()}
{rows}

  A first look:
    open {address()} in a browser, or
    curl -s '{address()}/api/v1/search?q=pressure&limit=3'

  Ctrl-C stops it; what was written stays in {surroundings.data}.
""",
        flush=True,
    )


def _prepare(surroundings: Surroundings) -> None:
    """Tables, reference data and accounts, in the environment that the services will have.

    On files, which nobody else changes, it is left out when nothing it depends on is new: loading its libraries takes
    as long as all the rest of a start.
    """
    stamp = surroundings.data / "prepared"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == _state(surroundings):
        return
    command = [sys.executable, "-m", "demonstration.prepare"]
    environment = surroundings.environment | {"DEMO_PASSWORD": password()}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise CannotStart("The databases could not be prepared; the reason stands above.")
    if surroundings.on_files:
        stamp.write_text(_state(surroundings), encoding="utf-8")


def _state(surroundings: Surroundings) -> str:
    """A digest of all that preparing depends on, and of which databases are there."""
    digest = hashlib.sha256(password().encode())
    for pattern in WHAT_PREPARING_READS:
        for file in sorted(ROOT.glob(pattern)):
            digest.update(file.read_bytes())
    for database in sorted(surroundings.data.glob("*.sqlite")):
        digest.update(database.name.encode())
    return digest.hexdigest()
