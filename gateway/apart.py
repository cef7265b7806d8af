"""Work on strangers' bytes in a process of its own, which lives for this one piece of work.

What breaks there has no secret, no database and no broker at hand. It holds up nobody while it computes, and all its
memory is given back. The bytes travel in files rather than pipes, so that whoever waits, waits for the end of the
process alone. Plain Python: nothing in here may import nameko or eventlet; in the gateway, where subprocesses are
green, the waiting is.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from contracts.errors import RegisterError
from plumbing.logs import log

ROOT = Path(__file__).resolve().parents[1]
ADDRESS_SPACE = 2_000_000_000


@contextmanager
def done_apart(module: str, sent: bytes, broken: RegisterError) -> Iterator[IO[bytes]]:
    """What ``python -m module`` writes for what was ``sent``, to be read from its beginning until the block ends.

    Raises ``broken`` if the process dies of it.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        given.write(sent)
        given.seek(0)
        command = [sys.executable, "-m", module]
        # An environment without the register's secrets.
        with subprocess.Popen(command, stdin=given, stdout=made, cwd=ROOT, env={}) as process:  # noqa: S603 - ours, constant
            check_end(module, process.wait(), broken)
        made.seek(0)
        yield made


def check_end(module: str, status: int, broken: RegisterError) -> None:
    """Raises ``broken`` when a signal ended the process, RegisterError when it failed by itself."""
    if status < 0:
        log.warning("process ended by what was sent", module=module, signal=-status)
        raise broken
    if status > 0:
        raise RegisterError(f"The process of {module} ended with status {status}.")


def stay_within(seconds: int) -> None:
    """Has this process end when it takes longer, and lets it have no more memory than any honest work needs."""
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
