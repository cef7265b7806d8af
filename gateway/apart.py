"""Works on a stranger's file in a process of its own, which lives for this one file.

Decoders are where strangers' bytes meet C code: what breaks there has no secret, no database and no broker at hand.
It holds up nobody while it computes, and all its memory is given back. The bytes travel in files rather than pipes, so
that whoever waits, waits for the end of the process alone. Plain Python: nothing in here may import nameko or eventlet;
in the gateway, where subprocesses are green, the waiting is.

    → the file that was sent     ← {"facts": {…}}, a line's end, the file that was made; or {"error": …}
"""

from __future__ import annotations

import importlib
import json
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, cast

from contracts.errors import InvalidInput, RegisterError
from plumbing.logs import log

ROOT = Path(__file__).resolve().parents[1]
# What the largest file needs, a few times over.
SECONDS = 20
PATIENCE = 3
ADDRESS_SPACE = 2_000_000_000

Made = tuple[dict[str, Any], bytes]


def made_apart(
    module: str, data: bytes, broken: InvalidInput, options: dict[str, Any] | None = None, seconds: int = SECONDS
) -> Made:
    """What ``made`` of a module makes of ``data`` and the ``options``: facts in JSON values, and a file.

    Raises what that raises; ``broken`` for a file that the process dies of, or that takes longer than ``seconds`` of a
    processor.
    """
    with tempfile.TemporaryFile() as sent, tempfile.TemporaryFile() as made:
        sent.write(data)
        sent.seek(0)
        command = [sys.executable, "-m", "gateway.apart", str(seconds), module, json.dumps(options or {})]
        # An environment without the register's secrets.
        with subprocess.Popen(command, stdin=sent, stdout=made, cwd=ROOT, env={}) as process:  # noqa: S603 - ours; options are data
            status = process.wait()
        made.seek(0)
        return _read(status, cast(BinaryIO, made), broken)


def _read(status: int, made: BinaryIO, broken: InvalidInput) -> Made:
    if status < 0:
        log.warning("file ended its process", signal=-status)
        raise broken
    if status > 0:
        raise RegisterError(f"The process for a file ended with status {status}.")
    answer = json.loads(made.readline())
    if "error" in answer:
        raise RegisterError.from_wire(answer["error"])
    return answer["facts"], made.read()


def _answer(module: str, data: bytes, options: dict[str, Any]) -> bytes:
    try:
        facts, file = importlib.import_module(module).made(data, **options)
    except RegisterError as error:
        return json.dumps({"error": error.to_wire()}).encode()
    return json.dumps({"facts": facts}).encode() + b"\n" + cast(bytes, file)


def main() -> None:
    """The process: one file from standard input to standard output, within bounds."""
    seconds, module, options = sys.argv[1:]
    # Seconds of a processor, so that a busy machine makes nobody's file a broken one; by the clock some times as many.
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    signal.alarm(PATIENCE * int(seconds))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    sys.stdout.buffer.write(_answer(module, sys.stdin.buffer.read(), json.loads(options)))


if __name__ == "__main__":
    main()
