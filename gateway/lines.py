"""Bodies of one JSON value a line, worked on some lines at a time and answered while the rest still waits (NDJSON).

Nothing is held but the bytes of the body and the values of the few lines that are worked on. A line fails alone: what
cannot even be read is refused in its place.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Request

from contracts.errors import RegisterError, TooLarge, Unavailable
from gateway import bodies, problems
from gateway.openapi import LINES

MEDIA_TYPES = (LINES, "application/ndjson", "application/jsonl")
MOST_LINES = 10_000
LARGEST_LINE = 1_048_576
# What one call to a service holds. It must stay below the largest request that plumbing takes, and be answered soon.
MOST_AT_ONCE, LARGEST_AT_ONCE = 200, 1_500_000
REFUSED = "refused"


class Line(NamedTuple):
    """A line by its number, with its value or why it has none. ``size``: of the value, in bytes on the wire."""

    number: int
    value: Any
    size: int = 0


# What became of each of these lines, in order: ``{"status", …, "problem": an error as it travels, or None}``.
Work = Callable[[Sequence[Line]], list[dict[str, Any]]]


def of_body(request: Request, *others: str) -> Iterator[Line]:
    """The lines of the body; empty ones count but say nothing. Raises UnsupportedMediaType or TooLarge.

    ``others``: the media types that are taken here as well, for whoever sent none of them.
    """
    if request.mimetype not in MEDIA_TYPES:
        raise problems.UnsupportedMediaType(
            f"The body is {request.mimetype or 'of no stated type'}; send one JSON object a line, with"
            f" Content-Type: {' or '.join((LINES, *others))}."
        )
    bodies.check_charset(request)
    return of_data(request.get_data(cache=False))


def of_data(data: bytes) -> Iterator[Line]:
    """The lines of these bytes. Raises TooLarge."""
    count = data.count(b"\n") + (not data.endswith(b"\n"))
    if count > MOST_LINES:
        raise TooLarge(f"The body has {count:,} lines; at most {MOST_LINES:,} are taken at once.")
    return _read(io.BytesIO(data))


def count(data: bytes) -> int:
    """How many lines of these bytes say something."""
    return sum(1 for text in io.BytesIO(data) if text.strip())


def _read(body: io.BytesIO) -> Iterator[Line]:
    for number, text in enumerate(body, 1):
        if text.strip():
            yield _line(number, text.strip())


def _line(number: int, text: bytes) -> Line:
    try:
        if len(text) > LARGEST_LINE:
            raise TooLarge(f"The line has {len(text):,} bytes; at most {LARGEST_LINE:,} are taken.")
        return measured(number, bodies.parsed(text, "line"))
    except RegisterError as error:
        return Line(number, error)


def measured(number: int, value: Any) -> Line:
    """The line with this value, or why it cannot be sent on."""
    # By what is sent on, for that may be longer than what came: 1e9 is 1000000000.0.
    size = len(json.dumps(value, ensure_ascii=False).encode())
    if size > LARGEST_AT_ONCE:
        return Line(number, TooLarge(f"The line has {size:,} bytes when it is written out; it must be shorter."))
    return Line(number, value, size)


def answered(
    lines: Iterable[Line], work: Work, call_id: str, counts: Counter[str], nothing: Mapping[str, Any]
) -> Iterator[bytes]:
    """The answer, some lines at a time: a line for each line, with what ``work`` said of it; counted by status.

    ``nothing``: what ``work`` says of a line that came to nothing. One that it never saw has the same keys.
    """
    for rows in worked_on(lines, work, counts):
        yield b"".join(
            _as_line({"line": row["line"], "status": row["status"], **nothing, **row}, call_id) for row in rows
        )


def worked_on(lines: Iterable[Line], work: Work, counts: Counter[str]) -> Iterator[list[dict[str, Any]]]:
    """What ``work`` said of each line, some lines at a time: its number in ``line``, its error in ``problem``.

    Once the register does not answer, the rest is not tried: it is refused as that was, to be sent again.
    """
    ended: RegisterError | None = None
    for piece in _pieces(lines):
        rows = _rows(piece, work, ended)
        ended = ended or next((row["problem"] for row in rows if isinstance(row["problem"], Unavailable)), None)
        counts.update(row["status"] for row in rows)
        yield rows


def _pieces(lines: Iterable[Line]) -> Iterator[list[Line]]:
    piece: list[Line] = []
    size = 0
    for line in lines:
        if piece and (len(piece) == MOST_AT_ONCE or size + line.size > LARGEST_AT_ONCE):
            yield piece
            piece, size = [], 0
        piece.append(line)
        size += line.size
    if piece:
        yield piece


def _rows(piece: Sequence[Line], work: Work, ended: RegisterError | None) -> list[dict[str, Any]]:
    """Of each line: its number, and what became of it."""
    good = [line for line in piece if not isinstance(line.value, RegisterError)]
    if ended is None and good:
        try:
            answers = iter(work(good))
        except RegisterError as error:
            ended = error
    rows = []
    for line in piece:
        bad = line.value if isinstance(line.value, RegisterError) else ended
        answer: dict[str, Any] = {"status": REFUSED, "problem": bad} if bad is not None else next(answers)
        rows.append({"line": line.number, **answer, "problem": _error(answer["problem"])})
    return rows


def _error(problem: RegisterError | dict[str, Any] | None) -> RegisterError | None:
    return RegisterError.from_wire(problem) if isinstance(problem, dict) else problem


def _as_line(row: dict[str, Any], call_id: str) -> bytes:
    problem = row["problem"]
    return encoded(row | {"problem": None if problem is None else problems.in_short(problem, call_id)})


def encoded(row: dict[str, Any]) -> bytes:
    """A line of the answer."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
