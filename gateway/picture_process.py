"""Makes a picture ready in a process of its own, which lives for this one picture.

Decoders are where strangers' bytes meet C code: what breaks there has no secret, no database and no broker at hand.
It holds up nobody while it computes, and all its memory is given back. The bytes travel in files rather than pipes, so
that whoever waits, waits for the end of the process alone. Plain Python: nothing in here may import nameko or eventlet;
in the gateway, where subprocesses are green, the waiting is.

    → the file that was sent     ← {"picture": {"sha256", "width", "height"}}, a line's end, the JPEG; or {"error": …}
"""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from contracts.errors import InvalidInput, RegisterError
from gateway.pictures import BROKEN, Picture, prepared
from plumbing.logs import log

ROOT = Path(__file__).resolve().parents[1]
# What the largest picture needs, a few times over.
SECONDS = 15
ADDRESS_SPACE = 2_000_000_000


def prepared_apart(data: bytes) -> Picture:
    """As ``gateway.pictures.prepared``; a picture that the process dies of is a broken one."""
    with tempfile.TemporaryFile() as sent, tempfile.TemporaryFile() as made:
        sent.write(data)
        sent.seek(0)
        command = [sys.executable, "-m", "gateway.picture_process"]
        # An environment without the register's secrets.
        with subprocess.Popen(command, stdin=sent, stdout=made, cwd=ROOT, env={}) as process:  # noqa: S603 - ours, constant
            status = process.wait()
        made.seek(0)
        return _read(status, cast(BinaryIO, made))


def _read(status: int, made: BinaryIO) -> Picture:
    if status < 0:
        log.warning("picture ended its process", signal=-status)
        raise InvalidInput.field("photo", BROKEN)
    if status > 0:
        raise RegisterError(f"The process for a picture ended with status {status}.")
    answer = json.loads(made.readline())
    if "error" in answer:
        raise RegisterError.from_wire(answer["error"])
    return Picture(data=made.read(), **answer["picture"])


def _answer(data: bytes) -> bytes:
    try:
        picture = prepared(data)
    except RegisterError as error:
        return json.dumps({"error": error.to_wire()}).encode()
    facts = {"sha256": picture.sha256, "width": picture.width, "height": picture.height}
    return json.dumps({"picture": facts}).encode() + b"\n" + picture.data


def main() -> None:
    """The process: one picture from standard input to standard output, within bounds."""
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
