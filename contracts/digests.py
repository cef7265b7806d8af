"""The figures by which two services see whether they hold the same certificates, without sending them.

The latest public issues are parted into slices, one for each body and year of the first issue. A slice has a count and
a hash: the sum of a mark of 32 bits of each certificate, so that it can be added up in any order.
"""

from __future__ import annotations

import hashlib

MARK_BYTES = 4


def mark(base_number: str, issue: int | None, status: str | None, change_no: int | None) -> int:
    """Another one whenever the certificate is another one, has a newer issue, another status or a later change."""
    told = f"{base_number}\n{issue}\n{status}\n{change_no}".encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=MARK_BYTES).digest(), "big")


def slice_of(excb: str, first_issued: str | None) -> str:
    """``BAS 2026``. ``first_issued``: an ISO date."""
    return f"{excb} {(first_issued or '')[:4]}".strip()
