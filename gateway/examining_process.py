"""Examines a PDF file in a process of its own (see gateway.apart): a hostile one can make any reader run long.

→ {"certificates": [PEM …]}, a line's end, the file     ← {"examined": {…}} or {"error": …}
"""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict

from contracts.errors import InvalidInput, RegisterError
from gateway.apart import done_apart, stay_within
from gateway.verdicts import BROKEN, FIELD, Examined

# A document of a hundred pages takes half a second, most of which is loading the library.
SECONDS = 4


def examined_apart(data: bytes, certificates: list[str]) -> Examined:
    """As ``gateway.examining.examined``; a file that the process dies of cannot be read."""
    sent = json.dumps({"certificates": certificates}).encode() + b"\n" + data
    with done_apart("gateway.examining_process", sent, InvalidInput.field(FIELD, BROKEN)) as made:
        answer = json.load(made)
    if "error" in answer:
        raise RegisterError.from_wire(answer["error"])
    return Examined(**answer["examined"])


def main() -> None:
    """The process: one file from standard input, within bounds."""
    stay_within(SECONDS)
    # Not above: the gateway, which only starts this process, need not carry the library.
    from gateway.examining import examined  # noqa: PLC0415

    # What a stranger's file makes the library say is of use to nobody.
    logging.disable(logging.CRITICAL)
    certificates = json.loads(sys.stdin.buffer.readline())["certificates"]
    try:
        answer = {"examined": asdict(examined(sys.stdin.buffer.read(), certificates))}
    except MemoryError:
        answer = {"error": InvalidInput.field(FIELD, BROKEN).to_wire()}
    except RegisterError as error:
        answer = {"error": error.to_wire()}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
