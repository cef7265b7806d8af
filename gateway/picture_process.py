"""Makes a picture ready in a process of its own (see gateway.apart): decoders are where strangers' bytes meet C code.

→ the file that was sent     ← {"picture": {"sha256", "width", "height"}}, a line's end, the JPEG; or {"error": …}
"""

from __future__ import annotations

import json
import sys
from typing import IO

from contracts.errors import InvalidInput, RegisterError
from gateway.apart import done_apart, stay_within
from gateway.pictures import BROKEN, Picture, prepared

# What the largest picture needs, a few times over.
SECONDS = 15


def prepared_apart(data: bytes) -> Picture:
    """As ``gateway.pictures.prepared``; a picture that the process dies of is a broken one."""
    with done_apart("gateway.picture_process", data, InvalidInput.field("photo", BROKEN)) as made:
        return _read(made)


def _read(made: IO[bytes]) -> Picture:
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
    stay_within(SECONDS)
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
