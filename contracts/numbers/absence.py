"""The mark of a number that nobody has; it stands in the ledger where else the owner's id stands.

Series that were numbered before the register have gaps. Each number in them is marked, so that in the ledger a series
counts from 1 without a hole. The mark names its number, so that no two are the same, as no two owners are.
"""

from __future__ import annotations

ABSENT = "absent:"


def absent_owner(series_key: str, n: int) -> str:
    """The mark of the n-th number of a series: ``equipment/BAS/07``, 12 → ``absent:equipment:BAS:07:12``."""
    return f"{ABSENT}{series_key.replace('/', ':')}:{n}"


def is_absent(owner_id: str) -> bool:
    """Whether this is such a mark, and not the id of a certificate or a report."""
    return owner_id.startswith(ABSENT)
