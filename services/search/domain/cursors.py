"""Cursors: where a listing goes on, as an opaque text that fits the one question it was made for.

A cursor holds whole numbers, the sort keys of the last hit shown, so a page costs the same wherever it begins and
what is inserted meanwhile moves nothing. Its check sum guards against mistakes and is no secret: whoever forges
one skips hits of a list of their own, and what it holds is checked like any input.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from contracts.errors import InvalidInput

LONGEST_CURSOR = 500
_SUM_BYTES = 9


def encode(position: Sequence[int], question: str) -> str:
    """``question``: whatever tells one listing from another; the cursor serves no other."""
    payload = json.dumps(list(position), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sum(payload, question) + payload).decode().rstrip("=")


def decode(cursor: object, question: str, length: int) -> list[int]:
    """The position in ``cursor``, ``length`` numbers. Raises InvalidInput that names ``cursor``."""
    if not isinstance(cursor, str) or not 0 < len(cursor) <= LONGEST_CURSOR:
        raise _invalid()
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _invalid() from error
    checksum, payload = raw[:_SUM_BYTES], raw[_SUM_BYTES:]
    # Several spellings of base64 decode to the same bytes; only the one that was given out is a cursor.
    if checksum != _sum(payload, question) or base64.urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
        raise _invalid()
    return _checked(payload, length)


def _checked(payload: bytes, length: int) -> list[int]:
    try:
        position = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise _invalid() from error
    if not isinstance(position, list) or len(position) != length:
        raise _invalid()
    if not all(type(value) is int and 0 <= value < 2**63 for value in position):
        raise _invalid()
    return position


def _sum(payload: bytes, question: str) -> bytes:
    return hashlib.blake2b(payload, digest_size=_SUM_BYTES, key=hashlib.sha256(question.encode()).digest()).digest()


def _invalid() -> InvalidInput:
    text = "Must be the 'next' of an answer to the same question (same q, filters and sort), or be left out."
    return InvalidInput.field("cursor", text)
