"""Invariant R: after a restore from a backup, done as docs/operations.md says, all the other invariants hold."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from demonstration.client import Client, in_path
from plumbing.settings import SERVICES
from tests.certificates import a_body
from tests.chaos.backup import Backup
from tests.chaos.drafting import wait_swept
from tests.stack import EVERYTHING, ROOT, Register, running_embedded
from tests.waiting import until
from verification.invariants import gateways_of, verify

# A replica of search looks at the end of the log every three seconds, and builds its index anew when it is another log.
HEALS_WITHIN = 30


def draft(client: Client) -> Any:
    return client.create(a_body(), uuid.uuid4().hex)


def issue(client: Client) -> dict[str, Any]:
    answer = draft(client)
    certificate: dict[str, Any] = client.issue(answer.json()["number"], answer.headers["ETag"]).json()
    return certificate


def fill(register: Register) -> None:
    """Something of everything: current, amended, suspended, deleted, and a draft."""
    signatory, secretariat = register.log_in("bas-signatory"), register.log_in("secretariat")
    amended, suspended, deleted, _current = [issue(signatory)["number"] for _ in range(4)]
    version = {"If-Match": signatory.get(amended).headers["ETag"]}
    signatory.call("PUT", f"/certificates/{in_path(amended)}", json=a_body(equipment="PX-201"), headers=version)
    secretariat.act(suspended, "suspend", {"reason": "The audit is overdue."})
    secretariat.call("DELETE", f"/certificates/{in_path(deleted)}", params={"reason": "Issued by mistake."})
    draft(signatory)


def log_end(register: Register) -> int:
    end: int = Client(register.url).call("GET", "/changes", params={"limit": 1}).json()["last"]
    return end


def wait_indexed(register: Register, change_no: int) -> None:
    def come() -> bool:
        answer = Client(register.url).call("GET", "/search", params={"limit": 1, "min_change": change_no})
        return bool(answer.json()["change_no"] >= change_no)

    until(come, HEALS_WITHIN, f"the index has come to change {change_no}")


def faults(register: Register) -> list[str]:
    """What the verification says of it, but that an invariant holds."""
    found = verify(register.settings, gateways_of(register.settings), datetime.now(UTC))
    return [str(finding) for finding in found if finding.count or finding.unchecked]


def wait_whole(register: Register) -> None:
    """Until N, L, P and S hold, all four."""
    seen: list[str] = []

    def is_whole() -> bool:
        seen[:] = faults(register)
        return not seen

    try:
        until(is_whole, HEALS_WITHIN, "all invariants hold", pause=0.2)
    except AssertionError:
        pytest.fail("\n".join(seen))


def goes_on(register: Register, count: int) -> list[str]:
    """Issues ``count`` more certificates of BAS, after which all is whole again; their numbers."""
    signatory = register.log_in("bas-signatory")
    numbers = [issue(signatory)["number"] for _ in range(count)]
    wait_indexed(register, log_end(register))
    wait_whole(register)
    return numbers


def test_a_data_folder_is_restored_under_an_empty_index_and_under_a_newer_one(tmp_path: Path) -> None:
    data, backup, newer = tmp_path / "data", tmp_path / "backup", tmp_path / "newer index"
    data.mkdir()
    with running_embedded(data) as register:
        fill(register)
        end = log_end(register)
        wait_indexed(register, end)
        assert_the_command_agrees(register)
        register.stop()
        shutil.copytree(data, backup)

        start(register)
        lost = goes_on(register, count=3)
        register.stop()
        shutil.copytree(data / "index", newer)

        for index in (None, newer):
            shutil.rmtree(data)
            shutil.copytree(backup, data)
            shutil.rmtree(data / "index")
            if index is not None:
                shutil.copytree(index, data / "index")
            start(register)
            wait_whole(register)
            assert log_end(register) == end
            assert found(register, lost[-1]) == 0
            assert goes_on(register, count=2) == lost[:2], "the numbers go on where the backup ended"
            register.stop()


def start(register: Register) -> None:
    register.start(EVERYTHING)
    register.wait_ready()


def found(register: Register, number: str) -> int:
    total: int = Client(register.url).call("GET", "/search", params={"q": number}).json()["total"]
    return total


def assert_the_command_agrees(register: Register) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "verification"],
        cwd=ROOT,
        env=register.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[2] for line in done.stdout.splitlines()] == ["holds:"] * 5


def test_dumps_made_while_the_register_goes_on_restore_it_whole(register: Register, tmp_path: Path) -> None:
    fill(register)
    export = an_export(register)
    backup = Backup(register, tmp_path / "backup")
    with somebody_writing(register):
        assert faults(register) == []
        backup.make()
    wait_indexed(register, log_end(register))

    # An index that knows more than the backup, and changes of the lost time that still wait in the queue of search.
    lost = issue(register.log_in("bas-signatory"))
    wait_indexed(register, lost["change_no"])
    register.kill("search")
    newer = shutil.copytree(register.folder / "index", register.folder / "newer index")
    lost = issue(register.log_in("bas-signatory"))
    for name in register.processes:
        register.kill(name)

    backup.restore()
    shutil.rmtree(register.folder / "index")
    for name in SERVICES:
        register.start(name)
    register.wait_ready()
    wait_whole(register)
    assert log_end(register) < lost["change_no"]
    assert Client(register.url).call("GET", export).content.startswith(b"PK")

    # The log grows past what the newer index knows, so that only its content tells that it is another one.
    goes_on(register, count=lost["change_no"] - log_end(register))
    register.environment["INDEX_PATH"] = str(newer)
    register.restart("search")
    register.wait_ready()
    # The drafts that had no number yet when the backup was made.
    wait_swept(register, HEALS_WITHIN)
    wait_whole(register)


def an_export(register: Register) -> str:
    """The path of a finished export's file."""
    client = Client(register.url)
    job = client.call("POST", "/exports", json={"format": "xlsx", "query": {}}).json()
    path = f"/exports/{job['id']}"
    until(lambda: client.call("GET", path).json()["status"] == "done", HEALS_WITHIN, "the export is done")
    return f"{path}/file"


@contextmanager
def somebody_writing(register: Register) -> Iterator[None]:
    """Two signatories of BAS who draft and issue one certificate after the other."""
    failures: list[Exception] = []
    enough = threading.Event()

    def write() -> None:
        try:
            client = register.log_in("bas-signatory")
            while not enough.is_set():
                issue(client)
        except Exception as error:  # noqa: BLE001 - reported below, in the test's own thread
            failures.append(error)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        enough.set()
        for writer in writers:
            writer.join()
    assert not failures, failures
