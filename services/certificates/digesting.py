"""Figures of all that is public, so that whoever keeps a copy sees whether it is one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from contracts.digests import mark
from plumbing.rpc import rpc
from services.certificates.desk import Desk
from services.certificates.domain import permissions
from services.certificates.queries import digesting

# Small enough that nobody waits for one.
ROWS_AT_ONCE = 2_000


class Digesting(Desk):
    """What the index is compared with."""

    @rpc
    def digest(self) -> list[dict[str, Any]]:
        """``[{"excb", "year", "count", "hash"}]`` of the latest public issues, by body and year of the first issue.

        ``hash`` adds up the marks of ``contracts.digests``. Read piece by piece, without a pause for those who write:
        what changes meanwhile may or may not be in it. Raises Forbidden for all but services.
        """
        permissions.check_service(self.call.identity)
        counts: Counter[tuple[str, str]] = Counter()
        hashes: Counter[tuple[str, str]] = Counter()
        last = ""
        while True:
            with self.db.read() as session:
                rows = digesting.latest_public(session, after=last, limit=ROWS_AT_ONCE)
            for row in rows:
                slice_ = row.excb, str(row.first_issued.year) if row.first_issued else ""
                counts[slice_] += 1
                hashes[slice_] += mark(row.base_number, row.issue, row.status, row.change_no)
            if len(rows) < ROWS_AT_ONCE:
                break
            last = rows[-1].id
        return [
            {"excb": excb, "year": year, "count": count, "hash": hashes[excb, year]}
            for (excb, year), count in sorted(counts.items())
        ]
