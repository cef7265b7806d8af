"""``python -m tests``: the whole suite, by two processes at once.

Most tests wait for servers and for processes of their own: one after the other, they leave half of two cores idle. What
the second process says is printed behind what the first one says. PYTEST_ADDOPTS is heeded by both.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from typing import IO

# About as long as all the others together.
FIRST = ("browser", "chaos", "contract", "e2e")
LOOK_EVERY = 0.2


def follow(process: subprocess.Popen[bytes], said: IO[bytes]) -> int:
    """Prints what the process has said and says, until it ends; its exit code."""
    while True:
        ended = process.poll()
        sys.stdout.buffer.write(said.read())
        sys.stdout.buffer.flush()
        if ended is not None:
            return ended
        time.sleep(LOOK_EVERY)


def main() -> int:
    """The exit code: 0 if both halves passed."""
    pytest, folders = [sys.executable, "-m", "pytest"], [f"tests/{name}" for name in FIRST]
    # All but the first half, so that nothing new is in neither.
    first, second = [*pytest, *folders], [*pytest, "tests", *(f"--ignore={folder}" for folder in folders)]
    with tempfile.NamedTemporaryFile() as said, open(said.name, "rb") as reader:  # noqa: PTH123 - a second place in the file
        beside = subprocess.Popen(second, stdout=said, stderr=subprocess.STDOUT)
        try:
            status = subprocess.call(first)
            sys.stdout.write("\nThe other half, which ran beside it:\n\n")
            sys.stdout.flush()
            return follow(beside, reader) or status
        finally:
            beside.terminate()
            beside.wait()


if __name__ == "__main__":
    sys.exit(main())
